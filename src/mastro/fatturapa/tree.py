"""The e-invoice in memory: a tree of the official names with text at its leaves, and ways to ask it.

`{"FatturaElettronicaHeader": {…}, "FatturaElettronicaBody": [{…}]}`: an element that may occur more than once is a
list, an element of elements is a dict in the order of the schema, a leaf is its text. What is absent has no key.
None of the ways to ask raises, whatever the tree holds.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from mastro.fatturapa.findings import Finding
from mastro.fatturapa.schema import ORDINARY, Schema

Tree = dict[str, Any]
"""Leaves are `str`, branches `Tree`, repeated elements lists of either."""

_NUMBER = re.compile(r"[+-]?\d{1,30}(?:\.\d{0,30})?", re.ASCII)


@dataclass(slots=True)
class Invoice:
    """An electronic invoice, or several in one file (*lotto*): one header, one or more bodies."""

    tree: Tree
    format: str = "FPR12"
    """Attribute `versione`: FPA12, FPR12, FSM10, or what an old or broken file says."""
    schema: Schema = ORDINARY
    system: str = ""
    """Attribute `SistemaEmittente`."""
    findings: tuple[Finding, ...] = field(default=())
    """What the reader met that a tree cannot hold: wrong order, stray text, unknown attributes."""

    @property
    def header(self) -> Tree:
        """The header, empty where it is missing."""
        return branch(self.tree, "FatturaElettronicaHeader")

    @property
    def bodies(self) -> list[Tree]:
        """The documents of the file."""
        return branches(self.tree, "FatturaElettronicaBody")


def branch(tree: Tree, *names: str) -> Tree:
    """The element of elements at this path; empty where there is none. Of a repeated one, the first."""
    node: Any = tree
    for name in names:
        node = node.get(name) if isinstance(node, dict) else None
        if isinstance(node, list):
            node = node[0] if node else None
    return node if isinstance(node, dict) else {}


def branches(tree: Tree, *names: str) -> list[Tree]:
    """All elements of elements at this path; only the last name may be repeated."""
    found = branch(tree, *names[:-1]).get(names[-1])
    return [each for each in (found if isinstance(found, list) else [found]) if isinstance(each, dict)]


def text(tree: Tree, *names: str) -> str:
    """The text at this path without blanks around it; empty where there is none."""
    found = branch(tree, *names[:-1]).get(names[-1])
    if isinstance(found, list):
        found = found[0] if found else None
    return found.strip() if isinstance(found, str) else ""


def texts(tree: Tree, *names: str) -> list[str]:
    """All texts of a repeated leaf at this path."""
    found = branch(tree, *names[:-1]).get(names[-1])
    return [each.strip() for each in (found if isinstance(found, list) else [found]) if isinstance(each, str)]


def amount(tree: Tree, *names: str) -> Decimal | None:
    """The number at this path; None where there is none, or something else."""
    found = text(tree, *names)
    return Decimal(found) if _NUMBER.fullmatch(found) else None


def day(tree: Tree, *names: str) -> dt.date | None:
    """The date at this path, without its time zone; None where there is none, or something else."""
    try:
        return dt.date.fromisoformat(text(tree, *names)[:10])
    except ValueError:
        return None


def numbered(tree: Tree, *names: str, path: str = "") -> Iterator[tuple[str, Tree]]:
    """The elements at this path, each with the path that a finding names: `…/DettaglioLinee[3]`."""
    start = "/".join(filter(None, (path, *names)))
    for index, each in enumerate(branches(tree, *names), 1):
        yield f"{start}[{index}]", each
