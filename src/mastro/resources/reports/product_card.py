"""What became of one product: the movements of its stock, and its last price to each customer or from each supplier."""

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, select

from mastro.api.call import MAX_ID, Call
from mastro.api.errors import invalid
from mastro.api.operation import Parameter
from mastro.database.collection import Collection
from mastro.database.columns import PRICE_SCALE
from mastro.model.base import Body
from mastro.money import trim
from mastro.resources.derived.stock import stock_movements
from mastro.resources.issued_documents.table import documents
from mastro.resources.products import Product, products
from mastro.resources.received_documents.table import received_documents
from mastro.resources.reports.common import (
    PURCHASES,
    SALES,
    OfDocument,
    Words,
    answer,
    choice,
    of_document,
    report,
    require_all,
    shown,
    whole,
)
from mastro.resources.reports.last_prices import PRICED, Price, document_words, price_cells, price_columns, priced
from mastro.tables import Column, Section

DEPTH = 2000
"""Documents that prices are looked for in, the newest first."""

MOST_MOVEMENTS = 1000

PRODUCT_ID = Parameter("product_id", {"type": "integer"}, "The product", required=True)


class StockMovement(OfDocument):
    """What a document took out of the stock, or put into it."""

    date: dt.date
    quantity: Decimal
    """Below zero what went out."""
    stock: Decimal | None
    """After it; null for a product whose stock is not counted."""


class StockMovements(Body):
    """The stock of a product and the latest movements, the newest first."""

    product_id: int
    code: str
    name: str
    stock_initial: Decimal | None
    stock_current: Decimal | None
    rows: list[StockMovement]


class PartyPrice(Price):
    """The last price of a product to a customer, or from a supplier."""

    party_id: int | None
    party: str


class ProductPrices(Body):
    """The last price by customer or supplier, the newest first."""

    product_id: int
    code: str
    name: str
    rows: list[PartyPrice]


def _product(call: Call) -> Product:
    """The product that is asked for. Raises Invalid."""
    found = products.get(call.session, call.company_id, whole(call, "product_id", None, 0, MAX_ID))
    if found is None:
        raise invalid("product_id", "The selected product id is invalid.")
    return found


def get_stock_movements(call: Call) -> Any:
    """The latest movements of the stock of a product, of the documents that the token may read."""
    require_all(call, ("products", *SALES, *PURCHASES))
    product = _product(call)
    found = sorted(
        (move for kind, collection in _PLACES for move in _movements(call, product.id or 0, kind, collection)),
        key=lambda move: (move.date, move.document_id),
        reverse=True,
    )
    left = product.stock_current
    for move in found:
        move.stock = left
        left = None if left is None else trim(left - move.quantity)
    data = StockMovements(
        product_id=product.id or 0,
        code=product.code,
        name=product.name,
        stock_initial=product.stock_initial,
        stock_current=product.stock_current,
        rows=found[:MOST_MOVEMENTS],
    )
    return answer(call, f"stock_{product.id}", data, lambda words: _movements_table(words, data))


_PLACES: tuple[tuple[str, Collection[Any]], ...] = (
    ("issued_document", documents),
    ("received_document", received_documents),
)


def _movements(call: Call, product_id: int, kind: str, collection: Collection[Any]) -> list[StockMovement]:
    table, moves = collection.table, stock_movements.c
    statement = (
        select(moves.quantity, table.c.body)
        .join(table, and_(table.c.company_id == moves.company_id, table.c.id == moves.document_id))
        .where(
            moves.company_id == call.company_id,
            moves.product_id == product_id,
            moves.collection == collection.name,
        )
        .order_by(table.c.date.desc(), table.c.id.desc())
        .limit(MOST_MOVEMENTS)
    )
    found = []
    for quantity, body in call.session.rows(statement):
        document = shown.decode(body)
        found.append(
            StockMovement(
                date=document.date or dt.date.min,
                **of_document(kind, document),
                quantity=trim(Decimal(int(quantity)).scaleb(-PRICE_SCALE)),
                stock=None,
            )
        )
    return found


def get_product_prices(call: Call) -> Any:
    """The last price of a product to each customer, or with `side=purchases` from each supplier.

    Looked for in the latest 2000 documents.
    """
    side = choice(call, "side", ("sales", "purchases"), "sales")
    require_all(call, ("products", *(SALES if side == "sales" else PURCHASES)))
    product = _product(call)
    collection: Collection[Any] = documents if side == "sales" else received_documents
    table = collection.table
    statement = (
        select(table.c.body)
        .where(table.c.company_id == call.company_id)
        .order_by(table.c.date.desc(), table.c.id.desc())
        .limit(DEPTH)
    )
    if side == "sales":
        statement = statement.where(table.c.type.in_(PRICED))
    data = ProductPrices(product_id=product.id or 0, code=product.code, name=product.name, rows=[])
    seen: set[object] = set()
    for (body,) in call.session.rows(statement):
        price = _price(body, product.id)
        key = price and (price.party_id or price.party)
        if price and key not in seen:
            seen.add(key)
            data.rows.append(price)
    return answer(call, f"prices_{product.id}", data, lambda words: _prices_table(words, data))


def _price(body: bytes, product_id: int | None) -> PartyPrice | None:
    """What a document says of the price of a product."""
    document = priced.decode(body)
    for item, facts in document.prices():
        if item.product_id == product_id:
            return PartyPrice(party_id=document.party.id, party=document.party.name, **facts)
    return None


def _movements_table(words: Words, data: StockMovements) -> tuple[str, list[str], list[Section]]:
    section = Section(
        columns=[
            Column(words("Data", "Date"), "date"),
            Column(words("Documento", "Document")),
            Column(words("Nominativo", "Name")),
            Column(words("Quantità", "Quantity"), "number"),
            Column(words("Giacenza", "In stock"), "number"),
        ],
        rows=[
            [row.date, document_words(words, row.type, row.number), row.party, row.quantity, row.stock]
            for row in data.rows
        ],
    )
    return words("Movimenti di magazzino", "Stock movements"), [f"{data.code} {data.name}".strip()], [section]


def _prices_table(words: Words, data: ProductPrices) -> tuple[str, list[str], list[Section]]:
    section = Section(
        columns=[Column(words("Nominativo", "Name")), *price_columns(words)],
        rows=[[row.party, *price_cells(words, row)] for row in data.rows],
    )
    return words("Ultimi prezzi", "Last prices"), [f"{data.code} {data.name}".strip()], [section]


_SIDE = Parameter("side", {"type": "string", "enum": ["sales", "purchases"], "default": "sales"}, "Which prices")

OPERATIONS = (
    report(
        "getStockMovements", "stock_movements", get_stock_movements, "Get Stock Movements", StockMovements, PRODUCT_ID
    ),
    report(
        "getProductPrices",
        "product_prices",
        get_product_prices,
        "Get Product Prices",
        ProductPrices,
        PRODUCT_ID,
        _SIDE,
    ),
)
