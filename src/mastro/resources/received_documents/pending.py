"""Pending received documents: what came in and is not registered yet."""

from typing import Any

import msgspec
from sqlalchemy import ColumnElement, bindparam, select

from mastro.api.call import Call
from mastro.api.errors import invalid
from mastro.api.fields import Computed
from mastro.api.operation import Parameter
from mastro.api.resource import Resource
from mastro.database.collection import Collection, encoder
from mastro.database.connection import Prepared, Row
from mastro.database.fields import amount, date, exact, integer, text, time
from mastro.model.received_document import PendingReceivedDocument, Twin
from mastro.resources import attachments
from mastro.resources.attachments import link_json
from mastro.resources.received_documents import other_files, twins
from mastro.resources.received_documents.other_files import KIND
from mastro.resources.received_documents.table import identity_of, tokens_of
from mastro.totals import received_totals

TYPES = ("agyo", "mail", "browser")

RECEIVED = "received_documents.e_invoices.receive"
"""Event of a document that waits to be registered."""


def identity_of_pending(waiting: PendingReceivedDocument) -> str | None:
    """See `identity_of`."""
    return identity_of(waiting.entity, waiting.ei_number, waiting.emission_date, waiting.document_type)


pending = Collection(
    "pending_received_documents",
    PendingReceivedDocument,
    integer("id", required=True),
    exact("type", required=True, sortable=False),
    exact("document_type", required=True),
    date("date", required=True),
    date("emission_date"),
    text("subject", required=True),
    text("filename", required=True),
    text("supplier_name", required=True),
    text("category", required=True),
    amount("amount_net"),
    amount("amount_vat"),
    amount("amount_gross"),
    time("created_at", required=True),
    time("updated_at", required=True),
    extra=(
        exact("attachment_token", required=True),
        exact("identity", of=identity_of_pending),
        exact("other_tokens", of=tokens_of),
    ),
    indexes=(("type", "date", "id"), ("identity",)),
    bucket="type",
)


_EARLIER = Prepared(
    select(pending.table.c.id)
    .where(
        pending.table.c.company_id == bindparam("company_id"),
        pending.table.c.identity == bindparam("identity"),
        pending.table.c.id < bindparam("before"),
    )
    .order_by(pending.table.c.id)
    .limit(1)
)


def twin_of(call: Call, identity: str | None, id: int) -> Twin | None:
    """The same document, registered or waiting since before; None where this is the first."""
    if identity is None:
        return None
    there = twins.registered(call, identity)
    if there is not None:
        return Twin(kind="registered", id=there)
    earlier = call.session.scalar(_EARLIER, company_id=call.company_id, identity=identity, before=id)
    return None if earlier is None else Twin(kind="pending", id=earlier)


def add_pending(call: Call, new: PendingReceivedDocument, *, content: bytes = b"", tell: bool = True) -> int:
    """Store what came in, with the file that it came as (`new.filename`), and tell of it; its id."""
    new.date = new.date or call.now.date()
    new.emission_date = new.emission_date or new.emssion_date
    new.emssion_date = new.emission_date
    new.supplier_name = new.supplier_name or (new.entity.name if new.entity else "")
    new.created_at = new.updated_at = call.timestamp
    if new.amount_gross is None and new.amount_net is not None:
        new.amount_gross = received_totals(amount_net=new.amount_net, amount_vat=new.amount_vat).amount_gross
    if content:
        new.attachment_token = attachments.keep(call, KIND, new.filename, content)
    if new.attachment_token:
        attachments.bind(call, KIND, new, None)
    new.id = pending.next_id(call.session, call.company_id, new)
    pending.insert(call.session, call.company_id, new.id, new)
    if tell:
        call.emit(RECEIVED, new.id)
    return new.id


def remove(call: Call, waiting: PendingReceivedDocument) -> None:
    """Take a document off the list: it is registered, or nobody wants it."""
    assert waiting.id is not None  # noqa: S101
    other_files.release(call, waiting)
    pending.delete(call.session, call.company_id, waiting.id, waiting)


def _list_filter(call: Call) -> tuple[dict[str, Any], ColumnElement[bool] | None]:
    call.require("received_documents", "r")
    type = call.query.get("type", "")
    if type and type not in TYPES:
        raise invalid("type", f"The type field must be one of: {', '.join(TYPES)}.")
    return ({"type": type} if type else {}), None


def _counters(call: Call, _narrowed: dict[str, Any]) -> bytes:
    counted = {type: pending.total(call.session, call.company_id, equals={"type": type}) for type in TYPES}
    return b',"counters":' + msgspec.json.encode(counted)


def _computed(call: Call, row: Row) -> Computed:
    token, others, identity, id = row
    return {
        "attachment_url": link_json(call, KIND, token),
        "other_attachments": other_files.links(call, others),
        "duplicate_of": encoder.encode(twin_of(call, identity, id)),
    }


resource = Resource(
    collection=pending,
    path="/c/{company_id}/received_documents/pending",
    item="document_id",
    name="PendingReceivedDocument",
    plural="PendingReceivedDocuments",
    scope="received_documents",
    events="received_documents.pending",
    tag="Received documents",
    order=(("date", True), ("id", True)),
    outgoing=("attachment_token", "other_tokens", "identity", "id"),
    computed=_computed,
    deleted=other_files.release,
    list_filter=_list_filter,
    list_query=(Parameter("type", {"type": "string", "enum": list(TYPES)}, "The way it came; without it all"),),
    list_extra=_counters,
)

OPERATIONS = (*resource.operations("list", "get", "delete"),)
