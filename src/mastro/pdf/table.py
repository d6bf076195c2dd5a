"""A report as PDF: the table under the company's name, its head repeated and the pages numbered."""

import datetime as dt
from collections.abc import Sequence

import msgspec
import typst

from mastro.pdf.fonts import families, fonts
from mastro.pdf.labels import labels_of
from mastro.pdf.render import TEMPLATES, LayoutError
from mastro.pdf.text import breakable, one_line
from mastro.tables import Cell, Column, Section, Table, written
from mastro.tables.shape import NUMERIC

MOST_ROWS = 10_000
"""Rows that are laid out: more take minutes, and nobody reads them on paper."""

WIDEST, NARROWEST = 34, 5
"""Letters of a column, as shares of the page."""

UPRIGHT = 6
"""Columns that fit a page that stands; with more it lies."""


class TooLong(ValueError):
    """A report has more rows than a PDF should."""


def render_table(table: Table) -> bytes:
    """The PDF of a report; the same report gives the same bytes. Raises TooLong."""
    if sum(len(section.rows) for section in table.sections) > MOST_ROWS:
        raise TooLong(f"A PDF has at most {MOST_ROWS} rows: choose a shorter period, or another format.")
    labels = labels_of(table.language)
    sheet = {
        "language": table.language,
        "fonts": families(),
        "title": one_line(table.title),
        "owner": [breakable(line, 80) for line in table.owner],
        "facts": [breakable(line, 80) for line in table.facts],
        "page": labels.page,
        "made": written(table.made_on, "date", table.language),
        "wide": any(len(section.columns) > UPRIGHT for section in table.sections),
        "sections": [_section(section, table.language) for section in table.sections],
    }
    noon = dt.datetime.combine(max(table.made_on, dt.date(1980, 1, 1)), dt.time(12), dt.UTC)
    try:
        return typst.compile(
            TEMPLATES / "table.typ",
            root=TEMPLATES,
            font_paths=fonts(),
            format="pdf",
            sys_inputs={"sheet": msgspec.json.encode(sheet).decode()},
            timestamp=noon,
        )
    except typst.TypstError as error:
        raise LayoutError(error.message) from error


def _section(section: Section, language: str) -> dict[str, object]:
    columns = section.columns
    rows = [_texts(row, columns, language) for row in section.rows]
    totals = _texts(section.totals, columns, language) if section.totals else []
    return {
        "heading": one_line(section.heading),
        "columns": [{"label": column.label, "numeric": column.kind in NUMERIC} for column in columns],
        "widths": [_share(place, columns, [*rows, totals] if totals else rows) for place in range(len(columns))],
        "rows": rows,
        "totals": totals,
    }


def _texts(row: Sequence[Cell], columns: Sequence[Column], language: str) -> list[str]:
    return [
        breakable(value) if isinstance(value, str) else written(value, column.kind, language)
        for value, column in zip(row, columns, strict=True)
    ]


def _share(place: int, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> int:
    """Share of the page's width: what the longest text of the column takes, within bounds."""
    label = max((len(word) for word in columns[place].label.split()), default=0)
    longest = max((len(row[place]) for row in rows), default=0)
    return min(max(longest, label, NARROWEST), WIDEST)
