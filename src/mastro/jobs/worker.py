"""The worker: claims jobs that are due, does them, lets the failed ones wait, puts aside what no retry will mend.

`mastro serve` runs one in each process, `mastro worker` runs one alone; any number of them share the queue.
"""

import datetime as dt
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import partial

import structlog
from sqlalchemy import bindparam, text

from mastro.api.call import Installation
from mastro.database import jobs as queue
from mastro.database.connection import Prepared, Session, Unavailable
from mastro.database.jobs import Job
from mastro.jobs.transactions import write

log = structlog.get_logger()

POLL_SECONDS = 1.0
"""How often a worker looks for jobs that another process left, or whose time has come."""

SLOTS = 8
"""Jobs that are done at once: most of them wait for somebody else's answer."""

CLAIMED = 2 * SLOTS
"""Jobs that are claimed at once, those that wait for a free thread included."""

RENEW_SECONDS = 3.0
"""How often a worker says that it still works on its jobs; well below the time after which it counts as gone."""

DELAYS = (10, 60, 300, 1800, 7200, 21600, 43200)
"""Seconds before the second, third … attempt."""

Handler = Callable[[Installation, Job], None]
"""Does a job. Raises `Again` for a failure that time may mend, `Dead` for one that it will not."""


class Again(Exception):
    """The job failed and may work later; `after` overrides the usual delay (seconds).

    Not `counted`: the job was not even tried.
    """

    def __init__(self, reason: str, *, after: int | None = None, counted: bool = True) -> None:
        super().__init__(reason)
        self.after = after
        self.counted = counted


class Dead(Exception):
    """The job failed, and would fail again."""


@dataclass(frozen=True, slots=True)
class Periodic:
    """A task that runs every so often, on one worker of the installation."""

    name: str
    every: dt.timedelta
    run: Callable[[Installation], None]


_LATER = Prepared(text("SELECT name FROM schedules WHERE next_run > :now").bindparams(bindparam("now")))

_DUE = Prepared(
    text(
        "INSERT INTO schedules (name, next_run) VALUES (:name, :following)"
        " ON CONFLICT (name) DO UPDATE SET next_run = excluded.next_run WHERE schedules.next_run <= :now"
        " RETURNING next_run"
    ).bindparams(bindparam("name"), bindparam("following"), bindparam("now"))
)


def _unknown(_: Installation, job: Job) -> None:
    """A job of a kind that this version does not know: left by a newer one."""
    raise Dead(f"no handler for jobs of kind {job.kind}")


def _mine(session: Session, **values: str) -> bool:
    """Move the time of a periodic task on; False where another worker did."""
    return session.row(_DUE, **values) is not None


