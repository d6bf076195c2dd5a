"""Slow sinks: one that does not answer must not hold every thread of the worker while others wait for theirs.

Known to each worker process by itself: what was learned is worth a minute.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

SLOW_SECONDS = 2.0
"""An answer that takes longer makes its sink a slow one."""
REMEMBERED = 60.0
"""Seconds that a sink counts as slow after such an answer."""
AT_ONCE = 2
"""Requests to a slow sink at the same time."""
MAX_KNOWN = 10_000

_lock = threading.Lock()
_open: Counter[str] = Counter()
_slow: dict[str, float] = {}


class TooMany(Exception):
    """Enough requests wait for this sink."""


@contextmanager
def turn(sink: str) -> Iterator[None]:
    """A request to a sink. Raises TooMany where the sink is slow and enough others wait for it."""
    with _lock:
        if _open[sink] >= AT_ONCE and time.monotonic() - _slow.get(sink, -REMEMBERED) < REMEMBERED:
            raise TooMany
        _open[sink] += 1
    try:
        yield
    finally:
        with _lock:
            _open[sink] -= 1
            if not _open[sink]:
                del _open[sink]


def took(sink: str, seconds: float) -> None:
    """Note how long a sink took."""
    with _lock:
        if seconds < SLOW_SECONDS:
            _slow.pop(sink, None)
            return
        if len(_slow) >= MAX_KNOWN:
            _slow.clear()
        _slow[sink] = time.monotonic()
