"""An electronic invoice as plain text for people: the parties, the rows, the sums, the payments, what was found wrong.

Numbers stand as they do in the file, whatever they are: a reader who looks for a mistake must see what was written.
"""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from mastro.fatturapa.findings import Finding
from mastro.fatturapa.tree import Invoice, Tree, branch, branches, text, texts
from mastro.italy import codes

Language = Literal["en", "it"]

WIDTH = 100
"""Characters of a line; only the table of rows may be wider, where its numbers are."""

_WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "seller": "Seller",
        "buyer": "Buyer",
        "to": "Recipient code",
        "rows": "Rows",
        "vat": "VAT",
        "fund": "Pension fund",
        "held": "Withholding",
        "bollo": "Stamp duty",
        "total": "Total",
        "pay": "Payment",
        "due": "due",
        "files": "Attached",
        "of": "of",
        "error": "error",
        "warning": "warning",
        "well": "Nothing to remark.",
    },
    "it": {
        "seller": "Cedente",
        "buyer": "Cessionario",
        "to": "Codice destinatario",
        "rows": "Righe",
        "vat": "IVA",
        "fund": "Cassa previdenziale",
        "held": "Ritenuta",
        "bollo": "Bollo",
        "total": "Totale",
        "pay": "Pagamento",
        "due": "scadenza",
        "files": "Allegato",
        "of": "del",
        "error": "errore",
        "warning": "avviso",
        "well": "Nessun rilievo.",
    },
}

_LABEL = 22


def show(invoice: Invoice, findings: Sequence[Finding] | None = None, language: Language = "en") -> str:
    """The text of an invoice, or of the several of a *lotto*, and of what a check found in it, if there was one.

    Never raises, whatever the tree holds.
    """
    words = _WORDS[language]
    lines = [f"FatturaPA {invoice.format}".rstrip(), ""]
    for key, name in (("seller", "CedentePrestatore"), ("buyer", "CessionarioCommittente")):
        lines += _labelled(words[key], _party(branch(invoice.header, name)))
    lines += _labelled(words["to"], [_recipient(branch(invoice.header, "DatiTrasmissione"))])
    for body in invoice.bodies:
        lines += ["", *_body(body, words, language)]
    if findings is not None:
        lines += ["", *_remarks(findings, words, language)]
    return "".join(f"{_clean(line).rstrip()}\n" for line in lines)


def _clean(line: str) -> str:
    """Without what a terminal would obey: a file from outside may hold any character that XML allows."""
    return "".join(c if c.isprintable() else " " for c in line)


def _labelled(label: str, values: Iterable[str]) -> list[str]:
    """Lines with a label before the first; none where there is nothing to say."""
    found = [part for value in values if value for part in textwrap.wrap(value, WIDTH - _LABEL)]
    return [f"{label if not index else '':<{_LABEL}}{line}" for index, line in enumerate(found)]


def _party(party: Tree) -> list[str]:
    """Name, identifiers and seat. The simplified invoice has them in blocks of other names, or in the party itself."""
    register = branch(party, "DatiAnagrafici") or branch(party, "IdentificativiFiscali") or party
    details = branch(party, "AltriDatiIdentificativi") or party
    names = branch(register, "Anagrafica") or details
    name = text(names, "Denominazione") or f"{text(names, 'Nome')} {text(names, 'Cognome')}".strip()
    vat = f"{text(register, 'IdFiscaleIVA', 'IdPaese')}{text(register, 'IdFiscaleIVA', 'IdCodice')}"
    tax_code = text(register, "CodiceFiscale")
    seat = branch(details, "Sede")
    street = f"{text(seat, 'Indirizzo')} {text(seat, 'NumeroCivico')}".strip()
    place = " ".join(filter(None, (text(seat, each) for each in ("CAP", "Comune", "Provincia", "Nazione"))))
    identifiers = ", ".join(filter(None, (vat and f"P.IVA {vat}", tax_code and f"C.F. {tax_code}")))
    return [name, identifiers, ", ".join(filter(None, (street, place)))]


def _recipient(sent: Tree) -> str:
    return " ".join(filter(None, (text(sent, "CodiceDestinatario"), text(sent, "PECDestinatario"))))


def _body(body: Tree, words: dict[str, str], language: Language) -> Iterator[str]:
    general = branch(body, "DatiGenerali", "DatiGeneraliDocumento")
    yield _title(general, words, language)
    for line in texts(general, "Causale"):
        yield from textwrap.wrap(line, WIDTH, initial_indent="  ", subsequent_indent="  ")
    yield from _rows(body, words)
    yield from _sums(body, general, words, language)
    for terms in branches(body, "DatiPagamento"):
        for payment in branches(terms, "DettaglioPagamento"):
            yield from _labelled(words["pay"], [_payment(payment, words, language)])
    for file in branches(body, "Allegati"):
        yield from _labelled(words["files"], [text(file, "NomeAttachment")])


