"""An electronic invoice for people: its parties, rows, sums and payments, out of the XML. Numbers as they stand in it.

Shown by `components/e_invoice.html`.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from mastro.fatturapa import Tree, UnreadableError, read
from mastro.fatturapa.tree import amount, branch, branches, day, text, texts
from mastro.italy import codes
from mastro.web.language import Locale


@dataclass(slots=True)
class Party:
    """Who sells or buys."""

    name: str
    vat_number: str
    tax_code: str
    address: str


@dataclass(slots=True)
class Line:
    """A row."""

    description: str
    quantity: str
    price: Decimal | str
    changes: str
    """Discounts and surcharges."""
    total: Decimal | str
    rate: str


@dataclass(slots=True)
class Pay:
    """An installment."""

    method: str
    amount: Decimal | str
    due: str
    iban: str


@dataclass(slots=True)
class Sheet:
    """One document of a file."""

    kind: str
    number: str
    date: str
    currency: str
    purposes: list[str]
    """*Causale*."""
    lines: list[Line]
    sums: list[tuple[str, Decimal | str, Decimal | str]]
    """Rate, taxable amount, tax."""
    others: list[tuple[str, Decimal | str]]
    """What else makes the total: funds, withholding, stamp duty."""
    total: Decimal | str
    payments: list[Pay]
    files: list[str]
    """Names of what is attached."""


@dataclass(slots=True)
class Readable:
    """A file."""

    format: str
    seller: Party
    buyer: Party
    recipient: str
    sheets: list[Sheet] = field(default_factory=list)


def readable(xml: bytes, say: Locale, *, number: str = "") -> Readable | None:
    """The invoice of a file, None where it cannot be read; of a lot the one with that number, where there is one."""
    try:
        invoice = read(xml)
    except UnreadableError:
        return None
    header = invoice.header
    sent = branch(header, "DatiTrasmissione")
    sheets = [_sheet(body, say) for body in invoice.bodies]
    return Readable(
        invoice.format,
        _party(branch(header, "CedentePrestatore")),
        _party(branch(header, "CessionarioCommittente")),
        " ".join(filter(None, (text(sent, "CodiceDestinatario"), text(sent, "PECDestinatario")))),
        [sheet for sheet in sheets if sheet.number == number] or sheets,
    )


def _party(party: Tree) -> Party:
    """The simplified invoice has names and codes in blocks of other names, or in the party itself."""
    register = branch(party, "DatiAnagrafici") or branch(party, "IdentificativiFiscali") or party
    details = branch(party, "AltriDatiIdentificativi") or party
    names = branch(register, "Anagrafica") or details
    seat = branch(details, "Sede")
    street = f"{text(seat, 'Indirizzo')} {text(seat, 'NumeroCivico')}".strip()
    place = " ".join(filter(None, (text(seat, key) for key in ("CAP", "Comune", "Provincia", "Nazione"))))
    return Party(
        text(names, "Denominazione") or f"{text(names, 'Nome')} {text(names, 'Cognome')}".strip(),
        text(register, "IdFiscaleIVA", "IdPaese") + text(register, "IdFiscaleIVA", "IdCodice"),
        text(register, "CodiceFiscale"),
        ", ".join(filter(None, (street, place))),
    )


def _sheet(body: Tree, say: Locale) -> Sheet:
    general = branch(body, "DatiGenerali", "DatiGeneraliDocumento")
    return Sheet(
        _named("TipoDocumento", text(general, "TipoDocumento"), say),
        text(general, "Numero"),
        _day(general, "Data", say),
        text(general, "Divisa"),
        texts(general, "Causale"),
        _lines(body, say),
        _sums(body, say),
        _others(general, say),
        _figure(general, "ImportoTotaleDocumento"),
        [_payment(each, say) for terms in branches(body, "DatiPagamento") for each in _details(terms)],
        [text(file, "NomeAttachment") for file in branches(body, "Allegati")],
    )


def _details(terms: Tree) -> list[Tree]:
    return branches(terms, "DettaglioPagamento")


def _figure(tree: Tree, *names: str) -> Decimal | str:
    """A number of the file; its text where it is none."""
    found = amount(tree, *names)
    return text(tree, *names) if found is None else found


def _day(tree: Tree, name: str, say: Locale) -> str:
    """A date of the file as the reader writes it; its text where it is none."""
    found = day(tree, name)
    return text(tree, name) if found is None else say.date(found)


def _named(table: codes.TableName, code: str, say: Locale) -> str:
    """A code and what it means."""
    return f"{code} {codes.describe(table, code, say.code)}".strip() if code else ""


def _rate(rate: str, natura: str, say: Locale) -> str:
    found = amount({"rate": rate}, "rate")
    return " ".join(filter(None, (say.percent(found) or rate, natura)))


def _lines(body: Tree, say: Locale) -> list[Line]:
    lines = branches(body, "DatiBeniServizi", "DettaglioLinee")
    if not lines:  # the simplified invoice
        return [
            Line(
                text(line, "Descrizione"),
                "",
                "",
                "",
                _figure(line, "Importo"),
                _rate(text(line, "DatiIVA", "Aliquota"), text(line, "Natura"), say),
            )
            for line in branches(body, "DatiBeniServizi")
        ]
    return [
        Line(
            text(line, "Descrizione"),
            " ".join(filter(None, (say.number(amount(line, "Quantita")), text(line, "UnitaMisura")))),
            _figure(line, "PrezzoUnitario"),
            " ".join(_change(each, say) for each in branches(line, "ScontoMaggiorazione")),
            _figure(line, "PrezzoTotale"),
            _rate(text(line, "AliquotaIVA"), text(line, "Natura"), say),
        )
        for line in lines
    ]


def _change(change: Tree, say: Locale) -> str:
    sign = "+" if text(change, "Tipo") == "MG" else "-"
    fixed = amount(change, "Importo")
    return f"{sign}{say.number(fixed) if fixed is not None else say.percent(amount(change, 'Percentuale'))}"


def _sums(body: Tree, say: Locale) -> list[tuple[str, Decimal | str, Decimal | str]]:
    return [
        (
            _rate(text(each, "AliquotaIVA"), text(each, "Natura"), say),
            _figure(each, "ImponibileImporto"),
            _figure(each, "Imposta"),
        )
        for each in branches(body, "DatiBeniServizi", "DatiRiepilogo")
    ]


def _others(general: Tree, say: Locale) -> list[tuple[str, Decimal | str]]:
    funds = [
        (codes.describe("TipoCassa", text(each, "TipoCassa"), say.code), _figure(each, "ImportoContributoCassa"))
        for each in branches(general, "DatiCassaPrevidenziale")
    ]
    held = [
        (f"{say('Ritenuta')} {say.percent(amount(each, 'AliquotaRitenuta'))}".strip(), _figure(each, "ImportoRitenuta"))
        for each in branches(general, "DatiRitenuta")
    ]
    stamp = _figure(general, "DatiBollo", "ImportoBollo")
    return [*funds, *held, *([(say("Bollo"), stamp)] if stamp != "" else [])]


def _payment(payment: Tree, say: Locale) -> Pay:
    return Pay(
        _named("ModalitaPagamento", text(payment, "ModalitaPagamento"), say),
        _figure(payment, "ImportoPagamento"),
        _day(payment, "DataScadenzaPagamento", say),
        text(payment, "IBAN"),
    )
