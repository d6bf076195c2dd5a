"""Starts the servers that are measured, each on a port of its own, and reads what CPU time they have used."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from mastro.database.schema import metadata
from mastro.resources.issued_documents import table  # noqa: F401 - declares the documents' table

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
START_SECONDS = 60.0
MASTRO = Path(sys.executable).with_name("mastro")
"""The command, as the environment of this Python has it installed."""
ALLOCATOR = {"MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TRIM_THRESHOLD_": str(256 << 20)}
"""For both servers alike. Without it the C library gives the 600 KB of a page back to the system after each answer, or
does not, by the chance of what lies above them: 470 page faults, or none, and 1,200 µs a page, or 200."""
EMAIL = "bench@example.com"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server and how to call it."""

    name: str
    pid: int
    port: int
    company: int
    token: str = ""

    def cpu_seconds(self) -> float:
        """CPU time that the process, its threads and its child processes have used so far."""
        return sum(_ticks(pid) for pid in _tree(self.pid)) / TICKS_A_SECOND


@dataclass(frozen=True, slots=True)
class Store:
    """A database file of Mastro's schema with one company, and the token that opens it."""

    path: Path
    company: int
    token: str


def cores() -> tuple[set[int], set[int]]:
    """Choose where servers run and where the load generator does: apart where there are two cores."""
    allowed = sorted(os.sched_getaffinity(0))
    return {allowed[0]}, {allowed[-1]}


def new_store(folder: Path) -> Store:
    """Make a database by the command line, as any installation is made."""
    folder.mkdir(parents=True)
    path = folder / "mastro.db"
    where = ("--database", f"sqlite:///{path}", "--data", str(folder))
    mastro("migrate", *where)
    mastro("user", "create", "--email", EMAIL, "--name", "Bench", *where)
    company = int(
        mastro("company", "create", "--owner", EMAIL, "--name", "Bench S.r.l.", "--vat-number", "01234567897", *where)
    )
    token = mastro("token", "create", "--email", EMAIL, "--company", str(company), *where)
    return Store(path, company, token)


def bare_store(folder: Path) -> Store:
    """Make a database for the floor alone: the tables without the command line."""
    folder.mkdir(parents=True)
    path = folder / "mastro.db"
    metadata.create_all(create_engine(f"sqlite:///{path}", poolclass=NullPool))
    return Store(path, 1, "")


def copy_store(store: Store, folder: Path) -> Store:
    """Copy a database that no server has open."""
    folder.mkdir(parents=True)
    with sqlite3.connect(store.path) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    path = folder / store.path.name
    shutil.copy(store.path, path)
    return Store(path, store.company, store.token)


def mastro(*arguments: str) -> str:
    """Run a command of Mastro and return what it printed."""
    command = [str(MASTRO), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode:
        raise RuntimeError(f"mastro {' '.join(arguments)}: {done.stderr.strip()[-2000:]}")
    return done.stdout.strip()


@contextmanager
def run_mastro(store: Store) -> Iterator[Server]:
    """Serve a database with Mastro."""
    where = ["--database", f"sqlite:///{store.path}", "--data", str(store.path.parent)]
    with _running([str(MASTRO), "serve", *where]) as (pid, port):
        yield Server("Mastro", pid, port, store.company, store.token)


@contextmanager
def run_floor(store: Store) -> Iterator[Server]:
    """Serve a database with the floor."""
    with _running([sys.executable, "-m", "benchmarks.floor", "--database", str(store.path)]) as (pid, port):
        yield Server("floor", pid, port, store.company)


@contextmanager
def _running(command: list[str]) -> Iterator[tuple[int, int]]:
    port = _free_port()
    ours, (theirs, _) = os.sched_getaffinity(0), cores()
    with tempfile.TemporaryFile() as said:
        os.sched_setaffinity(0, theirs)  # inherited by the process that starts now
        try:
            process = subprocess.Popen(
                [*command, "--port", str(port)], stdout=said, stderr=said, env={**os.environ, **ALLOCATOR}
            )
        finally:
            os.sched_setaffinity(0, ours)
        try:
            _wait(process, port, lambda: _tail(said))
            yield process.pid, port
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: "subprocess.Popen[bytes]", port: int, said: Callable[[], str]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with status {process.returncode}: {said()}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"the server did not listen within {START_SECONDS:.0f} s: {said()}")


def _tail(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read()[-2000:].decode(errors="replace")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _tree(pid: int) -> Iterator[int]:
    """Walk over a process and all that came from it."""
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from _tree(int(child))


def _ticks(pid: int) -> int:
    # fields 14 to 17 of proc(5): user and system time, of the process and of its ended children
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15])
