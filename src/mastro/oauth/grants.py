"""Grants: what a user let a program do, from the request over its code to its tokens and their end.

A grant is made by one code and is the family of all tokens that come of it (RFC 9700): whoever uses a code or a refresh
token twice ends them all, because one of the two users is a thief.

A function that refuses returns the error instead of raising it where the refusal changes something: the transaction has
to be committed then.
"""

import base64
import datetime as dt
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, insert, select, update

from mastro.api.call import hash_token
from mastro.database.connection import Prepared, Row, Session
from mastro.database.schema import applications, companies, grants, tokens
from mastro.oauth.applications import Application
from mastro.oauth.errors import OAuthError, invalid_client, invalid_grant
from mastro.oauth.tokens import delete_of_grant, issue, new_token, put_out, timestamp

CODE_SECONDS = 60
DEVICE_SECONDS = 300
POLL_SECONDS = 5

GRACE_SECONDS = 30
"""How long a refresh token that was used once is taken again: two requests of one program may cross, and an answer may
get lost on its way."""

REPLACED_SECONDS = 30 * 24 * 3600
"""How long a used refresh token is remembered, to notice that it is used again."""

KEEP_SECONDS = 24 * 3600
"""How long a request that came to nothing is remembered, to say that its code is too old."""

USER_CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so that no words come out; nothing that looks like a digit (RFC 8628, 6.1)."""

Tokens = dict[str, object]


@dataclass(frozen=True, slots=True)
class Grant:
    """A row of `grants`."""

    id: str
    client_id: str
    user_id: int | None
    company_id: int | None
    scopes: str
    flow: str
    state: str
    redirect_uri: str
    challenge: str
    expires_at: int
    polled_at: int
    wait: int


def approve_code(
    session: Session,
    application: Application,
    *,
    user_id: int,
    company_id: int | None,
    scopes: str,
    redirect_uri: str,
    challenge: str,
    now: dt.datetime,
) -> str:
    """The code that a user's consent becomes: for 60 seconds and one use. `challenge` is PKCE's, S256, or empty."""
    code = new_token("c")
    _add(
        session,
        client_id=application.client_id,
        user_id=user_id,
        company_id=company_id,
        scopes=scopes,
        flow="code",
        state="approved",
        code=code,
        user_code=None,
        redirect_uri=redirect_uri,
        challenge=challenge,
        lifetime=CODE_SECONDS,
        now=now,
    )
    return code


def begin_device(session: Session, application: Application, scopes: str, now: dt.datetime) -> tuple[str, str]:
    """The device code that the program polls with, and the code that its user types in, such as `BCDF-GHJK`."""
    code = new_token("d")
    letters = "".join(secrets.choice(USER_CODE_LETTERS) for _ in range(8))
    _add(
        session,
        client_id=application.client_id,
        user_id=None,
        company_id=None,
        scopes=scopes,
        flow="device",
        state="pending",
        code=code,
        user_code=letters,
        redirect_uri="",
        challenge="",
        lifetime=DEVICE_SECONDS,
        now=now,
    )
    return code, f"{letters[:4]}-{letters[4:]}"


def waiting_device(session: Session, user_code: str, now: dt.datetime) -> Grant | None:
    """The grant that waits for the user who has this code; case, spaces and dashes do not matter."""
    letters = "".join(c for c in user_code.upper() if c in USER_CODE_LETTERS)
    row = session.row(_BY_USER_CODE, user_code=letters)
    if row is None:
        return None
    grant = Grant(*row)
    return grant if grant.state == "pending" and grant.expires_at > now.timestamp() else None


def decide_device(session: Session, grant: Grant, *, user_id: int, company_id: int | None, allowed: bool) -> bool:
    """Let the device in, or not; False where somebody decided already."""
    state = "approved" if allowed else "denied"
    return session.run(_DECIDE, id=grant.id, user_id=user_id, company_id=company_id, to_state=state) > 0


def exchange_code(
    session: Session, application: Application, *, code: str, redirect_uri: str, verifier: str, now: dt.datetime
) -> Tokens | OAuthError:
    """The tokens for a code. Returns an error for a wrong, old or used code; the last ends all tokens it gave."""
    grant = _by_code(session, application, code, "code")
    if grant is None:
        return invalid_grant("The code does not exist or has expired.")
    if grant.state != "approved":
        _revoke(session, grant)
        return invalid_grant("The code was used already.")
    if grant.expires_at <= now.timestamp():
        return invalid_grant("token expired")
    if not hmac.compare_digest(grant.redirect_uri.encode(), redirect_uri.encode()):
        return invalid_grant("The redirect_uri is not that of the authorization request.")
    if bool(verifier) != bool(grant.challenge) or (verifier and not _proves(verifier, grant.challenge)):
        return invalid_grant("The code_verifier does not fit the code_challenge.")
    return _activate(session, grant, now)


def poll_device(session: Session, application: Application, *, code: str, now: dt.datetime) -> Tokens | OAuthError:
    """The tokens for a device code that its user approved, else the errors of RFC 8628."""
    grant = _by_code(session, application, code, "device")
    if grant is None:
        return invalid_grant("The device code does not exist.")
    seconds = int(now.timestamp())
    if grant.state == "denied":
        return OAuthError("access_denied", "The user refused the request.")
    if grant.state not in {"pending", "approved"}:
        _revoke(session, grant)
        return invalid_grant("The device code was used already.")
    if grant.expires_at <= seconds:
        return OAuthError("expired_token", "The device code has expired.")
    if grant.polled_at and seconds - grant.polled_at < grant.wait:
        session.run(_POLLED, id=grant.id, at=seconds, seconds=grant.wait + POLL_SECONDS)
        return OAuthError("slow_down", f"Wait {grant.wait + POLL_SECONDS} seconds between two requests.")
    if grant.state == "pending":
        session.run(_POLLED, id=grant.id, at=seconds, seconds=grant.wait)
        return OAuthError("authorization_pending", "The user has not answered yet.")
    return _activate(session, grant, now)


def refresh(
    session: Session, application: Application, *, token: str, scopes: str, secret_given: bool, now: dt.datetime
) -> Tokens | OAuthError:
    """New tokens for a refresh token, which is worth nothing from then on but for a moment's grace.

    Without the application's secret only a grant of the device flow is refreshed. `scopes` may only repeat what was
    granted.
    """
    row = session.row(_REFRESH_TOKEN, hash=hash_token(token))
    grant = _locked(session, row[0]) if row else None
    if row is None or grant is None or grant.client_id != application.client_id:
        return invalid_grant("The refresh token does not exist or has expired.")
    if not secret_given and grant.flow != "device":
        return invalid_client()
    # read again under the lock of the grant: another refresh may have come first
    row = session.row(_REFRESH_TOKEN, hash=hash_token(token))
    seconds = int(now.timestamp())
    if row is None or row[1] <= seconds:
        return invalid_grant("token expired")
    if row[3] or grant.state != "active":
        return invalid_grant("The given user is not authorized to use this application.")
    if row[2] is not None and seconds - row[2] > GRACE_SECONDS:
        _revoke(session, grant)
        return invalid_grant("The refresh token was used already: all tokens of this authorization are revoked.")
    if scopes and set(scopes.split()) != set(grant.scopes.split()):
        return OAuthError("invalid_scope", "A refresh keeps the scopes that the user granted.")
    if row[2] is None:
        session.run(_REPLACED, hash=hash_token(token), at=seconds, until=min(row[1], seconds + REPLACED_SECONDS))
    return _tokens(session, grant, now)


def revoke_token(session: Session, application: Application, token: str, *, secret_given: bool) -> None:
    """End the grant that a token of this application belongs to; a token that is not there is as good as revoked."""
    grant_id = session.scalar(_TOKEN_GRANT, hash=hash_token(token), program=application.client_id)
    grant = _locked(session, grant_id) if grant_id else None
    if grant and (secret_given or grant.flow == "device"):
        _revoke(session, grant)


def granted_by(session: Session, user_id: int) -> list[Row]:
    """What a user granted and did not take back: `(client_id, application, company or None for all, since, scopes)`."""
    return session.rows(_GRANTED, user_id=user_id)


def put_application_out(session: Session, user_id: int, client_id: str) -> int:
    """End all that a user granted to an application; how many grants there were."""
    ids = [row[0] for row in session.rows(_USERS_GRANTS, user_id=user_id, client_id=client_id)]
    for id in ids:
        if _locked(session, id):
            session.run(_SET_STATE, id=id, to_state="revoked")
            put_out(session, id)
    return len(ids)


def _add(session: Session, *, code: str, lifetime: int, now: dt.datetime, **row: object) -> None:
    seconds = int(now.timestamp())
    session.run(_FORGET, before=seconds - KEEP_SECONDS)
    session.run(
        _INSERT,
        id=secrets.token_hex(16),
        code_hash=hash_token(code),
        expires_at=seconds + lifetime,
        polled_at=0,
        wait=POLL_SECONDS,
        created_at=timestamp(now),
        **row,
    )


def _by_code(session: Session, application: Application, code: str, flow: str) -> Grant | None:
    row = session.row(_BY_CODE, code_hash=hash_token(code), flow=flow, client_id=application.client_id)
    return Grant(*row) if row else None


def _locked(session: Session, grant_id: str) -> Grant | None:
    """The grant, kept from other transactions until the end of this one."""
    row = session.row(_BY_ID, id=grant_id)
    return Grant(*row) if row else None


def _activate(session: Session, grant: Grant, now: dt.datetime) -> Tokens:
    session.run(_SET_STATE, id=grant.id, to_state="active")
    return _tokens(session, grant, now)


def _tokens(session: Session, grant: Grant, now: dt.datetime) -> Tokens:
    assert grant.user_id is not None  # noqa: S101  (whoever approves it is its user)
    return issue(
        session,
        grant_id=grant.id,
        client_id=grant.client_id,
        user_id=grant.user_id,
        company_id=grant.company_id,
        scopes=grant.scopes,
        now=now,
    )


def _revoke(session: Session, grant: Grant) -> None:
    session.run(_SET_STATE, id=grant.id, to_state="revoked")
    delete_of_grant(session, grant.id)


def _proves(verifier: str, challenge: str) -> bool:
    """PKCE, S256 (RFC 7636)."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(digest, challenge.encode())


