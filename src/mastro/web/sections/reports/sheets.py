"""A report on a page: tables of cells, each of which may lead to what is behind its figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from mastro.web.chart import Chart
from mastro.web.language import Locale

MOST_ROWS = 2000
"""Rows of a table that a page shows; its file has all of them."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell shows, and where it leads."""

    text: str = ""
    kind: str = ""
    href: str = ""
    share: Decimal | None = None
    """Percent of the whole, drawn below."""


@dataclass(slots=True)
class Sheet:
    """A table of a report."""

    columns: Sequence[tuple[str, str]]
    """Label and kind (`num`, `date` or nothing) of each column."""
    rows: Sequence[Sequence[Cell]]
    totals: Sequence[Cell] = ()
    heading: str = ""
    empty: str = ""
    """What is said where there are no rows."""
    id: str = ""
    """Where links from other figures of the page lead; a table with one has a heading."""

    @property
    def first(self) -> Sequence[Sequence[Cell]]:
        """The rows that are shown."""
        return self.rows[:MOST_ROWS]

    @property
    def cut(self) -> int:
        """How many rows are not shown."""
        return max(0, len(self.rows) - MOST_ROWS)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to look at before the report is used."""

    where: str
    words: str
    remedy: str
    bad: bool = False
    """Whether it must be mended first."""


@dataclass(slots=True)
class Shown:
    """A report as a page shows it."""

    sheets: Sequence[Sheet]
    chart: Chart | None = None
    notes: Sequence[str] = field(default_factory=list)
    """Sentences under the title."""
    actions: Sequence[tuple[str, str, str]] = field(default_factory=list)
    """Address, words and drawing of what can be done."""
    file: tuple[str, str] | None = None
    """Name in the address and words of a file that this report alone has."""
    remarks: Sequence[Remark] = field(default_factory=list)


def money(say: Locale, amount: Any, href: str = "") -> Cell:
    """An amount; nothing for null. What is zero leads nowhere."""
    return Cell(say.money(amount), "num", href if amount else "")


def number(say: Locale, value: Any, href: str = "") -> Cell:
    """A number; nothing for null."""
    return Cell(say.number(value), "num", href if value else "")


def day(say: Locale, value: str | None) -> Cell:
    """A day."""
    return Cell(say.date(value), "date")


def one_of(pair: tuple[str, str], say: Locale) -> str:
    """The Italian or the English of the words that the files of the reports have as well."""
    return pair[0] if say.code == "it" else pair[1]


def vat_type(row: Mapping[str, Any], say: Locale) -> str:
    """A VAT type as a register writes it: its natura, else its rate."""
    return str(row["natura"]) or say.percent(row["rate"])
