"""Installments of expenses: paid one by one or many at once, and taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from starlette.responses import Response

from mastro.api.errors import ApiError, Conflict, Invalid
from mastro.web import forms, refusals
from mastro.web.operations import Operations
from mastro.web.sections.received_documents.lists import PATH
from mastro.web.ticked import form_with_ids
from mastro.web.visit import Visit

KIND = "received_document"


@dataclass(slots=True)
class Settled:
    """What became of one document."""

    id: int
    name: str
    number: str
    amount: Decimal = Decimal(0)
    """What was paid now."""
    payments: tuple[int, ...] = ()
    """Ids of the installments that were paid now."""
    refused: str = ""


def step(api: Operations, operation: str, id: int, payment_id: int, payment: Mapping[str, Any] | None = None) -> None:
    """Settle an installment, or open it again. Raises ApiError."""
    api(operation, data={"kind": KIND, "document_id": id, "installment_id": payment_id, **(payment or {})})


def paid(fields: Mapping[str, str]) -> dict[str, Any]:
    """What a form says of a payment. A date that is none is left for the operation to refuse."""
    day = forms.date(fields.get("paid_date", ""))
    account = fields.get("payment_account", "")
    return {
        "paid_date": day.isoformat() if day else fields.get("paid_date") or None,
        "payment_account": {"id": int(account)} if account.isascii() and account.isdigit() else None,
    }


def told(visit: Visit, why: ApiError) -> str:
    """Why something was refused, in one sentence."""
    found = refusals.by_input(why.validation, visit.say) if isinstance(why, Invalid) else {}
    return " ".join(dict.fromkeys(found.values())) or refusals.said(why.message, visit.say)


async def settle_many(visit: Visit) -> Response:
    """Pay all open installments of the ticked documents; a page says what became of each."""
    fields, ids = await form_with_ids(visit)
    if not ids:
        return visit.back(PATH, visit.say("Nessuna riga selezionata."))
    payment = paid(fields)
    done = [await _settle(visit, id, payment) for id in ids]
    undo = ",".join(f"{one.id}.{payment_id}" for one in done for payment_id in one.payments)
    return visit.page(
        "received_documents/settled.html",
        done=done,
        total=sum((one.amount for one in done), Decimal(0)),
        paid_date=payment["paid_date"],
        paid=undo,
    )


async def _settle(visit: Visit, id: int, payment: Mapping[str, Any]) -> Settled:
    def work(api: Operations) -> Settled:
        document = api("getReceivedDocument", path={"document_id": id})["data"]
        open_ones = [each for each in document.get("payments_list") or () if each["status"] == "not_paid"]
        one = Settled(id, document["entity"]["name"], document.get("invoice_number") or "")
        one.payments = tuple(each["id"] for each in open_ones)
        one.amount = sum((each["amount"] for each in open_ones), Decimal(0))
        for payment_id in one.payments:
            step(api, "settlePayment", id, payment_id, payment)
        if not open_ones:
            one.refused = visit.say("Non c’era nulla da saldare.")
        return one

    try:
        return await visit.write(work)
    except ApiError as why:
        entry = await _named(visit, id)
        entry.refused = told(visit, why)
        return entry


async def _named(visit: Visit, id: int) -> Settled:
    try:
        document = (await visit.call("getReceivedDocument", path={"document_id": id}))["data"]
    except ApiError:
        return Settled(id, "", "")
    return Settled(id, document["entity"]["name"], document.get("invoice_number") or "")


async def settle_one(visit: Visit) -> Response:
    """Pay one installment."""
    fields = await visit.form()
    id, payment_id = _place(visit)
    try:
        await visit.write(lambda api: step(api, "settlePayment", id, payment_id, paid(fields)))
    except (Invalid, Conflict) as why:
        return visit.go(f"{PATH}/{id}", told(visit, why))
    return visit.go(f"{PATH}/{id}", visit.say("Rata saldata."), undo=f"{PATH}/unsettle?what={id}.{payment_id}")


async def unsettle(visit: Visit) -> Response:
    """Take payments back: `what` is a list of document.installment."""
    fields = await visit.form()
    what = fields.get("what") or visit.query.get("what", "")
    by_document: dict[int, list[int]] = {}
    for pair in what.split(",")[:1000]:
        document, _, payment = pair.partition(".")
        if document.isdigit() and payment.isdigit():
            by_document.setdefault(int(document[:12]), []).append(int(payment[:12]))

    def work(api: Operations) -> None:
        for id, payments in by_document.items():
            for payment_id in payments:
                step(api, "reopenPayment", id, payment_id)

    await visit.write(work)
    where = f"{PATH}/{next(iter(by_document))}" if len(by_document) == 1 else PATH
    return visit.go(where, visit.say("Il pagamento è stato annullato."))


def _place(visit: Visit) -> tuple[int, int]:
    return visit.request.path_params["id"], visit.request.path_params["payment"]
