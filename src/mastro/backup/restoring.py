"""Restoring a backup: checked whole before anything is touched, built aside, and put in place in one step."""

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import inspect, make_url, text
from sqlalchemy.exc import DatabaseError

from mastro.backup import rows
from mastro.backup.making import FORMAT, KEYS, key_check
from mastro.backup.rows import Columns
from mastro.database import migrations
from mastro.packages import BrokenPackage, Package
from mastro.resources.attachments import storage_of
from mastro.resources.jobs import Tell
from mastro.resources.tables import metadata
from mastro.settings import Settings

HELD = "held by a restore: it may have been done after the backup was made"
"""What a job is marked with that waited when the backup was made."""


class CannotRestore(Exception):
    """The backup cannot be restored, or not here; the message says why and what to do."""


@dataclass(slots=True)
class Restored:
    """What a backup held, or what was restored of it."""

    created_at: str
    version: str
    revision: str
    database: str
    rows: int
    files: int
    missing: list[str]
    """Files that the backup should have had and did not find."""
    other_key: bool = False
    """True where the secret key here is not the one that sealed values were written with."""
    held: int = 0
    """Jobs that waited, and are put aside."""
    aside: list[Path] = field(default_factory=list)
    """Where what was replaced is kept."""


def verify(path: Path, tell: Tell = lambda *_: None) -> Restored:
    """Check a backup without restoring it: every entry against its hash. Raises CannotRestore."""
    with _opened(path) as package:
        return _verified(package, tell)


@contextmanager
def _opened(path: Path) -> Iterator[Package]:
    try:
        with Package(path) as package:
            yield package
    except BrokenPackage as error:
        raise CannotRestore(f"the backup is damaged: {error}") from error


def _verified(package: Package, tell: Tell) -> Restored:
    about = package.about
    if about.get("what") != "mastro backup" or not isinstance(about.get("tables"), dict):
        raise CannotRestore(f"{package.path.name} is no backup of Mastro")
    if about.get("format") != FORMAT:
        raise CannotRestore(f"the backup has the format {about.get('format')}: it needs another version of Mastro")
    if not migrations.knows(str(about["revision"])):
        raise CannotRestore(f"the backup was made by a newer version of Mastro ({about['version']}): install that one")
    tell("verify", 0, 1)
    found = list(package.differences())
    if found:
        more = f" and {len(found) - 5} more" if len(found) > 5 else ""
        raise CannotRestore(f"the backup is damaged: {'; '.join(found[:5])}{more}")
    number = 0
    for name, table in about["tables"].items():
        if f"tables/{name}.jsonl" not in package.entries:
            raise CannotRestore(f"the backup is damaged: the table {name} is missing")
        number += table["rows"]
    return Restored(
        created_at=about["created_at"],
        version=about["version"],
        revision=about["revision"],
        database=about["database"],
        rows=number,
        files=about["files"],
        missing=about["missing"],
    )


def restore(
    settings: Settings, path: Path, *, replace: bool = False, run_jobs: bool = False, tell: Tell = lambda *_: None
) -> Restored:
    """Restore a backup to the database, the storage and the data folder of these settings.

    The database is as before or as in the backup, whatever happens in between. Without `run_jobs` the jobs that waited
    (mail, webhooks, invoices on their way) are put aside: they may have been done after the backup was made. Raises
    CannotRestore for a damaged backup, and for a database that has data (without `replace`) or is in use.
    """
    with _opened(path) as package:
        restored = _verified(package, tell)
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        empty = is_empty(settings.database)
        if not replace and not empty:
            raise CannotRestore("there is data already: restore to an empty database, or with --replace in its place")
        load = _Load(package, run_jobs=run_jobs, tell=tell)
        put = _Files(settings)
        try:
            put.all(package, tell)
            in_place = _sqlite if settings.database.startswith("sqlite") else _postgresql
            replaced = in_place(settings.database, load)
        except BaseException:
            put.take_back()
            raise
        for old in replaced:
            if empty:
                old.unlink()
            else:
                restored.aside.append(old)
        restored.held = load.held
        restored.aside += _keys(settings, package)
        restored.other_key = package.about["key_check"] != key_check(_key(settings))
    return restored


def _key(settings: Settings) -> bytes:
    """The secret key as the next process will find it; nothing where it will make one."""
    path = settings.data_dir / "secret.key"
    return settings.secret_key.encode() or (path.read_bytes() if path.exists() else b"")


def is_empty(url: str) -> bool:
    """True for a database without users and companies, and for one that is not there yet."""
    if url.startswith("sqlite") and not Path(make_url(url).database or "").exists():
        return True
    with migrations.engine_of(url).connect() as connection:
        try:
            there = set(inspect(connection).get_table_names())
        except DatabaseError:  # a file of another sort
            return False
        return not any(
            name in there and connection.execute(text(f"SELECT 1 FROM {name} LIMIT 1")).first()
            for name in ("users", "companies")
        )


