"""Subscriptions to events and the log of what was delivered, as they are stored: for the API and for the worker."""

import datetime as dt
import uuid
from typing import Any, ClassVar, Literal

import msgspec
from sqlalchemy import BigInteger, Column, Integer, bindparam, delete, func, insert, select, text, update

from mastro.database.collection import encoder
from mastro.database.columns import PlainText
from mastro.database.connection import Prepared, Row, Session
from mastro.database.jobs import enqueue
from mastro.database.schema import company_table, webhook_targets
from mastro.model.base import Body, Timestamp
from mastro.resources import event_types

VERIFY = "webhook_verification"
"""Kind of the jobs that ask a sink whether it wants our events."""

PERSONAL = "personal"
"""Program of the tokens that users made by hand: they see the subscriptions of every application."""

Method = Literal["header", "query"]


class Config(Body):
    """How a subscription wants its events."""

    mapping: Literal["binary", "structured"] = "binary"
    """Whether what describes the event stands in the headers or in the body."""
    payload: Literal["ids", "full"] = "ids"
    """`full` puts the resources beside their ids, as they are when the event is sent."""


class Subscription(Body):
    """An address that wants to hear of events."""

    READ_ONLY: ClassVar[frozenset[str]] = frozenset({"id", "verified"})
    REQUIRED: ClassVar[tuple[str, ...]] = ("sink", "types")

    id: str = ""
    sink: str = ""
    verified: bool = False
    types: list[str] = msgspec.field(default_factory=list)
    config: Config = msgspec.field(default_factory=Config)
    verification_method: Method = "header"


class Delivery(Body):
    """What became of one event on its way to one subscription."""

    id: str = ""
    event_id: str = ""
    """The `ce-id` that the receiver saw: the same at every attempt and at every replay."""
    type: str = ""
    ids: list[int] = msgspec.field(default_factory=list)
    event_time: str = ""
    state: Literal["delivered", "waiting", "failed"] = "waiting"
    """Waiting for its next attempt; failed for good."""
    sink: str = ""
    attempts: int = 0
    status: int | None = None
    """Status of the last answer, null where none came."""
    error: str = ""
    milliseconds: int = 0
    created_at: Timestamp = ""
    attempted_at: Timestamp = ""
    next_attempt_at: Timestamp | None = None


class Stored(msgspec.Struct, kw_only=True):
    """A subscription with what only the server knows of it."""

    key: int
    program: str
    """Application that made it, or `personal`."""
    attempts: int = 0
    """How often the sink was asked, since it was last set."""
    attempted_at: str | None = None
    expires_at: str | None = None
    """Deleted at the first failure after this moment."""
    body: Subscription


