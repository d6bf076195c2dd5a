"""What can be done with a document: send, settle, mark, delete, and the files that it comes with."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.responses import Response

from mastro import fatturapa
from mastro.api.errors import ApiError, Forbidden, Invalid, NotFound
from mastro.web import xml_view
from mastro.web.operations import Operations
from mastro.web.readable import readable
from mastro.web.refusals import by_input, said
from mastro.web.sections.issued_documents import document
from mastro.web.visit import Visit

PATH = "/issued_documents"


def id_of(visit: Visit) -> int:
    """Id of the document that the address names."""
    return int(visit.request.path_params["id"])


def place_of(visit: Visit) -> str:
    """Path of the document's page."""
    return f"{PATH}/{id_of(visit)}"


Act = Callable[[Visit, dict[str, str]], Awaitable[Response]]


def acting(act: Act) -> Callable[[Visit], Awaitable[Response]]:
    """A step that, where it is refused, shows the document again with the reason."""

    async def answer(visit: Visit) -> Response:
        fields = await visit.form()
        try:
            return await act(visit, fields)
        except (Forbidden, NotFound):
            raise
        except ApiError as why:
            return await document.show(visit, error=reason(visit, why), status=why.status)

    return answer


def reason(visit: Visit, why: ApiError) -> str:
    """Why a step was refused, in the reader's language."""
    found = list(by_input(why.validation, visit.say).values()) if isinstance(why, Invalid) else []
    words = said(why.message, visit.say)
    return " ".join([words, *found]) if why.code == "XML_NOT_VALID" else " ".join(found) or words


@acting
async def send(visit: Visit, _fields: dict[str, str]) -> Response:
    """Send the electronic invoice."""
    await visit.call("sendEInvoice", path={"document_id": id_of(visit)})
    return visit.go(place_of(visit), visit.say("La fattura parte per lo SdI: qui si vede che cosa risponde."))


@acting
async def settle(visit: Visit, fields: dict[str, str]) -> Response:
    """Settle an installment."""
    payment = _number(fields, "payment")
    account, day = _number(fields, "account"), fields.get("paid_date", "")
    await visit.write(lambda api: set_paid(api, id_of(visit), payment, account, day))
    undo = f"{place_of(visit)}/unsettle?payment={payment}"
    return visit.go(f"{place_of(visit)}#payments", visit.say("Pagamento saldato."), undo=undo)


@acting
async def unsettle(visit: Visit, fields: dict[str, str]) -> Response:
    """Open an installment again."""
    payment = _number({**visit.query, **fields}, "payment")
    await visit.write(lambda api: set_open(api, id_of(visit), payment))
    return visit.go(f"{place_of(visit)}#payments", visit.say("Il pagamento è di nuovo da saldare."))


def _number(fields: dict[str, str], name: str) -> int:
    text = fields.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise NotFound
    return int(text)


def set_paid(api: Operations, id: int, payment: int, account: int | None, day: str) -> None:
    """Mark an installment as paid on a day, into an account or, without one, into its own."""
    paid = {"payment_account": {"id": account} if account else None, "paid_date": day or None}
    api("settlePayment", data={"kind": "issued_document", "document_id": id, "installment_id": payment, **paid})


def set_open(api: Operations, id: int, payment: int) -> None:
    """Mark an installment as not paid."""
    api("reopenPayment", data={"kind": "issued_document", "document_id": id, "installment_id": payment})


@acting
async def mark(visit: Visit, fields: dict[str, str]) -> Response:
    """Put a mark on it, or take it away."""
    marked = fields.get("is_marked") == "on"
    await visit.call("modifyIssuedDocument", path={"document_id": id_of(visit)}, data={"is_marked": marked})
    return visit.back(place_of(visit), visit.say("Contrassegnato.") if marked else visit.say("Contrassegno tolto."))


@acting
async def delete(visit: Visit, _fields: dict[str, str]) -> Response:
    """Move it to the bin."""
    at = {"document_id": id_of(visit)}
    type = (await visit.call("getIssuedDocument", path=at, query={"fields": "type"}))["data"]["type"]
    await visit.call("deleteIssuedDocument", path=at)
    undo = f"{place_of(visit)}/recover"
    return visit.go(f"{PATH}?type={type}", visit.say("Documento spostato nel cestino."), undo=undo)


async def recover(visit: Visit) -> Response:
    """Bring it back from the bin."""
    await visit.form()
    await visit.call("RecoverBinIssuedDocument", path={"document_id": id_of(visit)})
    return visit.go(place_of(visit), visit.say("Documento ripristinato."))


async def file(visit: Visit, operation: str, **path: object) -> Response:
    """A file of the document, as the operation answers it."""
    query = {"kind": visit.query.get("kind", "")}
    found = await visit.answer(operation, path={"document_id": id_of(visit), **path}, query=query)
    headers = {"Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff"}
    return Response(found.body, found.status, {**found.headers, **headers}, found.media_type)


async def picture(visit: Visit) -> Response:
    """A page of a paper."""
    return await file(visit, "getIssuedDocumentPicture", page=visit.request.path_params["page"])


async def xml_file(visit: Visit) -> Response:
    """The electronic invoice as a file to keep."""
    response = await file(visit, "getEInvoiceXml")
    told = response.headers.get("content-disposition", "")
    response.headers["content-disposition"] = told.replace("inline", "attachment", 1)
    return response


async def xml(visit: Visit) -> Response:
    """The electronic invoice to read."""
    at = {"document_id": id_of(visit)}

    def ask(api: Operations) -> Any:
        found = api("getIssuedDocument", path=at, query={"fields": "id,type,number,numeration"})["data"]
        return found, api.answer("getEInvoiceXml", path=at)

    found, answer = await visit.read(ask, slow=True)
    invoice = fatturapa.read(answer.body)
    return visit.page(
        "issued_documents/xml.html",
        title=document.title_of(visit, found),
        here=visit.base + place_of(visit),
        file_name=answer.headers["Content-Disposition"].split('"')[1],
        paper=readable(answer.body, visit.say),
        parts=xml_view.parts(invoice.tree, visit.say.code),
    )


async def notice(visit: Visit) -> Response:
    """A message of the SdI, byte by byte."""
    return await file(visit, "getEInvoiceNotice", file_name=visit.request.path_params["name"])
