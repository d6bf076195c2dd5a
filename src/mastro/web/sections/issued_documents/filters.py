"""Filters of the list that the reader keeps under a name."""

from starlette.responses import Response

from mastro.api.errors import Invalid
from mastro.web.refusals import by_input
from mastro.web.sections.issued_documents.lists import PATH
from mastro.web.visit import Visit


async def save(visit: Visit) -> Response:
    """Keep the filter that the list is narrowed by."""
    fields = await visit.form()
    query = fields.get("query", "")
    data = {"list": PATH[1:], "name": fields.get("name", ""), "query": query}
    try:
        await visit.call("createSavedFilter", data=data)
    except Invalid as why:
        return visit.back(PATH, " ".join(by_input(why.validation, visit.say).values()))
    return visit.go(f"{PATH}?{query}", visit.say("Filtro salvato."))


async def delete(visit: Visit) -> Response:
    """Forget a filter."""
    await visit.form()
    await visit.call("deleteSavedFilter", path={"saved_filter_id": visit.request.path_params["filter"]})
    return visit.back(PATH, visit.say("Filtro eliminato."))
