"""Amounts of a document in euro, at the rate that it was issued with, and the columns that hold them."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from mastro.database.fields import amount
from mastro.model.issued_document import Currency
from mastro.money import EXACT, ZERO, round2


def in_euro(amount: Decimal, currency: Currency | None) -> Decimal:
    """An amount to the cent of a euro; `currency` says how many of it one euro buys."""
    if currency is None or currency.id == "EUR" or not currency.exchange_rate:
        return round2(amount)
    return round2(EXACT.divide(amount, Decimal(currency.exchange_rate)))


def _of(name: str) -> Callable[[Any], Decimal]:
    return lambda document: in_euro(getattr(document, name) or ZERO, document.currency)


EURO = tuple(amount(f"euro_{name}", of=_of(f"amount_{name}")) for name in ("net", "vat", "gross"))
"""Columns of a document's amounts in euro: sums over documents of several currencies mean something only so."""
