"""The table of issued documents: what they are found, sorted and numbered by."""

from mastro import numeration
from mastro.api.scopes import DOCUMENT_SCOPES
from mastro.database.collection import Collection
from mastro.database.fields import amount, any_of, boolean, date, exact, integer, text, time
from mastro.database.search import Searchable
from mastro.model.issued_document import IssuedDocument
from mastro.resources import found_by
from mastro.resources.derived.euro import EURO


def scope_of(document: IssuedDocument) -> str:
    """Scope family of a document: that of its type."""
    return f"issued_documents.{DOCUMENT_SCOPES[document.type or 'invoice']}"


def series_kind(document: IssuedDocument) -> str:
    """Kind of the numbering series; a document being stored has a type and a date."""
    assert document.type  # noqa: S101
    assert document.date  # noqa: S101
    return numeration.series_of(document.type, document.date, document.numeration).kind


def links_of(document: IssuedDocument) -> str:
    """Names of the links that the document has, separated by blanks."""
    names = ["url"]
    if document.delivery_note:
        names.append("dn_url")
    if document.accompanying_invoice:
        names.append("ai_url")
    return " ".join(names)


def _delivery_note_year(document: IssuedDocument) -> int | None:
    return document.dn_date.year if document.delivery_note and document.dn_date else None


documents = Collection(
    "issued_documents",
    IssuedDocument,
    exact("type", required=True, sortable=False),
    integer("entity.id"),
    text("entity.name", required=True),
    text("entity.vat_number", required=True),
    text("entity.tax_code", required=True),
    text("entity.city", of="entity.address_city", required=True),
    text("entity.province", of="entity.address_province", required=True),
    text("entity.country", of="entity.country", required=True),
    date("date", required=True),
    integer("number", required=True),
    text("numeration", required=True),
    any_of("any_subject", "subject", "visible_subject"),
    amount("amount_net", required=True),
    amount("amount_vat", required=True),
    amount("amount_gross", required=True),
    date("next_due_date"),
    exact("ei_status", sortable=False),
    amount("stamp_duty", sortable=False),
    boolean("is_marked", of=lambda document: bool(document.is_marked), sortable=False),
    time("created_at", required=True),
    time("updated_at", required=True),
    extra=(
        text("subject", required=True),
        text("visible_subject", required=True),
        integer("year", required=True),
        exact("series", of=series_kind, required=True),
        exact("sezionale", of=lambda document: document.numeration, required=True),
        integer("dn_year", of=_delivery_note_year),
        integer("dn_number", of=lambda document: document.dn_number if document.delivery_note else None),
        *EURO,
        exact("scope", of=scope_of, required=True),
        exact("links", of=links_of, required=True),
        exact("attachment_token", required=True),
    ),
    indexes=(
        ("type", "date", "id"),
        ("type", "next_due_date"),
        ("ei_status", "date"),
        ("entity_id", "type", "date", "id"),
        ("entity_name", "type", "date", "id"),
        ("dn_year", "dn_number"),
        ("updated_at",),
    ),
    unique=(("series", "year", "sezionale", "number"),),
    bucket="type",
    vocabulary={
        "issued_documents.category": lambda document: [row.category for row in document.items_list or ()],
        "revenue_center": lambda document: () if document.type == "supplier_order" else (document.rc_center,),
        "cost_center": lambda document: (document.rc_center,) if document.type == "supplier_order" else (),
    },
    search=Searchable(
        found_by.issued_document,
        *(f"issued_documents.{name}" for name in dict.fromkeys(DOCUMENT_SCOPES.values())),
        family=scope_of,
    ),
)
"""`sezionale` is the numeration as it is written, `numeration` is folded for searching."""
