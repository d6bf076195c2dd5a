"""Customers or suppliers that are the same one: found by their codes, made one, and taken apart again."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from sqlalchemy import and_, bindparam, func, select

from mastro.api.call import Call
from mastro.api.changes import changes
from mastro.api.errors import Conflict, NotFound, TooLarge, invalid
from mastro.api.operation import Operation
from mastro.api.resource import Resource
from mastro.database.collection import Collection, encoder
from mastro.database.connection import Prepared, first_column
from mastro.database.fields import exact, time
from mastro.model.base import Body, Id, Timestamp
from mastro.model.entity import Supplier
from mastro.resources.derived.source import Source
from mastro.resources.entities import clients, registry, suppliers
from mastro.resources.issued_documents.documents import derived as derived_of_issued
from mastro.resources.issued_documents.documents import resource as issued
from mastro.resources.issued_documents.references import SELF_INVOICES
from mastro.resources.received_documents.documents import derived as derived_of_received
from mastro.resources.received_documents.documents import resource as received

MOST_DOCUMENTS = 5000
"""Of one merge: it is one transaction, and others wait for it."""

MOST_MERGED = 50
MOST_GROUPS = 200

NOT_FILLED = frozenset({*Supplier.READ_ONLY, "name", "type", "first_name", "last_name", "country", "country_iso"})
"""Keys that are not taken from an entry that goes: what it is called, and those that every entry has."""

CODES = ("vat_number", "tax_code")


class Duplicate(Body):
    """An entry that may be the same as another one."""

    id: Id = 0
    code: str = ""
    name: str = ""
    vat_number: str = ""
    tax_code: str = ""
    address_city: str = ""
    documents: int = 0


class DuplicateGroup(Body):
    """Entries with the same code, the one with most documents first."""

    key: Literal["vat_number", "tax_code"] = "vat_number"
    value: str = ""
    entries: list[Duplicate] = msgspec.field(default_factory=list)


class MergeWish(Body):
    """Which entries go into the one of the path."""

    ids: list[Id] = msgspec.field(default_factory=list)
    dry_run: bool = False
    """True to answer what would become of it, and make nothing."""


class EntityMerge(Body):
    """Entries that were made one."""

    id: Id | None = None
    """What undoes it; null for a dry run."""
    kind: Literal["client", "supplier"] = "client"
    kept_id: Id = 0
    kept_name: str = ""
    merged: list[Duplicate] = msgspec.field(default_factory=list)
    """The entries that went."""
    filled: list[str] = msgspec.field(default_factory=list)
    """Keys that the kept one had empty and took from them."""
    documents: int = 0
    """Documents that are the kept one's by now."""
    created_at: Timestamp = ""


class Moved(Body):
    """A document that changed hands."""

    collection: str
    id: int
    entity_id: int
    """Whose it was."""


class KeptMerge(EntityMerge):
    """What is kept of a merge, to take it back."""

    removed: list[dict[str, Any]] = msgspec.field(default_factory=list)
    taken: dict[str, Any] = msgspec.field(default_factory=dict)
    moved: list[Moved] = msgspec.field(default_factory=list)


