"""The flat-rate regime (*regime forfettario*, RF19) as the law has it: groups of activities, limits, rates.

Source: L. 190/2014, art. 1, c. 54-89, and its annex 4 (coefficients by ATECO 2007, as replaced by L. 145/2018,
annex 2); limits of L. 197/2022, art. 1, c. 54; circular 32/E of 2023 for the limit that is not measured by days.
"""

import datetime as dt
import re
from decimal import Decimal
from functools import cache

import msgspec

from mastro.italy.tables import rows

REGIME = "RF19"

ORDINARY_RATE = Decimal(15)
REDUCED_RATE = Decimal(5)
"""Percent of the substitute tax: the lower one for the first years of a new activity (c. 65)."""

REDUCED_YEARS = 5

_OWN = re.compile(r"\b(INPS|ARTIGIANI|COMMERCIANTI|GESTIONE SEPARATA|P10|PXX)\b", re.IGNORECASE)
_OF_OTHERS = re.compile(r"\b(DM10|C10|CXX)\b", re.IGNORECASE)
"""Reasons of the F24 that pay contributions for employees and collaborators."""

_ADVANCES = re.compile(r"\b(1790|1791)\b")
"""Tributes by which the tax of the running year is paid in advance."""


class Group(msgspec.Struct, frozen=True):
    """Activities with a coefficient of profitability in common."""

    key: str
    coefficient: Decimal
    """Percent of what is collected that counts as income."""
    ateco: str
    """Codes of ATECO 2007."""
    italian: str
    english: str


class Limits(msgspec.Struct, frozen=True):
    """Up to how much may be collected in a year, in euro."""

    stay: Decimal
    """Above it the regime ends with the year; of a year in which the activity began, for its days."""
    leave: Decimal | None
    """Above it the regime ends at once, whatever the days; None in years without this rule."""


_LIMITS = (
    (2023, Limits(Decimal(85_000), Decimal(100_000))),
    (0, Limits(Decimal(65_000), None)),
)
"""From which year on."""


@cache
def groups() -> dict[str, Group]:
    """Return the groups by key, in the order of the annex."""
    return {row["key"]: msgspec.convert(row, Group, strict=False) for row in rows("forfettario")}


def limits(year: int) -> Limits:
    """Return the limits of a year."""
    return next(limits for since, limits in _LIMITS if year >= since)


def rate(year: int, begun_on: dt.date | None, *, new_activity: bool) -> Decimal:
    """Return the rate of a year: the reduced one for the first five of a new activity."""
    early = begun_on is not None and begun_on.year <= year < begun_on.year + REDUCED_YEARS
    return REDUCED_RATE if new_activity and early else ORDINARY_RATE


def names_own_contributions(description: str) -> bool:
    """Say whether an F24 is described as one of own contributions to INPS, which are deducted (c. 64)."""
    return bool(_OWN.search(description)) and not _OF_OTHERS.search(description)


def names_advance(description: str) -> bool:
    """Say whether an F24 is described as one that pays the substitute tax in advance."""
    return bool(_ADVANCES.search(description))
