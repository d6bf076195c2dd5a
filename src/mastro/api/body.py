"""Bytes of a request → a typed struct.

The fast way decodes and stops at the first error; only a body that was refused is walked again, to name every broken
key in the vendor's words, to forgive what the vendor forgives, and to try once more.

Forgiven: unknown keys, read-only keys of any type, null on any key (it means "not set").
"""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any, Generic, Literal, TypeVar, get_args, get_origin

import msgspec

from mastro.api.decimals import all_bounded, bounds_of, is_bounded
from mastro.api.errors import Invalid, Validation
from mastro.api.types import base_of, without_none
from mastro.model.base import Body, Id

B = TypeVar("B", bound=Body)

INVALID_JSON = "Invalid JSON data in request body."
MAX_ERRORS = 100
"""How many broken keys one answer lists."""

MAX_KEY = 40
"""Letters of a free key that an answer repeats."""


class Envelope(msgspec.Struct, Generic[B]):
    """`{"data": …, "options": …}` with the other keys that some operations take beside them."""

    data: B
    options: dict[str, Any] | None = None
    pending_id: Id | None = None
    autocomplete_number: bool | None = None


@cache
def _decoder(body: type[Body]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(Envelope[body], strict=False)  # type: ignore[valid-type]  # a type made at run time


def parse(raw: bytes, body: type[B]) -> Envelope[B]:
    """The body of a create. Raises Invalid with every broken key."""
    if b"\\u0000" not in raw:
        try:
            envelope: Envelope[B] = _decoder(body).decode(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            pass
        else:
            if all_bounded(envelope.data):
                return _without_read_only(envelope)
    return _without_read_only(_explain(_load(raw), body))


def _without_read_only(envelope: Envelope[B]) -> Envelope[B]:
    for name, default in _read_only(type(envelope.data)):
        setattr(envelope.data, name, default)
    return envelope


@cache
def _read_only(body: type[Body]) -> tuple[tuple[str, Any], ...]:
    """The keys that only the server writes, with what they are before it does."""
    return tuple((f.name, f.default) for f in msgspec.structs.fields(body) if f.name in body.READ_ONLY)


def parse_over(raw: bytes, stored: bytes, body: type[B]) -> Envelope[B]:
    """The body of a modify: keys of the first level that are sent replace the stored ones, the others stay."""
    sent = _load(raw)
    data = sent.get("data")
    if isinstance(data, dict):
        kept: dict[str, Any] = {k: v for k, v in data.items() if k not in body.READ_ONLY}
        sent = {**sent, "data": {**_loads(stored), **kept}}
    return _explain(sent, body)


_loader = msgspec.json.Decoder(float_hook=Decimal)
_loads = _loader.decode


def _load(raw: bytes) -> dict[str, Any]:
    """The body as plain values, decimals exact."""
    try:
        loaded = _loads(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ArithmeticError, ValueError):
        raise Invalid(INVALID_JSON, code="INVALID_JSON") from None
    if not isinstance(loaded, dict):
        raise Invalid(INVALID_JSON, code="INVALID_JSON")
    return loaded


def _explain(sent: dict[str, Any], body: type[B]) -> Envelope[B]:
    """Read plain values key by key; raises Invalid with all the keys that cannot be."""
    errors: Validation = {}
    data = sent.get("data")
    if data is None:
        raise Invalid(validation={"data": ["The i dati field is required."]})
    if not isinstance(data, dict):
        raise Invalid(validation={"data": ["The i dati field must be an object."]})
    value = _struct(data, body, "data", errors)
    options = sent.get("options")
    if options is not None and not isinstance(options, dict):
        errors["options"] = ["The options field must be an object."]
        options = None
    pending = None if sent.get("pending_id") is None else _value(sent["pending_id"], Id, "pending_id", errors)
    autocomplete = _scalar(sent.get("autocomplete_number"), bool, "autocomplete_number", errors)
    if errors:
        raise Invalid(validation=errors)
    assert isinstance(value, body)  # noqa: S101  (what _struct returns without errors)
    return Envelope(value, options, pending, autocomplete)


def display(path: str) -> str:
    """A path as the vendor's messages write it: `data.items_list.0.vat` → `data.items list.0.vat`."""
    return path.replace("_", " ")


def _fail(errors: Validation, path: str, text: str) -> Any:
    """Note a broken key; None, which stands for its value from here on."""
    if len(errors) < MAX_ERRORS:
        errors.setdefault(path, []).append(f"The {display(path)} {text}")
    return None


@cache
def _fields(body: type[msgspec.Struct]) -> dict[str, Any]:
    return {field.encode_name: field.type for field in msgspec.structs.fields(body)}


def _struct(values: dict[str, Any], body: type[Body], path: str, errors: Validation) -> Body | None:
    known = _fields(body)
    arguments: dict[str, Any] = {}
    for key, value in values.items():
        if (
            value is None
            or key not in known
            or (key in body.READ_ONLY and path == "data" and _is_foreign(value, known[key]))
        ):
            continue
        read = _value(value, known[key], f"{path}.{key}", errors)
        if read is not None:
            arguments[key] = read
    return body(**arguments)


def _is_foreign(value: Any, expected: Any) -> bool:
    """True for a value of a read-only key that does not even have the key's type."""
    probe: Validation = {}
    _value(value, expected, "", probe)
    return bool(probe)


def _value(value: Any, expected: Any, path: str, errors: Validation) -> Any:
    expected = without_none(expected)
    origin = get_origin(expected)
    if origin is list:
        return _list(value, get_args(expected)[0], path, errors)
    if isinstance(expected, type) and issubclass(expected, Body):
        if not isinstance(value, dict):
            return _fail(errors, path, "field must be an object.")
        return _struct(value, expected, path, errors)
    if origin is dict or expected is dict:
        if not isinstance(value, dict):
            return _fail(errors, path, "field must be an object.")
        _check_tree(value, path, errors)
        inner = get_args(expected)[1:]
        if inner and isinstance(inner[0], type) and issubclass(inner[0], Body):
            return {key: _value(each, inner[0], f"{path}.{key[:MAX_KEY]}", errors) for key, each in value.items()}
        return value
    return _scalar(value, expected, path, errors)


def _list(value: Any, item: Any, path: str, errors: Validation) -> list[Any] | None:
    if not isinstance(value, list):
        _fail(errors, path, "field must be an array.")
        return None
    read = [_value(entry, item, f"{path}.{index}", errors) for index, entry in enumerate(value) if entry is not None]
    return [entry for entry in read if entry is not None]


def _check_tree(value: Any, path: str, errors: Validation) -> Any:
    """A free tree may hold anything that the store can keep."""
    stack = [value]
    while stack:
        node = stack.pop()
        if isinstance(node, str) and "\x00" in node:
            return _fail(errors, path, "field must not hold the character NUL.")
        if isinstance(node, dict):
            stack += [*node.keys(), *node.values()]
        elif isinstance(node, list):
            stack += node
    return None


Scalar = Callable[[Any], Any]


def _scalar(value: Any, expected: Any, path: str, errors: Validation) -> Any:
    if value is None:
        return None
    base = base_of(expected)
    if base is str:
        return _text(value, path, errors)
    if base is Decimal:
        return _decimal(value, expected, path, errors)
    if base is dt.date:
        return _date(value, path, errors)
    if get_origin(base) is Literal:
        choices = get_args(base)
        if value in choices:
            return value
        return _fail(errors, path, f"field is invalid; it must be one of: {', '.join(map(str, choices))}.")
    try:
        return msgspec.convert(value, expected, strict=False)
    except msgspec.ValidationError:
        kind = "true or false" if base is bool else "an integer"
        return _fail(errors, path, f"field must be {kind}{_range(expected)}.")


def _range(expected: Any) -> str:
    for meta in getattr(expected, "__metadata__", ()):
        if isinstance(meta, msgspec.Meta) and meta.ge is not None:
            return f" between {meta.ge} and {meta.le}"
    return ""


def _text(value: Any, path: str, errors: Validation) -> Any:
    if not isinstance(value, str):
        return _fail(errors, path, "field must be a string.")
    if "\x00" in value:
        return _fail(errors, path, "field must not hold the character NUL.")
    return value


def _decimal(value: Any, expected: Any, path: str, errors: Validation) -> Any:
    if isinstance(value, bool) and _takes_switch(expected):
        return Decimal(value)
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        return _fail(errors, path, "field must be a number.")
    try:
        number = Decimal(value)
    except ArithmeticError:
        return _fail(errors, path, "field must be a number.")
    if not is_bounded(number):
        return _fail(errors, path, "field must be a number below 10^12 with at most 10 decimals.")
    bounds = bounds_of(expected)
    if bounds and not bounds[0] <= number <= bounds[1]:
        return _fail(errors, path, f"field must be between {bounds[0]} and {bounds[1]}.")
    return number


def _takes_switch(expected: Any) -> bool:
    return any(meta.extra and "switch" in meta.extra for meta in getattr(expected, "__metadata__", ()))


_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})([T ]\d{2}:\d{2}[0-9:.+Z-]*)?", re.ASCII)
"""A date; programs that think in moments send a time with it."""


def _date(value: Any, path: str, errors: Validation) -> Any:
    found = _DATE.fullmatch(value) if isinstance(value, str) else None
    try:
        if found:
            return dt.date.fromisoformat(found[1])
    except ValueError:
        pass
    return _fail(errors, path, "field is not a valid date (YYYY-MM-DD).")


def check_required(body: Body, path: str = "data") -> Validation:
    """The keys that the struct declares as required and that are not set."""
    errors: Validation = {}
    for key in body.REQUIRED:
        if getattr(body, key) in (None, ""):
            errors[f"{path}.{key}"] = [f"The {display(f'{path}.{key}')} field is required."]
    return errors
