"""The API reference: `/openapi.json` for programs, `/docs` for people, without any other host."""

from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from mastro.api.openapi import describe
from mastro.api.operation import Operation
from mastro.settings import Settings
from mastro.web.assets import compressed, static_url

_templates = Environment(
    loader=PackageLoader("mastro.web"), autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True
)
_templates.globals["static_url"] = static_url

CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"
)


def routes(settings: Settings, operations: tuple[Operation, ...]) -> Sequence[Route]:
    """The two addresses of the reference."""

    @cache
    def document() -> dict[str, Any]:
        return describe(operations, address=settings.address, version=version("mastro"))

    @cache
    def page() -> str:
        return render(document())

    async def openapi(request: Request) -> Response:
        return compressed(request, Response(msgspec.json.encode(document()), media_type="application/json"))

    async def reference(request: Request) -> Response:
        headers = {"Content-Security-Policy": CSP, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"}
        return compressed(request, HTMLResponse(page(), headers=headers))

    return [Route("/openapi.json", openapi), Route("/docs", reference)]


def render(document: dict[str, Any]) -> str:
    """An OpenAPI document as one page, grouped as the operations are."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, verbs in document["paths"].items():
        for verb, operation in verbs.items():
            entry = {"path": path, "verb": verb.upper(), **operation}
            groups.setdefault(operation["tags"][0], []).append(entry)
    return _templates.get_template("reference.html").render(document=document, groups=groups)
