"""The last requests of a company, for who writes a program against this server. Ours."""

from typing import Any

import msgspec

from mastro.api.call import Call
from mastro.api.operation import PAGE, PER_PAGE, Operation, Parameter
from mastro.api.paging import envelope, page_of
from mastro.api.recent import Seen
from mastro.database.collection import encoder
from mastro.model.base import Body, Id


class LoggedRequest(Body):
    """One request, as it was answered."""

    id: str = ""
    """The answer's `X-Request-Id`."""
    at: str = ""
    method: str = ""
    path: str = ""
    query: str = ""
    status: int = 0
    milliseconds: float = 0.0
    user_id: Id = 0
    program: str = ""
    """Application that asked; `personal` for personal tokens."""
    error: Any = None
    """Body of an answer that was an error."""


def list_requests(call: Call) -> bytes:
    """The last requests that this process answered for the company, the newest first. Kept in memory alone."""
    seen = call.installation.recent.of(call.company_id)
    if call.query.get("errors", "") in {"1", "true"}:
        seen = [one for one in seen if one.status >= 400]
    page = page_of(call.query)
    shown = [(encoder.encode(_shown(one)),) for one in seen[page.offset : page.offset + page.size]]
    return envelope([*shown], page, len(seen), call.url, call.query)


def _shown(seen: Seen) -> LoggedRequest:
    try:
        error = msgspec.json.decode(seen.error) if seen.error else None
    except msgspec.DecodeError:  # cut off
        error = seen.error.decode(errors="replace")
    return LoggedRequest(
        id=seen.id,
        at=seen.at.strftime("%Y-%m-%d %H:%M:%S"),
        method=seen.method,
        path=seen.path,
        query=seen.query,
        status=seen.status,
        milliseconds=round(seen.seconds * 1000, 2),
        user_id=seen.user_id,
        program=seen.program,
        error=error,
    )


OPERATIONS = (
    Operation(
        "listRequests",
        "GET",
        "/c/{company_id}/requests",
        list_requests,
        "Developers",
        "List Requests",
        scope="settings",
        query=(Parameter("errors", {"type": "boolean"}, "Only requests that were refused"), PAGE, PER_PAGE),
        answer=list[LoggedRequest],
        paginated=True,
    ),
)
