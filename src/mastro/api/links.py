"""Signed links: addresses that open without a token until they expire, and only as they were made."""

import base64
import binascii
import datetime as dt
import hashlib
import hmac

SIGNATURE_BYTES = 15
"""120 bits: nobody guesses one, and the link stays short."""


def sign(key: bytes, what: str, expires: dt.date) -> str:
    """A text that stands for `what` and can be checked; it ends with the day `expires`."""
    text = f"{what}~{expires:%Y%m%d}".encode()
    return base64.urlsafe_b64encode(_signature(key, text) + text).decode().rstrip("=")


def _signature(key: bytes, text: bytes) -> bytes:
    return hmac.digest(key, b"link:" + text, hashlib.sha256)[:SIGNATURE_BYTES]


def verify(key: bytes, token: str, today: dt.date) -> str | None:
    """What a signed text stands for; None where it is not ours or has expired."""
    if len(token) > 1000:
        return None
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    signature, text = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _signature(key, text)):
        return None
    what, _, expires = text.decode().rpartition("~")
    return what if expires >= f"{today:%Y%m%d}" else None
