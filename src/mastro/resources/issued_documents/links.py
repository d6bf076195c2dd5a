"""The signed links to a document's PDFs, and what stands behind them."""

from dataclasses import dataclass
from typing import Any, Literal

from mastro import pdf
from mastro.api.call import Call, Installation
from mastro.api.fields import Computed
from mastro.api.links import verify
from mastro.database.connection import Row
from mastro.database.deletions import is_deleted
from mastro.delivery.sdi_simulator import NAME as SIMULATOR
from mastro.model.issued_document import IssuedDocument
from mastro.resources.company import Issuer, load_company
from mastro.resources.issued_documents import public_links
from mastro.resources.issued_documents.table import documents, links_of
from mastro.resources.settings.logo import logo_of
from mastro.settings import Settings

Kind = Literal["document", "delivery_note", "accompanying_invoice"]

KINDS: dict[str, Kind] = {"url": "document", "dn_url": "delivery_note", "ai_url": "accompanying_invoice"}
"""Key of the link on the wire → what it shows."""


_NONE: Computed = dict.fromkeys(KINDS, b"null")


def computed_links(call: Call, row: Row) -> Computed:
    """The links of a row `(id, names of its links)`; the vendor has those that a document does not have as null."""
    id, names = row
    signer = call.signer
    links = _NONE.copy()
    for key in (names,) if names in KINDS else names.split():
        link = signer.sign(f"{call.company_id}.{id}.{KINDS[key]}")
        links[key] = f'"{signer.address}/doc/{link}.pdf"'.encode()
    return links


def link(call: Call, id: int, kind: Kind) -> str:
    """The address that opens one PDF of a document without a token."""
    return f"{call.signer.address}/doc/{call.signer.sign(f'{call.company_id}.{id}.{kind}')}.pdf"


def page_link(call: Call, id: int, kind: Kind = "document") -> str:
    """The address of the page that shows the document to its customer, with its PDF and how to pay."""
    return link(call, id, kind).removesuffix(".pdf")


@dataclass(frozen=True, slots=True)
class Place:
    """What a link opens."""

    company_id: int
    document_id: int
    kind: Kind
    link_id: int | None = None
    """Of a link that somebody made on purpose."""


def place_of(installation: Installation, token: str) -> Place | None:
    """What a link opens; None for one that is not ours, has expired, or is a deleted company's. Raises LinkEnded."""
    place = _named_by(installation, token)
    if place is None:
        return None
    with installation.database.read() as session:
        return None if is_deleted(session, place.company_id) else place


def _named_by(installation: Installation, token: str) -> Place | None:
    settings = installation.settings
    what = verify(settings.key, token, settings.clock().date())
    if what is None:
        found = public_links.find(installation, token)
        return Place(found[0], found[1].document_id or 0, "document", found[1].id) if found else None
    parts = what.split(".")
    kind = KINDS_BY_NAME.get(parts[2]) if len(parts) == 3 else None
    return Place(int(parts[0]), int(parts[1]), kind) if kind else None


def linked_document(installation: Installation, token: str) -> tuple[IssuedDocument, Issuer, Place] | None:
    """What a link shows, and where that is; None for one that is not ours, has expired, or whose document is gone.

    Raises LinkEnded.
    """
    place = place_of(installation, token)
    if place is None:
        return None
    with installation.database.read() as session:
        document = documents.get(session, place.company_id, place.document_id)
        if document is None:
            return None
        issuer = load_company(session, place.company_id)
    return document, issuer, place


KINDS_BY_NAME: dict[str, Kind] = {kind: kind for kind in KINDS.values()}


def render(settings: Settings, document: IssuedDocument, issuer: Issuer, kind: Kind) -> bytes:
    """The PDF of a document, in its language and with the company's logo; in test mode it says that it is a sample."""
    return pdf.render(document, issuer[0], kind=kind, **_look(settings, document, issuer))


def pictures(settings: Settings, document: IssuedDocument, issuer: Issuer, kind: Kind) -> list[bytes]:
    """The pages of that PDF as pictures, each a PNG."""
    return pdf.pictures(document, issuer[0], kind=kind, **_look(settings, document, issuer))


def _look(settings: Settings, document: IssuedDocument, issuer: Issuer) -> Any:
    company, wishes = issuer
    return {
        "language": language_of(document),
        "logo": logo_of(settings, company),
        "sample": wishes.channel == SIMULATOR,
    }


def language_of(document: IssuedDocument) -> str:
    """Code of the language that the document speaks."""
    return document.language.code if document.language else "it"


def kinds_of(document: IssuedDocument) -> list[Kind]:
    """The papers that there are of a document."""
    return [KINDS[name] for name in links_of(document).split()]


def file_name(document: IssuedDocument, kind: Kind) -> str:
    """Name for a saved PDF, such as `invoice-12-A-2026.pdf`; only characters that every system takes."""
    name = document.type if kind == "document" else kind
    number = document.dn_number if kind == "delivery_note" and document.delivery_note else document.number
    raw = f"{name}-{number}{document.numeration}-{document.year}"
    return "".join(c if c.isalnum() and c.isascii() else "-" for c in raw) + ".pdf"
