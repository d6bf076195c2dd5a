"""The worker: claims jobs that are due, does them, lets the failed ones wait, puts aside what no retry will mend.

`mastro serve` runs one in each process, `mastro worker` runs one alone; any number of them share the queue.
"""

import datetime as dt
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import structlog
from sqlalchemy import bindparam, text

from mastro.api.call import Installation
from mastro.database import jobs as queue
from mastro.database.connection import Prepared, Unavailable
from mastro.database.jobs import Job

log = structlog.get_logger()

POLL_SECONDS = 1.0
"""How often a worker looks for jobs that another process left, or whose time has come."""

BATCH = 16

DELAYS = (10, 60, 300, 1800, 7200, 21600, 43200)
"""Seconds before the second, third … attempt."""

Handler = Callable[[Installation, Job], None]
"""Does a job. Raises `Again` for a failure that time may mend, `Dead` for one that it will not."""


class Again(Exception):
    """The job failed and may work later; `after` overrides the usual delay (seconds)."""

    def __init__(self, reason: str, *, after: int | None = None) -> None:
        super().__init__(reason)
        self.after = after


class Dead(Exception):
    """The job failed, and would fail again."""


@dataclass(frozen=True, slots=True)
class Periodic:
    """A task that runs every so often, on one worker of the installation."""

    name: str
    every: dt.timedelta
    run: Callable[[Installation], None]


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


class Worker:
    """Does the jobs of an installation until it is stopped."""

    def __init__(
        self, installation: Installation, handlers: Mapping[str, Handler], periodic: tuple[Periodic, ...] = ()
    ) -> None:
        self.installation = installation
        self.handlers = handlers
        self.periodic = periodic
        self.stopping = threading.Event()
        self.thread: threading.Thread | None = None

    def start(self) -> None:
        """Work in a thread of this process."""
        self.thread = threading.Thread(target=self.run, name="worker", daemon=True)
        self.thread.start()

    def stop(self) -> None:
        """Finish what is under way and return."""
        self.stopping.set()
        self.installation.database.jobs_waiting.set()
        if self.thread:
            self.thread.join(timeout=30)

    def run(self) -> None:
        """Work until stopped."""
        waiting = self.installation.database.jobs_waiting
        while not self.stopping.is_set():
            waiting.clear()
            try:
                self.run_periodic()
                busy = self.run_due()
            except Unavailable:
                busy = False
            except Exception:
                log.exception("the worker stumbled and goes on")
                busy = False
            if not busy:
                waiting.wait(POLL_SECONDS)

    def run_due(self) -> bool:
        """Do the jobs that are due now, several at once; False where there was none."""
        database = self.installation.database
        now = self.installation.settings.clock()
        with database.write() as session:
            claimed = queue.claim(session, now=now, limit=BATCH)
        if not claimed:
            return False
        with ThreadPoolExecutor(min(4, len(claimed)), thread_name_prefix="job") as pool:
            list(pool.map(self.do, claimed))
        return True

    def do(self, job: Job) -> None:
        """Do one job and write down how it went."""
        handler = self.handlers.get(job.kind, _unknown)
        try:
            handler(self.installation, job)
        except Again as failure:
            self._retry(job, str(failure), failure.after)
        except Dead as failure:
            self._bury(job, str(failure))
        except Exception as error:
            log.exception("job failed", kind=job.kind, job=job.id, company=job.company_id)
            self._retry(job, f"{type(error).__name__}: {error}", None)
        else:
            with self.installation.database.write() as session:
                queue.done(session, job)

    def _retry(self, job: Job, reason: str, after: int | None) -> None:
        if job.attempts > len(DELAYS):
            self._bury(job, reason)
            return
        seconds = DELAYS[job.attempts - 1] if after is None else after
        run_at = self.installation.settings.clock() + dt.timedelta(seconds=seconds)
        with self.installation.database.write() as session:
            queue.again(session, job, reason, run_at=run_at)

    def _bury(self, job: Job, reason: str) -> None:
        log.warning("job put aside", kind=job.kind, job=job.id, company=job.company_id, reason=reason)
        with self.installation.database.write() as session:
            queue.bury(session, job, reason, now=self.installation.settings.clock())

    def run_periodic(self) -> None:
        """Run the periodic tasks whose time has come and that no other worker has taken."""
        now = self.installation.settings.clock().astimezone(dt.UTC)
        for task in self.periodic:
            with self.installation.database.write() as session:
                mine = session.row(_DUE, name=task.name, now=now.isoformat(), following=(now + task.every).isoformat())
            if mine:
                task.run(self.installation)