subscriptions = company_table(
    "webhook_subscriptions",
    Column("program", PlainText, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("attempted_at", PlainText, nullable=True, comment="UTC"),
    Column("expires_at", PlainText, nullable=True, comment="UTC; deleted at the first failure after it"),
)

deliveries = company_table(
    "webhook_deliveries",
    Column("subscription_id", BigInteger, nullable=False),
    indexes=(("subscription_id", "id"),),
)
"""One row per event and subscription; its id is that of the job and grows with time."""

_COLUMNS = (
    subscriptions.c.id,
    subscriptions.c.program,
    subscriptions.c.attempts,
    subscriptions.c.attempted_at,
    subscriptions.c.expires_at,
    subscriptions.c.body,
)
_OF_COMPANY = subscriptions.c.company_id == bindparam("company_id")
_ALL = Prepared(select(*_COLUMNS).where(_OF_COMPANY).order_by(subscriptions.c.id))
_ONE = Prepared(select(*_COLUMNS).where(_OF_COMPANY, subscriptions.c.id == bindparam("key")))
_INSERT = Prepared(insert(subscriptions))
_UPDATE = Prepared(
    update(subscriptions)
    .where(subscriptions.c.company_id == bindparam("key_company"), subscriptions.c.id == bindparam("key"))
    .values({name: bindparam(name) for name in ("attempts", "attempted_at", "expires_at", "body")})
)
_DELETE = Prepared(delete(subscriptions).where(_OF_COMPANY, subscriptions.c.id == bindparam("key")))
_NEXT = Prepared(
    text(
        "INSERT INTO counters (company_id, name, last_id, total)"
        " VALUES (:company_id, 'webhook_subscriptions', :step, :step) ON CONFLICT (company_id, name)"
        " DO UPDATE SET last_id = counters.last_id + :step RETURNING last_id"
    )
)
_NO_TARGETS = Prepared(
    delete(webhook_targets).where(
        webhook_targets.c.company_id == bindparam("company_id"), webhook_targets.c.subscription_id == bindparam("key")
    )
)
_TARGET = Prepared(insert(webhook_targets))

_decode = msgspec.json.Decoder(Subscription).decode


_NAMESPACE = uuid.UUID("5f0e6c1e-3f0a-4c53-9a0b-6d0f0e7c2a11")


def event_id(key: int, event: int) -> str:
    """The `ce-id` of an event for a subscription: the same however often it is sent, so that receivers can tell."""
    return f"{key}:{uuid.uuid5(_NAMESPACE, f'{key} {event}')}"


def utc(moment: dt.datetime) -> str:
    """A moment as the tables keep it: text that sorts as time does."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")


def _stored(row: Row) -> Stored:
    key, program, attempts, attempted_at, expires_at, body = row
    return Stored(
        key=key,
        program=program,
        attempts=attempts,
        attempted_at=attempted_at,
        expires_at=expires_at,
        body=_decode(body),
    )


def lock(session: Session, company_id: int) -> None:
    """Wait until no other transaction changes the subscriptions of a company, and keep others out."""
    session.scalar(_NEXT, company_id=company_id, step=0)


def every(session: Session, company_id: int) -> list[Stored]:
    """All subscriptions of a company."""
    return [_stored(row) for row in session.rows(_ALL, company_id=company_id)]


def find(session: Session, company_id: int, key: int) -> Stored | None:
    """A subscription, None where there is none."""
    row = session.row(_ONE, company_id=company_id, key=key)
    return _stored(row) if row else None


def add(session: Session, company_id: int, body: Subscription, *, program: str) -> Stored:
    """A new subscription under an id that no other ever had."""
    key: int = session.scalar(_NEXT, company_id=company_id, step=1)
    body.id = f"SUB{key}"
    session.run(
        _INSERT,
        company_id=company_id,
        id=key,
        program=program,
        attempts=0,
        attempted_at=None,
        expires_at=None,
        body=encoder.encode(body),
    )
    return Stored(key=key, program=program, body=body)


def save(session: Session, company_id: int, stored: Stored) -> None:
    """Store a subscription anew, and who hears of which event."""
    session.run(
        _UPDATE,
        key_company=company_id,
        key=stored.key,
        attempts=stored.attempts,
        attempted_at=stored.attempted_at,
        expires_at=stored.expires_at,
        body=encoder.encode(stored.body),
    )
    session.run(_NO_TARGETS, company_id=company_id, key=stored.key)
    if stored.body.verified:
        asked = [name.removeprefix(event_types.PREFIX) for name in stored.body.types]
        for type in dict.fromkeys(written for name in asked for written in event_types.emitted(name)):
            session.run(_TARGET, company_id=company_id, type=type, subscription_id=stored.key)


def set_expiry(session: Session, company_id: int, key: int, expires_at: str | None) -> None:
    """Note from when on a failure deletes a subscription; None: it is well."""
    session.run(
        _EXPIRY,
        company_id=company_id,
        key=key,
        expires_at=expires_at,
    )


_EXPIRY = Prepared(
    update(subscriptions)
    .where(_OF_COMPANY, subscriptions.c.id == bindparam("key"))
    .values(expires_at=bindparam("expires_at"))
)


def remove(session: Session, company_id: int, key: int) -> None:
    """Delete a subscription. Its log stays until it is cleaned up."""
    session.run(_NO_TARGETS, company_id=company_id, key=key)
    session.run(_DELETE, company_id=company_id, key=key)


def ask_for_verification(session: Session, company_id: int, stored: Stored, method: Method, now: dt.datetime) -> None:
    """Ask the sink, right after this transaction, whether it wants our events."""
    stored.attempts += 1
    stored.attempted_at = utc(now)
    save(session, company_id, stored)
    payload = {"subscription_id": stored.key, "sink": stored.body.sink, "method": method}
    enqueue(session, company_id, VERIFY, payload, now=now)


# the log

_OF_DELIVERY = (deliveries.c.company_id == bindparam("company_id"), deliveries.c.id == bindparam("key"))
_INSERT_DELIVERY = Prepared(insert(deliveries))
_UPDATE_DELIVERY = Prepared(
    update(deliveries)
    .where(deliveries.c.company_id == bindparam("key_company"), deliveries.c.id == bindparam("key"))
    .values(body=bindparam("body"))
)
_DELIVERY = Prepared(
    select(deliveries.c.body).where(*_OF_DELIVERY, deliveries.c.subscription_id == bindparam("subscription_id"))
)
_OF_SUBSCRIPTION = (
    deliveries.c.company_id == bindparam("company_id"),
    deliveries.c.subscription_id == bindparam("subscription_id"),
)
_PAGE = Prepared(
    select(deliveries.c.body)
    .where(*_OF_SUBSCRIPTION)
    .order_by(deliveries.c.id.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_COUNT = Prepared(select(func.count()).select_from(deliveries).where(*_OF_SUBSCRIPTION))
_FORGET = Prepared(
    delete(deliveries).where(deliveries.c.company_id == bindparam("company_id"), deliveries.c.id < bindparam("oldest"))
)


def find_delivery(session: Session, company_id: int, subscription_id: int, key: int) -> Delivery | None:
    """An entry of a subscription's log, None where there is none."""
    body = session.scalar(_DELIVERY, company_id=company_id, subscription_id=subscription_id, key=key)
    return None if body is None else msgspec.json.decode(body, type=Delivery)


def log_delivery(session: Session, company_id: int, subscription_id: int, key: int, delivery: Delivery) -> None:
    """Write an entry of the log, over an earlier one of the same delivery."""
    body = encoder.encode(delivery)
    if not session.run(_UPDATE_DELIVERY, key_company=company_id, key=key, body=body):
        session.run(_INSERT_DELIVERY, company_id=company_id, id=key, subscription_id=subscription_id, body=body)


def page_of_log(session: Session, company_id: int, subscription_id: int, *, limit: int, offset: int) -> list[Any]:
    """Entries of a subscription's log as JSON, the newest first."""
    where = {"company_id": company_id, "subscription_id": subscription_id}
    return [body for (body,) in session.rows(_PAGE, **where, limit=limit, offset=offset)]


def length_of_log(session: Session, company_id: int, subscription_id: int) -> int:
    """How many entries a subscription's log has."""
    counted: int = session.scalar(_COUNT, company_id=company_id, subscription_id=subscription_id)
    return counted


def forget_deliveries(session: Session, company_id: int, before: dt.datetime) -> int:
    """Delete the entries of a company's log that began before a moment; how many there were."""
    # ids are microseconds since 1970, shifted: see database.ids
    return session.run(_FORGET, company_id=company_id, oldest=int(before.timestamp() * 1_000_000) << 10)
