"""Where a document comes from: which types can be made from which, and the ties between a document and its originals.

The matrix is told in `docs/algorithms/conversion.md`. A tie is a reference on either side, written in the transaction
that stores the new document: `original_document(s)` there, `merged_in` on each original. A delete unties, the way back
from the bin ties again.
"""

from typing import Any

from mastro.api.call import MAX_ID, Call
from mastro.api.errors import Conflict, Invalid, NotFound, invalid
from mastro.api.resource import Resource
from mastro.model.issued_document import DocumentType, IssuedDocument, LinkedDocument
from mastro.numeration import printed_number

TRANSFORMS: dict[DocumentType, tuple[DocumentType, ...]] = {
    "quote": ("order", "proforma", "delivery_note", "work_report", "invoice", "receipt"),
    "order": ("proforma", "delivery_note", "work_report", "invoice", "receipt"),
    "proforma": ("invoice", "receipt"),
    "delivery_note": ("proforma", "invoice", "receipt"),
    "work_report": ("proforma", "invoice", "receipt"),
    "receipt": ("invoice", "credit_note"),
    "invoice": ("delivery_note", "credit_note"),
}
"""Type of a document → types that it can be turned into. Types that are not here stay what they are."""

JOIN_TYPES: dict[str, DocumentType] = {
    "delivery_notes": "delivery_note",
    "orders": "order",
    "quotes": "quote",
    "work_reports": "work_report",
}
"""The vendor's word for what is joined → type of the documents. What comes out is an invoice."""

BILLED_ONCE = frozenset({"delivery_note", "work_report"})
"""What was delivered or done is billed once: a second invoice of it is refused while the first one is there."""

BILLS = frozenset({"invoice", "receipt"})

MAX_ORIGINALS = 200

Documents = Resource[IssuedDocument]


def load(call: Call, resource: Documents, ids: list[int]) -> list[IssuedDocument]:
    """The originals, in the order asked for. Raises NotFound for one that the company does not have, or Forbidden."""
    found = []
    for id in ids:
        original = resource.collection.get(call.session, call.company_id, id)
        if original is None:
            raise NotFound(f"IssuedDocument {id} not found.")
        call.require(resource.scope_of(original), "r")
        found.append(original)
    return found


def ids_of(sent: list[Any], path: str) -> list[int]:
    """Ids out of numbers or texts, each once. Raises Invalid for none at all, too many, or what can be no id."""
    texts = [str(each).strip() for each in sent if not isinstance(each, bool)]
    if not texts or len(texts) != len(sent) or len(texts) > MAX_ORIGINALS:
        raise invalid(path, f"The {path.replace('_', ' ')} field must name 1 to {MAX_ORIGINALS} documents.")
    for text in texts:
        if not (text.isascii() and text.isdigit() and len(text) <= len(str(MAX_ID))):
            raise invalid(path, f"The {path.replace('_', ' ')} field must hold ids of documents.")
    return list(dict.fromkeys(int(text) for text in texts))


def check_transform(originals: list[IssuedDocument], new_type: str | None, path: str) -> None:
    """Raise Invalid where the matrix has no such way, Conflict where it was gone already."""
    if len(originals) != 1:
        raise invalid(path, "Only one document can be transformed; several are joined.", code="CANNOT_TRANSFORM")
    (original,) = originals
    assert original.type  # noqa: S101
    ways = TRANSFORMS.get(original.type, ())
    if new_type not in ways:
        words = f"it can become: {', '.join(ways)}" if ways else "it cannot become another type"
        message = f"A document of type {original.type} cannot be transformed into {new_type}; {words}."
        raise Invalid(message, code="CANNOT_TRANSFORM", validation={path: [message]})
    _refuse_billed(original, new_type)


def check_join(originals: list[IssuedDocument], new_type: str | None, path: str) -> None:
    """Raise Invalid for originals that no invoice can join, Conflict where one of them is billed already."""
    types = {original.type for original in originals}
    if len(types) != 1 or not types <= set(JOIN_TYPES.values()) or new_type != "invoice":
        words = ", ".join(JOIN_TYPES.values())
        message = f"An invoice can join documents of one of these types: {words}; not {_listed(types)} into {new_type}."
        raise Invalid(message, code="CANNOT_JOIN", validation={path: [message]})
    if len({_party(original) for original in originals}) != 1:
        message = "Documents of different customers cannot be joined."
        raise Invalid(message, code="CANNOT_JOIN", validation={path: [message]})
    for original in originals:
        _refuse_billed(original, new_type)


