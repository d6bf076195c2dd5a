"""The operations on recurrences beside the five verbs: their dates, and what a person does about one."""

import datetime as dt
from dataclasses import replace
from itertools import islice
from typing import Any

import msgspec
from sqlalchemy import ColumnElement

from mastro.api import body as bodies
from mastro.api.body import check_required
from mastro.api.call import Call, json_object
from mastro.api.changes import changes
from mastro.api.errors import Conflict, Invalid, invalid
from mastro.api.operation import Answer, Handler, Operation, Parameter
from mastro.api.resource import Resource
from mastro.database.collection import encoder
from mastro.model.base import Body
from mastro.model.issued_document import IssuedDocument
from mastro.recurring import Schedule
from mastro.resources.company import load_company
from mastro.resources.issued_documents import links
from mastro.resources.recurrences import blueprint, dates, making
from mastro.resources.recurrences.resource import TYPE, create_recurrence, of_types, resource, schedule_errors
from mastro.resources.recurrences.table import TO_DO, Recurrence, RecurrenceRun, RunState, event_of, runs, scope_of
from mastro.resources.recurrences.words import texts_of

MOST_DATES = 24
USUAL_DATES = 3


class DateWish(Body):
    """Which date is meant; null for the next one."""

    date: dt.date | None = None


class NextDate(Body):
    """A date that is to come."""

    date: dt.date
    first: dt.date
    last: dt.date
    """The days that it stands for."""
    skipped: bool = False
    texts: dict[str, str] = msgspec.field(default_factory=dict)
    """What the texts of the document will say, by dotted path; only those that are not empty."""


def _runs_filter(call: Call) -> tuple[dict[str, Any], ColumnElement[bool] | None]:
    return of_types(call, runs)


runs_resource = Resource(
    collection=runs,
    path=f"{resource.path}/runs",
    item="run_id",
    name="RecurrenceRun",
    plural="RecurrenceRuns",
    scope=scope_of,
    events=event_of,
    tag=resource.tag,
    order=(("date", True), ("id", True)),
    list_filter=_runs_filter,
    list_query=(TYPE,),
)


def get_recurrence_model(call: Call) -> bytes:
    """What a document of the company says, as the model of a recurrence: without number, dates and what was paid."""
    text = call.query.get("document_id", "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise invalid("document_id", "The document_id field must be the id of a document.")
    return encoder.encode({"data": blueprint.of_document(call, int(text))})


# dates


def list_next_dates(call: Call) -> bytes:
    """The next dates of a recurrence, with what the document will say at each."""
    recurrence = resource.load(call, "r")
    found = []
    for date in dates.upcoming(recurrence, _how_many(call)):
        run = dates.run_of(call.session, call.company_id, recurrence.id or 0, date)
        next_date = _next_date(recurrence.schedule, date)
        next_date.skipped = run is not None and run.state == "skipped"
        told = texts_of(blueprint.at(call, recurrence, date, date))
        next_date.texts = {path: text for path, text in told.items() if text}
        found.append(next_date)
    return encoder.encode({"data": found})


def get_recurrence_pdf(call: Call) -> Answer:
    """The next document as PDF, as it would be today. Raises what making it would be refused for, and Conflict."""
    recurrence = resource.load(call, "r")
    date = recurrence.next_date
    if date is None:
        raise Conflict(ENDED, code="RECURRENCE_ENDED")
    document = blueprint.complete(call, blueprint.at(call, recurrence, date, date), max(date, call.now.date()))
    headers = {"Content-Disposition": f'inline; filename="{links.file_name(document, "document")}"'}
    issuer = load_company(call.session, call.company_id)
    return Answer(links.render(call.settings, document, issuer, "document"), "application/pdf", headers=headers)


def preview_recurrence_dates(call: Call) -> bytes:
    """The next dates of a rule that is not stored."""
    rule = call.parse(Recurrence).data
    errors = check_required(rule) or schedule_errors(rule)
    if errors:
        raise Invalid(validation=errors)
    found = islice(rule.schedule.dates(call.now.date()), _how_many(call))
    return encoder.encode({"data": [_next_date(rule.schedule, date) for date in found]})


def _next_date(schedule: Schedule, date: dt.date) -> NextDate:
    first, last = schedule.period(date)
    return NextDate(date=date, first=first, last=last)


def _how_many(call: Call) -> int:
    text = call.query.get("limit", "") or str(USUAL_DATES)
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= MOST_DATES):
        raise invalid("limit", f"The limit field must be an integer between 1 and {MOST_DATES}.")
    return int(text)


# what a person does about a date


