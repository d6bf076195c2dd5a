"""Signing in and out."""

import asyncio
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from mastro.oauth import applications, sessions
from mastro.web.pages import Site, local_path, words_of

AFTER_SIGN_IN = "/app"


def routes(site: Site) -> Sequence[Route]:
    """The addresses."""

    async def form(request: Request) -> Response:
        onward = local_path(request.query_params.get("next", ""), AFTER_SIGN_IN)
        if await site.user(request):
            return RedirectResponse(onward, 303)
        return await _page(site, request, onward)

    async def sign_in(request: Request) -> Response:
        return await _sign_in(site, request, await site.form(request))

    async def sign_out(request: Request) -> Response:
        await site.form(request)
        key = request.cookies.get(site.cookie, "")
        await site.write(lambda session: sessions.sign_out(session, key))
        response = RedirectResponse("/login", 303, headers={"Cache-Control": "no-store"})
        response.delete_cookie(site.cookie, secure=site.secure, httponly=True, samesite="lax")
        return response

    return [
        Route("/login", site.handled(form), methods=["GET"]),
        Route("/login", site.handled(sign_in), methods=["POST"]),
        Route("/logout", site.handled(sign_out), methods=["POST"]),
    ]


async def _sign_in(site: Site, request: Request, fields: Mapping[str, str]) -> Response:
    onward = local_path(fields.get("next", ""), AFTER_SIGN_IN)
    email = fields.get("email", "")
    client = request.client.host if request.client else ""

    def check() -> str | None:
        return sessions.sign_in(
            site.installation,
            email=email,
            password=fields.get("password", ""),
            client=client,
            replaces=request.cookies.get(site.cookie, ""),
        )

    try:
        # a password takes long to check on purpose: not in the database's thread
        key = await asyncio.get_running_loop().run_in_executor(None, check)
    except sessions.TooManyAttempts:
        return await _page(site, request, onward, email=email, wrong="too_many", status=429)
    if key is None:
        return await _page(site, request, onward, email=email, wrong="wrong_password", status=401)
    response = RedirectResponse(onward, 303, headers={"Cache-Control": "no-store"})
    response.set_cookie(
        site.cookie,
        key,
        max_age=sessions.SESSION_SECONDS,
        secure=site.secure,
        httponly=True,
        samesite="lax",
    )
    return response


async def _page(
    site: Site, request: Request, onward: str, *, email: str = "", wrong: str = "", status: int = 200
) -> Response:
    words = words_of(request)
    asking = await _who_asks(site, onward)
    return site.page(
        "sign_in.html",
        request,
        status=status,
        onward=onward,
        email=email[:254],
        wrong=words(wrong) if wrong else "",
        asking=asking,
    )


async def _who_asks(site: Site, onward: str) -> str:
    """Name of the application whose request waits behind the sign-in."""
    parts = urlsplit(onward)
    if parts.path != "/oauth/authorize":
        return ""
    client_id = dict(parse_qsl(parts.query)).get("client_id", "")
    found = await site.read(lambda session: applications.find(session, client_id))
    return found.name if found else ""
