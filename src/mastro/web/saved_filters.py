"""Filters of a list that its reader keeps under a name; `components/list.html` shows them."""

from collections.abc import Sequence

from starlette.responses import Response
from starlette.routing import BaseRoute

from mastro.api.errors import Invalid
from mastro.web.operations import Operations
from mastro.web.pages import Site
from mastro.web.refusals import by_input
from mastro.web.visit import Visit, post


def routes(site: Site, path: str) -> Sequence[BaseRoute]:
    """Where the filters of the list at a path are kept and forgotten."""

    async def save(visit: Visit) -> Response:
        fields = await visit.form()
        query = fields.get("query", "")
        data = {"list": path[1:], "name": fields.get("name", ""), "query": query}
        try:
            await visit.call("createSavedFilter", data=data)
        except Invalid as why:
            return visit.back(path, " ".join(by_input(why.validation, visit.say).values()))
        return visit.go(f"{path}?{query}", visit.say("Filtro salvato."))

    async def delete(visit: Visit) -> Response:
        await visit.form()
        await visit.call("deleteSavedFilter", path={"saved_filter_id": visit.request.path_params["filter"]})
        return visit.back(path, visit.say("Filtro eliminato."))

    return [
        post(site, f"{path}/filters", save),
        post(site, path + "/filters/{filter:int}/delete", delete),
    ]


def kept(api: Operations, base: str, path: str) -> list[tuple[int, str, str]]:
    """The reader's filters for a list: id, name and address."""
    found = api("listSavedFilters", query={"list": path[1:]})["data"]
    return [(each["id"], each["name"], f"{base}{path}?{each['query']}") for each in found]
