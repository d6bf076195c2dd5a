"""The whole server as one ASGI application: the API, the signed links, the reference pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from mastro.api.call import Installation
from mastro.api.endpoint import Api
from mastro.database.connection import connect
from mastro.resources.operations import OPERATIONS
from mastro.settings import Settings

API_PREFIXES = ("/c/", "/user/", "/info/")


class Mastro:
    """Sends a request to the API or to the pages by its path: the API's own router is faster than trying every page."""

    def __init__(self, api: ASGIApp, pages: ASGIApp) -> None:
        self.api = api
        self.pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or run the life of the server."""
        if scope["type"] == "http" and scope["path"].startswith(API_PREFIXES):
            await self.api(scope, receive, send)
        else:
            await self.pages(scope, receive, send)


def create_app(settings: Settings | None = None) -> Mastro:
    """The application for these settings, the environment's where none are given."""
    settings = settings or Settings.from_environment()
    installation = Installation(settings, connect(settings.database))

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        yield
        installation.database.close()

    pages = Starlette(routes=[], lifespan=life)
    return Mastro(Api(installation, OPERATIONS), pages)
