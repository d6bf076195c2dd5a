"""Events: what happened to which resource, written in the transaction in which it happened."""

import random
import threading
import time

from sqlalchemy import insert

from mastro.database.connection import Prepared, Session
from mastro.database.schema import events

_INSERT = Prepared(insert(events))
_lock = threading.Lock()
_last = 0


def next_event_id() -> int:
    """A number that grows with time and that no other process draws: microseconds, then ten bits of chance."""
    global _last  # noqa: PLW0603  (one sequence per process)
    with _lock:
        drawn = (time.time_ns() // 1000) << 10 | random.getrandbits(10)  # noqa: S311  (not a secret)
        _last = max(drawn, _last + 1)
        return _last


def emit(session: Session, company_id: int, type: str, resource_id: int, *, user_id: int, now: str) -> None:
    """Write that `type` (such as `entities.clients.create`) happened to a resource."""
    session.run(
        _INSERT,
        company_id=company_id,
        id=next_event_id(),
        type=type,
        resource_id=resource_id,
        user_id=user_id,
        created_at=now,
    )