merges = Collection(
    "entity_merges", KeptMerge, exact("kind", required=True), time("created_at", required=True), indexes=(("kind",),)
)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two registries, and the documents that name its entries."""

    kind: Literal["client", "supplier"]
    resource: Resource[Any]
    noun: str
    documents: tuple[tuple[Resource[Any], Source[Any], Any], ...]
    """Resource, what follows from its documents, and which of them."""


_type = issued.collection.table.c.type
_TO_SUPPLIERS = ("supplier_order", *sorted(SELF_INVOICES))
CLIENTS = Side("client", clients.resource, "cliente", ((issued, derived_of_issued, _type.not_in(_TO_SUPPLIERS)),))
SUPPLIERS = Side(
    "supplier",
    suppliers.resource,
    "fornitore",
    (
        (issued, derived_of_issued, _type.in_(_TO_SUPPLIERS)),
        (received, derived_of_received, received.collection.table.c.type != ""),
    ),
)


# who may be the same


def _list_duplicates(call: Call, side: Side) -> bytes:
    """Entries that have the same VAT number, or the same tax code and no other VAT number."""
    call.require(str(side.resource.scope), "r")
    found: list[DuplicateGroup] = []
    seen: set[frozenset[int]] = set()
    for key in CODES:
        for group in _groups(call, side, key):
            ids = frozenset(entry.id for entry in group.entries)
            other_firms = key == "tax_code" and len({entry.vat_number for entry in group.entries} - {""}) > 1
            if not other_firms and not any(ids <= before for before in seen):
                seen.add(ids)
                found.append(group)
    return encoder.encode({"data": found})


def _groups(call: Call, side: Side, key: Any) -> Iterator[DuplicateGroup]:
    table = side.resource.collection.table
    column = table.c[key]
    often = (
        select(column)
        .where(table.c.company_id == call.company_id, column != "")
        .group_by(column)
        .having(func.count() > 1)
        .order_by(column)
        .limit(MOST_GROUPS)
    )
    for value in first_column(call.session.rows(often)):
        rows = side.resource.collection.page(
            call.session, call.company_id, equals={key: value}, order=(("id", False),), limit=MOST_MERGED
        )
        entries = [_duplicate(call, side, side.resource.collection.decoder.decode(stored)) for (stored,) in rows]
        entries.sort(key=lambda entry: (-entry.documents, entry.id))
        yield DuplicateGroup(key=key, value=getattr(entries[0], key), entries=entries)


def _duplicate(call: Call, side: Side, entry: Supplier) -> Duplicate:
    count = sum(
        place.collection.total(call.session, call.company_id, equals={"entity_id": entry.id}, where=where)
        for place, _, where in side.documents
    )
    return Duplicate(
        id=entry.id or 0,
        code=entry.code,
        name=entry.name,
        vat_number=entry.vat_number,
        tax_code=entry.tax_code,
        address_city=entry.address_city,
        documents=count,
    )


# making them one


def _merge(call: Call, side: Side) -> bytes:
    """Make several entries one: their documents become those of the one in the path, and they go.

    What it has empty it takes from them; documents keep the name that they were issued with. It can be taken back.
    """
    wish = call.parse(MergeWish).data
    kept = side.resource.load(call, "a")
    removed = _going(call, side, kept, wish)
    taken = _taken(kept, removed)
    done = KeptMerge(kind=side.kind, kept_id=kept.id or 0, kept_name=kept.name, filled=list(taken))
    done.merged = [_duplicate(call, side, entry) for entry in removed]
    done.documents = sum(entry.documents for entry in done.merged)
    done.created_at = call.timestamp
    if done.documents > MOST_DOCUMENTS:
        raise TooLarge(f"These entries have more than {MOST_DOCUMENTS} documents: merge fewer at once.")
    if wish.dry_run:
        return _shown(done)
    for entry in removed:
        _move_documents(call, side, entry.id or 0, done)
        side.resource.deleted(call, entry)
        side.resource.collection.delete(call.session, call.company_id, entry.id or 0, entry)
        call.emit(side.resource.event_of(entry, "delete"), entry.id or 0)
        done.removed.append(msgspec.to_builtins(entry))
    if taken:
        new = msgspec.structs.replace(kept, **taken)
        side.resource.replace(call, kept.id or 0, new, kept)
    done.taken = msgspec.to_builtins(taken)
    done.id = merges.next_id(call.session, call.company_id, done)
    merges.insert(call.session, call.company_id, done.id, done)
    return _shown(done)


def _going(call: Call, side: Side, kept: Supplier, wish: MergeWish) -> list[Any]:
    """The entries that are to go. Raises Invalid for one that is not there or is the kept one, or for none."""
    if not 1 <= len(set(wish.ids)) <= MOST_MERGED:
        raise invalid("data.ids", f"The data.ids field must have between 1 and {MOST_MERGED} entries.")
    found = []
    for id in dict.fromkeys(wish.ids):
        entry = side.resource.collection.get(call.session, call.company_id, id)
        if entry is None or id == kept.id:
            raise invalid("data.ids", "The selected data.ids is invalid.")
        found.append(entry)
    return found


def _taken(kept: Supplier, removed: Iterable[Supplier]) -> dict[str, Any]:
    """What the kept entry has empty and another one has."""
    taken: dict[str, Any] = {}
    for entry in removed:
        for field in msgspec.structs.fields(type(kept)):
            if field.name in NOT_FILLED or field.name in taken or getattr(kept, field.name) not in ("", None):
                continue
            value = getattr(entry, field.name)
            if value not in ("", None, False):
                taken[field.name] = value
    return taken


def _move_documents(call: Call, side: Side, entity_id: int, done: KeptMerge) -> None:
    """Make the documents of an entry those of the kept one. Raises Forbidden where the caller may not write them."""
    for place, derived, where in side.documents:
        place.collection.lock(call.session, call.company_id)
        rows = place.collection.page(
            call.session,
            call.company_id,
            equals={"entity_id": entity_id},
            where=where,
            order=(("id", False),),
            limit=MOST_DOCUMENTS,
        )
        for (stored,) in rows:
            id = _hand_over(call, place, derived, stored, done.kept_id)
            done.moved.append(Moved(collection=place.collection.name, id=id, entity_id=entity_id))


def _hand_over(call: Call, place: Resource[Any], derived: Source[Any], stored: bytes, to: int) -> int:
    """Make a document that of another entry; its id."""
    collection = place.collection
    old, new = collection.decoder.decode(stored), collection.decoder.decode(stored)
    call.require(place.scope_of(old), "a")
    new.entity.id, new.updated_at = to, call.timestamp
    id: int = new.id
    collection.update(call.session, call.company_id, id, new, old)
    derived.stored(call, new, old)
    call.emit(place.event_of(new, "update"), id, changes=changes(old, new))
    return id


# taking it back


def _undo(call: Call, side: Side) -> bytes:
    """Take a merge back: the entries that went are there again, and their documents are theirs again.

    Raises Conflict where the kept entry is gone, or another one has the code of one of them by now.
    """
    call.require(str(side.resource.scope), "a")
    collection = side.resource.collection
    collection.lock(call.session, call.company_id)
    done = merges.get(call.session, call.company_id, call.id("merge_id"))
    if done is None or done.kind != side.kind:
        raise NotFound("Merge not found.")
    kept = collection.get(call.session, call.company_id, done.kept_id)
    if kept is None:
        raise Conflict("The entry that was kept is gone: the merge cannot be taken back.", code="KEPT_ENTRY_GONE")
    before = msgspec.to_builtins(kept)
    defaults = {field.name: field.default for field in msgspec.structs.fields(collection.body)}
    given_back = {key: defaults[key] for key, value in done.taken.items() if before[key] == value}
    if given_back:
        side.resource.replace(call, done.kept_id, msgspec.structs.replace(kept, **given_back), kept)
    for stored in done.removed:
        _bring_back(call, side, stored)
    for moved in done.moved:
        _give_back(call, side, moved, done.kept_id)
    merges.delete(call.session, call.company_id, done.id or 0, done)
    return _shown(done)


def _bring_back(call: Call, side: Side, stored: dict[str, Any]) -> None:
    collection = side.resource.collection
    entry = collection.decoder.decode(encoder.encode(stored))
    entry.updated_at = call.timestamp
    registry.check_entry(call, collection, entry, msgspec.structs.replace(entry, code=""), side.noun)
    collection.restore(call.session, call.company_id, entry.id, entry)
    call.emit(side.resource.event_of(entry, "create"), entry.id)


def _give_back(call: Call, side: Side, moved: Moved, kept_id: int) -> None:
    """Make a document that of the entry it came from, unless it is gone or somebody else's by now."""
    for place, derived, _ in side.documents:
        if place.collection.name != moved.collection:
            continue
        place.collection.lock(call.session, call.company_id)
        stored = place.collection.get_bytes(call.session, call.company_id, moved.id)
        entity = place.collection.decoder.decode(stored).entity if stored else None
        if stored and entity and entity.id == kept_id:
            _hand_over(call, place, derived, stored, moved.entity_id)


