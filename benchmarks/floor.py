"""The floor: what a hand-written server must do at the least. Bare ASGI, raw sqlite3, stored JSON, no token, no checks.

It reads and writes the tables of Mastro, and leaves out whatever can be left out: tokens, scopes, validation beyond the
types, refusals, links. Run as `python -m benchmarks.floor --port P --database FILE`.
"""

import argparse
import datetime as dt
import sqlite3
import time
from typing import Any
from urllib.parse import parse_qsl

import uvicorn

from benchmarks import rows

Scope = dict[str, Any]

COUNT = (
    "INSERT INTO counters (company_id, name, last_id, total) VALUES (?, ?, 1, 1) ON CONFLICT (company_id, name)"
    " DO UPDATE SET last_id = last_id + 1, total = total + 1 RETURNING last_id"
)
LAST = (
    "SELECT number FROM issued_documents WHERE company_id = ? AND series = 'invoice' AND year = ? AND sezionale = ?"
    " ORDER BY number DESC LIMIT 1"
)
EVENT = (
    "INSERT INTO events (company_id, id, type, resource_id, user_id, created_at)"
    " VALUES (?, ?, 'issued_documents.invoices.create', ?, 1, ?)"
)
ONE = "SELECT body FROM issued_documents WHERE company_id = ? AND id = ?"
PAGE = (
    "SELECT body FROM issued_documents WHERE company_id = ? AND type = ? ORDER BY date DESC, id DESC LIMIT ? OFFSET ?"
)
TOTAL = "SELECT total FROM counters WHERE company_id = ? AND name = ?"


class Floor:
    """The three requests that are measured, as an ASGI application."""

    def __init__(self, path: str) -> None:
        self.database = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-32000"):
            self.database.execute(f"PRAGMA {pragma}")
        self.insert = rows.insert(self.database)

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
        found = self.database.execute(PAGE, (company, query["type"], size, (page - 1) * size)).fetchall()
        (total,) = self.database.execute(TOTAL, (company, f"issued_documents:{query['type']}")).fetchone()
        last = -(-total // size)
        path = f"http://127.0.0.1/c/{company}/issued_documents"
        url = f"{path}?type={query['type']}&per_page={size}&page="
        following = f'"{url}{page + 1}"' if page < last else "null"
        previous = f'"{url}{page - 1}"' if page > 1 else "null"
        beside = (
            f'],"current_page":{page},"first_page_url":"{url}1","from":{(page - 1) * size + 1},"last_page":{last},'
            f'"last_page_url":"{url}{last}","next_page_url":{following},"path":"{path}","per_page":{size},'
            f'"prev_page_url":{previous},"to":{(page - 1) * size + len(found)},"total":{total}}}'
        )
        return b'{"data":[' + b",".join([row[0] for row in found]) + beside.encode()

    def create(self, company: int, raw: bytes) -> bytes:
        document = rows.decoder.decode(raw).data
        rows.add_up(document)
        now = dt.datetime.now().strftime("%Y-%m-%d %H:%M:%S")  # noqa: DTZ005 - as the wire writes it
        document.created_at = document.updated_at = now
        date = document.date or dt.date.today()  # noqa: DTZ011 - as above
        document.year = date.year
        run = self.database.execute
        run("BEGIN IMMEDIATE")
        document.id = run(COUNT, (company, "issued_documents")).fetchone()[0]
        run(COUNT, (company, f"issued_documents:{document.type}")).fetchone()
        last = run(LAST, (company, date.year, document.numeration)).fetchone()
        document.number = last[0] + 1 if last else 1
        body = rows.encoder.encode(document)
        run(self.insert, rows.row(company, document, body))
        run(EVENT, (company, time.time_ns() // 1000, document.id, now))
        run("COMMIT")
        return b'{"data":%s}' % body


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
