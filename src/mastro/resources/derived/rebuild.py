"""Derived state of a company made anew from its documents: after an import, or when somebody doubts it."""

from typing import Any

import msgspec

from mastro.database.collection import Collection
from mastro.database.connection import Row, Session
from mastro.money import EXACT, trim
from mastro.resources.derived import cash, dues, stock, vat
from mastro.resources.derived.source import SOURCES
from mastro.resources.products import products

BATCH = 500
"""Rows that are held in memory at a time."""


def _batch(session: Session, company_id: int, collection: Collection[Any], after: int) -> list[Row]:
    """Id and body of the next rows after an id."""
    return collection.page(
        session,
        company_id,
        columns=("id", "body"),
        where=collection.table.c.id > after,
        order=(("id", False),),
        limit=BATCH,
    )


def rebuild(session: Session, company_id: int) -> None:
    """Make everything derived of a company anew, in one transaction; no events are written."""
    for source in SOURCES:
        source.collection.lock(session, company_id)
    products.lock(session, company_id)
    cash.clear(session, company_id)
    stock.clear(session, company_id)
    dues.clear(session, company_id)
    vat.clear(session, company_id)
    for source in SOURCES:
        after = 0
        while rows := _batch(session, company_id, source.collection, after):
            for id, stored in rows:
                source.rebuild(session, company_id, id, source.collection.decoder.decode(stored))
            after = rows[-1][0]
    _count_stock(session, company_id)


def _count_stock(session: Session, company_id: int) -> None:
    """Set the stock of every product to what it began with and what was moved since."""
    after = 0
    while rows := _batch(session, company_id, products, after):
        for id, stored in rows:
            product = products.decoder.decode(stored)
            if product.in_stock:
                moved = stock.moved(session, company_id, id)
                current = trim(EXACT.add(product.stock_initial or 0, moved))
                if current != product.stock_current:
                    counted = msgspec.structs.replace(product, stock_current=current)
                    products.update(session, company_id, id, counted, product)
        after = rows[-1][0]
