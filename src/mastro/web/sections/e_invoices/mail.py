"""The box of certified mail: how its reading goes, what came that nobody knew what to do with, reading it now."""

from typing import Any

from starlette.responses import Response

from mastro.api.errors import Conflict
from mastro.web import refusals
from mastro.web.language import N_, Locale
from mastro.web.listing import Cell, Column, Listing, Row, both, contains, quoted
from mastro.web.operations import Operations
from mastro.web.sections.e_invoices import words
from mastro.web.sections.e_invoices.queue import PATH as QUEUE
from mastro.web.sections.e_invoices.queue import told
from mastro.web.sections.settings.sdi import STATES
from mastro.web.visit import Visit

PATH = f"{QUEUE}/mail"


def _status(row: Row, say: Locale) -> Cell:
    label, tone = words.MAIL_STATES[row["status"]]
    return Cell(say(label), f"badge {tone}")


def _reason(row: Row, say: Locale) -> Cell:
    return Cell(refusals.told(row["reason"], say))


COLUMNS = (
    Column("subject", N_("Oggetto"), sort="subject"),
    Column("sender", N_("Mittente"), sort="sender"),
    Column("created_at", N_("Letto il"), "moment", sort="created_at"),
    Column("status", N_("Stato"), cell=_status),
    Column("reason", N_("Perché"), cell=_reason),
)


async def show(visit: Visit) -> Response:
    """The messages of the box; those to be looked at unless others are asked for."""
    listing = Listing(visit, PATH, COLUMNS, "-created_at", lambda row: f"{PATH}/{row['id']}")
    status = visit.query.get("status", "unknown")
    q = both(
        f"status = {quoted(status)}" if status in words.MAIL_STATES else "",
        contains(("subject", "sender"), visit.query.get("text", "")),
    )

    def ask(api: Operations) -> Any:
        query = {**listing.query, "q": q, "fieldset": "detailed"}
        return api("listPecMessages", query=query), api("getSdiChannel")["data"]

    answer, channel = await visit.read(ask)
    listing.fill(answer)
    label, tone = STATES.get(channel["pec_state"]["state"], STATES["off"])
    return visit.page(
        "e_invoices/mail.html",
        listing=listing,
        channel=channel,
        state_words=visit.say(label),
        state_tone=tone,
        shown=status,
        places=[(listing.url(status=key), visit.say(label)) for key, (label, _) in words.MAIL_STATES.items()],
        open_tab=listing.url(status=status),
        may_write=visit.may("settings", "a"),
    )


async def message(visit: Visit) -> Response:
    """One message."""
    found = (await visit.call("getPecMessage", path={"pec_message_id": visit.request.path_params["id"]}))["data"]
    label, tone = words.MAIL_STATES[found["status"]]
    return visit.page(
        "e_invoices/message.html",
        message=found,
        state_words=visit.say(label),
        state_tone=tone,
        may_write=visit.may("settings", "a"),
    )


async def poll(visit: Visit) -> Response:
    """Read the box now."""
    await visit.form()
    try:
        await visit.call("pollPec")
    except Conflict as why:
        return visit.go(PATH, told(visit, why))
    return visit.go(PATH, visit.say("La casella si sta leggendo."))


async def retry(visit: Visit) -> Response:
    """Do anew what a message is for."""
    await visit.form()
    id = visit.request.path_params["id"]
    try:
        done = (await visit.call("retryPecMessage", path={"pec_message_id": id}))["data"]
    except Conflict as why:
        return visit.go(f"{PATH}/{id}", told(visit, why))
    said = visit.say("Elaborato.") if done["status"] == "taken" else visit.say("Resta da guardare.")
    return visit.go(f"{PATH}/{id}", said)
