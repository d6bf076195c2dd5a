"""What is kept of the import of a table: what was uploaded, how it is to be read, and what became of each row."""

from typing import Any, Literal

import msgspec
from sqlalchemy import BigInteger, Column, Integer, Table

from mastro.database.collection import Collection
from mastro.database.columns import JsonBody, PlainText
from mastro.database.fields import exact, time
from mastro.database.schema import metadata
from mastro.model.base import Body, Id, Timestamp
from mastro.model.base import Integer as Whole

Kind = Literal["clients", "suppliers", "products"]
State = Literal["uploaded", "previewing", "previewed", "running", "done"]
Status = Literal["created", "updated", "unchanged", "skipped", "refused"]


class ImportColumn(Body):
    """A column of the file."""

    name: str = ""
    """Its heading; where it has none, its letter as spreadsheets write it."""
    samples: list[str] = msgspec.field(default_factory=list)
    """The first values in it."""
    key: str = ""
    """The key that it seems to be; empty for none."""


class TableImport(Body):
    """An import: what was uploaded, and what came of it."""

    id: Id | None = None
    resource: Kind = "clients"
    state: State = "uploaded"
    filename: str = ""
    format: str = ""
    """csv, xlsx, xls, ods."""
    encoding: str = ""
    """Of a csv file."""
    separator: str = ""
    """Of a csv file."""
    sheet: str = ""
    sheets: list[str] = msgspec.field(default_factory=list)
    """Of a spreadsheet, those that there are."""
    heading: Whole = 1
    """Row of the file that holds the headings, from 1."""
    rows: Whole = 0
    """Rows below the headings that are not empty."""
    columns: list[ImportColumn] = msgspec.field(default_factory=list)
    mapping: list[str] = msgspec.field(default_factory=list)
    """Key of each column, in their order; empty for a column that is left out."""
    match: str = ""
    """Key by which an entry that is there already is known; empty for none."""
    update: bool = False
    """Whether such an entry is brought up to date; else it is left as it is."""
    created: Whole = 0
    updated: Whole = 0
    unchanged: Whole = 0
    skipped: Whole = 0
    refused: Whole = 0
    job_id: Id | None = None
    """Of the work that does it."""
    stamp: Timestamp = ""
    """When it was done: `updated_at` of what it made."""
    attachment_token: str = ""
    """Of the uploaded file; not shown."""
    created_at: Timestamp = ""


imports = Collection(
    "table_imports",
    TableImport,
    exact("resource", required=True),
    exact("state", required=True),
    time("created_at", required=True),
    indexes=(("created_at",),),
)

rows = Table(
    "table_import_rows",
    metadata,
    Column("company_id", Integer, primary_key=True, autoincrement=False),
    Column("import_id", BigInteger, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False, comment="row of the file, from 1"),
    Column("status", PlainText, nullable=False, comment="created, updated, unchanged, skipped, refused"),
    Column("resource_id", BigInteger, nullable=True),
    Column("code", PlainText, nullable=False, comment="why it was refused, for programs"),
    Column("reason", PlainText, nullable=False, comment="the same in words"),
    Column("body", JsonBody, nullable=True, comment="of an update: the entry before; of a refused row: its cells"),
)
"""What became of each row of an import that was done."""

Values = dict[str, Any]
