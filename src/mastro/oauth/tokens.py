"""Tokens: long random texts with the vendor's prefixes, of which only a hash is kept."""

import secrets

from sqlalchemy import insert

from mastro.api.call import hash_token
from mastro.api.scopes import ALL_SCOPES, known
from mastro.database.connection import Prepared, Session
from mastro.database.schema import tokens

_INSERT = Prepared(insert(tokens))


def new_token(prefix: str) -> str:
    """A token that nobody can guess: `a/` for access, `r/` refresh, `c/` code, `d/` device."""
    return f"{prefix}/{secrets.token_urlsafe(32)}"


def create_personal_token(
    session: Session, *, user_id: int, company_id: int | None, scopes: tuple[str, ...], name: str, now: str
) -> str:
    """A token that a user made by hand: it does not expire. Raises ValueError for a scope that does not exist."""
    for scope in scopes:
        if not known(scope):
            raise ValueError(f"there is no scope {scope!r}; the scopes are {', '.join(ALL_SCOPES)}")
    token = new_token("a")
    session.run(
        _INSERT,
        hash=hash_token(token),
        kind="access",
        user_id=user_id,
        company_id=company_id,
        scopes=" ".join(scopes or ALL_SCOPES),
        name=name,
        created_at=now,
        expires_at=None,
    )
    return token
