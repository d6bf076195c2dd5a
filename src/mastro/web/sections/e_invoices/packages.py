"""Packages of electronic invoices for a preservation service: made by the period, fetched, checked."""

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from mastro.packages import BrokenPackage
from mastro.resources.archive_packages.making import differences
from mastro.resources.archive_packages.operations import ArchivePackageOrder
from mastro.web.refusals import told
from mastro.web.saving import Saved, save
from mastro.web.sections.e_invoices.queue import PATH as QUEUE
from mastro.web.uploads import form_with_files
from mastro.web.visit import Visit

PATH = f"{QUEUE}/packages"


async def show(visit: Visit) -> Response:
    """The packages of the last days."""
    first = dt.date(visit.today.year - 1, 1, 1)
    last = first.replace(month=12, day=31)
    return await _page(visit, Saved({"from_date": first.isoformat(), "to_date": last.isoformat()}))


async def _page(visit: Visit, saved: Saved, **values: Any) -> Response:
    jobs = (await visit.call("listArchivePackages", query={"per_page": 20}))["data"]
    return visit.page(
        "e_invoices/packages.html",
        **saved.shown,
        jobs=jobs,
        busy=any(job["state"] in {"waiting", "running"} for job in jobs),
        **values,
    )


async def create(visit: Visit) -> Response:
    """Have a package made."""
    fields = await visit.form()
    saved = await save(visit, "createArchivePackage", ArchivePackageOrder, fields)
    if saved.done:
        return visit.go(PATH, visit.say("Il pacchetto si sta preparando: puoi lasciare la pagina."))
    return await _page(visit, saved)


async def verify(visit: Visit) -> Response:
    """Check a package: what in it is not as it was made."""
    _, files = await form_with_files(visit)
    file = files.get("attachment")
    if file is None:
        return await _page(visit, Saved({}, {"attachment": visit.say("Scegli un file.")}))
    try:
        found = await run_in_threadpool(_check, file.content)
    except BrokenPackage as why:
        words = visit.say("Il file non è un pacchetto: %(why)s", why=told(str(why), visit.say))
        return await _page(visit, Saved({}, {"attachment": words}))
    return await _page(visit, Saved({}), checked=file.name, differences=found)


def _check(content: bytes) -> list[str]:
    """The differences of a package that came as bytes. Raises BrokenPackage."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "package.zip"
        path.write_bytes(content)
        return list(differences(path))
