"""The addresses that programs call: token, device, revocation, metadata (RFC 6749, 7009, 8414, 8628)."""

import asyncio
import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar
from urllib.parse import parse_qsl, unquote_plus

import msgspec
import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from mastro.api.call import Installation
from mastro.api.scopes import FAMILIES, READ_ONLY_FAMILIES
from mastro.database.connection import Session, Unavailable
from mastro.oauth import attempts, grants
from mastro.oauth.applications import Application, find
from mastro.oauth.authorization import check_scopes
from mastro.oauth.errors import OAuthError, invalid_client, invalid_request

log = structlog.get_logger()
T = TypeVar("T")

MAX_BODY = 32_768
MAX_KEYS = 50
DEVICES_PER_ADDRESS = 60
"""Device requests of one network address in a quarter of an hour."""

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}

Parameters = Mapping[str, str]


def routes(installation: Installation) -> Sequence[Route]:
    """The addresses."""
    address = installation.settings.address

    async def token(request: Request) -> Response:
        return await _answer(installation, request, _token)

    async def device(request: Request) -> Response:
        client = request.client.host if request.client else ""
        return await _answer(
            installation, request, lambda installed, session, given: _device(installed, session, given, client)
        )

    async def revoke(request: Request) -> Response:
        return await _answer(installation, request, _revoke)

    async def metadata(_: Request) -> Response:
        return Response(msgspec.json.encode(describe(address)), media_type="application/json")

    return [
        Route("/oauth/token", token, methods=["POST"]),
        Route("/oauth/device", device, methods=["POST"]),
        Route("/oauth/revoke", revoke, methods=["POST"]),
        Route("/.well-known/oauth-authorization-server", metadata),
    ]


def describe(address: str) -> dict[str, object]:
    """What this authorization server can do (RFC 8414)."""
    authentication = ["client_secret_post", "client_secret_basic", "none"]
    return {
        "issuer": address,
        "authorization_endpoint": f"{address}/oauth/authorize",
        "token_endpoint": f"{address}/oauth/token",
        "device_authorization_endpoint": f"{address}/oauth/device",
        "revocation_endpoint": f"{address}/oauth/revoke",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", DEVICE_GRANT],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": authentication,
        "revocation_endpoint_auth_methods_supported": authentication,
        "authorization_response_iss_parameter_supported": True,
        "scopes_supported": [
            f"{family}:{level}" for family in FAMILIES for level in ("r" if family in READ_ONLY_FAMILIES else "ra")
        ],
        "ui_locales_supported": ["it", "en"],
        "service_documentation": f"{address}/docs",
    }


Work = Callable[[Installation, Session, Parameters], "dict[str, object] | OAuthError"]


async def _answer(installation: Installation, request: Request, work: Work) -> Response:
    """Run one request in a transaction. An error that is returned commits it, one that is raised does not."""
    authorization = request.headers.get("authorization", "")
    try:
        parameters = {**await _parameters(request), **_basic(authorization)}
        result = await in_write(installation, lambda session: work(installation, session, parameters))
    except OAuthError as error:
        result = error
    except Unavailable:
        result = OAuthError("temporarily_unavailable", "The server is busy. Try again in a moment.", status=503)
    except Exception:
        log.exception("unexpected error", path=request.url.path)
        result = OAuthError("server_error", "An unexpected error occurred.", status=500)
    headers = dict(NO_STORE)
    if not isinstance(result, OAuthError):
        return Response(msgspec.json.encode(result), media_type="application/json", headers=headers)
    if result.status == 401 and authorization:
        headers["WWW-Authenticate"] = 'Basic realm="Mastro"'
    return Response(result.body(), result.status, media_type="application/json", headers=headers)


async def in_write(installation: Installation, work: Callable[[Session], T]) -> T:
    """Run a change in the database's own thread."""
    database = installation.database

    def run() -> T:
        with database.write() as session:
            return work(session)

    return await asyncio.get_running_loop().run_in_executor(database.executor, lambda: database.retry(run))


async def _parameters(request: Request) -> dict[str, str]:
    """The parameters of a request, sent as JSON or as a form. Raises OAuthError."""
    raw = await read_body(request)
    if raw.lstrip()[:1] == b"{":
        try:
            given = msgspec.json.decode(raw, type=dict[str, str | int | float | bool | None])
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise invalid_request("The body is not a JSON object of texts.") from None
        return {name: str(value) for name, value in given.items() if value is not None}
    return parse_form(raw)


async def read_body(request: Request) -> bytes:
    """The body of a small request. Raises OAuthError for a longer one."""
    raw = b""
    try:
        async for part in request.stream():
            raw += part
            if len(raw) > MAX_BODY:
                raise OAuthError("invalid_request", f"The body is longer than {MAX_BODY} bytes.", status=413)
    except ClientDisconnect:
        raise invalid_request("The client closed the connection before the end of the body.") from None
    return raw


