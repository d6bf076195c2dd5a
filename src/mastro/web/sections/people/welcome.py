"""The first user of an empty installation."""

import asyncio
from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from mastro.oauth import account, first_user, sessions
from mastro.web.language import N_
from mastro.web.pages import Site
from mastro.web.sign_in import address_of, let_in

WRONG_NAME = N_("Scrivi il tuo nome.")
WRONG_PASSWORD = N_("La password ha da 8 a 1024 caratteri, e non è l’indirizzo e-mail.")
WRONG = {
    "code": N_("Il codice non è quello mostrato dal server."),
    "email": N_("Questo non è un indirizzo e-mail."),
    "taken": N_("Un altro utente ha già questo indirizzo."),
    "name": WRONG_NAME,
    "password": WRONG_PASSWORD,
}
"""What of a new user cannot be → why."""


def routes(site: Site) -> Sequence[Route]:
    """The addresses."""

    async def form(request: Request) -> Response:
        if not await site.read(first_user.is_due):
            return RedirectResponse("/login", 303)
        return _page(site, request, {"code": request.query_params.get("code", "")[:80]}, ())

    async def create(request: Request) -> Response:
        fields = await site.form(request)
        who = account.NewUser(fields.get("email", ""), fields.get("name", ""), fields.get("password", ""))

        def make() -> sessions.Entry:
            return first_user.create(
                site.installation,
                typed=fields.get("code", ""),
                who=who,
                client=address_of(request),
                agent=request.headers.get("user-agent", ""),
            )

        try:
            # a password takes long to hash on purpose: not in the database's thread
            entry = await asyncio.get_running_loop().run_in_executor(None, make)
        except first_user.NotTheFirst:
            return RedirectResponse("/login", 303)
        except first_user.WrongCode:
            return _page(site, request, fields, ("code",))
        except account.WrongFacts as why:
            return _page(site, request, fields, why.what)
        return await let_in(site, entry, "/app/new")

    return [
        Route("/welcome", site.handled(form), methods=["GET"]),
        Route("/welcome", site.handled(create), methods=["POST"]),
    ]


def wrong_inputs(site: Site, request: Request, what: Sequence[str]) -> dict[str, str]:
    """Why a new user is refused, by input."""
    say = site.locale(request)
    return {"email" if key == "taken" else key: say(WRONG[key]) for key in what}


def _page(site: Site, request: Request, fields: Mapping[str, str], what: Sequence[str]) -> Response:
    return site.page(
        "people/welcome.html",
        request,
        status=422 if what else 200,
        scripts=True,
        entry=fields,
        errors=wrong_inputs(site, request, what),
    )
