"""A page of somebody who is signed in, outside of any company: the profile, a new company, an invitation."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from mastro.oauth import sessions
from mastro.web.pages import Site
from mastro.web.visit import FLASH, FLASH_SECONDS, MAX_FLASH, Visit


async def visit_of(site: Site, request: Request) -> Visit:
    """A visit to no company: what it calls are operations of the user's own. Raises SignInFirst."""
    user = await site.signed_in(request)
    mine = await site.read(lambda session: sessions.companies_of(session, user.id))
    return Visit(site, request, user, 0, "", "", b"{}", mine, test_mode=False)


def own_page(site: Site, path: str, show: Callable[[Visit], Awaitable[Response]], *, method: str = "GET") -> Route:
    """A page for everybody who is signed in."""

    async def endpoint(request: Request) -> Response:
        return await show(await visit_of(site, request))

    return Route(path, site.handled(endpoint), methods=[method])


def own_post(site: Site, path: str, act: Callable[[Visit], Awaitable[Response]]) -> Route:
    """Where a form of such a page is sent to."""
    return own_page(site, path, act, method="POST")


def shown(visit: Visit, template: str, *, status: int = 200, **values: Any) -> Response:
    """The page, with what was said to have been done."""
    flash = unquote(visit.request.cookies.get(FLASH, ""))[:MAX_FLASH].partition("\n")[0]
    response = visit.site.page(
        template, visit.request, status=status, scripts=True, user=visit.user, visit=visit, flash=flash, **values
    )
    if flash:
        response.delete_cookie(FLASH, path="/app")
    return response


def onward(visit: Visit, path: str, said: str = "") -> Response:
    """On to another page, which says what was done."""
    response = RedirectResponse(path, 303, headers={"Cache-Control": "no-store"})
    if said:
        response.set_cookie(
            FLASH,
            quote(f"{said}\n")[:MAX_FLASH],
            max_age=FLASH_SECONDS,
            path="/app",
            secure=visit.site.secure,
            httponly=True,
            samesite="lax",
        )
    return response
