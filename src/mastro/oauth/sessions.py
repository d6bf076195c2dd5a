"""Signing in with a browser: passwords, and the sessions that a cookie stands for."""

import datetime as dt
import secrets
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, insert, select, update

from mastro.api.call import Installation, hash_token
from mastro.database.connection import Prepared, Session, first_column
from mastro.database.schema import companies, counters, memberships, sessions, users
from mastro.oauth import attempts, second_factor
from mastro.oauth.tokens import timestamp
from mastro.resources.issued_documents.table import documents
from mastro.resources.user import passwords, user_by_email

SESSION_SECONDS = 14 * 24 * 3600
WAITING_SECONDS = 600
"""Between the right password and the code of the second factor."""
MAX_PASSWORD = 1024

PER_ACCOUNT_HERE = 10
"""Wrong passwords of one account from one address in a quarter of an hour."""
PER_ACCOUNT = 100
"""The same from everywhere: high, because it locks the owner out too."""
PER_ADDRESS = 50
CODES = 10
"""Wrong codes of one account in a quarter of an hour, from everywhere: whoever gives one knows the password."""

_NOBODY = passwords.hash(secrets.token_urlsafe(16))
"""Compared where there is no such user, so that the answer takes as long."""


class TooManyAttempts(Exception):
    """Wrong passwords came too often; wait a quarter of an hour."""


class Entry(NamedTuple):
    """A right password, or a right code."""

    key: str
    """What the cookie is to hold."""
    user_id: int
    waiting: bool = False
    """True where a code is due before the session lets anybody in: see `give_code`."""


class NobodyWaits(Exception):
    """No session waits for a code: it took too long, or the password was never given."""


def sign_in(
    installation: Installation, *, email: str, password: str, client: str, agent: str = "", replaces: str = ""
) -> Entry | None:
    """A new session for the user with this password; None for a wrong pair.

    `client` is the network address that asks, `agent` what the browser calls itself; `replaces` the session that the
    browser had, which ends. Raises TooManyAttempts.
    """
    now = installation.settings.clock()
    email = email.strip().lower()
    counters = (
        (("login", email, client), PER_ACCOUNT_HERE),
        (("login", email), PER_ACCOUNT),
        (("login from", client), PER_ADDRESS),
    )
    with installation.database.read() as session:
        if any(attempts.used_up(session, *key, allowed=allowed, now=now) for key, allowed in counters):
            raise TooManyAttempts
        found = user_by_email(session, email) if len(email) <= 254 and "\x00" not in email else None
    right, better = _check(password, found[1] if found else "")
    with installation.database.write() as session:
        if found is None or not right:
            for counter, _ in counters:
                attempts.count(session, *counter, now=now)
            return None
        if better:
            session.run(_SET_PASSWORD, id=found[0], better=better)
        sign_out(session, replaces)
        waiting = second_factor.is_on(session, found[0])
        key = begin(session, found[0], now, address=client, agent=agent, waiting=waiting)
        return Entry(key, found[0], waiting)


def give_code(installation: Installation, session: Session, *, key: str, code: str, client: str) -> Entry | None:
    """A new session in place of one that waits for a code; None for a wrong code.

    Raises NobodyWaits, TooManyAttempts. The transaction is to be committed after a wrong code too: it is counted.
    """
    now = installation.settings.clock()
    row = session.row(_WAITING, hash=hash_token(key)) if key else None
    if row is None or row[1] <= now.timestamp():
        raise NobodyWaits
    user_id, _, agent = row
    if attempts.used_up(session, "code", str(user_id), allowed=CODES, now=now):
        raise TooManyAttempts
    if not second_factor.check(installation, session, user_id, code, now):
        attempts.count(session, "code", str(user_id), now=now)
        return None
    sign_out(session, key)
    return Entry(begin(session, user_id, now, address=client, agent=agent), user_id)


def waits(session: Session, key: str, now: dt.datetime) -> bool:
    """True for a session that waits for a code."""
    row = session.row(_WAITING, hash=hash_token(key)) if key else None
    return bool(row and row[1] > now.timestamp())


def _check(password: str, hash: str) -> tuple[bool, str | None]:
    """Whether the password is right, and its hash made anew where today's parameters are stronger."""
    if len(password) > MAX_PASSWORD:
        return False, None
    right, better = passwords.verify_and_update(password, hash or _NOBODY)
    return (right, better) if hash else (False, None)


def begin(
    session: Session, user_id: int, now: dt.datetime, *, address: str = "", agent: str = "", waiting: bool = False
) -> str:
    """A new session; what the cookie is to hold. One that is `waiting` lets nobody in until the code is given."""
    seconds = int(now.timestamp())
    session.run(_FORGET, now=seconds)
    key = secrets.token_urlsafe(32)
    session.run(
        _INSERT,
        hash=hash_token(key),
        user_id=user_id,
        created_at=timestamp(now),
        expires_at=seconds + (WAITING_SECONDS if waiting else SESSION_SECONDS),
        waiting=waiting,
        address=address[:60],
        agent=agent[:300],
    )
    return key


def sign_out(session: Session, key: str) -> None:
    """End a session."""
    if key:
        session.run(_DELETE, hash=hash_token(key))


def signed_in(session: Session, key: str, now: dt.datetime) -> tuple[int, str, str] | None:
    """Id, name and e-mail address of the user of a session; None for one that is not there or is over."""
    row = session.row(_FIND, hash=hash_token(key)) if key else None
    return (row[0], row[1], row[2]) if row and row[3] > now.timestamp() else None


class Belonging(NamedTuple):
    """A company that a user belongs to, and as what."""

    id: int
    name: str
    role: str


def companies_of(session: Session, user_id: int) -> list[Belonging]:
    """The companies that a user belongs to, by name."""
    return [Belonging(*row) for row in session.rows(_COMPANIES, user_id=user_id)]


def companies_by_life(session: Session, user_id: int) -> list[int]:
    """Ids of the companies that a user belongs to, the one with the most documents first."""
    return first_column(session.rows(_BY_LIFE, user_id=user_id))


_INSERT = Prepared(insert(sessions))
_DELETE = Prepared(delete(sessions).where(sessions.c.hash == bindparam("hash")))
_FORGET = Prepared(delete(sessions).where(sessions.c.expires_at <= bindparam("now")))
_FIND = Prepared(
    select(users.c.id, users.c.name, users.c.email, sessions.c.expires_at)
    .join(users, users.c.id == sessions.c.user_id)
    .where(sessions.c.hash == bindparam("hash"), ~sessions.c.waiting)
)
_WAITING = Prepared(
    select(sessions.c.user_id, sessions.c.expires_at, sessions.c.agent).where(
        sessions.c.hash == bindparam("hash"), sessions.c.waiting
    )
)
_SET_PASSWORD = Prepared(update(users).where(users.c.id == bindparam("id")).values(password_hash=bindparam("better")))
_COMPANIES = Prepared(
    select(companies.c.id, companies.c.name, memberships.c.role)
    .join(memberships, memberships.c.company_id == companies.c.id)
    .where(memberships.c.user_id == bindparam("user_id"))
    .order_by(companies.c.name, companies.c.id)
)
_BY_LIFE = Prepared(
    select(memberships.c.company_id)
    .outerjoin(counters, (counters.c.company_id == memberships.c.company_id) & (counters.c.name == documents.name))
    .where(memberships.c.user_id == bindparam("user_id"))
    .order_by(func.coalesce(counters.c.total, 0).desc(), memberships.c.company_id)
)
