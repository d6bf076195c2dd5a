"""The rows of an import: each becomes an entry, or is kept with the reason why not."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import bindparam, delete, func, insert, select, text

from mastro.api import body as bodies
from mastro.api.call import Call
from mastro.api.changes import changes
from mastro.api.errors import ApiError
from mastro.api.resource import Resource
from mastro.database.collection import Collection, encoder
from mastro.database.columns import fold
from mastro.database.connection import Prepared, Row, Session
from mastro.resources import products
from mastro.resources.entities import clients, suppliers
from mastro.resources.table_imports import store
from mastro.resources.table_imports.columns import MATCHES, WrongCell, entry_of
from mastro.resources.table_imports.store import Kind, Status, TableImport

RESOURCES: dict[Kind, Resource[Any]] = {
    "clients": clients.resource,
    "suppliers": suppliers.resource,
    "products": products.resource,
}

MAX_REASON = 300

_SAVE, _UNDO, _FORGET = (text(f"{verb} one_row") for verb in ("SAVEPOINT", "ROLLBACK TO", "RELEASE"))
_SAVE_ALL, _UNDO_ALL, _FORGET_ALL = (text(f"{verb} some_rows") for verb in ("SAVEPOINT", "ROLLBACK TO", "RELEASE"))

_table = store.rows
_OF_IMPORT = (_table.c.company_id == bindparam("company_id"), _table.c.import_id == bindparam("import_id"))
_INSERT = Prepared(insert(_table))
_CLEAR = Prepared(delete(_table).where(*_OF_IMPORT))
_LAST = Prepared(select(func.max(_table.c.place)).where(*_OF_IMPORT))
_COUNTS = Prepared(select(_table.c.status, func.count()).where(*_OF_IMPORT).group_by(_table.c.status))
_COLUMNS = (_table.c.place, _table.c.status, _table.c.resource_id, _table.c.code, _table.c.reason, _table.c.body)
_PAGE = Prepared(
    select(*_COLUMNS)
    .where(*_OF_IMPORT, _table.c.status == bindparam("status"), _table.c.place > bindparam("after"))
    .order_by(_table.c.place)
    .limit(bindparam("limit"))
)


class Line(NamedTuple):
    """What became of a row."""

    place: int
    status: Status
    resource_id: int | None = None
    code: str = ""
    reason: str = ""
    body: bytes | None = None


def last_place(session: Session, company_id: int, import_id: int) -> int:
    """The last row of the file that was dealt with; 0 for none."""
    return session.scalar(_LAST, company_id=company_id, import_id=import_id) or 0


def clear(session: Session, company_id: int, import_id: int) -> None:
    """Forget what became of the rows."""
    session.run(_CLEAR, company_id=company_id, import_id=import_id)


def counts(session: Session, company_id: int, import_id: int) -> dict[str, int]:
    """How many rows there are of each status."""
    return dict(row[:2] for row in session.rows(_COUNTS, company_id=company_id, import_id=import_id))


def page(session: Session, company_id: int, import_id: int, status: str, after: int, limit: int) -> list[Line]:
    """Rows of a status, in the order of the file, after a place in it."""
    named = {"import_id": import_id, "status": status, "after": after, "limit": limit}
    return [Line(*row) for row in session.rows(_PAGE, company_id=company_id, **named)]


class Known:
    """Entries that a trial made and took back, by what they are known by: a later row of the file is the same one."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, str]] = set()

    def find(self, entry: dict[str, Any], keys: Sequence[str]) -> bool:
        """True where an earlier row was this entry."""
        return any((key, fold(str(entry[key]))) in self.seen for key in keys if entry.get(key))

    def add(self, entry: dict[str, Any], keys: Sequence[str]) -> None:
        """Remember a row that became an entry."""
        self.seen.update((key, fold(str(entry[key]))) for key in keys if entry.get(key))


