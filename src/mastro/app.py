"""The whole server as one ASGI application: the API, the signed links, the reference pages."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from mastro import logs
from mastro.api.call import Installation
from mastro.api.endpoint import Api
from mastro.database.connection import connect
from mastro.delivery.storage import StorageUnavailable
from mastro.jobs.kinds import HANDLERS, PERIODIC
from mastro.jobs.worker import Worker
from mastro.oauth import endpoints as oauth
from mastro.resources import attachments
from mastro.resources.issued_documents import links
from mastro.resources.operations import OPERATIONS
from mastro.settings import Settings
from mastro.web import applications, consent, reference, sign_in, webhook_key
from mastro.web.pages import Site, static

NOT_NOW = "Il file non è raggiungibile ora. / This file cannot be reached now."
GONE = "Il link è scaduto o non esiste. / This link has expired or does not exist."

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
    logs.configure()
    installation = Installation(settings, connect(settings.database))

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        worker = Worker(installation, HANDLERS, PERIODIC) if settings.worker else None
        if worker:
            worker.start()
        # what is there now stays: the collector need not walk through all modules again and again
        gc.collect()
        gc.freeze()
        yield
        if worker:
            await asyncio.to_thread(worker.stop)
        installation.database.close()

    async def linked_pdf(request: Request) -> Response:
        """The PDF behind a signed link."""
        token = request.path_params["token"]
        rendered = await asyncio.get_running_loop().run_in_executor(None, _linked_pdf, installation, token)
        if rendered is None:
            return PlainTextResponse(GONE, 404)
        content, name = rendered
        disposition = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "private, max-age=60"}
        return Response(content, media_type="application/pdf", headers=disposition)

    async def linked_attachment(request: Request) -> Response:
        """The file behind a signed link."""
        token = request.path_params["token"]
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(None, attachments.linked_file, installation, token)
        except StorageUnavailable:
            return PlainTextResponse(NOT_NOW, 503, headers={"Retry-After": "10"})
        if found is None:
            return PlainTextResponse(GONE, 404)
        return StreamingResponse(found.stored.chunks, media_type=found.media_type, headers=found.headers)

    async def home(_: Request) -> Response:
        return RedirectResponse("/docs")

    site = Site(installation)
    pages = Starlette(
        routes=[
            Route("/", home),
            Route("/doc/{token}.pdf", linked_pdf),
            Route("/attachment/{token}/{name}", linked_attachment, methods=["GET"]),
            *webhook_key.routes(settings),
            *oauth.routes(installation),
            *sign_in.routes(site),
            *consent.routes(site),
            *applications.routes(site),
            *reference.routes(settings, OPERATIONS),
            static,
        ],
        lifespan=life,
    )
    return Mastro(Api(installation, OPERATIONS), pages)


def _linked_pdf(installation: Installation, token: str) -> tuple[bytes, str] | None:
    found = links.linked_document(installation, token)
    if found is None:
        return None
    document, company, kind = found
    return links.render(document, company, kind), links.file_name(document, kind)
