"""Connections and transactions: SQLAlchemy writes the SQL once, the raw driver runs it.

A statement of SQLAlchemy costs some 100 µs a run through its own engine; compiled once and handed to `sqlite3` or
psycopg it costs what the driver costs. So SQLAlchemy is the schema and the compiler here, and nothing more.
"""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

from sqlalchemy import ClauseElement, Dialect, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.compiler import SQLCompiler

from mastro.database.columns import JsonBody
from mastro.database.lane import Lane

Row = tuple[Any, ...]
T = TypeVar("T")

BUSY_SECONDS = 30
"""How long a writer waits for another process's transaction before it gives up."""

RETRIES = 5
"""How often a transaction that the database itself gave up (deadlock, serialisation) is run again."""


class Unavailable(Exception):
    """The database cannot take the transaction now: locked for too long, or out of reach."""


class Duplicate(Exception):
    """A unique constraint refused a row; the message names the constraint or its columns."""


class Compiled:
    """SQL text for one dialect, with the values bound at build time and the names of the parameters that hold JSON."""

    __slots__ = ("bodies", "defaults", "sql")

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled = cast("SQLCompiler", statement.compile(dialect=dialect))
        given = {name for name, bind in compiled.binds.items() if bind.required}
        expanded = compiled.construct_expanded_state(dict.fromkeys(given))  # writes out each `IN (…)`
        self.sql = expanded.statement
        self.defaults = {k: v for k, v in expanded.parameters.items() if k not in given and v is not None}
        self.bodies = tuple(name for name, bind in compiled.binds.items() if isinstance(bind.type, JsonBody))


class Prepared:
    """A statement that is compiled at its first run on each dialect and kept."""

    __slots__ = ("compiled", "statement")

    def __init__(self, statement: ClauseElement) -> None:
        self.statement = statement
        self.compiled: dict[str, Compiled] = {}


Statement = ClauseElement | Prepared


class Cursor(Protocol):
    """What `sqlite3` and psycopg have in common."""

    @property
    def rowcount(self) -> int:
        """How many rows the last statement touched."""

    def execute(self, sql: str, parameters: Mapping[str, Any], /) -> Any:
        """Run a statement."""

    def fetchall(self) -> list[Any]:
        """All rows."""

    def fetchone(self) -> Any:
        """The next row."""


class Session:
    """A transaction. Whoever opened it commits it; code that is handed a session never does."""

    __slots__ = ("cursor", "database", "enqueued")

    def __init__(self, database: "Database", cursor: Cursor) -> None:
        self.database = database
        self.cursor = cursor
        self.enqueued = False
        """True once the transaction has left a job for the workers."""

    def _execute(self, statement: Statement, parameters: Mapping[str, Any]) -> Cursor:
        if isinstance(statement, Prepared):
            compiled = statement.compiled.get(self.database.kind)
            if compiled is None:
                compiled = statement.compiled[self.database.kind] = Compiled(statement.statement, self.database.dialect)
        else:
            compiled = Compiled(statement, self.database.dialect)
        values = {**compiled.defaults, **parameters} if compiled.defaults else parameters
        self.database.execute(self.cursor, compiled, values)
        return self.cursor

    def rows(self, statement: Statement, /, **parameters: Any) -> list[Row]:
        """All rows of a query."""
        return self._execute(statement, parameters).fetchall()

    def row(self, statement: Statement, /, **parameters: Any) -> Row | None:
        """The first row of a query, None without one."""
        row: Row | None = self._execute(statement, parameters).fetchone()
        return row

    def scalar(self, statement: Statement, /, **parameters: Any) -> Any:
        """The first value of the first row, None without one."""
        row = self.row(statement, **parameters)
        return row[0] if row else None

    def run(self, statement: Statement, /, **parameters: Any) -> int:
        """Run a change; how many rows it touched."""
        return self._execute(statement, parameters).rowcount


