"""A page of a company: who looks, at which company, and what the page may ask and change."""

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import quote, unquote, urlsplit

import msgspec
from markupsafe import Markup
from sqlalchemy import bindparam, select
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from mastro.api.errors import ApiError
from mastro.api.operation import Answer
from mastro.api.scopes import Scopes
from mastro.database.connection import Prepared, Session
from mastro.database.schema import companies, memberships
from mastro.delivery.sdi_simulator import NAME as SIMULATOR
from mastro.model.company import CompanySettings
from mastro.oauth import sessions
from mastro.web.language import Locale
from mastro.web.navigation import menu
from mastro.web.operations import BY_ID, Operations, refuse, scopes_of
from mastro.web.pages import COMPANY_COOKIE, YEAR_SECONDS, NotHere, Site, User, menu_html
from mastro.web.refusals import by_input, said

T = TypeVar("T")

FLASH = "flash"
FLASH_SECONDS = 30
MAX_FLASH = 1500


@dataclass
class Visit:
    """One request of a signed-in user for a page of a company. What a page asks dozens of times is found once."""

    site: Site
    request: Request
    user: User
    company_id: int
    company: str
    """Name of the company."""
    role: str
    permissions: bytes
    companies: list[sessions.Belonging]
    """All the companies of the user."""
    test_mode: bool
    """True where the company's electronic invoices go to the simulator."""
    flat_rate: bool = False
    """True where the company is in the flat-rate regime."""

    @cached_property
    def say(self) -> Locale:
        """The reader's language: `visit.say("Salva")`, `visit.say.money(amount)`."""
        return self.site.locale(self.request)

    @property
    def today(self) -> dt.date:
        """The day, by the server's clock."""
        return self.site.settings.clock().date()

    @property
    def base(self) -> str:
        """Where the pages of this company begin: `/app/1`."""
        return f"/app/{self.company_id}"

    @cached_property
    def scopes(self) -> Scopes:
        """What the user may do in this company."""
        return scopes_of(self.role, self.permissions)

    def may(self, family: str, level: str = "r") -> bool:
        """True where the user may read (`r`) or change (`a`) what the scope family names."""
        return f"{family}:{level}" in self.scopes

    def require(self, operation: str) -> None:
        """Raise Forbidden where the user may not call it: a form is for who may send it."""
        refuse(BY_ID[operation], self.scopes)

    @cached_property
    def query(self) -> dict[str, str]:
        """The query of the address, without empty keys."""
        return {key: value for key, value in self.request.query_params.items() if value}

    @cached_property
    def fragment(self) -> str:
        """Id of the part of the page that a script asks for; "" for the whole page."""
        return self.request.headers.get("hx-target", "") if self.request.headers.get("hx-request") == "true" else ""

    async def read(self, work: Callable[[Operations], T], *, slow: bool = False) -> T:
        """Ask operations within one transaction. `slow` keeps a long one out of the way of other requests."""
        return await self.site.read(lambda session: work(self._operations(session)), slow=slow)

    async def write(self, work: Callable[[Operations], T]) -> T:
        """Call operations that change something: all of them happen, or none."""
        return await self.site.write(lambda session: work(self._operations(session)))

    async def call(self, operation: str, **request: Any) -> Any:
        """One operation in a transaction of its own; the decoded answer. Raises ApiError."""
        found = BY_ID[operation]
        work = lambda api: api(operation, **request)  # noqa: E731
        return await (self.write(work) if found.writes else self.read(work, slow=found.slow))

    async def answer(self, operation: str, **request: Any) -> Answer:
        """One operation in a transaction of its own; its answer as it would go over the wire: for files."""
        found = BY_ID[operation]
        work = lambda api: api.answer(operation, **request)  # noqa: E731
        return await (self.write(work) if found.writes else self.read(work, slow=found.slow))

    def _operations(self, session: Session) -> Operations:
        return Operations(self.site.installation, session, self.user.id, self.company_id, self.role, self.permissions)

    def page(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """A page in the frame of the company, or the block of it that a script asks for by its id."""
        flash = unquote(self.request.cookies.get(FLASH, ""))[:MAX_FLASH]
        text, _, undo = flash.partition("\n")
        response = self.site.page(
            template,
            self.request,
            status=status,
            block=self.fragment,
            scripts=True,
            user=self.user,
            visit=self,
            base=self.base,
            may=self.may,
            menu=self._menu(),
            flash=text,
            undo=undo if undo.startswith(self.base) else "",
            **values,
        )
        if flash and not self.fragment:
            response.delete_cookie(FLASH, path="/app")
        if not self.fragment and self.request.cookies.get(COMPANY_COOKIE) != str(self.company_id):
            response.set_cookie(
                COMPANY_COOKIE,
                str(self.company_id),
                max_age=YEAR_SECONDS,
                path="/app",
                secure=self.site.secure,
                httponly=True,
                samesite="lax",
            )
        return response

    def _menu(self) -> Markup:
        path, query = self.request.url.path.removeprefix(self.base), self.request.url.query
        return menu_html(self.say.code, self.base, menu(self.scopes, self.role, path, query[:100]))

    def go(self, path: str, said: str = "", *, undo: str = "") -> Response:
        """On to another page of the company, which says what was done; `undo` is where a POST takes it back."""
        response = RedirectResponse(self.base + path, 303, headers={"Cache-Control": "no-store"})
        if said:
            value = quote(f"{said}\n{self.base + undo if undo else ''}")[:MAX_FLASH]
            response.set_cookie(
                FLASH, value, max_age=FLASH_SECONDS, path="/app", secure=self.site.secure, httponly=True, samesite="lax"
            )
        return response

    def back(self, otherwise: str, said: str = "", *, undo: str = "") -> Response:
        """On to the page of this company that the form was on, or to another where the browser does not say."""
        parts = urlsplit(self.request.headers.get("referer", ""))
        query = f"?{parts.query}" if parts.query else ""
        known = parts.netloc == self.request.url.netloc and parts.path.startswith(f"{self.base}/")
        return self.go(parts.path.removeprefix(self.base) + query if known else otherwise, said, undo=undo)

    async def form(self) -> dict[str, str]:
        """The fields of the form that was sent. Raises WrongForm."""
        return await self.site.form(self.request, max_fields=20_000, max_bytes=self.site.settings.body_limit)


Page = Callable[[Visit], Awaitable[Response]]


def page(site: Site, path: str, show: Page, *, method: str = "GET") -> Route:
    """A page of every company at `/app/{company_id}` + path, for its members."""

    async def endpoint(request: Request) -> Response:
        visit = await _visit(site, request)
        try:
            return await show(visit)
        except ApiError as why:
            told = [said(why.message, visit.say), *by_input(why.validation, visit.say).values()]
            return visit.page("refused_here.html", status=why.status, error=why, told=told)

    return Route(f"/app/{{company_id:int}}{path}", site.handled(endpoint), methods=[method])


def post(site: Site, path: str, act: Page) -> Route:
    """Where a form of a company is sent to."""
    return page(site, path, act, method="POST")


async def _visit(site: Site, request: Request) -> Visit:
    user = await site.signed_in(request)
    company_id = int(request.path_params["company_id"])
    if company_id >= 10**9:
        raise NotHere

    def look(session: Session) -> Any:
        return session.row(_MEMBER, company_id=company_id, user_id=user.id), sessions.companies_of(session, user.id)

    member, mine = await site.read(look)
    if member is None:
        raise NotHere  # a company that is not the user's and one that is not there look the same
    name, role, permissions, settings = member
    kept = msgspec.json.decode(settings, type=CompanySettings)
    tests, flat_rate = kept.channel == SIMULATOR, kept.tax_profile.regime.startswith("forfettario")
    return Visit(site, request, user, company_id, name, role, permissions, mine, tests, flat_rate)


_MEMBER = Prepared(
    select(companies.c.name, memberships.c.role, memberships.c.permissions, companies.c.settings)
    .join(memberships, memberships.c.company_id == companies.c.id)
    .where(memberships.c.company_id == bindparam("company_id"), memberships.c.user_id == bindparam("user_id"))
)
