"""The form of a recurrence: its rule, what is done at a date, and the texts and prices of its model."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from mastro.api.scopes import DOCUMENT_SCOPES
from mastro.recurring import Schedule
from mastro.resources.recurrences.table import Recurrence
from mastro.resources.recurrences.words import KNOWN
from mastro.web.entry_form import EntryForm
from mastro.web.forms import typed
from mastro.web.language import N_
from mastro.web.listing import Listing
from mastro.web.operations import Operations
from mastro.web.saving import Saved, attempt
from mastro.web.sections.issued_documents import lists, states
from mastro.web.sections.recurrences import words
from mastro.web.visit import Visit

PATH = words.PATH

NEXT = 3

_TAXATION = ("vat", "not_taxable", "apply_withholding_taxes")

WORDS_MEAN = {
    "mese": N_("il mese della data"),
    "anno": N_("il suo anno"),
    "mese_precedente": N_("il mese prima"),
    "anno_mese_precedente": N_("l’anno del mese prima"),
    "trimestre": N_("il trimestre, da 1 a 4"),
    "dal": N_("il primo giorno del periodo"),
    "al": N_("l’ultimo giorno del periodo"),
}


async def _show(visit: Visit, saved: Saved) -> Response:
    if visit.request.method == "GET":
        wanted = _number(visit.query.get("document", ""))
        if wanted is not None:
            saved.data.update(await _of_document(visit, wanted, new="id" not in saved.data))
        elif "choose" in visit.query or "document" not in saved.data:
            return await _choose(visit)
    entry, say = saved.data, visit.say
    return visit.page(
        "recurrences/form.html",
        **saved.shown,
        model=entry["document"],
        actions=[(key, say(label)) for key, label in words.ACTIONS.items() if _fits(key, entry["document"])],
        missed=[(key, say(label)) for key, label in words.MISSED.items()],
        units=[(key, say(label)) for key, label in words.UNITS.items()],
        known=[(name, say(WORDS_MEAN[name])) for name in KNOWN],
        type_words=states.type(entry["document"], say).text,
        next_dates=await _next_dates(visit, entry),
        today=visit.today.isoformat(),
    )


def _fits(action: str, model: Mapping[str, Any]) -> bool:
    return action != "create_and_send" or bool(model.get("e_invoice"))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


async def _choose(visit: Visit) -> Response:
    """The documents, to choose the model among them."""
    known = lists.columns(visit, payable=False, electronic=False, mixed=True)
    one = visit.request.path_params.get("id")
    place = f"{PATH}/new" if one is None else f"{PATH}/{one}/edit"
    listing = Listing(visit, place, known, "-date", lambda row: f"{place}?document={row['id']}", per_page=20)
    query = {**listing.query, "fields": lists.FIELDS, "q": lists.filter_of(visit)}
    listing.fill(await visit.call("listIssuedDocuments", query=query))
    return visit.page("recurrences/choose.html", listing=listing, back=f"{PATH}/{one}" if one else PATH)


async def _of_document(visit: Visit, document_id: int, *, new: bool) -> dict[str, Any]:
    """A document as the model; a new recurrence begins with every month, on its day."""

    def ask(api: Operations) -> Any:
        at = {"document_id": document_id}
        document = api("getIssuedDocument", path=at, query={"fields": "date"})["data"]
        return document["date"], api("getRecurrenceModel", query=at)["data"]

    day, model = await visit.read(ask)
    chosen = {"document_id": document_id, "document": model}
    if not new:
        return chosen
    first = dt.date.fromisoformat(day)
    ends = (first + dt.timedelta(days=1)).day == 1
    if first >= visit.today:
        first = Schedule(first, end_of_month=ends).following(first) or first
    rule = {"first_date": first.isoformat(), "every": 1, "unit": "month", "end_of_month": ends}
    return {**rule, "action": "create", "missed": "all", "remind_days": 0, **chosen}


async def keep(visit: Visit) -> Response:
    """Save what was sent."""
    fields = await visit.form()
    model = await _model(visit, _number(fields.get("document_id", "")))
    given = typed(Recurrence, fields, visit.say.code).get("document") or {}
    saved = await FORM.save(visit, fields, more={"document": _over(model, given)})
    return await FORM.answer(visit, saved)


async def _model(visit: Visit, document_id: int | None) -> dict[str, Any]:
    """The model that the form was made of: that of the recurrence, unless another document is to be it."""
    at = FORM.at(visit)
    if at is not None:
        stored = (await visit.call("getRecurrence", path=at))["data"]
        if document_id in {None, stored["document_id"]}:
            found: dict[str, Any] = stored["document"]
            return found
    return dict((await visit.call("getRecurrenceModel", query={"document_id": document_id or 0}))["data"])


def _over(model: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The model with the texts and prices of the form: a row that says nothing goes, one more is taxed as the last."""
    known = model.get("items_list") or []
    changed = given.get("items_list") or [{}] * len(known)
    blank = {key: known[-1].get(key) for key in _TAXATION} if known else {}
    rows = []
    for number, new in enumerate(changed):
        row = known[number] if number < len(known) else blank
        prices = {key: new[key] for key in ("net_price", "gross_price") if key in new}
        told = {key: new[key] for key in ("name", "description", "qty") if key in new}
        forgotten = {"net_price": None, "gross_price": None} if prices else {}  # the other one follows
        made = {**row, **forgotten, **prices, **told}
        if _speaks(made) or (number < len(known) and not _speaks(row)):
            rows.append(made)
    texts = {key: given[key] for key in ("subject", "visible_subject", "notes") if key in given}
    return {**model, **texts, "items_list": rows}


def _speaks(row: Mapping[str, Any]) -> bool:
    return bool(row.get("name") or row.get("description"))


async def dates(visit: Visit) -> Response:
    """The next dates of the rule in the form."""
    fields = await visit.form()
    entry = typed(Recurrence, {key: text for key, text in fields.items() if "." not in key}, visit.say.code)
    return visit.page("recurrences/form.html", next_dates=await _next_dates(visit, entry), only_dates=True)


async def _next_dates(visit: Visit, entry: Mapping[str, Any]) -> Saved:
    keys = ("every", "unit", "end_of_month", "first_date", "last_date", "count")
    rule = {key: entry[key] for key in keys if entry.get(key) is not None}
    call = lambda: visit.call("previewRecurrenceDates", data=rule, query={"limit": NEXT})  # noqa: E731
    return await attempt(visit, {}, call)


FAMILIES = tuple(dict.fromkeys(f"issued_documents.{scope}" for scope in DOCUMENT_SCOPES.values()))

FORM = EntryForm(PATH, "Recurrence", "recurrence_id", Recurrence, _show, card=True, families=FAMILIES)
