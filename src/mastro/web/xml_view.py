"""An electronic invoice to read: its whole tree as titled parts, pairs and tables, with what its codes mean."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from mastro.italy import codes
from mastro.web.language import Code

MAX_TEXT = 2000
"""Characters of a value that are shown: an attachment is a value of millions."""

_TABLES = frozenset(get_args(codes.TableName))
_JOINT = re.compile(r"(?<=[a-zà-ù0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(slots=True)
class Part:
    """An element of elements: its values, its tables, and the parts inside it."""

    name: str
    pairs: list[tuple[str, str]] = field(default_factory=list)
    tables: list["Rows"] = field(default_factory=list)
    parts: list["Part"] = field(default_factory=list)


@dataclass(slots=True)
class Rows:
    """An element that is repeated."""

    name: str
    columns: list[str]
    rows: list[list[str]]


def parts(tree: Mapping[str, Any], language: Code) -> list[Part]:
    """The parts of an invoice in the order of the file: nothing of it is left out."""
    return _part("", tree, language).parts


def named(element: str) -> str:
    """The official name of an element in words: `DatiBeniServizi` is `Dati Beni Servizi`."""
    return _JOINT.sub(" ", element)


def _part(name: str, tree: Mapping[str, Any], language: Code) -> Part:
    part = Part(named(name))
    for key, value in tree.items():
        if isinstance(value, Mapping):
            part.parts.append(_part(key, value, language))
        elif isinstance(value, list):
            _repeated(part, key, value, language)
        else:
            part.pairs.append((named(key), _said(key, str(value), language)))
    return part


def _repeated(part: Part, key: str, values: list[Any], language: Code) -> None:
    trees = [value for value in values if isinstance(value, Mapping)]
    if len(trees) < len(values):
        part.pairs.append((named(key), " · ".join(_said(key, str(value), language) for value in values)))
    elif any(_is_deep(tree) for tree in trees):
        part.parts.extend(_part(key, tree, language) for tree in trees)
    else:
        columns = list(dict.fromkeys(name for tree in trees for name in tree))
        rows = [[_inline(name, tree.get(name, ""), language) for name in columns] for tree in trees]
        part.tables.append(Rows(named(key), [named(name) for name in columns], rows))


def _is_deep(tree: Mapping[str, Any]) -> bool:
    """True for what holds elements of elements of elements: no row of a table could say it."""
    inner = [each for value in tree.values() for each in (value if isinstance(value, list) else [value])]
    branches = [value for value in inner if isinstance(value, Mapping)]
    return any(isinstance(leaf, Mapping | list) for branch in branches for leaf in branch.values())


def _inline(key: str, value: Any, language: Code) -> str:
    if isinstance(value, list):
        return "; ".join(_inline(key, each, language) for each in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{named(name)} {_inline(name, inner, language)}" for name, inner in value.items())
    return _said(key, str(value), language)


def _said(key: str, text: str, language: Code) -> str:
    """A value, with its meaning where it is a code."""
    if len(text) > MAX_TEXT:
        return f"{text[:80]}… ({len(text):,})"
    for name in _TABLES:
        if name == key:
            meaning = codes.describe(name, text, language)
            return text if meaning == text else f"{text} ({meaning})"
    return text
