"""A table as CSV that a spreadsheet opens by a double click: UTF-8 with its mark, separators of the language.

Text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV injection): names come from
other people.
"""

import csv
import io

from mastro.tables.shape import Cell, Kind, Table, written

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001  (wide ones count as well)
"""How text begins that a spreadsheet calculates."""


def write_csv(table: Table) -> bytes:
    """The bytes of a CSV: each section under its heading, an empty line between two."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if table.language == "it" else ",", lineterminator="\r\n")
    for number, section in enumerate(table.sections):
        if number:
            writer.writerow([])
            writer.writerow([harmless(section.heading)])
        kinds = [column.kind for column in section.columns]
        writer.writerow([harmless(column.label) for column in section.columns])
        for row in (*section.rows, *([section.totals] if section.totals else [])):
            writer.writerow([_cell(value, kind, table.language) for value, kind in zip(row, kinds, strict=True)])
    return text.getvalue().encode("utf-8-sig")


def _cell(value: Cell, kind: Kind, language: str) -> str:
    return harmless(value) if isinstance(value, str) else written(value, kind, language, thousands=False)


def harmless(text: str) -> str:
    """Text that no spreadsheet calculates."""
    text = text.replace("\x00", "")
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) or text.startswith(FORMULA) else text
