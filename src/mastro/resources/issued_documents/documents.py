"""The resource: the five verbs on issued documents."""

from typing import Any

from sqlalchemy import ColumnElement

from mastro.api.call import Call
from mastro.api.errors import Forbidden, Invalid, invalid
from mastro.api.fields import Computed
from mastro.api.operation import Parameter
from mastro.api.resource import Resource
from mastro.api.scopes import DOCUMENT_SCOPES
from mastro.database import bin as bin_
from mastro.database.collection import encoder
from mastro.database.connection import Row
from mastro.model.issued_document import IssuedDocument
from mastro.resources import attachments
from mastro.resources.derived import cash, dues, stock, vat_rules
from mastro.resources.derived.source import Source
from mastro.resources.issued_documents import completion, originals
from mastro.resources.issued_documents.links import computed_links
from mastro.resources.issued_documents.table import documents, scope_of

BASIC = (
    "id",
    "type",
    "numeration",
    "subject",
    "visible_subject",
    "amount_net",
    "amount_vat",
    "amount_gross",
    "amount_due_discount",
    "entity",
    "date",
    "number",
    "year",
    "currency",
    "next_due_date",
    "is_marked",
    "locked",
    "url",
    "created_at",
    "updated_at",
)

OPTIONS: dict[str, Any] = {
    "options": {
        "type": "object",
        "properties": {
            "fix_payments": {"type": "boolean", "description": "Make the installments add up to the amount due"},
            "entity_autocomplete": {"type": "boolean", "description": "Fill the entity from the registry by its id"},
            "create_from": {
                "type": "array",
                "items": {"type": "string"},
                "description": "Ids of the documents that this one is made from",
            },
            "transform": {"type": "boolean", "description": "It is another type of one document, not a joint invoice"},
            "keep_copy": {"type": "boolean", "description": "False moves the original to the bin; only to transform"},
            "join_type": {"type": "string", "enum": list(originals.JOIN_TYPES), "description": "What is joined"},
        },
    }
}


def event_of(document: IssuedDocument) -> str:
    """Prefix of a document's events. Both kinds of self-invoice keep their own name; subscriptions know all three."""
    if document.type in {"self_own_invoice", "self_supplier_invoice"}:
        return f"issued_documents.{document.type}s"
    return scope_of(document)


def flag(options: dict[str, Any] | None, name: str) -> bool:
    """A switch of the request's options. Raises Invalid for what is none."""
    value = (options or {}).get(name)
    if value in (None, False, 0, "0", "false", ""):
        return False
    if value in (True, 1, "1", "true"):
        return True
    raise Invalid(
        validation={f"options.{name}": [f"The options.{name.replace('_', ' ')} field must be true or false."]}
    )


def _prepare(call: Call, new: IssuedDocument, old: IssuedDocument | None) -> None:
    attachments.bind(call, "issued_documents", new, old)
    if old is None:
        originals.adopt(call, resource, new, transform=flag(call.options, "transform"))
    complete(call, new, old)


def complete(call: Call, new: IssuedDocument, old: IssuedDocument | None) -> None:
    """Complete a document as the request's options say. Raises ApiError for one that could not be stored."""
    completion.prepare(
        call,
        new,
        old,
        fix_payments=flag(call.options, "fix_payments"),
        autofill=flag(call.options, "entity_autocomplete"),
    )


def types_of(call: Call) -> list[str]:
    """The types of documents that a list is of: those that are asked for, with commas between, or all that may be read.

    Raises Forbidden, Invalid.
    """
    sent = call.query.get("type", "")
    types = list(dict.fromkeys(name.strip() for name in sent.split(",") if name.strip()))
    if not types:
        types = readable_types(call)
        if not types:
            call.require("issued_documents.invoices", "r")
    for name in types:
        if name not in DOCUMENT_SCOPES:
            words = f"The type field must be one of: {', '.join(DOCUMENT_SCOPES)}."
            raise invalid("type", words)
        call.require(f"issued_documents.{DOCUMENT_SCOPES[name]}", "r")
    return types


def readable_types(call: Call) -> list[str]:
    """The types of documents that may be read."""
    return [name for name, scope in DOCUMENT_SCOPES.items() if call.may(f"issued_documents.{scope}", "r")]


def _list_filter(call: Call) -> tuple[dict[str, Any], ColumnElement[bool] | None]:
    """One type, or several separated by commas, or (ours) all that the token may read. Raises for any other."""
    types = types_of(call)
    inclusive = call.query.get("inclusive", "") in {"1", "true"}
    if len(types) == 1 and not (inclusive and types == ["delivery_note"]):
        return {"type": types[0]}, None
    if len(types) == len(DOCUMENT_SCOPES):
        return {}, None
    table = documents.table
    where: ColumnElement[bool] = table.c.type.in_(types)
    if inclusive and "delivery_note" in types:  # also those attached to invoices, as far as the token may read these
        where = where | (table.c.dn_year.is_not(None) & table.c.type.in_(readable_types(call)))
    return {}, where


derived = Source(
    collection=documents,
    kind="issued_document",
    entries=cash.of_issued,
    moves=stock.moves_of_issued,
    installments=dues.of_issued,
    vat_entries=vat_rules.of_issued,
)


def _stored(call: Call, new: IssuedDocument, old: IssuedDocument | None) -> None:
    options = call.options or {}
    discards = flag(options, "transform") and "keep_copy" in options and not flag(options, "keep_copy")
    originals.tie(call, resource, new, old, keep_copy=not discards)
    derived.stored(call, new, old)


def _to_bin(call: Call, old: IssuedDocument) -> None:
    """Keep a deleted document in the bin. Raises Forbidden for one that the SdI has."""
    if old.locked:
        raise Forbidden(completion.NOT_EDITABLE, code="DOCUMENT_LOCKED")
    assert old.id is not None  # noqa: S101
    bin_.keep(call.session, call.company_id, documents.name, old.id, encoder.encode(old), call.timestamp)
    derived.deleted(call, old)
    originals.part(call, resource, old)


def _computed(call: Call, row: Row) -> Computed:
    id, names, token = row
    links = computed_links(call, (id, names))
    links["attachment_url"] = attachments.link_json(call, "issued_documents", token) if token else b"null"
    return links


resource = Resource(
    collection=documents,
    path="/c/{company_id}/issued_documents",
    item="document_id",
    name="IssuedDocument",
    plural="IssuedDocuments",
    scope=scope_of,
    events=event_of,
    tag="Issued documents",
    basic=BASIC,
    null_in_basic=("items_list", "payments_list"),
    prepare=_prepare,
    stored=_stored,
    deleted=_to_bin,
    order=(("date", True), ("id", True)),
    keeps=("type",),
    outgoing=("id", "links", "attachment_token"),
    computed=_computed,
    list_filter=_list_filter,
    list_query=(
        Parameter(
            "type",
            {"type": "string"},
            f"Type of the documents, one of {', '.join(DOCUMENT_SCOPES)}; several with commas between; without it all",
        ),
        Parameter(
            "inclusive", {"type": "integer", "enum": [0, 1]}, "With delivery_note: also those attached to invoices"
        ),
    ),
    create_options=OPTIONS,
)

OPERATIONS = (*resource.operations(),)
