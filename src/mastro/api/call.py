"""One call of the API: who asks, for which company, in which transaction, and with what."""

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

import msgspec
from sqlalchemy import bindparam, select

from mastro.api import body as bodies
from mastro.api.errors import BadRequest, Forbidden, NotAuthorized, NotFound, Unauthorized
from mastro.api.links import Signer, signer
from mastro.api.recent import Recent
from mastro.api.scopes import ALL_SCOPES, Scopes, effective
from mastro.database.connection import Database, Prepared, Session
from mastro.database.events import emit
from mastro.database.schema import memberships, tokens
from mastro.model.base import Body
from mastro.settings import Settings

B = TypeVar("B", bound=Body)

MAX_ID = 2**53 - 1

PAGES = "web"
"""Program of a call that the pages make for a person."""


@dataclass(slots=True)
class Installation:
    """What every call has at hand: the settings and the database."""

    settings: Settings
    database: Database
    recent: Recent = field(default_factory=Recent)
    """The last requests of each company."""
    _signer: Signer | None = None

    def signer(self, today: dt.date) -> Signer:
        """Signs the links of a day."""
        if self._signer is None or self._signer.day != today:
            self._signer = signer(self.settings, today)
        return self._signer


class Principal(NamedTuple):
    """Whom a token speaks for."""

    user_id: int
    company_id: int | None
    """The one company that the token is for; None for all of the user's."""
    granted: str
    """Scopes of the token, separated by spaces."""
    role: str | None = None
    """In the company that was asked about; None where the token does not reach it."""
    permissions: bytes | None = None
    """JSON: level per section."""
    program: str = "personal"
    """What requests are counted by: the application that the token was given to, or all personal tokens together."""
    token: str = ""
    """Name of a personal token."""


@dataclass(slots=True)
class Call:
    """A request on its way through its handler."""

    installation: Installation
    session: Session
    principal: Principal
    company_id: int
    """Company of the path, 0 where the address belongs to none."""
    scopes: Scopes
    role: str
    permissions: bytes
    path: dict[str, str]
    query: dict[str, str]
    raw: bytes
    """Body of the request."""
    address: str
    """Path of the request."""
    now: dt.datetime = field(default_factory=dt.datetime.now)
    content_type: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    """Those that the operation declares, by their declared name; absent ones are empty."""
    options: dict[str, Any] | None = None
    """What stands beside `data` in the body."""
    autocomplete_number: bool | None = None
    pending_id: int | None = None
    _signer: Signer | None = None

    @property
    def settings(self) -> Settings:
        """Settings of the installation."""
        return self.installation.settings

    @property
    def signer(self) -> Signer:
        """Signs links that open without a token; found once, because a page signs a link for each row."""
        if self._signer is None:
            self._signer = self.installation.signer(self.now.date())
        return self._signer

    @property
    def timestamp(self) -> str:
        """Now, as the wire writes a time."""
        return self.now.strftime("%Y-%m-%d %H:%M:%S")

    @property
    def url(self) -> str:
        """Absolute address of the request, without its query."""
        return self.settings.address + self.address

    def id(self, name: str) -> int:
        """A key in the path. Raises NotFound for what can be no key."""
        text = self.path[name]
        if not (text.isascii() and text.isdigit()) or int(text[:20]) > MAX_ID:
            raise NotFound
        return int(text)

    def require(self, family: str, level: str) -> None:
        """Raise Forbidden unless the token's scope and the user's permission cover this."""
        if f"{family}:{level}" not in self.scopes:
            raise Forbidden(f"The scope {family}:{level} is required.")

    def may(self, family: str, level: str) -> bool:
        """True where the token's scope and the user's permission cover this."""
        return f"{family}:{level}" in self.scopes

    def parse(self, body: type[B]) -> bodies.Envelope[B]:
        """The body of the request. Raises Invalid with every broken key."""
        return bodies.parse(self.raw, body)

    def emit(self, type: str, *ids: int, changes: bytes | None = None) -> None:
        """Write that something happened to resources of this company, in this transaction."""
        by = self.principal
        emit(
            self.session,
            self.company_id,
            type,
            *ids,
            user_id=by.user_id,
            now=self.now,
            program=by.program,
            token=by.token,
            changes=changes,
        )


_TOKEN = Prepared(
    select(
        tokens.c.user_id,
        tokens.c.company_id,
        tokens.c.scopes,
        tokens.c.expires_at,
        memberships.c.role,
        memberships.c.permissions,
        tokens.c.program,
        tokens.c.revoked,
        tokens.c.name,
    )
    .outerjoin(
        memberships,
        (memberships.c.user_id == tokens.c.user_id) & (memberships.c.company_id == bindparam("company_id")),
    )
    .where(tokens.c.hash == bindparam("hash"), tokens.c.kind == "access")
)


_MEMBER = Prepared(
    select(memberships.c.role, memberships.c.permissions).where(
        memberships.c.company_id == bindparam("company_id"), memberships.c.user_id == bindparam("user_id")
    )
)


def hash_token(token: str) -> str:
    """What is kept of a token. It is long and random, so a plain hash is as good as a slow one."""
    return hashlib.sha256(token.encode()).hexdigest()


def authenticate(session: Session, authorization: str, company_id: int, now: dt.datetime) -> Principal:
    """Whom a bearer token speaks for, and as what in a company.

    Raises Unauthorized for no token, an unknown or an expired one; NotAuthorized where the user put its program out.
    """
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.startswith("a/"):
        raise Unauthorized
    row = session.row(_TOKEN, hash=hash_token(token.strip()), company_id=company_id)
    if row is None or (row[3] is not None and row[3] <= now.timestamp()):
        raise Unauthorized
    user_id, only_company, granted, _, role, permissions, program, revoked, name = row
    if revoked:
        raise NotAuthorized
    if only_company not in (None, company_id):
        role = None
    return Principal(user_id, only_company, granted, role, permissions, program, name)


def json_object(raw: bytes) -> dict[str, object]:
    """A JSON object that follows no schema of the API. Raises BadRequest."""
    try:
        return msgspec.json.decode(raw, type=dict[str, object])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise BadRequest("The body is not a JSON object.") from None


def member_call(
    installation: Installation, session: Session, *, company_id: int, user_id: int, program: str = "mastro"
) -> Call | None:
    """A call from within the process by a member of a company, who may do what it may today; None for no member."""
    member = session.row(_MEMBER, company_id=company_id, user_id=user_id)
    if member is None:
        return None
    call = internal_call(installation, session, company_id=company_id, user_id=user_id, program=program)
    call.role, call.permissions = member
    call.scopes = effective(call.principal.granted, call.role, call.permissions)
    return call


def internal_call(
    installation: Installation,
    session: Session,
    *,
    company_id: int,
    user_id: int,
    now: dt.datetime | None = None,
    program: str = "mastro",
) -> Call:
    """A call from within the process, by a user who may do all: the demo, imports, the pages.

    `program` is what the trail of changes says that it was done with.
    """
    granted = " ".join(ALL_SCOPES)
    return Call(
        installation=installation,
        session=session,
        principal=Principal(user_id, company_id, granted, program=program),
        company_id=company_id,
        scopes=effective(granted, "master", b"{}"),
        role="master",
        permissions=b"{}",
        path={},
        query={},
        raw=b"",
        address="",
        now=now or installation.settings.clock(),
    )
