"""Webhooks: who hears of what, what was sent, and how to send it again."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from mastro.api.errors import NotFound
from mastro.resources.event_types import GROUPS, PREFIX, SCOPES
from mastro.web.language import N_
from mastro.web.saving import Saved, attempt
from mastro.web.sections.developers.start import tabs
from mastro.web.visit import Visit

PATH = "/developers/webhooks"

STATES: Mapping[str, tuple[str, str]] = {
    "delivered": (N_("Consegnato"), "ok"),
    "waiting": (N_("In attesa"), "info"),
    "failed": (N_("Fallito"), "bad"),
}

METHODS = (("header", N_("Intestazione")), ("query", N_("Parametro dell’indirizzo")))


async def show(visit: Visit) -> Response:
    """Who hears of what."""
    rows = (await visit.call("listWebhooksSubscriptions"))["data"]
    return _page(visit, "developers/webhooks.html", rows=rows)


def _page(visit: Visit, template: str, *, status: int = 200, **values: Any) -> Response:
    return visit.page(template, status=status, tabs=tabs(visit), here=f"{visit.base}{PATH}", prefix=PREFIX, **values)


async def form(visit: Visit) -> Response:
    """A new one."""
    return _form(visit, Saved({}))


def _form(visit: Visit, saved: Saved) -> Response:
    return _page(
        visit,
        "developers/webhook_form.html",
        **saved.shown,
        types=[PREFIX + name for name in [*sorted(GROUPS), *sorted(SCOPES)]],
        methods=[(key, visit.say(words)) for key, words in METHODS],
    )


async def create(visit: Visit) -> Response:
    """Ask for events; the address is asked at once whether it wants them."""
    fields = await visit.form()
    types = fields.get("types", "").split()
    data = {
        "sink": fields.get("sink", "").strip(),
        "types": [name if name.startswith(PREFIX) else PREFIX + name for name in types],
        "verification_method": fields.get("verification_method", "header"),
    }
    saved = await attempt(visit, data, lambda: visit.call("CreateWebhooksSubscription", data=data))
    if saved.done:
        said = visit.say("Sottoscrizione creata: l’indirizzo deve ora confermare di volerla.")
        return visit.go(f"{PATH}/{saved.data['id']}", said)
    return _form(visit, saved)


async def show_one(visit: Visit) -> Response:
    """One, with what was sent to it."""
    path = {"subscription_id": visit.request.path_params["id"]}
    entry = (await visit.call("getWebhooksSubscription", path=path))["data"]
    page = visit.query.get("page", "1")
    log = await visit.call("listWebhooksDeliveries", path=path, query={"page": page, "per_page": 25})
    states = {key: (visit.say(words), tone) for key, (words, tone) in STATES.items()}
    return _page(visit, "developers/webhook.html", entry=entry, log=log, states=states)


async def act(visit: Visit) -> Response:
    """Verify, test, replay or delete."""
    fields = await visit.form()
    id = visit.request.path_params["id"]
    path: dict[str, object] = {"subscription_id": id}
    operations = {
        "verify": ("verifyWebhooksSubscription", N_("Richiesta di conferma inviata.")),
        "test": ("testWebhooksSubscription", N_("Evento di prova inviato.")),
        "replay": ("replayWebhooksDelivery", N_("Evento inviato di nuovo.")),
        "delete": ("deleteWebhooksSubscription", N_("Eliminato.")),
    }
    found = operations.get(visit.request.path_params["act"])
    if found is None:
        raise NotFound
    operation, said = found
    if operation == "replayWebhooksDelivery":
        path["delivery_id"] = fields.get("delivery", "")
    done = await attempt(visit, {}, lambda: visit.call(operation, path=path))
    if not done.done:
        return visit.go(f"{PATH}/{id}", done.error or " ".join(done.errors.values()))
    return visit.go(PATH if operation.startswith("delete") else f"{PATH}/{id}", visit.say(said))
