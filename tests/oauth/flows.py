"""What the tests of signing in and letting in are written with: a browser with a cookie jar, and a program."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2
from lxml import html

PASSWORD = "una lunga parola d'ordine"
CALLBACK = "http://localhost:9999/callback?from=mastro"
SCOPES = "entity.clients:r issued_documents.invoices:a"


@dataclass
class Browser:
    """A person with a browser: keeps cookies, follows redirects within the server, fills in the forms of a page."""

    address: str
    language: str = "it-IT,it;q=0.9,en;q=0.5"
    client: httpx2.Client = field(init=False)
    page: httpx2.Response = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx2.Client(base_url=self.address, headers={"Accept-Language": self.language}, timeout=30)

    def open(self, address: str) -> httpx2.Response:
        """Go to an address."""
        return self._follow(self.client.get(address))

    def _follow(self, response: httpx2.Response) -> httpx2.Response:
        while response.is_redirect and not response.headers["location"].startswith("http://localhost"):
            response = self.client.get(response.headers["location"])
        self.page = response
        return response

    def forms(self) -> list[Any]:
        """The forms of the page."""
        return list(html.fromstring(self.page.text).forms)

    def submit(self, action: str, button: dict[str, str] | None = None, **filled: str) -> httpx2.Response:
        """Fill in the form with this action and send it as a browser does."""
        [form] = [form for form in self.forms() if urlsplit(form.action).path == action]
        fields = dict(form.form_values()) | filled | (button or {})
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": self.address}
        if form.method == "GET":
            return self._follow(self.client.get(f"{form.action}?{urlencode(fields)}", headers=headers))
        return self._follow(self.client.post(form.action, data=fields, headers=headers))

    def sign_in(self, email: str, password: str = PASSWORD) -> httpx2.Response:
        """Fill in the sign-in form of the page."""
        return self.submit("/login", email=email, password=password)

    @property
    def sent_to(self) -> str:
        """Where the last answer sends the browser: out of the server."""
        location: str = self.page.headers["location"]
        return location

    @property
    def answer(self) -> dict[str, str]:
        """What the redirect to the program carries."""
        return dict(parse_qsl(urlsplit(self.sent_to).query))


@dataclass(frozen=True)
class Program:
    """A registered application that speaks OAuth2."""

    address: str
    client_id: str
    client_secret: str

    def authorize(self, **parameters: str | None) -> str:
        """Path of an authorization request; None leaves a parameter out."""
        standard = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": CALLBACK,
            "scope": SCOPES,
            "state": "stato /&?à",
        }
        given = {name: value for name, value in (standard | parameters).items() if value is not None}
        return f"/oauth/authorize?{urlencode(given)}"

    def post(self, endpoint: str, *, form: bool = False, **parameters: str | None) -> httpx2.Response:
        """A request to `token`, `device` or `revoke`, with id and secret; None leaves a parameter out."""
        given = {"client_id": self.client_id, "client_secret": self.client_secret} | parameters
        body = {name: value for name, value in given.items() if value is not None}
        address = f"{self.address}/oauth/{endpoint}"
        return httpx2.post(address, data=body, timeout=30) if form else httpx2.post(address, json=body, timeout=30)

    def exchange(self, code: str, **parameters: str | None) -> httpx2.Response:
        """The tokens for a code."""
        given = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK} | parameters
        return self.post("token", **given)

    def refresh(self, token: str, **parameters: str | None) -> httpx2.Response:
        """New tokens for a refresh token."""
        return self.post("token", **({"grant_type": "refresh_token", "refresh_token": token} | parameters))


@dataclass(frozen=True)
class Person:
    """A user who can sign in, with a company."""

    id: int
    email: str
    company_id: int


MakeProgram = Callable[..., Program]
MakePerson = Callable[..., Person]
GetCode = Callable[..., str]
