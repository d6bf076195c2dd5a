"""The last prices of products: to a customer, or from a supplier."""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import select

from mastro.api.call import MAX_ID, Call
from mastro.api.operation import Parameter
from mastro.model.base import Body
from mastro.resources.issued_documents.table import documents
from mastro.resources.received_documents.table import received_documents
from mastro.resources.reports.common import Shown, Words, answer, report, whole
from mastro.resources.reports.statement import CLIENT_ID, SUPPLIER_ID, TYPES, entity_of
from mastro.tables import Cell, Column, Section

DEPTH = 200
"""Documents that are looked through, the newest first."""

PRICED = ("invoice", "receipt", "order", "quote", "proforma", "delivery_note", "work_report")
"""Issued documents whose prices count."""


class Price(Body):
    """What a row of a document says of the price of a product."""

    date: dt.date
    document_id: int
    type: str
    number: str
    quantity: Decimal
    net_price: Decimal
    """Per unit, in the currency of the document."""
    discount: Decimal
    """Percent."""


class LastPrice(Price):
    """The last price of a product, and the document that has it."""

    product_id: int | None
    """null for a row that was written by hand, known by its name."""
    code: str
    name: str


class PricedItem(msgspec.Struct):
    """What counts of a row."""

    product_id: int | None = None
    code: str = ""
    name: str = ""
    qty: Decimal | None = None
    net_price: Decimal | None = None
    discount: Decimal | None = None


class Priced(Shown):
    """What counts of a document."""

    items_list: list[PricedItem] | None = None

    def prices(self) -> Iterator[tuple[PricedItem, dict[str, Any]]]:
        """The rows with a price, each with the facts of a `Price`."""
        document = {
            "date": self.date or dt.date.min,
            "document_id": self.id,
            "type": self.type,
            "number": self.printed,
        }
        for item in self.items_list or ():
            if item.net_price is not None:
                quantity = Decimal(1) if item.qty is None else item.qty
                facts = {"quantity": quantity, "net_price": item.net_price, "discount": item.discount or Decimal(0)}
                yield item, document | facts


priced = msgspec.json.Decoder(Priced)


class LastPrices(Body):
    """The last price of each product, the newest first."""

    rows: list[LastPrice]


def get_last_prices(call: Call) -> Any:
    """The last price of each product to a customer or from a supplier; `product_id` narrows it to one."""
    direction, id = entity_of(call)
    product = whole(call, "product_id", -1, 0, MAX_ID)
    collection = documents if direction == "in" else received_documents
    table = collection.table
    statement = (
        select(table.c.body)
        .where(table.c.company_id == call.company_id, table.c.entity_id == id)
        .order_by(table.c.date.desc(), table.c.id.desc())
        .limit(DEPTH)
    )
    if direction == "in":
        statement = statement.where(table.c.type.in_(PRICED))
    bodies = [priced.decode(row[0]) for row in call.session.rows(statement)]
    data = LastPrices(rows=_newest(bodies, product))
    return answer(call, f"last_prices_{id}", data, lambda words: _table(words, data))


def _newest(found: Sequence[Priced], product: int) -> list[LastPrice]:
    newest: dict[object, LastPrice] = {}
    for document in found:
        for item, facts in document.prices():
            key: object = (item.code, item.name) if item.product_id is None else item.product_id
            if key not in newest and product in {-1, item.product_id}:
                newest[key] = LastPrice(product_id=item.product_id, code=item.code, name=item.name, **facts)
    return list(newest.values())


def document_words(words: Words, type: str, number: str) -> str:
    """A document as files name it: `Fattura 12/A`."""
    return f"{words(*TYPES.get(type, (type, type)))} {number}".strip()


def price_columns(words: Words) -> list[Column]:
    """The columns of a `Price`."""
    return [
        Column(words("Data", "Date"), "date"),
        Column(words("Documento", "Document")),
        Column(words("Quantità", "Quantity"), "number"),
        Column(words("Prezzo", "Price"), "number"),
        Column(words("Sconto %", "Discount %"), "percent"),
    ]


def price_cells(words: Words, price: Price) -> list[Cell]:
    """What stands in them."""
    document = document_words(words, price.type, price.number)
    return [price.date, document, price.quantity, price.net_price, price.discount]


def _table(words: Words, data: LastPrices) -> tuple[str, list[str], list[Section]]:
    section = Section(
        columns=[Column(words("Codice", "Code")), Column(words("Prodotto", "Product")), *price_columns(words)],
        rows=[[row.code, row.name, *price_cells(words, row)] for row in data.rows],
    )
    return words("Ultimi prezzi", "Last prices"), [], [section]


OPERATIONS = (
    report(
        "getLastPrices",
        "last_prices",
        get_last_prices,
        "Get Last Prices",
        LastPrices,
        CLIENT_ID,
        SUPPLIER_ID,
        Parameter("product_id", {"type": "integer"}, "Only this product"),
    ),
)
