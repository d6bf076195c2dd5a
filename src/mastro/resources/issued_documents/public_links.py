"""Links to a document that somebody made on purpose: each with its end, and with when it was opened last.

A row holds no secret: the link is the row's key, signed with the installation's key.
"""

import datetime as dt
from typing import ClassVar

from sqlalchemy import bindparam, delete

from mastro.api.call import Installation
from mastro.api.links import sign_name, verify_name
from mastro.database.collection import Collection
from mastro.database.connection import Prepared, Session
from mastro.database.fields import integer
from mastro.model.base import Body, Id, Integer, Timestamp
from mastro.settings import Settings


class PublicLink(Body):
    """A link that opens a document without an account."""

    READ_ONLY: ClassVar[frozenset[str]] = frozenset(
        {"id", "document_id", "user_id", "url", "active", "opened", "opened_at", "revoked_at", "created_at"}
    )

    id: Id | None = None
    document_id: Id | None = None
    user_id: Id | None = None
    """Who made it."""
    expires_on: dt.date | None = None
    """The last day on which it opens; null for one that never expires."""
    url: str = ""
    active: bool = False
    """True where it opens the document today."""
    opened: Integer = 0
    """How often, by others than the members of the company."""
    opened_at: Timestamp | None = None
    """The last time."""
    revoked_at: Timestamp | None = None
    created_at: Timestamp = ""


class LinkEnded(Exception):
    """The link has expired, or was revoked."""


public_links = Collection(
    "public_links", PublicLink, integer("document_id", required=True), indexes=(("document_id",),)
)

_FORGET = Prepared(
    delete(public_links.table).where(
        public_links.table.c.company_id == bindparam("company"),
        public_links.table.c.document_id == bindparam("document"),
    )
)


def ended(link: PublicLink, today: dt.date) -> bool:
    """Whether it opens nothing any more."""
    return link.revoked_at is not None or (link.expires_on is not None and link.expires_on < today)


def address_of(settings: Settings, company_id: int, id: int) -> str:
    """The address of a link."""
    return f"{settings.address}/doc/{sign_name(settings.key, f'{company_id}.{id}.link')}"


def find(installation: Installation, token: str) -> tuple[int, PublicLink] | None:
    """Company and link of the text of an address; None where it is none of ours. Raises LinkEnded."""
    settings = installation.settings
    what = verify_name(settings.key, token)
    if what is None:
        return None
    company_id, id, _ = what.split(".")
    with installation.database.read() as session:
        link = public_links.get(session, int(company_id), int(id))
    if link is None:
        return None
    if ended(link, settings.clock().date()):
        raise LinkEnded
    return int(company_id), link


def note_opened(installation: Installation, session: Session, company_id: int, id: int) -> None:
    """Keep that a link was opened now."""
    public_links.lock(session, company_id)
    link = public_links.get(session, company_id, id)
    if link is None:
        return
    link.opened += 1
    link.opened_at = f"{installation.settings.clock():%Y-%m-%d %H:%M:%S}"
    public_links.update(session, company_id, id, link)


def forget(session: Session, company_id: int, document_id: int) -> None:
    """Forget the links of a document that is gone for good."""
    session.run(_FORGET, company=company_id, document=document_id)
