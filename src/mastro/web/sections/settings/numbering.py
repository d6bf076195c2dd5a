"""The series of documents that are in use, and the next number of each."""

from typing import Any

from starlette.responses import Response

from mastro.api.scopes import DOCUMENT_SCOPES
from mastro.web.operations import Operations
from mastro.web.saving import Saved
from mastro.web.sections.issued_documents import states
from mastro.web.sections.settings import frame
from mastro.web.visit import Visit


async def show(visit: Visit) -> Response:
    """Type, year, series, next number: this year's, and those of other years that were used."""
    visit_may = [type for type, scope in DOCUMENT_SCOPES.items() if visit.may(f"issued_documents.{scope}")]

    def look(api: Operations) -> Any:
        api("getCompanySettings")  # refuses who may not see the settings
        return [(type, api("getIssuedDocumentPreCreateInfo", query={"type": type})["data"]) for type in visit_may]

    found = await visit.read(look, slow=True)
    lines = [
        (visit.say(states.TYPES[type][0]), year, series, number)
        for type, info in found
        for year, numbers in sorted(info["numerations"].items(), reverse=True)
        for series, number in sorted(numbers.items())
        if number > 1 or year == str(visit.today.year)
    ]
    return frame.show(visit, "settings/numbering.html", "/numbering", Saved({}), lines=lines)
