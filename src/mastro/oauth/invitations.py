"""Coming in by an invitation: as the user that one is, or as a new one."""

import datetime as dt
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select

from mastro.api.call import Installation, hash_token
from mastro.database.connection import Prepared, Session
from mastro.database.events import emit
from mastro.database.schema import companies, invitations, memberships, users
from mastro.oauth import account, sessions
from mastro.oauth.tokens import timestamp
from mastro.resources.company import add_stored_member
from mastro.resources.user import EmailTaken, create_user, passwords, user_by_email


class Gone(Exception):
    """The link was used, taken back, is over, or never was one."""


class Invited(NamedTuple):
    """What a link opens."""

    company_id: int
    company: str
    """Its name."""
    email: str
    """To which the invitation went."""
    role: str
    inviter: str
    """Name of who sent it; empty where that user is gone."""
    known: bool
    """True where a user with this address is there already."""
    hash: str
    permissions: bytes
    expires_at: str
    """Until when the link counts, as the wire writes a time."""


_KEY = (invitations.c.company_id == bindparam("company"), invitations.c.hash == bindparam("link_hash"))
_FIND = Prepared(
    select(
        companies.c.name,
        invitations.c.email,
        invitations.c.role,
        invitations.c.permissions,
        invitations.c.expires_at,
        users.c.name,
    )
    .join(companies, companies.c.id == invitations.c.company_id)
    .outerjoin(users, users.c.id == invitations.c.invited_by)
    .where(*_KEY)
)
_USE = Prepared(delete(invitations).where(*_KEY))
_IS_MEMBER = Prepared(
    select(memberships.c.role).where(
        memberships.c.company_id == bindparam("company"), memberships.c.user_id == bindparam("user")
    )
)


def find(session: Session, key: str, now: dt.datetime) -> Invited:
    """What stands behind the last part of a link. Raises Gone."""
    company, _, secret = key.partition("-")
    if not (company.isascii() and company.isdigit() and len(company) < 10 and secret and len(secret) < 100):
        raise Gone
    hash = hash_token(secret)
    row = session.row(_FIND, company=int(company), link_hash=hash)
    if row is None or row[4] <= now.timestamp():
        raise Gone
    name, email, role, permissions, end, inviter = row
    known = user_by_email(session, email) is not None
    expires_at = timestamp(dt.datetime.fromtimestamp(end, now.tzinfo))
    return Invited(int(company), name, email, role, inviter or "", known, hash, permissions, expires_at)


def accept(session: Session, key: str, user_id: int, now: dt.datetime) -> Invited:
    """Come in as a user; who is in already stays what they are. The link counts no more. Raises Gone."""
    invited = find(session, key, now)
    if not session.run(_USE, company=invited.company_id, link_hash=invited.hash):
        raise Gone  # somebody else was faster
    if session.row(_IS_MEMBER, company=invited.company_id, user=user_id) is None:
        add_stored_member(
            session, company_id=invited.company_id, user_id=user_id, role=invited.role, permissions=invited.permissions
        )
        emit(session, invited.company_id, "settings.users.create", user_id, user_id=user_id, now=now, program="web")
    return invited


def register(
    installation: Installation, key: str, *, name: str, password: str, client: str = "", agent: str = ""
) -> tuple[sessions.Entry, Invited]:
    """Become a user with the address that was invited, and come in; outside the database's thread.

    Raises Gone, account.WrongFacts.
    """
    now = installation.settings.clock()
    with installation.database.read() as session:
        invited = find(session, key, now)
    if invited.known:
        raise account.WrongFacts("taken")
    account.check_new(account.NewUser(invited.email, name, password))
    made = passwords.hash(password)

    def work() -> tuple[sessions.Entry, Invited]:
        with installation.database.write() as session:
            try:
                user_id = create_user(
                    session, email=invited.email, name=name, password_hash=made, now=f"{now:%Y-%m-%d %H:%M:%S}"
                )
            except EmailTaken:
                raise account.WrongFacts("taken") from None
            entered = accept(session, key, user_id, now)
            key_of_session = sessions.begin(session, user_id, now, address=client, agent=agent)
            return sessions.Entry(key_of_session, user_id), entered

    return installation.database.retry(work)
