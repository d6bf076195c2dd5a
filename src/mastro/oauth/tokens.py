"""Tokens: long random texts with the vendor's prefixes, of which only a hash is kept."""

import datetime as dt
import secrets

from sqlalchemy import bindparam, delete, insert, select, update

from mastro.api.call import hash_token
from mastro.api.scopes import ALL_SCOPES, known
from mastro.database.connection import Prepared, Row, Session
from mastro.database.schema import companies, tokens

ACCESS_SECONDS = 24 * 3600
REFRESH_SECONDS = 365 * 24 * 3600
"""From its last use: every use gives a new one."""

MAX_NAME = 100

_INSERT = Prepared(insert(tokens))
_FORGET_EXPIRED = Prepared(delete(tokens).where(tokens.c.expires_at <= bindparam("now")))


def new_token(prefix: str) -> str:
    """A token that nobody can guess: `a/` for access, `r/` refresh, `c/` code, `d/` device."""
    return f"{prefix}/{secrets.token_urlsafe(32)}"


def timestamp(now: dt.datetime) -> str:
    """A moment for people to read. What the program compares is seconds since 1970: local time repeats an hour."""
    return now.strftime("%Y-%m-%d %H:%M:%S")


def create_personal_token(
    session: Session, *, user_id: int, company_id: int | None, scopes: tuple[str, ...], name: str, now: str
) -> str:
    """A token that a user made by hand: it does not expire. Raises ValueError for a scope that does not exist."""
    for scope in scopes:
        if not known(scope):
            raise ValueError(f"there is no scope {scope!r}; the scopes are {', '.join(ALL_SCOPES)}")
    return _keep(
        session,
        kind="access",
        user_id=user_id,
        company_id=company_id,
        scopes=" ".join(scopes or ALL_SCOPES),
        name=name,
        created_at=now,
        grant_id=None,
        program="personal",
        expires_at=None,
    )


def issue(
    session: Session,
    *,
    grant_id: str,
    client_id: str,
    user_id: int,
    company_id: int | None,
    scopes: str,
    now: dt.datetime,
) -> dict[str, object]:
    """A new access token and a new refresh token of a grant, as the token endpoint answers them."""
    seconds = int(now.timestamp())
    session.run(_FORGET_EXPIRED, now=seconds)

    def keep(kind: str, lifetime: int) -> str:
        return _keep(
            session,
            kind=kind,
            user_id=user_id,
            company_id=company_id,
            scopes=scopes,
            name="",
            created_at=timestamp(now),
            grant_id=grant_id,
            program=client_id,
            expires_at=seconds + lifetime,
        )

    access, refresh = keep("access", ACCESS_SECONDS), keep("refresh", REFRESH_SECONDS)
    return {"token_type": "bearer", "access_token": access, "refresh_token": refresh, "expires_in": ACCESS_SECONDS}


def _keep(session: Session, *, kind: str, **row: object) -> str:
    token = new_token(kind[0])
    session.run(_INSERT, hash=hash_token(token), kind=kind, replaced_at=None, revoked=False, **row)
    return token


_OF_GRANT = Prepared(delete(tokens).where(tokens.c.grant_id == bindparam("id")))
_PUT_OUT = Prepared(update(tokens).where(tokens.c.grant_id == bindparam("id")).values(revoked=bindparam("yes")))


def delete_of_grant(session: Session, grant_id: str) -> None:
    """End every token of a grant: they are as unknown as if they had never been."""
    session.run(_OF_GRANT, id=grant_id)


def put_out(session: Session, grant_id: str) -> None:
    """End every token of a grant because its user wants so: the API says that to the program."""
    session.run(_PUT_OUT, id=grant_id, yes=True)


_PERSONAL = Prepared(
    select(tokens.c.hash, tokens.c.name, companies.c.name, tokens.c.created_at, tokens.c.scopes)
    .outerjoin(companies, companies.c.id == tokens.c.company_id)
    .where(tokens.c.user_id == bindparam("user_id"), tokens.c.grant_id.is_(None))
    .order_by(tokens.c.created_at.desc(), tokens.c.hash)
    .limit(200)
)
_DELETE_PERSONAL = Prepared(
    delete(tokens).where(
        tokens.c.hash == bindparam("hash"), tokens.c.user_id == bindparam("user_id"), tokens.c.grant_id.is_(None)
    )
)


def personal_tokens(session: Session, user_id: int) -> list[Row]:
    """A user's personal tokens, newest first: `(hash, name, company or None for all, created_at, scopes)`."""
    return session.rows(_PERSONAL, user_id=user_id)


def delete_personal_token(session: Session, user_id: int, hash: str) -> bool:
    """End a personal token of this user; False where there is none."""
    return session.run(_DELETE_PERSONAL, hash=hash, user_id=user_id) > 0
