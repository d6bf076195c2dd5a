"""Backups of the installation: the latest ones, and a new one."""

from typing import Any

from starlette.responses import Response

from mastro.web.saving import Saved, attempt
from mastro.web.sections.settings import frame
from mastro.web.visit import Visit

TAB = "/backup"


async def show(visit: Visit) -> Response:
    """The latest; to who owns every company, for a backup holds them all."""
    found = await attempt(visit, {}, lambda: _listed(visit))
    rows = found.data.get("rows") or []
    good = next((row for row in rows if not row["error"]), None)
    return frame.show(visit, "settings/backup.html", TAB, Saved({}), rows=rows, last=good, refused=found.error)


async def _listed(visit: Visit) -> dict[str, Any]:
    return {"data": {"rows": (await visit.call("listBackups"))["data"]}}


async def order(visit: Visit) -> Response:
    """Have one made; it is followed, and downloaded, where all long work is."""
    download = (await visit.form()).get("download") == "on"
    made = await attempt(visit, {}, lambda: visit.call("createBackup", data={"download": download}))
    if made.done:
        return visit.go("/jobs", visit.say("La copia di sicurezza è in preparazione."))
    return frame.show(visit, "settings/backup.html", TAB, made, rows=[], last=None, refused=made.error)
