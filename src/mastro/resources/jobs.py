"""Work that takes long: asked for by a request, done by a worker, looked at and left meanwhile.

`start` leaves the work and a row that says how far it is. `mastro.jobs.long` makes a handler of whatever does the work;
a file that comes of it is kept for `result_days`, and the row as long.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
from sqlalchemy import Table

from mastro.api.call import Call, Installation
from mastro.api.errors import Conflict, Forbidden, NotFound
from mastro.api.fields import Part
from mastro.api.operation import Operation, Parameter
from mastro.api.paging import envelope, page_of
from mastro.database.collection import Collection, encoder
from mastro.database.connection import Session
from mastro.database.fields import exact, integer, time
from mastro.database.jobs import enqueue
from mastro.model.base import Body, Id, Integer, Timestamp
from mastro.resources import attachments, results

TAG = "Jobs"

State = Literal["waiting", "running", "done", "failed", "cancelled"]

OPEN: tuple[State, ...] = ("waiting", "running")

MAX_TOLD = 500
"""Characters of an error."""

T = TypeVar("T")

Tell = Callable[[str, int, int], None]
"""How far the work is: the step that it is at, how much is done and of how much. Raises Cancelled."""


class JobFile(Body):
    """The file that came of a job."""

    filename: str = ""
    size: int = 0
    sha256: str = ""
    url: str = ""
    """Opens it without a token for some days; signed anew at each request."""
    token: str = ""
    """Of the stored file; not shown."""


class LongJob(Body):
    """A piece of work that takes long, and how far it is."""

    id: Id | None = None
    kind: str = ""
    """What is done, such as `export`."""
    options: dict[str, Any] = msgspec.field(default_factory=dict)
    """How it was asked for."""
    state: State = "waiting"
    progress: Integer = 0
    """0 to 100."""
    step: str = ""
    """What it is at, in a word of the kind of work."""
    result: dict[str, Any] = msgspec.field(default_factory=dict)
    """What came of it, in the words of the kind of work."""
    file: JobFile | None = None
    error_code: str = ""
    error: str = ""
    """Why it failed, or why it waits for another attempt."""
    scope: str = ""
    """Scopes that a token needs to see it, separated by spaces."""
    user_id: Id | None = None
    """Who asked for it."""
    created_at: Timestamp = ""
    started_at: Timestamp = ""
    finished_at: Timestamp = ""
    expires_at: Timestamp = ""
    """When it is forgotten, with its file."""


class Cancelled(Exception):
    """The work is not wanted any more."""


class Failed(Exception):
    """The work cannot be done; the message is for whoever asked for it, and trying again is no use."""

    def __init__(self, message: str, *, code: str = "FAILED") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Task:
    """What the function that does the work is handed."""

    installation: Installation
    company_id: int
    job: LongJob
    folder: Path
    """Empty, on the disk of the data, and gone after the work."""
    tell: Tell

    def write(self, work: Callable[[Session], T]) -> T:
        """Run work in a transaction where the requests run theirs, so that writers take turns."""
        database = self.installation.database

        def once() -> T:
            with database.write() as session:
                return work(session)

        return database.executor.submit(database.retry, once).result()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the work."""

    result: dict[str, Any] = field(default_factory=dict)
    path: Path | None = None
    """A file in the task's folder, to be kept."""
    filename: str = ""
    """The name that it is saved under."""


Work = Callable[[Task], Outcome]
"""Does the work, from its start each time: a worker may die under it. Raises Failed, Cancelled, ApiError."""


long_jobs = Collection(
    "long_jobs",
    LongJob,
    exact("kind", required=True),
    exact("state", required=True),
    integer("user_id"),
    time("created_at", required=True),
    time("expires_at", required=True),
    indexes=(("kind", "state"), ("user_id",), ("expires_at",)),
)

_table: Table = long_jobs.table


# asking for it


def start(call: Call, kind: str, options: dict[str, Any], *, scope: str = "", alone: bool = True) -> LongJob:
    """Leave work of a kind that `mastro.jobs.kinds` knows; the job as it waits.

    Raises Conflict where it is to be done `alone` and one of this kind is under way in this company.
    """
    long_jobs.lock(call.session, call.company_id)
    if alone and under_way(call, kind):
        raise Conflict("One of these jobs is under way already.", code="JOB_UNDER_WAY")
    job = LongJob(kind=kind, options=options, scope=scope, user_id=call.principal.user_id, created_at=call.timestamp)
    job.expires_at = _in_days(call.now, call.settings.result_days)
    job.id = long_jobs.next_id(call.session, call.company_id, job)
    long_jobs.insert(call.session, call.company_id, job.id, job)
    enqueue(call.session, call.company_id, kind, {"long_job_id": job.id}, now=call.now)
    return job


def under_way(call: Call, kind: str) -> bool:
    """True where a job of this kind waits or runs in this company."""
    wanted = (_table.c.kind == kind) & _table.c.state.in_(OPEN)
    return long_jobs.total(call.session, call.company_id, where=wanted) > 0


