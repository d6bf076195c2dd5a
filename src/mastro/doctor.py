"""Checks of an installation: what is fine, what deserves a look and what is broken, each with what to do about it."""

import datetime as dt
import ipaddress
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select

from mastro.database import migrations
from mastro.database.connection import Session, connect
from mastro.database.schema import companies
from mastro.resources import backups, setup
from mastro.settings import ROME, Settings

State = Literal["ok", "warning", "broken"]

T = TypeVar("T")

MEGABYTE = 1024 * 1024
LITTLE_SPACE = 1024 * MEGABYTE
NO_SPACE = 100 * MEGABYTE
OLD_BACKUP = dt.timedelta(days=8)
SHORT_KEY = 32
"""Characters of a secret key below which it could be guessed."""


@dataclass(frozen=True, slots=True)
class Check:
    """What was found about one thing."""

    name: str
    state: State
    said: str


def run(settings: Settings) -> list[Check]:
    """Every check, in an order in which the first broken one is likely the cause of the others. Never raises."""
    return list(_run(settings))


def _run(settings: Settings) -> Iterator[Check]:
    checks: tuple[tuple[str, Callable[[Settings], tuple[State, str]]], ...] = (
        ("data folder", _data_folder),
        ("disk space", _disk_space),
        ("secret key", _secret_key),
        ("database", _database),
        ("schema", _schema),
        ("columns", _columns),
        ("backup", _backup),
        ("address", _address),
        ("clock", _clock),
        ("PDF", _pdf),
    )
    for name, check in checks:
        try:
            state, said = check(settings)
        except Exception as error:  # noqa: BLE001  (whatever a check stumbles over is what it found)
            state, said = "broken", f"{type(error).__name__}: {error}".strip().splitlines()[0]
        yield Check(name, state, said)


def _data_folder(settings: Settings) -> tuple[State, str]:
    folder = settings.data_dir
    if not folder.exists():
        return "warning", f"{folder} does not exist yet: the first start makes it"
    if not folder.is_dir():
        return "broken", f"{folder} is not a folder"
    probe = folder / f".probe-{secrets.token_hex(4)}"
    try:
        probe.write_bytes(b"probe")
        probe.unlink()
    except OSError as error:
        return "broken", f"{folder} cannot be written to: {error.strerror}"
    return "ok", f"{folder} can be written to"


def _disk_space(settings: Settings) -> tuple[State, str]:
    free = shutil.disk_usage(_nearest(settings.data_dir)).free
    said = f"{free // MEGABYTE} MB free in {settings.data_dir}"
    if free < NO_SPACE:
        return "broken", f"{said}: the database needs room to write"
    return ("warning" if free < LITTLE_SPACE else "ok"), said


def _nearest(folder: Path) -> Path:
    """The folder, or the first above it that exists."""
    folder = folder.absolute()
    return next(path for path in (folder, *folder.parents) if path.exists())


