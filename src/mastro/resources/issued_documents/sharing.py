"""Share a document by a link that ends when one wants (ours): make one, see which are open, revoke one."""

import datetime as dt

from mastro.api.call import Call
from mastro.api.errors import Conflict, NotFound, invalid
from mastro.api.operation import Operation
from mastro.database.collection import encoder
from mastro.resources.issued_documents.documents import resource
from mastro.resources.issued_documents.public_links import PublicLink, address_of, ended, public_links

MOST = 20
"""Links of a document that are open at the same time."""

SHOWN = 100

LONGEST = dt.timedelta(days=3653)
"""Till an end; longer is never."""


def list_public_links(call: Call) -> bytes:
    """The links of a document, the latest first, those that are over included."""
    document = resource.load(call, "r")
    return encoder.encode({"data": [_shown(call, link) for link in _links(call, document.id)]})


def _links(call: Call, document_id: int | None) -> list[PublicLink]:
    rows = public_links.page(
        call.session, call.company_id, equals={"document_id": document_id}, order=(("id", True),), limit=SHOWN
    )
    return [public_links.decoder.decode(stored) for (stored,) in rows]


def _shown(call: Call, link: PublicLink) -> PublicLink:
    """As it is answered: with its address, which is not kept."""
    link.active = not ended(link, call.now.date())
    link.url = address_of(call.settings, call.company_id, link.id or 0) if link.active else ""
    return link


def create_public_link(call: Call) -> bytes:
    """Make a link that opens the document's page, with its PDF, for whoever has it, up to a day or for good.

    Raises Invalid, Conflict.
    """
    document = resource.load(call, "a")
    new, today = call.parse(PublicLink).data, call.now.date()
    if new.expires_on is not None and not today <= new.expires_on <= today + LONGEST:
        raise invalid(
            "data.expires_on", "The data.expires on field must be a day from today on, within ten years; null is never."
        )
    public_links.lock(call.session, call.company_id)
    if sum(not ended(link, today) for link in _links(call, document.id)) >= MOST:
        raise Conflict(f"A document has at most {MOST} open links: revoke one first.", code="TOO_MANY_LINKS")
    new.document_id, new.user_id, new.created_at = document.id, call.principal.user_id, call.timestamp
    new.id = public_links.next_id(call.session, call.company_id, new)
    public_links.insert(call.session, call.company_id, new.id, new)
    call.emit(resource.event_of(document, "share"), document.id or 0)
    return encoder.encode({"data": _shown(call, new)})


def revoke_public_link(call: Call) -> bytes:
    """Close a link: who follows it is told that it is over."""
    document, id = resource.load(call, "a"), call.id("link_id")
    public_links.lock(call.session, call.company_id)
    link = public_links.get(call.session, call.company_id, id)
    if link is None or link.document_id != document.id:
        raise NotFound
    if link.revoked_at is None:
        link.revoked_at = call.timestamp
        public_links.update(call.session, call.company_id, id, link)
        call.emit(resource.event_of(document, "unshare"), document.id or 0)
    return b"{}"


_PATH = f"{resource.path}/{{document_id}}/public_links"

OPERATIONS = (
    Operation(
        "listPublicLinks", "GET", _PATH, list_public_links, resource.tag, "List Public Links", answer=list[PublicLink]
    ),
    Operation(
        "createPublicLink",
        "POST",
        _PATH,
        create_public_link,
        resource.tag,
        "Create Public Link",
        writes=True,
        body=PublicLink,
        answer=PublicLink,
    ),
    Operation(
        "revokePublicLink",
        "DELETE",
        f"{_PATH}/{{link_id}}",
        revoke_public_link,
        resource.tag,
        "Revoke Public Link",
        writes=True,
    ),
)
