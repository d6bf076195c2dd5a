"""Annotations of the structs, taken apart: what the body reader and the number check ask of a field's type."""

import types
from typing import Any, Union, get_args, get_origin

import msgspec


def without_none(expected: Any) -> Any:
    """The type of a value that is set."""
    if get_origin(expected) in (Union, types.UnionType):
        rest = [arm for arm in get_args(expected) if arm not in (type(None), msgspec.UnsetType)]
        return rest[0]
    return expected


def base_of(expected: Any) -> Any:
    """The type without its bounds."""
    return expected.__origin__ if hasattr(expected, "__metadata__") else expected
