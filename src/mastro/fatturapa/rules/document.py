"""Rules on the document as a whole: number, dates, discounts, and its twins in the same file."""

from collections.abc import Iterator

from mastro.fatturapa.rules.base import GENERAL, ORDINARY_FORMATS, Case, Document, Fault, Rule, vat_id
from mastro.fatturapa.rules.parties import BUYER_WITH_VAT_ID
from mastro.fatturapa.tree import amount, day, numbered, text


def rule_00403(case: Case) -> Iterator[Fault]:
    """No document of tomorrow."""
    for document in case.documents:
        if case.today is not None and document.date is not None and document.date > case.today:
            yield Fault(f"{document.path}/{GENERAL}/Data", document.date.isoformat(), f"≤ {case.today.isoformat()}")


def _key(case: Case, document: Document) -> tuple[object, ...]:
    """What may occur once: who numbers the document, its number and year; credit notes are numbered apart."""
    buyer_numbers = document.type in BUYER_WITH_VAT_ID or text(case.invoice.header, "SoggettoEmittente") == "CC"
    party = case.buyer if buyer_numbers else case.seller
    return (
        vat_id(party),
        text(document.general, "Numero"),
        document.date.year if document.date else None,
        document.type == "TD04",
    )


def rule_00409(case: Case) -> Iterator[Fault]:
    """Twins in one file; two of art. 73 are compared by the day, not by the year."""
    seen: dict[tuple[object, ...], list[Document]] = {}
    for document in case.documents:
        number = text(document.general, "Numero")
        if not number:
            continue
        earlier = seen.setdefault(_key(case, document), [])
        if any(_are_twins(document, other) for other in earlier):
            yield Fault(f"{document.path}/{GENERAL}/Numero", number)
        earlier.append(document)


def _are_twins(one: Document, other: Document) -> bool:
    both = text(one.general, "Art73") == text(other.general, "Art73") == "SI"
    return one.date == other.date if both else True


def _before_linked(document: Document) -> Iterator[Fault]:
    for path, linked in numbered(document.tree, "DatiGenerali", "DatiFattureCollegate", path=document.path):
        date = day(linked, "Data")
        if date is not None and document.date is not None and document.date < date:
            yield Fault(f"{path}/Data", date.isoformat(), f"≤ {document.date.isoformat()}")


def rule_00418(case: Case) -> Iterator[Fault]:
    """A credit note comes after what it corrects."""
    for document in case.documents:
        if document.type == "TD04":
            yield from _before_linked(document)
        elif document.type == "TD08":
            date = day(document.tree, "DatiGenerali", "DatiFatturaRettificata", "DataFR")
            if date is not None and document.date is not None and document.date < date:
                path = f"{document.path}/DatiGenerali/DatiFatturaRettificata/DataFR"
                yield Fault(path, date.isoformat(), f"≤ {document.date.isoformat()}")


def warning_00418(case: Case) -> Iterator[Fault]:
    """The specifications word the same for every type; the SdI's own list tests credit notes only."""
    for document in case.documents:
        if document.type not in {"TD04", "TD08"}:
            yield from _before_linked(document)


def rule_00425(case: Case) -> Iterator[Fault]:
    """A number has a digit."""
    for document in case.documents:
        number = text(document.general, "Numero")
        if number and not any("0" <= c <= "9" for c in number):
            yield Fault(f"{document.path}/{GENERAL}/Numero", number)


def rule_00437(case: Case) -> Iterator[Fault]:
    """A discount of the document says how much."""
    for document in case.documents:
        for path, discount in numbered(document.general, "ScontoMaggiorazione", path=f"{document.path}/{GENERAL}"):
            if amount(discount, "Percentuale") is None and amount(discount, "Importo") is None:
                yield Fault(path)


RULES = (
    Rule(
        "00403",
        rule_00403,
        "La data del documento, {value}, è nel futuro.",
        "The document's date {value} lies in the future.",
        "Correggere la data, o trasmettere il documento in quel giorno.",
        "Correct the date, or send the document on that day.",
    ),
    Rule(
        "00409",
        rule_00409,
        "Il numero {value} compare due volte nello stesso file.",
        "The number {value} occurs twice in the same file.",
        "Dare a ogni documento un numero diverso.",
        "Give each document a number of its own.",
    ),
    Rule(
        "00418",
        rule_00418,
        "Il documento è datato prima della fattura a cui si riferisce ({value}).",
        "The document is dated before the invoice it refers to ({value}).",
        "Correggere una delle due date.",
        "Correct one of the two dates.",
    ),
    Rule(
        "W-00418",
        warning_00418,
        "Il documento è datato prima della fattura a cui si riferisce ({value}).",
        "The document is dated before the invoice it refers to ({value}).",
        "Verificare le due date.",
        "Check the two dates.",
        ORDINARY_FORMATS,
    ),
    Rule(
        "00425",
        rule_00425,
        "Il numero del documento, {value}, non contiene cifre.",
        "The document's number {value} has no digit.",
        "Usare un numero con almeno una cifra.",
        "Use a number with a digit at least.",
    ),
    Rule(
        "00437",
        rule_00437,
        "Lo sconto o la maggiorazione del documento non ha né percentuale né importo.",
        "The discount or surcharge of the document has neither a percentage nor an amount.",
        "Indicare la percentuale o l'importo.",
        "Give the percentage or the amount.",
        ORDINARY_FORMATS,
    ),
)
