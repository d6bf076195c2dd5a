"""Tables out of files: encodings, separators, workbooks, and what is refused."""

import datetime as dt
import io

import pytest
import xlsxwriter

from mastro import sheets


def workbook(**named: list[list[object]]) -> bytes:
    """An xlsx file with these sheets."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in named.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    sheet.write(row, column, cell, *([day] if isinstance(cell, dt.date) else []))
    return made.getvalue()


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_is_read_in_whatever_encoding_and_with_whatever_separator(separator: str, encoding: str) -> None:
    lines = ["Denominazione{0}Città", 'Società "Così" e C.{0}Forlì', '"Rossi{0} Figli"{0}Roma']
    found = sheets.read("\r\n".join(lines).format(separator).encode(encoding))
    assert found.rows == [
        ["Denominazione", "Città"],
        ['Società "Così" e C.', "Forlì"],
        [f"Rossi{separator} Figli".strip(), "Roma"],
    ]
    assert (found.format, found.separator) == ("csv", separator)
    assert found.encoding == encoding


def test_a_csv_file_may_say_its_separator_itself_as_excel_has_it() -> None:
    assert sheets.read(b"sep=,\r\nNome,Note\r\nA,1;2;3\r\n").rows == [["Nome", "Note"], ["A", "1;2;3"]]


def test_a_line_break_within_quotes_belongs_to_the_cell() -> None:
    assert sheets.read(b'Nome;Note\n"A";"riga 1\nriga 2"\n').rows[1] == ["A", "riga 1\nriga 2"]


def test_a_workbook_is_read_as_it_would_have_been_typed() -> None:
    data = workbook(
        Foglio1=[["Nome", "Prezzo", "CAP", "Dal", "Attivo"], ["Vite", 1234.5, 10121, dt.date(2026, 1, 31), True]]
    )
    found = sheets.read(data)
    assert found.rows[1] == ["Vite", "1234.5", "10121", "2026-01-31", "1"]
    assert (found.format, found.name, found.names) == ("xlsx", "Foglio1", ["Foglio1"])


def test_a_sheet_of_a_workbook_is_chosen_by_name() -> None:
    data = workbook(Uno=[["a"]], Due=[["b"]])
    assert sheets.read(data).rows == [["a"]]
    assert sheets.read(data, "Due").rows == [["b"]]
    with pytest.raises(sheets.UnreadableSheetError, match="Uno, Due"):
        sheets.read(data, "Tre")


def test_rows_are_of_one_width_without_empty_columns_at_the_end() -> None:
    assert sheets.read(b"a;b;;\n1;;;\n;;;\n").rows == [["a", "b"], ["1", ""], ["", ""]]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n;;;\n",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"PK\x03\x04 no workbook",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 none",
    ],
)
def test_what_is_no_table_is_refused(data: bytes) -> None:
    with pytest.raises(sheets.UnreadableSheetError):
        sheets.read(data)


def test_too_many_rows_and_columns_are_refused() -> None:
    with pytest.raises(sheets.UnreadableSheetError, match="rows"):
        sheets.read(b"a;b\n" * (sheets.MOST_ROWS + 1))
    with pytest.raises(sheets.UnreadableSheetError, match="columns"):
        sheets.read(b";".join([b"a"] * (sheets.MOST_COLUMNS + 1)) + b"\n")


def test_a_cell_at_the_far_end_of_a_sheet_does_not_take_the_servers_memory() -> None:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "a")
        sheet.write(1_048_575, 16_383, "b")
    with pytest.raises(sheets.UnreadableSheetError):
        sheets.read(made.getvalue())


def test_columns_are_named_as_spreadsheets_name_them() -> None:
    assert [sheets.letters(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
