"""The operations of imports of tables: upload, try, do, see what became of the rows, take back."""

import csv
import io
from typing import Any, get_args

import msgspec

from mastro import sheets
from mastro.api.call import Call
from mastro.api.errors import Conflict, NotFound, invalid
from mastro.api.multipart import parse
from mastro.api.operation import PAGE, PER_PAGE, Answer, Operation, Parameter
from mastro.api.paging import envelope, page_of
from mastro.database.collection import encoder
from mastro.model.base import Body, Id, Integer
from mastro.resources import attachments, jobs, results
from mastro.resources.table_imports import rows, store, undo, work
from mastro.resources.table_imports.columns import KEYS, MATCHES, heading_row, suggest
from mastro.resources.table_imports.files import described, file_of, sheet_of
from mastro.resources.table_imports.store import Kind, Status, TableImport

TAG = "Table Imports"
PATH = "/c/{company_id}/table_imports"
ITEM = f"{PATH}/{{import_id}}"

SCOPES: dict[Kind, str] = {"clients": "entity.clients", "suppliers": "entity.suppliers", "products": "products"}

MOST_ROWS_SHOWN = 500


class ImportOptions(Body):
    """How a table is to be brought in."""

    mapping: list[str] | None = None
    """Key of each column, in their order, empty to leave one out; without it as it was suggested or set before."""
    match: str = "auto"
    """What an entry that is there already is known by: code, vat_number, tax_code, auto for the first of them that the
    row has, none to make every row a new one."""
    update: bool | None = None
    """True to bring such entries up to date with what the row says; else they stay as they are."""


class ImportRow(Body):
    """What became of a row."""

    row: Integer = 0
    """Row of the file, from 1."""
    status: Status = "created"
    resource_id: Id | None = None
    code: str = ""
    reason: str = ""
    cells: list[str] = msgspec.field(default_factory=list)
    """Of a refused row."""


class UndoneTableImport(Body):
    """The answer to an undo."""

    undone: int = 0


# uploading


def upload_table(call: Call) -> bytes:
    """Take a file (csv, xlsx, xls) of clients, suppliers or products: answer its columns and the key of each.

    The form has the fields `resource` and `attachment`, and optionally `sheet`. Nothing is made of it yet.
    """
    form = parse(call.content_type, call.raw)
    kind = form["resource"].text if "resource" in form else ""
    if kind not in get_args(Kind):
        raise invalid("resource", f"The resource field must be one of: {', '.join(get_args(Kind))}.")
    call.require(SCOPES[kind], "a")  # type: ignore[index]  # checked just now
    filename, data = file_of(call, form)
    new = _described(kind, sheet_of(form, data))  # type: ignore[arg-type]  # checked above
    new.filename = filename
    new.attachment_token = attachments.keep(call, results.KIND, new.filename, data)
    new.created_at = call.timestamp
    new.id = store.imports.next_id(call.session, call.company_id, new)
    store.imports.insert(call.session, call.company_id, new.id, new)
    return _shown(new)


def _described(kind: Kind, sheet: sheets.Sheet) -> TableImport:
    heading = heading_row(kind, sheet.rows)
    below = [row for row in sheet.rows[heading + 1 :] if any(row)]
    if not below:
        raise invalid("attachment", "The file has no rows below the headings.", code="WRONG_CONTENT")
    keys = suggest(kind, sheet.rows[heading])
    return TableImport(
        resource=kind,
        format=sheet.format,
        encoding=sheet.encoding,
        separator=sheet.separator,
        sheet=sheet.name,
        sheets=sheet.names,
        heading=heading + 1,
        rows=len(below),
        columns=described(sheet.rows[heading], below, keys),
        mapping=keys,
        match="auto",
    )


# doing


