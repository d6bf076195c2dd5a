"""The page behind the link of an invitation: come in as the user that one is, or become one."""

import asyncio
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from mastro.oauth import account, invitations, sessions
from mastro.web.language import N_
from mastro.web.pages import Site
from mastro.web.permissions import ROLES
from mastro.web.sections.people.welcome import wrong_inputs
from mastro.web.sign_in import address_of, let_in

GONE = N_("Questo invito non vale più: è già stato usato, è scaduto o è stato ritirato. Chiedine un altro.")


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""

    async def show(request: Request) -> Response:
        try:
            return await _page(site, request, "", ())
        except invitations.Gone:
            return _gone(site, request)

    async def accept(request: Request) -> Response:
        try:
            return await _accept(site, request)
        except invitations.Gone:
            return _gone(site, request)

    return [
        Route("/invitation/{key}", site.handled(show), methods=["GET"]),
        Route("/invitation/{key}", site.handled(accept), methods=["POST"]),
    ]


def _gone(site: Site, request: Request) -> Response:
    return site.refuse(request, N_("Invito non valido"), GONE, status=404)


async def _page(site: Site, request: Request, name: str, what: Sequence[str]) -> Response:
    key, now = request.path_params["key"], site.settings.clock()
    user = await site.user(request)
    invited = await site.read(lambda session: invitations.find(session, key, now))
    return site.page(
        "people/invitation.html",
        request,
        status=422 if what else 200,
        scripts=True,
        user=user,
        invited=invited,
        role=site.locale(request)(ROLES[invited.role]),
        key=key,
        name=name,
        errors=wrong_inputs(site, request, what),
    )


async def _accept(site: Site, request: Request) -> Response:
    fields = await site.form(request)
    key, now = request.path_params["key"], site.settings.clock()
    user = await site.user(request)
    if user:
        entered = await site.write(lambda session: invitations.accept(session, key, user.id, now))
        return RedirectResponse(f"/app/{entered.company_id}", 303)

    def become() -> tuple[sessions.Entry, invitations.Invited]:
        return invitations.register(
            site.installation,
            key,
            name=fields.get("name", ""),
            password=fields.get("password", ""),
            client=address_of(request),
            agent=request.headers.get("user-agent", ""),
        )

    try:
        # a password takes long to hash on purpose: not in the database's thread
        entry, entered = await asyncio.get_running_loop().run_in_executor(None, become)
    except account.WrongFacts as why:
        return await _page(site, request, fields.get("name", ""), why.what)
    return await let_in(site, entry, f"/app/{entered.company_id}")
