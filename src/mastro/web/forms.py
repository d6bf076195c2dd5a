"""What was typed into a form → the `data` of an operation, typed by its struct.

The name of an input is the dotted path of the key that it fills, such as `items_list.0.qty`: the same path as in the
`validation_result` of a refusal, so an error finds its input.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from mastro.api.errors import Validation
from mastro.api.types import base_of, without_none
from mastro.model.base import Body
from mastro.sheets import cells
from mastro.web.language import N_, Code

WRONG_NUMBER = N_("Scrivi un numero, per esempio 1.234,56.")
WRONG_DATE = N_("Scrivi una data, per esempio 31/12/2026.")
MAX_ROWS = 10_000
MAX_NUMBER = 100
"""Characters of a number."""
_GROUPED = re.compile(r"-?\d{1,3}([.,'])\d{3}(\1\d{3})*$")


class Typed(dict[str, Any]):
    """The `data` of an operation, with what could not be read: input → message (a key of the catalogue)."""

    def __init__(self) -> None:
        super().__init__()
        self.errors: dict[str, str] = {}


def typed(body: type[Body], fields: Mapping[str, str], language: Code = "it") -> Typed:
    """The `data` that a form means. Fields that are no key of the struct are left out; what is empty becomes null.

    A checkbox sends `on` and is preceded by a hidden input `off` of the same name. Rows are numbered (`rows.0.name`);
    gaps close.
    """
    data = Typed()
    for name, text in fields.items():
        _place(data, body, name.split("."), _Input(name, text.strip(), language, data.errors))
    _close_gaps(data)
    return data


@dataclass(frozen=True, slots=True)
class _Input:
    """What one input of the form says."""

    name: str
    text: str
    language: Code
    errors: dict[str, str]


def _place(target: dict[Any, Any], body: type[Body], parts: list[str], given: _Input) -> None:
    """Put what an input says where the rest of its path leads."""
    expected = _types(body).get(parts[0])
    rest = parts[1:]
    if expected is None:
        return
    if get_origin(expected) is list:
        _place_row(target.setdefault(parts[0], {}), get_args(expected)[0], rest, given)
    elif isinstance(expected, type) and issubclass(expected, Body):
        if rest:
            _place(target.setdefault(parts[0], {}), expected, rest, given)
    elif expected == dict[str, Any]:
        _place_free(target.setdefault(parts[0], {}), rest, given.text)
    elif not rest:
        value = _value(expected, given.text, given.language)
        if isinstance(value, _Wrong):
            given.errors[given.name] = value.message
            value = given.text  # for the form that is shown again
        target[parts[0]] = value


def _place_row(rows: dict[int, Any], inner: Any, parts: list[str], given: _Input) -> None:
    if not parts or not parts[0].isdigit() or int(parts[0][:9]) >= MAX_ROWS:
        return
    index = int(parts[0])
    if isinstance(inner, type) and issubclass(inner, Body):
        if len(parts) > 1:
            _place(rows.setdefault(index, {}), inner, parts[1:], given)
    elif len(parts) == 1:
        rows[index] = given.text


def _place_free(tree: dict[str, Any], parts: list[str], text: str) -> None:
    """A leaf of a free tree (`ei_raw`): text, left out where it is empty."""
    for part in parts[:-1]:
        tree = tree.setdefault(part, {})
    if parts and text:
        tree[parts[-1]] = text


class _Wrong:
    def __init__(self, message: str) -> None:
        self.message = message


def _value(expected: Any, text: str, language: Code) -> Any:
    if expected is bool:
        return text.lower() in {"on", "1", "true", "yes"}
    if expected is str:
        return text
    if not text:
        return None
    if expected is Decimal:
        found = number(text, language)
        return _Wrong(WRONG_NUMBER) if found is None else found
    if expected is int:
        found = number(text, language)
        return _Wrong(WRONG_NUMBER) if found is None or found != found.to_integral_value() else int(found)
    if expected is dt.date:
        day = date(text)
        return _Wrong(WRONG_DATE) if day is None else day.isoformat()
    return text


def number(text: str, language: Code = "it") -> Decimal | None:
    """A number as people write it: `1.234,56`, `1234.56`, `1 234,5`, `€ 12`; None for what is none.

    Where both signs occur, the last one is the decimal one. One sign followed by exactly three digits groups thousands
    if it does so in the reader's language (`1.234` is 1234 in Italian and 1.234 in English), unless a zero leads.
    """
    if len(text) > MAX_NUMBER:
        return None
    plain = re.sub(r"[\s\u00a0\u202f€']", "", text)
    if "," in plain and "." in plain:
        decimal = max(",", ".", key=plain.rfind)
        plain = plain.replace("." if decimal == "," else ",", "").replace(decimal, ".")
    elif plain.count(",") + plain.count(".") > 1:
        plain = plain.replace(",", "").replace(".", "") if _GROUPED.match(plain) else "?"
    else:
        grouping = "." if language == "it" else ","
        if _GROUPED.match(plain) and grouping in plain and not plain.lstrip("-").startswith("0"):
            plain = plain.replace(grouping, "")
        plain = plain.replace(",", ".")
    try:
        found = Decimal(plain) if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", plain) else None
    except InvalidOperation:
        return None
    return found


def date(text: str) -> dt.date | None:
    """A day as people write it: `31/12/2026`, `31.12.26`, `2026-12-31`; None for what is none."""
    return cells.day(text)


@cache
def _types(body: type[Body]) -> dict[str, Any]:
    """The plain type of each key: without None, bounds and other annotations."""
    hints = get_type_hints(body, include_extras=True)
    return {name: base_of(without_none(base_of(hints[name]))) for name in body.__struct_fields__}


def _close_gaps(value: Any) -> None:
    """Numbered rows become lists, in their order; a choice of nothing (`{"id": None}`) becomes null."""
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        if inner == {"id": None}:
            value[key] = None
        elif isinstance(inner, dict) and inner and all(isinstance(index, int) for index in inner):
            value[key] = [inner[index] for index in sorted(inner)]
            for row in value[key]:
                _close_gaps(row)
        else:
            _close_gaps(inner)


def errors_by_input(validation: Validation | Mapping[str, Any] | None) -> dict[str, str]:
    """The messages of a refusal by the input that they belong to: `data.entity.name` → `entity.name`."""
    found: dict[str, str] = {}
    for path, messages in (validation or {}).items():
        said = " ".join(map(str, messages)) if isinstance(messages, list | tuple) else str(messages)
        found[path.removeprefix("data.")] = said
    return found
