"""Turning the second factor on and off."""

import asyncio
from collections.abc import Callable, Sequence

from starlette.responses import Response
from starlette.routing import BaseRoute

from mastro.database.connection import Session
from mastro.oauth import account, attempts, second_factor, sessions
from mastro.web.pages import Site
from mastro.web.person import onward, own_page, own_post, shown
from mastro.web.sections.people import me
from mastro.web.sign_in import TOO_MANY, WRONG_CODE
from mastro.web.visit import Visit

PATH = f"{me.PATH}/second_factor"


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""
    return [
        own_page(site, PATH, show),
        own_post(site, f"{PATH}/begin", begin),
        own_post(site, PATH, confirm),
        own_post(site, f"{PATH}/codes", new_codes),
        own_post(site, f"{PATH}/off", turn_off),
    ]


async def _confirmed(visit: Visit) -> str:
    """Why the password that was typed does not do; empty where it does."""
    password = (await visit.form()).get("password", "")

    def check() -> None:
        account.confirm_password(visit.site.installation, user_id=visit.user.id, password=password)

    try:
        await asyncio.get_running_loop().run_in_executor(None, check)
    except account.WrongPassword:
        return visit.say(me.WRONG_NOW)
    except sessions.TooManyAttempts:
        return visit.say(TOO_MANY)
    return ""


async def begin(visit: Visit) -> Response:
    """Make a secret for an app, once the password is right."""
    wrong = await _confirmed(visit)
    if wrong:
        return await me.show(visit, {"password": wrong})
    try:
        await visit.site.write(lambda session: second_factor.enrol(visit.site.installation, session, visit.user.id))
    except second_factor.AlreadyOn:
        return onward(visit, me.PATH)
    return onward(visit, PATH)


async def show(visit: Visit, wrong: str = "") -> Response:
    """The picture for the app, and where its first code goes."""
    made = await visit.site.read(
        lambda session: second_factor.enrolment(visit.site.installation, session, visit.user.id)
    )
    if made is None:
        return onward(visit, me.PATH)
    return shown(
        visit,
        "people/second_factor.html",
        status=422 if wrong else 200,
        picture=second_factor.picture(made),
        secret=" ".join(made.secret[place : place + 4] for place in range(0, len(made.secret), 4)),
        errors={"code": wrong} if wrong else {},
    )


async def confirm(visit: Visit) -> Response:
    """Turn it on with the app's first code; the recovery codes are shown this once."""
    code, now = (await visit.form()).get("code", ""), visit.site.settings.clock()

    def work(session: Session) -> list[str] | None:
        if attempts.used_up(session, "enrolment", str(visit.user.id), allowed=sessions.CODES, now=now):
            raise sessions.TooManyAttempts
        codes = second_factor.confirm(visit.site.installation, session, visit.user.id, code, now)
        if codes is None:
            attempts.count(session, "enrolment", str(visit.user.id), now=now)
        return codes

    try:
        codes = await visit.site.write(work)
    except second_factor.AlreadyOn:
        return onward(visit, me.PATH)
    except sessions.TooManyAttempts:
        return await show(visit, visit.say(TOO_MANY))
    if codes is None:
        return await show(visit, visit.say(WRONG_CODE))
    return shown(visit, "people/recovery_codes.html", codes=codes)


async def new_codes(visit: Visit) -> Response:
    """New recovery codes, once the password is right; the old ones count no more."""

    def work(session: Session) -> list[str]:
        on = second_factor.is_on(session, visit.user.id)
        return second_factor.new_recovery_codes(session, visit.user.id) if on else []

    return await _after_password(visit, work, lambda codes: shown(visit, "people/recovery_codes.html", codes=codes))


async def turn_off(visit: Visit) -> Response:
    """Turn it off, once the password is right."""

    def work(session: Session) -> list[str]:
        second_factor.turn_off(session, visit.user.id)
        return []

    return await _after_password(
        visit, work, lambda _: onward(visit, me.PATH, visit.say("La verifica in due passaggi è disattivata."))
    )


async def _after_password(
    visit: Visit, work: Callable[[Session], list[str]], answer: Callable[[list[str]], Response]
) -> Response:
    wrong = await _confirmed(visit)
    if wrong:
        return await me.show(visit, {"password": wrong})
    return answer(await visit.site.write(work))
