"""Numbers of a body that every calculation can hold: no NaN, no infinity, below 10^12, at most 10 decimals.

Looking at each of the hundred decimals of an invoice costs more than reading the invoice. So the bytes are searched for
what an unbounded number would have to look like, and only a body with such a place is looked at value by value.
"""

import re
from decimal import Decimal
from functools import cache
from typing import Any, get_origin

import msgspec

from mastro.api.types import base_of, without_none

MAX_DECIMAL = Decimal(10) ** 12
MAX_EXPONENT = 10

_SUSPICIOUS = re.compile(rb'\d{13}|\.\d{11}|\d[eE][+-]?\d|"[\s+-]*(?:s?nan|inf)', re.IGNORECASE)
"""Thirteen digits, eleven decimals, an exponent, or a text that Decimal reads as no number."""

Bounds = tuple[int, int]


def is_bounded(number: Decimal) -> bool:
    """True for a decimal that every calculation can hold."""
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and -MAX_EXPONENT <= exponent <= MAX_EXPONENT and abs(number) < MAX_DECIMAL


def bounds_of(expected: Any) -> Bounds | None:
    """Lowest and highest value of a `Percent` or another bounded decimal."""
    for meta in getattr(expected, "__metadata__", ()):
        if isinstance(meta, msgspec.Meta) and meta.extra:
            return meta.extra["ge"], meta.extra["le"]
    return None


def all_bounded(raw: bytes, body: msgspec.Struct) -> bool:
    """True where every decimal of a decoded body is one that the rest of the program can hold."""
    return _within(body, only_declared=_SUSPICIOUS.search(raw) is None)


@cache
def _fields(
    body: type[msgspec.Struct], *, only_declared: bool
) -> tuple[tuple[tuple[str, Bounds | None], ...], tuple[str, ...]]:
    """The decimal fields of a struct with their declared bounds, and the fields inside which there are more."""
    decimals: list[tuple[str, Bounds | None]] = []
    nested: list[str] = []
    for field in msgspec.structs.fields(body):
        expected = without_none(field.type)
        inner = expected.__args__[0] if get_origin(expected) is list else expected
        if base_of(expected) is Decimal:
            if bounds_of(expected) or not only_declared:
                decimals.append((field.name, bounds_of(expected)))
        elif (
            isinstance(inner, type)
            and issubclass(inner, msgspec.Struct)
            and any(_fields(inner, only_declared=only_declared))
        ):
            nested.append(field.name)
    return tuple(decimals), tuple(nested)


def _within(body: msgspec.Struct, *, only_declared: bool) -> bool:
    decimals, nested = _fields(type(body), only_declared=only_declared)
    for name, bounds in decimals:
        number = getattr(body, name)
        if number is None:
            continue
        if not (only_declared or is_bounded(number)) or (bounds and not bounds[0] <= number <= bounds[1]):
            return False
    for name in nested:
        value = getattr(body, name)
        if isinstance(value, list):
            for entry in value:
                if not _within(entry, only_declared=only_declared):
                    return False
        elif value is not None and not _within(value, only_declared=only_declared):
            return False
    return True
