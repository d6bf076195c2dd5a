"""The public key of webhook signatures, for receivers to fetch: `/webhooks/public_key`."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from mastro.delivery.webhook_signature import public_base64, public_pem
from mastro.settings import Settings


def routes(settings: Settings) -> Sequence[Route]:
    """The address of the key: PEM, or the PEM in base64 on one line with `?encoding=base64`."""

    def public_key(request: Request) -> Response:
        encoded = request.query_params.get("encoding") == "base64"
        text = public_base64(settings) if encoded else public_pem(settings).decode()
        return PlainTextResponse(text, headers={"Cache-Control": "public, max-age=3600"})

    return [Route("/webhooks/public_key", public_key)]
