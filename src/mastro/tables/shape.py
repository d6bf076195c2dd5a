"""What a report is made of: sections of columns, rows and a row of totals, and how a language writes their values."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from mastro.money import format_italian, plain

Kind = Literal["text", "date", "money", "number", "percent", "integer"]
"""What a column holds. Money has two decimals; a number as many as it needs."""

Cell = str | int | Decimal | dt.date | None

NUMERIC = frozenset({"money", "number", "percent", "integer"})
"""Kinds that stand at the right of their column."""

_ENGLISH = str.maketrans(".,", ",.")


class Column(msgspec.Struct, frozen=True):
    """A column: what stands over it, and what is in it."""

    label: str
    kind: Kind = "text"


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """One table of a report."""

    heading: str = ""
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    totals: Sequence[Cell] | None = None
    """The last row, as wide as the others; None without one."""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A report, ready to be written."""

    title: str
    owner: Sequence[str] = ()
    """The company: its name, then lines of address and identifiers."""
    facts: Sequence[str] = ()
    """What the report is about: the period, the customer …"""
    sections: Sequence[Section]
    language: str = "it"
    """it or en."""
    made_on: dt.date


def written(value: Cell, kind: Kind, language: str, *, thousands: bool = True) -> str:
    """A value as its language writes it: `1.234,56` and `31/01/2026`, or `1,234.56` and `2026-01-31`."""
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.strftime("%d/%m/%Y") if language == "it" else value.isoformat()
    if isinstance(value, Decimal):
        places = 2 if kind == "money" else 0
        text = format_italian(value, places, None if kind == "money" else 8)
        text = text if thousands else text.replace(".", "")
        return text if language == "it" else text.translate(_ENGLISH)
    return str(value)


def shown_as(value: Cell) -> str:
    """A value as plain text, whatever its column holds."""
    return plain(value) if isinstance(value, Decimal) else str("" if value is None else value)
