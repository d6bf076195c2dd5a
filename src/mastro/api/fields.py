"""`fields` and `fieldset`: a stored body narrowed to the keys that were asked for.

The keys that are kept are copied as they stand, the others are skipped without being read: narrowing a page costs
about what copying it does.
"""

from functools import lru_cache
from typing import Any

import msgspec

from mastro.api.errors import Invalid
from mastro.database.collection import encoder

FIELDSETS = ("basic", "detailed", "fic_view")

Wanted = tuple[str, ...] | None
"""Keys to keep, dotted for keys of an embedded object; None keeps all."""


def wanted(query: dict[str, str], default: str, basic: tuple[str, ...] | None) -> Wanted:
    """The keys that a request asks for: `fields` if given, else those of its `fieldset`, else of the default one."""
    fields = query.get("fields")
    if fields:
        names = tuple(name.strip() for name in fields.split(",") if name.strip())
        if len(names) > 200 or any(len(name) > 80 for name in names):
            raise Invalid(validation={"fields": ["The fields field is too long."]})
        return tuple(name for name in names if _could_be_a_key(name))
    fieldset = query.get("fieldset") or default
    if fieldset not in FIELDSETS:
        raise Invalid(validation={"fieldset": [f"The fieldset field must be one of: {', '.join(FIELDSETS)}."]})
    return basic if fieldset == "basic" else None


def _could_be_a_key(name: str) -> bool:
    """No body has a key with a quote, a backslash or a control character, and a struct cannot be made with one."""
    return name.isprintable() and '"' not in name and "\\" not in name


def narrow(stored: bytes, names: Wanted) -> bytes:
    """A JSON object with only those keys; keys that it does not have are left out."""
    if names is None:
        return stored
    try:
        return encoder.encode(_decoder(names).decode(stored))
    except msgspec.ValidationError:  # such as number.x: a number has no keys
        words = "The fields field asks for a key inside of one that holds no object."
        raise Invalid(validation={"fields": [words]}) from None


@lru_cache(maxsize=512)
def _decoder(names: tuple[str, ...]) -> msgspec.json.Decoder[Any]:
    tree: dict[str, Any] = {}
    for name in names:
        node = tree
        *parents, leaf = name.split(".")
        for parent in parents:
            following = node.setdefault(parent, {})
            if following is None:  # the whole object was asked for as well
                break
            node = following
        else:
            node[leaf] = None
    return msgspec.json.Decoder(_struct(tree))


def _struct(tree: dict[str, Any]) -> Any:
    """A struct that keeps just the keys of a tree; a leaf keeps its value unread."""
    fields: list[tuple[str, Any, Any]] = []
    rename: dict[str, str] = {}
    for index, (name, below) in enumerate(tree.items()):
        attribute = f"f{index}"
        rename[attribute] = name
        if below:
            inner: Any = _struct(below)
            fields.append((attribute, inner | list[inner] | None | msgspec.UnsetType, msgspec.UNSET))
        else:
            fields.append((attribute, msgspec.Raw | msgspec.UnsetType, msgspec.UNSET))
    return msgspec.defstruct("Narrowed", fields, rename=rename, kw_only=True)


Computed = dict[str, bytes]
"""Keys that are not stored but worked out at each answer, as JSON by key."""

Part = bytes | memoryview
"""A piece of an answer: the pieces are joined once, because a page of documents is long."""


@lru_cache(maxsize=256)
def _end(keys: tuple[str, ...]) -> bytes:
    """The end of an object with these keys, to be formatted with their values."""
    return b"".join(b',"%s":%%s' % key.encode() for key in keys) + b"}"


def splice(stored: bytes, computed: Computed, names: Wanted) -> tuple[Part, ...]:
    """A narrowed body with the computed keys that were asked for."""
    if names is not None:
        computed = {key: value for key, value in computed.items() if key in names}
    if not computed:
        return (stored,)
    end = _end(tuple(computed)) % tuple(computed.values())
    return memoryview(stored)[:-1], end[1:] if stored == b"{}" else end