def _start(call: Call, *, dry_run: bool) -> bytes:
    store.imports.lock(call.session, call.company_id)
    found = _load(call, "a")
    if found.state in {"running", "previewing"} and _under_way(call, found):
        raise Conflict("The import is being done.", code="JOB_UNDER_WAY")
    if found.state == "done":
        raise Conflict("The import was done already.", code="IMPORT_DONE")
    _choose(found, call.parse(ImportOptions).data)
    if found.state != "running":  # one that was interrupted goes on with the rows that it did not come to
        rows.clear(call.session, call.company_id, found.id or 0)
        found.stamp = call.timestamp
    elif dry_run:
        raise Conflict("The import has begun: let it go on, or take it back.", code="IMPORT_BEGUN")
    found.state = "previewing" if dry_run else "running"
    options = {"import_id": found.id, "dry_run": dry_run}
    found.job_id = jobs.start(call, work.JOB, options, scope=f"{SCOPES[found.resource]}:a").id
    store.imports.update(call.session, call.company_id, found.id or 0, found)
    return _shown(found)


def preview_table(call: Call) -> bytes:
    """Try an import in a job: what would become of each row is known when it is done, and nothing is made."""
    return _start(call, dry_run=True)


def run_table(call: Call) -> bytes:
    """Do an import in a job. Rows that cannot be taken are kept with the reason; the others are made all the same."""
    return _start(call, dry_run=False)


def _under_way(call: Call, found: TableImport) -> bool:
    job = jobs.long_jobs.get(call.session, call.company_id, found.job_id or 0)
    return job is not None and job.state in jobs.OPEN


def _choose(found: TableImport, options: ImportOptions) -> None:
    """Take over how the table is to be brought in. Raises Invalid."""
    mapping = found.mapping if options.mapping is None else options.mapping
    keys = [key for key in mapping if key]
    known = KEYS[found.resource]
    if len(mapping) != len(found.columns):
        raise invalid(
            "data.mapping", f"The data.mapping field must have one key for each of {len(found.columns)} columns."
        )
    if unknown := [key for key in keys if key not in known]:
        raise invalid("data.mapping", f"{unknown[0][:40]!r} is no key; the keys are {', '.join(known)}.")
    if len(set(keys)) < len(keys):
        raise invalid("data.mapping", "The data.mapping field must not have a key twice.")
    if not {"name", "first_name", "last_name"} & set(keys) and not set(keys) & set(MATCHES[found.resource]):
        raise invalid("data.mapping", "The data.mapping field must have the key name, or a key to find entries by.")
    if options.match not in {"auto", "none", *MATCHES[found.resource]}:
        raise invalid(
            "data.match", f"The data.match field is one of: auto, none, {', '.join(MATCHES[found.resource])}."
        )
    found.mapping, found.match, found.update = mapping, options.match, bool(options.update)


# looking


def _load(call: Call, level: str = "r") -> TableImport:
    found = store.imports.get(call.session, call.company_id, call.id("import_id"))
    if found is None:
        raise NotFound("Import not found.")
    call.require(SCOPES[found.resource], level)
    return found


def _shown(found: TableImport) -> bytes:
    return encoder.encode({"data": msgspec.structs.replace(found, attachment_token=""), "keys": _keys(found)})


def _keys(found: TableImport) -> list[str]:
    return list(KEYS[found.resource])


def list_tables(call: Call) -> bytes:
    """The imports of tables, the latest first, of what the token may read."""
    wanted = page_of(call.query)
    kinds = [kind for kind, scope in SCOPES.items() if call.may(scope, "r")]
    where = store.imports.table.c.resource.in_(kinds or [""])
    found = store.imports.page(
        call.session, call.company_id, where=where, order=(("id", True),), limit=wanted.size, offset=wanted.offset
    )
    shown = [
        (encoder.encode(msgspec.structs.replace(store.imports.decoder.decode(stored), attachment_token="")),)
        for (stored,) in found
    ]
    total = store.imports.total(call.session, call.company_id, where=where)
    return envelope(list(shown), wanted, total, call.url, call.query)


def get_table(call: Call) -> bytes:
    """An import, and how far it is: its job says more while it is under way."""
    return _shown(_load(call))


def list_rows(call: Call) -> bytes:
    """What became of the rows of a status, the refused ones unless another is asked for."""
    found, status = _load(call), call.query.get("status", "") or "refused"
    if status not in get_args(Status):
        raise invalid("status", f"The status field is one of: {', '.join(get_args(Status))}.")
    after = call.query.get("after", "") or "0"
    if not (after.isascii() and after.isdigit() and len(after) < 10):
        raise invalid("after", "The after field must be a row of the file.")
    lines = rows.page(call.session, call.company_id, found.id or 0, status, int(after), MOST_ROWS_SHOWN)
    return encoder.encode({"data": [rows.shown(line) for line in lines]})


