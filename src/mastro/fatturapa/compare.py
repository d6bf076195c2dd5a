"""What one tree of an e-invoice has otherwise than another, as the `ei_raw` that makes up for it."""

from collections.abc import Iterator, Mapping
from typing import Any

from mastro.fatturapa.tree import Tree


def making_up(wanted: Tree, made: Tree) -> Tree:
    """The `ei_raw` that, laid over `made`, gives `wanted`: only what differs, an empty text for what must go.

    Elements that `made` has more often than `wanted` cannot be taken away by an `ei_raw`, and are left.
    """
    raw: Tree = {}
    for name in {**wanted, **made}:
        if name not in wanted:
            raw[name] = ""
        elif wanted[name] != made.get(name):
            raw[name] = _one(wanted[name], made.get(name))
    return raw


def _one(wanted: Any, made: Any) -> Any:
    if isinstance(wanted, Mapping) and isinstance(made, Mapping):
        return making_up(dict(wanted), dict(made))
    if isinstance(wanted, list) and isinstance(made, list) and all(isinstance(each, Mapping) for each in wanted):
        return [making_up(each, made[i]) if i < len(made) else each for i, each in enumerate(wanted)]
    return wanted


def differences(wanted: Any, made: Any, path: str = "") -> Iterator[str]:
    """Paths of the elements in which two trees differ."""
    if isinstance(wanted, Mapping) and isinstance(made, Mapping):
        for name in {**wanted, **made}:
            yield from differences(wanted.get(name), made.get(name), f"{path}/{name}" if path else name)
    elif isinstance(wanted, list) and isinstance(made, list) and len(wanted) == len(made):
        for index, (one, other) in enumerate(zip(wanted, made, strict=True), 1):
            yield from differences(one, other, f"{path}[{index}]")
    elif wanted != made:
        yield path
