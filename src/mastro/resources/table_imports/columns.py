"""Which column of a file is which key: the headings that people and other programs write, and what a cell says."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from mastro.database.columns import fold
from mastro.resources.table_imports.store import Kind
from mastro.sheets.cells import number

HEADING_WITHIN = 15
"""Rows from the top among which the headings are looked for: exports begin with a title."""


class WrongCell(ValueError):
    """A cell that its key cannot take; the message says what it takes."""


# what a cell says


def _text(cell: str) -> str:
    return cell


def _code(cell: str) -> str:
    """A code that a spreadsheet took for a number: `'01234` and `1234.0`."""
    return cell.lstrip("'").replace(" ", "")


def _digits(length: int) -> Callable[[str], str]:
    """A number with its zeros in front, which spreadsheets leave out."""

    def read(cell: str) -> str:
        code = _code(cell)
        return code.zfill(length) if code.isdigit() and length - 3 <= len(code) < length else code

    return read


def _number(cell: str) -> Decimal:
    """A number as Italians or as programs write it."""
    found = number(cell)
    if found is None:
        raise WrongCell(f"{cell[:40]!r} is not a number; write it like 1234,56.")
    return found


def _whole(cell: str) -> int:
    found = _number(cell)
    if found != found.to_integral_value() or abs(found) > 10**9:
        raise WrongCell(f"{cell[:40]!r} is not a whole number.")
    return int(found)


def _vat(cell: str) -> dict[str, Decimal]:
    return {"value": _number(cell)}


def _choice(words: Mapping[str, object]) -> Callable[[str], object]:
    def read(cell: str) -> object:
        word = plain(cell)
        if word not in words:
            known = ", ".join(dict.fromkeys(words))
            raise WrongCell(f"{cell[:40]!r} is none of: {known}.")
        return words[word]

    return read


_SWITCH = {"si": True, "no": False, "yes": True, "true": True, "false": False, "vero": True, "falso": False}
_SWITCH |= {"1": True, "0": False, "x": True, "s": True, "n": False, "y": True}
_TYPES = {"azienda": "company", "societa": "company", "impresa": "company", "company": "company", "ditta": "company"}
_TYPES |= {"privato": "person", "personafisica": "person", "persona": "person", "person": "person"}
_TYPES |= {"pa": "pa", "pubblicaamministrazione": "pa", "condominio": "condo", "condo": "condo"}
_TERMS = {"standard": "standard", "finemese": "end_of_month", "endofmonth": "end_of_month", "si": "end_of_month"}
_TERMS |= {"no": "standard", "1": "end_of_month", "0": "standard"}

Reader = Callable[[str], Any]


# keys and headings


_ENTITY: dict[str, tuple[Reader, str]] = {
    "name": (_text, "denominazione ragionesociale nominativo nome name companyname cliente fornitore intestazione"),
    "code": (_code, "codice cod codicecliente codicefornitore code id"),
    "type": (_choice(_TYPES), "tipo tipologia type tiposoggetto"),
    "first_name": (_text, "nomepersona firstname primonome"),
    "last_name": (_text, "cognome lastname surname"),
    "contact_person": (_text, "referente contatto personadicontatto contactperson contact"),
    "vat_number": (_digits(11), "partitaiva piva iva vat vatnumber pivataxid partitaivataxid taxid piva/taxid"),
    "tax_code": (_digits(11), "codicefiscale cf codfiscale taxcode fiscalcode"),
    "address_street": (_text, "indirizzo via address street sede addressstreet"),
    "address_postal_code": (_digits(5), "cap codicepostale zip zipcode postalcode addresspostalcode"),
    "address_city": (_text, "citta comune localita city town addresscity"),
    "address_province": (_text, "provincia prov pr province state addressprovince"),
    "address_extra": (_text, "noteindirizzo indirizzoextra addressextra presso"),
    "country": (_text, "paese nazione stato country"),
    "email": (_text, "email mail emailaddress postaelettronica indirizzoemail"),
    "certified_email": (_text, "pec emailpec indirizzopec postacertificata certifiedemail"),
    "phone": (_code, "telefono tel cellulare phone telephone mobile"),
    "fax": (_code, "fax"),
    "bank_iban": (_code, "iban bankiban"),
    "notes": (_text, "note notes annotazioni osservazioni"),
}
_CLIENT: dict[str, tuple[Reader, str]] = {
    **_ENTITY,
    "ei_code": (_code, "codicesdi codicedestinatario sdi codiceunivoco eicode recipientcode codicefatturazione"),
    "e_invoice": (_choice(_SWITCH), "fatturaelettronica fatturazioneelettronica einvoice"),
    "bank_name": (_text, "banca bank bankname"),
    "bank_swift_code": (_code, "bic swift bicswift bankswiftcode"),
    "shipping_address": (_text, "indirizzospedizione indirizzodispedizione shippingaddress destinazione"),
    "default_payment_terms": (_whole, "terminidipagamento giornipagamento giorni paymentterms defaultpaymentterms"),
    "default_payment_terms_type": (_choice(_TERMS), "finemese tipotermini paymenttermstype"),
    "default_discount": (_number, "sconto discount scontopredefinito defaultdiscount"),
    "default_vat": (_vat, "ivapredefinita aliquotapredefinita defaultvat aliquotaiva"),
}
_PRODUCT: dict[str, tuple[Reader, str]] = {
    "name": (_text, "nome prodotto nomeprodotto articolo name product denominazione titolo"),
    "code": (_code, "codice cod codiceprodotto codicearticolo code sku"),
    "net_price": (_number, "prezzonetto prezzo listino prezzodivendita netprice price prezzovendita imponibile"),
    "gross_price": (_number, "prezzolordo prezzoivato prezzoivainclusa grossprice prezzoivacompresa"),
    "net_cost": (_number, "costo costonetto prezzodiacquisto prezzoacquisto netcost cost"),
    "measure": (_text, "um unitadimisura misura unita measure unit"),
    "description": (_text, "descrizione description dettagli"),
    "category": (_text, "categoria category gruppo"),
    "notes": (_text, "note notes annotazioni"),
    "default_vat": (_vat, "iva aliquota aliquotaiva vat vatrate codiceiva defaultvat"),
    "in_stock": (_choice(_SWITCH), "magazzino gestiscimagazzino instock inmagazzino"),
    "stock_initial": (_number, "giacenza giacenzainiziale quantita stock stockinitial qta quantitainiziale"),
}

KEYS: dict[Kind, dict[str, tuple[Reader, str]]] = {"clients": _CLIENT, "suppliers": _ENTITY, "products": _PRODUCT}
"""Resource → key → how a cell is read, and the headings that mean it."""

MATCHES: dict[Kind, tuple[str, ...]] = {
    "clients": ("code", "vat_number", "tax_code"),
    "suppliers": ("code", "vat_number", "tax_code"),
    "products": ("code",),
}
"""Resource → keys by which an entry that is there already is known, the surest first."""


def plain(text: str) -> str:
    """A heading without case, accents, blanks and punctuation."""
    return "".join(c for c in fold(text[:80]) if c.isalnum())


def _meaning(kind: Kind) -> dict[str, str]:
    return {heading: key for key, (_, headings) in KEYS[kind].items() for heading in (plain(key), *headings.split())}


def suggest(kind: Kind, headings: Sequence[str]) -> list[str]:
    """The key of each column, as far as its heading says; no key twice."""
    meaning, found = _meaning(kind), list[str]()
    for heading in headings:
        key = meaning.get(plain(heading), "")
        found.append(key if key not in found else "")
    if kind != "products" and "name" in found and "last_name" in found and "first_name" not in found:
        found[found.index("name")] = "first_name"  # "Nome, Cognome": the name is put together from both
    return found


def heading_row(kind: Kind, rows: Sequence[Sequence[str]]) -> int:
    """Place of the row that holds the headings: the first of those with most words that mean a key."""
    scores = [sum(map(bool, suggest(kind, row))) for row in rows[:HEADING_WITHIN]]
    if not any(scores):
        return next((index for index, row in enumerate(rows) if sum(map(bool, row)) > 1), 0)
    return scores.index(max(scores))


_UNSURE = re.compile(r"-?[1-9]\d{0,2}\.\d{3}")


def entry_of(kind: Kind, mapping: Sequence[str], cells: Sequence[str], *, typed: bool) -> dict[str, Any]:
    """What a row says, by key; empty cells say nothing.

    `typed` says that numbers are as somebody typed them, so that 1.234 may be either: it is refused. Raises WrongCell.
    """
    entry: dict[str, Any] = {}
    for key, cell in zip(mapping, cells, strict=False):
        if key and cell:
            read = KEYS[kind][key][0]
            if typed and read in {_number, _vat, _whole} and _UNSURE.fullmatch(cell):
                words = f"{cell!r} may be a thousand or a decimal: write {cell.replace('.', '')} or {cell}0."
                raise WrongCell(words)
            entry[key] = read(cell)
    if kind != "products" and "name" not in entry:
        name = " ".join(entry[key] for key in ("first_name", "last_name") if key in entry)
        entry |= {"name": name} if name else {}
    if "gross_price" in entry and "net_price" not in entry:
        entry["use_gross_price"] = True
    if "stock_initial" in entry:
        entry.setdefault("in_stock", True)
    return entry
