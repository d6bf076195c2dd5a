"""Registered applications: programs that users may let in, with a secret and exact redirect addresses."""

import hmac
import secrets
import string
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import bindparam, delete, func, insert, select

from mastro.api.call import hash_token
from mastro.database.connection import Prepared, Row, Session
from mastro.database.schema import applications

ID_LENGTH = 32
SECRET_LENGTH = 64
"""Lengths and letters are the vendor's."""
LETTERS = string.ascii_letters + string.digits

MAX_NAME = 100
MAX_URIS = 10
MAX_URI = 2000
MAX_PER_USER = 100

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class WrongApplication(ValueError):
    """An application cannot be registered so; the message says why."""


@dataclass(frozen=True, slots=True)
class Application:
    """A registered program."""

    client_id: str
    secret_hash: str
    owner_id: int
    name: str
    redirect_uris: tuple[str, ...]
    device: bool

    def has_secret(self, secret: str) -> bool:
        """True where this is the application's secret; takes as long whatever the secret is."""
        return hmac.compare_digest(hash_token(secret), self.secret_hash)


def check_redirect_uri(uri: str) -> None:
    """Raise WrongApplication unless codes may be sent there: https, this machine, or an app's own scheme (RFC 8252)."""
    if not 0 < len(uri) <= MAX_URI or not uri.isascii() or any(c <= " " or c in '"<>\\^`{|}\x7f' for c in uri):
        raise WrongApplication(f"{uri[:80]!r} is no address that a browser could be sent to")
    try:
        parts = urlsplit(uri)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise WrongApplication(f"{uri[:80]!r} is no address") from None
    if "#" in uri or "@" in parts.netloc:
        raise WrongApplication(f"{uri[:80]!r}: a redirect address has no fragment and no user")
    if parts.scheme in {"http", "https"}:
        if not host or any(c in parts.netloc for c in ";,'*"):
            raise WrongApplication(f"{uri[:80]!r} names no host")
        if parts.scheme == "http" and host not in LOOPBACK:
            raise WrongApplication(f"{uri[:80]!r}: http is for this machine (localhost) only, anything else is https")
    elif "." not in parts.scheme:
        raise WrongApplication(f"{uri[:80]!r}: the scheme of an app is a domain turned round, such as it.example.app")


def create_application(
    session: Session, *, owner_id: int, name: str, redirect_uris: tuple[str, ...], device: bool, now: str
) -> tuple[str, str]:
    """Register an application: its id and its secret, which is not kept. Raises WrongApplication."""
    name = " ".join(name.split())
    if not 0 < len(name) <= MAX_NAME or not name.isprintable():
        raise WrongApplication(f"an application has a name of 1 to {MAX_NAME} characters")
    if len(redirect_uris) > MAX_URIS:
        raise WrongApplication(f"an application has at most {MAX_URIS} redirect addresses")
    if not redirect_uris and not device:
        raise WrongApplication("an application has a redirect address, or uses the device flow")
    for uri in redirect_uris:
        check_redirect_uri(uri)
    if session.scalar(_COUNT, owner_id=owner_id) >= MAX_PER_USER:
        raise WrongApplication(f"a user registers at most {MAX_PER_USER} applications")
    client_id, secret = _random(ID_LENGTH), _random(SECRET_LENGTH)
    session.run(
        _INSERT,
        client_id=client_id,
        secret_hash=hash_token(secret),
        owner_id=owner_id,
        name=name,
        redirect_uris="\n".join(dict.fromkeys(redirect_uris)),
        device=device,
        created_at=now,
    )
    return client_id, secret


def find(session: Session, client_id: str) -> Application | None:
    """The application with this id."""
    known = client_id.isascii() and client_id.isalnum() and len(client_id) <= MAX_NAME
    row = session.row(_FIND, client_id=client_id) if known else None
    if row is None:
        return None
    client_id, secret_hash, owner_id, name, uris, device = row
    return Application(client_id, secret_hash, owner_id, name, tuple(uris.split("\n")) if uris else (), bool(device))


def applications_of(session: Session, owner_id: int) -> list[Row]:
    """The applications that a user registered: `(client_id, name, redirect_uris, device, created_at)`."""
    return session.rows(_OWNED, owner_id=owner_id)


def delete_application(session: Session, owner_id: int, client_id: str) -> bool:
    """Remove an application of this owner with all its grants and tokens; False where there is none."""
    return session.run(_DELETE, owner_id=owner_id, client_id=client_id) > 0


def _random(length: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))


_INSERT = Prepared(insert(applications))
_COUNT = Prepared(
    select(func.count()).select_from(applications).where(applications.c.owner_id == bindparam("owner_id"))
)
_FIND = Prepared(
    select(
        applications.c.client_id,
        applications.c.secret_hash,
        applications.c.owner_id,
        applications.c.name,
        applications.c.redirect_uris,
        applications.c.device,
    ).where(applications.c.client_id == bindparam("client_id"))
)
_OWNED = Prepared(
    select(
        applications.c.client_id,
        applications.c.name,
        applications.c.redirect_uris,
        applications.c.device,
        applications.c.created_at,
    )
    .where(applications.c.owner_id == bindparam("owner_id"))
    .order_by(applications.c.created_at, applications.c.client_id)
)
_DELETE = Prepared(
    delete(applications).where(
        applications.c.owner_id == bindparam("owner_id"), applications.c.client_id == bindparam("client_id")
    )
)
