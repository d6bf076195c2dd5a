"""Commands about the work after a transaction: run a worker, see the jobs that wait or are put aside, wake one."""

import signal
import sys
import time
from contextlib import suppress
from typing import Annotated, Literal

from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Table

from mastro import logs
from mastro.api.call import Installation
from mastro.cli.common import DatabaseUrl, DataDir, Failure, opened, say, settings_of
from mastro.database import jobs as queue
from mastro.demo import filling
from mastro.jobs.kinds import HANDLERS, PERIODIC
from mastro.jobs.worker import Worker

MAX_LISTED = 10_000
MAX_ID = 2**63 - 1

State = Literal["queued", "running", "dead"]


def worker(*, database: DatabaseUrl = None, data: DataDir = None) -> None:
    """Do the jobs that requests leave (webhooks, mail …) until stopped. Any number of workers share them.

    `mastro serve` runs one by itself unless MASTRO_WORKER=0.
    """
    logs.configure()
    settings = settings_of(database, data)
    with opened(settings) as connected:
        working = Worker(Installation(settings, connected), HANDLERS | filling.HANDLERS, PERIODIC)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        working.start()
        say.print("The worker waits for jobs.")
        with suppress(KeyboardInterrupt):
            while True:
                time.sleep(3600)
        working.stop()


def show(
    *,
    state: Annotated[State | None, Parameter(help="Only these; dead are those that no retry will mend")] = None,
    limit: Annotated[int, Parameter(help="How many")] = 100,
    database: DatabaseUrl = None,
    data: DataDir = None,
) -> None:
    """Print the jobs that wait, run or were put aside, the next ones first."""
    if not 1 <= limit <= MAX_LISTED:
        raise Failure(f"the limit must be a number from 1 to {MAX_LISTED}, not {limit}")
    with opened(settings_of(database, data)) as connected, connected.read() as session:
        rows = queue.listed(session, state, limit)
    table = Table("id", "company", "kind", "state", "not before (UTC)", "attempts", "why the last one failed")
    for id, company_id, kind, at_state, run_at, attempts, error, _ in rows:
        table.add_row(str(id), str(company_id), kind, at_state, run_at[:19], str(attempts), error.partition("\n")[0])
    Console(width=200 if not sys.stdout.isatty() else None).print(table)


def retry(
    id: Annotated[int, Parameter(help="As `mastro jobs list` prints it")],
    *,
    database: DatabaseUrl = None,
    data: DataDir = None,
) -> None:
    """Give a job that waits or was put aside its turn at once, its attempts counted anew."""
    settings = settings_of(database, data)
    with opened(settings) as connected, connected.write() as session:
        if not (0 < id <= MAX_ID and queue.wake(session, id, now=settings.clock())):
            raise Failure(f"there is no job {id} that waits or was put aside: see `mastro jobs list`")
    say.print(f"job {id} is due")


app = App(name="jobs")
"""Without a word behind it, the jobs are listed."""
app.command(show, name="list")
app.command(retry)
app.default(show)