def run_recurrence(call: Call) -> bytes:
    """Make the document of a date now: of the next one, or of one that failed, was missed, skipped or a reminder."""
    recurrence, date, run = _chosen(call)
    if run is None and date != recurrence.next_date:
        raise invalid("data.date", NOT_NEXT)
    if run is not None and run.state == "done":
        raise Conflict(DONE, code="ALREADY_DONE")
    document = making.make(call, recurrence, date)
    return _written(call, recurrence, date, "done", document)


def skip_recurrence(call: Call) -> bytes:
    """Make no document at a date: the next one, another one to come, or one that failed or was a reminder."""
    recurrence, date, run = _chosen(call)
    if run is None and date not in dates.upcoming(recurrence, MOST_DATES):
        raise invalid("data.date", f"The data.date field must be one of the next {MOST_DATES} dates.")
    if run is not None and run.state not in TO_DO:
        raise Conflict(DONE, code="ALREADY_DONE")
    return _written(call, recurrence, date, "skipped")


def restore_recurrence_date(call: Call) -> bytes:
    """Take back that a date to come is skipped."""
    recurrence, date, run = _chosen(call)
    if run is None or run.state != "skipped" or date < call.now.date():
        raise invalid("data.date", "The data.date field must be a date to come that is skipped.")
    before = msgspec.structs.replace(recurrence)
    dates.forget(call, run)
    recurrence.next_date = min(date, recurrence.next_date or date)
    return _stored(call, recurrence, before)


def _chosen(call: Call) -> tuple[Recurrence, dt.date, RecurrenceRun | None]:
    """The recurrence of the path, held against others; the date of the body; what became of it."""
    recurrence = resource.load(call, "a")
    sent = json_object(call.raw) if call.raw.strip() else {}
    wish = bodies.parse(encoder.encode({"data": sent.get("data") or {}}), DateWish).data
    date = wish.date or recurrence.next_date
    if date is None:
        raise Conflict(ENDED, code="RECURRENCE_ENDED")
    return recurrence, date, dates.run_of(call.session, call.company_id, recurrence.id or 0, date)


def _written(
    call: Call, recurrence: Recurrence, date: dt.date, state: RunState, document: IssuedDocument | None = None
) -> bytes:
    before = msgspec.structs.replace(recurrence)
    dates.write(call, recurrence, date, state, document=document)
    return _stored(call, recurrence, before)


def _stored(call: Call, recurrence: Recurrence, before: Recurrence) -> bytes:
    """Store a recurrence whose dates a person moved; the answer."""
    dates.store(call, recurrence)
    dates.order(call, recurrence)
    call.emit(resource.event_of(recurrence, "update"), recurrence.id or 0, changes=changes(before, recurrence))
    return encoder.encode({"data": recurrence})


ENDED = "This recurrence has no further date."
DONE = "This date is done already."
NOT_NEXT = "The data.date field must be the next date, or one that was not done."

_ONE = f"{resource.path}/{{{resource.item}}}"
_LIMIT = Parameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST_DATES}, f"How many; {USUAL_DATES}")


def _act(id: str, name: str, handler: Handler, summary: str) -> Operation:
    return Operation(
        id, "POST", f"{_ONE}/{name}", handler, resource.tag, summary, writes=True, body=DateWish, answer=Recurrence
    )


_verbs = {operation.id: operation for operation in resource.operations()}
_verbs["createRecurrence"] = replace(_verbs["createRecurrence"], handler=create_recurrence)

OPERATIONS = (
    *_verbs.values(),
    *runs_resource.operations("list"),
    Operation(
        "getRecurrenceModel",
        "GET",
        f"{resource.path}/model",
        get_recurrence_model,
        resource.tag,
        "Get Recurrence Model",
        query=(Parameter("document_id", {"type": "integer"}, "The document", required=True),),
        answer=IssuedDocument,
    ),
    Operation(
        "previewRecurrenceDates",
        "POST",
        f"{resource.path}/next_dates",
        preview_recurrence_dates,
        resource.tag,
        "Preview Recurrence Dates",
        query=(_LIMIT,),
        body=Recurrence,
        answer=list[NextDate],
    ),
    Operation(
        "listNextRecurrenceDates",
        "GET",
        f"{_ONE}/next_dates",
        list_next_dates,
        resource.tag,
        "List Next Recurrence Dates",
        query=(_LIMIT,),
        answer=list[NextDate],
    ),
    Operation(
        "getRecurrencePdf",
        "GET",
        f"{_ONE}/pdf",
        get_recurrence_pdf,
        resource.tag,
        "Get Recurrence PDF",
        slow=True,
        answer=str,
        media_type="application/pdf",
    ),
    _act("runRecurrence", "run", run_recurrence, "Run Recurrence"),
    _act("skipRecurrence", "skip", skip_recurrence, "Skip Recurrence Date"),
    _act("restoreRecurrenceDate", "restore", restore_recurrence_date, "Restore Recurrence Date"),
)
