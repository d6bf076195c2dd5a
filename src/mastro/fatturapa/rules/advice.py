"""What the SdI lets pass and somebody will complain of: the customer, the accountant, the tax agency afterwards."""

import re
from collections.abc import Iterator
from decimal import Decimal

from mastro.fatturapa.rules.base import GENERAL, ORDINARY_FORMATS, Case, Document, Fault, Rule
from mastro.fatturapa.schema import Block, Kind
from mastro.fatturapa.tree import Tree, amount, branch, branches, numbered, text
from mastro.identifiers import check_iban

ZERO = Decimal(0)
CENT = Decimal("0.01")

STAMP_THRESHOLD = Decimal("77.47")
"""Euro, art. 13 of the tariff of DPR 642/1972."""

STAMPED = frozenset({"N1", "N2.1", "N2.2", "N3.5", "N3.6", "N4"})
"""Reasons whose amounts count towards the threshold."""

ISSUED_BY_SELLER = frozenset({"TD01", "TD02", "TD03", "TD04", "TD05", "TD06", "TD24", "TD25"})

_PROTOCOL = re.compile(r"\d{17}[-/]\d{6}", re.ASCII)


def document_total(document: Document) -> Decimal:
    """What the summaries add up to."""
    names = ("ImponibileImporto", "Imposta")
    return sum((amount(tree, name) or ZERO for _, tree in document.summaries for name in names), ZERO)


def _stamp(document: Document) -> Decimal:
    return amount(document.general, "DatiBollo", "ImportoBollo") or ZERO


def warning_total(case: Case) -> Iterator[Fault]:
    """The total declared is the summaries' sum, with its rounding; some add the stamp duty, some take off discounts."""
    for document in case.documents:
        given = amount(document.general, "ImportoTotaleDocumento")
        if given is None:
            continue
        total = document_total(document) + (amount(document.general, "Arrotondamento") or ZERO)
        off = sum((amount(each, "Importo") or ZERO for each in branches(document.general, "ScontoMaggiorazione")), ZERO)
        if all(abs(given - fair) > CENT for fair in (total, total + _stamp(document), total - off)):
            yield Fault(f"{document.path}/{GENERAL}/ImportoTotaleDocumento", f"{given:f}", f"{total:f}")


def warning_stamp(case: Case) -> Iterator[Fault]:
    """More than 77.47 euro without VAT bear a stamp duty of 2.00."""
    for document in case.documents:
        if document.type not in ISSUED_BY_SELLER or branch(document.general, "DatiBollo"):
            continue
        untaxed = sum(
            (amount(tree, "ImponibileImporto") or ZERO)
            for _, tree in document.summaries
            if text(tree, "Natura") in STAMPED
        )
        if untaxed > STAMP_THRESHOLD:
            yield Fault(f"{document.path}/{GENERAL}/DatiBollo", f"{untaxed:f}", "2.00")


def warning_iban(case: Case) -> Iterator[Fault]:
    """Control digits of the account."""
    for document in case.documents:
        for place, terms in numbered(document.tree, "DatiPagamento", path=document.path):
            for path, payment in numbered(terms, "DettaglioPagamento", path=place):
                iban = text(payment, "IBAN")
                if iban and not check_iban(iban):
                    yield Fault(f"{path}/IBAN", iban)


def warning_payments(case: Case) -> Iterator[Fault]:
    """What is asked for is the total less withholdings, less the VAT that the customer pays to the state."""
    for document in case.documents:
        payments = [
            amount(payment, "ImportoPagamento") or ZERO
            for terms in branches(document.tree, "DatiPagamento")
            for payment in branches(terms, "DettaglioPagamento")
        ]
        if not payments:
            continue
        total = amount(document.general, "ImportoTotaleDocumento")
        due = document_total(document) if total is None else total
        due -= sum(
            (amount(each, "ImportoRitenuta") or ZERO for each in branches(document.general, "DatiRitenuta")), ZERO
        )
        due -= sum(
            (amount(tree, "Imposta") or ZERO for _, tree in document.summaries if text(tree, "EsigibilitaIVA") == "S"),
            ZERO,
        )
        asked = sum(payments, ZERO)
        if all(abs(asked - fair) > CENT for fair in (due, due + _stamp(document))):
            yield Fault(f"{document.path}/DatiPagamento", f"{asked:f}", f"{due:f}")


