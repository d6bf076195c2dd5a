"""Sums over documents in euro: what the reports of sales and purchases and the overview are made of."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Self

import msgspec
from sqlalchemy import ColumnElement, and_, case, func, select

from mastro.api.call import Call
from mastro.database.collection import Collection
from mastro.resources.received_documents.table import received_documents
from mastro.resources.reports.common import Shown, euro, shown

SOLD = ("invoice", "receipt", "credit_note")
"""Issued documents that are sales."""

BOUGHT = ("expense", "passive_credit_note")


class Sum(msgspec.Struct, kw_only=True):
    """What some documents come to; credit notes take away."""

    count: int = 0
    net: Decimal = Decimal("0.00")
    vat: Decimal = Decimal("0.00")
    gross: Decimal = Decimal("0.00")

    def __iadd__(self, other: "Sum") -> Self:
        """Add another sum."""
        self.count += other.count
        self.net += other.net
        self.vat += other.vat
        self.gross += other.gross
        return self


def sum_of(row: Sequence[Any]) -> Sum:
    """Count, net, VAT and gross as a query sums them."""
    return Sum(count=row[0], net=euro(row[1]), vat=euro(row[2]), gross=euro(row[3]))


def sums_over(collection: Collection[Any], *, signed: bool = True) -> tuple[ColumnElement[Any], ...]:
    """Count and the three amounts in euro over the rows of a query; `signed` lets credit notes take away."""
    table = collection.table
    credit = and_(table.c.type.in_(("credit_note", "passive_credit_note")), table.c.amount_gross >= 0)
    sign: Any = case((credit, -1), else_=1) if signed else 1
    in_euro = (func.coalesce(table.c[f"euro_{name}"], table.c[f"amount_{name}"]) for name in ("net", "vat", "gross"))
    return (func.count(), *(func.sum(sign * column) for column in in_euro))


def of_period(
    call: Call, collection: Collection[Any], types: Sequence[str], first: dt.date, last: dt.date
) -> ColumnElement[bool]:
    """The company's documents of some types in a period: one range of the index by type and date for each."""
    table = collection.table
    return and_(
        table.c.company_id == call.company_id,
        table.c.type.in_(types),
        table.c.date >= first.isoformat(),
        table.c.date <= last.isoformat(),
    )


def by_month(
    call: Call, collection: Collection[Any], types: Sequence[str], first: dt.date, last: dt.date
) -> dict[str, Sum]:
    """Sums by month (`2026-03`), only of months that have documents."""
    month = func.substr(collection.table.c.date, 1, 7)
    statement = select(month, *sums_over(collection)).where(of_period(call, collection, types, first, last))
    return {row[0]: sum_of(row[1:]) for row in call.session.rows(statement.group_by(month))}


class Group(msgspec.Struct, kw_only=True):
    """The documents of one party or category."""

    key: Any
    sum: Sum
    newest: Shown
    """Of its documents the one stored last: it has the name as it is written."""


def by_party(
    call: Call,
    collection: Collection[Any],
    types: Sequence[str],
    first: dt.date,
    last: dt.date,
    *,
    limit: int | None = None,
) -> list[Group]:
    """Sums by customer or supplier, the largest net first; a party without id is told by its name."""
    table = collection.table
    name = case((table.c.entity_id.is_(None), table.c.entity_name), else_="")
    return _grouped(call, collection, of_period(call, collection, types, first, last), (table.c.entity_id, name), limit)


def by_category(call: Call, first: dt.date, last: dt.date) -> list[Group]:
    """Sums of purchases by category, the largest net first."""
    where = of_period(call, received_documents, BOUGHT, first, last)
    return _grouped(call, received_documents, where, (received_documents.table.c.category,), None)


def _grouped(
    call: Call,
    collection: Collection[Any],
    where: ColumnElement[bool],
    keys: Sequence[ColumnElement[Any]],
    limit: int | None,
) -> list[Group]:
    table = collection.table
    counted, net, vat, gross = sums_over(collection)
    inner = (
        select(
            *(key.label(f"key{place}") for place, key in enumerate(keys)),
            counted.label("documents"),
            net.label("net"),
            vat.label("vat"),
            gross.label("gross"),
            func.max(table.c.id).label("newest"),
        )
        .where(where)
        .group_by(*keys)
        .order_by(net.desc(), func.max(table.c.id))
        .limit(limit)
        .subquery()
    )
    statement = (
        select(*(inner.c[f"key{place}"] for place in range(len(keys))), *list(inner.c)[len(keys) : -1], table.c.body)
        .join(table, and_(table.c.company_id == call.company_id, table.c.id == inner.c.newest))
        .order_by(inner.c.net.desc(), inner.c.newest)
    )
    width = len(keys)
    return [
        Group(
            key=row[0] if width == 1 else row[:width],
            sum=sum_of(row[width : width + 4]),
            newest=shown.decode(row[-1]),
        )
        for row in call.session.rows(statement)
    ]
