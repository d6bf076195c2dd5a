"""The last prices of products: to a customer, or from a supplier."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import select

from mastro.api.call import MAX_ID, Call
from mastro.api.operation import Parameter
from mastro.model.base import Body
from mastro.resources.issued_documents.table import documents
from mastro.resources.received_documents.table import received_documents
from mastro.resources.reports.common import Words, answer, report, whole
from mastro.resources.reports.statement import CLIENT_ID, SUPPLIER_ID, TYPES, entity_of
from mastro.tables import Column, Section

DEPTH = 200
"""Documents that are looked through, the newest first."""

PRICED = ("invoice", "receipt", "order", "quote", "proforma", "delivery_note", "work_report")
"""Issued documents whose prices count."""


class LastPrice(Body):
    """The last price of a product, and the document that has it."""

    product_id: int | None
    """null for a row that was written by hand, known by its name."""
    code: str
    name: str
    date: dt.date
    document_id: int
    type: str
    quantity: Decimal
    net_price: Decimal | None
    """Per unit, in the currency of the document."""
    discount: Decimal
    """Percent."""


class PricedItem(msgspec.Struct):
    """What counts of a row."""

    product_id: int | None = None
    code: str = ""
    name: str = ""
    qty: Decimal | None = None
    net_price: Decimal | None = None
    discount: Decimal | None = None


class Priced(msgspec.Struct):
    """What counts of a document."""

    id: int
    type: str
    date: dt.date
    items_list: list[PricedItem] | None = None


_priced = msgspec.json.Decoder(Priced)


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
    bodies = [_priced.decode(row[0]) for row in call.session.rows(statement)]
    data = LastPrices(rows=_newest(bodies, product))
    return answer(call, f"last_prices_{id}", data, lambda words: _table(words, data))


def _newest(found: Sequence[Priced], product: int) -> list[LastPrice]:
    newest: dict[object, LastPrice] = {}
    for document in found:
        for item in document.items_list or ():
            key: object = (item.code, item.name) if item.product_id is None else item.product_id
            if key in newest or item.net_price is None or product not in {-1, item.product_id}:
                continue
            newest[key] = LastPrice(
                product_id=item.product_id,
                code=item.code,
                name=item.name,
                date=document.date,
                document_id=document.id,
                type=document.type,
                quantity=Decimal(1) if item.qty is None else item.qty,
                net_price=item.net_price,
                discount=item.discount or Decimal(0),
            )
    return list(newest.values())


def _table(words: Words, data: LastPrices) -> tuple[str, list[str], list[Section]]:
    section = Section(
        columns=[
            Column(words("Codice", "Code")),
            Column(words("Prodotto", "Product")),
            Column(words("Data", "Date"), "date"),
            Column(words("Documento", "Document")),
            Column(words("Quantità", "Quantity"), "number"),
            Column(words("Prezzo", "Price"), "number"),
            Column(words("Sconto %", "Discount %"), "percent"),
        ],
        rows=[
            [
                row.code,
                row.name,
                row.date,
                words(*TYPES.get(row.type, (row.type, row.type))),
                row.quantity,
                row.net_price,
                row.discount,
            ]
            for row in data.rows
        ],
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
