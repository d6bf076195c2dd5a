"""The dates of a recurrence: which one is next, what became of each, and what is to be done about the next one.

A date has at most one row, which the unique key holds; the row, its document and the move to the next date are of one
transaction. So whoever comes second, or again after a crash, finds the date done.
"""

import datetime as dt
from collections.abc import Callable
from itertools import islice

from sqlalchemy import bindparam, func, select

from mastro.api.call import Call
from mastro.api.errors import ApiError, reason_of
from mastro.database.connection import Prepared, Session
from mastro.database.jobs import enqueue
from mastro.model.issued_document import IssuedDocument
from mastro.resources.issued_documents.originals import reference
from mastro.resources.recurrences.table import TO_DO, Recurrence, RecurrenceRun, RunState, recurrences, runs

JOB = "recurrence"
"""Kind of the jobs that do what is due of a recurrence."""

MOST_ROWS = 1000

_OPEN = Prepared(
    select(func.count())
    .select_from(runs.table)
    .where(
        runs.table.c.company_id == bindparam("company_id"),
        runs.table.c.recurrence_id == bindparam("recurrence_id"),
        runs.table.c.state.in_(TO_DO),
    )
)


def run_of(session: Session, company_id: int, recurrence_id: int, date: dt.date) -> RecurrenceRun | None:
    """What became of a date; None where nothing did yet."""
    where = {"recurrence_id": recurrence_id, "date": date.isoformat()}
    found = runs.page(session, company_id, equals=where, order=(("id", False),), limit=1)
    return runs.decoder.decode(found[0][0]) if found else None


def write(
    call: Call,
    recurrence: Recurrence,
    date: dt.date,
    state: RunState,
    *,
    document: IssuedDocument | None = None,
    error: ApiError | None = None,
) -> RecurrenceRun:
    """Write what became of a date; the recurrence is to be stored after it."""
    assert recurrence.id is not None  # noqa: S101
    old = run_of(call.session, call.company_id, recurrence.id, date)
    new = RecurrenceRun(
        id=old.id if old else None,
        recurrence_id=recurrence.id,
        type=recurrence.type,
        date=date,
        state=state,
        document=reference(document) if document else None,
        action=recurrence.action,
        error=reason_of(error) if error else "",
        error_code=error.code if error else "",
        user_id=call.principal.user_id,
        created_at=old.created_at if old else call.timestamp,
        updated_at=call.timestamp,
    )
    if old is not None and new.id is not None:
        runs.update(call.session, call.company_id, new.id, new, old)
    else:
        new.id = runs.next_id(call.session, call.company_id, new)
        runs.insert(call.session, call.company_id, new.id, new)
    return new


def forget(call: Call, run: RecurrenceRun) -> None:
    """Remove the row of a date."""
    assert run.id is not None  # noqa: S101
    runs.delete(call.session, call.company_id, run.id, run)


def forget_all(call: Call, recurrence_id: int) -> None:
    """Remove the rows of a recurrence."""
    _forget_those(call, recurrence_id=recurrence_id)


def withdraw_announcements(call: Call, recurrence: Recurrence) -> None:
    """Take back that a date was announced: where it is to be, it is done anew."""
    _forget_those(call, recurrence_id=recurrence.id, state="coming")


def _forget_those(call: Call, **equals: object) -> None:
    while found := runs.page(call.session, call.company_id, equals=equals, order=(("id", False),), limit=MOST_ROWS):
        for (stored,) in found:
            forget(call, runs.decoder.decode(stored))


def settle(call: Call, recurrence: Recurrence) -> None:
    """Find the next date that nothing became of, and when the worker is to look; the caller stores it."""
    id = recurrence.id or 0
    run = None
    while recurrence.next_date is not None:
        run = run_of(call.session, call.company_id, id, recurrence.next_date)
        if run is None or run.state == "coming":
            break
        recurrence.next_date = recurrence.schedule.following(recurrence.next_date)
    recurrence.state = "ended" if recurrence.next_date is None else "paused" if recurrence.paused else "active"
    recurrence.wake_on = None
    if recurrence.state == "active" and recurrence.next_date:
        ahead = recurrence.remind_days if run is None else 0
        recurrence.wake_on = recurrence.next_date - dt.timedelta(days=ahead)
    recurrence.to_do = call.session.scalar(_OPEN, company_id=call.company_id, recurrence_id=id)


def store(call: Call, recurrence: Recurrence) -> None:
    """Store a recurrence whose dates moved on."""
    assert recurrence.id is not None  # noqa: S101
    settle(call, recurrence)
    recurrences.update(call.session, call.company_id, recurrence.id, recurrence)


def order(call: Call, recurrence: Recurrence) -> None:
    """Leave a job where something is due already."""
    if recurrence.wake_on is not None and recurrence.wake_on <= call.now.date():
        enqueue(call.session, call.company_id, JOB, {"recurrence_id": recurrence.id}, now=call.now)


class Refused(Exception):
    """The document of a date was refused: `__cause__` says why. Nothing of the transaction may stay."""

    def __init__(self, date: dt.date) -> None:
        super().__init__(f"The document of {date} was refused.")
        self.date = date


Make = Callable[[Recurrence, dt.date], IssuedDocument]


def step(call: Call, recurrence: Recurrence, make: Make) -> bool:
    """Do what is due about the next date; False where nothing is. Raises Refused where `make` is refused.

    The caller holds the collection.
    """
    today, date = call.now.date(), recurrence.next_date
    if date is None or recurrence.wake_on is None or recurrence.wake_on > today:
        return False
    if date > today:
        write(call, recurrence, date, "coming")
    elif _passes(recurrence, date, today):
        write(call, recurrence, date, "missed")
    elif recurrence.action == "remind":
        write(call, recurrence, date, "due")
    else:
        try:
            document = make(recurrence, date)
        except ApiError as error:
            if error.status >= 500:  # time may mend it
                raise
            raise Refused(date) from error
        write(call, recurrence, date, "done", document=document)
    store(call, recurrence)
    return True


def _passes(recurrence: Recurrence, date: dt.date, today: dt.date) -> bool:
    """Whether a date of the past is not caught up with."""
    if date == today or recurrence.missed == "all":
        return False
    following = recurrence.schedule.following(date)
    return recurrence.missed == "skip" or (following is not None and following <= today)


def upcoming(recurrence: Recurrence, most: int) -> list[dt.date]:
    """The next dates, those that are to be skipped among them."""
    return list(islice(recurrence.schedule.dates(recurrence.next_date), most)) if recurrence.next_date else []
