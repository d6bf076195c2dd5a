"""From a tree to bytes: a string writer whose plan is worked out once from the schema.

Trees of one program are alike: how one with the same names was written is remembered.
Elements come out in the order of the schema, whatever the order of the tree. Nothing is checked here beyond what would
break the XML itself; `check` says whether the SdI would take the file.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from mastro.fatturapa.schema import Block, Element, Schema
from mastro.fatturapa.tree import Invoice, Tree

_CONTROLS = bytes(set(range(0x20)) - set(b"\t\n\r"))

_ORDINARY = bytes(set(range(0x100)) - set(_CONTROLS) - set(b"<>&\r"))
"""What may stand in a text as it is."""

XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


class NotWritableError(ValueError):
    """The tree holds what no XML of this format can: an unknown element, a number for a text, a control character."""


class _Place(NamedTuple):
    """Where an element goes in its block, and what stands around it."""

    rank: int
    name: str
    opening: str
    closing: str
    inner: "_Plan | None"
    """Of an element of elements."""
    many: bool
    """Whether it may be repeated."""


class _Shape(NamedTuple):
    """How a tree with certain names is written: worked out once, then filled in."""

    parts: list[str]
    """What stands around the values, and at the odd places the values."""
    order: tuple[str, ...] | None
    """The names in the order of the schema; None where the tree is in it."""
    tags: int
    """In the parts."""
    others: tuple[tuple[int, str, str, "_Plan | None", _Place], ...]
    """The parts that are elements of elements, or may be lists: opening tag, closing tag and what is inside of each."""
    leaves: tuple[tuple[int, _Place], ...]
    """The parts that are one text."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """The places of a block, and the shapes in which trees of it came."""

    places: dict[str, _Place]
    shapes: dict[tuple[str, ...], _Shape] = field(default_factory=dict)


_Escape = Callable[[str], str] | None
"""What is done to every text: nothing, unless some text has markup."""

MOST_SHAPES = 500
"""Of one block that are remembered: a program writes few, and nobody's files may fill the memory."""


def write(invoice: Invoice) -> bytes:
    """The invoice as UTF-8 XML. Raises NotWritableError where the tree does not fit the format."""
    attributes = {"versione": invoice.format}
    if invoice.system:
        attributes["SistemaEmittente"] = invoice.system
    return write_tree(invoice.schema, invoice.tree, attributes)


def write_tree(schema: Schema, tree: Tree, attributes: dict[str, str]) -> bytes:
    """Any document of a declared format as UTF-8 XML."""
    plan = _plan(schema.block)
    text, tags = _write_block(tree, plan, None)
    body = _bytes(text)
    # What must be escaped, and what is forbidden, is rare: it is looked for once in the whole, not in every value.
    if len(body.translate(None, _ORDINARY)) != 2 * tags:
        body = _escaped(_write_block(tree, plan, _escape)[0])
    name = f"{schema.prefix}:{schema.root}"
    said = "".join(f' {key}="{_attribute(value)}"' for key, value in attributes.items())
    opening = f'{XML}<{name} xmlns:{schema.prefix}="{schema.namespace}"{said}>'
    return b"".join((_escaped(opening), body, f"</{name}>\n".encode()))


def _bytes(text: str) -> bytes:
    if "\ufffe" in text or "\uffff" in text:
        raise NotWritableError("A code that is no character cannot stand in XML.")
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise NotWritableError(f"Half a character: {error.object[error.start : error.end]!r}.") from error


def _escaped(text: str) -> bytes:
    """The bytes of XML whose values are escaped. Raises NotWritableError for what XML forbids."""
    body = _bytes(text.replace("\r", "&#13;"))
    if len(body.translate(None, _CONTROLS)) != len(body):
        raise NotWritableError("A control character cannot stand in XML.")
    return body


@cache
def _plan(block: Block) -> _Plan:
    """Where each element goes and what stands around it; worked out once per block of a schema."""
    return _Plan({name: _place(block, element) for name, element in block.elements.items()})


