"""What users set for themselves: name, password, language and theme, and where they are signed in."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from mastro.api.errors import NotFound
from mastro.database.connection import Session
from mastro.oauth import account, second_factor, sessions
from mastro.web import refusals
from mastro.web.language import N_
from mastro.web.pages import NotHere, Site
from mastro.web.person import onward, own_page, own_post, shown
from mastro.web.sections.people.welcome import WRONG_NAME, WRONG_PASSWORD
from mastro.web.sign_in import TOO_MANY
from mastro.web.visit import Visit

PATH = "/app/me"

WRONG_NOW = N_("La password attuale non è corretta.")


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""
    return [
        own_page(site, PATH, show),
        own_post(site, f"{PATH}/name", rename),
        own_post(site, f"{PATH}/password", change_password),
        own_post(site, f"{PATH}/sessions", end_others),
        own_post(site, f"{PATH}/sessions/{{id}}/end", end_session),
        own_post(site, f"{PATH}/deleted/{{id:int}}/restore", take_back),
    ]


async def show(visit: Visit, errors: Mapping[str, str] | None = None) -> Response:
    """The profile; with what was refused of it, by input."""
    key, now, user = _key(visit), visit.site.settings.clock(), visit.user.id

    def look(session: Session) -> Any:
        return account.open_sessions(session, user, key, now.timestamp()), second_factor.state(session, user)

    open_sessions, state = await visit.site.read(look)
    return shown(
        visit,
        "people/me.html",
        status=422 if errors else 200,
        errors=errors or {},
        sessions=[(each, _browser(visit, each.agent)) for each in open_sessions],
        second_factor=state,
        deleted=(await visit.call("listDeletedCompanies"))["data"],
    )


def _key(visit: Visit) -> str:
    return visit.request.cookies.get(visit.site.cookie, "")


def _browser(visit: Visit, agent: str) -> str:
    """What a browser calls itself, in words that its user knows."""
    names = ("Edg", "OPR", "Firefox", "Chrome", "Safari")
    systems = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")
    name = next((name for name in names if f"{name}/" in agent), "")
    system = next((system for system in systems if system in agent), "")
    known = " · ".join(filter(None, ({"Edg": "Edge", "OPR": "Opera"}.get(name, name), system)))
    return known or visit.say("Un programma")


async def rename(visit: Visit) -> Response:
    """Change the name."""
    name = (await visit.form()).get("name", "")
    try:
        await visit.site.write(lambda session: account.set_name(session, visit.user.id, name))
    except account.WrongFacts:
        return await show(visit, {"name": visit.say(WRONG_NAME)})
    return onward(visit, PATH, visit.say("Salvato."))


async def change_password(visit: Visit) -> Response:
    """Change the password, which ends all other sessions."""
    fields = await visit.form()

    def change() -> None:
        account.change_password(
            visit.site.installation,
            user_id=visit.user.id,
            old=fields.get("old", ""),
            new=fields.get("new", ""),
            key=_key(visit),
        )

    try:
        await asyncio.get_running_loop().run_in_executor(None, change)
    except account.WrongPassword:
        return await show(visit, {"old": visit.say(WRONG_NOW)})
    except sessions.TooManyAttempts:
        return await show(visit, {"old": visit.say(TOO_MANY)})
    except ValueError:
        return await show(visit, {"new": visit.say(WRONG_PASSWORD)})
    return onward(visit, PATH, visit.say("Password cambiata. Gli altri browser sono stati disconnessi."))


async def end_session(visit: Visit) -> Response:
    """Sign a browser out."""
    await visit.form()
    id = visit.request.path_params["id"]
    if not await visit.site.write(lambda session: account.end_session(session, visit.user.id, id)):
        raise NotHere
    return onward(visit, PATH, visit.say("Sessione terminata."))


async def take_back(visit: Visit) -> Response:
    """Take a deleted company back."""
    await visit.form()
    id = visit.request.path_params["id"]
    try:
        await visit.call("restoreCompany", path={"deleted_id": id})
    except NotFound as why:
        return onward(visit, PATH, refusals.said(why.message, visit.say))
    return onward(visit, f"/app/{id}")


async def end_others(visit: Visit) -> Response:
    """Sign all other browsers out."""
    await visit.form()
    await visit.site.write(lambda session: account.end_other_sessions(session, visit.user.id, _key(visit)))
    return onward(visit, PATH, visit.say("Gli altri browser sono stati disconnessi."))
