"""Settling: an installment of a document, or an F24 form, is marked as paid, or open again. Ours.

The vendor has it inside the modify of each document; here one step does it, and refuses what was settled before.
"""

import copy
import datetime as dt
from typing import Any, Literal

from mastro.api.call import Call
from mastro.api.errors import Conflict, NotFound, invalid
from mastro.api.operation import Operation
from mastro.database.collection import encoder
from mastro.model.base import Body, Id
from mastro.model.issued_document import IssuedDocument, Payment, PaymentStatus
from mastro.model.received_document import ReceivedDocument
from mastro.model.settings import PaymentAccount
from mastro.resources import taxes
from mastro.resources.issued_documents.documents import resource as issued
from mastro.resources.received_documents.documents import resource as received

Kind = Literal["issued_document", "received_document", "tax"]

TAG = "Payments"


class Settlement(Body):
    """An installment, and how it is paid."""

    kind: Kind | None = None
    document_id: Id | None = None
    installment_id: Id | None = None
    """Of the document; a form F24 has none."""
    status: PaymentStatus | None = None
    """Of the answer."""
    payment_account: PaymentAccount | None = None
    """Without it the one that the installment names."""
    paid_date: dt.date | None = None
    """Without it today; a form F24 is paid on the day that it is due."""


def settle_payment(call: Call) -> bytes:
    """Mark an installment as paid. Raises Conflict for one that is not open."""
    return _change(call, "not_paid", "paid")


def reopen_payment(call: Call) -> bytes:
    """Mark a paid installment as open again. Raises Conflict for one that is not paid."""
    return _change(call, "paid", "not_paid")


def _change(call: Call, before: PaymentStatus, after: PaymentStatus) -> bytes:
    asked = call.parse(Settlement).data
    for key in ("kind", "document_id", *(("installment_id",) if asked.kind != "tax" else ())):
        if getattr(asked, key) is None:
            raise invalid(f"data.{key}", f"The data.{key.replace('_', ' ')} field is required.")
    assert asked.document_id is not None  # noqa: S101
    changed: taxes.F24 | Payment
    if asked.kind == "tax":
        changed = _change_form(call, asked.document_id, asked, before, after)
    else:
        changed = _change_installment(call, asked.document_id, asked, before, after)
    answer = Settlement(
        kind=asked.kind,
        document_id=asked.document_id,
        installment_id=asked.installment_id,
        status=changed.status,
        payment_account=changed.payment_account,
        paid_date=changed.paid_date if isinstance(changed, Payment) else None,
    )
    return encoder.encode({"data": answer})


def _change_form(call: Call, id: int, asked: Settlement, before: PaymentStatus, after: PaymentStatus) -> taxes.F24:
    old = taxes.resource.load(call, "a", id)
    new = copy.deepcopy(old)
    _refuse_other(new.status, before)
    new.status = after
    if after == "paid":
        new.payment_account = asked.payment_account or new.payment_account
    taxes.resource.replace(call, id, new, old)
    return new


def _change_installment(call: Call, id: int, asked: Settlement, before: PaymentStatus, after: PaymentStatus) -> Payment:
    old: IssuedDocument | ReceivedDocument
    old = (issued if asked.kind == "issued_document" else received).load(call, "a", id)
    new = copy.deepcopy(old)
    payment = next((each for each in new.payments_list or () if each.id == asked.installment_id), None)
    if payment is None:
        raise NotFound("Installment not found.")
    _refuse_other(payment.status, before)
    payment.status = after
    if after == "paid":
        payment.paid_date = asked.paid_date or call.now.date()
        payment.payment_account = asked.payment_account or payment.payment_account
    if isinstance(new, IssuedDocument) and isinstance(old, IssuedDocument):
        issued.replace(call, id, new, old)
    elif isinstance(new, ReceivedDocument) and isinstance(old, ReceivedDocument):
        received.replace(call, id, new, old)
    return next(each for each in new.payments_list or () if each.id == asked.installment_id)


def _refuse_other(status: PaymentStatus, wanted: PaymentStatus) -> None:
    """Raise Conflict where an installment is not in the state that it is to leave."""
    if status == wanted:
        return
    done = "Il pagamento è già saldato." if status == "paid" else "Il pagamento è stornato."
    words = "Il pagamento non è saldato." if status == "not_paid" else done
    raise Conflict(words, code="PAYMENT_STATUS", extra={"status": status})


def _operation(id: str, step: str, handler: Any, summary: str) -> Operation:
    return Operation(
        id,
        "POST",
        f"/c/{{company_id}}/payments/{step}",
        handler,
        TAG,
        summary,
        writes=True,
        body=Settlement,
        answer=Settlement,
    )


OPERATIONS = (
    _operation("settlePayment", "settle", settle_payment, "Settle Payment"),
    _operation("reopenPayment", "reopen", reopen_payment, "Reopen Payment"),
)