def refused_rows(call: Call) -> Answer:
    """The refused rows as csv, with the reason in the last column: to be mended and brought in again."""
    found = _load(call)
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";")
    writer.writerow([*(column.name for column in found.columns), "Errore"])
    after = 0
    while some := rows.page(call.session, call.company_id, found.id or 0, "refused", after, MOST_ROWS_SHOWN):
        after = some[-1].place
        for line in some:
            cells: list[Any] = msgspec.json.decode(line.body) if line.body else []
            writer.writerow([_harmless(str(cell)) for cell in (*cells, line.reason)])
    headers = {"Content-Disposition": 'attachment; filename="refused.csv"'}
    return Answer(("\ufeff" + written.getvalue()).encode(), "text/csv; charset=utf-8", headers=headers)


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; numbers and telephone numbers stay as they are."""
    formula = cell[:1] in {"=", "@", "\t", "\r"} or (cell[:1] in {"+", "-"} and not cell[1:2].isdigit())
    return f"'{cell}" if formula else cell


def undo_table(call: Call) -> bytes:
    """Take back an import: what it made is deleted, what it changed is again as it was. One that was not done goes."""
    store.imports.lock(call.session, call.company_id)
    found = _load(call, "a")
    if found.state in {"running", "previewing"} and _under_way(call, found):
        raise Conflict("The import is being done: end its job first.", code="JOB_UNDER_WAY")
    undone = undo.undo(call, found) if found.state in {"done", "running"} else 0
    undo.forget(call, found)
    return encoder.encode({"data": UndoneTableImport(undone=undone)})


_FORM = {
    "resource": {"type": "string", "enum": list(get_args(Kind))},
    "sheet": {"type": "string", "description": "Name of a sheet of a workbook; else the first"},
    "attachment": {"type": "string", "format": "binary"},
}
_KEYS_BESIDE = {"keys": {"type": "array", "items": {"type": "string"}}}
_ROWS_QUERY = (
    Parameter("status", {"type": "string", "enum": list(get_args(Status))}, "Only these rows; refused by default"),
    Parameter("after", {"type": "integer"}, "Only rows of the file after this one"),
)


def _operation(id: str, method: Any, path: str, handler: Any, summary: str, **more: Any) -> Operation:
    return Operation(id, method, path, handler, TAG, summary, **more)


_ONE: dict[str, Any] = {"answer": TableImport, "answer_extra": _KEYS_BESIDE}

OPERATIONS = (
    _operation("uploadTable", "POST", PATH, upload_table, "Upload Table", writes=True, form=_FORM, **_ONE),
    _operation(
        "listTableImports",
        "GET",
        PATH,
        list_tables,
        "List Table Imports",
        query=(PAGE, PER_PAGE),
        answer=list[TableImport],
        paginated=True,
    ),
    _operation("getTableImport", "GET", ITEM, get_table, "Get Table Import", **_ONE),
    _operation(
        "previewTableImport",
        "POST",
        f"{ITEM}/preview",
        preview_table,
        "Preview Table Import",
        writes=True,
        body=ImportOptions,
        **_ONE,
    ),
    _operation(
        "runTableImport", "POST", f"{ITEM}/run", run_table, "Run Table Import", writes=True, body=ImportOptions, **_ONE
    ),
    _operation(
        "listTableImportRows",
        "GET",
        f"{ITEM}/rows",
        list_rows,
        "List Table Import Rows",
        query=_ROWS_QUERY,
        answer=list[ImportRow],
    ),
    _operation("getRefusedRows", "GET", f"{ITEM}/refused.csv", refused_rows, "Get Refused Rows", media_type="text/csv"),
    _operation(
        "undoTableImport",
        "DELETE",
        ITEM,
        undo_table,
        "Undo Table Import",
        writes=True,
        answer=UndoneTableImport,
    ),
)
