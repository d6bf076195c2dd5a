"""What the form of an expense starts from, and what it says when it comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mastro.model.received_document import ReceivedDocument
from mastro.web.forms import Typed, typed
from mastro.web.meant import Entries, exactly, nearest
from mastro.web.operations import Operations
from mastro.web.sections.received_documents import states
from mastro.web.visit import Visit

ROWS, PAYMENTS = "items_list", "payments_list"

FILLED = {ROWS: ("name", "net_price", "code"), PAYMENTS: ("amount", "due_date")}
"""Inputs by which a row counts as written."""

KEPT = ("is_detailed", "updated_at", "created_at", "attachment_url", "attachment_preview_url", "other_attachments")
"""Keys of a document that a copy does not take over."""


@dataclass(slots=True)
class Start:
    """What the form is opened for."""

    document: dict[str, Any]
    id: int | None = None
    """Of a stored document."""
    pending: dict[str, Any] = field(default_factory=dict)
    """What waits and is being registered."""

    @property
    def supplier_says(self) -> bool:
        """True where the amounts are those of the supplier, whatever its rows add up to."""
        return bool(self.pending) or bool(self.document.get("is_from_pending_expenses"))


def open_start(api: Operations, params: Mapping[str, Any], query: Mapping[str, str], today: str) -> Start:
    """What the address names: a stored document, one that waits, a copy, or a new one. Raises ApiError."""
    if "pending_id" in params:
        path = {"document_id": params["pending_id"]}
        waiting = api("getPendingReceivedDocument", path=path, query={"fieldset": "detailed"})["data"]
        return Start(api("previewRegistration", path=path)["data"], pending=waiting)
    if "id" in params:
        return Start(api("getReceivedDocument", path={"document_id": params["id"]})["data"], params["id"])
    if query.get("from", "").isdigit():
        return Start(_copy(api("getReceivedDocument", path={"document_id": query["from"]})["data"], today))
    type = query.get("type", "")
    return Start({"type": type if type in states.TYPES else "expense", "date": today, PAYMENTS: [{"due_date": today}]})


def _copy(document: Mapping[str, Any], today: str) -> dict[str, Any]:
    """A new document like one that is there: not paid, of today, without number and files."""
    made = {key: value for key, value in document.items() if key not in KEPT}
    rows = [{**row, "id": None} for row in document.get(ROWS) or ()]
    payment = {"amount": None, "due_date": today, "status": "not_paid"}
    fresh = {"id": None, "date": today, "invoice_number": "", "e_invoice": False, "is_from_pending_expenses": False}
    return {**made, **fresh, ROWS: rows, PAYMENTS: [payment]}


def read(visit: Visit, start: Start, fields: Mapping[str, str]) -> Typed:
    """The `data` that the form means: rows that are empty are left out, and what the form does not show stays."""
    written = {name: text for name, text in fields.items() if not _is_of_empty_row(name, fields)}
    data = typed(ReceivedDocument, written, visit.say.code)
    for key in (ROWS, PAYMENTS):
        known = {row.get("id"): row for row in start.document.get(key) or () if row.get("id")}
        sent = data.get(key) or []
        data[key] = [{**known.get(row.get("id"), {}), **row} if isinstance(row, dict) else row for row in sent]
    for row in data[PAYMENTS]:
        if row.get("status") != "paid":
            row["paid_date"] = None
    data["entity"] = _entity(start, data.get("entity") or {})
    if data[ROWS] and data.get("auto_calculate") is not False and not start.supplier_says:
        data.pop("amount_net", None)
        data.pop("amount_vat", None)
        data.errors.pop("amount_net", None)
        data.errors.pop("amount_vat", None)
    return data


def _entity(start: Start, sent: dict[str, Any]) -> dict[str, Any]:
    """The supplier: another one of the registry is told by its id alone; of the same one all that is known stays.

    One who got another name is not the same any more.
    """
    before = start.document.get("entity") or {}
    if before.get("id") and sent.get("id") == before["id"] and sent.get("name") != before.get("name"):
        return {**sent, "id": None}
    if sent.get("id") and sent["id"] != before.get("id"):
        return {"id": sent["id"]}
    return {**before, **sent, "id": sent.get("id")}


def _is_of_empty_row(name: str, fields: Mapping[str, str]) -> bool:
    parts = name.split(".")
    if parts[0] not in FILLED or len(parts) < 3:
        return False
    prefix = f"{parts[0]}.{parts[1]}."
    return not any(fields.get(prefix + key, "").strip() for key in FILLED[parts[0]])


@dataclass(slots=True)
class Unknown(Exception):
    """The supplier that was typed may be one of several in the registry. Nothing was stored."""

    others: Entries
    """Who may be meant."""


def tie_supplier(api: Operations, data: dict[str, Any], *, new: bool, add: bool) -> None:
    """Tie a supplier that is named without an id to the entry that is meant exactly, by its name or its numbers.

    One who is `new` for sure, or like nobody there, is added to the registry where `add` says so. Raises Unknown for
    one who may be another.
    """
    entity = data["entity"]
    name = (entity.get("name") or "").strip()
    if entity.get("id") or not name:
        return
    known = [] if new else exactly(api, "suppliers", name, entity.get("vat_number") or "", entity.get("tax_code") or "")
    if len(known) == 1:
        data["entity"] = {"id": known[0]["id"]}
    elif not new and (others := known or nearest(api, "suppliers", name)):
        raise Unknown(others)
    elif add:
        facts = {key: value for key, value in entity.items() if key in _REGISTRY and value}
        entity["id"] = api("createSupplier", data={**facts, "name": name})["data"]["id"]


_REGISTRY = (
    *("name", "vat_number", "tax_code", "address_street", "address_postal_code", "address_city", "address_province"),
    *("country", "email", "certified_email", "phone", "type"),
)


def act(data: dict[str, Any], what: str) -> None:
    """What a button of the form does to its rows."""
    name, _, index = what.partition(":")
    rows = data[ROWS if name.endswith("row") else PAYMENTS]
    if name in {"add_row", "add_payment"}:
        rows.append({})
    elif name in {"remove_row", "remove_payment"} and index.isdigit() and int(index[:6]) < len(rows):
        del rows[int(index)]
