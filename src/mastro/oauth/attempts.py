"""Guessing made slow: attempts are counted in windows of a quarter of an hour, for all processes together."""

import datetime as dt
import hashlib

from sqlalchemy import bindparam, delete, select, text

from mastro.database.connection import Prepared, Session
from mastro.database.schema import attempts

WINDOW_SECONDS = 900

_COUNT = Prepared(
    text(
        "INSERT INTO attempts (key, start, used) VALUES (:key, :start, 1)"
        " ON CONFLICT (key, start) DO UPDATE SET used = attempts.used + 1"
    )
)
_USED = Prepared(
    select(attempts.c.used).where(attempts.c.key == bindparam("key"), attempts.c.start == bindparam("start"))
)
_FORGET = Prepared(delete(attempts).where(attempts.c.start < bindparam("before")))


def count(session: Session, *what: str, now: dt.datetime) -> None:
    """Count one attempt, such as `count(session, "login", address, now=…)`."""
    start = _start(now)
    session.run(_FORGET, before=start - WINDOW_SECONDS)
    session.run(_COUNT, key=_key(what), start=start)


def used_up(session: Session, *what: str, allowed: int, now: dt.datetime) -> bool:
    """True where so many attempts were made in this window and the part of the last one that still counts."""
    start = _start(now)
    present = session.scalar(_USED, key=_key(what), start=start) or 0
    before = session.scalar(_USED, key=_key(what), start=start - WINDOW_SECONDS) or 0
    return bool(before * (1 - (now.timestamp() - start) / WINDOW_SECONDS) + present >= allowed)


def _start(now: dt.datetime) -> int:
    seconds = int(now.timestamp())
    return seconds - seconds % WINDOW_SECONDS


def _key(what: tuple[str, ...]) -> str:
    return hashlib.sha256("\x00".join(what).encode()).hexdigest()
