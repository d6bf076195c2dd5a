"""Numbers that grow with time and that no other process draws: keys of events and jobs, which no counter holds back."""

import random
import threading
import time

_lock = threading.Lock()
_last = 0


def next_time_id() -> int:
    """Microseconds since 1970, then ten bits of chance; always above the last one of this process."""
    global _last  # noqa: PLW0603  (one sequence per process)
    with _lock:
        drawn = time_id(time.time_ns() // 1000) | random.getrandbits(10)
        _last = max(drawn, _last + 1)
        return _last


def time_id(microseconds: int) -> int:
    """The lowest number that is drawn at a moment, in microseconds since 1970."""
    return microseconds << 10