def _listed(types: set[DocumentType | None]) -> str:
    return " and ".join(sorted(type or "" for type in types))


def _party(original: IssuedDocument) -> object:
    """Whom a document is for: the entry of the registry, else what identifies somebody who has none."""
    entity = original.entity
    if entity is None:
        return None
    return entity.id or (entity.name.casefold(), entity.vat_number, entity.tax_code)


def _refuse_billed(original: IssuedDocument, new_type: str | None) -> None:
    into = original.merged_in
    if original.type in BILLED_ONCE and new_type in BILLS and into is not None and into.type in BILLS:
        number = printed_number(into.number or 0, into.numeration)
        raise Conflict(f"Il documento è già stato fatturato (n. {number}).", code="ALREADY_BILLED")


# what a create does with its originals


def adopt(call: Call, resource: Documents, new: IssuedDocument, *, transform: bool) -> None:
    """Note on a new document what `options.create_from` says that it is made from. Raises ApiError where it cannot."""
    sent = (call.options or {}).get("create_from")
    if not sent:
        return
    path = "options.create_from"
    if not isinstance(sent, list):
        raise invalid(path, f"The {path} field must be an array.")
    originals = load(call, resource, ids_of(sent, path))
    if transform or (len(originals) == 1 and not (call.options or {}).get("join_type")):
        check_transform(originals, new.type, path)
    else:
        check_join(originals, new.type, path)
    new.original_documents = [reference(original) for original in originals]
    new.original_document = new.original_documents[0] if len(originals) == 1 else None


def reference(document: IssuedDocument) -> LinkedDocument:
    """What another document keeps of this one."""
    return LinkedDocument(
        id=document.id,
        type=document.type,
        number=document.number,
        numeration=document.numeration,
        date=document.date,
    )


def tie(call: Call, resource: Documents, new: IssuedDocument, old: IssuedDocument | None, *, keep_copy: bool) -> None:
    """Write on the originals of a stored document what became of them; without `keep_copy` they go to the bin.

    Raises Forbidden for an original that the token may not delete, or that is locked.
    """
    if old is None and new.merged_in is not None:
        _forget_what_is_gone(call, resource, new)
    if not new.original_documents or (old is not None and reference(old) == reference(new)):
        return
    for link in new.original_documents:
        original = _get(call, resource, link)
        if original is None:
            continue
        _merge(call, resource, original, reference(new))
        if old is None and not keep_copy:
            call.require(resource.scope_of(original), "a")
            _discard(call, resource, original)


def part(call: Call, resource: Documents, old: IssuedDocument) -> None:
    """Take back from the originals of a deleted document that they became it."""
    for link in old.original_documents or ():
        original = _get(call, resource, link)
        if original is not None and original.merged_in is not None and original.merged_in.id == old.id:
            _merge(call, resource, original, None)


def _get(call: Call, resource: Documents, link: LinkedDocument) -> IssuedDocument | None:
    return resource.collection.get(call.session, call.company_id, link.id or 0)


def _merge(call: Call, resource: Documents, original: IssuedDocument, into: LinkedDocument | None) -> None:
    """Write the tie on an original, locked or not: it says nothing that the SdI was told."""
    assert original.id is not None  # noqa: S101
    original.merged_in, original.updated_at = into, call.timestamp
    resource.collection.update(call.session, call.company_id, original.id, original)
    call.emit(resource.event_of(original, "update"), original.id)


def _discard(call: Call, resource: Documents, original: IssuedDocument) -> None:
    assert original.id is not None  # noqa: S101
    resource.deleted(call, original)
    resource.collection.delete(call.session, call.company_id, original.id, original)
    call.emit(resource.event_of(original, "delete"), original.id)


def _forget_what_is_gone(call: Call, resource: Documents, new: IssuedDocument) -> None:
    """A document that comes back from the bin may have become one that is deleted since."""
    assert new.id is not None  # noqa: S101
    if new.merged_in and _get(call, resource, new.merged_in) is None:
        new.merged_in = None
        resource.collection.update(call.session, call.company_id, new.id, new)
