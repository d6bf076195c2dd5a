"""What two people changed of one document, side by side."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from mastro.web.language import Locale
from mastro.web.sections.editor.choices import STATUSES, vat_label
from mastro.web.sections.editor.labels import label_of
from mastro.web.sections.editor.merge import LISTS, Conflict, Merged, Path
from mastro.web.sections.editor.notes import as_text
from mastro.web.sections.editor.raw import RAW, raw_text
from mastro.web.sections.editor.start import Start
from mastro.web.sections.editor.versions import CHOICE

LONGEST = 2000
"""Characters of a text that are shown."""

NAMED_BY = {"payment_method": "payment_methods_list", "payment_account": "payment_accounts_list"}
"""Key → where the pre-create info names what it may refer to."""


class Difference(NamedTuple):
    """A choice between two versions."""

    input: str
    """Name of the input that says which of them stands."""
    label: str
    theirs: str
    mine: str


def differences(start: Start, merged: Merged, say: Locale) -> list[Difference]:
    """What both have changed: as the other one has stored it, and as it stands on the form."""
    return [_difference(start, merged, each, say) for each in merged.conflicts]


def taken(start: Start, merged: Merged, say: Locale) -> list[str]:
    """What was taken over from the other one without asking, by its labels."""
    labels = [label_of(_name(merged, path), say, start.kind) for path in merged.taken]
    return list(dict.fromkeys(filter(None, labels)))


def _difference(start: Start, merged: Merged, conflict: Conflict, say: Locale) -> Difference:
    path = conflict.path
    label = label_of(_name(merged, path), say, start.kind) or str(path[-1])
    if path[0] in LISTS and len(path) == 1:
        label = say("%(what)s: ordine", what=label)
    told = [_words(start, path, value, say) for value in (conflict.theirs, conflict.mine)]
    return Difference(CHOICE + "/".join(map(str, path)), label, *told)


def _name(merged: Merged, path: Path) -> str:
    """Name of the input of a place: rows are numbered as they stand on the form."""
    key, *rest = path
    if key not in LISTS or not rest:
        return ".".join(map(str, path))
    ids = [row.get("id") for row in merged.document[str(key)] or ()]
    if rest[0] not in ids:
        return str(key)
    return ".".join([str(key), str(ids.index(rest[0])), *map(str, rest[1:])])


def _words(start: Start, path: Path, value: Any, say: Locale) -> str:
    """A value as it is told; of a row that one has taken away, that it is gone."""
    key = str(path[-1])
    if path[0] in LISTS and len(path) == 2:
        return _row(value, say) if value else say("Eliminata")
    if isinstance(value, list):
        return _short(" · ".join(_row(row, say) for row in value))
    if isinstance(value, bool):
        return say("sì") if value else say("no")
    if key == RAW and value:
        return _short(raw_text(value))
    if isinstance(value, Mapping):
        return _reference(start, key, value, say)
    if isinstance(value, Decimal | int | float):
        return say.number(value)
    if key == "notes":
        return _short(as_text(str(value or ""))[0])
    if key == "status":
        return say(dict(STATUSES).get(str(value), ""))
    return say.date(value) if key == "date" or key.endswith("_date") else _short(str(value or ""))


def _reference(start: Start, key: str, value: Mapping[str, Any], say: Locale) -> str:
    id = value.get("id")
    if key == "vat":
        known = {vat["id"]: vat for vat in start.info["vat_types_list"]}
        return vat_label(known.get(id, value), say)
    if key in NAMED_BY:
        known = {row["id"]: row for row in start.info[NAMED_BY[key]]}
        return str(known.get(id, value).get("name") or id or "")
    name = value.get("name")
    return _short(str(name or id or ", ".join(str(each) for each in value.values() if each)))


def _row(row: Mapping[str, Any], say: Locale) -> str:
    """A row or an installment in a line."""
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


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
