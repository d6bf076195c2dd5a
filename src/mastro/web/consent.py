"""Letting a program in: the consent page of the code flow, and the page where the user of a device types its code."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from mastro.database.connection import Session
from mastro.oauth import attempts, authorization, grants, sessions
from mastro.oauth.applications import find
from mastro.oauth.authorization import AuthorizationRequest, Untrusted, origin_of, redirect_with
from mastro.oauth.errors import OAuthError
from mastro.oauth.sessions import Belonging
from mastro.web.language import N_
from mastro.web.pages import UNTRUSTED, Site, User, WrongForm
from mastro.web.permissions import by_level
from mastro.web.sign_in import TOO_MANY

UNKNOWN = {
    "client_id": N_("L'applicazione che ti ha mandato qui non è registrata su questo server."),
    "redirect_uri": N_("L'indirizzo di ritorno non è tra quelli registrati dall'applicazione."),
}
"""What an application that asks has wrong."""

ALL = "all"
CODES_PER_USER = 20
"""Wrong device codes of one user in a quarter of an hour."""


def routes(site: Site) -> Sequence[Route]:
    """The addresses."""

    async def ask(request: Request) -> Response:
        asked = await _check(site, request, request.query_params)
        if isinstance(asked, Response):
            return asked
        return await _consent_page(site, request, await site.signed_in(request), asked, request.query_params)

    async def decide(request: Request) -> Response:
        fields = await site.form(request)
        asked = await _check(site, request, fields)
        if isinstance(asked, Response):
            return asked
        return await _decide(site, asked, await site.signed_in(request), fields)

    async def ask_device(request: Request) -> Response:
        user = await site.signed_in(request)
        return await _device_page(site, request, user, request.query_params.get("user_code", ""))

    async def decide_device(request: Request) -> Response:
        fields = await site.form(request)
        return await _decide_device(site, request, await site.signed_in(request), fields)

    return [
        Route("/oauth/authorize", site.handled(ask), methods=["GET"]),
        Route("/oauth/authorize", site.handled(decide), methods=["POST"]),
        Route("/connetti", site.handled(ask_device), methods=["GET"]),
        Route("/connetti", site.handled(decide_device), methods=["POST"]),
    ]


async def _check(site: Site, request: Request, parameters: Mapping[str, str]) -> AuthorizationRequest | Response:
    """The program's request, or the answer to one that is wrong: nobody is asked to sign in for that."""
    try:
        return await site.read(lambda session: authorization.check(session, parameters))
    except Untrusted as why:
        return site.refuse(request, UNTRUSTED, UNKNOWN[str(why)], N_("Nessun dato è stato comunicato."))
    except OAuthError as error:
        state = parameters.get("state", "")
        return _back(
            site,
            parameters["redirect_uri"],
            error=error.error,
            error_description=error.description,
            state=state if len(state) <= authorization.MAX_STATE else "",
        )


def _back(site: Site, uri: str, **answer: str) -> Response:
    """Back to the program with an answer, and with who gives it (RFC 9207)."""
    to = redirect_with(uri, **answer, iss=site.settings.address)
    return RedirectResponse(to, 303, headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})


async def _consent_page(
    site: Site, request: Request, user: User, asked: AuthorizationRequest, parameters: Mapping[str, str]
) -> Response:
    return site.page(
        "consent.html",
        request,
        leads_to=origin_of(asked.redirect_uri),
        user=user,
        name=asked.application.name,
        scopes=by_level(site.locale(request), asked.scopes),
        companies=await _companies(site, user),
        goes_to=origin_of(asked.redirect_uri),
        action="/oauth/authorize",
        hidden={name: parameters[name] for name in authorization.PARAMETERS if name in parameters},
        user_code="",
    )


async def _decide(site: Site, asked: AuthorizationRequest, user: User, fields: Mapping[str, str]) -> Response:
    if fields.get("decision") != "allow":
        said = "The user refused the request."
        return _back(site, asked.redirect_uri, error="access_denied", error_description=said, state=asked.state)
    company_id = chosen_company(await _companies(site, user), fields)

    def approve(session: Session) -> str:
        return grants.approve_code(
            session,
            asked.application,
            user_id=user.id,
            company_id=company_id,
            scopes=" ".join(asked.scopes),
            redirect_uri=asked.redirect_uri,
            challenge=asked.challenge,
            now=site.settings.clock(),
        )

    return _back(site, asked.redirect_uri, code=await site.write(approve), state=asked.state)


async def _companies(site: Site, user: User) -> list[Belonging]:
    return await site.read(lambda session: sessions.companies_of(session, user.id))


def chosen_company(companies: list[Belonging], fields: Mapping[str, str]) -> int | None:
    """The company that the user chose; None for all. Raises WrongForm for one that is not the user's."""
    chosen = fields.get("company", "")
    if chosen == ALL and len(companies) > 1:
        return None
    for id, _, _ in companies:
        if chosen == str(id):
            found: int = id
            return found
    raise WrongForm(N_("Scegli un'azienda."))


class Waiting(NamedTuple):
    """A device that waits for its user."""

    grant: grants.Grant | None
    name: str
    too_many: bool


async def _device_page(site: Site, request: Request, user: User, user_code: str) -> Response:
    """The form for the code, or what the device with that code asks for."""
    if not user_code:
        return site.page("device.html", request, user=user, wrong="", user_code="")
    waiting = await _waiting(site, user, user_code)
    if waiting.grant is None:
        return _wrong_code(site, request, user, user_code, waiting)
    return site.page(
        "consent.html",
        request,
        user=user,
        name=waiting.name,
        scopes=by_level(site.locale(request), tuple(waiting.grant.scopes.split())),
        companies=await _companies(site, user),
        goes_to="",
        action="/connetti",
        hidden={"user_code": user_code[:40]},
        user_code=user_code[:40].upper(),
    )


def _wrong_code(site: Site, request: Request, user: User, user_code: str, waiting: Waiting) -> Response:
    words, status = (TOO_MANY, 429) if waiting.too_many else (N_("Il codice non esiste o è scaduto."), 400)
    wrong = site.locale(request)(words)
    return site.page("device.html", request, status=status, user=user, wrong=wrong, user_code=user_code[:40])


async def _waiting(site: Site, user: User, user_code: str) -> Waiting:
    """The device with this code; a wrong code is counted."""
    now = site.settings.clock()

    def look(session: Session) -> Waiting:
        if attempts.used_up(session, "device code", str(user.id), allowed=CODES_PER_USER, now=now):
            return Waiting(None, "", too_many=True)
        grant = grants.waiting_device(session, user_code[:100], now)
        application = find(session, grant.client_id) if grant else None
        if grant is None or application is None:
            attempts.count(session, "device code", str(user.id), now=now)
            return Waiting(None, "", too_many=False)
        return Waiting(grant, application.name, too_many=False)

    return await site.write(look)


async def _decide_device(site: Site, request: Request, user: User, fields: Mapping[str, str]) -> Response:
    user_code = fields.get("user_code", "")
    waiting = await _waiting(site, user, user_code)
    grant = waiting.grant
    if grant is None:
        return _wrong_code(site, request, user, user_code, waiting)
    allowed = fields.get("decision") == "allow"
    company_id = chosen_company(await _companies(site, user), fields) if allowed else None

    def decide(session: Session) -> bool:
        return grants.decide_device(session, grant, user_id=user.id, company_id=company_id, allowed=allowed)

    if not await site.write(decide):
        return _wrong_code(site, request, user, user_code, waiting)
    return site.page("device_done.html", request, user=user, allowed=allowed)
