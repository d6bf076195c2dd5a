"""The job that does what is due of a recurrence: each date in a transaction of its own, in the order of the dates.

A document that is refused leaves nothing but its reason in the history, and the next date has its turn.
"""

import datetime as dt
from itertools import groupby

import structlog
from sqlalchemy import bindparam, select

from mastro.api.call import Call, Installation, internal_call, member_call
from mastro.api.errors import ApiError, Forbidden, reason_of
from mastro.database import jobs as queue
from mastro.database.connection import Prepared, Session
from mastro.database.deletions import DELETED
from mastro.database.jobs import Job, enqueue
from mastro.database.schema import companies
from mastro.jobs.transactions import write
from mastro.model.issued_document import IssuedDocument
from mastro.resources.recurrences import dates, making
from mastro.resources.recurrences.dates import Refused
from mastro.resources.recurrences.table import Recurrence, recurrences

log = structlog.get_logger()

AT_ONCE = 200
"""Dates that a job does; for the rest it leaves another, so that other jobs get their turn."""

_DUE = Prepared(
    select(companies.c.id, recurrences.table.c.id)
    .join(
        recurrences.table,
        (recurrences.table.c.company_id == companies.c.id) & (recurrences.table.c.wake_on <= bindparam("today")),
    )
    .where(companies.c.id.not_in(DELETED))
    .order_by(companies.c.id, recurrences.table.c.id)
)


def order_due(installation: Installation) -> None:
    """Leave a job for every recurrence that has something due and no job yet."""
    now = installation.settings.clock()
    with installation.database.read() as session:
        found = session.rows(_DUE, today=now.date().isoformat())
    if not found:
        return

    def work(session: Session) -> None:
        for company_id, due in groupby(found, lambda row: row[0]):
            waiting = {job.payload["recurrence_id"] for job in queue.waiting(session, company_id, dates.JOB)}
            for _, id in due:
                if id not in waiting:
                    enqueue(session, company_id, dates.JOB, {"recurrence_id": id}, now=now)

    write(installation.database, work)


def do(installation: Installation, job: Job) -> None:
    """Do what is due of a recurrence."""
    for _ in range(AT_ONCE):
        try:
            more = write(installation.database, lambda session: _step(installation, session, job))
        except Refused as refused:
            more = _refused(installation, job, refused)
        if not more:
            return
    write(installation.database, lambda session: _continue(installation, session, job))


def _continue(installation: Installation, session: Session, job: Job) -> None:
    enqueue(session, job.company_id, job.kind, job.payload, now=installation.settings.clock())


def _held(installation: Installation, session: Session, job: Job) -> tuple[Call, Recurrence] | None:
    """The recurrence, held against others, and a call to write down what becomes of it; None where it is gone."""
    recurrences.lock(session, job.company_id)
    found = recurrences.get(session, job.company_id, int(job.payload["recurrence_id"]))
    if found is None:
        return None
    return internal_call(installation, session, company_id=job.company_id, user_id=found.user_id or 0), found


def _step(installation: Installation, session: Session, job: Job) -> bool:
    held = _held(installation, session, job)
    if held is None:
        return False
    call, recurrence = held

    def make(recurrence: Recurrence, date: dt.date) -> IssuedDocument:
        by = member_call(installation, session, company_id=job.company_id, user_id=recurrence.user_id or 0)
        if by is None:
            raise Forbidden(NOT_A_MEMBER)
        return making.make(by, recurrence, date)

    return dates.step(call, recurrence, make)


def _refused(installation: Installation, job: Job, refused: Refused) -> bool:
    """Write down why a document was refused, unless somebody was faster."""
    reason = refused.__cause__
    assert isinstance(reason, ApiError)  # noqa: S101
    log.warning("a recurring document was refused", company=job.company_id, reason=reason_of(reason))

    def work(session: Session) -> bool:
        held = _held(installation, session, job)
        if held is None:
            return False
        call, recurrence = held
        if recurrence.next_date == refused.date:
            dates.write(call, recurrence, refused.date, "failed", error=reason)
            dates.store(call, recurrence)
        return True

    return write(installation.database, work)


NOT_A_MEMBER = "Who made this recurrence is no longer a member of the company: save it again in your own name."
