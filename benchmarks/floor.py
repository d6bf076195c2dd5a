"""The floor: what a hand-written server must do at the least. Bare ASGI, raw sqlite3, stored JSON, no token, no checks.

It reads and writes the tables of Mastro, and leaves out whatever can be left out: tokens, scopes, validation beyond the
types, refusals, links. Run as `python -m benchmarks.floor --port P --database FILE`.
"""

import argparse
import datetime as dt
import sqlite3
import time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import uvicorn

from mastro.model.issued_document import IssuedDocument

Scope = dict[str, Any]

SCHEMA = """
CREATE TABLE issued_documents (
    company_id INTEGER NOT NULL, id INTEGER NOT NULL, type TEXT NOT NULL, kind TEXT NOT NULL, year INTEGER NOT NULL,
    numeration TEXT NOT NULL, number INTEGER NOT NULL, date TEXT NOT NULL, entity_id INTEGER, entity_name TEXT,
    entity_vat_number TEXT, subject TEXT, amount_net INTEGER, amount_vat INTEGER, amount_gross INTEGER,
    next_due_date TEXT, created_at TEXT, updated_at TEXT, body BLOB NOT NULL, PRIMARY KEY (company_id, id)
);
CREATE UNIQUE INDEX document_number ON issued_documents (company_id, kind, year, numeration, number);
CREATE INDEX document_date ON issued_documents (company_id, type, date, id);
CREATE INDEX document_entity ON issued_documents (company_id, type, entity_name);
CREATE TABLE counters (
    company_id INTEGER, name TEXT, last_id INTEGER NOT NULL, total INTEGER NOT NULL, PRIMARY KEY (company_id, name)
);
CREATE TABLE series (
    company_id INTEGER, kind TEXT, year INTEGER, numeration TEXT, touched INTEGER NOT NULL,
    PRIMARY KEY (company_id, kind, year, numeration)
);
CREATE TABLE events (
    company_id INTEGER, id INTEGER, type TEXT NOT NULL, resource_id INTEGER NOT NULL, user_id INTEGER NOT NULL,
    created_at TEXT NOT NULL, PRIMARY KEY (company_id, id)
);
"""

CENT = Decimal("0.01")
COUNT = (
    "INSERT INTO counters (company_id, name, last_id, total) VALUES (?, ?, 1, 1) ON CONFLICT (company_id, name)"
    " DO UPDATE SET last_id = last_id + 1, total = total + 1 RETURNING last_id"
)
LOCK = (
    "INSERT INTO series VALUES (?, 'invoice', ?, ?, 1) ON CONFLICT (company_id, kind, year, numeration)"
    " DO UPDATE SET touched = touched + 1"
)
HIGHEST = (
    "SELECT max(number) FROM issued_documents WHERE company_id = ? AND kind = 'invoice' AND year = ? AND numeration = ?"
)
EVENT = "INSERT INTO events VALUES (?, ?, 'issued_documents.invoices.create', ?, 1, ?)"
ONE = "SELECT body FROM issued_documents WHERE company_id = ? AND id = ?"
PAGE = (
    "SELECT body FROM issued_documents WHERE company_id = ? AND type = ? ORDER BY date DESC, id DESC LIMIT ? OFFSET ?"
)
TOTAL = "SELECT total FROM counters WHERE company_id = ? AND name = ?"


class Create(msgspec.Struct):
    """Body of a create."""

    data: IssuedDocument


