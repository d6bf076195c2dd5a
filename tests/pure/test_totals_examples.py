"""The examples of docs/algorithms/totals.md, run as they stand there."""

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mastro.model.issued_document import IssuedDocument, Payment
from mastro.totals import Totals, calculate, vat_summary
from mastro.totals.payments import due_date, fix_payments

PAGE = (Path(__file__).parents[2] / "docs" / "algorithms" / "totals.md").read_text()
DECODER = msgspec.json.Decoder(float_hook=Decimal)
ENCODER = msgspec.json.Encoder(decimal_format="number")


def read(text: str | bytes) -> Any:
    """JSON with every number as a Decimal, so that equality is exact."""

    def decimals(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: decimals(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [decimals(inner) for inner in value]
        return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value

    return decimals(DECODER.decode(text))


def examples() -> list[Any]:
    found = []
    for title, block in re.findall(r"^(Example \d+).*?```json\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE):
        found.append(pytest.param(block, id=title))
    return found


def document_of(block: str) -> IssuedDocument:
    raw = msgspec.json.decode(block, type=dict[str, msgspec.Raw])
    return msgspec.json.decode(raw["document"], type=IssuedDocument)


def rows_after(heading: str) -> list[list[str]]:
    lines = PAGE[PAGE.index(heading) :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_page_has_its_fourteen_examples() -> None:
    assert len(examples()) == PAGE.count("```json") == 14


@pytest.mark.parametrize("block", examples())
def test_the_example_comes_out_to_the_cent_and_with_exactly_its_keys(block: str) -> None:
    document = document_of(block)
    expected = read(block)
    assert read(ENCODER.encode(calculate(document))) == expected["totals"]
    if "vat_summary" in expected:
        lines = read(ENCODER.encode(vat_summary(document)))
        keys = expected["vat_summary"][0].keys()
        assert [{key: line[key] for key in keys} for line in lines] == expected["vat_summary"]


@pytest.mark.parametrize(("due", "given", "fixed"), rows_after("| due | installments given"))
def test_the_table_of_fixed_payments_holds(due: str, given: str, fixed: str) -> None:
    def installments(cell: str) -> list[tuple[Decimal | None, bool]]:
        cells = [] if cell == "none" else [part.strip() for part in cell.split(",")]
        return [
            (None if part == "null" else Decimal(part.removesuffix("*paid*").strip()), part.endswith("*paid*"))
            for part in cells
        ]

    payments = [Payment(amount=amount, status="paid" if paid else "not_paid") for amount, paid in installments(given)]
    result = fix_payments(payments, Decimal(due), date=dt.date(2026, 1, 15), terms_days=0, terms_type="standard")
    assert [(payment.amount, payment.status == "paid") for payment in result] == installments(fixed)


@pytest.mark.parametrize(("date", "days", "standard", "end_of_month"), rows_after("| date | days |"))
def test_the_table_of_due_dates_holds(date: str, days: str, standard: str, end_of_month: str) -> None:
    day = dt.date.fromisoformat(date)
    assert due_date(day, int(days), "standard").isoformat() == standard
    assert due_date(day, int(days), "end_of_month").isoformat() == end_of_month


def test_the_answer_has_only_keys_of_the_wire() -> None:
    written = set(re.findall(r"\b[a-z_]*(?:amount|sum|list|duty|exceeded)[a-z_0-9]*\b", PAGE))
    assert set(Totals.__struct_fields__) <= written
