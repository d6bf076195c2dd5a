"""The first page of a long history: its time, with its `total`, must hardly grow with what lies behind it."""

import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import msgspec

from benchmarks import rows, servers
from benchmarks.load import Load, request
from benchmarks.report import Result, Table
from benchmarks.servers import Server

SHORT, LONG = 10_000, 1_000_000
QUICK_LONG = 50_000


@dataclass(frozen=True, slots=True)
class Case:
    """A list, how often it is asked for in a round, and how much longer it may take on the long history."""

    name: str
    query: str
    count: int
    bar: float | None = None


CASES = (
    Case("first page and its total", "type=invoice&per_page=50", 60, 3.0),
    Case("first page, detailed", "type=invoice&per_page=50&fieldset=detailed", 60, 3.0),
    Case("page 100", "type=invoice&per_page=50&page=100", 20),
    Case("first page by customer", "type=invoice&per_page=50&q=entity.name%20%3D%20%27Cliente%20007%27", 4),
    Case("first page of a year", "type=invoice&per_page=50&q=date%20%3E%3D%20%272026-01-01%27", 4),
)


def run(*, quick: bool) -> Table:
    """Measure Mastro at two sizes, in turns: milliseconds from request to answer, one request at a time."""
    sizes = (SHORT, QUICK_LONG if quick else LONG)
    with tempfile.TemporaryDirectory(prefix="mastro-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        empty = servers.new_store(folder / "empty")
        pair = []
        for size in sizes:
            store = servers.copy_store(empty, folder / str(size))
            start = time.perf_counter()
            rows.fill(store.path, store.company, size)
            print(f"{size:,} invoices put in place in {time.perf_counter() - start:.0f} s", flush=True)
            pair.append(stack.enter_context(servers.run_mastro(store)))
        _, ours = servers.cores()
        os.sched_setaffinity(0, ours)
        measured = [_measure(case, pair, sizes, rounds=3 if quick else 9) for case in CASES]
    return Table(f"{sizes[0]:,} invoices", f"{sizes[1]:,} invoices", measured)


def _measure(case: Case, pair: Sequence[Server], sizes: tuple[int, int], rounds: int) -> Result:
    requests = [request("GET", f"/c/{s.company}/issued_documents?{case.query}", token=s.token) for s in pair]
    for server, asked, size in zip(pair, requests, sizes, strict=True):
        with Load(server.port, 1) as load:
            _check(load.ask(asked), case, size)
    taken: list[list[float]] = [[], []]
    for round_ in range(rounds):
        for index in (0, 1) if round_ % 2 == 0 else (1, 0):
            with Load(pair[index].port, 1) as load:
                load.run([requests[index]], 2)
                start = time.perf_counter()
                load.run([requests[index]], case.count)
                taken[index].append((time.perf_counter() - start) / case.count * 1e3)
    return Result(case.name, "ms", tuple(taken[0]), tuple(taken[1]), case.bar)


def _check(answer: bytes, case: Case, size: int) -> None:
    """Make sure that what is measured is the work that is meant."""
    page = msgspec.json.decode(answer)
    narrowed = 0 < page["total"] < size
    whole = page["total"] == size and len(page["data"]) == 50
    right = narrowed if "q=" in case.query else whole
    if not right:
        raise RuntimeError(f"{case.name}: {len(page['data'])} rows, total {page['total']} of {size}")
