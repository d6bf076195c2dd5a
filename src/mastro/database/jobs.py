"""The queue: what a transaction leaves to be done, and how workers share it without doing anything twice.

A job is claimed by moving its `run_at` a little ahead, and its worker moves it on while it works: if the worker dies,
the time passes and another takes the job. So a job may run more than once, and whoever receives its effect must be able
to tell.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import bindparam, delete, insert, select, text, update

from mastro.database.connection import Prepared, Row, Session
from mastro.database.ids import next_time_id
from mastro.database.schema import jobs

CLAIM_SECONDS = 10
"""How long after its last sign of life a worker counts as gone."""


def _stamp(moment: dt.datetime) -> str:
    """A time of the queue, in UTC: Italian time has an hour twice a year that comes twice."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed job."""

    id: int
    company_id: int
    kind: str
    payload: dict[str, Any]
    attempts: int
    """How often it was tried, this time included."""


class Waiting(NamedTuple):
    """A job that is to be done."""

    id: int
    payload: dict[str, Any]


_INSERT = Prepared(insert(jobs))

_COLUMNS = "id, company_id, kind, payload, attempts"

_READY = "state IN ('queued', 'running') AND run_at <= :now AND company_id NOT IN (SELECT company_id FROM deletions)"
"""Due, and not of a deleted company: its jobs rest until it is taken back or gone."""

_CLAIM = {
    "sqlite": Prepared(
        text(
            "UPDATE jobs SET state = 'running', run_at = :until, attempts = attempts + 1 WHERE id IN ("
            f"SELECT id FROM jobs WHERE {_READY} ORDER BY run_at LIMIT :limit)"
            f" RETURNING {_COLUMNS}"
        )
    ),
    "postgresql": Prepared(
        text(
            "UPDATE jobs SET state = 'running', run_at = :until, attempts = attempts + 1 WHERE id IN ("
            f"SELECT id FROM jobs WHERE {_READY} ORDER BY run_at LIMIT :limit"
            f" FOR UPDATE SKIP LOCKED) RETURNING {_COLUMNS}"
        )
    ),
}

_DUE = Prepared(text(f"SELECT 1 FROM jobs WHERE {_READY} LIMIT 1").bindparams(bindparam("now")))

_RENEW = Prepared(
    update(jobs).where(jobs.c.id == bindparam("key"), jobs.c.state == "running").values(run_at=bindparam("until"))
)

_WAKE = Prepared(
    update(jobs)
    .where(jobs.c.id == bindparam("key"), jobs.c.state != "running")
    .values(state="queued", run_at=bindparam("run_at"), error="", attempts=0)
)

_DONE = Prepared(delete(jobs).where(jobs.c.id == bindparam("id")))

_AGAIN = Prepared(
    update(jobs)
    .where(jobs.c.id == bindparam("key"))
    .values(
        state=bindparam("state"), run_at=bindparam("run_at"), error=bindparam("error"), attempts=bindparam("attempts")
    )
)


def enqueue(
    session: Session,
    company_id: int,
    kind: str,
    payload: dict[str, Any],
    *,
    now: dt.datetime,
    run_at: dt.datetime | None = None,
) -> int:
    """Leave a job: it is there if and only if the transaction commits. The id."""
    id = next_time_id()
    session.run(
        _INSERT,
        id=id,
        company_id=company_id,
        kind=kind,
        payload=msgspec.json.encode(payload),
        state="queued",
        run_at=_stamp(run_at or now),
        attempts=0,
        error="",
        created_at=_stamp(now),
    )
    session.enqueued = True
    return id


def due(session: Session, *, now: dt.datetime) -> bool:
    """Whether any job is due: a look that keeps no writer waiting."""
    return session.row(_DUE, now=_stamp(now)) is not None


def claim(session: Session, *, now: dt.datetime, limit: int) -> list[Job]:
    """Take up to `limit` jobs that are due, the longest waiting first; no other worker gets them meanwhile."""
    until = now + dt.timedelta(seconds=CLAIM_SECONDS)
    rows = session.rows(_CLAIM[session.database.kind], now=_stamp(now), until=_stamp(until), limit=limit)
    return [
        Job(id, company_id, kind, msgspec.json.decode(payload), attempts)
        for id, company_id, kind, payload, attempts in rows
    ]


def renew(session: Session, ids: Iterable[int], *, now: dt.datetime) -> None:
    """Keep jobs that take their time from other workers."""
    until = _stamp(now + dt.timedelta(seconds=CLAIM_SECONDS))
    for id in ids:
        session.run(_RENEW, key=id, until=until)


def done(session: Session, job: Job) -> None:
    """Forget a job that is done."""
    session.run(_DONE, id=job.id)


def again(session: Session, job: Job, error: str, *, run_at: dt.datetime) -> None:
    """Let a job that failed wait for its next turn."""
    session.run(_AGAIN, key=job.id, state="queued", run_at=_stamp(run_at), error=error[:2000], attempts=job.attempts)


def bury(session: Session, job: Job, error: str, *, now: dt.datetime) -> None:
    """Put a job aside that no retry will mend; `mastro jobs` shows it and can wake it."""
    session.run(_AGAIN, key=job.id, state="dead", run_at=_stamp(now), error=error[:2000], attempts=job.attempts)


def listed(session: Session, state: str | None = None, limit: int = 100) -> list[Row]:
    """Jobs as (id, company_id, kind, state, run_at, attempts, error, created_at), the next ones first."""
    statement = select(
        jobs.c.id,
        jobs.c.company_id,
        jobs.c.kind,
        jobs.c.state,
        jobs.c.run_at,
        jobs.c.attempts,
        jobs.c.error,
        jobs.c.created_at,
    )
    if state:
        statement = statement.where(jobs.c.state == state)
    return session.rows(statement.order_by(jobs.c.run_at).limit(limit))


_WAITING = Prepared(
    select(jobs.c.id, jobs.c.payload)
    .where(
        jobs.c.company_id == bindparam("company_id"),
        jobs.c.kind == bindparam("kind"),
        jobs.c.state.in_(("queued", "running")),
    )
    .order_by(jobs.c.id)
    .limit(bindparam("limit"))
)


def waiting(session: Session, company_id: int, kind: str, limit: int = 10_000) -> list[Waiting]:
    """A company's jobs of a kind that are to be done, the oldest first."""
    rows = session.rows(_WAITING, company_id=company_id, kind=kind, limit=limit)
    return [Waiting(id, msgspec.json.decode(payload)) for id, payload in rows]


_DROP = Prepared(delete(jobs).where(jobs.c.id == bindparam("id"), jobs.c.state == "queued"))


def drop(session: Session, id: int) -> None:
    """Forget a job that nobody has begun."""
    session.run(_DROP, id=id)


_DROP_ALL = Prepared(
    delete(jobs).where(
        jobs.c.company_id == bindparam("company_id"), jobs.c.kind != bindparam("kept"), jobs.c.state == "queued"
    )
)


def drop_all(session: Session, company_id: int, *, kept: str) -> None:
    """Forget what is to be done for a company and nobody has begun, except the jobs of one kind."""
    session.run(_DROP_ALL, company_id=company_id, kept=kept)


def wake(session: Session, id: int, *, now: dt.datetime) -> bool:
    """Give a dead or waiting job its turn at once, its attempts counted anew; False where there is no such job."""
    changed = session.run(_WAKE, key=id, run_at=_stamp(now))
    session.enqueued = True
    return changed > 0