class Floor:
    """The three requests that are measured, as an ASGI application."""

    def __init__(self, path: str) -> None:
        self.database = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-32000"):
            self.database.execute(f"PRAGMA {pragma}")
        self.decoder = msgspec.json.Decoder(Create)
        self.encoder = msgspec.json.Encoder(decimal_format="number")
        self.columns = [row[1] for row in self.database.execute("PRAGMA table_info(issued_documents)")]
        marks = ", ".join(f":{name}" for name in self.columns)
        self.insert = f"INSERT INTO issued_documents ({', '.join(self.columns)}) VALUES ({marks})"

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        parts = scope["path"].split("/")
        company = int(parts[2])
        if scope["method"] == "POST":
            answer = self.create(company, await _read(receive))
        elif len(parts) == 5:
            answer = b'{"data":%s}' % self.database.execute(ONE, (company, int(parts[4]))).fetchone()
        else:
            answer = self.page(company, dict(parse_qsl(scope["query_string"].decode())))
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(answer))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    def page(self, company: int, query: dict[str, str]) -> bytes:
        page, size = int(query.get("page", 1)), int(query.get("per_page", 50))
        rows = self.database.execute(PAGE, (company, query["type"], size, (page - 1) * size)).fetchall()
        (total,) = self.database.execute(TOTAL, (company, f"issued_documents:{query['type']}")).fetchone()
        last = -(-total // size)
        path = f"http://127.0.0.1/c/{company}/issued_documents"
        url = f"{path}?type={query['type']}&per_page={size}&page="
        following = f'"{url}{page + 1}"' if page < last else "null"
        previous = f'"{url}{page - 1}"' if page > 1 else "null"
        beside = (
            f'],"current_page":{page},"first_page_url":"{url}1","from":{(page - 1) * size + 1},"last_page":{last},'
            f'"last_page_url":"{url}{last}","next_page_url":{following},"path":"{path}","per_page":{size},'
            f'"prev_page_url":{previous},"to":{(page - 1) * size + len(rows)},"total":{total}}}'
        )
        return b'{"data":[' + b",".join([row[0] for row in rows]) + beside.encode()

    def create(self, company: int, raw: bytes) -> bytes:
        document = self.decoder.decode(raw).data
        _add_up(document)
        now = dt.datetime.now().strftime("%Y-%m-%d %H:%M:%S")  # noqa: DTZ005 - as the wire writes it
        document.created_at = document.updated_at = now
        date = document.date or dt.date.today()  # noqa: DTZ011 - as above
        document.year = date.year
        run = self.database.execute
        run("BEGIN IMMEDIATE")
        document.id = run(COUNT, (company, "issued_documents")).fetchone()[0]
        run(COUNT, (company, f"issued_documents:{document.type}")).fetchone()
        run(LOCK, (company, date.year, document.numeration))
        (highest,) = run(HIGHEST, (company, date.year, document.numeration)).fetchone()
        document.number = (highest or 0) + 1
        body = self.encoder.encode(document)
        run(self.insert, self.row(company, document, body))
        run(EVENT, (company, time.time_ns() // 1000, document.id, now))
        run("COMMIT")
        return b'{"data":%s}' % body

    def row(self, company: int, document: IssuedDocument, body: bytes) -> dict[str, object]:
        known: dict[str, object] = dict.fromkeys(self.columns)
        entity = document.entity
        known |= {
            "company_id": company,
            "id": document.id,
            "type": document.type,
            "kind": "invoice",
            "year": document.year,
            "numeration": document.numeration,
            "number": document.number,
            "date": str(document.date),
            "entity_name": entity.name.lower() if entity else None,
            "entity_vat_number": entity.vat_number if entity else None,
            "subject": document.subject,
            "amount_net": _cents(document.amount_net),
            "amount_vat": _cents(document.amount_vat),
            "amount_gross": _cents(document.amount_gross),
            "next_due_date": str(document.next_due_date),
            "created_at": document.created_at,
            "updated_at": document.updated_at,
            "body": body,
        }
        return known


def _add_up(document: IssuedDocument) -> None:
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


def _cents(amount: Decimal | None) -> int:
    return int((amount or Decimal(0)) * 100)


async def _read(receive: Any) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message["body"])
        if not message.get("more_body"):
            return b"".join(parts)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--database", required=True)
    given = arguments.parse_args()
    uvicorn.run(
        Floor(given.database),
        host="127.0.0.1",
        port=given.port,
        loop="uvloop",
        http="httptools",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
    )


if __name__ == "__main__":
    main()
