"""The way in: which company to open, and how the reader wants the pages."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from mastro.database import deletions
from mastro.oauth import account, sessions
from mastro.web.language import CODES
from mastro.web.pages import (
    COMPANY_COOKIE,
    LANGUAGE_COOKIE,
    THEME_COOKIE,
    THEMES,
    YEAR_SECONDS,
    Site,
    local_path,
)


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""

    async def start(request: Request) -> Response:
        """On to the company that was open last, else the one with the most documents."""
        user = await site.signed_in(request)
        mine, deleted = await site.read(
            lambda session: (
                sessions.companies_by_life(session, user.id),
                deletions.owned_by(session, user.id),
            )
        )
        last = request.cookies.get(COMPANY_COOKIE, "")
        if not mine:
            return RedirectResponse("/app/me" if deleted else "/app/new", 303)
        return RedirectResponse(f"/app/{last if last in map(str, mine) else mine[0]}", 303)

    async def prefer(request: Request) -> Response:
        """Keep language and theme, and go back to the page that the form was on."""
        fields = await site.form(request)
        user = await site.user(request)
        if user:
            language = fields.get("language") if fields.get("language") in CODES else None
            theme = fields.get("theme") if fields.get("theme") in THEMES else None
            await site.write(lambda session: account.set_preferences(session, user.id, language=language, theme=theme))
        response = RedirectResponse(local_path(fields.get("next", ""), "/app"), 303)
        for cookie, value, allowed in (
            (LANGUAGE_COOKIE, fields.get("language", ""), CODES),
            (THEME_COOKIE, fields.get("theme", ""), THEMES),
        ):
            if value in allowed:
                response.set_cookie(
                    cookie, value, max_age=YEAR_SECONDS, secure=site.secure, httponly=True, samesite="lax"
                )
        return response

    return [
        Route("/", site.handled(start), methods=["GET"]),
        Route("/app", site.handled(start), methods=["GET"]),
        Route("/app/preferences", site.handled(prefer), methods=["POST"]),
    ]
