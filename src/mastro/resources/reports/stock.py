"""The stock of all products over a period: what there was, came in, went out, is left, and what that cost."""

import datetime as dt
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import and_, case, func, select

from mastro.api.call import Call
from mastro.database.collection import Collection
from mastro.database.columns import PRICE_SCALE
from mastro.model.base import Body
from mastro.money import EXACT, ZERO, round2, trim
from mastro.resources.derived.stock import stock_movements
from mastro.resources.issued_documents.table import documents
from mastro.resources.products import products
from mastro.resources.received_documents.table import received_documents
from mastro.resources.reports.common import FROM, TO, Words, answer, period_of, report, require_all, span
from mastro.tables import Column, Section

FAMILIES = ("products", "stock")
"""What a reader must be allowed to read: quantities say nothing of the documents behind them."""

PLACES: tuple[Collection[Any], ...] = (documents, received_documents)


class StockedProduct(Body):
    """A product whose stock is counted."""

    product_id: int
    code: str
    name: str
    category: str
    measure: str
    opening: Decimal
    """Before the first day."""
    loaded: Decimal
    unloaded: Decimal
    closing: Decimal
    """After the last day; below zero where more went out than there was."""
    net_cost: Decimal | None
    value: Decimal | None
    """Closing stock at the net cost of the product as it is now, in euro; null where it has none."""


class Stock(Body):
    """The products whose stock is counted, by name."""

    date_from: dt.date
    date_to: dt.date
    rows: list[StockedProduct]
    value: Decimal
    """Of all stocks above zero: what an inventory of the last day is worth."""
    below_zero: int
    """Products of which more went out than there was."""
    without_cost: int
    """Products in stock that have no net cost, so the value leaves them out."""


class _Product(msgspec.Struct):
    """What the report reads of a product."""

    id: int
    name: str = ""
    code: str = ""
    category: str = ""
    measure: str = ""
    stock_current: Decimal | None = None
    net_cost: Decimal | None = None


_product = msgspec.json.Decoder(_Product)

Moves = tuple[Decimal, Decimal, Decimal]
"""In and out within the period, and the sum of what came after it."""

_NONE: Moves = (ZERO, ZERO, ZERO)


def get_stock(call: Call) -> Any:
    """What every product had in stock before a period, what came and went, and what was left and is worth."""
    require_all(call, FAMILIES)
    first, last = period_of(call)
    moved = _moved(call, first, last)
    table = products.table
    statement = (
        select(table.c.body)
        .where(table.c.company_id == call.company_id, table.c.in_stock.is_(True))
        .order_by(table.c.name, table.c.id)
    )
    rows = [_row(_product.decode(body), moved) for (body,) in call.session.rows(statement)]
    data = Stock(
        date_from=first,
        date_to=last,
        rows=rows,
        value=sum((row.value for row in rows if row.value and row.closing > 0), Decimal("0.00")),
        below_zero=sum(row.closing < 0 for row in rows),
        without_cost=sum(row.closing > 0 and row.value is None for row in rows),
    )
    return answer(call, f"stock_{last}", data, lambda words: _table(words, data))


def _moved(call: Call, first: dt.date, last: dt.date) -> dict[int, Moves]:
    """What documents from the first day on moved, by product: those before it are in what is left."""
    found: dict[int, Moves] = {}
    moves = stock_movements.c
    for collection in PLACES:
        table = collection.table
        within = table.c.date <= str(last)
        sums = (
            func.sum(case((and_(within, moves.quantity > 0), moves.quantity), else_=0)),
            func.sum(case((and_(within, moves.quantity < 0), moves.quantity), else_=0)),
            func.sum(case((within, 0), else_=moves.quantity)),
        )
        statement = (
            select(moves.product_id, *sums)
            .join(table, and_(table.c.company_id == moves.company_id, table.c.id == moves.document_id))
            .where(
                moves.company_id == call.company_id,
                moves.collection == collection.name,
                table.c.date >= str(first),
            )
            .group_by(moves.product_id)
        )
        for product_id, *units in call.session.rows(statement):
            before = found.get(product_id, _NONE)
            came, went, later = (Decimal(int(each or 0)).scaleb(-PRICE_SCALE) for each in units)
            found[product_id] = (before[0] + came, before[1] - went, before[2] + later)
    return found


def _row(product: _Product, moved: dict[int, Moves]) -> StockedProduct:
    loaded, unloaded, later = moved.get(product.id, _NONE)
    closing = EXACT.subtract(product.stock_current or ZERO, later)
    opening = EXACT.add(EXACT.subtract(closing, loaded), unloaded)
    return StockedProduct(
        product_id=product.id,
        code=product.code,
        name=product.name,
        category=product.category,
        measure=product.measure,
        opening=trim(opening),
        loaded=trim(loaded),
        unloaded=trim(unloaded),
        closing=trim(closing),
        net_cost=product.net_cost,
        value=None if product.net_cost is None else round2(EXACT.multiply(closing, product.net_cost)),
    )


def _table(words: Words, data: Stock) -> tuple[str, list[str], list[Section]]:
    section = Section(
        columns=[
            Column(words("Codice", "Code")),
            Column(words("Prodotto", "Product")),
            Column(words("U.M.", "Unit")),
            Column(words("Iniziale", "Opening"), "number"),
            Column(words("Carichi", "In"), "number"),
            Column(words("Scarichi", "Out"), "number"),
            Column(words("Finale", "Closing"), "number"),
            Column(words("Costo netto", "Net cost"), "number"),
            Column(words("Valore", "Value"), "money"),
        ],
        rows=[
            [r.code, r.name, r.measure, r.opening, r.loaded, r.unloaded, r.closing, r.net_cost, r.value]
            for r in data.rows
        ],
        totals=["", words("Totale", "Total"), "", None, None, None, None, None, data.value],
    )
    facts = [span(words, data.date_from, data.date_to)]
    if data.without_cost:
        facts.append(words(f"Senza costo: {data.without_cost}", f"Without a cost: {data.without_cost}"))
    return words("Magazzino", "Stock"), facts, [section]


OPERATIONS = (report("getStock", "stock", get_stock, "Get Stock", Stock, FROM, TO),)