def _in_days(now: dt.datetime, days: int) -> str:
    return f"{now + dt.timedelta(days=days):%Y-%m-%d %H:%M:%S}"


# looking at it

UNSHOWN = {"attachment_token", "scopes"}
"""Options that only the worker needs: its file, and what the token that asked might do."""


def shown(call: Call, job: LongJob) -> bytes:
    """A job as the wire has it."""
    if job.file:
        url = attachments.link(call, results.KIND, job.file.token) or ""
        job.file = JobFile(filename=job.file.filename, size=job.file.size, sha256=job.file.sha256, url=url)
    job.options = {key: value for key, value in job.options.items() if key not in UNSHOWN}
    return encoder.encode(job)


def may_see(call: Call, job: LongJob) -> bool:
    """Who asked for it sees it, and so does the owner of the company; with a token that could have asked for it."""
    own = job.user_id == call.principal.user_id or call.role == "master"
    return own and set(job.scope.split()) <= call.scopes


def load(call: Call, name: str = "job_id", kind: str = "") -> LongJob:
    """The job of the path. Raises NotFound, or Forbidden where it is another user's."""
    job = long_jobs.get(call.session, call.company_id, call.id(name))
    if job is None or (kind and job.kind != kind):
        raise NotFound("Job not found.")
    if not may_see(call, job):
        raise Forbidden("The job is another user's, or its scope is not covered.")
    return job


def page(call: Call, kind: str = "") -> bytes:
    """The jobs that the caller may see, the newest first."""
    wanted = page_of(call.query)
    rows: list[tuple[Part, ...]] = []
    where = _table.c.created_at > ""
    if call.role != "master":
        where &= _table.c.user_id == call.principal.user_id
    if kind:
        where &= _table.c.kind == kind
    found = long_jobs.page(
        call.session, call.company_id, where=where, order=(("id", True),), limit=wanted.size, offset=wanted.offset
    )
    for (stored,) in found:
        job = long_jobs.decoder.decode(stored)
        if may_see(call, job):
            rows.append((shown(call, job),))
    total = long_jobs.total(call.session, call.company_id, where=where)
    return envelope(rows, wanted, total, call.url, call.query)


# while it is done


def change(session: Session, company_id: int, id: int, edit: Callable[[LongJob], None]) -> LongJob:
    """Change the row of a job in a transaction that writes. Raises Cancelled where it is not wanted any more."""
    long_jobs.lock(session, company_id)
    job = long_jobs.get(session, company_id, id)
    if job is None or job.state == "cancelled":
        raise Cancelled
    edit(job)
    long_jobs.update(session, company_id, id, job)
    return job


def forget_old(session: Session, company_id: int, now: dt.datetime) -> None:
    """Forget the jobs whose time is over; their files go with the next run of what deletes unused ones."""
    long_jobs.lock(session, company_id)
    over = (_table.c.expires_at < f"{now:%Y-%m-%d %H:%M:%S}") & _table.c.state.not_in(OPEN)
    for (stored,) in long_jobs.page(session, company_id, where=over, order=(("id", False),), limit=1000):
        _forget(session, company_id, long_jobs.decoder.decode(stored), now)


def _forget(session: Session, company_id: int, job: LongJob, now: dt.datetime) -> None:
    if job.file:
        results.give_up(session, company_id, job.file.token, now)
    long_jobs.delete(session, company_id, job.id or 0, job)


# operations


def list_jobs(call: Call) -> bytes:
    """Work that takes long and was asked for by the caller, or by anybody where the caller owns the company."""
    return page(call, call.query.get("kind", ""))


def get_job(call: Call) -> bytes:
    """How far a job is, and what came of it."""
    return b'{"data":%s}' % shown(call, load(call))


def end_job(call: Call) -> bytes:
    """End a job that waits or runs; forget one that is over, with its file."""
    if not any(scope.endswith(":a") for scope in call.scopes):
        raise Forbidden("A token that may only read ends nothing.")
    long_jobs.lock(call.session, call.company_id)
    job = load(call)
    if job.state in OPEN:
        job.state, job.finished_at = "cancelled", call.timestamp
        long_jobs.update(call.session, call.company_id, job.id or 0, job)
    else:
        _forget(call.session, call.company_id, job, call.now)
    return b"{}"


_PATH = "/c/{company_id}/jobs"
_KIND = Parameter("kind", {"type": "string"}, "Only jobs of this kind, such as export")

OPERATIONS = (
    Operation(
        "listJobs", "GET", _PATH, list_jobs, TAG, "List Jobs", query=(_KIND,), answer=list[LongJob], paginated=True
    ),
    Operation("getJob", "GET", f"{_PATH}/{{job_id}}", get_job, TAG, "Get Job", answer=LongJob),
    Operation("endJob", "DELETE", f"{_PATH}/{{job_id}}", end_job, TAG, "End Job", writes=True),
)
