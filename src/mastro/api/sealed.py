"""Secrets of companies at rest: passwords of their mail accounts, sealed with a key from the installation's secret.

A sealed text opens only with the installation's key and only for what it was sealed for, so that a copy of the
database alone gives no password away, and a text that was moved to another company opens nothing.
"""

import base64
import binascii
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MARK = "sealed:1:"
"""Begins a sealed text; one without it was stored before secrets were sealed, and is read as it is."""

NONCE_BYTES = 12

UNREADABLE = (
    "La password salvata non si può leggere: la chiave dell'installazione non è quella con cui è stata salvata. "
    "Inserirla di nuovo nelle impostazioni."
)


class UnreadableSecretError(ValueError):
    """A sealed text does not open: the key of the installation is another one, or the text was changed or moved."""

    def __init__(self) -> None:
        super().__init__(UNREADABLE)


def seal(key: bytes, secret: str, what: str) -> str:
    """A secret as it is stored. What it is for (`company 7 smtp`) must be told again to open it; empty stays empty."""
    if not secret:
        return ""
    nonce = os.urandom(NONCE_BYTES)
    sealed = nonce + _cipher(key).encrypt(nonce, secret.encode(), what.encode())
    return MARK + base64.b64encode(sealed).decode()


def unseal(key: bytes, stored: str, what: str) -> str:
    """The secret. Raises UnreadableSecretError."""
    if not stored.startswith(MARK):
        return stored
    try:
        sealed = base64.b64decode(stored.removeprefix(MARK), validate=True)
        return _cipher(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], what.encode()).decode()
    except (binascii.Error, InvalidTag, ValueError):
        raise UnreadableSecretError from None


@lru_cache(maxsize=4)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"mastro: secrets of companies").derive(key))