def _title(general: Tree, words: dict[str, str], language: Language) -> str:
    kind = text(general, "TipoDocumento")
    known = codes.find("TipoDocumento", kind)
    named = f"{kind} {known.en if language == 'en' else known.it}" if known else kind
    return f"{named} {text(general, 'Numero')} {words['of']} {text(general, 'Data')} {text(general, 'Divisa')}"


def _rows(body: Tree, words: dict[str, str]) -> Iterator[str]:
    lines = branches(body, "DatiBeniServizi", "DettaglioLinee")
    simplified = [] if lines else branches(body, "DatiBeniServizi")
    yield f"{words['rows']}:"
    for line in lines:
        quantity = " ".join(filter(None, (text(line, "Quantita"), text(line, "UnitaMisura"))))
        price = " × ".join(filter(None, (quantity, text(line, "PrezzoUnitario"))))  # noqa: RUF001  (a product)
        changed = "".join(_discount(each) for each in branches(line, "ScontoMaggiorazione"))
        rate = _rate(text(line, "AliquotaIVA"), text(line, "Natura"))
        yield from _row(text(line, "NumeroLinea"), text(line, "Descrizione"))
        yield f"        {price}{changed} = {text(line, 'PrezzoTotale')}   {words['vat']} {rate}"
    for index, line in enumerate(simplified, 1):
        rate = _rate(text(line, "DatiIVA", "Aliquota"), text(line, "Natura"))
        yield from _row(str(index), text(line, "Descrizione"))
        yield f"        {text(line, 'Importo')}   {words['vat']} {rate} {text(line, 'DatiIVA', 'Imposta')}"


def _row(number: str, description: str) -> list[str]:
    start = f"  {number:>4}  "
    return textwrap.wrap(description, WIDTH, initial_indent=start, subsequent_indent=" " * 8) or [start]


def _discount(change: Tree) -> str:
    sign = "+" if text(change, "Tipo") == "MG" else "-"
    percent = text(change, "Percentuale")
    return f" {sign} {text(change, 'Importo') or (percent and f'{percent}%')}"


def _rate(rate: str, natura: str) -> str:
    return " ".join(filter(None, (rate and f"{rate}%", natura)))


def _sums(body: Tree, general: Tree, words: dict[str, str], language: Language) -> Iterator[str]:
    for fund in branches(general, "DatiCassaPrevidenziale"):
        name = codes.describe("TipoCassa", text(fund, "TipoCassa"), language)
        charged = f"{name} {text(fund, 'AlCassa')}%: {text(fund, 'ImportoContributoCassa')}"
        yield from _labelled(words["fund"], [charged.strip()])
    for summary in branches(body, "DatiBeniServizi", "DatiRiepilogo"):
        rate = _rate(text(summary, "AliquotaIVA"), text(summary, "Natura"))
        yield from _labelled(
            words["vat"], [f"{rate}: {text(summary, 'ImponibileImporto')} + {text(summary, 'Imposta')}"]
        )
    for held in branches(general, "DatiRitenuta"):
        percent, amount = text(held, "AliquotaRitenuta"), text(held, "ImportoRitenuta")
        yield from _labelled(words["held"], [f"{text(held, 'TipoRitenuta')} {percent}%: {amount}"])
    yield from _labelled(words["bollo"], [text(general, "DatiBollo", "ImportoBollo")])
    yield from _labelled(words["total"], [text(general, "ImportoTotaleDocumento")])


def _payment(payment: Tree, words: dict[str, str], language: Language) -> str:
    kind, due = text(payment, "ModalitaPagamento"), text(payment, "DataScadenzaPagamento")
    named = f"{kind} {codes.describe('ModalitaPagamento', kind, language)}".strip()
    parts = (named, text(payment, "ImportoPagamento"), due and f"{words['due']} {due}", text(payment, "IBAN"))
    return ", ".join(filter(None, parts))


def _remarks(findings: Sequence[Finding], words: dict[str, str], language: Language) -> Iterator[str]:
    if not findings:
        yield words["well"]
    for found in findings:
        message, remedy = (
            (found.message_it, found.remedy_it) if language == "it" else (found.message_en, found.remedy_en)
        )
        yield from textwrap.wrap(f"{words[found.severity]} {found.code}: {message}", WIDTH, subsequent_indent="  ")
        yield from textwrap.wrap(
            " ".join(filter(None, (found.path, "→", remedy))), WIDTH, initial_indent="  ", subsequent_indent="  "
        )
