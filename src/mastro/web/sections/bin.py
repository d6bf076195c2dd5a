"""The bin: deleted documents, to be brought back or deleted for good."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from mastro.api.errors import Forbidden
from mastro.web.language import N_
from mastro.web.listing import Column, Listing
from mastro.web.operations import Operations
from mastro.web.pages import Site
from mastro.web.saving import attempt
from mastro.web.sections.clients.card import TYPES
from mastro.web.visit import Visit, page, post

PATH = "/bin"

KINDS = {"issued_documents": "IssuedDocument", "received_documents": "ReceivedDocument"}
TITLES = {"issued_documents": N_("Documenti emessi"), "received_documents": N_("Acquisti")}
COLUMNS = (Column("id", N_("Documento")),)
"""The rows are the template's own: each has its buttons."""


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""
    one = PATH + "/{kind}/{id:int}"
    return [
        page(site, PATH, _show),
        post(site, f"{one}/recover", _recover),
        post(site, f"{one}/delete", _delete),
    ]


async def _show(visit: Visit) -> Response:
    return await _page(visit, visit.query.get("kind", ""))


async def _page(visit: Visit, kind: str, error: str = "") -> Response:
    """One kind of documents, with how many there are of the other; what the user may not read is not shown."""
    listing = Listing(visit, PATH, COLUMNS)
    text = visit.query.get("text", "")

    def ask(api: Operations) -> dict[str, Any]:
        found = {}
        for each, name in KINDS.items():
            page = {"page": listing.page, "per_page": listing.per_page} if each == kind else {"per_page": 1}
            try:
                found[each] = api(f"ListBin{name}s", query={"text": text, **page})
            except Forbidden:
                continue
        return found

    found = await visit.read(ask, slow=True)
    if kind not in found and found:
        return await _page(visit, max(found, key=lambda each: min(1, found[each]["total"])), error)
    if kind in found:
        listing.fill(found[kind])
    if listing.total and not listing.lines:  # the last row of the last page is gone
        return visit.go(listing.url(page=listing.last_page).removeprefix(visit.base))
    return visit.page(
        "bin/list.html",
        status=422 if error else 200,
        listing=listing,
        kind=kind,
        kinds=[(each, visit.say(TITLES[each]), answer["total"]) for each, answer in found.items()],
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
        return await _page(visit, params["kind"], done.error or " ".join(done.errors.values()))
    return visit.back(PATH, words)
