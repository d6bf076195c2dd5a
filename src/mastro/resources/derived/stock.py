"""Stock movements: what each document took out of the stock of a product or put into it."""

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import BigInteger, Column, Index, Integer, Table, bindparam, delete, func, insert, select

from mastro.database.columns import PRICE_SCALE, PlainText, scaled
from mastro.database.connection import Prepared, Session
from mastro.database.schema import metadata
from mastro.model.issued_document import IssuedDocument
from mastro.money import EXACT, ONE, ZERO, trim

stock_movements = Table(
    "stock_movements",
    metadata,
    Column("company_id", Integer, primary_key=True, autoincrement=False),
    Column("collection", PlainText, primary_key=True, comment="of the document"),
    Column("document_id", BigInteger, primary_key=True, autoincrement=False),
    Column("product_id", BigInteger, primary_key=True, autoincrement=False),
    Column("quantity", BigInteger, nullable=False, comment="units of 10^-8; below zero what went out"),
    Index(None, "company_id", "product_id"),
)
"""One row per document and product, kept even while the product has no stock: it may be counted from some day on."""

_INSERT = Prepared(insert(stock_movements))
_DELETE = Prepared(
    delete(stock_movements).where(
        stock_movements.c.company_id == bindparam("company_id"),
        stock_movements.c.collection == bindparam("collection"),
        stock_movements.c.document_id == bindparam("document_id"),
    )
)
_CLEAR = Prepared(delete(stock_movements).where(stock_movements.c.company_id == bindparam("company_id")))
_MOVED = Prepared(
    select(func.sum(stock_movements.c.quantity)).where(
        stock_movements.c.company_id == bindparam("company_id"), stock_movements.c.product_id == bindparam("product_id")
    )
)

Moves = Mapping[int, Decimal]
"""Product → quantity, below zero what goes out."""

LARGEST = 2**63 - 1

_DIRECTION = {"invoice": -1, "receipt": -1, "delivery_note": -1, "work_report": -1, "credit_note": 1}
"""Issued documents that move goods: out, or back in. Quotes and orders only promise to."""


def moves_of_issued(document: IssuedDocument) -> Moves:
    """What an issued document moves: its rows with a product and the mark to move stock."""
    direction = _DIRECTION.get(document.type or "")
    moved: dict[int, Decimal] = {}
    if direction is None:
        return moved
    for row in document.items_list or ():
        if row.product_id is not None and row.stock:
            quantity = direction * (ONE if row.qty is None else row.qty)
            moved[row.product_id] = EXACT.add(moved.get(row.product_id, ZERO), quantity)
    return moved


def moves_stock(type: str | None) -> bool:
    """True for a type of issued documents that moves goods."""
    return type in _DIRECTION


def change(new: Moves, old: Moves) -> dict[int, Decimal]:
    """What the stock of each product changes by where `new` takes the place of `old`."""
    changed = {id: trim(EXACT.subtract(new.get(id, ZERO), old.get(id, ZERO))) for id in {*new, *old}}
    return {id: quantity for id, quantity in changed.items() if quantity}


def write(session: Session, company_id: int, collection: str, document_id: int, new: Moves, old: Moves) -> None:
    """Put the movements of a document in place of those that it had."""
    if new == old:
        return
    place = {"company_id": company_id, "collection": collection, "document_id": document_id}
    if old:
        session.run(_DELETE, **place)
    for product_id, quantity in new.items():
        units = scaled(quantity, PRICE_SCALE) or 0
        if units:
            session.run(_INSERT, **place, product_id=product_id, quantity=max(-LARGEST, min(LARGEST, units)))


def moved(session: Session, company_id: int, product_id: int) -> Decimal:
    """What all documents together moved of a product."""
    units = session.scalar(_MOVED, company_id=company_id, product_id=product_id)
    return trim(Decimal(int(units or 0)).scaleb(-PRICE_SCALE))


def clear(session: Session, company_id: int) -> None:
    """Forget every movement of a company, to make them anew."""
    session.run(_CLEAR, company_id=company_id)
