"""What signed links open: a PDF, an attachment. No token is asked for: the link itself is the permission."""

import asyncio
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from mastro.api.call import Installation
from mastro.delivery.storage import StorageUnavailable
from mastro.resources import attachments
from mastro.resources.issued_documents import links
from mastro.resources.issued_documents.public_links import LinkEnded
from mastro.web.pages import Endpoint

NOT_NOW = "Il file non è raggiungibile ora. / This file cannot be reached now."
GONE = "Il link è scaduto o non esiste. / This link has expired or does not exist."


def routes(installation: Installation) -> Sequence[Route]:
    """The addresses of signed links."""

    async def pdf(request: Request) -> Response:
        token = request.path_params["token"]
        rendered = await asyncio.get_running_loop().run_in_executor(None, _pdf, installation, token)
        if rendered is None:
            return PlainTextResponse(GONE, 404)
        content, name = rendered
        disposition = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "private, max-age=60"}
        return Response(content, media_type="application/pdf", headers=disposition)

    async def attachment(request: Request) -> Response:
        token = request.path_params["token"]
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(None, attachments.linked_file, installation, token)
        except StorageUnavailable:
            return PlainTextResponse(NOT_NOW, 503, headers={"Retry-After": "10"})
        if found is None:
            return PlainTextResponse(GONE, 404)
        return StreamingResponse(found.stored.chunks, media_type=found.media_type, headers=found.headers)

    return [
        Route("/doc/{token}.pdf", or_gone(pdf), methods=["GET"]),
        Route("/attachment/{token}/{name}", attachment, methods=["GET"]),
    ]


def or_gone(endpoint: Endpoint) -> Endpoint:
    """An endpoint that answers 410 where the link that it is asked for has ended."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except LinkEnded:
            return PlainTextResponse(GONE, 410)

    return answer


def _pdf(installation: Installation, token: str) -> tuple[bytes, str] | None:
    found = links.linked_document(installation, token)
    if found is None:
        return None
    document, issuer, place = found
    kind = place.kind
    return links.render(installation.settings, document, issuer, kind), links.file_name(document, kind)