def _shown(done: KeptMerge) -> bytes:
    shown = EntityMerge(**{name: getattr(done, name) for name in EntityMerge.__struct_fields__})
    return encoder.encode({"data": shown})


_OF_KIND = Prepared(
    select(merges.table.c.body)
    .where(and_(merges.table.c.company_id == bindparam("company_id"), merges.table.c.kind == bindparam("kind")))
    .order_by(merges.table.c.id.desc())
    .limit(MOST_GROUPS)
)
_shown_merges = msgspec.json.Decoder(EntityMerge)


def heir_of(call: Call, side: Side, id: int) -> int | None:
    """The entry that one which was merged away is a part of by now; None for one that was not."""
    going, seen = id, set[int]()
    rows = first_column(call.session.rows(_OF_KIND, company_id=call.company_id, kind=side.kind))
    merged = [_shown_merges.decode(stored) for stored in rows]
    while going not in seen:
        seen.add(going)
        going = next((each.kept_id for each in merged if any(gone.id == going for gone in each.merged)), going)
    return None if going == id else going


def _list_merges(call: Call, side: Side) -> bytes:
    """The merges that can be taken back, the latest first."""
    call.require(str(side.resource.scope), "r")
    rows = first_column(call.session.rows(_OF_KIND, company_id=call.company_id, kind=side.kind))
    return encoder.encode({"data": [_shown_merges.decode(stored) for stored in rows]})


def _operations(side: Side) -> Iterator[Operation]:
    one, many, path, tag = side.resource.name, side.resource.plural, side.resource.path, side.resource.tag
    yield Operation(
        f"list{one}Duplicates",
        "GET",
        f"{path}/duplicates",
        lambda call: _list_duplicates(call, side),
        tag,
        f"List {one} Duplicates",
        slow=True,
        answer=list[DuplicateGroup],
    )
    yield Operation(
        f"merge{many}",
        "POST",
        f"{path}/{{{side.resource.item}}}/merge",
        lambda call: _merge(call, side),
        tag,
        f"Merge {many}",
        writes=True,
        body=MergeWish,
        answer=EntityMerge,
    )
    yield Operation(
        f"list{one}Merges",
        "GET",
        f"{path}/merges",
        lambda call: _list_merges(call, side),
        tag,
        f"List {one} Merges",
        answer=list[EntityMerge],
    )
    yield Operation(
        f"undo{one}Merge",
        "DELETE",
        f"{path}/merges/{{merge_id}}",
        lambda call: _undo(call, side),
        tag,
        f"Undo {one} Merge",
        writes=True,
        answer=EntityMerge,
    )


OPERATIONS = (*_operations(CLIENTS), *_operations(SUPPLIERS))
