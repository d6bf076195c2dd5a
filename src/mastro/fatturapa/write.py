"""From a tree to bytes: a string writer whose plan is worked out once from the schema.

Elements come out in the order of the schema, whatever the order of the tree. Nothing is checked here beyond what would
break the XML itself; `check` says whether the SdI would take the file.
"""

from functools import cache
from typing import Any

from mastro.fatturapa.schema import Block, Kind, Schema
from mastro.fatturapa.tree import Invoice, Tree

_CONTROLS = bytes(set(range(0x20)) - set(b"\t\n\r"))

XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


class NotWritableError(ValueError):
    """The tree holds what no XML of this format can: an unknown element, a number for a text, a control character."""


_Place = tuple[int, str, str, "dict[str, _Place] | None"]
"""Rank in the block, opening and closing tag, and the places inside where it holds elements."""


def write(invoice: Invoice) -> bytes:
    """The invoice as UTF-8 XML. Raises NotWritableError where the tree does not fit the format."""
    attributes = {"versione": invoice.format}
    if invoice.system:
        attributes["SistemaEmittente"] = invoice.system
    return write_tree(invoice.schema, invoice.tree, attributes)


def write_tree(schema: Schema, tree: Tree, attributes: dict[str, str]) -> bytes:
    """Any document of a declared format as UTF-8 XML."""
    plan = _plan(schema.block)
    out: list[str] = []
    tags = _write_block(out, tree, plan, escape=False)
    text = "".join(out)
    # Markup in values is rare: it is looked for once in the whole, by counting, rather than in every value.
    if "&" in text or text.count("<") != tags or text.count(">") != tags:
        out.clear()
        _write_block(out, tree, plan, escape=True)
        text = "".join(out)
    name = f"{schema.prefix}:{schema.root}"
    said = "".join(f' {key}="{_attribute(value)}"' for key, value in attributes.items())
    return _encoded(f'{XML}<{name} xmlns:{schema.prefix}="{schema.namespace}"{said}>{text}</{name}>\n')


def _encoded(text: str) -> bytes:
    """UTF-8 without the characters that XML forbids."""
    try:
        data = text.replace("\r", "&#13;").encode()
    except UnicodeEncodeError as error:
        raise NotWritableError(f"Half a character: {error.object[error.start : error.end]!r}.") from error
    if len(data.translate(None, _CONTROLS)) != len(data) or "\ufffe" in text or "\uffff" in text:
        raise NotWritableError("A control character cannot stand in XML.")
    return data


@cache
def _plan(block: Block) -> "dict[str, _Place]":
    """Where each element goes and what stands around it; worked out once per block of a schema."""
    return {
        name: (
            block.order[name],
            f"<{name}{_fixed(element.content)}>",
            f"</{name}>",
            _plan(element.content) if isinstance(element.content, Block) else None,
        )
        for name, element in block.elements.items()
    }


def _fixed(content: Block | Kind) -> str:
    pairs = content.fixed if isinstance(content, Block) else ()
    return "".join(f' {name}="{value}"' for name, value in pairs)


def _write_block(out: list[str], tree: Tree, plan: dict[str, _Place], *, escape: bool) -> int:
    """Append the elements of a tree; returns the number of tags."""
    start, append = len(out), out.append
    last = -1
    tags = 0
    for name, value in tree.items():
        place = plan.get(name)
        if place is None:
            raise NotWritableError(f"Unknown element {name!r}: the format has {', '.join(plan)} here.")
        rank, opening, closing, inner = place
        if rank < last:
            del out[start:]
            in_order = dict(sorted(tree.items(), key=lambda pair: _rank(plan, pair[0])))
            return _write_block(out, in_order, plan, escape=escape)
        last = rank
        if inner is None and type(value) is str:
            append(f"{opening}{_escape(value) if escape else value}{closing}")
            tags += 2
        else:
            for each in value if type(value) is list else (value,):
                tags += _write_each(out, name, each, place, escape=escape)
    return tags


def _write_each(out: list[str], name: str, value: Any, place: _Place, *, escape: bool) -> int:
    _, opening, closing, inner = place
    if inner is None:
        if type(value) is not str:
            raise NotWritableError(f"Element {name} holds text, not {type(value).__name__}.")
        out.append(f"{opening}{_escape(value) if escape else value}{closing}")
        return 2
    if type(value) is not dict:
        raise NotWritableError(f"Element {name} holds elements, not {type(value).__name__}.")
    out.append(opening)
    tags = _write_block(out, value, inner, escape=escape)
    out.append(closing)
    return tags + 2


def _rank(plan: dict[str, _Place], name: str) -> int:
    place = plan.get(name)
    return len(plan) if place is None else place[0]


def _escape(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _attribute(value: str) -> str:
    return _escape(value).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
