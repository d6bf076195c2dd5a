"""F24: what is paid to the state, when, and from which account."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import BaseRoute

from mastro.resources.taxes import F24
from mastro.web.entry_form import EntryForm
from mastro.web.files import as_file
from mastro.web.language import N_, Locale
from mastro.web.listing import Cell, Column, Listing, both, contains, quoted
from mastro.web.operations import Operations
from mastro.web.pages import Site
from mastro.web.saving import Saved
from mastro.web.sections.payments.settling import key_of
from mastro.web.visit import Visit, page, post

PATH = "/taxes"

STATES = {
    "not_paid": (N_("Da pagare"), "warn"),
    "paid": (N_("Pagato"), "ok"),
    "reversed": (N_("Stornato"), ""),
}


def _state(row: Mapping[str, Any], say: Locale) -> Cell:
    words, tone = STATES[row["status"]]
    return Cell(say(words), f"badge {tone}")


COLUMNS = (
    Column("description", N_("Descrizione"), sort="description"),
    Column("due_date", N_("Scadenza"), "date", sort="due_date"),
    Column("status", N_("Stato"), sort="status", cell=_state),
    Column("payment_account.name", N_("Conto")),
    Column("amount", N_("Importo"), "money", sort="amount"),
)


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""
    return [
        page(site, PATH, _list),
        page(site, f"{PATH}/file", _file),
        *FORM.routes(site),
        post(site, PATH + "/{id:int}/settle", _settle),
    ]


async def _list(visit: Visit) -> Response:
    listing = Listing(visit, PATH, COLUMNS, "-due_date", lambda row: f"{PATH}/{row['id']}")
    status = visit.query.get("status", "")
    q = both(
        contains(("description",), visit.query.get("text", "")),
        f"status = {quoted(status)}" if status in STATES else "",
        visit.query.get("q", ""),
    )
    query = {**listing.query, "q": q, "fieldset": "detailed"}

    def ask(api: Operations) -> Any:
        return api("listF24", query=query), api("listPaymentAccounts")["data"]

    answer, accounts = await visit.read(ask)
    listing.fill(answer)
    to_pay = any(line.row["status"] == "not_paid" for line in listing.lines)
    for line in listing.lines:
        line.id = key_of("tax", line.id)
    return visit.page(
        "taxes/list.html",
        listing=listing,
        total=answer["aggregated_data"]["amount"],
        states=[(key, visit.say(words)) for key, (words, _) in STATES.items()],
        chosen=status,
        accounts=[(account["id"], account["name"]) for account in accounts],
        can_settle=to_pay and visit.may("taxes", "a"),
        file=urlencode({"q": q, "sort": listing.sort}),
    )


async def _file(visit: Visit) -> Response:
    """The list as a file."""
    asked = {key: visit.query.get(key, "") for key in ("q", "sort", "format")}
    return as_file(await visit.answer("getF24File", query={**asked, "language": visit.say.code}))


def _fresh(visit: Visit) -> dict[str, Any]:
    """What a new one begins with: a report or a due date may have named the rest."""
    named = {key: words for key, words in visit.query.items() if key in {"description", "amount", "due_date"}}
    return {"due_date": visit.today.isoformat(), "status": "not_paid", **named}


async def _show_form(visit: Visit, saved: Saved) -> Response:
    accounts = (await visit.call("listPaymentAccounts"))["data"]
    return visit.page(
        "taxes/form.html",
        **saved.shown,
        accounts=[(account["id"], account["name"]) for account in accounts],
        states=[(key, visit.say(words)) for key, (words, _) in STATES.items()],
    )


FORM = EntryForm(PATH, "F24", "document_id", F24, _show_form, fresh=_fresh, upload="uploadF24Attachment")


async def _settle(visit: Visit) -> Response:
    """Mark a form as paid, from the account that the form names."""
    fields = await visit.form()
    await FORM.save(visit, fields, more={"status": "paid"})
    return visit.back(PATH, visit.say("Segnato come pagato."))
