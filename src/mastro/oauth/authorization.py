"""The authorization request: what a program asks of a user, checked before anybody is asked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from mastro.api.scopes import READ_ONLY_FAMILIES, known
from mastro.database.connection import Session
from mastro.oauth.applications import Application, find
from mastro.oauth.errors import OAuthError, invalid_request

MAX_SCOPE = 4000
MAX_STATE = 4000

PARAMETERS = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
)

_NEVER_GRANTED = frozenset(f"{family}:a" for family in READ_ONLY_FAMILIES)
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


class Untrusted(Exception):
    """Application or redirect address are not registered: the user is told here and sent nowhere. Says which."""


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A request that may be shown to a user."""

    application: Application
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str
    challenge: str
    """PKCE, S256; empty without."""


def check(session: Session, parameters: Mapping[str, str]) -> AuthorizationRequest:
    """The request. Raises Untrusted, and OAuthError for what the program is told through its redirect address."""
    application = find(session, parameters.get("client_id", ""))
    if application is None:
        raise Untrusted("client_id")
    redirect_uri = parameters.get("redirect_uri", "")
    if redirect_uri not in application.redirect_uris:
        raise Untrusted("redirect_uri")
    if len(parameters.get("state", "")) > MAX_STATE:
        raise invalid_request(f"The state field is longer than {MAX_STATE} characters.")
    if parameters.get("response_type") != "code":
        raise OAuthError("unsupported_response_type", "The response_type must be code.")
    return AuthorizationRequest(
        application,
        redirect_uri,
        check_scopes(parameters.get("scope", "")),
        parameters.get("state", ""),
        _challenge(parameters.get("code_challenge", ""), parameters.get("code_challenge_method", "")),
    )


def check_scopes(text: str) -> tuple[str, ...]:
    """The scopes that a request names, each once. Raises OAuthError."""
    if len(text) > MAX_SCOPE:
        raise invalid_request(f"The scope field is longer than {MAX_SCOPE} characters.")
    scopes = tuple(dict.fromkeys(text.split()))
    if not scopes:
        raise invalid_request("The scope field is required.")
    unknown = [scope for scope in scopes if not known(scope) or scope in _NEVER_GRANTED]
    if unknown:
        raise OAuthError("invalid_scope", f"The requested scope is invalid: {_printable(unknown[0])}.")
    return scopes


def _printable(text: str) -> str:
    """What an error description may carry of a text from outside (RFC 6749, 5.2)."""
    return re.sub(r"[^ !#-\[\]-~]", "?", text[:60])


def _challenge(challenge: str, method: str) -> str:
    if not challenge and not method:
        return ""
    if method != "S256":
        raise invalid_request("The code_challenge_method must be S256.")
    if not _CHALLENGE.fullmatch(challenge):
        raise invalid_request("The code_challenge must be the base64url form of a SHA-256 hash.")
    return challenge


def redirect_with(uri: str, **parameters: str) -> str:
    """The redirect address with the answer in its query; what is empty is left out."""
    query = urlencode({name: value for name, value in parameters.items() if value})
    return f"{uri}{'&' if urlsplit(uri).query else '' if uri.endswith('?') else '?'}{query}"


def origin_of(uri: str) -> str:
    """What a Content-Security-Policy calls the place that a redirect address leads to."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} else f"{parts.scheme}:"
