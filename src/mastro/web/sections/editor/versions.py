"""The version of a stored document that a form was opened with: it travels with the form."""

import base64
import binascii
import zlib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from mastro.database.collection import encoder
from mastro.model.issued_document import IssuedDocument
from mastro.web.language import Locale
from mastro.web.sections.editor.merge import LISTS, in_order, same
from mastro.web.sections.editor.sheet import Fields, Sheet, put, taken, written

_LINKS = {"url", "dn_url", "ai_url", "attachment_url"}

WRITTEN = tuple(
    key for key in IssuedDocument.__struct_fields__ if key not in IssuedDocument.READ_ONLY and key not in _LINKS
)
"""The keys that somebody may change."""

MOST_BYTES = 50_000_000
"""What a version may come to when it is unpacked."""

CHOICE = "_choice."
"""Begin of the inputs that say whose version of something stands; its place follows, with slashes between."""

_decode = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal).decode


def packed(document: Mapping[str, Any]) -> str:
    """What may change of a document, for a hidden input."""
    kept = {key: document[key] for key in WRITTEN if key in document}
    return base64.b64encode(zlib.compress(encoder.encode(kept))).decode()


def unpacked(text: str) -> dict[str, Any] | None:
    """The version that a form carries; None where it carries none that can be read."""
    reader = zlib.decompressobj()
    try:
        raw = reader.decompress(base64.b64decode(text, validate=True), MOST_BYTES)
        return None if reader.unconsumed_tail else _decode(raw)
    except (binascii.Error, zlib.error, ValueError, msgspec.DecodeError):
        return None


def changed_since(base: Mapping[str, Any], document: Mapping[str, Any]) -> bool:
    """True where somebody else has changed the document."""
    return not all(same(base.get(key), document.get(key)) for key in WRITTEN)


# the choice between two versions, made on the form


def settle(sheet: Sheet, say: Locale) -> None:
    """Put the other's version where it was chosen. The form was made with that as its base."""
    names = [name for name in sheet.fields if name.startswith(CHOICE)]
    chosen = [name.removeprefix(CHOICE).split("/") for name in names if sheet.fields.pop(name) == "theirs"]
    base = unpacked(sheet("_base")) if chosen else None
    if base is None:
        return
    theirs = written(base, say)
    for key in LISTS:
        paths = [rest for head, *rest in chosen if head == key]
        if paths:
            _settle_rows(sheet, key, taken(theirs, key), paths)
    for path in chosen:
        if path[0] not in LISTS:
            _copy(sheet.fields, theirs.fields, ".".join(path))
            if path == ["notes"]:
                _copy(sheet.fields, theirs.fields, "_notes_plain")


def _copy(to: Fields, source: Fields, name: str) -> None:
    """Copy an input, and those whose names go on from there."""
    for each in [*to]:
        if each == name or each.startswith(f"{name}."):
            to[each] = source.get(each, "")
    to.update({each: text for each, text in source.items() if each == name or each.startswith(f"{name}.")})


def _settle_rows(sheet: Sheet, key: str, theirs: list[Fields], paths: Iterable[list[str]]) -> None:
    sent = sheet.keys.get(key, [])
    mine = _by_id(taken(sheet, key))
    places = {id: sent[place] if place < len(sent) else "" for place, id in enumerate(mine)}
    others, order = _by_id(theirs), [*mine]
    for id, *rest in filter(None, paths):
        other = others.get(id)
        if other is None:
            mine.pop(id, None)
        elif id not in mine:
            mine[id] = other
            order = in_order(order, [each for each in others if each in mine])
        else:
            _copy(mine[id], other, ".".join(rest))
    if [] in paths:
        order = in_order([each for each in others if each in mine], order)
    order = [id for id in order if id in mine]
    sheet.keys[key] = [places.get(id, "") for id in order]
    put(sheet, key, [mine[id] for id in order])


def _by_id(rows: Iterable[Fields]) -> dict[str, Fields]:
    """Rows by id; those that have none yet by their place."""
    found: dict[str, Fields] = {}
    for place, row in enumerate(rows):
        id = row.get("id", "")
        found[f"new {place}" if not id or id in found else id] = row
    return found
