"""Deleted companies that can be taken back: nobody is a member of one, and its members come back with it."""

import datetime as dt
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import bindparam, delete, insert, select

from mastro.database.connection import Prepared, Session, first_column
from mastro.database.schema import companies, deletions, memberships, users

DELETED = select(deletions.c.company_id)
"""For a query that is to pass over companies that nobody is in: `companies.c.id.not_in(DELETED)`."""


class Deleted(NamedTuple):
    """A deleted company."""

    company_id: int
    name: str
    deleted_at: str
    purge_at: int
    """Seconds since 1970, until which it can be taken back."""


_MEMBERS = Prepared(
    select(memberships.c.user_id, memberships.c.role, memberships.c.permissions).where(
        memberships.c.company_id == bindparam("company_id")
    )
)
_EMPTY = Prepared(delete(memberships).where(memberships.c.company_id == bindparam("company_id")))
_INSERT = Prepared(insert(deletions))
_ENTER = Prepared(insert(memberships))
_FORGET = Prepared(delete(deletions).where(deletions.c.company_id == bindparam("company_id")))
_IS = Prepared(select(deletions.c.company_id).where(deletions.c.company_id == bindparam("company_id")))
_OVER = Prepared(select(deletions.c.company_id).where(deletions.c.purge_at <= bindparam("now")))
_USERS = Prepared(select(users.c.id))
_ALL = Prepared(
    select(companies.c.id, companies.c.name, deletions.c.deleted_at, deletions.c.purge_at, deletions.c.members)
    .join(deletions, deletions.c.company_id == companies.c.id)
    .order_by(deletions.c.deleted_at.desc(), companies.c.id)
)


def add(session: Session, company_id: int, *, deleted_at: str, purge_at: dt.datetime) -> None:
    """Put everybody out of a company, and keep who they were."""
    members = [
        {"user_id": user_id, "role": role, "permissions": msgspec.json.decode(permissions)}
        for user_id, role, permissions in session.rows(_MEMBERS, company_id=company_id)
    ]
    session.run(_EMPTY, company_id=company_id)
    session.run(
        _INSERT,
        company_id=company_id,
        deleted_at=deleted_at,
        purge_at=int(purge_at.timestamp()),
        members=msgspec.json.encode(members),
    )


def owned_by(session: Session, user_id: int) -> list[Deleted]:
    """The deleted companies that a user owned, the latest first."""
    return [
        Deleted(*row[:4])
        for row in session.rows(_ALL)
        if any(member["user_id"] == user_id and member["role"] == "master" for member in _members(row[4]))
    ]


def _members(stored: bytes) -> list[dict[str, Any]]:
    return msgspec.json.decode(stored, type=list[dict[str, Any]])


def take_back(session: Session, company_id: int) -> None:
    """Let everybody who is still a user into a deleted company again."""
    [stored] = [row[4] for row in session.rows(_ALL) if row[0] == company_id]
    known = set(first_column(session.rows(_USERS)))
    for member in _members(stored):
        if member["user_id"] in known:
            permissions = msgspec.json.encode(member.pop("permissions"))
            session.run(_ENTER, company_id=company_id, **member, permissions=permissions)
    session.run(_FORGET, company_id=company_id)


def is_deleted(session: Session, company_id: int) -> bool:
    """Whether a company is deleted: what opens without a membership, such as a link, asks this."""
    return session.scalar(_IS, company_id=company_id) is not None


def over(session: Session, now: dt.datetime) -> list[int]:
    """The companies that can be taken back no more."""
    return first_column(session.rows(_OVER, now=int(now.timestamp())))
