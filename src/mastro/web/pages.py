"""What every page needs: who is signed in, whether a form is our own, words, templates, strict headers."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

import structlog
from jinja2 import ChainableUndefined, Environment, PackageLoader, select_autoescape
from markupsafe import Markup
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from mastro.api.call import Installation
from mastro.api.recent import next_id
from mastro.database.connection import Session, Unavailable
from mastro.oauth import sessions
from mastro.oauth.endpoints import MAX_BODY, in_write
from mastro.web.assets import compressed, has_static, static_url
from mastro.web.icons import icon
from mastro.web.language import LOCALES, N_, Code, Locale, preferred
from mastro.web.navigation import Menu
from mastro.web.permissions import ROLES
from mastro.web.refusals import told
from mastro.web.shortcuts import DEFAULTS
from mastro.web.templating import Templates

T = TypeVar("T")
log = structlog.get_logger()
MAX_FIELDS = 100


def _environment(locale: Locale) -> Environment:
    """The templates in one language."""
    environment = Templates(
        locale,
        loader=PackageLoader("mastro.web"),
        autoescape=select_autoescape(),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=ChainableUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    environment.install_gettext_callables(locale.gettext, locale.ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.globals |= {"static_url": static_url, "has_static": has_static, "say": locale, "icon": icon}
    environment.globals |= {"shortcuts": DEFAULTS, "role_words": ROLES}
    environment.filters |= {
        "say": locale,
        "told": partial(told, say=locale),
        "money": locale.money,
        "price": locale.price,
        "number": locale.number,
        "percent": locale.percent,
        "date": locale.date,
        "moment": locale.moment,
    }
    return environment


ENVIRONMENTS: dict[Code, Environment] = {code: _environment(locale) for code, locale in LOCALES.items()}

LANGUAGE_COOKIE = "language"
THEME_COOKIE = "theme"
COMPANY_COOKIE = "company"
"""The company that was open last."""
YEAR_SECONDS = 365 * 24 * 3600
THEMES = ("system", "light", "dark")

UNTRUSTED = N_("Richiesta non valida")
FOREIGN_FORM = N_("Il modulo è stato inviato da un altro sito e non è stato accettato.")
BAD_FORM = N_("Il modulo inviato non è leggibile.")
NOT_HERE = N_("La pagina non esiste, oppure non hai accesso a ciò che mostra.")


@dataclass(frozen=True, slots=True)
class User:
    """Who is signed in."""

    id: int
    name: str
    email: str


class WrongForm(Exception):
    """A form that is not taken: sent by another site, or not readable. The message is a key of the catalogue."""


class TooLong(WrongForm):
    """A form with files that is longer than the server takes."""

    def __init__(self, most: int) -> None:
        super().__init__(BAD_FORM)
        self.most = most


class SignInFirst(Exception):
    """The page is for who is signed in."""


class NotHere(Exception):
    """No such page, or none that this user may know of."""


Endpoint = Callable[[Request], Awaitable[Response]]


class Site:
    """The pages of an installation."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.settings = installation.settings
        self.secure = self.settings.address.startswith("https://")
        self.cookie = "__Host-mastro" if self.secure else "mastro"

    def locale(self, request: Request) -> Locale:
        """The language that the reader chose, else the one that the browser asks for."""
        return LOCALES[language_of(request)]

    def page(
        self,
        template: str,
        request: Request,
        *,
        status: int = 200,
        leads_to: str = "",
        block: str = "",
        scripts: bool = False,
        language: Code | None = None,
        **values: object,
    ) -> Response:
        """A page, or that block of it alone, in the reader's language where no other is named.

        `leads_to` is a foreign place that its form may end at, as a Content-Security-Policy names it; `scripts` lets
        our own scripts run.
        """
        code = language or language_of(request)
        theme = request.cookies.get(THEME_COOKIE, "")
        whole = ENVIRONMENTS[code].get_template(template)
        context: dict[str, object] = {
            "user": None,
            "theme": theme if theme in THEMES else "system",
            "address": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
            **values,
        }
        if block in whole.blocks:
            inside = whole.new_context(context)
            next(whole.root_render_func(inside), "")  # what stands above the blocks: imports and names they use
            html = "".join(whole.blocks[block](inside))
        else:
            html = whole.render(context)
        script_policy = "script-src 'self'; connect-src 'self'; " if scripts else ""
        headers = {
            "Content-Security-Policy": (
                f"default-src 'none'; {script_policy}style-src 'self'; font-src 'self'; img-src 'self' data:; "
                f"base-uri 'none'; frame-ancestors 'none'; form-action 'self' {leads_to}"
            ).rstrip(),
            "X-Frame-Options": "DENY",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin" if scripts else "no-referrer",
            "Cache-Control": "no-store",
            "Content-Language": code,
            "Vary": "Accept-Language, Cookie",
        }
        return compressed(request, HTMLResponse(html, status, headers=headers))

    def refuse(self, request: Request, title: str, *said: str, status: int = 400) -> Response:
        """A page that says why something is not done; title and sentences are keys of the catalogue."""
        say = self.locale(request)
        return self.page("refused.html", request, status=status, title=say(title), said=[say(words) for words in said])

    def _too_long(self, request: Request, most: int) -> Response:
        """The page for a form that was longer than so many bytes, with the way back to it."""
        say = self.locale(request)
        told = say("Il file inviato è più grande di %(size)s MB, il massimo per questo server.", size=most // 1024**2)
        came = urlsplit(request.headers.get("referer", ""))
        back = f"{came.path}?{came.query}".rstrip("?") if came.path.startswith("/app/") else ""
        title = say("Il file è troppo grande")
        return self.page("refused.html", request, status=413, title=title, said=[told], back=back)

    async def not_found(self, request: Request, _: Exception) -> Response:
        """The page for an address that there is none at; for programs a line of text."""
        if "text/html" not in request.headers.get("accept", ""):
            return PlainTextResponse("Not Found", 404)
        return self.refuse(request, N_("Pagina non trovata"), NOT_HERE, status=404)

    async def broken(self, request: Request, why: Exception) -> Response:
        """The page for a fault of ours; its id is in the log, beside what happened."""
        id = next_id()
        log.error("unexpected error", path=request.url.path, request_id=id, exc_info=why)
        say = self.locale(request)
        told = say("Non è stato salvato nulla: riprova. La causa è nel registro del server, codice %(id)s.", id=id)
        return self.page("refused.html", request, status=500, title=say("Qualcosa è andato storto"), said=[told])

    async def read(self, work: Callable[[Session], T], *, slow: bool = False) -> T:
        """Run a query: in place where the database is embedded and it is not `slow`, else in a thread."""
        database = self.installation.database

        def run() -> T:
            with database.read() as session:
                return work(session)

        if database.embedded:
            return await asyncio.to_thread(run) if slow else run()
        return await asyncio.get_running_loop().run_in_executor(database.executor, lambda: database.retry(run))

    async def write(self, work: Callable[[Session], T]) -> T:
        """Run a change in the database's own thread."""
        return await in_write(self.installation, work)

    async def user(self, request: Request) -> User | None:
        """Who is signed in."""
        key = request.cookies.get(self.cookie, "")
        now = self.settings.clock()
        found = await self.read(lambda session: sessions.signed_in(session, key, now)) if key else None
        return User(*found) if found else None

    async def signed_in(self, request: Request) -> User:
        """Who is signed in. Raises SignInFirst."""
        user = await self.user(request)
        if user is None:
            raise SignInFirst
        return user

    def handled(self, endpoint: Endpoint) -> Endpoint:
        """An endpoint whose refusals become pages."""

        async def answer(request: Request) -> Response:
            try:
                return await endpoint(request)
            except TooLong as why:
                return self._too_long(request, why.most)
            except WrongForm as why:
                return self.refuse(request, UNTRUSTED, str(why), status=403 if str(why) == FOREIGN_FORM else 400)
            except SignInFirst:
                if "hx-current-url" in request.headers:  # a part of a page: the page itself stays as it is
                    return Response(status_code=401, headers={"Cache-Control": "no-store"})
                query = f"?{request.url.query}" if request.url.query and request.method == "GET" else ""
                return RedirectResponse(f"/login?{urlencode({'next': request.url.path + query})}", 303)
            except NotHere:
                return self.refuse(request, N_("Pagina non trovata"), NOT_HERE, status=404)
            except Unavailable:
                return self.refuse(request, N_("Il server è occupato: riprova tra un momento."), status=503)

        return answer

    async def form(
        self, request: Request, *, max_fields: int = MAX_FIELDS, max_bytes: int = MAX_BODY
    ) -> dict[str, str]:
        """The fields of a form of our own. Raises WrongForm."""
        raw = await self.body(request, max_bytes)
        try:
            pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=max_fields)
        except ValueError:
            raise WrongForm(BAD_FORM) from None
        if any("\x00" in value for _, value in pairs):
            raise WrongForm(BAD_FORM)
        return dict(pairs)

    async def body(self, request: Request, max_bytes: int) -> bytes:
        """What a form of our own sent. Raises WrongForm."""
        if not same_origin(request.headers, request.url.netloc):
            raise WrongForm(FOREIGN_FORM)
        parts: list[bytes] = []
        size = 0
        try:
            async for part in request.stream():
                size += len(part)
                if size > max_bytes:
                    files = request.headers.get("content-type", "").startswith("multipart/")
                    raise TooLong(max_bytes) if files else WrongForm(BAD_FORM)
                parts.append(part)
        except ClientDisconnect:
            raise WrongForm(BAD_FORM) from None
        return b"".join(parts)


def language_of(request: Request) -> Code:
    """The language that the reader chose, else the one that the browser asks for."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    return "en" if chosen == "en" else "it" if chosen == "it" else preferred(request.headers.get("accept-language", ""))


@lru_cache(maxsize=2048)
def menu_html(code: Code, base: str, menu: Menu) -> Markup:
    """The lines of the menu. Kept, because every page has them and they change with its reader alone."""
    template = ENVIRONMENTS[code].get_template("menu.html")
    return Markup(template.render(base=base, menu=menu))  # noqa: S704  (the template escapes)


def same_origin(headers: Mapping[str, str], host: str) -> bool:
    """True unless a browser says that the form was sent by another site.

    Browsers send Sec-Fetch-Site (all since 2023), older ones Origin; a program that sends neither holds no cookie of
    somebody else.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is None or (origin != "null" and urlsplit(origin).netloc == host)


def local_path(text: str, default: str) -> str:
    """A path on this server to go on to; the default for anything that could lead elsewhere."""
    safe = text.startswith("/") and not text.startswith(("//", "/\\")) and len(text) <= 16_384
    return text if safe and text.isascii() and text.isprintable() and "\\" not in text else default
