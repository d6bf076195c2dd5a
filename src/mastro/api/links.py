"""Signed links: addresses that open without a token until they expire, and only as they were made.

A link reads `what-YYYYMMDD-mac`: what it opens, its last day, and a keyed hash of both. A page of a list signs a link
for each row, so a link costs one hash under a key that is derived once a day. One that reads `what-mac` opens for as
long as the row that it names says.
"""

import datetime as dt
import hmac
from dataclasses import dataclass
from hashlib import blake2b

from mastro.settings import Settings

MAC_BYTES = 15
"""120 bits: nobody guesses one, and the link stays short."""

MAX_LENGTH = 400


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs the links of one day: what does not change from link to link is worked out once."""

    day: dt.date
    address: str
    """Of this server, without a slash at the end."""
    last_day: str
    keyed: blake2b
    """The hash with its key taken in, to be copied for each link."""

    def sign(self, what: str) -> str:
        """A text that stands for `what` until the signer's links expire."""
        mac = self.keyed.copy()
        mac.update(what.encode())
        return f"{what}-{self.last_day}-{mac.hexdigest()}"


def signer(settings: Settings, today: dt.date) -> Signer:
    """The signer of a day. Its links are the same all day, so that readers can cache what is behind them."""
    last_day = f"{today + dt.timedelta(days=settings.link_days):%Y%m%d}"
    keyed = blake2b(key=_day_key(settings.key, last_day), digest_size=MAC_BYTES)
    return Signer(today, settings.address, last_day, keyed)


def _day_key(secret: bytes, last_day: str) -> bytes:
    return hmac.digest(secret, f"links until {last_day}".encode(), "sha256")


def verify(secret: bytes, link: str, today: dt.date) -> str | None:
    """What a signed text stands for; None where it is not ours or has expired."""
    parts = link.rsplit("-", 2)
    if len(parts) != 3 or len(link) > MAX_LENGTH or not link.isascii():
        return None
    what, last_day, mac = parts
    expected = blake2b(what.encode(), key=_day_key(secret, last_day), digest_size=MAC_BYTES).hexdigest()
    return what if hmac.compare_digest(expected, mac) and last_day >= f"{today:%Y%m%d}" else None


def sign_name(secret: bytes, what: str) -> str:
    """A text that stands for `what` for good: whoever opens it asks a row whether it still may be opened."""
    return f"{what}-{_name_mac(secret, what)}"


def verify_name(secret: bytes, link: str) -> str | None:
    """What a text of `sign_name` stands for; None where it is not ours."""
    what, _, mac = link.rpartition("-")
    ours = len(link) <= MAX_LENGTH and link.isascii() and hmac.compare_digest(_name_mac(secret, what), mac)
    return what if ours else None


def _name_mac(secret: bytes, what: str) -> str:
    key = hmac.digest(secret, b"links by name", "sha256")
    return blake2b(what.encode(), key=key, digest_size=MAC_BYTES).hexdigest()
