"""What two people changed of one document, side by side."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from mastro.web.language import Locale
from mastro.web.sections.editor.choices import STATUSES
from mastro.web.sections.editor.labels import label_of
from mastro.web.sections.editor.notes import as_text
from mastro.web.sections.editor.saving import Change, merged

LONGEST = 160
MOST_ROWS = 12
"""Rows of a list that are told one by one."""


class Difference(NamedTuple):
    """One thing that is not the same."""

    label: str
    theirs: str
    mine: str


def differences(change: Change, data: Mapping[str, Any], say: Locale) -> list[Difference]:
    """What the other one has changed: as it is stored now, and as it stands on the form."""
    stored = change.document
    form = {**stored, **merged(stored, data)}
    found: list[Difference] = []
    for key in change.keys:
        theirs, mine = stored.get(key), form.get(key)
        if isinstance(theirs, list):
            found += _rows(key, theirs, mine or [], say)
        else:
            told = [_note(each) if key == "notes" else _words(each, say) for each in (theirs, mine)]
            found.append(Difference(label_of(key, say) or key, *told))
    return found


def _rows(key: str, theirs: list[Any], mine: list[Any], say: Locale) -> list[Difference]:
    """The rows of a list that differ, each by its place."""
    longer = max(len(theirs), len(mine))
    pairs = [(place, _at(theirs, place), _at(mine, place)) for place in range(longer)]
    told = [(place, _row(one, say), _row(other, say)) for place, one, other in pairs]
    differing = [each for each in told if each[1] != each[2]]
    if not differing:
        return [Difference(label_of(key, say) or key, _count(theirs, say), _count(mine, say))]
    return [Difference(label_of(f"{key}.{place}", say), one, other) for place, one, other in differing[:MOST_ROWS]]


def _at(rows: list[Any], place: int) -> Mapping[str, Any] | None:
    return rows[place] if place < len(rows) else None


def _count(rows: list[Any], say: Locale) -> str:
    return say.ngettext("%(num)s riga", "%(num)s righe", len(rows)) % {"num": len(rows)}


def _row(row: Mapping[str, Any] | None, say: Locale) -> str:
    """A row or an installment in a line."""
    if row is None:
        return ""
    if "amount" in row or "due_date" in row:
        status = dict(STATUSES).get(row.get("status") or "", "")
        parts = (say.date(row.get("due_date")), _number(row.get("amount"), say), say(status) if status else "")
        return " · ".join(filter(None, parts))
    price = row.get("net_price") if row.get("net_price") is not None else row.get("gross_price")
    texts = (_number(row.get("qty"), say), row.get("name"), _number(price, say), _discount(row, say))
    return _short(" · ".join(filter(None, texts)))


def _discount(row: Mapping[str, Any], say: Locale) -> str:
    return f"−{say.percent(row['discount'])}" if row.get("discount") else ""


def _number(value: Any, say: Locale) -> str:
    return "" if value is None else say.number(value)


def _words(value: Any, say: Locale) -> str:
    """A value as it is told."""
    if isinstance(value, bool):
        return say("sì") if value else say("no")
    if isinstance(value, Decimal | int | float):
        return say.number(value)
    if isinstance(value, Mapping):
        name = value.get("name")
        return _short(str(name or value.get("id") or ", ".join(str(each) for each in value.values() if each)))
    return _short(str(value or "—"))


def _note(value: Any) -> str:
    return _short(as_text(str(value or ""))[0])


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
