"""Rows of a table as lines of JSON, out of one database and into another of either kind."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec
from sqlalchemy import Boolean, ColumnElement, Integer, Table, select

from mastro.database.columns import JsonBody
from mastro.database.connection import Session

Value = str | int | bool | bytes | None

Columns = list[tuple[str, str]]
"""Name and kind of each column; the kinds are `int`, `bool`, `text` and `json`."""

_POSTGRESQL = {"int": "int8", "bool": "bool", "text": "text", "json": "json"}

_PYTHON: dict[str, Any] = {"int": int | None, "bool": bool | None, "text": str | None, "json": msgspec.Raw}


def columns_of(table: Table) -> Columns:
    """The columns of a table with their kinds."""
    return [(column.name, _kind(column.type)) for column in table.columns]


def _kind(type: object) -> str:
    if isinstance(type, JsonBody):
        return "json"
    if isinstance(type, Boolean):
        return "bool"
    return "int" if isinstance(type, Integer) else "text"


# out


def lines(session: Session, table: Table, where: ColumnElement[bool] | None = None) -> Iterator[bytes]:
    """Every row of a table in the order of its key, each a line of JSON, without holding them all."""
    columns = columns_of(table)
    statement = select(table).order_by(*table.primary_key.columns)
    if where is not None:
        statement = statement.where(where)
    sql = str(statement.compile(dialect=session.database.dialect, compile_kwargs={"literal_binds": True}))
    read = _read_sqlite if session.database.kind == "sqlite" else _read_postgresql
    encode = msgspec.json.encode
    convert = [_TO_JSON.get(kind) for _, kind in columns]
    for row in read(session, sql, columns):
        yield encode([c(v) if c and v is not None else v for c, v in zip(convert, row, strict=True)]) + b"\n"


def _raw(value: str | bytes) -> msgspec.Raw:
    content = value.encode() if isinstance(value, str) else value
    if b"\n" in content:  # a row is one line
        content = msgspec.json.format(content, indent=-1)
    return msgspec.Raw(content)


_TO_JSON: dict[str, Callable[[Any], object]] = {"bool": bool, "json": _raw}


def _read_sqlite(session: Session, sql: str, _: Columns) -> Iterator[tuple[Any, ...]]:
    yield from session.cursor.execute(sql, {})


def _read_postgresql(session: Session, sql: str, columns: Columns) -> Iterator[tuple[Any, ...]]:
    cursor: Any = session.cursor
    with cursor.copy(f"COPY ({sql}) TO STDOUT") as copy:
        copy.set_types([_POSTGRESQL[kind] for _, kind in columns])
        yield from copy.rows()


# in


def values(found: Iterable[bytes], columns: Columns) -> Iterator[list[Value]]:
    """The rows of lines, JSON as bytes. Raises msgspec.MsgspecError for a line that is no such row."""
    shape: Any = tuple[tuple(_PYTHON[kind] for _, kind in columns)]  # type: ignore[misc]  # a type made at run time
    decode = msgspec.json.Decoder(shape).decode
    places = [place for place, (_, kind) in enumerate(columns) if kind == "json"]
    for line in found:
        row = list(decode(line))
        for place in places:
            raw = bytes(row[place])
            row[place] = None if raw == b"null" else raw
        yield row


def insert_sqlite(cursor: Any, table: str, columns: Columns, rows: Iterable[list[Value]]) -> None:
    """Put rows into a table of SQLite."""
    marks = ",".join("?" * len(columns))
    cursor.executemany(f"INSERT INTO {_quoted(table)} ({_names(columns)}) VALUES ({marks})", rows)


def insert_postgresql(cursor: Any, table: str, columns: Columns, rows: Iterable[list[Value]]) -> None:
    """Put rows into a table of PostgreSQL."""
    places = [place for place, (_, kind) in enumerate(columns) if kind == "json"]
    with cursor.copy(f"COPY {_quoted(table)} ({_names(columns)}) FROM STDIN") as copy:
        for row in rows:
            for place in places:
                value = row[place]
                row[place] = value.decode() if isinstance(value, bytes) else value
            copy.write_row(row)


def _names(columns: Columns) -> str:
    return ", ".join(_quoted(name) for name, _ in columns)


def _quoted(name: str) -> str:
    """A name as both databases quote it. Raises ValueError for one that no table of ours has."""
    if not (name.isascii() and name.replace("_", "").isalnum()):
        raise ValueError(f"{name!r} is no name of a table or column")
    return f'"{name}"'
