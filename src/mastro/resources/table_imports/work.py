"""Trying and doing an import: a long job that takes some rows at a time, so that others can write in between."""

import datetime as dt
from collections.abc import Sequence

from mastro import sheets
from mastro.api.call import Call, Installation, internal_call
from mastro.database.connection import Session
from mastro.resources import attachments, results
from mastro.resources.jobs import Failed, Outcome, Task
from mastro.resources.table_imports import rows, store
from mastro.resources.table_imports.store import TableImport

JOB = "table_import"

AT_ONCE = 200
"""Rows of one transaction."""

GONE = "The uploaded file is not there any more: upload it again."


def content_of(installation: Installation, company_id: int, token: str) -> bytes:
    """The uploaded file. Raises Failed where it is gone."""
    found = attachments.read_token(token)
    storage = attachments.storage_of(installation.settings)
    stored = storage.get(attachments.storage_key(company_id, results.KIND, found[0])) if found else None
    if stored is None:
        raise Failed(GONE, code="FILE_GONE")
    return b"".join(stored.chunks)


def rows_of(wanted: TableImport, data: bytes) -> list[tuple[int, list[str]]]:
    """The rows below the headings that are not empty, with their place in the file. Raises UnreadableSheetError."""
    found = sheets.read(data, wanted.sheet).rows
    return [(place, row) for place, row in enumerate(found, start=1) if place > wanted.heading and any(row)]


def do(task: Task) -> Outcome:
    """Try or do an import; after an interruption it goes on where it was."""
    company_id, import_id = task.company_id, int(task.job.options["import_id"])
    trial = rows.Known() if task.job.options["dry_run"] else None

    def begin(session: Session) -> tuple[TableImport, int]:
        wanted = _load(session, company_id, import_id)
        if trial is not None:  # what the trial made is remembered in this process alone
            rows.clear(session, company_id, import_id)
        return wanted, rows.last_place(session, company_id, import_id)

    wanted, last = task.write(begin)
    try:
        todo = rows_of(wanted, content_of(task.installation, company_id, wanted.attachment_token))
    except sheets.UnreadableSheetError as error:
        raise Failed(str(error), code="UNREADABLE") from None
    left = [row for row in todo if row[0] > last]
    for start in range(0, len(left), AT_ONCE):
        some = left[start : start + AT_ONCE]
        _some(task, wanted, some, trial)
        task.tell("rows", len(todo) - len(left) + start + len(some), len(todo))
    counted = task.write(lambda session: _finish(session, company_id, import_id, trial=trial is not None))
    return Outcome(result=dict(counted))


def _some(task: Task, wanted: TableImport, some: Sequence[tuple[int, list[str]]], trial: rows.Known | None) -> None:
    def deal(session: Session) -> None:
        rows.do_rows(_call(task, session, wanted), wanted, some, trial=trial)

    task.write(deal)


def _finish(session: Session, company_id: int, import_id: int, *, trial: bool) -> dict[str, int]:
    store.imports.lock(session, company_id)
    wanted = _load(session, company_id, import_id)
    counted = rows.counts(session, company_id, import_id)
    for status in ("created", "updated", "unchanged", "skipped", "refused"):
        setattr(wanted, status, counted.get(status, 0))
    wanted.state = "previewed" if trial else "done"
    store.imports.update(session, company_id, import_id, wanted)
    return counted


def _load(session: Session, company_id: int, import_id: int) -> TableImport:
    found = store.imports.get(session, company_id, import_id)
    if found is None:
        raise Failed("The import is not there any more.", code="IMPORT_GONE")
    return found


def _call(task: Task, session: Session, wanted: TableImport) -> Call:
    """A call as who asked for the import, at the moment in which it was asked for: its entries all have one time."""
    now = task.installation.settings.clock()
    moment = dt.datetime.fromisoformat(wanted.stamp).replace(tzinfo=now.tzinfo)
    return internal_call(
        task.installation, session, company_id=task.company_id, user_id=task.job.user_id or 0, now=moment
    )
