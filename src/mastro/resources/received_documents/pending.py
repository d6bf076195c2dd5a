"""Pending received documents: what came in and is not registered yet."""

from typing import Any

import msgspec
from sqlalchemy import ColumnElement

from mastro.api.call import Call
from mastro.api.errors import invalid
from mastro.api.fields import Computed
from mastro.api.operation import Parameter
from mastro.api.resource import Resource
from mastro.database.collection import Collection
from mastro.database.connection import Row
from mastro.database.fields import amount, date, exact, integer, text, time
from mastro.model.received_document import PendingReceivedDocument, ReceivedDocument
from mastro.resources import attachments
from mastro.resources.attachments import link_json
from mastro.totals import received_totals
from mastro.totals.payments import mismatch

KIND: attachments.Kind = "received_documents"

TYPES = ("agyo", "mail", "browser")

RECEIVED = "received_documents.e_invoices.receive"
"""Event of a document that waits to be registered."""

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
    extra=(exact("attachment_token", required=True),),
    indexes=(("type", "date", "id"),),
    bucket="type",
)


def add_pending(call: Call, new: PendingReceivedDocument, *, content: bytes = b"") -> int:
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
    call.emit(RECEIVED, new.id)
    return new.id


def take_over(new: ReceivedDocument, waiting: PendingReceivedDocument) -> None:
    """Complete a document that is being registered with what came in; what was sent with it counts more."""
    if new.type == "expense":
        new.type = waiting.document_type
    if new.entity is None or not (new.entity.name or new.entity.id):
        new.entity = waiting.entity
    _take_amounts(new, waiting)
    new.date = new.date or waiting.emission_date
    new.currency = new.currency or waiting.currency
    new.category = new.category or waiting.category
    new.rc_center = new.rc_center or waiting.cost_center
    new.invoice_number = new.invoice_number or waiting.ei_number
    new.description = new.description or waiting.subject
    new.attachment_token = new.attachment_token or waiting.attachment_token
    new.is_from_pending_expenses = True
    if waiting.type == "agyo":
        new.e_invoice = True
        new.ei_reception_date = waiting.date


def _take_amounts(new: ReceivedDocument, waiting: PendingReceivedDocument) -> None:
    """The amounts, rows and payments, as the supplier has them: its cents count, not ours."""
    if new.amount_net is None and new.amount_vat is None and new.items_list is None:
        new.amount_net, new.amount_vat = waiting.amount_net, waiting.amount_vat
        if new.amount_withholding_tax is None and new.amount_other_withholding_tax is None:
            new.amount_withholding_tax = waiting.amount_withholding_tax
            new.amount_other_withholding_tax = waiting.amount_other_withholding_tax
        new.items_list = waiting.items_list
    calculated = received_totals(
        amount_net=new.amount_net,
        amount_vat=new.amount_vat,
        amount_withholding_tax=new.amount_withholding_tax,
        amount_other_withholding_tax=new.amount_other_withholding_tax,
    )
    if not new.payments_list and waiting.payments_list and not mismatch(waiting.payments_list, calculated):
        new.payments_list = [*waiting.payments_list]


def remove(call: Call, waiting: PendingReceivedDocument) -> None:
    """Take a document off the list: it is registered, or nobody wants it."""
    assert waiting.id is not None  # noqa: S101
    attachments.release(call, KIND, waiting.attachment_token)
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
    return {"attachment_url": link_json(call, KIND, row[0])}


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
    outgoing=("attachment_token",),
    computed=_computed,
    deleted=lambda call, old: attachments.release(call, KIND, old.attachment_token),
    list_filter=_list_filter,
    list_query=(Parameter("type", {"type": "string", "enum": list(TYPES)}, "The way it came; without it all"),),
    list_extra=_counters,
)

OPERATIONS = (*resource.operations("list", "get", "delete"),)