def warning_cig(case: Case) -> Iterator[Fault]:
    """Without CIG an administration cannot pay, and may refuse (DM 132/2020)."""
    related = ("DatiOrdineAcquisto", "DatiContratto", "DatiConvenzione", "DatiRicezione", "DatiFattureCollegate")
    for document in case.documents:
        blocks = [block for name in related for block in branches(document.tree, "DatiGenerali", name)]
        if not any(text(block, "CodiceCIG") or text(block, "CodiceCUP") for block in blocks):
            yield Fault(f"{document.path}/DatiGenerali/DatiOrdineAcquisto/CodiceCIG")


def warning_intent(case: Case) -> Iterator[Fault]:
    """A declaration of intent is cited by its protocol, which the SdI looks up (00477)."""
    for document in case.documents:
        for path, line in document.lines:
            if text(line, "Natura") != "N3.5":
                continue
            cited = [each for each in branches(line, "AltriDatiGestionali") if text(each, "TipoDato") == "INTENTO"]
            protocol = text(cited[0], "RiferimentoTesto") if cited else ""
            if not _PROTOCOL.fullmatch("".join(protocol.split())):
                yield Fault(f"{path}/AltriDatiGestionali", protocol, "00000000000000000-000000")


def warning_codes(case: Case) -> Iterator[Fault]:
    """Codes that the schema still lists, or lists already, on a day on which they did not count."""
    element = case.invoice.schema.block.elements["FatturaElettronicaBody"]
    for document in case.documents:
        if document.date is not None and isinstance(element.content, Block):
            for path, code, kind in _coded(document.tree, element.content, document.path):
                row = kind.codes.rows.get(code) if kind.codes else None
                if row is not None and not row.valid_on(document.date):
                    since, until = row.since, row.until
                    yield Fault(path, code, f"{since or ''}..{until or ''}")


def _coded(tree: Tree, block: Block, path: str) -> Iterator[tuple[str, str, Kind]]:
    for name, element in block.elements.items():
        if isinstance(element.content, Block):
            for where, inner in numbered(tree, name, path=path):
                yield from _coded(inner, element.content, where if element.many else where.removesuffix("[1]"))
        elif element.content.codes is not None:
            code = text(tree, name)
            if code:
                yield f"{path}/{name}", code, element.content


RULES = (
    Rule(
        "W-TOT",
        warning_total,
        "Il totale del documento, {value}, non è la somma di imponibili e imposte: {expected}.",
        "The document's total {value} is not the sum of taxable amounts and taxes: {expected}.",
        "Correggere il totale.",
        "Correct the total.",
        ORDINARY_FORMATS,
    ),
    Rule(
        "W-BOLLO",
        warning_stamp,
        "Importi senza IVA per {value} euro e nessuna imposta di bollo.",
        "Amounts without VAT of {value} euro and no stamp duty.",
        "Indicare l'imposta di bollo di {expected} euro, se dovuta.",
        "Declare the stamp duty of {expected} euro where it is due.",
        ORDINARY_FORMATS,
    ),
    Rule(
        "W-IBAN",
        warning_iban,
        "L'IBAN {value} non è valido.",
        "The IBAN {value} is not valid.",
        "Correggere l'IBAN.",
        "Correct the IBAN.",
        ORDINARY_FORMATS,
    ),
    Rule(
        "W-PAGAMENTO",
        warning_payments,
        "I pagamenti fanno {value}, il dovuto è {expected}.",
        "The payments add up to {value}, {expected} are due.",
        "Correggere le scadenze.",
        "Correct the instalments.",
        ORDINARY_FORMATS,
    ),
    Rule(
        "W-CIG",
        warning_cig,
        "Non sono indicati né CIG né CUP: l'amministrazione potrebbe non poter pagare.",
        "Neither CIG nor CUP is given: the administration may be unable to pay.",
        "Indicare CIG e CUP dell'ordine o del contratto, se previsti.",
        "Give the CIG and CUP of the order or contract where they exist.",
        frozenset({"FPA12"}),
    ),
    Rule(
        "W-INTENTO",
        warning_intent,
        "Una riga N3.5 non cita il protocollo della dichiarazione d'intento.",
        "A row N3.5 does not cite the protocol of the declaration of intent.",
        "Indicare il protocollo di ricezione (17 cifre, trattino, 6 cifre) e la sua data.",
        "Give the protocol (17 digits, hyphen, 6 digits) and its date.",
        ORDINARY_FORMATS,
    ),
    Rule(
        "W-CODICE",
        warning_codes,
        "Il codice {value} non vale alla data del documento ({expected}).",
        "The code {value} does not count on the document's date ({expected}).",
        "Scegliere un codice in vigore.",
        "Choose a code in force.",
    ),
)
