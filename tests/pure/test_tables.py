"""Reports as files: what a spreadsheet and a printer get."""

import csv
import datetime as dt
import io
import zipfile
from decimal import Decimal

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from mastro.pdf.table import MOST_ROWS, TooLong, render_table
from mastro.tables import Column, Section, Table, write_csv, write_xlsx, written
from mastro.tables.csv_file import FORMULA, harmless

NAMESPACE = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
COLUMNS = [Column("Data", "date"), Column("Cliente"), Column("Importo", "money"), Column("Quantità", "number")]


def table(*rows: list[object], language: str = "it", totals: list[object] | None = None) -> Table:
    section = Section(heading="Vendite", columns=COLUMNS, rows=rows, totals=totals)  # type: ignore[arg-type]
    return Table(
        title="Registro",
        owner=["Rossi S.r.l.", "P.IVA 12345670017"],
        facts=["Dal 01/01/2026 al 31/01/2026"],
        sections=[section],
        language=language,
        made_on=dt.date(2026, 3, 2),
    )


ROW: list[object] = [dt.date(2026, 1, 31), "Società", Decimal("-1234.50"), Decimal("2.5")]


def lines(content: bytes, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))


def sheet(content: bytes, number: int = 1) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return etree.fromstring(parts.read(f"xl/worksheets/sheet{number}.xml"))


@pytest.mark.parametrize(
    ("language", "delimiter", "row"),
    [
        ("it", ";", ["31/01/2026", "Società", "-1234,50", "2,5"]),
        ("en", ",", ["2026-01-31", "Società", "-1234.50", "2.5"]),
    ],
)
def test_a_csv_is_in_the_manner_of_its_language(language: str, delimiter: str, row: list[str]) -> None:
    content = write_csv(table(ROW, language=language))
    assert content.startswith(b"\xef\xbb\xbf")
    assert lines(content, delimiter)[1] == row


def test_values_on_paper_have_their_thousands() -> None:
    assert written(Decimal("1234567.5"), "money", "it") == "1.234.567,50"
    assert written(Decimal("1234567.5"), "money", "en") == "1,234,567.50"
    assert written(None, "money", "it") == ""


@settings(max_examples=300)
@given(st.text(max_size=40))
def test_no_text_is_a_formula_to_a_spreadsheet(text: str) -> None:
    safe = harmless(text)
    assert not safe.startswith(FORMULA)
    assert not safe.lstrip(" ").startswith(FORMULA)
    assert safe.removeprefix("'") == text.replace("\x00", "").removeprefix("'")


@pytest.mark.parametrize("text", ["=1+1", "+39 051", "-2", "@SUM(A1)", "\t=1", "  =1", "＝1"])  # noqa: RUF001
def test_what_begins_like_a_formula_gets_an_apostrophe(text: str) -> None:
    content = write_csv(table([None, text, Decimal(1), None]))
    assert lines(content, ";")[1][1] == f"'{text}"


def test_a_workbook_has_numbers_and_days_that_can_be_reckoned_with_and_text_that_is_text() -> None:
    content = write_xlsx(
        table(ROW, [None, "=1+1", Decimal(3), None], totals=[None, "Totale", Decimal("-1231.50"), None])
    )
    found = sheet(content)
    values = {cell.get("r"): (cell.get("t"), cell.findtext("x:v", None, NAMESPACE)) for cell in found.iter("{*}c")}
    assert found.find(".//x:f", NAMESPACE) is None
    assert values["A6"] == (None, "46053")  # days since 1900: 31 January 2026
    assert values["C6"] == (None, "-1234.50")
    assert values["B7"][0] == "s"
    assert values["C8"] == (None, "-1231.50")


def test_a_number_that_a_spreadsheet_would_round_is_written_as_text() -> None:
    found = sheet(write_xlsx(table([None, "x", Decimal("12345678901234567.89"), None])))
    assert {cell.get("r"): cell.get("t") for cell in found.iter("{*}c")}["C6"] == "s"


def test_sections_are_sheets_with_names_that_a_workbook_takes() -> None:
    sections = [Section(heading=name, columns=COLUMNS, rows=[ROW]) for name in ("A/B", "A/B", "x" * 60, "", "'")]  # type: ignore[list-item]
    made = Table(title="[1]:*?", sections=sections, made_on=dt.date(2026, 3, 2))
    with zipfile.ZipFile(io.BytesIO(write_xlsx(made))) as parts:
        book = etree.fromstring(parts.read("xl/workbook.xml"))
    names = [each.get("name") for each in book.iter("{*}sheet")]
    assert names == ["A B", "A B 2", "x" * 31, "1", "1 2"]


def test_a_pdf_repeats_head_and_company_and_numbers_its_pages() -> None:
    pdf = pypdf.PdfReader(io.BytesIO(render_table(table(*[ROW] * 150, totals=[None, "Totale", Decimal(7), None]))))
    texts = [page.extract_text() for page in pdf.pages]
    assert len(texts) >= 3
    assert all("Cliente" in text and "Rossi S.r.l." in text for text in texts)
    assert f"Pagina 2 di {len(texts)}" in texts[1]
    assert "-1.234,50" in texts[0]
    assert "Totale" in texts[-1]


def test_what_users_write_is_never_source_code_of_the_layout() -> None:
    nasty = '#import "x": * $ \\ ] { <label> `raw` "quote" */ // _emph_ *bold* @ref https://x.example'
    text = pypdf.PdfReader(io.BytesIO(render_table(table([None, nasty, None, None])))).pages[0].extract_text()
    assert "#import" in text
    assert "*bold*" in text


def test_the_same_table_gives_the_same_bytes() -> None:
    made = table(ROW)
    assert [write(made) for write in (write_csv, write_xlsx, render_table)] == [
        write(made) for write in (write_csv, write_xlsx, render_table)
    ]


def test_an_empty_report_is_a_file_all_the_same() -> None:
    for write in (write_csv, write_xlsx, render_table):
        assert write(table())


def test_a_pdf_of_too_many_rows_is_refused() -> None:
    with pytest.raises(TooLong):
        render_table(table(*[ROW] * (MOST_ROWS + 1)))