def parse_form(raw: bytes) -> dict[str, str]:
    """The fields of a form, each given once. Raises OAuthError."""
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_KEYS)
    except ValueError:
        raise invalid_request("The body is neither a JSON object nor a form.") from None
    if len({name for name, _ in pairs}) < len(pairs):
        raise invalid_request("A field must not be given twice.")
    return dict(pairs)


def _basic(authorization: str) -> dict[str, str]:
    """Id and secret of the application from the header, which wins over the body."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        client_id, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise invalid_client() from None
    return {"client_id": unquote_plus(client_id), "client_secret": unquote_plus(secret)} if colon else {}


def _application(session: Session, parameters: Parameters, *, secret_required: bool) -> Application:
    """The application that asks, with the right secret. Without any it must be one of the device flow."""
    client_id = parameters.get("client_id", "")
    if not client_id:
        raise invalid_request("The client_id field is required.")
    application = find(session, client_id)
    if application is None:
        raise invalid_client()
    secret = parameters.get("client_secret", "")
    public = application.device and not secret_required
    if not application.has_secret(secret) and (secret or not public):
        raise invalid_client()
    return application


def _required(parameters: Parameters, name: str, grant_type: str) -> str:
    value = parameters.get(name, "")
    if not value:
        raise invalid_request(f"The {name} field is required when grant type is {grant_type}.")
    return value


def _token(installation: Installation, session: Session, parameters: Parameters) -> dict[str, object] | OAuthError:
    """The token endpoint."""
    now = installation.settings.clock()
    grant_type = parameters.get("grant_type", "")
    if not grant_type:
        raise invalid_request("The grant_type field is required.")
    if grant_type == "authorization_code":
        code = _required(parameters, "code", grant_type)
        redirect_uri = _required(parameters, "redirect_uri", grant_type)
        application = _application(session, parameters, secret_required=True)
        verifier = parameters.get("code_verifier", "")
        return grants.exchange_code(
            session, application, code=code, redirect_uri=redirect_uri, verifier=verifier, now=now
        )
    if grant_type == "refresh_token":
        token = _required(parameters, "refresh_token", grant_type)
        application = _application(session, parameters, secret_required=False)
        scopes, secret_given = parameters.get("scope", ""), bool(parameters.get("client_secret"))
        return grants.refresh(session, application, token=token, scopes=scopes, secret_given=secret_given, now=now)
    if grant_type == DEVICE_GRANT:
        code = _required(parameters, "device_code", grant_type)
        application = _application(session, parameters, secret_required=False)
        return grants.poll_device(session, application, code=code, now=now)
    raise OAuthError("unsupported_grant_type", "The authorization grant type is not supported.")


def _device(
    installation: Installation, session: Session, parameters: Parameters, client: str
) -> dict[str, object] | OAuthError:
    """The device endpoint; the vendor wraps its answer in `data` and gives the scopes as an object."""
    settings = installation.settings
    now = settings.clock()
    if attempts.used_up(session, "device", client, allowed=DEVICES_PER_ADDRESS, now=now):
        raise OAuthError("slow_down", "Too many requests. Try again in a quarter of an hour.", status=429)
    application = _application(session, parameters, secret_required=False)
    if not application.device:
        raise OAuthError("unauthorized_client", "The application is not enabled for the device flow.")
    scopes = check_scopes(parameters.get("scope", ""))
    attempts.count(session, "device", client, now=now)
    device_code, user_code = grants.begin_device(session, application, " ".join(scopes), now)
    return {
        "data": {
            "device_code": device_code,
            "user_code": user_code,
            "scope": _levels(scopes),
            "verification_uri": f"{settings.address}/connetti",
            "interval": grants.POLL_SECONDS,
            "expires_in": grants.DEVICE_SECONDS,
        }
    }


def _levels(scopes: tuple[str, ...]) -> dict[str, str]:
    """Family → level; `a` wins over `r`."""
    levels: dict[str, str] = {}
    for scope in scopes:
        family, _, level = scope.rpartition(":")
        levels[family] = "a" if "a" in (level, levels.get(family)) else level
    return levels


def _revoke(_: Installation, session: Session, parameters: Parameters) -> dict[str, object] | OAuthError:
    """The revocation endpoint; a token that does not exist is no error."""
    token = parameters.get("token", "")
    if not token:
        raise invalid_request("The token field is required.")
    application = _application(session, parameters, secret_required=False)
    grants.revoke_token(session, application, token, secret_given=bool(parameters.get("client_secret")))
    return {}
