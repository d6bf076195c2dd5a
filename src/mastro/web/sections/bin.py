"""The bin: deleted documents, to be brought back or deleted for good."""

from collections.abc import Sequence

from starlette.responses import Response
from starlette.routing import BaseRoute

from mastro.api.errors import Forbidden
from mastro.web.operations import Operations
from mastro.web.pages import Site
from mastro.web.saving import attempt
from mastro.web.sections.clients.card import TYPES
from mastro.web.visit import Visit, page, post

PATH = "/bin"

KINDS = {"issued_documents": "IssuedDocument", "received_documents": "ReceivedDocument"}


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""
    one = PATH + "/{kind}/{id:int}"
    return [
        page(site, PATH, _show),
        post(site, f"{one}/recover", _recover),
        post(site, f"{one}/delete", _delete),
    ]


async def _show(visit: Visit) -> Response:
    return await _page(visit)


async def _page(visit: Visit, error: str = "") -> Response:
    def ask(api: Operations) -> dict[str, list[dict[str, object]]]:
        found = {}
        for kind, name in KINDS.items():
            try:
                found[kind] = api(f"ListBin{name}s")["data"]
            except Forbidden:
                continue  # what the user may not read is not shown
        return found

    return visit.page(
        "bin/list.html",
        status=422 if error else 200,
        kinds=await visit.read(ask),
        words={key: visit.say(words) for key, words in TYPES.items()},
        error=error,
    )


async def _recover(visit: Visit) -> Response:
    return await _do(visit, "Recover", visit.say("Documento ripristinato."))


async def _delete(visit: Visit) -> Response:
    return await _do(visit, "Delete", visit.say("Eliminato per sempre."))


async def _do(visit: Visit, verb: str, words: str) -> Response:
    await visit.form()
    params = visit.request.path_params
    name = KINDS.get(params["kind"], "IssuedDocument")
    path = {"document_id": params["id"]}
    done = await attempt(visit, {}, lambda: visit.call(f"{verb}Bin{name}", path=path))
    if not done.done:
        return await _page(visit, done.error or " ".join(done.errors.values()))
    return visit.go(PATH, words)
