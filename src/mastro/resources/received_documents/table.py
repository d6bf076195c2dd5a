"""The table of received documents: what they are found and sorted by."""

from mastro.database.collection import Collection
from mastro.database.fields import amount, date, exact, integer, text, time
from mastro.database.search import Searchable
from mastro.model.received_document import ReceivedDocument
from mastro.resources import found_by

SCOPES: dict[str, str] = {
    "expense": "received_documents",
    "passive_credit_note": "received_documents",
    "passive_delivery_note": "stock",
    "self_invoice": "received_documents",
}
"""Type of a document → scope family."""


def scope_of(document: ReceivedDocument) -> str:
    """Scope family of a document: that of its type."""
    return SCOPES[document.type]


received_documents = Collection(
    "received_documents",
    ReceivedDocument,
    integer("id", required=True),
    exact("type", required=True, sortable=False),
    text("category", required=True),
    text("description", required=True, sortable=False),
    integer("entity.id"),
    text("entity.name", required=True),
    date("date", required=True),
    date("next_due_date"),
    amount("amount_gross", required=True),
    amount("amount_net", required=True),
    amount("amount_vat", required=True),
    text("invoice_number", required=True, sortable=False),
    time("created_at", required=True),
    time("updated_at", required=True),
    extra=(exact("scope", of=scope_of, required=True), exact("attachment_token", required=True)),
    indexes=(("type", "date", "id"), ("type", "next_due_date"), ("entity_id", "date"), ("updated_at",)),
    bucket="type",
    vocabulary={
        "received_documents.category": lambda document: (document.category,),
        "received_documents.item_category": lambda document: [row.category for row in document.items_list or ()],
        "cost_center": lambda document: (document.rc_center,),
    },
    search=Searchable(found_by.received_document, *dict.fromkeys(SCOPES.values()), family=scope_of),
)
