"""The handler of work that takes long: tells how far it is, keeps its file, and says how it ended."""

import shutil
import tempfile
import threading
import time
from pathlib import Path

import structlog

from mastro.api.call import Installation
from mastro.api.errors import ApiError, reason_of
from mastro.database.connection import Session, Unavailable
from mastro.database.jobs import Job
from mastro.delivery.storage import StorageUnavailable
from mastro.jobs.transactions import write
from mastro.jobs.worker import Again, Dead, Handler
from mastro.resources import jobs, results
from mastro.resources.jobs import Cancelled, Failed, JobFile, LongJob, Outcome, State, Task, Work

log = structlog.get_logger()

AT_ONCE = 2
"""Long jobs that a process does at once: the others of its threads are for mail and webhooks, which are in a hurry."""

TELL_SECONDS = 0.5
"""How often the row is written at most: it shares the database with everybody's work."""

MOST_ATTEMPTS = 3
"""Work that fails this often for no known reason is not tried again."""

LEFT_OVER_SECONDS = 2 * 86400
"""Age at which a folder of work counts as left by a process that died."""

_slots = threading.BoundedSemaphore(AT_ONCE)


def handler(work: Work) -> Handler:
    """A handler of jobs that `resources.jobs.start` left."""

    def handle(installation: Installation, job: Job) -> None:
        if not _slots.acquire(blocking=False):
            raise Again("other long jobs are under way", after=2, counted=False)
        try:
            _do(_Running(installation, job), work)
        finally:
            _slots.release()

    return handle


class _Running:
    """A long job under way."""

    def __init__(self, installation: Installation, job: Job) -> None:
        self.installation = installation
        self.job = job
        self.told = 0.0

    @property
    def now(self) -> str:
        return f"{self.installation.settings.clock():%Y-%m-%d %H:%M:%S}"

    def change(self, **values: object) -> LongJob:
        """Set keys of the row."""

        def edit(row: LongJob) -> None:
            for name, value in values.items():
                setattr(row, name, value)

        id, company_id = int(self.job.payload["long_job_id"]), self.job.company_id
        return write(self.installation.database, lambda session: jobs.change(session, company_id, id, edit))

    def tell(self, step: str, done: int, total: int) -> None:
        """See `resources.jobs.Tell`."""
        if time.monotonic() - self.told >= TELL_SECONDS:
            self.change(step=step, progress=min(99, done * 100 // max(1, total)))
            self.told = time.monotonic()  # after the writing, which may wait for others

    def keep(self, outcome: Outcome) -> None:
        """Keep the file and write down what came of the work."""
        file = None
        if outcome.path:
            filename = outcome.filename or outcome.path.name
            token, size, sha256 = results.keep(self.installation, self.job.company_id, outcome.path, filename)
            file = JobFile(filename=filename, size=size, sha256=sha256, token=token)
        id, company_id = int(self.job.payload["long_job_id"]), self.job.company_id
        now = self.installation.settings.clock()

        def edit(row: LongJob) -> None:
            row.state, row.progress, row.step, row.finished_at = "done", 100, "", self.now
            row.result, row.file, row.error, row.error_code = outcome.result, file, "", ""

        def done(session: Session) -> None:
            jobs.change(session, company_id, id, edit)
            if file:
                results.hold(session, company_id, file.token, now)

        write(self.installation.database, done)

    def failed(self, code: str, message: str, state: State = "failed") -> None:
        """Write down why it did not work."""
        finished = self.now if state == "failed" else ""
        told = message[: jobs.MAX_TOLD]
        self.change(state=state, error_code=code, error=told, finished_at=finished)


def _do(running: _Running, work: Work) -> None:
    try:
        row = running.change(state="running", started_at=running.now, progress=0, error="", error_code="")
        folder = _folder(running.installation)
        try:
            outcome = work(Task(running.installation, running.job.company_id, row, folder, running.tell))
            running.keep(outcome)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    except Cancelled:
        return
    except (Failed, ApiError) as error:
        _failed(running, error.code, reason_of(error))
    except (Unavailable, StorageUnavailable) as error:
        _later(running, "UNAVAILABLE", str(error))
    except Exception as error:
        log.exception("long job failed", kind=running.job.kind, job=running.job.id, company=running.job.company_id)
        _later(running, "UNEXPECTED", f"Unexpected error ({type(error).__name__}); the log of the server says more.")


def _failed(running: _Running, code: str, message: str) -> None:
    try:
        running.failed(code, message)
    except Cancelled:
        return


def _later(running: _Running, code: str, message: str) -> None:
    """Let the job wait for another attempt, unless it had enough of them. Raises Again, Dead."""
    last = running.job.attempts >= MOST_ATTEMPTS
    try:
        running.failed(code, message, "failed" if last else "waiting")
    except Cancelled:
        return
    raise (Dead if last else Again)(message)


def _folder(installation: Installation) -> Path:
    """An empty folder on the disk of the data: that of temporary files is often memory."""
    parent = installation.settings.data_dir / "work"
    parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Path(tempfile.mkdtemp(dir=parent))


def sweep(installation: Installation) -> None:
    """Delete the folders that processes left which died at work."""
    parent = installation.settings.data_dir / "work"
    if not parent.is_dir():
        return
    for folder in parent.iterdir():
        if time.time() - folder.stat().st_mtime > LEFT_OVER_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
