"""The way out of a company: leave it, or delete it whole."""

from starlette.responses import Response

from mastro.web.operations import Operations
from mastro.web.person import onward
from mastro.web.saving import Saved, attempt
from mastro.web.sections.people.me import PATH as PROFILE
from mastro.web.sections.settings import frame
from mastro.web.visit import Visit


async def show(visit: Visit) -> Response:
    """Both ways, and what each does."""
    return await _page(visit, Saved({}))


async def _page(visit: Visit, saved: Saved) -> Response:
    def count(api: Operations) -> int:
        return int(api("getCompanyPlanUsage", query={"category": "documents"})["data"]["usage"])

    return frame.show(
        visit,
        "settings/danger.html",
        "/danger",
        saved,
        documents=await visit.read(count),
        days=visit.site.settings.deleted_days,
        is_owner=visit.role == "master",
    )


async def delete(visit: Visit) -> Response:
    """Delete the company whose name was typed."""
    fields = await visit.form()
    data = {"name": fields.get("name", "")}
    saved = await attempt(visit, data, lambda: visit.call("deleteCompany", data=data))
    if not saved.done:
        return await _page(visit, saved)
    until = visit.say.moment(saved.data["purge_at"])
    company = visit.company
    said = visit.say("%(company)s è stata eliminata. Puoi riprenderla fino al %(until)s.", company=company, until=until)
    return onward(visit, PROFILE, said)


async def leave(visit: Visit) -> Response:
    """Leave the company."""
    await visit.form()
    await visit.call("leaveCompany")
    return visit.site.page("people/left.html", visit.request, scripts=True, user=visit.user, company=visit.company)
