"""A collection: the rows of one resource, each with its key, its searchable columns and its body as it is served."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Table, and_, bindparam, delete, func, insert, select, text, update
from sqlalchemy.sql.elements import UnaryExpression

from mastro.database.connection import Prepared, Row, Session
from mastro.database.fields import Field
from mastro.database.schema import company_table
from mastro.database.search import Searchable
from mastro.database.vocabulary import Kind, Vocabulary, Words
from mastro.model.base import Body

B = TypeVar("B", bound=Body)

encoder = msgspec.json.Encoder(decimal_format="number")
"""Writes bodies as they are stored and served: decimals as JSON numbers, dates as ISO text."""

_COUNT_UP = Prepared(
    text(
        "INSERT INTO counters (company_id, name, last_id, total) VALUES (:company_id, :name, :before + :step, :step)"
        " ON CONFLICT (company_id, name)"
        " DO UPDATE SET last_id = counters.last_id + :step, total = counters.total + :step RETURNING last_id"
    )
)
_COUNT_BOTH = Prepared(
    text(
        "INSERT INTO counters (company_id, name, last_id, total)"
        " VALUES (:company_id, :name, :first, 1), (:company_id, :bucket, :first, 1) ON CONFLICT (company_id, name)"
        " DO UPDATE SET last_id = counters.last_id + 1, total = counters.total + 1 RETURNING name, last_id"
    )
)
_RECOUNT = Prepared(text("UPDATE counters SET total = total + :step WHERE company_id = :company_id AND name = :name"))
_FORGET = Prepared(
    text("UPDATE counters SET total = 0 WHERE company_id = :company_id AND (name = :name OR name LIKE :buckets)")
)
_TOTAL = Prepared(text("SELECT total FROM counters WHERE company_id = :company_id AND name = :name"))

ALL: "list[Collection[Any]]" = []
"""Every collection that an imported module declares, as `metadata` knows every table."""

MAX_KEY = 255
"""Characters of a text that an index holds: PostgreSQL refuses a row whose key does not fit into a third of a page."""

Order = tuple[tuple[str, bool], ...]
"""Columns with True where the order is descending."""


class Collection(Generic[B]):
    """The rows of one resource, on either database.

    `bucket` names the column whose values have a total of their own (the type of a document), so that the first page of
    a long history costs what the first page of a short one does.
    """

    def __init__(
        self,
        name: str,
        body: type[B],
        *fields: Field,
        extra: Sequence[Field] = (),
        indexes: tuple[tuple[str, ...], ...] = (),
        unique: tuple[tuple[str, ...], ...] = (),
        bucket: str | None = None,
        first_id: int = 1,
        vocabulary: dict[Kind, Words] | None = None,
        search: Searchable | None = None,
    ) -> None:
        """Declare the table of a resource.

        `fields` are what the API filters and sorts by; `extra` are columns that only our own queries need. `vocabulary`
        says which words of a body are counted for lists of what the company uses, `search` by which it is found.
        """
        self.name = name
        self.body = body
        self.fields = {field.name: field for field in fields}
        self.columns = (*fields, *extra)
        self.bucket = bucket
        self.first_id = first_id
        self.vocabulary = Vocabulary(name, vocabulary) if vocabulary else None
        self.search = search
        stored = [field for field in self.columns if field.name != "id" and not field.any_of]
        self.table: Table = company_table(name, *(field.column() for field in stored), indexes=indexes, unique=unique)
        ALL.append(self)
        self._by_name = {field.column_name: field for field in stored}
        self._stored = tuple((field.column_name, field) for field in stored)
        keys = {name.replace(".", "_") for index in (*indexes, *unique) for name in index}
        self._keys = tuple(f.column_name for f in stored if f.column_name in keys and f.kind in {"text", "exact"})
        self.decoder = msgspec.json.Decoder(body)
        self.key = and_(self.table.c.company_id == bindparam("company_id"), self.table.c.id == bindparam("id"))
        self._get = Prepared(select(self.table.c.body).where(self.key))
        self._insert = Prepared(insert(self.table))
        self._update = Prepared(
            update(self.table)
            .where(self.table.c.company_id == bindparam("key_company"), self.table.c.id == bindparam("key_id"))
            .values(
                {
                    column.name: bindparam(column.name)
                    for column in self.table.c
                    if column.name not in {"company_id", "id"}
                }
            )
        )
        self._delete = Prepared(delete(self.table).where(self.key))
        self.statement = lru_cache(maxsize=256)(self._statement)

    # one row

    def get_bytes(self, session: Session, company_id: int, id: int) -> bytes | None:
        """The body as stored, None where there is no such row in this company."""
        stored: bytes | None = session.scalar(self._get, company_id=company_id, id=id)
        return stored

    def get(self, session: Session, company_id: int, id: int) -> B | None:
        """The body as a struct, None where there is no such row in this company."""
        stored = self.get_bytes(session, company_id, id)
        return None if stored is None else self.decoder.decode(stored)

    def next_id(self, session: Session, company_id: int, body: B) -> int:
        """Take the next id and count the row in. Holds the collection of this company until the transaction ends."""
        if not self.bucket:
            return self._count_up(session, company_id, step=1)
        bucket = f"{self.name}:{getattr(body, self.bucket)}"
        counted = session.rows(_COUNT_BOTH, company_id=company_id, name=self.name, bucket=bucket, first=self.first_id)
        id: int = next(last for name, last in counted if name == self.name)
        return id

    def _count_up(self, session: Session, company_id: int, *, step: int, bucket: object = None) -> int:
        """Count rows in; the last id given so far."""
        name = self.name if bucket is None else f"{self.name}:{bucket}"
        last: int = session.scalar(_COUNT_UP, company_id=company_id, name=name, before=self.first_id - 1, step=step)
        return last

    def lock(self, session: Session, company_id: int) -> None:
        """Wait until no other transaction writes to this collection of this company, and keep others out."""
        if session.database.embedded:  # has one writer at a time as it is
            return
        self._count_up(session, company_id, step=0)

    def insert(self, session: Session, company_id: int, id: int, body: B) -> bytes:
        """Store a new row under an id from `next_id`; the body as stored."""
        encoded = encoder.encode(body)
        session.run(self._insert, **self._row(company_id, id, body, encoded))
        if self.vocabulary:
            self.vocabulary.changed(session, company_id, body, None)
        if self.search:
            self.search.changed(session, company_id, id, body, None)
        return encoded

    def update(self, session: Session, company_id: int, id: int, body: B, was: B | None = None) -> bytes:
        """Store a row anew; the body as stored. With `was`, totals, vocabulary and search follow the change."""
        encoded = encoder.encode(body)
        values = self._row(company_id, id, body, encoded)
        del values["company_id"], values["id"]
        session.run(self._update, key_company=company_id, key_id=id, **values)
        if self.vocabulary and was is not None:
            self.vocabulary.changed(session, company_id, body, was)
        if self.search and was is not None:
            self.search.changed(session, company_id, id, body, was)
        if self.bucket and was is not None and getattr(was, self.bucket) != getattr(body, self.bucket):
            self._recount(session, company_id, was, -1, whole=False)
            self._count_up(session, company_id, step=1, bucket=getattr(body, self.bucket))
        return encoded

    def delete(self, session: Session, company_id: int, id: int, body: B) -> None:
        """Remove a row."""
        session.run(self._delete, company_id=company_id, id=id)
        if self.vocabulary:
            self.vocabulary.changed(session, company_id, None, body)
        if self.search:
            self.search.changed(session, company_id, id, None, body)
        self._recount(session, company_id, body, -1)

    def _recount(self, session: Session, company_id: int, body: B, step: int, *, whole: bool = True) -> None:
        if whole:
            session.run(_RECOUNT, company_id=company_id, name=self.name, step=step)
        if self.bucket:
            name = f"{self.name}:{getattr(body, self.bucket)}"
            session.run(_RECOUNT, company_id=company_id, name=name, step=step)

    def restore(self, session: Session, company_id: int, id: int, body: B) -> bytes:
        """Store a row under the id that it had before it was deleted."""
        self.lock(session, company_id)
        self._recount(session, company_id, body, 1)
        return self.insert(session, company_id, id, body)

    def columns_of(self, body: B, names: tuple[str, ...]) -> Row:
        """The values of some columns for a body that is stored, as a query would answer them."""
        id = getattr(body, "id", None)
        return tuple(id if name == "id" else self._by_name[name].store(body) for name in names)

    def _row(self, company_id: int, id: int, body: B, encoded: bytes) -> dict[str, Any]:
        row: dict[str, Any] = {name: field.store(body) for name, field in self._stored}
        for name in self._keys:
            if row[name] is not None and len(row[name]) > MAX_KEY:
                row[name] = row[name][:MAX_KEY]
        row["company_id"] = company_id
        row["id"] = id
        row["body"] = encoded
        return row

    # many rows

    def column(self, name: str) -> ColumnElement[Any]:
        """The column of a field, by its name on the wire."""
        return self.table.c[name.replace(".", "_")]

    def _ordering(self, order: Order) -> list[UnaryExpression[Any] | ColumnElement[Any]]:
        expressions: list[UnaryExpression[Any] | ColumnElement[Any]] = []
        for name, descending in order:
            column = self.column(name)
            field = self.fields.get(name)
            if name == "id" or (field and field.required):
                expressions.append(column.desc() if descending else column)
            else:  # where SQLite puts NULL by itself
                expressions.append(column.desc().nulls_last() if descending else column.asc().nulls_first())
        return expressions

    def _statement(self, columns: tuple[str, ...], equals: tuple[str, ...], order: Order) -> Prepared:
        """A page of rows where some columns equal their parameter; compiled once per combination."""
        where = [self.table.c.company_id == bindparam("company_id")]
        where += [self.table.c[name] == bindparam(name) for name in equals]
        return Prepared(self.select_page(columns, and_(*where), order))

    def select_page(self, columns: tuple[str, ...], where: ColumnElement[bool], order: Order) -> Any:
        """A page of rows under a condition."""
        table = self.table
        ordering = self._ordering(order)
        return (
            select(*(table.c[name] for name in columns))
            .where(where)
            .order_by(*ordering)
            .limit(bindparam("limit"))
            .offset(bindparam("offset"))
        )

    def page(
        self,
        session: Session,
        company_id: int,
        *,
        columns: tuple[str, ...] = ("body",),
        equals: dict[str, Any] | None = None,
        where: ColumnElement[bool] | None = None,
        order: Order,
        limit: int,
        offset: int = 0,
    ) -> list[Row]:
        """The rows of one page; `equals` by column name, `where` a condition of any shape beside it."""
        equals = equals or {}
        if where is None:
            statement: Any = self.statement(columns, tuple(equals), order)
        else:
            conditions = [self.table.c.company_id == bindparam("company_id"), where]
            conditions += [self.table.c[name] == bindparam(name) for name in equals]
            statement = self.select_page(columns, and_(*conditions), order)
        return session.rows(statement, company_id=company_id, limit=limit, offset=offset, **equals)

    def total(
        self,
        session: Session,
        company_id: int,
        *,
        equals: dict[str, Any] | None = None,
        where: ColumnElement[bool] | None = None,
    ) -> int:
        """How many rows there are: read from a counter where one is kept, counted otherwise."""
        equals = equals or {}
        if where is None and (not equals or tuple(equals) == (self.bucket,)):
            name = f"{self.name}:{equals[self.bucket]}" if equals and self.bucket else self.name
            return session.scalar(_TOTAL, company_id=company_id, name=name) or 0
        conditions = [self.table.c.company_id == bindparam("company_id")]
        conditions += [self.table.c[name] == bindparam(name) for name in equals]
        if where is not None:
            conditions.append(where)
        statement = select(func.count()).select_from(self.table).where(*conditions)
        counted: int = session.scalar(statement, company_id=company_id, **equals)
        return counted

    def reindex(self, session: Session, company_id: int, progress: Callable[[int], None] = lambda _: None) -> int:
        """Fill every column and counter of a company anew from the bodies; how many rows there were."""
        session.run(_FORGET, company_id=company_id, name=self.name, buckets=f"{self.name}:%")
        last, done = 0, 0
        following = Prepared(
            select(self.table.c.id, self.table.c.body)
            .where(self.table.c.company_id == bindparam("company_id"), self.table.c.id > bindparam("after"))
            .order_by(self.table.c.id)
            .limit(500)
        )
        totals: dict[str, int] = {}
        if self.vocabulary:
            self.vocabulary.clear(session, company_id)
        if self.search:
            self.search.clear(session, company_id)
        while rows := session.rows(following, company_id=company_id, after=last):
            for id, stored in rows:
                body = self.decoder.decode(stored)
                self.update(session, company_id, id, body)
                if self.vocabulary:
                    self.vocabulary.changed(session, company_id, body, None)
                if self.search:
                    self.search.changed(session, company_id, id, body, None)
                if self.bucket:
                    name = f"{self.name}:{getattr(body, self.bucket)}"
                    totals[name] = totals.get(name, 0) + 1
            last, done = rows[-1][0], done + len(rows)
            progress(done)
        for name, total in {**totals, self.name: done}.items():
            session.scalar(_COUNT_UP, company_id=company_id, name=name, before=self.first_id - 1, step=0)
            session.run(_RECOUNT, company_id=company_id, name=name, step=total)
        return done
