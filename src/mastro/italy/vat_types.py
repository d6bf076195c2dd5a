"""The VAT types that every company has from the start, with ids common to all companies.

The ids 0 (22 %), 3, 4, 10, 11, 21 and 66 are those that clients of the API know by heart; 22 repeats the ordinary
rate under an id above zero, because some programs take the id 0 for "none". The others are ours. A company's own
types begin at `FIRST_OWN_ID`. The texts cite DPR 633/1972 and the laws beside it; a rate that has ended is there,
disabled, for old documents.
"""

import datetime as dt
from decimal import Decimal
from functools import cache

import msgspec

from mastro.italy.tables import day, rows
from mastro.model.settings import VatType

ORDINARY_ID = 0
"""22 %: the default of a company in the ordinary regime."""

FORFETTARIO_ID = 66
"""The default of a company in the flat-rate regime (L. 190/2014)."""

MINIMI_ID = 67
"""The default of a company in the regime of the *contribuenti minimi* (DL 98/2011, art. 27)."""

FIRST_OWN_ID = 1000
"""No built-in type has an id from here on."""

ORDINARY_RATES = (Decimal(22), Decimal(10), Decimal(5), Decimal(4))
"""Rates in force, in percent: DPR 633/1972 art. 16 and its Table A."""


@cache
def _table() -> dict[int, tuple[VatType, dt.date | None, dt.date | None]]:
    """Read `data/vat_types.csv`: id → type, first and last day."""
    found = {}
    for row in rows("vat_types"):
        number, natura, last = int(row["id"]), row["natura"], day(row["valid_until"])
        vat_type = VatType(
            id=number,
            value=Decimal(row["value"]),
            description=row["description"],
            notes=row["notes"],
            e_invoice=True,
            ei_type=natura,
            ei_description=row["reference"],
            editable=False,
            is_disabled=last is not None,
            default=number == ORDINARY_ID,
        )
        found[number] = (vat_type, day(row["valid_from"]), last)
    return found


BUILT_IN: tuple[VatType, ...] = tuple(vat_type for vat_type, _, _ in _table().values())
"""In the order of a list: rates, then the reasons N1 … N7. Not to be changed: take a copy by `by_id`."""


def by_id(number: int) -> VatType | None:
    """Return a copy of the built-in type with this id, or None."""
    found = _table().get(number)
    return msgspec.structs.replace(found[0]) if found else None


def validity(number: int) -> tuple[dt.date | None, dt.date | None]:
    """Return the first and last day of a built-in type (None: open end); raise KeyError for another id."""
    _, first, last = _table()[number]
    return first, last
