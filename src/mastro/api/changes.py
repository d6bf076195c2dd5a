"""What an update changed, short enough to be kept with its event: key → [before, after]."""

import msgspec

from mastro.database.collection import encoder
from mastro.model.base import Body

MAX_TEXT = 200
"""Characters of a value that are kept."""

MOST_KEYS = 60

_LEFT_OUT = frozenset({"created_at", "updated_at"})


def changes(old: Body, new: Body) -> bytes | None:
    """The keys that differ, as JSON; null in place of values that are lists. None where nothing differs."""
    found: dict[str, object] = {}
    _compare(old, new, "", found)
    return encoder.encode(dict(list(found.items())[:MOST_KEYS])) if found else None


def _compare(old: Body, new: Body, prefix: str, found: dict[str, object]) -> None:
    for name in new.__struct_fields__:
        before, after = getattr(old, name), getattr(new, name)
        if before is after or before == after or name in _LEFT_OUT:
            continue
        if before is msgspec.UNSET or after is msgspec.UNSET:
            continue
        if isinstance(before, Body) and isinstance(after, Body) and not prefix:
            _compare(before, after, f"{name}.", found)
        elif isinstance(before, list | dict) or isinstance(after, list | dict):
            found[prefix + name] = None
        else:
            found[prefix + name] = [_short(before), _short(after)]


def _short(value: object) -> object:
    if isinstance(value, str):
        return value[:MAX_TEXT]
    if isinstance(value, Body):  # what it is called by, not the whole
        return getattr(value, "name", None) or getattr(value, "id", None)
    return value
