"""What tests of the server are written with: a clock that stands still, and a client of the API."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import fattureincloud_python_sdk as vendor
from starlette.testclient import TestClient

from mastro.api.call import Call, Installation
from mastro.model.company import Company
from mastro.oauth.tokens import create_personal_token
from mastro.resources import setup
from mastro.resources.user import create_user
from mastro.settings import ROME

SHARED = Path(__file__).parents[1].parent / "shared"
"""Samples of e-invoices and the like, which lie beside the checkout and are not part of the project."""

VAT_NUMBER = "12345670017"


class Clock:
    """The server's clock, which stands still unless a test moves it."""

    START = dt.datetime(2026, 3, 2, 9, 30, tzinfo=ROME)

    def __init__(self) -> None:
        self.now = self.START

    def __call__(self) -> dt.datetime:
        """What time it is for the server."""
        return self.now

    def set(self, *moment: int) -> None:
        """Set year, month, day and so on."""
        self.now = dt.datetime(*moment, tzinfo=ROME)  # type: ignore[arg-type,misc]

    def advance(self, **delta: float) -> None:
        """Move by days, hours, seconds …"""
        self.now += dt.timedelta(**delta)


@dataclass(frozen=True)
class Client:
    """Calls the API in process. A path that begins with a slash is absolute, any other belongs to the company."""

    http: TestClient
    company_id: int
    token: str = ""

    def call(self, method: str, path: str, **request: Any) -> Any:
        """The answer to a request; `json`, `params`, `content`, `files` and `headers` as in httpx."""
        headers = {**({"Authorization": f"Bearer {self.token}"} if self.token else {}), **request.pop("headers", {})}
        address = path if path.startswith("/") else f"/c/{self.company_id}/{path}"
        return self.http.request(method, address.rstrip("/") or "/", headers=headers, **request)

    def get(self, path: str, **request: Any) -> Any:
        """GET."""
        return self.call("GET", path, **request)

    def post(self, path: str, **request: Any) -> Any:
        """POST."""
        return self.call("POST", path, **request)

    def put(self, path: str, **request: Any) -> Any:
        """PUT."""
        return self.call("PUT", path, **request)

    def delete(self, path: str, **request: Any) -> Any:
        """DELETE."""
        return self.call("DELETE", path, **request)

    def data(self, method: str, path: str, **request: Any) -> Any:
        """The `data` of an answer that must be a 200."""
        answer = self.call(method, path, **request)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def using(self, token: str) -> "Client":
        """The same company with another token; "" for none."""
        return replace(self, token=token)


Sdk = Callable[..., vendor.ApiClient]
MakeUser = Callable[..., int]
MakeCompany = Callable[..., int]
MakeToken = Callable[..., str]
CheckAccess = Callable[..., None]
OpenCall = Callable[[], AbstractContextManager[Call]]


def prepare(installation: Installation, **facts: Any) -> tuple[int, int, str]:
    """A company, its owner and a token that may do everything; `facts` of the company."""
    now = "2026-01-01 00:00:00"
    with installation.database.write() as session:
        user_id = create_user(session, email="anna@example.com", name="Anna Rossi", password="", now=now)
        company = Company(name="Rossi S.r.l.", vat_number=VAT_NUMBER, tax_code=VAT_NUMBER, **facts)
        company_id = setup.new_company(session, company, owner_id=user_id, now=now)
        token = create_personal_token(session, user_id=user_id, company_id=company_id, scopes=(), name="test", now=now)
    return company_id, user_id, token
