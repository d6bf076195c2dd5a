"""The box of certified mail of a company: opened by its settings, and how far it was read.

The cursor is the pair of UIDVALIDITY and the last UID. It moves in the transaction that stores what was read, so that
a message is taken once, whatever crashes. Where a server numbers its messages anew all are looked at again, and those
that are there already are known by their hash.
"""

import datetime as dt
from typing import NamedTuple

from sqlalchemy import BigInteger, Boolean, Column, Integer, Table, bindparam, delete, insert, not_, select, update

from mastro.api.call import Installation
from mastro.api.sealed import UnreadableSecretError, unseal
from mastro.database.columns import PlainText
from mastro.database.connection import Prepared, Session
from mastro.database.deletions import DELETED
from mastro.database.schema import metadata
from mastro.delivery.imap import Imap
from mastro.delivery.mail import Closed, Mailer, Smtp
from mastro.delivery.sdi import SdiRefused
from mastro.delivery.sdi_pec import CHECK_BOX, Pec
from mastro.model.company import Company, PecSettings

pec_boxes = Table(
    "pec_boxes",
    metadata,
    Column("company_id", Integer, primary_key=True, autoincrement=False),
    Column("name", PlainText, nullable=False, comment="which box the cursor is of"),
    Column("uid_validity", BigInteger, nullable=False),
    Column("last_uid", BigInteger, nullable=False),
    Column("visited_at", PlainText, nullable=False, comment="empty: never"),
    Column("error", PlainText, nullable=False, comment="why the last visit failed; empty where it did not"),
    Column("failing_since", PlainText, nullable=False),
    Column("login_refused", Boolean, nullable=False, comment="not visited by itself until somebody does something"),
)
"""A row for each company with a box."""

_MINE = pec_boxes.c.company_id == bindparam("company")
_COLUMNS = tuple(column for column in pec_boxes.c if column.name != "company_id")
_READ = Prepared(select(*_COLUMNS).where(_MINE))
_LOCKED = {"sqlite": _READ, "postgresql": Prepared(select(*_COLUMNS).where(_MINE).with_for_update())}
_INSERT = Prepared(insert(pec_boxes))
_DELETE = Prepared(delete(pec_boxes).where(_MINE))
_RENAME = Prepared(update(pec_boxes).where(_MINE).values(name=bindparam("box"), uid_validity=0, last_uid=0))
_MOVE = Prepared(update(pec_boxes).where(_MINE).values(uid_validity=bindparam("validity"), last_uid=bindparam("uid")))
_REPORT = Prepared(
    update(pec_boxes)
    .where(_MINE)
    .values(
        visited_at=bindparam("now"),
        error=bindparam("reason"),
        failing_since=bindparam("since"),
        login_refused=bindparam("refused", type_=Boolean),
    )
)
_LONG_FAILING = (pec_boxes.c.error != "") & (pec_boxes.c.failing_since <= bindparam("hour_ago"))
_TO_VISIT = Prepared(
    select(pec_boxes.c.company_id)
    .where(
        pec_boxes.c.login_refused.is_(False),
        not_(_LONG_FAILING) | (pec_boxes.c.visited_at <= bindparam("hour_ago")),
        pec_boxes.c.company_id.not_in(DELETED),
    )
    .order_by(pec_boxes.c.company_id)
)


class BoxState(NamedTuple):
    """How far a box was read, and how the last visit went."""

    name: str
    uid_validity: int
    last_uid: int
    visited_at: str
    error: str
    failing_since: str
    login_refused: bool


def secret_of(company_id: int) -> str:
    """What the password of a company's box is sealed for."""
    return f"company {company_id} pec"


def name_of(pec: PecSettings) -> str:
    """By which the cursor of a box is told from that of another."""
    return f"{pec.user or pec.address} {pec.imap_host}:{pec.imap_port} {pec.imap_folder} {pec.since}"


def state(session: Session, company_id: int, *, lock: bool = False) -> BoxState | None:
    """The state of a company's box, None where it has none; with `lock` nobody else moves it meanwhile."""
    row = session.row(_LOCKED[session.database.kind] if lock else _READ, company=company_id)
    return BoxState._make(row) if row else None


def follow(session: Session, company_id: int, pec: PecSettings | None) -> None:
    """Have the state match changed settings: another box is read from its beginning, and visited again."""
    if pec is None:
        session.run(_DELETE, company=company_id)
        return
    known = state(session, company_id, lock=True)
    if known is None:
        empty = {"visited_at": "", "error": "", "failing_since": "", "login_refused": False}
        session.run(_INSERT, company_id=company_id, name=name_of(pec), uid_validity=0, last_uid=0, **empty)
    else:
        if known.name != name_of(pec):
            session.run(_RENAME, company=company_id, box=name_of(pec))
        session.run(_REPORT, company=company_id, now="", reason="", since="", refused=False)


def move(session: Session, company_id: int, *, uid_validity: int, uid: int) -> None:
    """Move the cursor, in the transaction that stores what was read."""
    session.run(_MOVE, company=company_id, validity=uid_validity, uid=uid)


def report(session: Session, company_id: int, now: str, error: str = "", *, login_refused: bool = False) -> None:
    """Write down how a visit went."""
    known = state(session, company_id, lock=True)
    if known is None:
        return
    since = (known.failing_since or now) if error else ""
    session.run(_REPORT, company=company_id, now=now, reason=error[:1000], since=since, refused=login_refused)


def to_visit(session: Session, now: dt.datetime) -> list[int]:
    """The companies whose box is visited by itself: one that has failed for an hour once an hour, others each time."""
    hour_ago = f"{now - dt.timedelta(hours=1):%Y-%m-%d %H:%M:%S}"
    return [company_id for (company_id,) in session.rows(_TO_VISIT, hour_ago=hour_ago)]


# opening


def mailbox_of(installation: Installation, company_id: int, pec: PecSettings) -> Imap:
    """The box to read. Raises UnreadableSecretError."""
    return Imap(
        host=pec.imap_host,
        port=pec.imap_port,
        security=pec.imap_security,
        user=pec.user or pec.address,
        password=unseal(installation.settings.key, pec.password, secret_of(company_id)),
        folder=pec.imap_folder,
        timeout=installation.settings.smtp_timeout,
        public_only=not installation.settings.private_sinks,
    )


def channel_of(installation: Installation, company: Company, pec: PecSettings | None) -> Pec:
    """The channel to send by. Raises SdiRefused where the company has no box."""
    if pec is None:
        raise SdiRefused("L'azienda non ha una casella PEC.", solution=CHECK_BOX)
    settings = installation.settings
    return Pec(
        mailer=_mailer(installation, company.id or 0, pec),
        address=pec.address,
        to=pec.assigned_address or pec.sdi_address,
        company=company.name,
        date=settings.clock(),
        key=settings.key,
    )


def _mailer(installation: Installation, company_id: int, pec: PecSettings) -> Mailer:
    try:
        password = unseal(installation.settings.key, pec.password, secret_of(company_id))
    except UnreadableSecretError as error:
        return Closed(str(error))
    return Smtp(
        host=pec.smtp_host,
        port=pec.smtp_port,
        security=pec.smtp_security,
        user=pec.user or pec.address,
        password=password,
        timeout=installation.settings.smtp_timeout,
        public_only=not installation.settings.private_sinks,
    )
