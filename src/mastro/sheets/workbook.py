"""Reads a sheet of a workbook from standard input, as a process with bounded memory: `-m mastro.sheets.workbook`.

Writes `[names of the sheets, name of this one, rows]` as JSON. Ends with a status above 0 for what cannot be read.
"""

import contextlib
import datetime as dt
import io
import sys

import msgspec
from python_calamine import CalamineWorkbook

MEMORY = 1 << 30
MOST_ROWS = 25_001
SECONDS = 50

Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


def text(cell: Cell) -> str:
    """A cell as somebody would have typed it."""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return str(cell)


def main() -> None:
    """Read one workbook."""
    with contextlib.suppress(ImportError):  # there is none on Windows
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    names = workbook.sheet_names
    name = sys.argv[1] if len(sys.argv) > 1 and sys.argv[1] in names else names[0]
    rows: list[list[str]] = []
    for row in workbook.get_sheet_by_name(name).iter_rows():
        rows.append([text(cell) for cell in row])
        if len(rows) >= MOST_ROWS:
            break
    sys.stdout.buffer.write(msgspec.json.encode((names, name, rows)))


if __name__ == "__main__":
    main()
