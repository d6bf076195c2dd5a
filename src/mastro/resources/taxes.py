"""Taxes: the F24 forms that a company pays."""

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar

import msgspec
from sqlalchemy import bindparam, func, select

from mastro.api.call import Call
from mastro.api.fields import Computed
from mastro.api.resource import Resource
from mastro.database.collection import Collection, encoder
from mastro.database.columns import SCALE
from mastro.database.connection import Row
from mastro.database.fields import amount, date, exact, integer, text
from mastro.database.search import Searchable
from mastro.model.base import Body, Id
from mastro.model.issued_document import PaymentStatus
from mastro.model.settings import PaymentAccount
from mastro.money import round2
from mastro.resources import attachments, found_by
from mastro.resources.derived import cash, dues
from mastro.resources.derived.source import Source
from mastro.resources.settings import lookup

KIND: attachments.Kind = "taxes"


class F24(Body):
    """A form F24: what is paid to the state, when, and from which account."""

    READ_ONLY: ClassVar[frozenset[str]] = frozenset({"id", "attachment_url"})
    REQUIRED: ClassVar[tuple[str, ...]] = ("due_date", "amount", "description")

    id: Id | None = None
    due_date: dt.date | None = None
    status: PaymentStatus = "not_paid"
    payment_account: PaymentAccount | None = None
    amount: Decimal | None = None
    description: str = ""
    attachment_url: str | msgspec.UnsetType | None = msgspec.UNSET
    attachment_token: str = ""


taxes = Collection(
    "taxes",
    F24,
    integer("id", filterable=False, sortable=False, required=True),
    date("due_date", required=True),
    exact("status", required=True),
    amount("amount", required=True),
    text("description", required=True),
    extra=(exact("attachment_token", required=True),),
    indexes=(("due_date", "id"), ("status", "due_date")),
    search=Searchable(found_by.tax, "taxes"),
)


def _prepare(call: Call, new: F24, old: F24 | None) -> None:
    assert new.amount is not None  # noqa: S101
    new.amount = round2(new.amount)
    before = old.payment_account if old else None
    if before and new.payment_account and new.payment_account.id == before.id:
        new.payment_account = before  # a copy, which stays good when the account is gone from the settings
    else:
        new.payment_account = lookup.complete_account(
            call.session, call.company_id, new.payment_account, "data.payment_account"
        )
    attachments.bind(call, KIND, new, old)


def _aggregated(call: Call, narrowed: dict[str, Any]) -> bytes:
    """The sum of the whole list, of which a page is shown."""
    conditions = [taxes.table.c.company_id == bindparam("company_id")]
    if narrowed["where"] is not None:
        conditions.append(narrowed["where"])
    statement = select(func.sum(taxes.table.c.amount)).where(*conditions)
    total = Decimal(call.session.scalar(statement, company_id=call.company_id) or 0).scaleb(-SCALE)
    return b',"aggregated_data":' + encoder.encode({"amount": total})


def _computed(call: Call, row: Row) -> Computed:
    return {"attachment_url": attachments.link_json(call, KIND, row[0])}


def _entries(form: F24) -> list[cash.Entry]:
    """A form that is paid is money out; the day it was due is the only one that it knows."""
    if form.status != "paid" or not form.amount or form.due_date is None:
        return []
    entry = cash.one_way(
        -form.amount, form.payment_account, date=form.due_date, description=form.description, type="tax", entity_name=""
    )
    return [cash.Entry(0, entry)]


derived = Source(
    collection=taxes,
    kind="tax",
    entries=_entries,
    installments=lambda form: dues.of_form(form.due_date, form.amount, form.status),
)


def _deleted(call: Call, old: F24) -> None:
    attachments.release(call, KIND, old.attachment_token)
    derived.deleted(call, old)


resource = Resource(
    collection=taxes,
    path="/c/{company_id}/taxes",
    item="document_id",
    name="F24",
    plural="F24",
    scope="taxes",
    events="taxes",
    tag="Taxes",
    prepare=_prepare,
    stored=derived.stored,
    deleted=_deleted,
    order=(("due_date", True), ("id", True)),
    outgoing=("attachment_token",),
    computed=_computed,
    list_extra=_aggregated,
    list_extra_schema={
        "aggregated_data": {
            "type": "object",
            "properties": {"amount": {"type": "string", "description": "Sum over all rows of the filter"}},
        }
    },
)

OPERATIONS = (
    *resource.operations(),
    attachments.upload_operation("uploadF24Attachment", resource.path, resource.tag, KIND, scopes=("taxes",)),
    attachments.delete_operation("deleteF24Attachment", resource, KIND),
)
