"""Tables out of files: csv in whatever encoding and with whatever separator, xlsx and xls; every cell as text."""

import csv
import io
import subprocess
import sys
from dataclasses import dataclass, field

import msgspec

MOST_ROWS = 25_000
MOST_COLUMNS = 200
MAX_CELL = 5000
"""Characters of a cell that are kept."""

WORKBOOK_SECONDS = 60

SEPARATORS = (";", ",", "\t", "|")


class UnreadableSheetError(ValueError):
    """The file is no table, or a larger one than is taken; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its rows, from the first of the file on, all of one width."""

    format: str
    """csv, xlsx, xls."""
    rows: list[list[str]]
    encoding: str = ""
    separator: str = ""
    name: str = ""
    """Of the sheet in a workbook."""
    names: list[str] = field(default_factory=list)
    """Of all the sheets of the workbook."""


def read(data: bytes, sheet: str = "") -> Sheet:
    """The table of a file; `sheet` names one of a workbook, else it is the first. Raises UnreadableSheetError."""
    if data[:4] == b"PK\x03\x04":
        return _workbook("xlsx", data, sheet)
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return _workbook("xls", data, sheet)
    return _csv(data)


# csv


def _csv(data: bytes) -> Sheet:
    encoding = _encoding(data)
    text = data.decode(encoding, errors="replace")
    if text.count("\x00"):
        raise UnreadableSheetError("The file is neither a csv file nor a workbook (xlsx, xls).")
    text, separator = _separator(text)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        rows = [row for row, _ in zip(reader, range(MOST_ROWS + 1), strict=False)]
    except csv.Error as error:
        raise UnreadableSheetError(f"The csv file cannot be read: {error}.") from None
    return Sheet("csv", _squared(rows), encoding=encoding, separator=separator)


def _encoding(data: bytes) -> str:
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return name
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"  # what spreadsheets on Windows write
    return "utf-8"


def _separator(text: str) -> tuple[str, str]:
    """The text and what separates its cells: what the first line says, as Excel has it, or what most lines agree on."""
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and first[4:5].strip():
        return rest, first[4]
    begin = io.StringIO(text[:50_000], newline="").read()

    def regular(separator: str) -> tuple[int, int]:
        try:
            reader = csv.reader(io.StringIO(begin, newline=""), delimiter=separator)
            widths = [len(row) for row, _ in zip(reader, range(30), strict=False) if row]
        except csv.Error:
            return 0, 0
        usual = max(set(widths), key=widths.count, default=0)
        return (widths.count(usual) * (usual > 1), usual)

    return text, max(SEPARATORS, key=regular)


# workbooks


def _workbook(format: str, data: bytes, sheet: str) -> Sheet:
    """A sheet of a workbook, read in a process of its own: a file can be made to take any memory."""
    command = [sys.executable, "-m", "mastro.sheets.workbook", sheet]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=WORKBOOK_SECONDS, check=False)  # noqa: S603  (our own module)
    except subprocess.TimeoutExpired:
        raise UnreadableSheetError("The workbook takes too long to read: save it as csv.") from None
    if done.returncode:
        raise UnreadableSheetError("The workbook cannot be read: save it anew, or as csv.")
    names, name, rows = msgspec.json.decode(done.stdout, type=tuple[list[str], str, list[list[str]]])
    if sheet and name != sheet:
        raise UnreadableSheetError(f"The workbook has no sheet {sheet[:50]!r}; it has {', '.join(names)[:300]}.")
    return Sheet(format, _squared(rows), name=name, names=names)


def _squared(rows: list[list[str]]) -> list[list[str]]:
    """The rows in one width, without empty columns at the end. Raises UnreadableSheetError for too many."""
    if len(rows) > MOST_ROWS:
        raise UnreadableSheetError(f"The file has more than {MOST_ROWS} rows: split it.")
    trimmed = [[cell.strip()[:MAX_CELL].replace("\x00", "") for cell in row] for row in rows]
    width = max((index + 1 for row in trimmed for index, cell in enumerate(row) if cell), default=0)
    if width > MOST_COLUMNS:
        raise UnreadableSheetError(f"The file has more than {MOST_COLUMNS} columns.")
    if width == 0:
        raise UnreadableSheetError("The file has no cells with text.")
    return [[*row[:width], *[""] * (width - len(row))] for row in trimmed]


def letters(index: int) -> str:
    """The name of a column as spreadsheets have it: 0 → A, 26 → AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name