_GRANT = select(
    grants.c.id,
    grants.c.client_id,
    grants.c.user_id,
    grants.c.company_id,
    grants.c.scopes,
    grants.c.flow,
    grants.c.state,
    grants.c.redirect_uri,
    grants.c.challenge,
    grants.c.expires_at,
    grants.c.polled_at,
    grants.c.wait,
)
_INSERT = Prepared(insert(grants))
_BY_ID = Prepared(_GRANT.where(grants.c.id == bindparam("id")).with_for_update())
_BY_CODE = Prepared(
    _GRANT.where(
        grants.c.code_hash == bindparam("code_hash"),
        grants.c.flow == bindparam("flow"),
        grants.c.client_id == bindparam("client_id"),
    ).with_for_update()
)
_BY_USER_CODE = Prepared(_GRANT.where(grants.c.user_code == bindparam("user_code")))
_USERS_GRANTS = Prepared(
    select(grants.c.id).where(
        grants.c.user_id == bindparam("user_id"),
        grants.c.client_id == bindparam("client_id"),
        (grants.c.state == "approved") | (grants.c.state == "active"),
    )
)
_GRANTED = Prepared(
    select(grants.c.client_id, applications.c.name, companies.c.name, grants.c.created_at, grants.c.scopes)
    .join(applications, applications.c.client_id == grants.c.client_id)
    .outerjoin(companies, companies.c.id == grants.c.company_id)
    .where(grants.c.user_id == bindparam("user_id"), grants.c.state == "active")
    .order_by(applications.c.name, grants.c.created_at.desc())
    .limit(200)
)
_DECIDE = Prepared(
    update(grants)
    .where(grants.c.id == bindparam("id"), grants.c.state == "pending")
    .values(user_id=bindparam("user_id"), company_id=bindparam("company_id"), state=bindparam("to_state"))
)
_SET_STATE = Prepared(update(grants).where(grants.c.id == bindparam("id")).values(state=bindparam("to_state")))
_POLLED = Prepared(
    update(grants).where(grants.c.id == bindparam("id")).values(polled_at=bindparam("at"), wait=bindparam("seconds"))
)
_FORGET = Prepared(
    delete(grants).where(
        (grants.c.state == "pending") | (grants.c.state == "approved") | (grants.c.state == "denied"),
        grants.c.expires_at < bindparam("before"),
    )
)
_REFRESH_TOKEN = Prepared(
    select(tokens.c.grant_id, tokens.c.expires_at, tokens.c.replaced_at, tokens.c.revoked).where(
        tokens.c.hash == bindparam("hash"), tokens.c.kind == "refresh"
    )
)
_REPLACED = Prepared(
    update(tokens)
    .where(tokens.c.hash == bindparam("hash"))
    .values(replaced_at=bindparam("at"), expires_at=bindparam("until"))
)
_TOKEN_GRANT = Prepared(
    select(tokens.c.grant_id).where(tokens.c.hash == bindparam("hash"), tokens.c.program == bindparam("program"))
)
