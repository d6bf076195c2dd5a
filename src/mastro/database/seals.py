"""Seals of the trail of changes: a company's events in blocks, each with the hash of the block before in its own.

Who changes, removes or adds an event afterwards must make every later block anew, and then its last hash is not the one
that somebody has kept elsewhere. Nothing is done where an event is written: the worker seals what stands already.
"""

import base64
import binascii
import hashlib
import struct
import time
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec
from sqlalchemy import bindparam, insert, select, text

from mastro.database.connection import Prepared, Row, Session
from mastro.database.ids import time_id
from mastro.database.schema import audit_seals, events

BLOCK = 10_000
"""Most events of a block."""

PAGE = 1_000
"""Events that are read at once."""

START = "0" * 64
"""What the first block follows."""

_MARK = struct.Struct(">q4s")


class Seal(NamedTuple):
    """A sealed block."""

    number: int
    last_id: int
    """Its events are those after the last one of the block before, up to this one."""
    entries: int
    digest: str
    """SHA-256 over the SHA-256 of each of its events, in the order of their ids."""
    hash: str
    marks: str
    """Base64 of the id and the first bytes of the hash of each event: they tell which one is not as it was."""
    sealed_at: str


_ENCODE = msgspec.json.encode

_EVENTS = Prepared(
    select(
        events.c.id,
        events.c.type,
        events.c.resource_id,
        events.c.user_id,
        events.c.created_at,
        events.c.program,
        events.c.token,
        events.c.changes,
    )
    .where(
        events.c.company_id == bindparam("company_id"),
        events.c.id > bindparam("after"),
        events.c.id <= bindparam("last"),
    )
    .order_by(events.c.id)
    .limit(bindparam("limit"))
)

_AFTER = Prepared(
    select(*(audit_seals.c[name] for name in Seal._fields))
    .where(audit_seals.c.company_id == bindparam("company_id"), audit_seals.c.number > bindparam("after"))
    .order_by(audit_seals.c.number)
    .limit(1)
)
_HEAD = Prepared(
    select(audit_seals.c.number, audit_seals.c.last_id, audit_seals.c.hash, audit_seals.c.sealed_at)
    .where(audit_seals.c.company_id == bindparam("company_id"))
    .order_by(audit_seals.c.number.desc())
    .limit(1)
)
_INSERT = Prepared(insert(audit_seals))

_UNSEALED = Prepared(
    text(
        "SELECT id FROM companies WHERE EXISTS (SELECT 1 FROM events WHERE events.company_id = companies.id"
        " AND events.id < :before AND events.id > COALESCE((SELECT last_id FROM audit_seals"
        " WHERE audit_seals.company_id = companies.id ORDER BY number DESC LIMIT 1), 0))"
    ).bindparams(bindparam("before"))
)

_OLDEST_TRANSACTION = Prepared(
    text(
        "SELECT CAST(extract(epoch FROM least(clock_timestamp(), min(xact_start))) * 1000000 AS bigint)"
        " FROM pg_stat_activity"
        " WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
)


class Head(NamedTuple):
    """The end of a company's chain."""

    number: int = 0
    last_id: int = 0
    hash: str = START
    sealed_at: str = ""


def settled(session: Session) -> int:
    """A moment, in microseconds since 1970: of the events drawn before it none can come any more.

    An event's id is drawn before its transaction ends, so one with a lower id may come after one with a higher. On
    SQLite whoever has the write lock, as the caller's transaction must, knows that no other transaction is open. On
    PostgreSQL the oldest one that is open says since when something may be missing; what is read must be read in a
    later transaction than this one. Both go by clocks, so the caller takes off a margin.
    """
    now = time.time_ns() // 1000
    if session.database.kind == "sqlite":
        return now
    oldest: int = session.scalar(_OLDEST_TRANSACTION)
    return min(now, oldest)


def unsealed(session: Session, moment: int) -> list[int]:
    """The companies with events from before a moment that no block holds."""
    return [id for (id,) in session.rows(_UNSEALED, before=time_id(moment))]


def head(session: Session, company_id: int) -> Head:
    """The last block of a company; number 0 where there is none."""
    row = session.row(_HEAD, company_id=company_id)
    return Head(*row) if row else Head()


def blocks(session: Session, company_id: int) -> Iterator[Seal]:
    """Every block of a company, the oldest first, one at a time."""
    number = -1
    while row := session.row(_AFTER, company_id=company_id, after=number):
        seal = Seal(*row)
        yield seal
        number = seal.number


def events_between(session: Session, company_id: int, after: int, last: int) -> Iterator[tuple[int, bytes]]:
    """Id and SHA-256 of each event after one id up to another, in their order."""
    while rows := session.rows(_EVENTS, company_id=company_id, after=after, last=last, limit=PAGE):
        for row in rows:
            yield row[0], _digest(row)
        after = rows[-1][0]


def _digest(row: Row) -> bytes:
    """SHA-256 of an event: a JSON list of its columns, `changes` as the text that it is stored as."""
    *facts, changes = row
    return hashlib.sha256(_ENCODE([*facts, changes.decode() if changes else None])).digest()


def next_block(session: Session, company_id: int, previous: Head, moment: int, sealed_at: str) -> Seal | None:
    """The block that follows `previous`, of events from before a moment; None where there are none."""
    whole, marks, last = hashlib.sha256(), bytearray(), 0
    for id, digest in events_between(session, company_id, previous.last_id, time_id(moment) - 1):
        whole.update(digest)
        marks += _MARK.pack(id, digest)
        last = id
        if len(marks) == BLOCK * _MARK.size:
            break
    if not marks:
        return None
    kept = base64.b64encode(marks).decode()
    seal = Seal(previous.number + 1, last, len(marks) // _MARK.size, whole.hexdigest(), "", kept, sealed_at)
    return seal._replace(hash=hash_of(company_id, previous.hash, seal))


def hash_of(company_id: int, previous: str, seal: Seal) -> str:
    """The hash of a block: SHA-256 of a JSON list of what it says, after the hash of the block before it."""
    said = [previous, company_id, seal.number, seal.last_id, seal.entries, seal.digest, seal.marks, seal.sealed_at]
    return hashlib.sha256(_ENCODE(said)).hexdigest()


def append(session: Session, company_id: int, seal: Seal) -> None:
    """Store a block. Raises Duplicate where another worker was faster."""
    session.run(_INSERT, company_id=company_id, **seal._asdict())


def marks_of(seal: Seal) -> Iterable[tuple[int, bytes]]:
    """Id and first bytes of the hash of each event that was sealed; none where the marks cannot be read."""
    try:
        return _MARK.iter_unpack(base64.b64decode(seal.marks, validate=True))
    except (binascii.Error, struct.error, ValueError):
        return ()
