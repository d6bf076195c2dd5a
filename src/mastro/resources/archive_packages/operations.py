"""Asking for the archive package of a period, and looking how far it is."""

import datetime as dt

from mastro.api.call import Call
from mastro.api.errors import invalid
from mastro.api.operation import Operation
from mastro.model.base import Body
from mastro.resources import jobs
from mastro.resources.archive_packages.gathering import YEARS, Period
from mastro.resources.archive_packages.making import KIND, make
from mastro.resources.jobs import LongJob, Outcome, Task

JOB = KIND

TAG = "Archive packages"

SCOPES = ("issued_documents.invoices", "received_documents")

LONGEST = 366 * 10
"""Days of one package."""


class ArchivePackageOrder(Body):
    """The days that a package is of, the first and the last included."""

    from_date: dt.date | None = None
    to_date: dt.date | None = None
    simulated: bool | None = None
    """True to take also what the simulated SdI was sent and has sent, in a folder of its own."""


def work(task: Task) -> Outcome:
    """Make the package that somebody asked for."""
    first, last = (dt.date.fromisoformat(task.job.options[key]) for key in ("from_date", "to_date"))
    name = f"archive-{task.company_id}-{first:%Y%m%d}-{last:%Y%m%d}.zip"
    path = task.folder / name
    made = make(
        task.installation,
        task.company_id,
        task.job.user_id or 0,
        Period(first, last),
        path,
        tell=task.tell,
        simulated=bool(task.job.options.get("simulated")),
    )
    told = {"counted": dict(made.counted), "problems": made.problems[:20], "simulated_left_out": made.left_out}
    return Outcome(told, path, name)


def _require(call: Call) -> None:
    for family in SCOPES:
        call.require(family, "r")


def create_archive_package(call: Call) -> bytes:
    """Have the package of a period made: the electronic invoices issued and received, with the SdI's messages.

    Answers the job that makes it, one at a time; the file is kept for some days. The same data give the same bytes.
    What went through the simulated SdI is left out and counted, unless it is asked for.
    """
    _require(call)
    order = call.parse(ArchivePackageOrder).data
    if order.from_date is None or order.to_date is None:
        missing = "from_date" if order.from_date is None else "to_date"
        raise invalid(f"data.{missing}", f"The data.{missing.replace('_', ' ')} field is required.")
    known = order.from_date.year in YEARS and order.to_date.year in YEARS
    if not known or not 0 <= (order.to_date - order.from_date).days <= LONGEST:
        raise invalid("data.to_date", "The data.to date field is a day after data.from_date, ten years at most.")
    options = {
        "from_date": order.from_date.isoformat(),
        "to_date": order.to_date.isoformat(),
        "simulated": bool(order.simulated),
    }
    job = jobs.start(call, JOB, options, scope=" ".join(f"{family}:r" for family in SCOPES))
    return b'{"data":%s}' % jobs.shown(call, job)


def list_archive_packages(call: Call) -> bytes:
    """The packages of the last days, the newest first."""
    _require(call)
    return jobs.page(call, JOB)


def get_archive_package(call: Call) -> bytes:
    """How far a package is; once it is done, its SHA-256 and the link that opens it."""
    _require(call)
    return b'{"data":%s}' % jobs.shown(call, jobs.load(call, "package_id", JOB))


_PATH = "/c/{company_id}/archive_packages"

OPERATIONS = (
    Operation(
        "listArchivePackages",
        "GET",
        _PATH,
        list_archive_packages,
        TAG,
        "List Archive Packages",
        answer=list[LongJob],
        paginated=True,
    ),
    Operation(
        "createArchivePackage",
        "POST",
        _PATH,
        create_archive_package,
        TAG,
        "Create Archive Package",
        writes=True,
        body=ArchivePackageOrder,
        answer=LongJob,
    ),
    Operation(
        "getArchivePackage",
        "GET",
        f"{_PATH}/{{package_id}}",
        get_archive_package,
        TAG,
        "Get Archive Package",
        answer=LongJob,
    ),
)
