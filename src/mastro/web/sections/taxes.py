"""F24: what is paid to the state, when, and from which account."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import BaseRoute

from mastro.resources.taxes import F24
from mastro.web.files import as_file
from mastro.web.language import N_, Locale
from mastro.web.listing import Cell, Column, Listing, both, contains, quoted
from mastro.web.operations import Operations
from mastro.web.pages import Site
from mastro.web.saving import Saved, save
from mastro.web.sections.payments.settling import key_of
from mastro.web.uploads import form_with_files, upload_for
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
        page(site, f"{PATH}/new", _form),
        post(site, f"{PATH}/new", _save),
        page(site, PATH + "/{id:int}", _form),
        post(site, PATH + "/{id:int}", _save),
        post(site, PATH + "/{id:int}/settle", _settle),
        post(site, PATH + "/{id:int}/delete", _delete),
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


async def _form(visit: Visit) -> Response:
    document_id = visit.request.path_params.get("id")
    entry: dict[str, Any] = {"due_date": visit.today.isoformat(), "status": "not_paid"}
    entry |= {key: visit.query[key] for key in ("description", "amount", "due_date") if key in visit.query}
    if document_id is not None:
        entry = (await visit.call("getF24", path={"document_id": document_id}))["data"]
    return await _show_form(visit, Saved(entry))


async def _show_form(visit: Visit, saved: Saved) -> Response:
    accounts = (await visit.call("listPaymentAccounts"))["data"]
    return visit.page(
        "taxes/form.html",
        **saved.shown,
        accounts=[(account["id"], account["name"]) for account in accounts],
        states=[(key, visit.say(words)) for key, (words, _) in STATES.items()],
    )


async def _save(visit: Visit) -> Response:
    fields, files = await form_with_files(visit)
    document_id = visit.request.path_params.get("id")
    saved, more = await upload_for(visit, "uploadF24Attachment", fields, files.get("attachment"))
    if saved.done:
        if document_id is None:
            saved = await save(visit, "createF24", F24, fields, more=more)
        else:
            saved = await save(visit, "modifyF24", F24, fields, path={"document_id": document_id}, more=more)
    if saved.done:
        return visit.go(PATH, visit.say("Salvato."))
    saved.data["id"] = document_id
    return await _show_form(visit, saved)


async def _settle(visit: Visit) -> Response:
    """Mark a form as paid, from the account that the form names."""
    fields = await visit.form()
    path = {"document_id": visit.request.path_params["id"]}
    await save(visit, "modifyF24", F24, fields, path=path, more={"status": "paid"})
    return visit.back(PATH, visit.say("Segnato come pagato."))


async def _delete(visit: Visit) -> Response:
    await visit.form()
    await visit.call("deleteF24", path={"document_id": visit.request.path_params["id"]})
    return visit.go(PATH, visit.say("Eliminato."))
