"""A page is found by its section as it would be by trying one route after the other."""

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.testclient import TestClient

from mastro.web.places import Places

PATHS = {
    "home": ("/app", "GET"),
    "profile": ("/app/me", "GET"),
    "overview": ("/app/{company_id:int}", "GET"),
    "list": ("/app/{company_id:int}/clients", "GET"),
    "save": ("/app/{company_id:int}/clients", "POST"),
    "new": ("/app/{company_id:int}/clients/new", "GET"),
    "card": ("/app/{company_id:int}/clients/{id:int}", "GET"),
    "any": ("/app/{company_id:int}/{section}/help", "GET"),
}

ASKED = (
    "/app",
    "/app/me",
    "/app/7",
    "/app/7/clients",
    "/app/7/clients/",
    "/app/7/clients/new",
    "/app/7/clients/12",
    "/app/7/clients/help",
    "/app/7/others/help",
    "/app/7/others",
    "/app/x/clients",
    "/",
    "/elsewhere/7/clients",
)


def _routes() -> list[BaseRoute]:
    def route(name: str, path: str, method: str) -> Route:
        async def said(request: Request) -> Response:
            return PlainTextResponse(f"{name} {request.path_params}")

        return Route(path, said, methods=[method])

    return [route(name, path, method) for name, (path, method) in PATHS.items()]


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "DELETE"])
@pytest.mark.parametrize("path", ASKED)
def test_a_page_is_the_one_that_its_routes_would_find(method: str, path: str) -> None:
    plain = TestClient(Starlette(routes=_routes()))
    quick = TestClient(Starlette(routes=[Places(_routes())]))
    expected, found = (client.request(method, path, follow_redirects=False) for client in (plain, quick))
    assert (found.status_code, found.text) == (expected.status_code, expected.text)
    assert found.headers.get("allow") == expected.headers.get("allow")
    assert found.headers.get("location") == expected.headers.get("location")
