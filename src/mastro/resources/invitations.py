"""Invitations into a company: a link that counts once and for a week, sent by mail where there is a mail server."""

import datetime as dt
import secrets
from typing import Any, Literal

import msgspec
from sqlalchemy import bindparam, delete, insert, select

from mastro.api.call import Call, hash_token
from mastro.api.errors import Conflict, NotFound, invalid
from mastro.api.operation import Operation
from mastro.api.sealed import seal
from mastro.database.collection import encoder
from mastro.database.connection import Prepared
from mastro.database.jobs import enqueue
from mastro.database.schema import invitations, memberships, users
from mastro.model.access import Role
from mastro.model.base import Timestamp
from mastro.resources.company import load_company
from mastro.resources.emails import route_of
from mastro.resources.user import is_address
from mastro.resources.users import TAG, Access, read_permissions, require_owner, stored_access

JOB = "invitation"
"""Kind of the jobs that send an invitation by mail."""

DAYS = 7
"""For which a link counts."""

MOST = 100
"""Invitations of a company that wait at the same time."""


class Invitation(Access):
    """Somebody who may come in."""

    READ_ONLY = frozenset({"id", "created_at", "expires_at", "link", "mailed"})

    id: str = ""
    email: str = ""
    language: Literal["it", "en"] = "it"
    """Of the message."""
    created_at: Timestamp = ""
    expires_at: Timestamp = ""
    link: str = ""
    """To be handed on; answered once, when it is made."""
    mailed: bool = False
    """True where it is sent by mail, too."""


_KEY = (invitations.c.company_id == bindparam("company"), invitations.c.hash == bindparam("link_hash"))
_INSERT = Prepared(insert(invitations))
_LIST = Prepared(
    select(
        invitations.c.hash,
        invitations.c.email,
        invitations.c.role,
        invitations.c.permissions,
        invitations.c.created_at,
        invitations.c.expires_at,
    )
    .where(invitations.c.company_id == bindparam("company"))
    .order_by(invitations.c.created_at.desc(), invitations.c.hash)
)
_DELETE = Prepared(delete(invitations).where(*_KEY))
_FORGET = Prepared(
    delete(invitations).where(
        invitations.c.company_id == bindparam("company"), invitations.c.expires_at <= bindparam("now")
    )
)
_IS_MEMBER = Prepared(
    select(users.c.id)
    .join(memberships, memberships.c.user_id == users.c.id)
    .where(memberships.c.company_id == bindparam("company"), users.c.email == bindparam("email"))
)


def list_invitations(call: Call) -> bytes:
    """The invitations that wait."""
    require_owner(call)
    return encoder.encode({"data": _waiting(call)})


def _waiting(call: Call) -> list[Invitation]:
    zone, now = call.now.tzinfo, int(call.now.timestamp())
    return [
        Invitation(
            id=hash,
            email=email,
            role=msgspec.convert(role, Role),
            permissions=read_permissions(role, permissions),
            created_at=created_at,
            expires_at=f"{dt.datetime.fromtimestamp(expires_at, zone):%Y-%m-%d %H:%M:%S}",
        )
        for hash, email, role, permissions, created_at, expires_at in call.session.rows(_LIST, company=call.company_id)
        if expires_at > now
    ]


def create_invitation(call: Call) -> bytes:
    """Invite somebody; another invitation to the same address counts no more. Raises Invalid, Conflict."""
    require_owner(call)
    made = call.parse(Invitation).data
    made.email = made.email.strip().lower()
    if not is_address(made.email):
        raise invalid("data.email", "The data.email field must be a valid email address.")
    if call.session.row(_IS_MEMBER, company=call.company_id, email=made.email):
        raise invalid("data.email", "The data.email field is of somebody who is in the company already.")
    waiting = _waiting(call)
    for same in waiting:
        if same.email == made.email:
            call.session.run(_DELETE, company=call.company_id, link_hash=same.id)
    if len(waiting) >= MOST:
        raise Conflict(f"A company has at most {MOST} invitations that wait.", code="TOO_MANY_INVITATIONS")
    _store(call, made)
    call.emit("settings.invitations.create", call.principal.user_id)
    return encoder.encode({"data": made})


def _store(call: Call, made: Invitation) -> None:
    """Make the link, keep what it opens, and leave the message to be sent."""
    secret = secrets.token_urlsafe(24)
    end = call.now + dt.timedelta(days=DAYS)
    made.id, made.created_at, made.expires_at = hash_token(secret), call.timestamp, f"{end:%Y-%m-%d %H:%M:%S}"
    made.link = f"{call.settings.address}/invitation/{call.company_id}-{secret}"
    made.mailed = route_of(call.installation, *load_company(call.session, call.company_id)).mailer.name == "smtp"
    session, seconds = call.session, int(end.timestamp())
    session.run(_FORGET, company=call.company_id, now=int(call.now.timestamp()))
    session.run(
        _INSERT,
        company_id=call.company_id,
        hash=made.id,
        email=made.email,
        invited_by=call.principal.user_id,
        created_at=made.created_at,
        expires_at=seconds,
        **stored_access(made),
    )
    if made.mailed:
        link = seal(call.settings.key, made.link, purpose(call.company_id))
        payload: dict[str, Any] = {"id": made.id, "email": made.email, "link": link, "language": made.language}
        payload["user_id"] = call.principal.user_id
        enqueue(session, call.company_id, JOB, payload, now=call.now)


def purpose(company_id: int) -> str:
    """What the link in a job is sealed for."""
    return f"company {company_id} invitation"


def delete_invitation(call: Call) -> bytes:
    """Take an invitation back: its link opens nothing any more."""
    require_owner(call)
    if not call.session.run(_DELETE, company=call.company_id, link_hash=call.path["invitation_id"]):
        raise NotFound
    call.emit("settings.invitations.delete", call.principal.user_id)
    return b"{}"


_PATH = "/c/{company_id}/invitations"

OPERATIONS = (
    Operation("listInvitations", "GET", _PATH, list_invitations, TAG, "List Invitations", answer=list[Invitation]),
    Operation(
        "createInvitation",
        "POST",
        _PATH,
        create_invitation,
        TAG,
        "Create Invitation",
        writes=True,
        body=Invitation,
        answer=Invitation,
    ),
    Operation(
        "deleteInvitation",
        "DELETE",
        f"{_PATH}/{{invitation_id}}",
        delete_invitation,
        TAG,
        "Delete Invitation",
        writes=True,
        id_types={"invitation_id": "string"},
    ),
)
