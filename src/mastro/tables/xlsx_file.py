"""A table as XLSX: a sheet per section, with real numbers and dates. Text is written as text, never as a formula."""

import datetime as dt
import io
import itertools
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from mastro.tables.shape import Cell, Column, Kind, Section, Table, shown_as

LONGEST_CELL = 32_767
"""Characters of a cell."""

MOST_ROWS = 1_048_576 - 16
"""Rows of a sheet, less those above the table."""

SHEET_NAME = 31
"""Characters of a sheet's name."""

WIDEST, NARROWEST = 60, 9
"""Characters of a column."""

EXACT_DIGITS = 15
"""A spreadsheet's numbers are binary: one of more digits is written as text."""

_FORMATS: dict[Kind, dict[str, Any]] = {
    "text": {},
    "date": {"num_format": "dd/mm/yyyy"},
    "money": {"num_format": "#,##0.00"},
    "number": {"num_format": "#,##0.########"},
    "percent": {"num_format": "0.##"},
    "integer": {"num_format": "0"},
}


def write_xlsx(table: Table) -> bytes:
    """The bytes of a workbook; the same table gives the same bytes."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    made = dt.datetime.combine(table.made_on, dt.time(12))
    book.set_properties({"title": table.title[:255], "author": next(iter(table.owner), "")[:255], "created": made})
    formats = {kind: book.add_format(facts) for kind, facts in _FORMATS.items()}
    bold = {kind: book.add_format({**facts, "bold": True, "top": 1}) for kind, facts in _FORMATS.items()}
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    title = book.add_format({"bold": True, "font_size": 14})
    used: set[str] = set()
    for section in table.sections:
        sheet = book.add_worksheet(_sheet_name(section.heading or table.title, used))
        top = 0
        for line in (table.title, *table.owner[:1], *table.facts):
            sheet.write_string(top, 0, line[:LONGEST_CELL], title if top == 0 else None)
            top += 1
        _write_section(sheet, section, top + 1, head, formats, bold)
    book.close()
    return file.getvalue()


def stream_xlsx(path: Path, heading: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> int:
    """Write a workbook of one list to a file, row by row in constant memory; how many rows there were.

    What no longer fits on a sheet goes on on the next one.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(path), {**options, "tmpdir": str(path.parent)})
    formats = [book.add_format(_FORMATS[column.kind]) for column in columns]
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    used: set[str] = set()
    number, at, sheet = 0, MOST_ROWS, None
    for row in itertools.chain([None], rows):  # a sheet also where there is no row
        if sheet is None or at >= MOST_ROWS:
            sheet, at = book.add_worksheet(_sheet_name(heading, used)), 0
            sheet.freeze_panes(1, 0)
            for place, column in enumerate(columns):
                sheet.set_column(place, place, max(len(column.label) + 3, _WIDTHS[column.kind]))
                sheet.write_string(0, place, column.label, head)
        if row is None:
            continue
        number, at = number + 1, at + 1
        for place, (value, style) in enumerate(zip(row, formats, strict=True)):
            _write(sheet, at, place, value, style)
    book.close()
    return number


_WIDTHS: dict[Kind, int] = {"text": 20, "date": 12, "money": 14, "number": 14, "percent": 9, "integer": 9}


def _write_section(
    sheet: Any, section: Section, top: int, head: Any, formats: dict[Kind, Any], bold: dict[Kind, Any]
) -> None:
    kinds = [column.kind for column in section.columns]
    for place, column in enumerate(section.columns):
        sheet.write_string(top, place, column.label, head)
        sheet.set_column(place, place, _width(section, place))
    sheet.freeze_panes(top + 1, 0)
    row_number = top
    for row in section.rows[:MOST_ROWS]:
        row_number += 1
        for place, (value, kind) in enumerate(zip(row, kinds, strict=True)):
            _write(sheet, row_number, place, value, formats[kind])
    if section.rows:
        sheet.autofilter(top, 0, row_number, len(kinds) - 1)
    if section.totals:
        for place, (value, kind) in enumerate(zip(section.totals, kinds, strict=True)):
            _write(sheet, row_number + 1, place, value, bold[kind])


def _write(sheet: Any, row: int, place: int, value: Cell, style: Any) -> None:
    if value is None or value == "":
        sheet.write_blank(row, place, None, style)
    elif isinstance(value, dt.date):
        if value.year < 1900:  # before the first day that a spreadsheet knows
            sheet.write_string(row, place, value.isoformat(), style)
        else:
            sheet.write_datetime(row, place, dt.datetime.combine(value, dt.time()), style)
    elif isinstance(value, (int, Decimal)) and _fits(value):
        sheet.write_number(row, place, value, style)
    else:
        sheet.write_string(row, place, shown_as(value)[:LONGEST_CELL], style)


def _fits(value: int | Decimal) -> bool:
    return len(Decimal(value).normalize().as_tuple().digits) <= EXACT_DIGITS


def _width(section: Section, place: int) -> int:
    """Characters that the values of a column take, judged by the first of them."""
    sample = [shown_as(row[place]) for row in section.rows[:200]]
    if section.totals:
        sample.append(shown_as(section.totals[place]))
    longest = max((len(text) + text.count("0") // 8 for text in sample), default=0)
    label = max((len(word) for word in section.columns[place].label.split()), default=0)
    return min(max(longest + 3, label + 3, NARROWEST), WIDEST)


def _sheet_name(wanted: str, used: set[str]) -> str:
    """A name that a workbook takes and does not have yet."""
    clean = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", wanted).strip(" '")[:SHEET_NAME] or "1"
    name, number = clean, 2
    while name.lower() in used:
        name, number = f"{clean[: SHEET_NAME - 4]} {number}", number + 1
    used.add(name.lower())
    return name
