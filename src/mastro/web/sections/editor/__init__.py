"""The document editor: one form for all types of documents, which works as plain HTML and is quicker with a script."""

from collections.abc import Sequence

from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from mastro.api.errors import Forbidden
from mastro.web.operations import Operations
from mastro.web.pages import Site
from mastro.web.sections.editor import acts, desk
from mastro.web.sections.editor import start as starts
from mastro.web.sections.editor.kinds import kind_of
from mastro.web.sections.editor.sheet import written
from mastro.web.uploads import form_with_files, upload
from mastro.web.visit import Visit, page, post

PATH = "/issued_documents"


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses of the editor."""
    return [
        page(site, f"{PATH}/new", _open),
        post(site, f"{PATH}/new", _send),
        page(site, PATH + "/{id:int}/edit", _open),
        post(site, PATH + "/{id:int}/edit", _send),
        post(site, f"{PATH}/totals", _totals),
        page(site, f"{PATH}/suggestions/{{what}}", _suggest),
        post(site, f"{PATH}/attachment", _attach),
    ]


async def _start(visit: Visit, id: int | None, *, offers: bool = True) -> starts.Start:
    """What the form of this address starts from. Raises Forbidden for who may not write such documents."""
    query = visit.query

    def look(api: Operations) -> starts.Start:
        if id is None:
            return starts.new(api, query, offers=offers)
        return starts.stored(api, id, offers=offers)

    found = await visit.read(look)
    if not visit.may(found.kind.scope, "a"):
        raise Forbidden
    return found


async def _open(visit: Visit) -> Response:
    start = await _start(visit, visit.request.path_params.get("id"))
    sheet = written(start.document, visit.say)
    entity = visit.query.get("entity", "")  # whom the card that leads here is about
    if entity and start.id is None:
        await visit.read(lambda api: acts.do(api, start, sheet, visit.say, f"entity:{entity}"))
    return await desk.show(visit, start, sheet)


async def _send(visit: Visit) -> Response:
    fields, refused = await desk.form(visit)
    return await desk.act(visit, await _start(visit, visit.request.path_params.get("id")), fields, refused)


async def _totals(visit: Visit) -> Response:
    fields, _ = await desk.form(visit)
    id = visit.query.get("id", "")
    start = await _start(visit, int(id) if id.isascii() and id.isdigit() and len(id) < 16 else None, offers=False)
    return await desk.totals(visit, start, fields)


async def _suggest(visit: Visit) -> Response:
    """Whom or what an input may mean, as a part of the page."""
    kind = kind_of(visit.query.get("type", "invoice"))
    text = visit.query.get("text", "")
    products = visit.request.path_params["what"] == "products"
    operation = "suggestIssuedDocumentProducts" if products else "suggestIssuedDocumentEntities"
    query = {"text": text, **({} if products else {"type": kind.type})}
    found = (await visit.call(operation, query=query))["data"]
    return visit.page("editor/suggestions.html", kind=kind, text=text, products=products, found=found)


async def _attach(visit: Visit) -> Response:
    """Take a file; its token goes into the form."""
    _, files = await form_with_files(visit)
    file = files.get("attachment")
    if file is None:
        return JSONResponse({"error": visit.say("Scegli un file.")}, 422)
    token = await upload(visit, "uploadIssuedDocumentAttachment", file)
    return JSONResponse({"token": token, "name": file.name}, headers={"Cache-Control": "no-store"})
