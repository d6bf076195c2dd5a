"""The lists of an export that are spreadsheets, too: what their columns are called and where their values come from."""

from collections.abc import Iterator
from typing import Any

from mastro.tables import Cell, Column, Kind

_Column = tuple[str, str, str, Kind]
"""Italian and English label, path in the body, kind."""

_NUMBER: tuple[_Column, ...] = (
    ("Data", "Date", "date", "date"),
    ("Numero", "Number", "number", "integer"),
    ("Sezionale", "Series", "numeration", "text"),
)
_PARTY: tuple[_Column, ...] = (
    ("Nome", "Name", "entity.name", "text"),
    ("Partita IVA", "VAT number", "entity.vat_number", "text"),
    ("Codice fiscale", "Tax code", "entity.tax_code", "text"),
)
_AMOUNTS: tuple[_Column, ...] = (
    ("Imponibile", "Net", "amount_net", "money"),
    ("IVA", "VAT", "amount_vat", "money"),
    ("Totale", "Gross", "amount_gross", "money"),
)
_WITHHOLDING: tuple[_Column, ...] = (
    ("Ritenuta", "Withholding tax", "amount_withholding_tax", "money"),
    ("Prossima scadenza", "Next due date", "next_due_date", "date"),
)
_ENTITY: tuple[_Column, ...] = (
    ("Codice", "Code", "code", "text"),
    ("Nome", "Name", "name", "text"),
    ("Partita IVA", "VAT number", "vat_number", "text"),
    ("Codice fiscale", "Tax code", "tax_code", "text"),
    ("Indirizzo", "Address", "address_street", "text"),
    ("CAP", "Postal code", "address_postal_code", "text"),
    ("Comune", "City", "address_city", "text"),
    ("Provincia", "Province", "address_province", "text"),
    ("Paese", "Country", "country", "text"),
    ("E-mail", "E-mail", "email", "text"),
    ("PEC", "Certified e-mail", "certified_email", "text"),
    ("Telefono", "Phone", "phone", "text"),
    ("IBAN", "IBAN", "bank_iban", "text"),
    ("Note", "Notes", "notes", "text"),
)

LISTS: dict[str, tuple[_Column, ...]] = {
    "issued_documents": (
        ("Tipo", "Type", "type", "text"),
        *_NUMBER,
        *_PARTY,
        ("Oggetto", "Subject", "visible_subject", "text"),
        *_AMOUNTS,
        *_WITHHOLDING,
        ("Stato della fattura elettronica", "E-invoice status", "ei_status", "text"),
    ),
    "received_documents": (
        ("Tipo", "Type", "type", "text"),
        ("Data", "Date", "date", "date"),
        ("Numero", "Number", "invoice_number", "text"),
        *_PARTY,
        ("Descrizione", "Description", "description", "text"),
        ("Categoria", "Category", "category", "text"),
        *_AMOUNTS,
        *_WITHHOLDING,
    ),
    "clients": (*_ENTITY, ("Codice destinatario", "Recipient code", "ei_code", "text")),
    "suppliers": _ENTITY,
    "products": (
        ("Codice", "Code", "code", "text"),
        ("Nome", "Name", "name", "text"),
        ("Descrizione", "Description", "description", "text"),
        ("Categoria", "Category", "category", "text"),
        ("Unità", "Measure", "measure", "text"),
        ("Prezzo netto", "Net price", "net_price", "number"),
        ("Prezzo lordo", "Gross price", "gross_price", "number"),
        ("Costo netto", "Net cost", "net_cost", "number"),
        ("Giacenza", "In stock", "stock_current", "number"),
    ),
    "receipts": (
        *_NUMBER,
        ("Tipo", "Type", "type", "text"),
        ("Descrizione", "Description", "description", "text"),
        *_AMOUNTS,
    ),
    "taxes": (
        ("Scadenza", "Due date", "due_date", "date"),
        ("Descrizione", "Description", "description", "text"),
        ("Importo", "Amount", "amount", "money"),
        ("Stato", "Status", "status", "text"),
    ),
    "archive": (
        ("Data", "Date", "date", "date"),
        ("Descrizione", "Description", "description", "text"),
        ("Categoria", "Category", "category", "text"),
    ),
}
"""Collection → its columns."""


def columns(name: str, language: str) -> list[Column]:
    """The columns of a list in a language."""
    return [Column(label=en if language == "en" else it, kind=kind) for it, en, _, kind in LISTS[name]]


def rows(name: str, bodies: Iterator[Any]) -> Iterator[list[Cell]]:
    """A row for each body."""
    paths = [path.split(".") for _, _, path, _ in LISTS[name]]
    for body in bodies:
        yield [_value(body, path) for path in paths]


def _value(body: Any, path: list[str]) -> Cell:
    for part in path:
        body = getattr(body, part, None)
    value: Cell = body
    return value
