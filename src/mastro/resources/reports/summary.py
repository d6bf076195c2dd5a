"""What the documents of a filtered list come to: count, amounts, and how much of them is paid."""

from decimal import Decimal
from typing import Any

from sqlalchemy import and_, bindparam, func, select

from mastro.api.call import Call
from mastro.api.operation import Operation, Q
from mastro.api.resource import Resource
from mastro.database.collection import encoder
from mastro.model.base import Body
from mastro.model.cashbook import EntryKind
from mastro.resources.derived.dues import installments
from mastro.resources.issued_documents.documents import resource as issued
from mastro.resources.received_documents.documents import resource as received
from mastro.resources.reports.common import TAG, euro
from mastro.resources.reports.turnover import sum_of, sums_over

CREDIT_NOTES = ("credit_note", "passive_credit_note")


class DocumentsSummary(Body):
    """Sums over a list of documents, in euro. Credit notes take away, unless they are all that is listed."""

    count: int
    net: Decimal
    vat: Decimal
    gross: Decimal
    paid: Decimal
    """Of the installments; documents that nobody pays, such as quotes, have none."""
    unpaid: Decimal
    overdue: Decimal
    """Of what is unpaid: due before today."""


def get_issued_documents_summary(call: Call) -> bytes:
    """What the issued documents of a filter come to."""
    return _summary(call, issued, "issued_document")


def get_received_documents_summary(call: Call) -> bytes:
    """What the received documents of a filter come to."""
    return _summary(call, received, "received_document")


def _summary(call: Call, resource: Resource[Any], kind: EntryKind) -> bytes:
    equals, where = resource.narrowed(call)
    table = resource.collection.table
    conditions = [table.c.company_id == bindparam("company_id")]
    conditions += [table.c[name] == bindparam(name) for name in equals]
    if where is not None:
        conditions.append(where)
    alone = equals.get("type") in CREDIT_NOTES
    values = {"company_id": call.company_id, **equals}
    summed = select(*sums_over(resource.collection, signed=not alone)).where(*conditions)
    whole = sum_of(call.session.rows(summed, **values)[0])
    dues = installments.c
    late = and_(dues.status == "not_paid", dues.due_on < call.now.date().isoformat())
    statement = (
        select(dues.status, late, func.sum(dues.amount))
        .join(table, and_(table.c.company_id == dues.company_id, table.c.id == dues.source_id))
        .where(dues.company_id == bindparam("company_id"), dues.kind == kind, *conditions)
        .group_by(dues.status, late)
    )
    paid = unpaid = overdue = Decimal("0.00")
    for status, is_late, cents in call.session.rows(statement, **values):
        amount = -euro(cents) if alone else euro(cents)
        if status == "paid":
            paid += amount
        elif status == "not_paid":
            unpaid += amount
            overdue += amount if is_late else 0
    summary = DocumentsSummary(
        count=whole.count,
        net=whole.net,
        vat=whole.vat,
        gross=whole.gross,
        paid=paid,
        unpaid=unpaid,
        overdue=overdue,
    )
    return encoder.encode({"data": summary})


def _operation(id: str, resource: Resource[Any], handler: Any, summary: str) -> Operation:
    return Operation(
        id,
        "GET",
        f"{resource.path}/summary",
        handler,
        TAG,
        summary,
        slow=True,
        query=(*resource.list_query, Q),
        answer=DocumentsSummary,
    )


OPERATIONS = (
    _operation("getIssuedDocumentsSummary", issued, get_issued_documents_summary, "Get Issued Documents Summary"),
    _operation(
        "getReceivedDocumentsSummary", received, get_received_documents_summary, "Get Received Documents Summary"
    ),
)
