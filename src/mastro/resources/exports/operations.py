"""Asking for the package of a company, and looking how far it is. Only its owner may take everything away."""

from typing import Literal

from mastro.api.call import Call
from mastro.api.errors import Forbidden
from mastro.api.operation import Operation
from mastro.api.scopes import FAMILIES
from mastro.model.base import Body
from mastro.resources import jobs
from mastro.resources.exports.package import export
from mastro.resources.jobs import LongJob, Outcome, Task

JOB = "export"

TAG = "Exports"

SCOPES = " ".join(f"{family}:r" for family in FAMILIES)
"""A package holds everything: a token that may not read all of it may not ask for it."""


class ExportOrder(Body):
    """What is to be in a package."""

    pdf: bool = True
    """Whether the issued documents are there as PDF, too: that is what takes long."""
    language: Literal["it", "en"] = "it"
    """Of the headings of the spreadsheets."""


def work(task: Task) -> Outcome:
    """Make the package that somebody asked for."""
    options, name = task.job.options, f"export-{task.company_id}-{task.installation.settings.clock():%Y%m%d-%H%M%S}.zip"
    inner = task.folder / "inner"
    inner.mkdir()
    path = task.folder / name
    given = {"user_id": task.job.user_id or 0, "pdf": bool(options["pdf"]), "language": str(options["language"])}
    made = export(task.installation, task.company_id, path, inner, tell=task.tell, **given)  # type: ignore[arg-type]
    return Outcome({"counted": made.counted, "problems": made.problems[:20]}, path, name)


def _require(call: Call) -> None:
    if call.role != "master":
        raise Forbidden("Only the owner of a company may take everything away.", code="NOT_THE_OWNER")
    for scope in SCOPES.split():
        call.require(*scope.rsplit(":", 1))


def create_export(call: Call) -> bytes:
    """Have a package of everything made; answer the job that makes it. One at a time; kept for some days."""
    _require(call)
    wanted = call.parse(ExportOrder).data
    job = jobs.start(call, JOB, {"pdf": wanted.pdf, "language": wanted.language}, scope=SCOPES)
    call.emit("exports.create", job.id or 0)
    return b'{"data":%s}' % jobs.shown(call, job)


def list_exports(call: Call) -> bytes:
    """The packages of the last days, the newest first."""
    _require(call)
    return jobs.page(call, JOB)


def get_export(call: Call) -> bytes:
    """How far a package is; once it is done, the link that opens it."""
    _require(call)
    return b'{"data":%s}' % jobs.shown(call, jobs.load(call, "export_id", JOB))


_PATH = "/c/{company_id}/exports"

OPERATIONS = (
    Operation("listExports", "GET", _PATH, list_exports, TAG, "List Exports", answer=list[LongJob], paginated=True),
    Operation(
        "createExport",
        "POST",
        _PATH,
        create_export,
        TAG,
        "Create Export",
        writes=True,
        body=ExportOrder,
        answer=LongJob,
    ),
    Operation("getExport", "GET", f"{_PATH}/{{export_id}}", get_export, TAG, "Get Export", answer=LongJob),
)
