"""`ei_raw`: the user's own tree of XML elements, laid over the one that is worked out.

A text replaces a text, a tree is laid over a tree, an empty text takes an element away. Where an element may occur more
than once, a list is laid over it place by place and may make it longer; a single tree or text counts as a list of one.
"""

from collections.abc import Mapping
from typing import Any

from mastro.fatturapa.schema import Block
from mastro.fatturapa.text import latin
from mastro.fatturapa.tree import Tree

DEEPEST = 12
LONGEST_LIST = 1000


class RawTreeError(ValueError):
    """`ei_raw` is not a tree of texts."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"ei_raw{path}: {reason}")
        self.path = path


def overlay(tree: Tree, raw: Mapping[str, Any], block: Block | None, path: str = "", depth: int = 0) -> Tree:
    """`tree` with `raw` laid over it, in the order of the schema; names that the schema lacks are kept at the end.

    Raises RawTreeError for leaves that are not texts, for lists of lists and for trees that are too deep or too long.
    """
    if depth > DEEPEST:
        raise RawTreeError(path, f"more than {DEEPEST} levels")
    out = dict(tree)
    for name, given in raw.items():
        if given is None:
            continue
        element = block.elements.get(name) if block is not None else None
        inner = element.content if element is not None and isinstance(element.content, Block) else None
        where = f"{path}.{name}"
        if (element is not None and element.many) or isinstance(given, list):
            value: Any = _overlay_list(out.get(name), given, inner, where, depth)
        else:
            value = _overlay_one(out.get(name), given, inner, where, depth)
        if value in ("", [], {}):
            out.pop(name, None)
        else:
            out[name] = value
    if block is None:
        return out
    last = len(block.order)
    return dict(sorted(out.items(), key=lambda pair: block.order.get(pair[0], last)))


def _overlay_list(old: Any, given: Any, block: Block | None, path: str, depth: int) -> list[Any]:
    new = given if isinstance(given, list) else [given]
    if len(new) > LONGEST_LIST:
        raise RawTreeError(path, f"more than {LONGEST_LIST} elements")
    out = list(old) if isinstance(old, list) else [] if old is None else [old]
    if any(not isinstance(each, Mapping) for each in new):
        out = []  # texts have no identity to lay one over another: the list is replaced
    for index, each in enumerate(new):
        if isinstance(each, list):
            raise RawTreeError(f"{path}[{index}]", "a list in a list")
        value = _overlay_one(out[index] if index < len(out) else None, each, block, f"{path}[{index}]", depth)
        out[index : index + 1] = [value]
    return [each for each in out if each not in ("", {})]


def _overlay_one(old: Any, given: Any, block: Block | None, path: str, depth: int) -> Any:
    if isinstance(given, Mapping):
        return overlay(old if isinstance(old, dict) else {}, given, block, path, depth + 1)
    if isinstance(given, bool) or not isinstance(given, (str, int)):
        raise RawTreeError(path, f"a text is needed, not {type(given).__name__}")
    return latin(str(given))
