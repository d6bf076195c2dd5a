"""Electronic invoices that come as files, on either side: tried and brought in by a job, looked at, taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from starlette.responses import Response
from starlette.routing import BaseRoute

from mastro.api.errors import NotFound
from mastro.resources.jobs import OPEN
from mastro.resources.xml_imports.work import JOB
from mastro.web.operations import Operations
from mastro.web.pages import Site
from mastro.web.saving import Saved, attempt
from mastro.web.uploads import as_upload, form_with_files
from mastro.web.visit import Visit, page, post

SWITCHES = ("sent", "create_entities")
"""What a form may say of an import."""

PAST = 20


@dataclass(frozen=True, slots=True)
class XmlImports:
    """The pages of one side."""

    side: Literal["Issued", "Received"]
    path: str
    template: str

    def routes(self, site: Site) -> Sequence[BaseRoute]:
        """The addresses."""
        one, job = self.path + "/{id:int}", self.path + "/jobs/{id:int}"
        return [
            page(site, self.path, self._show),
            post(site, self.path, self._send),
            page(site, job, self._job),
            post(site, job, self._run),
            page(site, one, self._report),
            post(site, f"{one}/undo", self._undo),
        ]

    async def _show(self, visit: Visit) -> Response:
        return await self._page(visit)

    async def _page(self, visit: Visit, saved: Saved | None = None, **values: Any) -> Response:
        refused = (saved.errors or {"attachment": saved.error}) if saved else {}
        past = (await visit.call(f"list{self.side}DocumentsImports", query={"per_page": PAST}))["data"]
        shown: dict[str, Any] = {"report": None, "job": {}, "busy": False, "errors": refused, **values}
        return visit.page(self.template, status=422 if refused else 200, path=self.path, past=past, **shown)

    async def _send(self, visit: Visit) -> Response:
        """Take a file, and leave it to a job to try it or bring it in."""
        fields, files = await form_with_files(visit)
        file = files.get("attachment")
        if file is None:
            return await self._page(visit, Saved({}, {"attachment": visit.say("Scegli un file.")}))
        raw, content_type = as_upload(file)
        query = {"dry_run": fields.get("act") != "run"}
        query |= {key: fields[key] != "off" for key in SWITCHES if key in fields}
        return await self._start(visit, query=query, raw=raw, content_type=content_type)

    async def _run(self, visit: Visit) -> Response:
        """Bring in what was tried."""
        await visit.form()
        id = visit.request.path_params["id"]
        options = (await visit.call("getJob", path={"job_id": id}))["data"]["options"]
        switches = {key: options.get(key) for key in SWITCHES}
        return await self._start(visit, query={"trial": id, **switches})

    async def _start(self, visit: Visit, **order: Any) -> Response:
        saved = await attempt(visit, {}, lambda: visit.call(f"start{self.side}DocumentsImport", **order))
        return visit.go(f"{self.path}/jobs/{saved.data['id']}") if saved.done else await self._page(visit, saved)

    async def _job(self, visit: Visit) -> Response:
        """How far it is; then what became of each document."""

        def ask(api: Operations) -> tuple[Any, Any]:
            job = api("getJob", path={"job_id": visit.request.path_params["id"]})["data"]
            if job["kind"] != JOB or job["options"]["side"] != self.side.lower():
                raise NotFound
            made = job["result"].get("import_id")
            return job, self._made(api, made) if made else job["result"].get("report")

        job, report = await visit.read(ask)
        return await self._page(visit, job=job, report=report, busy=job["state"] in OPEN)

    def _made(self, api: Operations, id: int) -> Any:
        return api(f"get{self.side}DocumentsImport", path={"import_id": id})["data"]

    async def _report(self, visit: Visit) -> Response:
        """What became of the documents of an import."""
        return await self._page(visit, report=await visit.read(lambda api: self._made(api, _id(visit))))

    async def _undo(self, visit: Visit) -> Response:
        """Take an import back."""
        await visit.form()
        order = {"path": {"import_id": _id(visit)}}
        done = await attempt(visit, {}, lambda: visit.call(f"undo{self.side}DocumentsImport", **order))
        if not done.done:
            return await self._page(visit, done)
        words = visit.say("Importazione annullata: documenti tolti %(num)s.", num=done.data["undone"])
        return visit.go(self.path, words)


def _id(visit: Visit) -> int:
    return int(visit.request.path_params["id"])
