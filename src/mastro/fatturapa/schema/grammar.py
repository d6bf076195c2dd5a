"""The few words in which a format is declared: kind (of text), element, choice, block, schema.

A declaration is a value without behaviour of its own kind: `write`, `read` and `check` each derive what they need from
it, so that a change of the format is made in one place.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from mastro.fatturapa.schema.codes import Codes

Whitespace = Literal["preserve", "replace", "collapse"]
"""What XML Schema does with blanks before it looks at a value."""

_LINE_BREAKS = str.maketrans("\t\n\r", "   ")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of text that a leaf may hold."""

    name: str
    pattern: re.Pattern[str]
    expected: str
    """What a reader of a finding is told: the same in every language."""
    whitespace: Whitespace = "preserve"
    codes: Codes | None = None
    limit: Callable[[str], bool] | None = None
    """What a pattern cannot say: ranges, days of the calendar."""
    longest: int = 0
    """Characters that fit, 0 where the pattern alone decides."""
    latin1: bool = False
    """Whether accented letters of Latin-1 are allowed; text of other kinds is Basic Latin."""

    def normalise(self, text: str) -> str:
        """Text as the schema sees it, with blanks handled."""
        if self.whitespace == "preserve":
            return text
        text = text.translate(_LINE_BREAKS)
        return text if self.whitespace == "replace" else " ".join(filter(None, text.split(" ")))

    def accepts(self, text: str) -> bool:
        """Whether the official schema accepts this text here."""
        value = self.normalise(text)
        if self.codes is not None:
            return value in self.codes.rows
        if self.pattern.fullmatch(value) is None:
            return False
        return self.limit is None or self.limit(value)


@dataclass(frozen=True, slots=True)
class Element:
    """A named place: what it holds and how often it may occur."""

    name: str
    content: "Kind | Block"
    least: int = 1
    most: int | None = 1
    """None: as often as one likes."""
    default: str = ""
    """What an empty element stands for, where the schema says so."""

    @property
    def many(self) -> bool:
        """Whether the tree keeps a list here."""
        return self.most != 1


@dataclass(frozen=True, slots=True)
class Choice:
    """Exactly one of these branches."""

    branches: tuple[tuple[Element, ...], ...]


@dataclass(frozen=True, eq=False)
class Block:
    """An element of elements, in this order."""

    parts: tuple[Element | Choice, ...]
    signed: bool = False
    """Whether an enveloped `ds:Signature` may close it."""
    fixed: tuple[tuple[str, str], ...] = ()
    """Attributes with the one value that they have."""
    elements: dict[str, Element] = field(init=False, repr=False)
    order: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        flat = list(_flatten(self.parts))
        object.__setattr__(self, "elements", {element.name: element for element in flat})
        object.__setattr__(self, "order", {element.name: index for index, element in enumerate(flat)})


@dataclass(frozen=True, eq=False)
class Schema:
    """A document format: its root, its namespace and its attributes."""

    name: str
    version: str
    namespace: str
    prefix: str
    root: str
    block: Block
    formats: tuple[str, ...]
    """Values that the attribute `versione` may have."""
    attributes: tuple[tuple[str, Kind], ...] = ()
    """Optional attributes of the root beside `versione`."""

    @property
    def tag(self) -> str:
        """Name of the root as lxml writes it."""
        return f"{{{self.namespace}}}{self.root}"


def _flatten(parts: tuple[Element | Choice, ...]) -> Iterator[Element]:
    for part in parts:
        if isinstance(part, Element):
            yield part
        else:
            for branch in part.branches:
                yield from branch


def one(name: str, content: Kind | Block, default: str = "") -> Element:
    """Exactly one."""
    return Element(name, content, default=default)


def maybe(name: str, content: Kind | Block) -> Element:
    """None or one."""
    return Element(name, content, least=0)


def some(name: str, content: Kind | Block, most: int | None = None) -> Element:
    """One or more."""
    return Element(name, content, most=most)


def several(name: str, content: Kind | Block) -> Element:
    """None or more."""
    return Element(name, content, least=0, most=None)


def block(*parts: Element | Choice, signed: bool = False, fixed: tuple[tuple[str, str], ...] = ()) -> Block:
    """Elements in this order."""
    return Block(parts, signed, fixed)


def either(*branches: tuple[Element, ...]) -> Choice:
    """One branch of these."""
    return Choice(branches)