def _place(block: Block, element: Element) -> _Place:
    name, content = element.name, element.content
    pairs = content.fixed if isinstance(content, Block) else ()
    opening = f"<{name}" + "".join(f' {key}="{value}"' for key, value in pairs) + ">"
    inner = _plan(content) if isinstance(content, Block) else None
    return _Place(block.order[name], name, opening, f"</{name}>", inner, element.many)


def _write_block(tree: Tree, plan: _Plan, escape: _Escape) -> tuple[str, int]:
    """The elements of a tree, and the number of tags."""
    names = tuple(tree)
    shape = plan.shapes.get(names) or _new_shape(plan, names)
    filled, order, tags, others, leaves = shape
    parts: list[Any] = filled.copy()
    parts[1::2] = tree.values() if order is None else [tree[name] for name in order]
    for index, opening, closing, inner, place in others:
        value = parts[index]
        if type(value) is list and len(value) == 1:
            value = value[0]
        if inner is not None and type(value) is dict:
            text, more = _write_block(value, inner, escape)
            parts[index] = f"{opening}{text}{closing}"
            tags += more + 2
        else:
            parts[index], more = _write_element(value, place, escape)
            tags += more
    if escape is None:
        try:
            return "".join(parts), tags
        except TypeError:  # something that is no text: found below
            pass
    for index, place in leaves:
        if type(parts[index]) is list:  # an element that a broken file repeats
            return _write_repeated(tree, plan, escape)
        parts[index] = _text_of(parts[index], place, escape)
    return "".join(parts), tags


def _write_repeated(tree: Tree, plan: _Plan, escape: _Escape) -> tuple[str, int]:
    """The elements of a tree, each in its turn, as often as it is there."""
    in_order = sorted(tree.items(), key=lambda pair: plan.places[pair[0]].rank)
    written = [_write_element(value, plan.places[name], escape) for name, value in in_order]
    return "".join(text for text, _ in written), sum(tags for _, tags in written)


def _new_shape(plan: _Plan, names: tuple[str, ...]) -> _Shape:
    for name in names:
        if name not in plan.places:
            raise NotWritableError(f"Unknown element {name!r}: the format has {', '.join(plan.places)} here.")
    places = sorted((plan.places[name] for name in names), key=lambda place: place.rank)
    parts, after = [], ""
    leaves, others = [], []
    for index, place in enumerate(places):
        single = place.inner is None and not place.many
        parts += [after + (place.opening if single else ""), ""]
        after = place.closing if single else ""
        if single:
            leaves.append((2 * index + 1, place))
        else:
            others.append((2 * index + 1, place.opening, place.closing, place.inner, place))
    ordered = tuple(place.name for place in places)
    shape = _Shape(
        [*parts, after], None if ordered == names else ordered, 2 * len(leaves), tuple(others), tuple(leaves)
    )
    if len(plan.shapes) >= MOST_SHAPES:
        plan.shapes.clear()
    plan.shapes[names] = shape
    return shape


def _write_element(value: Any, place: _Place, escape: _Escape) -> tuple[str, int]:
    """An element of elements, or a repeated one, with its tags and how many these are."""
    _, name, opening, closing, inner, _ = place
    pieces: list[str] = []
    tags = 0
    for each in value if type(value) is list else (value,):
        if inner is None:
            text, more = _text_of(each, place, escape), 2
        elif type(each) is dict:
            text, more = _write_block(each, inner, escape)
            more += 2
        else:
            raise NotWritableError(f"Element {name} holds elements, not {type(each).__name__}.")
        pieces += (opening, text, closing)
        tags += more
    return "".join(pieces), tags


def _text_of(value: Any, place: _Place, escape: _Escape) -> str:
    if type(value) is not str:
        raise NotWritableError(f"Element {place.name} holds text, not {type(value).__name__}.")
    return escape(value) if escape else value


def _escape(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _attribute(value: str) -> str:
    return _escape(value).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
