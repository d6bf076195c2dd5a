"""An import taken back: what it made is deleted for good, as far as nobody has worked on it since."""

from typing import Any

from mastro.api.call import Call
from mastro.api.errors import Conflict, NotFound
from mastro.database import bin as bin_
from mastro.resources import jobs
from mastro.resources.entities import clients, suppliers
from mastro.resources.received_documents import incoming
from mastro.resources.xml_imports.table import SIDES, ImportSide, Side, imports


def undo(call: Call, side: Side, id: int) -> int:
    """Take back everything that an import made, locked or not, and leave nothing in the bin; how many there were.

    Raises NotFound, or Conflict where it is still being done, or somebody has changed one of the documents since: their
    work would be lost.
    """
    place = SIDES[side]
    collection = place.resource.collection
    collection.lock(call.session, call.company_id)
    done = imports.get(call.session, call.company_id, id)
    if done is None or done.side != side:
        raise NotFound("Import not found.")
    job = jobs.long_jobs.get(call.session, call.company_id, done.job_id) if done.job_id else None
    if job is not None and job.state in jobs.OPEN:
        raise Conflict("The import is being done: end its job first.", code="JOB_UNDER_WAY")
    made = [line.id for line in done.documents if line.status == "created" and line.id is not None]
    there = [(each, collection.get(call.session, call.company_id, each)) for each in made]
    changed = [each for each, old in there if old is not None and old.updated_at != done.created_at]
    if changed:
        words = f"These documents were changed after the import: {', '.join(map(str, changed[:20]))}."
        raise Conflict(words, code="CHANGED_SINCE")
    for each, old in there:
        if old is None:
            _remove_from_bin(call, place, each)
            continue
        call.require(place.resource.scope_of(old), "a")
        place.release(call, old)
        place.remove(call, old)
        collection.delete(call.session, call.company_id, each, old)
        call.emit(place.resource.event_of(old, "delete"), each)
    for file_id in done.file_ids:
        incoming.forget(call, file_id)
    for entity in done.entities:
        if entity.created and entity.id is not None:
            _remove_unused(call, entity.kind, entity.id, done.created_at)
    imports.delete(call.session, call.company_id, id, done)
    return len(made)


def _remove_unused(call: Call, kind: str, id: int, made_at: str) -> None:
    """Delete a customer or supplier that an import made, unless somebody has changed or used it since."""
    registry: Any = clients.resource if kind == "client" else suppliers.resource
    registry.collection.lock(call.session, call.company_id)
    entry = registry.collection.get(call.session, call.company_id, id)
    sides = (SIDES["issued"],) if kind == "client" else (SIDES["received"], SIDES["issued"])
    used = any(
        side.resource.collection.total(call.session, call.company_id, equals={"entity_id": id}) for side in sides
    )
    if entry is not None and entry.updated_at == made_at and not used:
        registry.deleted(call, entry)
        registry.collection.delete(call.session, call.company_id, id, entry)
        call.emit(registry.event_of(entry, "delete"), id)


def _remove_from_bin(call: Call, place: ImportSide, id: int) -> None:
    """Delete for good what somebody has deleted since."""
    collection = place.resource.collection
    stored = bin_.get(call.session, call.company_id, collection.name, id)
    if stored is not None:
        place.release(call, collection.decoder.decode(stored))
        bin_.remove(call.session, call.company_id, collection.name, id)
