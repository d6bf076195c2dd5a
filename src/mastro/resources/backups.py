"""Backups of the installation: which were made, and asking for one.

A backup holds every company, so only who owns them all may ask for one here: on one's own machine that is its user,
where many share a server it is whoever runs `mastro backup`.
"""

import datetime as dt

from sqlalchemy import BigInteger, Boolean, Column, Table, bindparam, func, insert, select

from mastro.api.call import Call, Installation
from mastro.api.errors import Forbidden
from mastro.api.operation import Operation
from mastro.database import deletions
from mastro.database.collection import encoder
from mastro.database.columns import PlainText
from mastro.database.connection import Prepared, Row, Session, first_column
from mastro.database.ids import next_time_id
from mastro.database.schema import companies, memberships, metadata
from mastro.model.base import Body, Timestamp
from mastro.resources import jobs
from mastro.resources.jobs import LongJob

JOB = "backup"

MOST_SHOWN = 20

OWN = ("personal", "web")
"""What a user asks by in person, and not through a program: a token made by hand, and the pages."""

KEPT = 400
"""Records that are kept: more than a year of daily ones."""

TAG = "Backup"

backups = Table(
    "backups",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False, comment="grows with time"),
    Column("created_at", PlainText, nullable=False, comment="the moment that it shows"),
    Column("path", PlainText, nullable=False, comment="empty for one that was made to be taken away"),
    Column("size", BigInteger, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("files", BigInteger, nullable=False),
    Column("automatic", Boolean, nullable=False),
    Column("error", PlainText, nullable=False, comment="why it was not made"),
)

_INSERT = Prepared(insert(backups))
_LATEST = Prepared(
    select(*(c for c in backups.c if c.name != "id")).order_by(backups.c.id.desc()).limit(bindparam("limit"))
)
_LAST_GOOD = Prepared(select(func.max(backups.c.created_at)).where(backups.c.error == ""))
_FORGET = Prepared(
    backups.delete().where(
        backups.c.id.in_(select(backups.c.id).order_by(backups.c.id.desc()).offset(KEPT).limit(KEPT))
    )
)
_NOT_OWNED = Prepared(
    select(companies.c.id).where(
        companies.c.id.not_in(
            select(memberships.c.company_id).where(
                memberships.c.user_id == bindparam("user_id"), memberships.c.role == "master"
            )
        )
    )
)


class Backup(Body):
    """A backup that was made, or that could not be made."""

    created_at: Timestamp = ""
    path: str = ""
    """On the machine of the server; empty for one that was made to be downloaded."""
    size: int = 0
    rows: int = 0
    files: int = 0
    automatic: bool = False
    """Made on schedule."""
    error: str = ""
    """Why it could not be made."""


class BackupOrder(Body):
    """How a backup is asked for."""

    download: bool = False
    """True for a file to take away, without the keys of the installation; else it stays in the server's folder."""


def record(
    installation: Installation,
    moment: dt.datetime,
    *,
    path: str,
    automatic: bool = False,
    made: tuple[int, int, int] = (0, 0, 0),
    error: str = "",
) -> None:
    """Write down that a backup was `made` (its size, rows and files), or why it was not; in its own transaction."""
    size, rows, files = made
    values = {"id": next_time_id(), "created_at": f"{moment:%Y-%m-%d %H:%M:%S}", "path": path}
    values |= {"size": size, "rows": rows, "files": files, "automatic": automatic, "error": error[:500]}

    def work() -> None:
        with installation.database.write() as session:
            session.run(_INSERT, **values)
            session.run(_FORGET)

    installation.database.executor.submit(installation.database.retry, work).result()


def last_good(session: Session) -> str:
    """The moment that the latest backup shows, empty without any: in Italian time, as the wire writes it."""
    found: str | None = session.scalar(_LAST_GOOD)
    return found or ""


def latest(session: Session, limit: int = MOST_SHOWN) -> list[Backup]:
    """The latest backups and attempts, the newest first."""
    return [_backup(row) for row in session.rows(_LATEST, limit=limit)]


def _backup(row: Row) -> Backup:
    created_at, path, size, rows, files, automatic, error = row
    return Backup(
        created_at=created_at,
        path=path,
        size=size,
        rows=rows,
        files=files,
        automatic=bool(automatic),
        error=error,
    )


def owns_all(session: Session, user_id: int) -> bool:
    """True for a user who owns every company of the installation, those that are deleted and still there included."""
    owned = {gone.company_id for gone in deletions.owned_by(session, user_id)}
    return owned.issuperset(first_column(session.rows(_NOT_OWNED, user_id=user_id)))


def _require_owner(call: Call, level: str) -> None:
    call.require("settings", level)
    if call.role != "master" or not owns_all(call.session, call.principal.user_id):
        raise Forbidden("A backup holds every company: only who owns them all may ask for it.", code="NOT_THE_OWNER")
    if call.principal.company_id is not None and call.principal.program not in OWN:
        raise Forbidden("A program that was let into one company does not reach a backup of all.")


def list_backups(call: Call) -> bytes:
    """The latest backups of the installation, the newest first; for who owns every company of it."""
    _require_owner(call, "r")
    return encoder.encode({"data": latest(call.session)})


def create_backup(call: Call) -> bytes:
    """Have a backup of the installation made; answer the job that makes it. For who owns every company of it."""
    _require_owner(call, "a")
    wanted = call.parse(BackupOrder).data
    job = jobs.start(call, JOB, {"download": wanted.download}, scope="settings:a")
    return b'{"data":%s}' % jobs.shown(call, job)


_PATH = "/c/{company_id}/backups"

OPERATIONS = (
    Operation("listBackups", "GET", _PATH, list_backups, TAG, "List Backups", answer=list[Backup]),
    Operation(
        "createBackup",
        "POST",
        _PATH,
        create_backup,
        TAG,
        "Create Backup",
        writes=True,
        body=BackupOrder,
        answer=LongJob,
    ),
)