class Worker:
    """Does the jobs of an installation until it is stopped.

    One thread looks for work and keeps what is under way claimed, `SLOTS` threads do it. All of them live as long as
    the worker, because each has a connection to the database.
    """

    def __init__(
        self, installation: Installation, handlers: Mapping[str, Handler], periodic: tuple[Periodic, ...] = ()
    ) -> None:
        self.installation = installation
        self.handlers = handlers
        self.periodic = periodic
        self.stopping = threading.Event()
        self.thread: threading.Thread | None = None
        self.pool = ThreadPoolExecutor(SLOTS, thread_name_prefix="job")
        self.under_way: set[int] = set()
        """Ids of the jobs that are claimed and not done yet."""
        self.renewed = 0.0
        self.renew_seconds = RENEW_SECONDS

    def start(self) -> None:
        """Work in a thread of this process."""
        self.thread = threading.Thread(target=self.run, name="worker", daemon=True)
        self.thread.start()

    def stop(self) -> None:
        """Finish what is under way and return; what was claimed and not begun is left to others."""
        self.stopping.set()
        self.installation.database.jobs_waiting.set()
        if self.thread:
            self.thread.join(timeout=30)
        self.pool.shutdown(wait=True, cancel_futures=True)

    def run(self) -> None:
        """Work until stopped."""
        waiting = self.installation.database.jobs_waiting
        while not self.stopping.is_set():
            waiting.clear()
            try:
                self.run_periodic()
                self._take()
                self._renew()
            except Unavailable as error:
                log.warning("the database cannot be reached by the worker", reason=str(error))
            except Exception:
                log.exception("the worker stumbled and goes on")
            waiting.wait(POLL_SECONDS)

    def run_due(self) -> bool:
        """Do the jobs that are due now and wait for their end; False where there was none."""
        taken = self._take()
        wait(taken)
        return bool(taken)

    def _take(self) -> list[Future[None]]:
        """Claim as many due jobs as can soon be begun, and begin them."""
        if len(self.under_way) > SLOTS:  # enough waits for a free thread: claim by the handful, not one by one
            return []
        now, room = self.installation.settings.clock(), CLAIMED - len(self.under_way)
        with self.installation.database.read() as session:
            if not queue.due(session, now=now):
                return []
        claimed = write(self.installation.database, lambda session: queue.claim(session, now=now, limit=room))
        # one of ours is claimed again after the whole machine has slept
        new = [job for job in claimed if job.id not in self.under_way]
        self.under_way.update(job.id for job in new)
        return [self.pool.submit(self._work, job) for job in new]

    def _renew(self) -> None:
        """Keep what is under way from other workers."""
        if not self.under_way or time.monotonic() - self.renewed < self.renew_seconds:
            return
        self.renewed = time.monotonic()
        now, ids = self.installation.settings.clock(), list(self.under_way)
        write(self.installation.database, lambda session: queue.renew(session, ids, now=now))

    def _work(self, job: Job) -> None:
        try:
            self.do(job)
        except Unavailable as error:  # the job stays claimed for a while, and is then done again
            log.warning("a job's end could not be written down", job=job.id, reason=str(error))
        except Exception:
            log.exception("a job's end could not be written down", job=job.id)
        finally:
            self.under_way.discard(job.id)
            self.installation.database.jobs_waiting.set()

    def do(self, job: Job) -> None:
        """Do one job and write down how it went."""
        handler = self.handlers.get(job.kind, _unknown)
        try:
            handler(self.installation, job)
        except Again as failure:
            tried = job if failure.counted else replace(job, attempts=job.attempts - 1)
            self._retry(tried, str(failure), failure.after)
        except Dead as failure:
            self._bury(job, str(failure))
        except Unavailable as failure:
            self._retry(job, f"the database is not available: {failure}", None)
        except Exception as error:
            log.exception("job failed", kind=job.kind, job=job.id, company=job.company_id)
            self._retry(job, f"{type(error).__name__}: {error}", None)
        else:
            write(self.installation.database, lambda session: queue.done(session, job))

    def _retry(self, job: Job, reason: str, after: int | None) -> None:
        if job.attempts > len(DELAYS):
            self._bury(job, reason)
            return
        seconds = DELAYS[max(0, job.attempts - 1)] if after is None else after
        run_at = self.installation.settings.clock() + dt.timedelta(seconds=seconds)
        write(self.installation.database, lambda session: queue.again(session, job, reason, run_at=run_at))

    def _bury(self, job: Job, reason: str) -> None:
        log.warning("job put aside", kind=job.kind, job=job.id, company=job.company_id, reason=reason)
        now = self.installation.settings.clock()
        write(self.installation.database, lambda session: queue.bury(session, job, reason, now=now))

    def run_periodic(self) -> list[Future[None]]:
        """Begin the periodic tasks whose time has come and that no other worker has taken."""
        begun = []
        now = self.installation.settings.clock().astimezone(dt.UTC)
        with self.installation.database.read() as session:
            later = {name for (name,) in session.rows(_LATER, now=now.isoformat())}
        for task in self.periodic:
            if task.name in later:
                continue
            following = (now + task.every).isoformat()
            if write(
                self.installation.database, partial(_mine, name=task.name, now=now.isoformat(), following=following)
            ):
                begun.append(self.pool.submit(self._run_task, task))
        return begun

    def _run_task(self, task: Periodic) -> None:
        try:
            task.run(self.installation)
        except Exception:
            log.exception("a periodic task failed", task=task.name)