def _secret_key(settings: Settings) -> tuple[State, str]:
    if settings.secret_key:
        if len(settings.secret_key) < SHORT_KEY:
            return "warning", f"MASTRO_SECRET_KEY is short: use {SHORT_KEY} random characters or more"
        return "ok", "set by MASTRO_SECRET_KEY"
    path = settings.data_dir / "secret.key"
    if not path.exists():
        return "warning", f"{path} does not exist yet: the first start makes it"
    mode = stat.S_IMODE(path.stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        return "broken", f"{path} can be read by others (mode {mode:o}): chmod 600 it"
    if len(settings.key) < SHORT_KEY:
        return "broken", f"{path} holds no key: delete it, and the next start makes a new one"
    return "ok", f"{path} is there, and private"


def _missing_file(settings: Settings) -> bool:
    """True for an embedded database that has no file yet: opening it would make one."""
    prefix = "sqlite:///"
    return settings.database.startswith(prefix) and not Path(settings.database.removeprefix(prefix)).exists()


def _database(settings: Settings) -> tuple[State, str]:
    if _missing_file(settings):
        return "warning", "there is no database yet: run `mastro migrate` or start the server"
    database = connect(settings.database)
    try:
        if not migrations.current(settings.database):
            return "warning", f"{database.kind}: reached, but empty: run `mastro migrate`"
        with database.write() as session:
            session.rows(select(companies.c.id).limit(1))
    finally:
        database.close()
    return "ok", f"{database.kind}: reached, and can be written to"


def _schema(settings: Settings) -> tuple[State, str]:
    if _missing_file(settings):
        return "warning", "there is no database yet"
    current, head = migrations.current(settings.database), migrations.head()
    if current != head:
        return (
            "broken",
            f"the database is at {current or 'no revision'}, this version needs {head}: run `mastro migrate`",
        )
    return "ok", f"revision {head}"


def _looked(settings: Settings, look: Callable[[Session], T]) -> T | None:
    """What a database of this version says; None where there is none."""
    if _missing_file(settings) or migrations.current(settings.database) != migrations.head():
        return None
    database = connect(settings.database)
    try:
        with database.read() as session:
            return look(session)
    finally:
        database.close()


def _columns(settings: Settings) -> tuple[State, str]:
    if _looked(settings, setup.is_filled) is False:
        return "broken", "what rows are found and counted by is of an older version: run `mastro reindex`"
    return "ok", "what rows are found and counted by is of this version"


def _last_backup(session: Session) -> str | None:
    """When the last one was made, empty for none; None where there is no company."""
    return None if session.row(select(companies.c.id).limit(1)) is None else backups.last_good(session)


def _backup(settings: Settings) -> tuple[State, str]:
    last = _looked(settings, _last_backup)
    if last is None:
        return "ok", "there is nothing to back up yet"
    if not last:
        return "warning", "there is none: run `mastro backup`, or set MASTRO_BACKUP_KEEP for one a day"
    age = settings.clock() - dt.datetime.fromisoformat(last).replace(tzinfo=ROME)
    return ("warning" if age > OLD_BACKUP else "ok"), f"the last one is of {last}"


def _address(settings: Settings) -> tuple[State, str]:
    if settings.base_url:
        parts = urlsplit(settings.base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            return "broken", f"MASTRO_BASE_URL is not an address: {settings.base_url}"
        if parts.scheme == "http" and not _is_local(parts.hostname):
            return "warning", f"{settings.address} is not encrypted: tokens travel in the clear; use https"
        return "ok", settings.address
    if _is_local(settings.host):
        return "ok", f"{settings.address} (reached from this machine only)"
    return "warning", f"MASTRO_BASE_URL is not set: links in answers and e-mails would say {settings.address}"


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _clock(settings: Settings) -> tuple[State, str]:
    try:
        ZoneInfo("Europe/Rome")
    except ZoneInfoNotFoundError:
        return "broken", "the time zone Europe/Rome is missing: install the package tzdata"
    now = settings.clock()
    if now.tzinfo is None:
        return "broken", "the clock has no time zone"
    built = dt.datetime.fromtimestamp(Path(__file__).stat().st_mtime, dt.UTC)
    if now < built - dt.timedelta(days=1):
        return "broken", f"the clock says {now:%Y-%m-%d %H:%M}, which is before this program was installed"
    return "ok", f"{now:%Y-%m-%d %H:%M} in Rome"


def _pdf(_settings: Settings) -> tuple[State, str]:
    from mastro.model.company import Company  # noqa: PLC0415
    from mastro.model.issued_document import IssuedDocument  # noqa: PLC0415
    from mastro.pdf import render  # noqa: PLC0415  (an engine that cannot be loaded is a finding, too)

    document = IssuedDocument(type="invoice", number=1, date=dt.date(2026, 1, 1))
    page = render(document, Company(name="Mastro"))
    if not page.startswith(b"%PDF"):
        return "broken", "the engine made no PDF"
    return "ok", f"a page of {len(page) // 1024} kB was laid out"