class Database:
    """A database of either kind. `read` and `write` open a transaction in the calling thread."""

    kind: str
    dialect: Dialect
    embedded: bool
    """True where a short read costs less than handing it to another thread."""

    def __init__(self, url: str, executor: Executor) -> None:
        self.url = url
        self.local = threading.local()
        self.executor = executor
        """Threads that run what must not keep the event loop waiting."""
        self.opened: list[Any] = []
        self.jobs_waiting = threading.Event()
        """Set when a transaction with jobs has committed: a worker in this process need not wait for its turn."""

    def read(self) -> AbstractContextManager[Session]:
        """A transaction that only reads and sees one moment of the database."""
        raise NotImplementedError

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction that commits at the end of the block, and rolls back on any error."""
        raise NotImplementedError
        yield

    def retry(self, work: Callable[[], T]) -> T:
        """Run a transaction again when the database itself gave it up."""
        for attempt in range(RETRIES):
            try:
                return work()
            except Unavailable:
                if attempt == RETRIES - 1:
                    raise
                time.sleep(0.01 * 2**attempt)
        raise AssertionError  # the loop returns or raises

    def execute(self, cursor: Cursor, compiled: Compiled, values: Mapping[str, Any]) -> None:
        """Run a compiled statement; errors of the driver come out as errors of this module."""
        raise NotImplementedError

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Run work that opens a transaction, out of the event loop's way."""
        return await asyncio.get_running_loop().run_in_executor(self.executor, work)

    def close(self) -> None:
        """Close every connection; running transactions end first."""
        self.executor.shutdown(wait=True)
        for connection in self.opened:
            connection.close()
        self.opened.clear()


class SQLite(Database):
    """One file. Readers never wait; writers take turns, in this process through one thread."""

    kind = "sqlite"
    embedded = True

    def __init__(self, url: str) -> None:
        self.writer = Lane("writer")
        super().__init__(url, self.writer)
        self.dialect = sqlite.dialect(paramstyle="named")
        self.path = make_file(url)

    async def in_thread(self, work: Callable[[], T]) -> T:
        """See `Database.in_thread`: writers take turns as it is, so one thread is enough for them."""
        return await self.writer.run(work)

    def connection(self) -> sqlite3.Connection:
        """The calling thread's connection."""
        existing: sqlite3.Connection | None = getattr(self.local, "connection", None)
        if existing is None:
            existing = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            existing.execute("PRAGMA journal_mode=WAL")
            # an answered write must survive a power cut, not only a crash of the process
            existing.execute("PRAGMA synchronous=FULL")
            existing.execute("PRAGMA foreign_keys=ON")
            existing.execute("PRAGMA cache_size=-32000")
            self.local.connection = existing
            self.opened.append(existing)
        return existing

    def read(self) -> AbstractContextManager[Session]:
        """See `Database.read`."""
        return _Transaction(self, "BEGIN")

    @contextmanager
    def write(self) -> Iterator[Session]:
        """See `Database.write`; takes the write lock at once, so that no transaction fails half-way for it."""
        with _Transaction(self, "BEGIN IMMEDIATE") as session:
            yield session
        if session.enqueued:
            self.jobs_waiting.set()

    def execute(self, cursor: Cursor, compiled: Compiled, values: Mapping[str, Any]) -> None:
        """See `Database.execute`."""
        try:
            cursor.execute(compiled.sql, values)
        except sqlite3.IntegrityError as error:
            if "UNIQUE" in str(error):
                raise Duplicate(str(error)) from error
            raise
        except sqlite3.OperationalError as error:
            if "locked" in str(error) or "busy" in str(error):
                raise Unavailable(str(error)) from error
            raise


