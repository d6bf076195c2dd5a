"""Numbers of a body that every calculation can hold: no NaN, no infinity, below 10^12, at most 10 decimals."""

from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, get_origin

import msgspec

from mastro.api.types import base_of, without_none

MAX_DECIMAL = Decimal(10) ** 12
MAX_EXPONENT = 10

_LONGEST = 26
"""Characters of the longest bounded number: sign, twelve digits, point, ten decimals, and two to spare."""

Bounds = tuple[int, int]


def is_bounded(number: Decimal) -> bool:
    """True for a decimal that every calculation can hold.

    Invoices have some fifty of them and this is asked of each: comparing and writing a Decimal is faster than taking it
    apart.
    """
    try:
        if not -MAX_DECIMAL < number < MAX_DECIMAL:
            return False
    except InvalidOperation:  # NaN compares with nothing
        return False
    return len(str(number)) <= _LONGEST and -MAX_EXPONENT <= number.adjusted() <= MAX_DECIMAL.adjusted()


def bounds_of(expected: Any) -> Bounds | None:
    """Lowest and highest value of a `Percent` or another bounded decimal."""
    for meta in getattr(expected, "__metadata__", ()):
        if isinstance(meta, msgspec.Meta) and meta.extra:
            return meta.extra["ge"], meta.extra["le"]
    return None


@cache
def _fields(body: type[msgspec.Struct]) -> tuple[tuple[tuple[str, Bounds | None], ...], tuple[str, ...]]:
    """The decimal fields of a struct with their declared bounds, and the fields inside which there are more."""
    decimals: list[tuple[str, Bounds | None]] = []
    nested: list[str] = []
    for field in msgspec.structs.fields(body):
        expected = without_none(field.type)
        inner = expected.__args__[0] if get_origin(expected) is list else expected
        if base_of(expected) is Decimal:
            decimals.append((field.name, bounds_of(expected)))
        elif isinstance(inner, type) and issubclass(inner, msgspec.Struct) and any(_fields(inner)):
            nested.append(field.name)
    return tuple(decimals), tuple(nested)


def all_bounded(body: msgspec.Struct) -> bool:
    """True where every decimal of a decoded body is one that the rest of the program can hold."""
    decimals, nested = _fields(type(body))
    for name, bounds in decimals:
        number = getattr(body, name)
        if number is not None and (not is_bounded(number) or (bounds and not bounds[0] <= number <= bounds[1])):
            return False
    for name in nested:
        value = getattr(body, name)
        if value is None:
            continue
        if not (all(map(all_bounded, value)) if isinstance(value, list) else all_bounded(value)):
            return False
    return True
