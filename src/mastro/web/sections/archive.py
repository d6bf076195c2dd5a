"""The archive: documents with a file, by category."""

from collections.abc import Sequence

from starlette.responses import Response
from starlette.routing import BaseRoute

from mastro.resources.archive import ArchiveDocument
from mastro.web.language import N_
from mastro.web.listing import Column, Listing, both, contains, quoted
from mastro.web.pages import Site
from mastro.web.saving import Saved, save
from mastro.web.uploads import form_with_files, upload_for
from mastro.web.visit import Visit, page, post

PATH = "/archive"

COLUMNS = (
    Column("description", N_("Descrizione"), sort="description"),
    Column("category", N_("Categoria"), sort="category"),
    Column("date", N_("Data"), "date", sort="date"),
)


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""
    return [
        page(site, PATH, _list),
        page(site, f"{PATH}/new", _form),
        post(site, f"{PATH}/new", _save),
        page(site, PATH + "/{id:int}", _form),
        post(site, PATH + "/{id:int}", _save),
        post(site, PATH + "/{id:int}/delete", _delete),
    ]


async def _list(visit: Visit) -> Response:
    listing = Listing(visit, PATH, COLUMNS, "-date", lambda row: f"{PATH}/{row['id']}")
    category = visit.query.get("category", "")
    q = both(
        contains(("description", "category"), visit.query.get("text", "")),
        f"category = {quoted(category)}" if category else "",
    )
    listing.fill(await visit.call("listArchiveDocuments", query={**listing.query, "q": q}))
    return visit.page("archive/list.html", listing=listing, categories=await _categories(visit), category=category)


async def _categories(visit: Visit) -> list[str]:
    """The categories that are in use."""
    answer = await visit.call("listArchiveCategories")
    return [str(name) for name in answer["data"]]


async def _form(visit: Visit) -> Response:
    document_id = visit.request.path_params.get("id")
    entry = {"date": visit.today.isoformat()}
    if document_id is not None:
        entry = (await visit.call("getArchiveDocument", path={"document_id": document_id}))["data"]
    return await _show_form(visit, Saved(entry))


async def _show_form(visit: Visit, saved: Saved) -> Response:
    return visit.page(
        "archive/form.html",
        status=200 if saved.done else 422,
        entry=saved.data,
        errors=saved.errors,
        error=saved.error,
        categories=await _categories(visit),
    )


async def _save(visit: Visit) -> Response:
    fields, files = await form_with_files(visit)
    document_id = visit.request.path_params.get("id")
    saved, more = await upload_for(visit, "uploadArchiveDocumentAttachment", fields, files.get("attachment"))
    if saved.done:
        if document_id is None:
            saved = await save(visit, "createArchiveDocument", ArchiveDocument, fields, more=more)
        else:
            path = {"document_id": document_id}
            saved = await save(visit, "modifyArchiveDocument", ArchiveDocument, fields, path=path, more=more)
    if saved.done:
        return visit.go(PATH, visit.say("Salvato."))
    saved.data["id"] = document_id
    return await _show_form(visit, saved)


async def _delete(visit: Visit) -> Response:
    await visit.form()
    await visit.call("deleteArchiveDocument", path={"document_id": visit.request.path_params["id"]})
    return visit.go(PATH, visit.say("Eliminato."))