def do_rows(call: Call, wanted: TableImport, rows: Sequence[tuple[int, list[str]]], *, trial: Known | None) -> None:
    """Deal with some rows of the file, each with its place; with `trial` all is taken back but what became of them."""
    collection = RESOURCES[wanted.resource].collection
    collection.lock(call.session, call.company_id)
    lines = []
    if trial is not None:
        call.session.run(_SAVE_ALL)
    for place, cells in rows:
        call.session.run(_SAVE)
        try:
            line = _do_row(call, wanted, place, cells, trial)
        except (ApiError, WrongCell) as error:
            call.session.run(_UNDO)
            line = _refused(place, cells, error)
        call.session.run(_FORGET)
        lines.append(line)
    if trial is not None:
        call.session.run(_UNDO_ALL)
        call.session.run(_FORGET_ALL)
    for line in lines:
        call.session.run(_INSERT, company_id=call.company_id, import_id=wanted.id, **line._asdict())


def _refused(place: int, cells: list[str], error: ApiError | WrongCell) -> Line:
    reason = str(error)
    if isinstance(error, ApiError) and error.validation:
        reason = " ".join(" ".join(said) for said in error.validation.values())
    code = error.code if isinstance(error, ApiError) else "WRONG_CELL"
    return Line(place, "refused", None, code, reason[:MAX_REASON], encoder.encode(cells))


def _do_row(call: Call, wanted: TableImport, place: int, cells: list[str], trial: Known | None) -> Line:
    """Make or update an entry. Raises ApiError, WrongCell."""
    resource = RESOURCES[wanted.resource]
    entry = entry_of(wanted.resource, wanted.mapping, cells, typed=wanted.format == "csv")
    keys = keys_of(wanted)
    raw = encoder.encode({"data": entry})
    found = _find(call, resource.collection, entry, keys)
    if found is None and trial is not None and trial.find(entry, keys):
        return Line(place, "updated" if wanted.update else "skipped")
    if found is None:
        id, _ = resource.add(call, bodies.parse(raw, resource.collection.body).data)
        if trial is not None:
            trial.add(entry, keys)
        return Line(place, "created", None if trial is not None else id)
    id, stored = found
    if not wanted.update:
        return Line(place, "skipped", id)
    old = resource.collection.decoder.decode(stored)
    new = bodies.parse_over(raw, stored, resource.collection.body).data
    if changes(old, new) is None:
        return Line(place, "unchanged", id)
    resource.replace(call, id, new, old)
    return Line(place, "updated", id, body=stored)


def keys_of(wanted: TableImport) -> Sequence[str]:
    """The keys by which an entry that is there already is known."""
    if wanted.match == "none":
        return ()
    return MATCHES[wanted.resource] if wanted.match in {"", "auto"} else (wanted.match,)


_FIND: dict[tuple[str, str], Prepared] = {}


def _find(
    call: Call, collection: Collection[Any], entry: dict[str, Any], keys: Sequence[str]
) -> tuple[int, bytes] | None:
    """The entry that is there already, by the first key that the row has and that one entry has alone."""
    for key in keys:
        value = entry.get(key)
        if not value:
            continue
        statement = _FIND.get((collection.name, key))
        if statement is None:
            table = collection.table
            statement = _FIND[collection.name, key] = Prepared(
                select(table.c.id, table.c.body)
                .where(table.c.company_id == bindparam("company_id"), table.c[key] == bindparam("value"))
                .limit(2)  # not in any order: SQLite would walk through the table to have one
            )
        rows: list[Row] = call.session.rows(statement, company_id=call.company_id, value=fold(str(value)))
        if len(rows) > 1:
            raise WrongCell(
                f"More than one entry has the {key.replace('_', ' ')} {value}: it is not known which is meant."
            )
        if rows:
            return rows[0][0], rows[0][1]
    return None


def shown(line: Line) -> dict[str, object]:
    """A row as the wire has it; the cells of a refused one beside the reason."""
    cells = msgspec.json.decode(line.body) if line.body and line.status == "refused" else []
    return {
        "row": line.place,
        "status": line.status,
        "resource_id": line.resource_id,
        "code": line.code,
        "reason": line.reason,
        "cells": cells,
    }
