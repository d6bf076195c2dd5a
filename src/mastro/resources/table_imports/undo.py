"""Taking an import back: what it made goes, what it changed is again as it was."""

from mastro.api.call import Call
from mastro.api.errors import Conflict
from mastro.resources.table_imports import rows, store
from mastro.resources.table_imports.rows import RESOURCES, Line
from mastro.resources.table_imports.store import TableImport

AT_ONCE = 500

MOST_NAMED = 20


def undo(call: Call, done: TableImport) -> int:
    """Take back everything that an import made and changed; how many entries that were.

    Raises Conflict where somebody has changed one of them since, or its stock moved: their work would be lost.
    """
    assert done.id  # noqa: S101  (every stored import has one)
    collection = RESOURCES[done.resource].collection
    collection.lock(call.session, call.company_id)
    changed: list[int] = []
    taken = 0
    for status in ("created", "updated"):
        after = 0
        while found := rows.page(call.session, call.company_id, done.id, status, after, AT_ONCE):
            after = found[-1].place
            for line in found:
                if not _take_back(call, done, line):
                    changed.append(line.resource_id or 0)
                taken += 1
    if changed:
        named = ", ".join(map(str, changed[:MOST_NAMED]))
        raise Conflict(f"These were changed after the import: {named}.", code="CHANGED_SINCE")
    return taken


def _take_back(call: Call, done: TableImport, line: Line) -> bool:
    """Take one row back; False where its entry was changed since. What is gone already counts as taken back."""
    resource = RESOURCES[done.resource]
    collection, id = resource.collection, line.resource_id or 0
    present = collection.get(call.session, call.company_id, id)
    if present is None:
        return True
    if present.updated_at != done.stamp:
        return False
    if line.status == "created":
        resource.remove(call, id, present)
    elif line.body:
        before = collection.decoder.decode(line.body)
        collection.update(call.session, call.company_id, id, before, present)
        call.emit(resource.event_of(before, "update"), id)
    return True


def forget(call: Call, done: TableImport) -> None:
    """Forget an import and what became of its rows."""
    assert done.id  # noqa: S101  (every stored import has one)
    rows.clear(call.session, call.company_id, done.id)
    store.imports.delete(call.session, call.company_id, done.id, done)
