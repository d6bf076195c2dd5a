"""Signing in and out."""

import asyncio
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from mastro.oauth import account, applications, first_user, sessions
from mastro.web.language import N_
from mastro.web.pages import LANGUAGE_COOKIE, THEME_COOKIE, Site, local_path

AFTER_SIGN_IN = "/app"

TOO_MANY = N_("Troppi tentativi: riprova tra un quarto d'ora.")
WRONG_PASSWORD = N_("Indirizzo o password non corretti.")
WRONG_CODE = N_("Il codice non è corretto o è già stato usato.")

PREFERENCE_SECONDS = 365 * 24 * 3600


def routes(site: Site) -> Sequence[Route]:
    """The addresses."""

    async def form(request: Request) -> Response:
        onward = local_path(request.query_params.get("next", ""), AFTER_SIGN_IN)
        if await site.user(request):
            return RedirectResponse(onward, 303)
        if await site.read(first_user.is_due):
            return RedirectResponse("/welcome", 303)
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

    async def code_form(request: Request) -> Response:
        key, now = request.cookies.get(site.cookie, ""), site.settings.clock()
        onward = local_path(request.query_params.get("next", ""), AFTER_SIGN_IN)
        if not await site.read(lambda session: sessions.waits(session, key, now)):
            return RedirectResponse(f"/login?{urlencode({'next': onward})}", 303)
        return _code_page(site, request, onward)

    async def give_code(request: Request) -> Response:
        return await _give_code(site, request, await site.form(request))

    return [
        Route("/login", site.handled(form), methods=["GET"]),
        Route("/login", site.handled(sign_in), methods=["POST"]),
        Route("/login/code", site.handled(code_form), methods=["GET"]),
        Route("/login/code", site.handled(give_code), methods=["POST"]),
        Route("/logout", site.handled(sign_out), methods=["POST"]),
    ]


async def _sign_in(site: Site, request: Request, fields: Mapping[str, str]) -> Response:
    onward = local_path(fields.get("next", ""), AFTER_SIGN_IN)
    email = fields.get("email", "")

    def check() -> sessions.Entry | None:
        return sessions.sign_in(
            site.installation,
            email=email,
            password=fields.get("password", ""),
            client=address_of(request),
            agent=request.headers.get("user-agent", ""),
            replaces=request.cookies.get(site.cookie, ""),
        )

    try:
        # a password takes long to check on purpose: not in the database's thread
        entry = await asyncio.get_running_loop().run_in_executor(None, check)
    except sessions.TooManyAttempts:
        return await _page(site, request, onward, email=email, wrong=TOO_MANY, status=429)
    if entry is None:
        return await _page(site, request, onward, email=email, wrong=WRONG_PASSWORD, status=401)
    return await let_in(site, entry, onward)


async def _give_code(site: Site, request: Request, fields: Mapping[str, str]) -> Response:
    onward = local_path(fields.get("next", ""), AFTER_SIGN_IN)
    key, code = request.cookies.get(site.cookie, ""), fields.get("code", "")
    try:
        entry = await site.write(
            lambda session: sessions.give_code(
                site.installation, session, key=key, code=code, client=address_of(request)
            )
        )
    except sessions.NobodyWaits:
        return RedirectResponse(f"/login?{urlencode({'next': onward})}", 303)
    except sessions.TooManyAttempts:
        return _code_page(site, request, onward, wrong=TOO_MANY, status=429)
    if entry is None:
        return _code_page(site, request, onward, wrong=WRONG_CODE, status=401)
    return await let_in(site, entry, onward)


async def let_in(site: Site, entry: sessions.Entry, onward: str) -> Response:
    """On to the page that was wanted, or to the second step; the pages come as the user likes them."""
    to = f"/login/code?{urlencode({'next': onward})}" if entry.waiting else onward
    response = RedirectResponse(to, 303, headers={"Cache-Control": "no-store"})
    response.set_cookie(
        site.cookie,
        entry.key,
        max_age=sessions.WAITING_SECONDS if entry.waiting else sessions.SESSION_SECONDS,
        secure=site.secure,
        httponly=True,
        samesite="lax",
    )
    if not entry.waiting:
        liked = await site.read(lambda session: account.preferences(session, entry.user_id))
        for name, value in ((LANGUAGE_COOKIE, liked.language), (THEME_COOKIE, liked.theme)):
            if value:
                response.set_cookie(
                    name, value, max_age=PREFERENCE_SECONDS, secure=site.secure, httponly=True, samesite="lax"
                )
    return response


def address_of(request: Request) -> str:
    """The network address that asks."""
    return request.client.host if request.client else ""


def _code_page(site: Site, request: Request, onward: str, *, wrong: str = "", status: int = 200) -> Response:
    said = site.locale(request)(wrong) if wrong else ""
    return site.page("two_factor.html", request, status=status, onward=onward, wrong=said)


async def _page(
    site: Site, request: Request, onward: str, *, email: str = "", wrong: str = "", status: int = 200
) -> Response:
    asking = await _who_asks(site, onward)
    return site.page(
        "sign_in.html",
        request,
        status=status,
        onward=onward,
        email=email[:254],
        wrong=site.locale(request)(wrong) if wrong else "",
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
