"""The links that a document is shared by: made with an end, seen, revoked."""

import datetime as dt

from starlette.responses import Response

from mastro.api.errors import NotFound
from mastro.web.forms import date
from mastro.web.sections.issued_documents.actions import acting, id_of, place_of
from mastro.web.sections.issued_documents.states import ENDS
from mastro.web.visit import Visit


@acting
async def create(visit: Visit, fields: dict[str, str]) -> Response:
    """Make a link."""
    end, typed = fields.get("end", ""), fields.get("expires_on", "")
    if end not in ENDS:
        raise NotFound
    day: object = None
    if end == "date":
        day = date(typed) or typed or "?"  # a text that is no day is refused by the operation
    elif end != "never":
        day = visit.today + dt.timedelta(days=int(end))
    await visit.call("createPublicLink", path={"document_id": id_of(visit)}, data={"expires_on": day})
    return visit.go(f"{place_of(visit)}#share", visit.say("Il link è pronto: copialo e mandalo a chi vuoi."))


@acting
async def revoke(visit: Visit, _fields: dict[str, str]) -> Response:
    """Close a link."""
    link = visit.request.path_params["link"]
    await visit.call("revokePublicLink", path={"document_id": id_of(visit), "link_id": link})
    return visit.go(f"{place_of(visit)}#share", visit.say("Il link è revocato: non apre più nulla."))
