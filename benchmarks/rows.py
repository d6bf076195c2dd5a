"""The rows that Mastro writes for an invoice, written here by hand: for the floor, and to fill a database quickly."""

import datetime as dt
import sqlite3
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import msgspec

from benchmarks import sample
from mastro.database.columns import fold
from mastro.model.entity import Entity
from mastro.model.issued_document import IssuedDocument

CENT = Decimal("0.01")
FIRST_DAY = dt.date(2017, 1, 1)
DAYS = 3600
CUSTOMERS = 1000
COUNTERS = ("issued_documents", "issued_documents:invoice")

encoder = msgspec.json.Encoder(decimal_format="number")


class Create(msgspec.Struct):
    """Body of a create."""

    data: IssuedDocument


decoder = msgspec.json.Decoder(Create)


def columns(database: sqlite3.Connection) -> list[str]:
    """Read the columns of the documents' table, which must be among those that are known here."""
    found = [row[1] for row in database.execute("PRAGMA table_info(issued_documents)")]
    unknown = set(found) ^ set(row(0, IssuedDocument(), b""))
    if unknown:
        raise RuntimeError(f"benchmarks/rows.py and the table issued_documents differ: {', '.join(sorted(unknown))}")
    return found


def insert(database: sqlite3.Connection) -> str:
    """Write the INSERT of a document."""
    names = columns(database)
    return f"INSERT INTO issued_documents ({', '.join(names)}) VALUES ({', '.join(f':{name}' for name in names)})"


def row(company: int, document: IssuedDocument, body: bytes) -> dict[str, object]:
    """Write the columns of an invoice."""
    entity = document.entity or Entity()
    return {
        "company_id": company,
        "id": document.id,
        "type": document.type,
        "entity_id": entity.id,
        "entity_name": fold(entity.name),
        "entity_vat_number": fold(entity.vat_number),
        "entity_tax_code": fold(entity.tax_code),
        "entity_city": fold(entity.address_city),
        "entity_province": fold(entity.address_province),
        "entity_country": fold(entity.country),
        "date": str(document.date),
        "number": document.number,
        "numeration": fold(document.numeration),
        "amount_net": _cents(document.amount_net),
        "amount_vat": _cents(document.amount_vat),
        "amount_gross": _cents(document.amount_gross),
        "euro_net": _cents(document.amount_net),
        "euro_vat": _cents(document.amount_vat),
        "euro_gross": _cents(document.amount_gross),
        "stamp_duty": None,
        "is_marked": False,
        "next_due_date": str(document.next_due_date),
        "created_at": document.created_at,
        "updated_at": document.updated_at,
        "attachment_token": document.attachment_token,
        "subject": fold(document.subject),
        "visible_subject": fold(document.visible_subject),
        "year": document.year,
        "series": "invoice",
        "sezionale": document.numeration,
        "dn_year": None,
        "dn_number": None,
        "ei_status": document.ei_status,
        "scope": "issued_documents.invoices",
        "links": "url",
        "body": body,
    }


def add_up(document: IssuedDocument) -> None:
    """Rows to VAT by rate to totals, without pension funds, withholding or stamp duty."""
    bases: dict[Decimal, Decimal] = {}
    for number, item in enumerate(document.items_list or [], start=1):
        item.id = number
        price, quantity = item.net_price or Decimal(0), item.qty or Decimal(1)
        total = (quantity * price * (100 - (item.discount or 0)) / 100).quantize(CENT, ROUND_HALF_UP)
        rate = item.vat.value if item.vat and item.vat.value is not None else Decimal(0)
        bases[rate] = bases.get(rate, Decimal(0)) + total
    net = sum(bases.values(), Decimal(0))
    vat = sum(((base * rate / 100).quantize(CENT, ROUND_HALF_UP) for rate, base in bases.items()), Decimal(0))
    document.amount_net, document.amount_vat, document.amount_gross = net, vat, net + vat
    for number, payment in enumerate(document.payments_list or [], start=1):
        payment.id = number
    document.next_due_date = min((p.due_date for p in document.payments_list or [] if p.due_date), default=None)


def fill(path: Path, company: int, count: int) -> None:
    """Put invoices of one row into an empty company, straight into the tables. No server may have the file open."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode=OFF")
    database.execute("PRAGMA synchronous=OFF")
    database.execute("PRAGMA cache_size=-1000000")
    database.execute("BEGIN")
    database.executemany(insert(database), _invoices(company, count))
    for name in COUNTERS:
        database.execute(
            "INSERT INTO counters (company_id, name, last_id, total) VALUES (?, ?, ?, ?)", (company, name, count, count)
        )
    database.execute("COMMIT")
    database.execute("PRAGMA journal_mode=WAL")
    database.close()


def _invoices(company: int, count: int) -> Iterator[dict[str, object]]:
    document = decoder.decode(sample.create_body(1)).data
    add_up(document)
    assert document.entity
    document.created_at = document.updated_at = "2026-06-30 12:00:00"
    for number in range(1, count + 1):
        document.id = document.number = number
        document.date = FIRST_DAY + dt.timedelta(days=(number - 1) * DAYS // count)
        document.year = document.date.year
        document.entity.name = f"Cliente {number * 7919 % CUSTOMERS:03}"
        yield row(company, document, encoder.encode(document))


def _cents(amount: Decimal | None) -> int:
    return int((amount or Decimal(0)) * 100)
