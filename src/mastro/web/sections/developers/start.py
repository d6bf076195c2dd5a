"""How to begin, and the last requests."""

from starlette.responses import Response

from mastro.web.language import N_, Locale
from mastro.web.listing import Cell, Column, Listing, Row
from mastro.web.visit import Visit

PATH = "/developers"

TABS = (
    ("/developers", N_("Per iniziare")),
    ("/developers/requests", N_("Richieste")),
    ("/developers/webhooks", N_("Webhook")),
)


def tabs(visit: Visit) -> list[tuple[str, str]]:
    """The pages of the section."""
    return [(visit.base + path, visit.say(words)) for path, words in TABS]


async def show(visit: Visit) -> Response:
    """Address, token, a first call, and what else there is."""
    mode = (await visit.call("getTestMode"))["data"] if visit.may("settings") else {}
    return visit.page(
        "developers/start.html",
        tabs=tabs(visit),
        here=f"{visit.base}{PATH}",
        address=visit.site.settings.address,
        mode=mode,
        quotas=visit.site.settings.quotas,
    )


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
    listing = Listing(visit, "/developers/requests", REQUESTS)
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
