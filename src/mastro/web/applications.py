"""Applications and tokens: the programs that a user let in or registered, and the user's personal tokens."""

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from mastro.api.scopes import ALL_SCOPES, FAMILIES, READ_ONLY_FAMILIES
from mastro.database.connection import Session
from mastro.oauth import applications, grants, sessions, tokens
from mastro.oauth.applications import WrongApplication
from mastro.web.consent import chosen_company
from mastro.web.pages import BAD_FORM, Site, User, WrongForm
from mastro.web.permissions import by_level, family_words

HOME = "/applications"
MAX_TOKENS = 100


def routes(site: Site) -> Sequence[Route]:
    """The addresses."""

    async def show(request: Request) -> Response:
        return await _page(site, request, await site.signed_in(request))

    async def new_token(request: Request) -> Response:
        fields = await site.form(request)
        return await _new_token(site, request, await site.signed_in(request), fields)

    async def new_application(request: Request) -> Response:
        fields = await site.form(request)
        return await _new_application(site, request, await site.signed_in(request), fields)

    async def remove(request: Request) -> Response:
        fields = await site.form(request)
        return await _remove(site, await site.signed_in(request), fields)

    return [
        Route(HOME, site.handled(show), methods=["GET"]),
        Route(f"{HOME}/tokens", site.handled(new_token), methods=["POST"]),
        Route(f"{HOME}/new", site.handled(new_application), methods=["POST"]),
        Route(f"{HOME}/remove", site.handled(remove), methods=["POST"]),
    ]


async def _page(
    site: Site, request: Request, user: User, *, wrong: str = "", made: Mapping[str, str] | None = None
) -> Response:
    say = site.locale(request)
    granted, personal, registered, companies = await site.read(
        lambda session: (
            grants.granted_by(session, user.id),
            tokens.personal_tokens(session, user.id),
            applications.applications_of(session, user.id),
            sessions.companies_of(session, user.id),
        )
    )
    every = " ".join(ALL_SCOPES)
    return site.page(
        "applications.html",
        request,
        status=400 if wrong else 200,
        user=user,
        wrong=wrong,
        made=made or {},
        granted=[(*row, by_level(say, tuple(scopes.split()))) for *row, scopes in granted],
        personal=[(*row, scopes == every, by_level(say, tuple(scopes.split()))) for *row, scopes in personal],
        registered=registered,
        companies=companies,
        families=[(family, family_words(say, family), family in READ_ONLY_FAMILIES) for family in FAMILIES],
    )


async def _new_token(site: Site, request: Request, user: User, fields: Mapping[str, str]) -> Response:
    say = site.locale(request)
    name = " ".join(fields.get("name", "").split())
    if not 0 < len(name) <= tokens.MAX_NAME:
        return await _page(site, request, user, wrong=say("Il nome ha da 1 a 100 caratteri."))
    scopes = _scopes(fields)
    if not scopes:
        return await _page(site, request, user, wrong=say("Scegli almeno un permesso."))
    companies = await site.read(lambda session: sessions.companies_of(session, user.id))
    company_id = chosen_company(companies, fields)

    def make(session: Session) -> str | None:
        if len(tokens.personal_tokens(session, user.id)) >= MAX_TOKENS:
            return None
        now = tokens.timestamp(site.settings.clock())
        return tokens.create_personal_token(
            session, user_id=user.id, company_id=company_id, scopes=scopes, name=name, now=now
        )

    token = await site.write(make)
    if token is None:
        wrong = say("Hai già %(number)s token: revocane qualcuno.", number=MAX_TOKENS)
        return await _page(site, request, user, wrong=wrong)
    return await _page(site, request, user, made={"token": token})


def _scopes(fields: Mapping[str, str]) -> tuple[str, ...]:
    """The scopes that the form grants: everything, everything to read only, or family by family."""
    access = fields.get("access", "")
    if access == "all":
        return ALL_SCOPES
    if access == "read":
        return tuple(f"{family}:r" for family in FAMILIES)
    levels = {family: fields.get(f"scope.{family}", "") for family in FAMILIES}
    return tuple(
        f"{family}:{level}"
        for family, level in levels.items()
        if level == "r" or (level == "a" and family not in READ_ONLY_FAMILIES)
    )


async def _new_application(site: Site, request: Request, user: User, fields: Mapping[str, str]) -> Response:
    say = site.locale(request)

    def make(session: Session) -> tuple[str, str]:
        return applications.create_application(
            session,
            owner_id=user.id,
            name=fields.get("name", ""),
            redirect_uris=tuple(fields.get("redirect_uris", "").split()),
            device=fields.get("device") == "yes",
            now=tokens.timestamp(site.settings.clock()),
        )

    try:
        client_id, secret = await site.write(make)
    except WrongApplication as why:
        wrong = say("L'applicazione non può essere registrata così:")
        return await _page(site, request, user, wrong=f"{wrong} {why}.")
    return await _page(site, request, user, made={"client_id": client_id, "client_secret": secret})


async def _remove(site: Site, user: User, fields: Mapping[str, str]) -> Response:
    """Put a program out, end a personal token or delete an application: only what is the user's own."""
    what, key = fields.get("what", ""), fields.get("key", "")
    if what == "granted":
        await site.write(lambda session: grants.put_application_out(session, user.id, key))
    elif what == "token":
        await site.write(lambda session: tokens.delete_personal_token(session, user.id, key))
    elif what == "application":
        await site.write(lambda session: applications.delete_application(session, user.id, key))
    else:
        raise WrongForm(BAD_FORM)
    return RedirectResponse(HOME, 303)
