"""The page of an expense: facts, the electronic invoice, installments, files; deleting it and bringing it back."""

from typing import Any

from starlette.responses import Response

from mastro.web.language import N_
from mastro.web.operations import Operations
from mastro.web.saving import attempt
from mastro.web.sections.received_documents import states
from mastro.web.sections.received_documents.form import paper_of
from mastro.web.sections.received_documents.lists import PATH
from mastro.web.uploads import form_with_files, upload_for
from mastro.web.visit import Visit

PAYMENT_STATES = {
    "not_paid": (N_("Da saldare"), "warn"),
    "paid": (N_("Saldata"), "ok"),
    "reversed": (N_("Stornata"), ""),
}


async def show(visit: Visit) -> Response:
    """The page."""
    return await _page(visit)


async def _page(visit: Visit, errors: dict[str, str] | None = None) -> Response:
    id = visit.request.path_params["id"]

    def ask(api: Operations) -> Any:
        return api("getReceivedDocument", path={"document_id": id})["data"], api("listPaymentAccounts")["data"]

    document, accounts = await visit.read(ask)
    electronic = document["e_invoice"] and document.get("attachment_url")
    number = document.get("invoice_number") or ""
    return visit.page(
        "received_documents/document.html",
        status=422 if errors else 200,
        document=document,
        kind=states.type(document, visit.say).text,
        may_write=visit.may("stock" if document["type"] == "passive_delivery_note" else "received_documents", "a"),
        accounts=[(account["id"], account["name"]) for account in accounts],
        payment_states={key: (visit.say(words), tone) for key, (words, tone) in PAYMENT_STATES.items()},
        paper=await paper_of(visit, "getReceivedEInvoiceXml", id, number) if electronic else None,
        errors=errors or {},
    )


async def delete(visit: Visit) -> Response:
    """Put the document into the bin."""
    await visit.form()
    id = visit.request.path_params["id"]
    await visit.call("deleteReceivedDocument", path={"document_id": id})
    return visit.go(PATH, visit.say("Spostata nel cestino."), undo=f"{PATH}/{id}/recover")


async def recover(visit: Visit) -> Response:
    """Take the document out of the bin again."""
    await visit.form()
    id = visit.request.path_params["id"]
    await visit.call("RecoverBinReceivedDocument", path={"document_id": id})
    return visit.go(f"{PATH}/{id}", visit.say("Ripristinata."))


async def attach(visit: Visit) -> Response:
    """Bind a file to the document."""
    fields, files = await form_with_files(visit)
    id = visit.request.path_params["id"]
    if "attachment" not in files:
        return await _page(visit, {"attachment": visit.say("Scegli un file.")})
    sent, more = await upload_for(visit, "uploadReceivedDocumentAttachment", fields, files["attachment"])
    if sent.done:
        work = lambda: visit.call("modifyReceivedDocument", path={"document_id": id}, data=more)  # noqa: E731
        sent = await attempt(visit, {}, work)
    if not sent.done:
        return await _page(visit, sent.errors or {"attachment": sent.error})
    return visit.go(f"{PATH}/{id}", visit.say("File allegato."))


async def detach(visit: Visit) -> Response:
    """Take the file off the document."""
    await visit.form()
    id = visit.request.path_params["id"]
    await visit.call("deleteReceivedDocumentAttachment", path={"document_id": id})
    return visit.go(f"{PATH}/{id}", visit.say("File tolto."))