class _Files:
    """Files put into the storage, to be taken back where the restore fails."""

    def __init__(self, settings: Settings) -> None:
        self.storage = storage_of(settings)
        self.new: list[str] = []

    def all(self, package: Package, tell: Tell) -> None:
        """Put every file of a backup; those that are there already are the same, for files never change."""
        found = [name for name in package.entries if name.startswith("files/")]
        for number, name in enumerate(found):
            tell("files", number, len(found))
            key = name.removeprefix("files/")
            if not self.storage.exists(key):
                self.new.append(key)
                self.storage.put(key, package.chunks(name))

    def take_back(self) -> None:
        """Delete what was put."""
        for key in self.new:
            self.storage.delete(key)


class _Load:
    """Puts the rows of a backup into a database that has the tables of its revision and no rows."""

    def __init__(self, package: Package, *, run_jobs: bool, tell: Tell) -> None:
        self.package = package
        self.run_jobs = run_jobs
        self.tell = tell
        self.held = 0

    @property
    def revision(self) -> str:
        return str(self.package.about["revision"])

    @property
    def tables(self) -> dict[str, Any]:
        found: dict[str, Any] = self.package.about["tables"]
        return found

    def run(self, cursor: Any, insert: Callable[[Any, str, Columns, Iterator[list[rows.Value]]], None]) -> None:
        for number, (name, table) in enumerate(self.tables.items()):
            self.tell("rows", number, len(self.tables))
            columns = [(str(column), str(kind)) for column, kind in table["columns"]]
            lines = self.package.lines(f"tables/{name}.jsonl")
            try:
                insert(cursor, name, columns, rows.values(lines, columns))
            except msgspec.MsgspecError as error:
                raise CannotRestore(f"the backup is damaged: {name}: {error}") from error
        if not self.run_jobs:
            cursor.execute(f"UPDATE jobs SET state = 'dead', error = '{HELD}' WHERE state IN ('queued', 'running')")
            self.held = cursor.rowcount


def _sqlite(url: str, load: _Load) -> list[Path]:
    """Build a new file beside the old one and put it in its place; where the old one is kept."""
    path = Path(make_url(url).database or "")
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.restoring")
    draft_url = f"sqlite:///{draft}"
    try:
        migrations.upgrade(draft_url, metadata, load.revision)
        with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
            connection.execute("PRAGMA foreign_keys=OFF")
            connection.execute("BEGIN")
            load.run(connection.cursor(), rows.insert_sqlite)
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
            if broken:
                raise CannotRestore(
                    f"the backup is damaged: a row of {broken[0]} belongs to one of {broken[2]} that is not there"
                )
            connection.execute("COMMIT")
        migrations.upgrade(draft_url, metadata)
        return _swap(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _swap(draft: Path, path: Path) -> list[Path]:
    """Put one file in the place of another that nobody has open; where the other is kept."""
    if not path.exists():
        _sync(draft)
        os.link(draft, path)  # fails where a server was started meanwhile
        return []
    with closing(sqlite3.connect(path, isolation_level=None, timeout=2)) as old:
        try:
            # leaves the write-ahead log only where no other process has the file open
            mode = old.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
            old.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            if "not a database" not in str(error) and "malformed" not in str(error):
                raise CannotRestore(IN_USE) from error
            mode = "delete"  # whatever it was, it is no database that a server could have open
        if mode != "delete":
            raise CannotRestore(IN_USE)
        aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.replaced")
        os.link(path, aside)
        _sync(draft)
        draft.replace(path)
    for suffix in ("-wal", "-shm"):  # of a file that was no database
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return [aside]


IN_USE = "the database is in use: stop the server and its workers first"


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _postgresql(url: str, load: _Load) -> list[Path]:
    """Replace every table in one transaction."""
    with migrations.engine_of(url).begin() as connection:
        connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
        others = connection.execute(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
        ).scalar_one()
        if others:
            raise CannotRestore(IN_USE)
        ours = {*metadata.tables, *load.tables, "alembic_version"}
        for name in inspect(connection).get_table_names():
            if name in ours:
                connection.exec_driver_sql(f'DROP TABLE "{name}" CASCADE')
        migrations.upgrade_on(connection, metadata, load.revision)
        cursor = connection.connection.cursor()
        load.run(cursor, rows.insert_postgresql)
        for table, column in cursor.execute(_SEQUENCES).fetchall():
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), max({column})) FROM {table}"
                f" HAVING max({column}) IS NOT NULL"
            )
        migrations.upgrade_on(connection, metadata)
    return []


_SEQUENCES = (
    "SELECT table_name, column_name FROM information_schema.columns"
    " WHERE table_schema = current_schema() AND column_default LIKE 'nextval(%'"
)


def _keys(settings: Settings, package: Package) -> list[Path]:
    """Put the keys of a backup into the data folder; where those that were there are kept."""
    aside = []
    for name in KEYS:
        if f"keys/{name}" not in package.entries:
            continue
        path, content = settings.data_dir / name, package.read(f"keys/{name}")
        if path.exists() and path.read_bytes() != content:
            aside.append(path.with_name(f"{name}.{secrets.token_hex(4)}.replaced"))
            path.replace(aside[-1])
        draft = path.with_name(f"{name}.{secrets.token_hex(4)}.part")
        draft.touch(mode=0o600)
        draft.write_bytes(content)
        _sync(draft)
        draft.replace(path)
    return aside
