"""The table of received documents: what they are found and sorted by."""

import datetime as dt
from typing import Protocol

from mastro.database.collection import Collection
from mastro.database.columns import fold
from mastro.database.fields import amount, date, exact, integer, text, time
from mastro.database.search import Searchable
from mastro.identifiers import normalise_tax_code, normalise_vat_number
from mastro.model.entity import Entity
from mastro.model.received_document import ReceivedDocument, ReceivedType
from mastro.resources import found_by
from mastro.resources.derived.euro import EURO


class Bearer(Protocol):
    """A document that other files came with."""

    other_attachment_tokens: list[str] | None


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


def identity_of(entity: Entity | None, number: str, date: dt.date | None, type: ReceivedType = "expense") -> str | None:
    """What two documents have in common that are the same: supplier, number, date; None where one of them is missing.

    The supplier is its VAT number, without one its tax code, without either its name. A credit note may have the number
    of an invoice, for it may have a series of its own.
    """
    if entity is None or date is None or not number.strip():
        return None
    vat, tax_code = normalise_vat_number(entity.vat_number), normalise_tax_code(entity.tax_code)
    code = vat.removeprefix(entity.country_iso or "IT") or tax_code
    supplier = code or fold(entity.name)
    kind = "credit" if type == "passive_credit_note" else "invoice"
    return f"{date.isoformat()} {kind} {supplier} {number.strip().upper()}" if supplier else None


def identity_of_document(document: ReceivedDocument) -> str | None:
    """See `identity_of`; what goes with goods or is made out by oneself is no invoice of a supplier."""
    if document.type not in {"expense", "passive_credit_note"}:
        return None
    return identity_of(document.entity, document.invoice_number, document.date, document.type)


def tokens_of(document: Bearer) -> str | None:
    """The tokens of the files that came with a document beside its own, separated by blanks."""
    return " ".join(document.other_attachment_tokens or ()) or None


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
    extra=(
        *EURO,
        exact("scope", of=scope_of, required=True),
        exact("attachment_token", required=True),
        exact("identity", of=identity_of_document),
        exact("other_tokens", of=tokens_of),
    ),
    indexes=(
        ("type", "date", "id"),
        ("type", "next_due_date"),
        ("entity_id", "date"),
        ("updated_at",),
        ("identity",),
    ),
    bucket="type",
    vocabulary={
        "received_documents.category": lambda document: (document.category,),
        "received_documents.item_category": lambda document: [row.category for row in document.items_list or ()],
        "cost_center": lambda document: (document.rc_center,),
    },
    search=Searchable(found_by.received_document, *dict.fromkeys(SCOPES.values()), family=scope_of),
)
