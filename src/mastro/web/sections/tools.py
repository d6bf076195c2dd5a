"""The tools: what goes in and out of a company as a whole, and the long work that is on its way."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from mastro.web.language import N_
from mastro.web.navigation import menu
from mastro.web.pages import Site
from mastro.web.saving import attempt
from mastro.web.visit import Visit, page, post

KINDS: Mapping[str, str] = {
    "export": N_("Esportazione di tutta l’azienda"),
    "table_import": N_("Importazione di una tabella"),
    "archive_package": N_("Pacchetto per la conservazione"),
    "xml_import": N_("Importazione di fatture elettroniche"),
    "backup": N_("Copia di sicurezza"),
    "demo_data": N_("Dati di prova"),
}
"""Kind of long work → what it is called."""

STATES: Mapping[str, tuple[str, str]] = {
    "waiting": (N_("In coda"), "info"),
    "running": (N_("In corso"), "info"),
    "done": (N_("Fatto"), "ok"),
    "failed": (N_("Non riuscito"), "bad"),
    "cancelled": (N_("Annullato"), ""),
}

OPEN = ("waiting", "running")


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""
    return [
        page(site, "/tools", show),
        page(site, "/export", show_export),
        post(site, "/export", order_export),
        page(site, "/jobs", show_jobs),
        post(site, "/jobs/{id:int}/end", end_job),
    ]


async def show(visit: Visit) -> Response:
    """What there is."""
    lines = {line.key for line in menu(visit.scopes, visit.role, "/tools", "").lines}
    return visit.page("tools/page.html", jobs=await _jobs(visit, ""), lines=lines)


async def _jobs(visit: Visit, kind: str) -> list[dict[str, Any]]:
    """Long work, the newest first, in words."""
    rows = (await visit.call("listJobs", query={"kind": kind, "per_page": 20}))["data"]
    for row in rows:
        words = KINDS.get(row["kind"])
        state, tone = STATES[row["state"]]
        row |= {"words": visit.say(words) if words else row["kind"], "state_words": visit.say(state), "tone": tone}
        row["open"] = row["state"] in OPEN
    return list(rows)


async def show_jobs(visit: Visit) -> Response:
    """All long work of the company."""
    jobs = await _jobs(visit, "")
    return visit.page("tools/jobs.html", jobs=jobs, busy=any(job["open"] for job in jobs))


async def show_export(visit: Visit) -> Response:
    """Everything out as one package: order it, follow it, download it."""
    answer = await attempt(visit, {}, lambda: visit.call("listExports"))
    jobs = await _jobs(visit, "export") if answer.done else []
    return visit.page(
        "tools/export.html", jobs=jobs, busy=any(job["open"] for job in jobs), error=answer.error, days=_days(visit)
    )


def _days(visit: Visit) -> int:
    return visit.site.settings.result_days


async def order_export(visit: Visit) -> Response:
    """Have a package made."""
    fields = await visit.form()
    data = {"pdf": fields.get("pdf") == "on", "language": visit.say.code}
    done = await attempt(visit, data, lambda: visit.call("createExport", data=data))
    said = visit.say("Il pacchetto è in preparazione: puoi lasciare questa pagina.")
    return visit.go("/export", said if done.done else done.error or " ".join(done.errors.values()))


async def end_job(visit: Visit) -> Response:
    """End long work, or forget what is over."""
    await visit.form()
    path = {"job_id": visit.request.path_params["id"]}
    done = await attempt(visit, {}, lambda: visit.call("endJob", path=path))
    return visit.back("/jobs", visit.say("Fatto.") if done.done else done.error)
