"""Making a backup: one moment of the database, the files that its rows name, and the keys, while the server runs."""

import contextlib
import datetime as dt
import hashlib
import hmac
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata as installed
from pathlib import Path
from typing import IO, Any

import structlog
from sqlalchemy import Table, text

from mastro import packages
from mastro.api.call import Installation
from mastro.backup import rows
from mastro.database.connection import Session
from mastro.packages import Writer
from mastro.resources import backups
from mastro.resources.attachments import attachments, storage_key, storage_of
from mastro.resources.jobs import Outcome, Task, Tell
from mastro.resources.results import KIND as RESULTS
from mastro.resources.tables import metadata
from mastro.settings import Settings

log = structlog.get_logger()

FORMAT = 1

LEFT_OUT = {
    "sessions": "who is signed in signs in again",
    "attempts": "failed sign-ins of the last minutes",
    "quotas": "requests counted in the last hours",
    "schedules": "when periodic tasks run next: at once after a restore",
    "long_jobs": "their files are not kept in a backup either",
    "backups": "where the backups of this machine are",
}
"""Tables whose rows are not backed up, each with its reason."""

KEYS = ("secret.key", "webhook.key")
"""Files of the data folder without which sealed values and signatures could not be read again."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made."""

    path: Path
    size: int
    rows: int
    files: int
    missing: list[str]
    """Files that rows name and the storage does not have."""


def tables() -> list[Table]:
    """The tables that are backed up, parents before children."""
    return [table for table in metadata.sorted_tables if table.name not in LEFT_OUT]


def make(installation: Installation, path: Path, *, keys: bool = True, tell: Tell = lambda *_: None) -> Made:
    """Write a backup to a path; without `keys` it holds no secret that opens anything by itself.

    Readers and writers go on meanwhile. Raises StorageUnavailable, OSError.
    """
    moment = installation.settings.clock()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with packages.written(path, moment=moment) as package, tempfile.TemporaryFile(dir=path.parent) as named:
        with installation.database.read() as session:
            revision = session.scalar(text("SELECT version_num FROM alembic_version"))
            counted = dict(_tables(session, package, named, tell))
        files, missing = _files(installation, package, named, tell)
        if keys:
            _keys(installation.settings, package)
        about: dict[str, Any] = {
            "what": "mastro backup",
            "format": FORMAT,
            "version": installed.version("mastro"),
            "revision": revision,
            "database": installation.database.kind,
            "created_at": moment.isoformat(timespec="seconds"),
            "tables": counted,
            "files": files,
            "missing": missing,
            "key_check": key_check(installation.settings.key),
        }
        package.close(about)
    number = sum(table["rows"] for table in counted.values())
    return Made(path, path.stat().st_size, number, files, missing)


def key_check(key: bytes) -> str:
    """Tells one secret key from another without telling the key."""
    return hmac.new(key, b"which key a backup belongs to", hashlib.sha256).hexdigest()[:16]


def _tables(session: Session, package: Writer, named: IO[bytes], tell: Tell) -> Iterator[tuple[str, dict[str, Any]]]:
    every = tables()
    for place, table in enumerate(every):
        tell("rows", place, 2 * len(every))
        where = attachments.c.kind != RESULTS if table is attachments else None
        number = 0
        with package.entry(f"tables/{table.name}.jsonl") as entry:
            for line in rows.lines(session, table, where):
                entry.write(line)
                number += 1
                if table is attachments:
                    named.write(line)
        yield table.name, {"rows": number, "columns": rows.columns_of(table)}


def _files(installation: Installation, package: Writer, named: IO[bytes], tell: Tell) -> tuple[int, list[str]]:
    """Copy the files that rows name; how many, and those that are not there.

    A file is written before its row and never changed; one that nobody names may be deleted while we copy.
    """
    storage, columns = storage_of(installation.settings), rows.columns_of(attachments)
    place = {name: number for number, (name, _) in enumerate(columns)}
    number, missing = 0, []
    length = named.tell()
    named.seek(0)
    for row in rows.values(named, columns):
        tell("files", length + named.tell(), 2 * length)
        key = storage_key(int(row[place["company_id"]] or 0), str(row[place["kind"]]), str(row[place["hash"]]))
        stored = storage.get(key)
        if stored is not None:
            package.add(f"files/{key}", stored.chunks, compress=False)
            number += 1
        elif int(row[place["uses"]] or 0) > 0:
            missing.append(key)
    return number, missing


def _keys(settings: Settings, package: Writer) -> None:
    """The keys that are kept in the data folder; those of the environment stay with whoever set it."""
    assert settings.key  # noqa: S101  (made now where there is none yet)
    for name in KEYS:
        file = settings.data_dir / name
        given = settings.secret_key if name == "secret.key" else settings.webhook_key
        if file.is_file() and not given:
            package.add(f"keys/{name}", file.read_bytes())


# on schedule


def folder_of(settings: Settings) -> Path:
    """Where the backups of this installation are kept."""
    return Path(settings.backup_dir) if settings.backup_dir else settings.data_dir / "backups"


def usual_path(settings: Settings, moment: dt.datetime) -> Path:
    """A new file in that folder."""
    return folder_of(settings) / f"{PREFIX}{moment:%Y%m%d-%H%M%S}{SUFFIX}"


PREFIX, SUFFIX = "mastro-", ".backup.zip"

DAILY = "daily-"
"""Begins the names of those made on schedule: only they are deleted on schedule."""


def recorded(
    installation: Installation, path: Path, *, automatic: bool = False, keys: bool = True, tell: Tell = lambda *_: None
) -> Made:
    """Make a backup and write down that it was made, or why it was not."""
    began = installation.settings.clock()
    try:
        made = make(installation, path, keys=keys, tell=tell)
    except Exception as error:
        backups.record(
            installation, began, path=str(path), automatic=automatic, error=f"{type(error).__name__}: {error}"
        )
        raise
    backups.record(installation, began, path=str(path), automatic=automatic, made=(made.size, made.rows, made.files))
    return made


def daily(installation: Installation) -> None:
    """Make the backup of the day and delete the oldest of those made on schedule, where the setting says so."""
    settings = installation.settings
    if not settings.backup_keep:
        return
    path = usual_path(settings, settings.clock())
    made = recorded(installation, path.with_name(DAILY + path.name), automatic=True)
    log.info("backed up", path=str(made.path), size=made.size, rows=made.rows, files=made.files)
    found = sorted(folder_of(settings).glob(f"{DAILY}{PREFIX}*{SUFFIX}"))
    for old in found[: -settings.backup_keep]:
        with contextlib.suppress(OSError):
            old.unlink()


def work(task: Task) -> Outcome:
    """Make the backup that somebody asked for: to be taken away without the keys, or for the server's folder."""
    installation, download = task.installation, bool(task.job.options.get("download"))
    usual = usual_path(installation.settings, installation.settings.clock())
    path = task.folder / usual.name if download else usual
    made = recorded(installation, path, keys=not download, tell=task.tell)
    facts = {"rows": made.rows, "files": made.files, "missing": len(made.missing), "size": made.size}
    return Outcome(facts, path, path.name) if download else Outcome({**facts, "path": str(path)})
