"""How to begin, and the last requests."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from mastro.web.language import N_, Locale
from mastro.web.listing import Cell, Column, Listing, Row
from mastro.web.saving import Saved, attempt
from mastro.web.visit import Visit

PATH = "/developers"

SPANS: Mapping[str, str] = {
    "short": N_("ultimi cinque minuti"),
    "hour": N_("quest’ora"),
    "month": N_("questo mese"),
}

REQUESTS_PATH = "/developers/requests"

TABS = (
    ("/developers", N_("Per iniziare")),
    (REQUESTS_PATH, N_("Richieste")),
    ("/developers/webhooks", N_("Webhook")),
)


def tabs(visit: Visit) -> list[tuple[str, str]]:
    """The pages of the section."""
    return [
        (visit.base + path, visit.say(words)) for path, words in TABS if path != REQUESTS_PATH or visit.may("settings")
    ]


async def show(visit: Visit) -> Response:
    """Address, token, a first call, and what else there is."""
    return await _start(visit, Saved({}))


async def _start(visit: Visit, saved: Saved) -> Response:
    mode: dict[str, Any] = {}
    used: list[dict[str, Any]] = []
    if visit.may("settings"):
        mode, used = await visit.read(lambda api: (api("getTestMode")["data"], api("listQuotas")["data"]))
    return visit.page(
        "developers/start.html",
        status=200 if saved.done else 422,
        tabs=tabs(visit),
        here=f"{visit.base}{PATH}",
        address=visit.site.settings.address,
        mode=mode,
        quotas=visit.site.settings.quotas,
        meters=[_meter(one, visit.say) for one in used],
        typed=saved.data.get("name", ""),
        error=saved.error or " ".join(saved.errors.values()),
    )


def _meter(used: dict[str, Any], say: Locale) -> dict[str, Any]:
    """A limit in words."""
    span = SPANS[used["span"]]
    program = used["name"] or (say("Token personali") if used["program"] == "personal" else used["program"])
    return {**used, "words": " · ".join(part for part in (program, say(span)) if part)}


async def reset(visit: Visit) -> Response:
    """Empty the company, which is in test mode and whose name was typed."""
    fields = await visit.form()
    data = {"name": fields.get("name", "")}
    saved = await attempt(visit, data, lambda: visit.call("resetTestCompany", data=data))
    if saved.done:
        return visit.go(PATH, visit.say("L’azienda è vuota: impostazioni, utenti e token sono rimasti."))
    return await _start(visit, saved)


def _status(row: Row, _: Locale) -> Cell:
    status = int(row["status"])
    return Cell(str(status), f"badge {'ok' if status < 400 else 'warn' if status < 500 else 'bad'}")


def _what(row: Row, _: Locale) -> Cell:
    return Cell(f"{row['method']} {row['path']}{'?' if row['query'] else ''}{row['query']}")


def _why(row: Row, _: Locale) -> Cell:
    error = row.get("error") or {}
    inner = error.get("error", error) if isinstance(error, dict) else error
    if not isinstance(inner, dict):
        return Cell(str(inner or ""))
    wrong = inner.get("validation_result") or {}
    told = "; ".join(f"{key}: {' '.join(map(str, words))}" for key, words in wrong.items())
    return Cell(told or str(inner.get("message", "")))


REQUESTS = (
    Column("what", N_("Richiesta"), cell=_what),
    Column("status", N_("Esito"), cell=_status),
    Column("at", N_("Quando"), "moment"),
    Column("milliseconds", N_("Millisecondi"), "number"),
    Column("program", N_("Programma")),
    Column("error", N_("Motivo"), cell=_why),
    Column("id", "X-Request-Id", shown=False),
)


async def requests(visit: Visit) -> Response:
    """The last requests of programs, as this process answered them."""
    listing = Listing(visit, REQUESTS_PATH, REQUESTS)
    errors = visit.query.get("errors", "")
    query = {"page": listing.page, "per_page": listing.per_page, "errors": errors}
    listing.fill(await visit.call("listRequests", query=query))
    return visit.page(
        "developers/requests.html",
        tabs=tabs(visit),
        here=f"{visit.base}/developers/requests",
        listing=listing,
        errors=errors,
    )
