"""The last requests of a company, for who writes a program against this server. Ours."""

from typing import Any

import msgspec
from sqlalchemy import bindparam, select

from mastro.api import limits
from mastro.api.call import Call
from mastro.api.operation import PAGE, PER_PAGE, Operation, Parameter
from mastro.api.paging import envelope, page_of
from mastro.api.recent import Seen
from mastro.database.collection import encoder
from mastro.database.connection import Prepared
from mastro.database.schema import applications, quotas
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


class QuotaUse(Body):
    """How much of one of the vendor's limits is used."""

    program: str = ""
    """client_id of an application, `personal` for personal tokens; empty for all programs together."""
    name: str = ""
    """Name of the application."""
    span: str = ""
    """short: five minutes; hour; month."""
    used: int = 0
    limit: int = 0


def list_quotas(call: Call) -> bytes:
    """How much of the vendor's limits the company's programs have used; empty where nothing is counted."""
    if call.settings.quotas != "vendor":
        return encoder.encode({"data": []})
    names: dict[str, str] = dict(call.session.rows(_NAMES, company_id=call.company_id))
    used = limits.used(call.session, call.company_id, call.now)
    return encoder.encode(
        {"data": [QuotaUse(one.program, names.get(one.program, ""), one.span, one.used, one.limit) for one in used]}
    )


_NAMES = Prepared(
    select(applications.c.client_id, applications.c.name).where(
        applications.c.client_id.in_(select(quotas.c.program).where(quotas.c.company_id == bindparam("company_id")))
    )
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
    Operation(
        "listQuotas",
        "GET",
        "/c/{company_id}/quotas",
        list_quotas,
        "Developers",
        "List Quotas",
        scope="settings",
        answer=list[QuotaUse],
    ),
)
