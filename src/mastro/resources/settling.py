"""Settling: an installment of a document, or an F24 form, is marked as paid, or open again. Ours.

The vendor has it inside the modify of each document; here one step does it, and refuses what was settled before.
"""

import copy
import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Literal

import msgspec

from mastro.api.call import Call
from mastro.api.errors import Conflict, NotFound, invalid
from mastro.api.operation import Operation
from mastro.database.collection import encoder
from mastro.model.base import Body, Id
from mastro.model.issued_document import IssuedDocument, Payment, PaymentStatus
from mastro.model.received_document import ReceivedDocument
from mastro.model.settings import PaymentAccount
from mastro.money import round2
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
    """Of the document; a form F24 has none. Of the answer: the one that is paid, or open again."""
    amount: Decimal | None = None
    """What is paid, in the currency of the document. Less than the installment is a part of it: the installment stays
    open with the rest, and the part becomes one of its own. Without it the whole."""
    split_from: Id | None = None
    """Of an installment that was a part: the one that it was split from. One that is open again takes it back."""
    status: PaymentStatus | None = None
    """Of the answer."""
    payment_account: PaymentAccount | None = None
    """Without it the one that the installment names, else that of the document's payment method."""
    paid_date: dt.date | None = None
    """Without it today; a form F24 is paid on the day that it is due."""


def settle_payment(call: Call) -> bytes:
    """Mark an installment as paid, or a part of it. Raises Conflict for one that is not open."""
    return encoder.encode({"data": settle(call, call.parse(Settlement).data)})


def reopen_payment(call: Call) -> bytes:
    """Mark a paid installment as open again. Raises Conflict for one that is not paid."""
    return encoder.encode({"data": reopen(call, call.parse(Settlement).data)})


def settle(call: Call, asked: Settlement) -> Settlement:
    """Mark what is asked for as paid. Raises ApiError."""
    _check(asked)
    if asked.kind == "tax":
        return _change_form(call, asked, "not_paid", "paid", asked.payment_account or msgspec.UNSET)
    split_from: list[int] = []
    part = None if asked.amount is None else round2(asked.amount)

    def pay(payments: list[Payment], payment: Payment) -> Payment:
        paid = payment
        if part is not None and part != payment.amount:
            paid = _split_off(payments, payment, part)
            split_from.append(payment.id or 0)
        paid.status = "paid"
        paid.paid_date = asked.paid_date or call.now.date()
        paid.payment_account = asked.payment_account or payment.payment_account
        return paid

    answer = _change_installment(call, asked, "not_paid", pay)
    answer.split_from = split_from[0] if split_from else None
    return answer


def reopen(
    call: Call, asked: Settlement, account: PaymentAccount | msgspec.UnsetType | None = msgspec.UNSET
) -> Settlement:
    """Mark what is asked for as open again; `account` is the one that it names from now on. Raises ApiError."""
    _check(asked)
    if asked.kind == "tax":
        return _change_form(call, asked, "paid", "not_paid", account)

    def open_again(payments: list[Payment], payment: Payment) -> Payment:
        whole = next((each for each in payments if each.id == asked.split_from and each is not payment), None)
        if whole is not None and whole.status == "not_paid":
            whole.amount = (whole.amount or Decimal(0)) + (payment.amount or Decimal(0))
            payments.remove(payment)
            return whole
        payment.status = "not_paid"
        if account is not msgspec.UNSET:
            payment.payment_account = account
        return payment

    return _change_installment(call, asked, "paid", open_again)


def _check(asked: Settlement) -> None:
    for key in ("kind", "document_id", *(("installment_id",) if asked.kind != "tax" else ())):
        if getattr(asked, key) is None:
            raise invalid(f"data.{key}", f"The data.{key.replace('_', ' ')} field is required.")


def _split_off(payments: list[Payment], payment: Payment, part: Decimal) -> Payment:
    """A part of an installment as one of its own, before what is left. Raises Invalid for what is no part of it."""
    whole = payment.amount or Decimal(0)
    if part * whole <= 0 or abs(part) > abs(whole):
        raise invalid("data.amount", f"The data.amount field must lie between 0 and the installment's {whole}.")
    payment.amount = whole - part
    split = msgspec.structs.replace(payment, id=None, amount=part)
    payments.insert(payments.index(payment), split)
    return split


def _change_form(
    call: Call,
    asked: Settlement,
    before: PaymentStatus,
    after: PaymentStatus,
    account: PaymentAccount | msgspec.UnsetType | None,
) -> Settlement:
    assert asked.document_id is not None  # noqa: S101
    old = taxes.resource.load(call, "a", asked.document_id)
    new = copy.deepcopy(old)
    _refuse_other(new.status, before)
    if asked.amount not in (None, new.amount):
        raise invalid("data.amount", f"The data.amount field must be {new.amount}: a form F24 is paid as a whole.")
    new.status = after
    if account is not msgspec.UNSET:
        new.payment_account = account
    taxes.resource.replace(call, asked.document_id, new, old)
    return Settlement(
        kind="tax",
        document_id=asked.document_id,
        amount=new.amount,
        status=new.status,
        payment_account=new.payment_account,
    )


def _change_installment(
    call: Call, asked: Settlement, before: PaymentStatus, edit: Callable[[list[Payment], Payment], Payment]
) -> Settlement:
    """Store a document with an installment as `edit` leaves it; the answer tells of the one that it returns."""
    assert asked.document_id is not None  # noqa: S101
    old: IssuedDocument | ReceivedDocument
    old = (issued if asked.kind == "issued_document" else received).load(call, "a", asked.document_id)
    new = copy.deepcopy(old)
    new.payments_list = new.payments_list or []
    payment = next((each for each in new.payments_list if each.id == asked.installment_id), None)
    if payment is None:
        raise NotFound("Installment not found.")
    _refuse_other(payment.status, before)
    if before == "not_paid" and payment.payment_account is None:
        payment.payment_account = _usual_account(new)
    changed = edit(new.payments_list, payment)
    if isinstance(new, IssuedDocument) and isinstance(old, IssuedDocument):
        issued.replace(call, asked.document_id, new, old)
    elif isinstance(new, ReceivedDocument) and isinstance(old, ReceivedDocument):
        received.replace(call, asked.document_id, new, old)
    return Settlement(
        kind=asked.kind,
        document_id=asked.document_id,
        installment_id=changed.id,
        amount=changed.amount,
        status=changed.status,
        payment_account=changed.payment_account,
        paid_date=changed.paid_date,
    )


def _usual_account(document: IssuedDocument | ReceivedDocument) -> PaymentAccount | None:
    """Where the money of a document goes by its payment method."""
    method = document.payment_method if isinstance(document, IssuedDocument) else None
    return method.default_payment_account if method else None


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
