"""The key that webhooks are signed with: elliptic curve P-256, made once, its public half for everybody to fetch."""

import base64
import datetime as dt
import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from mastro.settings import Settings, WrongSetting

ALGORITHM = "ES256"
VALID = dt.timedelta(hours=3)
"""How long a receiver may accept a signature."""


def signing_key(settings: Settings) -> ECKey:
    """The key of this installation: the setting `webhook_key`, or one made at its first use and kept in `data_dir`.

    Raises WrongSetting for a setting that is no such key.
    """
    if settings.webhook_key:
        return _imported(settings.webhook_key)
    return _kept(settings.data_dir / "webhook.key")


@lru_cache(maxsize=8)
def _imported(pem: str) -> ECKey:
    try:
        key = ECKey.import_key(pem)
        fits = key.curve_name == "P-256" and key.is_private
    except ValueError:
        fits = False
    if not fits:
        raise WrongSetting("MASTRO_WEBHOOK_KEY must be a private key of the curve P-256, as PEM")
    return key


@lru_cache(maxsize=8)
def _kept(path: Path) -> ECKey:
    """The key of a data folder, made where there is none."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_bytes(ECKey.generate_key("P-256").as_pem(private=True))
        try:
            os.link(draft, path)  # fails where another process was first, whose key then counts
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return ECKey.import_key(path.read_bytes())


def public_pem(settings: Settings) -> bytes:
    """The public half as PEM."""
    return signing_key(settings).as_pem(private=False)


def public_base64(settings: Settings) -> str:
    """The PEM in base64 on one line, as the vendor publishes its own."""
    return base64.b64encode(public_pem(settings)).decode()


def sign(settings: Settings, *, id: str, sink: str, subject: str, program: str, now: dt.datetime) -> str:
    """A signed statement (JWT) that this server sends the message `id` to `sink` now."""
    issued = int(now.timestamp())
    claims: dict[str, Any] = {
        "jti": id,
        "iss": settings.address,
        "sub": subject,
        "aud": [sink],
        "iat": issued,
        "exp": issued + int(VALID.total_seconds()),
        "aid": program,
    }
    return jwt.encode({"alg": ALGORITHM, "typ": "JWT"}, claims, signing_key(settings))
