"""From a figure of a report to the page that lists the documents behind it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from mastro.resources.reports.common import PURCHASES, SALES
from mastro.web.visit import Visit

FAMILIES = {
    "issued_documents": "issued_documents.invoices",
    "received_documents": "received_documents",
    "receipts": "receipts",
    "cashbook": "cashbook",
    "bank_statements": "cashbook",
    "taxes": "taxes",
    "reports": "situation",
    "recurrences": "issued_documents.invoices",
}
"""Section → what its reader must be allowed to read."""

SECTIONS = {
    "issued_document": "issued_documents",
    "received_document": "received_documents",
    "receipt": "receipts",
    "tax": "taxes",
}
"""Kind of what an entry was born from → the section that has its page."""


def behind(visit: Visit, listing: Mapping[str, Any] | None) -> str:
    """Address of the page for a `Listing` of the reports; "" where there is none, or the user may not see it."""
    if listing is None:
        return ""
    path, _, query = str(listing["path"]).partition("?")
    place = path.removeprefix(f"/c/{visit.company_id}")
    asked = dict(parse_qsl(query)) | {key: str(listing[key]) for key in ("type", "q") if listing.get(key)}
    return place_of(visit, place, **asked)


def place_of(visit: Visit, path: str, **query: object) -> str:
    """Address of a list or a document of the company; "" where the user may not see it."""
    if not visit.may(FAMILIES[path.split("/")[1]]):
        return ""
    return f"{visit.base}{path}{'?' if query else ''}{urlencode(query)}"


def dues(visit: Visit, direction: str, **query: object) -> str:
    """Address of the payments that come in or go out; "" where the user may not see them."""
    needed = SALES if direction == "in" else PURCHASES
    if not all(visit.may(family) for family in needed):
        return ""
    return f"{visit.base}/payments?{urlencode({'direction': direction, **query})}"


def document(visit: Visit, kind: str, id: int) -> str:
    """Address of the page of a document by its kind; "" where the user may not see it."""
    return place_of(visit, f"/{SECTIONS[kind]}/{id}")