class _Transaction:
    """A transaction of SQLite. No generator: each request opens one, and half of its cost would be the generator's."""

    __slots__ = ("begin", "cursor", "database")

    def __init__(self, database: SQLite, begin: str) -> None:
        self.database = database
        self.begin = begin
        self.cursor = database.connection().cursor()

    def __enter__(self) -> Session:
        try:
            self.cursor.execute(self.begin)
        except sqlite3.OperationalError as error:
            raise Unavailable(str(error)) from error
        return Session(self.database, self.cursor)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        try:
            if kind is None:
                self.cursor.execute("COMMIT")
        finally:
            if self.cursor.connection.in_transaction:
                self.cursor.execute("ROLLBACK")


class PostgreSQL(Database):
    """A server; every thread of the pool has a connection of its own."""

    kind = "postgresql"
    embedded = False

    def __init__(self, url: str, threads: int = 8) -> None:
        super().__init__(url, ThreadPoolExecutor(threads, thread_name_prefix="database"))
        self.dialect = postgresql.psycopg.dialect()  # type: ignore[no-untyped-call]  # untyped in SQLAlchemy
        self.conninfo = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)

    def connection(self) -> Any:
        """The calling thread's connection, opened again when the server dropped it."""
        import psycopg  # an extra: not there on an installation that keeps to SQLite  # noqa: PLC0415

        existing = getattr(self.local, "connection", None)
        if existing is None or existing.closed:
            try:
                existing = psycopg.connect(self.conninfo, autocommit=True, options="-c timezone=UTC")
            except psycopg.OperationalError as error:
                raise Unavailable(str(error)) from error
            existing.adapters.register_loader("json", _json_loader())
            self.local.connection = existing
            self.opened.append(existing)
        return existing

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Session]:
        import psycopg  # noqa: PLC0415  (an extra)

        connection = self.connection()
        cursor = connection.cursor()
        try:
            cursor.execute(begin)
            yield Session(self, cursor)
            cursor.execute("COMMIT")
        except BaseException as error:
            if not connection.closed:
                try:
                    cursor.execute("ROLLBACK")
                except psycopg.Error:
                    connection.close()
            if isinstance(error, psycopg.OperationalError):
                raise Unavailable(str(error)) from error
            raise

    def read(self) -> AbstractContextManager[Session]:
        """See `Database.read`."""
        return self._transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    @contextmanager
    def write(self) -> Iterator[Session]:
        """See `Database.write`."""
        with self._transaction("BEGIN") as session:
            yield session
        if session.enqueued:
            self.jobs_waiting.set()

    def execute(self, cursor: Cursor, compiled: Compiled, values: Mapping[str, Any]) -> None:
        """See `Database.execute`."""
        import psycopg  # noqa: PLC0415  (an extra)

        if compiled.bodies:
            values = dict(values)
            for name in compiled.bodies:
                if isinstance(values.get(name), bytes):
                    values[name] = values[name].decode()
        try:
            cursor.execute(compiled.sql, values)
        except psycopg.errors.UniqueViolation as error:
            raise Duplicate(str(error)) from error


def _json_loader() -> type:
    """A loader that hands JSON over as the bytes that came: nothing is parsed to be written again."""
    from psycopg.adapt import Loader  # noqa: PLC0415  (an extra)

    class JsonBytes(Loader):
        def load(self, data: Any) -> bytes:
            return bytes(data)

    return JsonBytes


def make_file(url: str) -> str:
    """Path of the SQLite file of a URL; one that is made now is its owner's alone, as a company's business is."""
    path = make_url(url).database or ""
    if not path or path == ":memory:":
        raise ValueError("SQLite needs a file: sqlite:///path/to/mastro.db")
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).touch(mode=0o600)
    return path


def connect(url: str) -> Database:
    """Open `sqlite:///file` or `postgresql://user@host/name`."""
    backend = make_url(url).get_backend_name()
    if backend == "sqlite":
        return SQLite(url)
    if backend == "postgresql":
        return PostgreSQL(url)
    raise ValueError(f"{backend}: a database URL begins with sqlite:/// or postgresql://")


def first_column(rows: Sequence[Row]) -> list[Any]:
    """The first value of each row."""
    return [row[0] for row in rows]
