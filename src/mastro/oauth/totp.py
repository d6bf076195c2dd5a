"""Codes of an authenticator app: six digits that a shared secret and the time make (RFC 6238, with SHA-1)."""

import base64
import binascii
import hmac
import secrets
from urllib.parse import quote

SECONDS = 30
"""Time that a code is for."""

DIGITS = 6

DRIFT = 1
"""Codes before and after the present one that are taken too: clocks differ, and people type slowly."""

SECRET_BYTES = 20
"""As many as SHA-1 has, as RFC 4226 recommends."""


def new_secret() -> str:
    """A secret in base32, as apps take it."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def code(secret: str, step: int, digits: int = DIGITS) -> str:
    """The code of the time step `step`: seconds since 1970 divided by 30."""
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}}"


def step_of(secret: str, typed: str, now: float, *, after: int = 0) -> int | None:
    """The time step that a typed code is of, None for a wrong one; a step up to `after` was used and is wrong."""
    try:
        given = typed.encode("ascii")
        present = int(now) // SECONDS
        fitting = [
            step
            for step in range(present - DRIFT, present + DRIFT + 1)
            if hmac.compare_digest(code(secret, step).encode(), given) and step > after
        ]
    except (binascii.Error, UnicodeEncodeError):
        return None
    return max(fitting, default=None)


def uri(secret: str, account: str, issuer: str) -> str:
    """What the picture shows that an app is set up with."""
    label = f"{quote(issuer, safe='')}:{quote(account, safe='')}"
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer, safe='')}"
