"""The page of a recurrence: what it makes and when, what became of each date, and what can be done about one."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from mastro.api.scopes import DOCUMENT_SCOPES
from mastro.web.files import as_file
from mastro.web.operations import Operations
from mastro.web.refusals import said
from mastro.web.saving import Saved, attempt
from mastro.web.sections.issued_documents import states
from mastro.web.sections.recurrences import words
from mastro.web.visit import Visit

PATH = words.PATH
NEXT = 3
HISTORY = 50


def _at(visit: Visit) -> dict[str, object]:
    return {"recurrence_id": visit.request.path_params["id"]}


def _place(visit: Visit) -> str:
    return f"{PATH}/{visit.request.path_params['id']}"


async def show(visit: Visit, refused: Saved | None = None) -> Response:
    """The page; with what a step was refused for."""
    at = _at(visit)

    def ask(api: Operations) -> Any:
        recurrence = api("getRecurrence", path=at)["data"]
        query = {"q": f"recurrence_id = {recurrence['id']}", "per_page": HISTORY, "page": visit.query.get("page")}
        coming = api("listNextRecurrenceDates", path=at, query={"limit": NEXT})["data"]
        people = api("listUsers")["data"] if visit.may("settings") else []
        return recurrence, coming, api("listRecurrenceRuns", query=query), people

    recurrence, next_dates, runs, people = await visit.read(ask)
    say = visit.say
    action, missed = words.ACTIONS[recurrence["action"]], words.MISSED[recurrence["missed"]]
    return visit.page(
        "recurrences/card.html",
        status=422 if refused else 200,
        error=refused.error or " ".join(refused.errors.values()) if refused else "",
        recurrence=recurrence,
        model=recurrence["document"],
        next_dates=next_dates,
        runs=[_run(visit, run) for run in runs["data"]],
        history=runs,
        rhythm=words.rhythm(recurrence, say),
        ends=words.ends(recurrence, say),
        state=words.state(recurrence, say),
        action=say(action),
        missed=say(missed),
        type_words=states.type(recurrence, say).text,
        by=next((each["name"] for each in people if each["id"] == recurrence["user_id"]), ""),
        may_write=visit.may(f"issued_documents.{DOCUMENT_SCOPES[recurrence['type']]}", "a"),
        today=visit.today.isoformat(),
        api_address=f"{visit.site.settings.address}/c/{visit.company_id}/recurrences/{recurrence['id']}",
    )


def _run(visit: Visit, run: Mapping[str, Any]) -> dict[str, Any]:
    """A date in the reader's words."""
    return {
        **run,
        "words": words.run_state(run, visit.say),
        "reason": said(run["error"], visit.say) if run["error"] else "",
        "number": states.number(run["document"], visit.say).text if run["document"] else "",
    }


async def pdf(visit: Visit) -> Response:
    """What the next document would look like."""
    return as_file(await visit.answer("getRecurrencePdf", path=_at(visit)))


async def _act(visit: Visit, operation: str, data: dict[str, object], done: str, undo: str = "") -> Response:
    saved = await attempt(visit, {}, lambda: visit.call(operation, path=_at(visit), data=data))
    return visit.go(_place(visit), done, undo=undo) if saved.done else await show(visit, saved)


async def _date(visit: Visit) -> dict[str, object]:
    """The date that a button is about."""
    date = (await visit.form()).get("date", "") or visit.query.get("date", "")
    return {"date": date or None}


async def pause(visit: Visit) -> Response:
    """Make nothing until it goes on."""
    await visit.form()
    undo = f"{_place(visit)}/resume"
    return await _act(visit, "modifyRecurrence", {"paused": True}, visit.say("Ricorrenza in pausa."), undo)


async def resume(visit: Visit) -> Response:
    """Go on."""
    await visit.form()
    return await _act(visit, "modifyRecurrence", {"paused": False}, visit.say("La ricorrenza riprende."))


async def run(visit: Visit) -> Response:
    """Make the document of a date now."""
    return await _act(visit, "runRecurrence", await _date(visit), visit.say("Documento creato."))


async def skip(visit: Visit) -> Response:
    """Make none at a date."""
    wish = await _date(visit)
    coming = str(wish["date"] or "") >= visit.today.isoformat()
    undo = f"{_place(visit)}/restore?date={wish['date']}" if coming else ""
    return await _act(visit, "skipRecurrence", wish, visit.say("Data saltata."), undo)


async def restore(visit: Visit) -> Response:
    """Make one after all."""
    return await _act(visit, "restoreRecurrenceDate", await _date(visit), visit.say("Data ripristinata."))
