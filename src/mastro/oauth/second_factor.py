"""The second factor: a code of an authenticator app beside the password, and codes on paper for when it is lost."""

import datetime as dt
import secrets
from typing import NamedTuple

import segno
from sqlalchemy import bindparam, delete, func, insert, select, update

from mastro.api.call import Installation, hash_token
from mastro.api.sealed import UnreadableSecretError, seal, unseal
from mastro.database.connection import Prepared, Session
from mastro.database.schema import recovery_codes, second_factors, users
from mastro.oauth import totp
from mastro.oauth.tokens import timestamp

ISSUER = "Mastro"
RECOVERY_CODES = 10

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike on paper."""


class AlreadyOn(Exception):
    """The second factor is on: it must be turned off before another app is set up."""


class Enrolment(NamedTuple):
    """What an app is set up with."""

    secret: str
    """To be typed in where the picture cannot be taken."""
    uri: str
    """What the picture shows."""


class State(NamedTuple):
    """How the second factor of a user stands."""

    on_since: str
    """Empty where it is off."""
    codes_left: int
    """Recovery codes that were not used."""


_OF_USER = second_factors.c.user_id == bindparam("user")
_FIND = Prepared(
    select(second_factors.c.secret, second_factors.c.confirmed_at, second_factors.c.last_step).where(_OF_USER)
)
_DELETE = Prepared(delete(second_factors).where(_OF_USER))
_INSERT = Prepared(insert(second_factors))
_CONFIRM = Prepared(update(second_factors).where(_OF_USER).values(confirmed_at=bindparam("now")))
_TAKE = Prepared(  # of two requests with one code only the first moves the step on
    update(second_factors)
    .where(_OF_USER, second_factors.c.last_step < bindparam("step"))
    .values(last_step=bindparam("step"))
)
_EMAIL = Prepared(select(users.c.email).where(users.c.id == bindparam("user")))
_CODES_LEFT = Prepared(
    select(func.count()).select_from(recovery_codes).where(recovery_codes.c.user_id == bindparam("user"))
)
_NEW_CODE = Prepared(insert(recovery_codes))
_USE_CODE = Prepared(
    delete(recovery_codes).where(
        recovery_codes.c.user_id == bindparam("user"), recovery_codes.c.hash == bindparam("hash")
    )
)
_FORGET_CODES = Prepared(delete(recovery_codes).where(recovery_codes.c.user_id == bindparam("user")))


def state(session: Session, user_id: int) -> State:
    """How the second factor of a user stands."""
    row = session.row(_FIND, user=user_id)
    return State(row[1] if row else "", session.scalar(_CODES_LEFT, user=user_id) or 0)


def is_on(session: Session, user_id: int) -> bool:
    """True where this user signs in with a code too."""
    row = session.row(_FIND, user=user_id)
    return bool(row and row[1])


def picture(enrolment: Enrolment) -> str:
    """The picture that an app takes, as the `src` of an image: an SVG in a data address."""
    drawn: str = segno.make(enrolment.uri, error="m", micro=False).svg_data_uri(scale=5, light="#fff")
    return drawn


def enrol(installation: Installation, session: Session, user_id: int) -> Enrolment:
    """Make a secret for an app; it counts from the first right code on (`confirm`). Raises AlreadyOn."""
    if is_on(session, user_id):
        raise AlreadyOn
    secret = totp.new_secret()
    session.run(_DELETE, user=user_id)
    sealed = seal(installation.settings.key, secret, _purpose(user_id))
    session.run(_INSERT, user_id=user_id, secret=sealed, confirmed_at="", last_step=0)
    return _enrolment(session, user_id, secret)


def enrolment(installation: Installation, session: Session, user_id: int) -> Enrolment | None:
    """What was made by `enrol` and waits for its first code: for a form that is shown again."""
    row = session.row(_FIND, user=user_id)
    secret = _secret(installation, user_id, row[0]) if row and not row[1] else ""
    return _enrolment(session, user_id, secret) if secret else None


def _enrolment(session: Session, user_id: int, secret: str) -> Enrolment:
    return Enrolment(secret, totp.uri(secret, session.scalar(_EMAIL, user=user_id) or "", ISSUER))


def confirm(
    installation: Installation, session: Session, user_id: int, code: str, now: dt.datetime
) -> list[str] | None:
    """Turn the second factor on with the app's first code: the recovery codes, to be shown once; None for a wrong code.

    Raises AlreadyOn.
    """
    if is_on(session, user_id):
        raise AlreadyOn
    if not _take(installation, session, user_id, _typed(code), now):
        return None
    session.run(_CONFIRM, user=user_id, now=timestamp(now))
    return new_recovery_codes(session, user_id)


def turn_off(session: Session, user_id: int) -> None:
    """Let the user sign in by the password alone."""
    session.run(_DELETE, user=user_id)
    session.run(_FORGET_CODES, user=user_id)


def new_recovery_codes(session: Session, user_id: int) -> list[str]:
    """New codes for when the app is lost, to be shown once; the old ones count no more."""
    session.run(_FORGET_CODES, user=user_id)
    codes = [
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(2)) for _ in range(RECOVERY_CODES)
    ]
    for code in codes:
        session.run(_NEW_CODE, user_id=user_id, hash=_hash(user_id, code))
    return codes


def check(installation: Installation, session: Session, user_id: int, code: str, now: dt.datetime) -> bool:
    """True for the app's code or a recovery code; neither is taken a second time."""
    typed = _typed(code)
    if len(typed) == totp.DIGITS:
        return _take(installation, session, user_id, typed, now)
    return session.run(_USE_CODE, user=user_id, hash=_hash(user_id, typed)) > 0


def _take(installation: Installation, session: Session, user_id: int, typed: str, now: dt.datetime) -> bool:
    row = session.row(_FIND, user=user_id)
    secret = _secret(installation, user_id, row[0]) if row else ""
    if not row or not secret:
        return False
    step = totp.step_of(secret, typed, now.timestamp(), after=row[2])
    return step is not None and session.run(_TAKE, user=user_id, step=step) > 0


def _secret(installation: Installation, user_id: int, sealed: str) -> str:
    """The secret; empty where the installation's key is not the one that it was sealed with."""
    try:
        return unseal(installation.settings.key, sealed, _purpose(user_id))
    except UnreadableSecretError:
        return ""


def _purpose(user_id: int) -> str:
    return f"user {user_id} second factor"


def _typed(code: str) -> str:
    """What was typed, without the blanks and hyphens that people put in."""
    return "".join(c for c in code[:40].lower() if c.isalnum())


def _hash(user_id: int, code: str) -> str:
    """What is kept of a recovery code: long enough by chance that a plain hash is as good as a slow one."""
    return hash_token(f"{user_id} {_typed(code)}")
