"""A list page beside the API calls behind it: fifty rows as HTML must not cost much more than asking for them."""

import datetime as dt
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from benchmarks import business, rows, servers
from benchmarks.load import Load, request
from benchmarks.report import Result, Table
from mastro.database.connection import connect
from mastro.oauth import sessions
from mastro.web.sections.issued_documents import lists as issued
from mastro.web.sections.received_documents import lists as received

POSTED, LONG = 1000, 100_000
"""Invoices of the small company, which has as many expenses; invoices of the one with a long history."""
QUICK_POSTED, QUICK_LONG = 200, 20_000
HIGHEST = 3.0
"""Ratio to the API calls."""
TIMES = 100
"""A round must take many ticks of 10 ms."""


@dataclass(frozen=True, slots=True)
class Case:
    """A page, and the paths of the API that it asks, as the page asks them."""

    name: str
    page: str
    calls: tuple[str, ...]


def _list(path: str, fields: str) -> str:
    return f"{path}per_page=50&sort=-date&fields={quote(fields)}"


def _dues(direction: str) -> Case:
    month = f"direction={direction}&from=2026-07-01&to=2026-07-31"
    calls = (f"reports/payments?state=unpaid&{month}", "info/payment_accounts")
    return Case(f"payments of a month, {direction}", f"payments?{month}", calls)


INVOICES = _list("issued_documents?type=invoice&", issued.FIELDS)
SAVED = "saved_filters?list="

SMALL_CASES = (
    Case(
        "50 invoices and the totals of 1,000",
        "issued_documents?type=invoice",
        (INVOICES, "issued_documents/summary?type=invoice", f"{SAVED}issued_documents"),
    ),
    Case(
        "50 expenses and the totals of 1,000",
        "received_documents",
        (
            _list("received_documents?", received.FIELDS),
            "received_documents/summary",
            "received_documents/pending?per_page=1&fields=id",
            "info/received_document_categories",
            "info/payment_accounts",
            f"{SAVED}received_documents",
        ),
    ),
    Case("queue of e-invoices", "e_invoices", ("e_invoices?page=1&per_page=50",)),
    _dues("in"),
    _dues("out"),
)
LONG_CASES = (Case("50 invoices of a long history", SMALL_CASES[0].page, (INVOICES, f"{SAVED}issued_documents")),)


def run(*, quick: bool) -> Table:
    """Measure CPU time of the server, one request at a time, the calls and the page in turns.

    A page is asked for again and again, as its readers do; rows that were never shown take some 0.4 ms more for fifty.
    """
    rounds = 3 if quick else 9
    with tempfile.TemporaryDirectory(prefix="mastro-bench-") as name:
        small = servers.new_store(Path(name) / "small")
        with servers.run_mastro(small) as server:
            business.post(server, QUICK_POSTED if quick else POSTED)
        measured = _all(SMALL_CASES, small, rounds)
        large = servers.new_store(Path(name) / "large")
        rows.fill(large.path, large.company, QUICK_LONG if quick else LONG)
        servers.mastro("reindex", "--database", f"sqlite:///{large.path}", "--data", str(large.path.parent))
        measured += _all(LONG_CASES, large, rounds)
    return Table("API calls", "page", measured)


def _all(cases: Sequence[Case], store: servers.Store, rounds: int) -> list[Result]:
    key = _session(store)
    with servers.run_mastro(store) as server:
        os.sched_setaffinity(0, servers.cores()[1])
        return [_measure(case, server, key, rounds) for case in cases]


def _session(store: servers.Store) -> str:
    """What the cookie of the owner holds."""
    database = connect(f"sqlite:///{store.path}")
    try:
        with database.write() as session:
            return sessions.begin(session, 1, dt.datetime.now(dt.UTC))
    finally:
        database.close()


def _measure(case: Case, server: servers.Server, key: str, rounds: int) -> Result:
    company = server.company
    calls = [request("GET", f"/c/{company}/{path}", token=server.token) for path in case.calls]
    page = request("GET", f"/app/{company}/{case.page}")
    cookie = f"Cookie: mastro={key}\r\nSec-Fetch-Site: same-origin\r\n\r\n".encode()
    asked = (calls, [page[:-2] + cookie])
    taken: list[list[float]] = [[], []]
    with Load(server.port, 1) as load:
        for round_ in range(rounds):
            for index in (0, 1) if round_ % 2 == 0 else (1, 0):
                requests = asked[index]
                load.run(requests, len(requests))
                before = server.cpu_seconds()
                load.run(requests, TIMES * len(requests))
                taken[index].append((server.cpu_seconds() - before) / TIMES * 1e3)
    return Result(case.name, "ms", tuple(taken[0]), tuple(taken[1]), HIGHEST)
