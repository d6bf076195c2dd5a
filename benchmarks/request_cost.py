"""CPU per request: one invoice, a page of fifty, a new invoice, each of fifteen rows."""

import gc
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from benchmarks import sample, servers
from benchmarks.load import CONNECTIONS, Load, request
from benchmarks.report import Result, Table
from benchmarks.servers import Server

PAGE_OF_50 = "issued_documents?type=invoice&fieldset=detailed&per_page=50"


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: CPU time is counted in ticks of 10 ms, so a round must take many."""

    documents: int
    gets: int
    pages: int
    posts: int
    rounds: int


FULL = Size(documents=1000, gets=20_000, pages=2000, posts=1500, rounds=9)
QUICK = Size(documents=200, gets=5000, pages=600, posts=400, rounds=3)


@dataclass(frozen=True, slots=True)
class Case:
    """A kind of request and how often it is made in a round."""

    name: str
    count: int
    bar: float
    write: bool = False

    def requests(self, server: Server, documents: int) -> list[bytes]:
        path = f"/c/{server.company}/"
        if self.write:
            return [request("POST", f"{path}issued_documents", token=server.token, body=sample.create_body())]
        if self.name.startswith("page"):
            pages = range(1, max(2, documents // 50 + 1))
            return [request("GET", f"{path}{PAGE_OF_50}&page={page}", token=server.token) for page in pages]
        ids = range(1, documents + 1)
        return [request("GET", f"{path}issued_documents/{id}", token=server.token) for id in ids]


def run(*, quick: bool, self_check: bool = False) -> Table:
    """Measure Mastro against the floor; with `self_check` the floor against itself, which must come to about 1."""
    size = QUICK if quick else FULL
    cases = (
        Case("GET one invoice of 15 rows", size.gets, 2.0),
        Case("page of 50 detailed invoices", size.pages, 1.5),
        Case("POST an invoice of 15 rows", size.posts, 2.0, write=True),
    )
    with _both(self_check=self_check) as pair:
        _, ours = servers.cores()
        os.sched_setaffinity(0, ours)
        for server in pair:
            with Load(server.port) as load:
                load.run(cases[2].requests(server, size.documents), size.documents)
        measured = [_measure(case, pair, size) for case in cases]
    return Table("floor, CPU per request", "floor again" if self_check else "Mastro", measured)


@contextmanager
def _both(*, self_check: bool) -> Iterator[tuple[Server, Server]]:
    """The floor and the server that is measured, each with a database of its own that began as the same file."""
    with tempfile.TemporaryDirectory(prefix="mastro-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        if self_check:
            stores = [servers.bare_store(folder / one) for one in ("a", "b")]
            pair = tuple(stack.enter_context(servers.run_floor(store)) for store in stores)
            yield pair[0], pair[1]
            return
        store = servers.new_store(folder / "mastro")
        floor = stack.enter_context(servers.run_floor(servers.copy_store(store, folder / "floor")))
        yield floor, stack.enter_context(servers.run_mastro(store))


def _measure(case: Case, pair: tuple[Server, Server], size: Size) -> Result:
    requests = [case.requests(server, size.documents) for server in pair]
    for server, asked in zip(pair, requests, strict=True):
        with Load(server.port) as load:
            _check(load.ask(asked[0]))
            load.run(asked, max(20, case.count // 10))  # statements get compiled, caches filled
    taken: list[list[float]] = [[], []]
    for round_ in range(size.rounds):
        for index in _order(round_):
            taken[index].append(_cpu_per_request(pair[index], requests[index], case.count))
    return Result(case.name, "µs", tuple(taken[0]), tuple(taken[1]), case.bar)


def _cpu_per_request(server: Server, requests: list[bytes], count: int) -> float:
    """Measure microseconds over new connections: a server closes those that rested while the other had its turn."""
    gc.collect()
    with Load(server.port) as load:
        load.run(requests, CONNECTIONS)
        before = server.cpu_seconds()
        load.run(requests, count)
        return (server.cpu_seconds() - before) / count * 1e6


def _check(answer: bytes) -> None:
    """Make sure that what is measured is the work that is meant."""
    data = msgspec.json.decode(answer)["data"]
    documents = data if isinstance(data, list) else [data]
    if {len(document["items_list"]) for document in documents} != {15} or len(documents) not in {1, 50}:
        raise RuntimeError("the server answers, but not with invoices of 15 rows")


def _order(round_: int) -> Sequence[int]:
    """Take turns in going first, so that neither always runs on a warmer machine."""
    return (0, 1) if round_ % 2 == 0 else (1, 0)
