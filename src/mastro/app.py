"""The whole server as one ASGI application: the API, the signed links, the reference pages."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from mastro import logs
from mastro.api.call import Installation
from mastro.api.endpoint import Api
from mastro.database.connection import connect
from mastro.demo import filling
from mastro.jobs.kinds import HANDLERS, PERIODIC
from mastro.jobs.worker import Worker
from mastro.oauth import endpoints as oauth
from mastro.resources.operations import OPERATIONS
from mastro.settings import Settings
from mastro.web import applications, consent, linked, public, reference, sections, sign_in, webhook_key
from mastro.web.assets import static
from mastro.web.pages import Site
from mastro.web.places import Places

API_PREFIXES = ("/c/", "/user/", "/info/")

GARBAGE = 20_000
"""Objects between two looks for garbage in cycles. A page makes a thousand objects and hardly a cycle: at Python's own
700 the looking takes a twelfth of its time."""


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
    logs.configure()
    installation = Installation(settings, connect(settings.database))

    site = Site(installation)
    pages = Starlette(
        routes=[
            *linked.routes(installation),
            *public.routes(site),
            *webhook_key.routes(settings),
            *oauth.routes(installation),
            *sign_in.routes(site),
            *consent.routes(site),
            *applications.routes(site),
            *reference.routes(settings, OPERATIONS),
            Places(sections.routes(site)),
            *static,
        ],
        exception_handlers={404: site.not_found, 500: site.broken},
        lifespan=_life(installation),
    )
    return Mastro(Api(installation, OPERATIONS), pages)


def _life(installation: Installation) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    """What is started and ended with the server."""

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        worker = Worker(installation, HANDLERS | filling.HANDLERS, PERIODIC) if installation.settings.worker else None
        if worker:
            worker.start()
        # what is there now stays: the collector need not walk through all modules again and again
        gc.collect()
        gc.freeze()
        gc.set_threshold(GARBAGE, 20, 20)
        yield
        if worker:
            await asyncio.to_thread(worker.stop)
        installation.database.close()

    return life
