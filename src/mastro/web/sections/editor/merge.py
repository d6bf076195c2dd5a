"""Three versions of a document become one: as it was read, as somebody else has stored it since, and as it is typed.

What only one of the two has changed is taken from that one. Rows are known by their id. Where both have changed the
same key there is a choice to make; until it is made, one's own version stands.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

LISTS = ("items_list", "payments_list")

WHOLE = frozenset({"ei_raw", "extra_data", "payment_terms"})
"""Keys whose parts say nothing by themselves: taken or left as one."""

Path = tuple[str | int, ...]
"""A key, and where it is inside another one, from the outside in; a row is named by its id."""

Row = Mapping[str, Any]


class Conflict(NamedTuple):
    """What both have changed. A row that one of them has taken away is None; a whole list stands for its order."""

    path: Path
    theirs: Any
    mine: Any


@dataclass(slots=True)
class Merged:
    """What came of it."""

    document: dict[str, Any]
    conflicts: list[Conflict] = field(default_factory=list)
    taken: list[Path] = field(default_factory=list)
    """What only the other one has changed."""


def merge(base: Row, theirs: Row, mine: Row) -> Merged:
    """The document with the changes of both."""
    found = Merged({})
    found.document = _keys(found, (), base, theirs, mine)
    return found


def same(one: Any, other: Any) -> bool:
    """True for values that mean the same: null, an empty text, a box that is not ticked are all nothing."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return all(same(one.get(key), other.get(key)) for key in {*one, *other})
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if _nothing(one) or _nothing(other):  # before ==, to which a box that is not ticked is a zero
        return _nothing(one) and _nothing(other)
    return bool(one == other)


def _nothing(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(map(_nothing, value.values()))
    return value is None or value is False or value in ("", [])


def in_order(first: Iterable[Any], second: Iterable[Any]) -> list[Any]:
    """What stands in either: in the order of the first, and what only the second has behind what it stands behind."""
    found = list(first)
    known, place = set(found), 0
    for each in second:
        if each in known:
            place = found.index(each) + 1
        else:
            found.insert(place, each)
            place += 1
    return found


def _value(found: Merged, path: Path, base: Any, theirs: Any, mine: Any) -> Any:
    if same(theirs, mine) or same(base, theirs):
        return mine
    if same(base, mine):
        found.taken.append(path)
        return theirs
    if path[0] in LISTS and len(path) == 1:
        return _rows(found, path, base or [], theirs or [], mine or [])
    if path[-1] not in WHOLE and _one_thing(base, theirs, mine):
        return _keys(found, path, base, theirs, mine)
    found.conflicts.append(Conflict(path, theirs, mine))
    return mine


def _one_thing(*versions: Any) -> bool:
    """True for objects that are versions of one another: an object with another id is another one."""
    return all(isinstance(each, Mapping) for each in versions) and len({each.get("id") for each in versions}) == 1


def _keys(found: Merged, path: Path, base: Row, theirs: Row, mine: Row) -> dict[str, Any]:
    keys = dict.fromkeys((*theirs, *mine))
    return {key: _value(found, (*path, key), base.get(key), theirs.get(key), mine.get(key)) for key in keys}


def _rows(found: Merged, path: Path, *versions: Sequence[Row]) -> list[Row]:
    base, theirs, mine = map(_by_id, versions)
    kept = {}
    for id in dict.fromkeys((*theirs, *mine)):
        row = _row(found, (*path, id), base.get(id), theirs.get(id), mine.get(id))
        if row is not None:
            kept[id] = row
    if _moved(base, theirs) and _moved(base, mine) and _moved(theirs, mine):
        found.conflicts.append(Conflict(path, list(theirs.values()), list(mine.values())))
    order = in_order(mine, theirs) if _moved(base, mine) else in_order(theirs, mine)
    return [kept[id] for id in order if id in kept]


def _by_id(rows: Sequence[Row]) -> dict[int, Row]:
    """Rows by id; those that have none yet by a number of their own below zero."""
    found: dict[int, Row] = {}
    for place, row in enumerate(rows):
        id = row.get("id")
        found[-1 - place if id is None or id in found else id] = row
    return found


def _moved(before: Iterable[int], after: Iterable[int]) -> bool:
    """True where what is in both is not in the same order."""
    known, still = set(before), set(after)
    return [id for id in before if id in still] != [id for id in after if id in known]


def _row(found: Merged, path: Path, base: Row | None, theirs: Row | None, mine: Row | None) -> Row | None:
    if theirs is not None and mine is not None:
        row: Row = _value(found, path, base or {"id": path[-1]}, theirs, mine)
        return row
    one = theirs if mine is None else mine
    if base is None:  # one of the two has added it
        if mine is None:
            found.taken.append(path)
        return one
    if same(base, one):  # one has taken it away, and the other has not touched it
        if theirs is None:
            found.taken.append(path)
        return None
    found.conflicts.append(Conflict(path, theirs, mine))
    return mine
