"""The 54 currencies of a document, with a rate to start from.

Rates say how many units one euro buys. They are the European Central Bank's where it publishes one (30 October 2026),
those fixed by law (BGN, HRK, CFA), the dollar's for currencies tied to it, and otherwise a rough figure: an offline
start, which `with_rates` replaces by the day's. CFA and NIS are names of the API beside ISO 4217 (XOF/XAF, ILS).
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from functools import cache

import msgspec

from mastro.italy.tables import day, rows
from mastro.model.issued_document import Currency

DECIMALS = Decimal("0.00001")
"""A rate on the wire has five decimals: `"1.11720"`."""

MAX_RATE = Decimal(10_000_000)


class Rate(msgspec.Struct, frozen=True):
    """Where a rate comes from, and of which day it is."""

    source: str
    """`ecb`, `fixed` (by law), `usd` (tied to the dollar), `same` (another name of a currency) or `rough`."""
    date: dt.date | None


@cache
def _table() -> dict[str, tuple[Currency, Rate]]:
    """Read `data/currencies.csv`."""
    return {
        row["id"]: (
            Currency(
                id=row["id"], symbol=row["symbol"], exchange_rate=row["exchange_rate"], html_symbol=row["html_symbol"]
            ),
            Rate(row["source"], day(row["rate_date"])),
        )
        for row in rows("currencies")
    }


def all_currencies() -> tuple[Currency, ...]:
    """Return copies of all currencies, by id."""
    return tuple(msgspec.structs.replace(currency) for currency, _ in _table().values())


def by_id(code: str) -> Currency | None:
    """Return a copy of the currency with this id, in any case, or None."""
    found = _table().get(code.upper())
    return msgspec.structs.replace(found[0]) if found else None


def rate_of(code: str) -> Rate | None:
    """Return the source and day of a currency's rate in this package, or None for an unknown currency."""
    found = _table().get(code.upper())
    return found[1] if found else None


def with_rates(rates: Mapping[str, Decimal]) -> tuple[Currency, ...]:
    """Return all currencies, with `rates` (id → units per euro) in place of the shipped ones.

    Raise ValueError for a rate that is not a positive number below ten million.
    """
    changed = []
    for currency in all_currencies():
        rate = rates.get(currency.id)
        if rate is not None:
            currency.exchange_rate = written(rate)
        changed.append(currency)
    return tuple(changed)


def written(rate: Decimal) -> str:
    """Return a rate as the wire has it; raise ValueError where it is not a positive number below ten million."""
    if not rate.is_finite() or not 0 < rate < MAX_RATE:
        raise ValueError(f"Not an exchange rate: {rate}")
    return str(rate.quantize(DECIMALS))
