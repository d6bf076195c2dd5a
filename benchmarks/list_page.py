"""A list page beside the API calls behind it: fifty rows as HTML must not cost much more than asking for them."""

import datetime as dt
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from benchmarks import rows, servers
from benchmarks.load import Load, request
from benchmarks.report import Result, Table
from mastro.database.connection import connect
from mastro.oauth import sessions
from mastro.web.sections.issued_documents.lists import FIELDS

SHORT, LONG = 1000, 100_000
QUICK_LONG = 20_000
HIGHEST = 3.0
"""Ratio to the API calls."""


@dataclass(frozen=True, slots=True)
class Case:
    """A page, and the paths of the API that it asks, as the page asks them."""

    name: str
    page: str
    calls: tuple[str, ...]


LIST = f"issued_documents?type=invoice&per_page=50&sort=-date&fields={quote(FIELDS)}"
SUMMARY = "issued_documents/summary?type=invoice"
PAGE = "issued_documents?type=invoice"

CASES = {
    SHORT: Case("50 invoices and the totals of 1,000", PAGE, (LIST, SUMMARY)),
    LONG: Case("50 invoices of a long history", PAGE, (LIST,)),
}


def run(*, quick: bool) -> Table:
    """Measure milliseconds from request to answer, one request at a time, the calls and the page in turns."""
    measured = []
    with tempfile.TemporaryDirectory(prefix="mastro-bench-") as name:
        for size, case in CASES.items():
            store = servers.new_store(Path(name) / str(size))
            count = min(size, QUICK_LONG) if quick else size
            rows.fill(store.path, store.company, count)
            where = ("--database", f"sqlite:///{store.path}", "--data", str(store.path.parent))
            servers.mastro("reindex", *where)
            key = _session(store)
            with servers.run_mastro(store) as server:
                os.sched_setaffinity(0, servers.cores()[1])
                measured.append(_measure(case, server, key, rounds=3 if quick else 9))
    return Table("API calls", "page", measured)


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
                start = time.perf_counter()
                load.run(requests, 20 * len(requests))
                taken[index].append((time.perf_counter() - start) / 20 * 1e3)
    return Result(case.name, "ms", tuple(taken[0]), tuple(taken[1]), HIGHEST)
