"""The resource: the five verbs on received documents, and their attachments."""

import dataclasses
from typing import Any

from sqlalchemy import ColumnElement

from mastro.api.call import Call
from mastro.api.errors import invalid
from mastro.api.fields import Computed
from mastro.api.operation import Parameter
from mastro.api.resource import Resource
from mastro.database import bin as bin_
from mastro.database.collection import encoder
from mastro.database.connection import Row
from mastro.model.received_document import PendingReceivedDocument, ReceivedDocument
from mastro.resources import attachments, file_types
from mastro.resources.attachments import link_json
from mastro.resources.derived import cash, dues, vat_rules
from mastro.resources.derived.source import Source
from mastro.resources.issued_documents.documents import flag
from mastro.resources.received_documents import completion, other_files, pending, registration
from mastro.resources.received_documents.other_files import KIND
from mastro.resources.received_documents.table import SCOPES, received_documents, scope_of

PREVIEWS = ("pdf", "png", "jpg", "jpeg", "gif")
"""Extensions of files that a browser shows by itself."""

BASIC = (
    "id",
    "type",
    "description",
    "amortization",
    "rc_center",
    "invoice_number",
    "is_marked",
    "is_detailed",
    "e_invoice",
    "created_at",
    "updated_at",
    "entity",
    "date",
    "category",
    "next_due_date",
    "currency",
    "amount_net",
    "amount_vat",
    "amount_gross",
    "amount_withholding_tax",
    "amount_other_withholding_tax",
    "tax_deductibility",
    "vat_deductibility",
    "payments_list",
    "attachment_url",
    "attachment_preview_url",
    "locked",
)

OPTIONS: dict[str, Any] = {
    "pending_id": {"type": "integer", "description": "Pending document that this one registers"},
    "options": {
        "type": "object",
        "properties": {
            "fix_payments": {"type": "boolean", "description": "Make the payments cover the amount due"},
            "entity_autocomplete": {"type": "boolean", "description": "Fill the entity from the suppliers by its id"},
            "allow_duplicate": {
                "type": "boolean",
                "description": "Register what waits though it is there",
            },
        },
    },
}


def create_received_document(call: Call) -> bytes:
    """Store a new document; with `pending_id` it is the registration of one that came in."""
    parsed = call.parse(ReceivedDocument)
    new, call.options, call.pending_id = parsed.data, parsed.options, parsed.pending_id
    waiting = None
    if call.pending_id is not None:
        call.require("received_documents", "a")
        pending.pending.lock(call.session, call.company_id)
        waiting = pending.pending.get(call.session, call.company_id, call.pending_id)
        if waiting is None:
            raise invalid("pending_id", "The selected pending id is invalid.", code="UNKNOWN_PENDING_DOCUMENT")
        registration.take_over(call, new, waiting)
        if not flag(call.options, "allow_duplicate"):
            registration.refuse_duplicate(call, new)
    id, stored = resource.add(call, new)
    if waiting is not None:
        pending.remove(call, waiting)
    return resource.show(call, id, stored)


def _prepare(call: Call, new: ReceivedDocument, old: ReceivedDocument | None) -> None:
    attachments.bind(call, KIND, new, old)
    completion.prepare(
        call, new, old, fix=flag(call.options, "fix_payments"), autofill=flag(call.options, "entity_autocomplete")
    )


derived = Source(
    collection=received_documents,
    kind="received_document",
    entries=cash.of_received,
    moves=completion.stock_of,
    installments=dues.of_received,
    vat_entries=vat_rules.of_received,
)


def _deleted(call: Call, old: ReceivedDocument) -> None:
    assert old.id is not None  # noqa: S101
    bin_.keep(call.session, call.company_id, received_documents.name, old.id, encoder.encode(old), call.timestamp)
    derived.deleted(call, old)


def _list_filter(call: Call) -> tuple[dict[str, Any], ColumnElement[bool] | None]:
    """One type, or several separated by commas, or (ours) all that the token may read. Raises for any other."""
    types = list(dict.fromkeys(name.strip() for name in call.query.get("type", "").split(",") if name.strip()))
    if not types:
        types = [name for name, scope in SCOPES.items() if call.may(scope, "r")]
        if not types:
            call.require("received_documents", "r")
    for name in types:
        if name not in SCOPES:
            raise invalid("type", f"The type field must be one of: {', '.join(SCOPES)}.")
        call.require(SCOPES[name], "r")
    if len(types) == 1:
        return {"type": types[0]}, None
    column = received_documents.table.c.type
    return {}, None if len(types) == len(SCOPES) else column.in_(types)


def register(call: Call, waiting: PendingReceivedDocument) -> int:
    """Make a received document of what waits, as the company wants it; its id. Raises ApiError where it cannot be."""
    new, call.options = ReceivedDocument(), None
    registration.take_over(call, new, waiting)
    registration.refuse_duplicate(call, new)
    id, _ = resource.add(call, new)
    pending.remove(call, waiting)
    return id


def links(call: Call, token: str, others: str | None) -> Computed:
    """The links to the attachments of a document."""
    shown = token if file_types.extension_of((attachments.read_token(token) or ("", ""))[1]) in PREVIEWS else ""
    return {
        "attachment_url": link_json(call, KIND, token),
        "attachment_preview_url": link_json(call, KIND, shown),
        "other_attachments": other_files.links(call, others),
    }


def _computed(call: Call, row: Row) -> Computed:
    return links(call, row[0], row[1])


resource = Resource(
    collection=received_documents,
    path="/c/{company_id}/received_documents",
    item="document_id",
    name="ReceivedDocument",
    plural="ReceivedDocuments",
    scope=scope_of,
    events="received_documents",
    tag="Received documents",
    basic=BASIC,
    null_in_basic=("items_list",),
    prepare=_prepare,
    stored=derived.stored,
    deleted=_deleted,
    order=(("date", True), ("id", True)),
    keeps=("type",),
    outgoing=("attachment_token", "other_tokens"),
    computed=_computed,
    list_filter=_list_filter,
    list_query=(
        Parameter(
            "type",
            {"type": "string"},
            f"Type of the documents, one of {', '.join(SCOPES)}; several with commas between; without it all",
        ),
    ),
    create_options=OPTIONS,
)

_create, *_others = resource.operations("create", "list", "get", "modify", "delete")

OPERATIONS = (
    *_others,
    dataclasses.replace(_create, handler=create_received_document),
    attachments.upload_operation(
        "uploadReceivedDocumentAttachment",
        resource.path,
        resource.tag,
        KIND,
        scopes=("received_documents", "stock"),
        extensions=file_types.WITH_E_INVOICES,
    ),
    attachments.delete_operation("deleteReceivedDocumentAttachment", resource, KIND),
)
