"""Search over everything in a long history, beside the plainest list that an index answers, on the same server."""

import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

from benchmarks import rows, servers
from benchmarks.load import Load, request
from benchmarks.report import Result, Table

INVOICES = 100_000
QUICK_INVOICES = 10_000
HIGHEST = 20.0
"""Ratio to the list."""

LIST = "issued_documents?type=invoice&per_page=20"


@dataclass(frozen=True, slots=True)
class Case:
    """A text that somebody looks for, and how many hits it must have at least."""

    name: str
    text: str
    hits: int


CASES = (
    Case("the number of an invoice", "777%2F2017", 1),
    Case("a name with a number", "cliente%20007", 1),
    Case("a word that every invoice has", "cliente", 20),
    Case("two words that every invoice has", "cliente%20servizi", 20),
    Case("the begin of a word", "cli", 20),
    Case("an amount that every invoice has", "50%2C33", 20),
    Case("a word with a slip in it", "cleinte", 20),
    Case("a word that nothing has", "zanzibar", 0),
)


def run(*, quick: bool) -> Table:
    """Measure milliseconds from request to answer, one request at a time, the list and the search in turns."""
    count = QUICK_INVOICES if quick else INVOICES
    with tempfile.TemporaryDirectory(prefix="mastro-bench-") as name:
        store = servers.new_store(Path(name) / "store")
        rows.fill(store.path, store.company, count)
        start = time.perf_counter()
        servers.mastro("reindex", "--database", f"sqlite:///{store.path}", "--data", str(store.path.parent))
        print(f"{count:,} invoices reindexed in {time.perf_counter() - start:.0f} s", flush=True)
        with servers.run_mastro(store) as server:
            os.sched_setaffinity(0, servers.cores()[1])
            measured = [_measure(case, server, rounds=3 if quick else 9) for case in CASES]
    return Table("list of 20 invoices", f"search in {count:,} invoices", measured)


def _measure(case: Case, server: servers.Server, rounds: int) -> Result:
    asked = [f"/c/{server.company}/{path}" for path in (LIST, f"search?text={case.text}")]
    requests = [request("GET", path, token=server.token) for path in asked]
    with Load(server.port, 1) as load:
        found = len(msgspec.json.decode(load.ask(requests[1]))["data"])
        if found < case.hits:
            raise RuntimeError(f"{case.name}: {found} hits")
        taken: list[list[float]] = [[], []]
        for round_ in range(rounds):
            for index in (0, 1) if round_ % 2 == 0 else (1, 0):
                load.run([requests[index]], 1)
                start = time.perf_counter()
                load.run([requests[index]], 5)
                taken[index].append((time.perf_counter() - start) / 5 * 1e3)
    return Result(case.name, "ms", tuple(taken[0]), tuple(taken[1]), HIGHEST)
