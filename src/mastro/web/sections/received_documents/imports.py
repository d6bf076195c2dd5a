"""Invoices of suppliers that come as files (xml, p7m, zip): looked at first, then brought in, and taken back."""

from starlette.responses import Response

from mastro.web.saving import attempt
from mastro.web.sections.received_documents.lists import PATH
from mastro.web.uploads import as_upload, form_with_files
from mastro.web.visit import Visit

STATES = ("created", "duplicate", "refused")


async def show(visit: Visit) -> Response:
    """The form, and what was brought in before."""
    return await _page(visit)


async def _page(visit: Visit, **values: object) -> Response:
    past = (await visit.call("listReceivedDocumentsImports", query={"per_page": 10}))["data"]
    shown: dict[str, object] = {"errors": {}, "report": None, "undone": False, "past": past, **values}
    return visit.page("received_documents/import.html", status=422 if shown["errors"] else 200, **shown)


async def send(visit: Visit) -> Response:
    """Look at a file, or bring it in."""
    fields, files = await form_with_files(visit)
    file = files.get("attachment")
    if file is None:
        return await _page(visit, errors={"attachment": visit.say("Scegli un file.")})
    raw, content_type = as_upload(file)
    query = {
        "dry_run": "run" not in fields,
        "create_entities": fields.get("create_entities") != "off",
    }
    work = lambda: visit.call("importReceivedDocuments", query=query, raw=raw, content_type=content_type)  # noqa: E731
    done = await attempt(visit, {}, work)
    if not done.done:
        return await _page(visit, errors=done.errors or {"attachment": done.error})
    if done.data["id"] is not None:
        return visit.go(f"{PATH}/import/{done.data['id']}", visit.say("Importazione eseguita."))
    return await _page(visit, report=done.data)


async def report(visit: Visit) -> Response:
    """What became of the documents of an import."""
    path = {"import_id": visit.request.path_params["import_id"]}
    found = (await visit.call("getReceivedDocumentsImport", path=path))["data"]
    return await _page(visit, report=found)


async def undo(visit: Visit) -> Response:
    """Take an import back."""
    await visit.form()
    path = {"import_id": visit.request.path_params["import_id"]}
    done = (await visit.call("undoReceivedDocumentsImport", path=path))["data"]
    return visit.go(f"{PATH}/import", visit.say("Importazione annullata: documenti tolti %(num)s.", num=done["undone"]))
