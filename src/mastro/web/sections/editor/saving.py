"""Saving what a form says: a new document, or a stored one with what somebody else has changed of it meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mastro.api.errors import Forbidden
from mastro.model.entity import Client
from mastro.resources.issued_documents.completion import NOT_EDITABLE
from mastro.web.language import Locale
from mastro.web.operations import Operations
from mastro.web.sections.editor import versions
from mastro.web.sections.editor.kinds import Kind, kind_of
from mastro.web.sections.editor.merge import Merged, merge, same
from mastro.web.sections.editor.sheet import PAYMENTS, ROWS, Sheet, data_of, over, untouched, written
from mastro.web.sections.editor.start import Start

WHEN_LOCKED = ("payments_list", "is_marked")
"""What may change of a document that the SdI has."""


@dataclass(slots=True)
class Change(Exception):
    """Somebody else has changed the same keys since the form was opened. Nothing was stored."""

    document: dict[str, Any]
    """As it is stored now."""
    merged: Merged
    """The changes of both, and where they differ."""
    who: str
    when: str


@dataclass(slots=True)
class Stored:
    """What came of saving."""

    id: int
    joined: str = ""
    """Who else has changed the document meanwhile: those changes are in it, too."""


def save(api: Operations, start: Start, sheet: Sheet, data: dict[str, Any], say: Locale) -> Stored:
    """Store the document. Raises ApiError, or Change."""
    options: dict[str, Any] = {"fix_payments": True}
    if start.id is not None:
        return _modify(api, start.id, sheet, data, options, say)
    document = {**start.document, **merged(start.document, data)}
    for key in (ROWS, PAYMENTS):
        document[key] = [{**row, "id": None} for row in document.get(key) or ()]
    _enter_in_registry(api, start.kind, sheet, document)
    created = api("createIssuedDocument", data=document, options={**start.options, **options})
    return Stored(int(created["data"]["id"]))


def merged(base: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """What the form says, over the document that it was opened for: what it does not show stays as it is."""
    kept = {key: value for key, value in data.items() if not base.get("locked") or key in WHEN_LOCKED}
    whole = {key: over(base.get(key), value) for key, value in kept.items()}
    for key, value in whole.items():
        if key != "entity" and isinstance(value, dict) and base.get(key) is None and not any(value.values()):
            whole[key] = None  # inputs that were left empty
    before, after = base.get("entity") or {}, kept.get("entity") or {}
    if "entity" in kept and before.get("id") != after.get("id"):
        whole["entity"] = after  # another party: nothing of the one before belongs to it
    elif after:  # a box that nobody ever ticked says no more than it did
        whole["entity"] |= {key: None for key, value in after.items() if value is False and before.get(key) is None}
    return whole


def _modify(
    api: Operations, id: int, sheet: Sheet, data: dict[str, Any], options: dict[str, Any], say: Locale
) -> Stored:
    stored = api("getIssuedDocument", path={"document_id": id})["data"]
    kind = kind_of(stored["type"])
    base = versions.unpacked(sheet("_base"))
    document, joined = merged(stored, data), ""
    if base is not None and (stored["locked"] or versions.changed_since(base, stored)):
        mine = merged(base, untouched(base, data_of(written(base, say), kind, say), data))
        if stored["locked"] and not all(same(mine[key], base.get(key)) for key in mine if key not in WHEN_LOCKED):
            raise Forbidden(NOT_EDITABLE)  # sent to the SdI while it was being changed
        found = merge(base, {key: stored.get(key) for key in versions.WRITTEN}, {**base, **mine})
        who, when = _last_change(api, kind, id)
        if found.conflicts:
            raise Change(stored, found, who, when)
        document = {key: found.document[key] for key in document}
        joined = who if found.taken else ""
    _enter_in_registry(api, kind, sheet, document)
    api("modifyIssuedDocument", path={"document_id": id}, data=document, options=options)
    return Stored(id, joined)


def _last_change(api: Operations, kind: Kind, id: int) -> tuple[str, str]:
    """Who changed the document last, and when."""
    entries = api("listAudit", query={"resource": _events_of(kind), "id": id, "limit": 1})["data"]
    return (entries[0]["user"]["name"], entries[0]["created_at"]) if entries else ("", "")


def _events_of(kind: Kind) -> str:
    return f"issued_documents.{kind.type}s" if kind.type.startswith("self_") else kind.scope


def _enter_in_registry(api: Operations, kind: Kind, sheet: Sheet, document: dict[str, Any]) -> None:
    """Write the other party's facts to the address book where that is asked for; the document names a new entry.

    What the document leaves empty stays as it is in the address book. A new customer gets electronic invoices, as
    everybody in Italy does, unless this document is none on purpose.
    """
    entity: Mapping[str, Any] | None = document.get("entity")
    if not entity or not sheet.on("_save_entity"):
        return
    known = {key: value for key, value in entity.items() if key in Client.__struct_fields__ and value is not None}
    if id := known.pop("id", None):
        operation, key = ("modifySupplier", "supplier_id") if kind.for_supplier else ("modifyClient", "client_id")
        api(operation, path={key: id}, data={key: value for key, value in known.items() if value})
        return
    if not kind.for_supplier:
        known["e_invoice"] = not kind.electronic or bool(document.get("e_invoice"))
    entry = api("createSupplier" if kind.for_supplier else "createClient", data=known)["data"]
    document["entity"] = {**entity, "id": entry["id"]}
