"""What is typed into a form becomes the body of an operation."""

import datetime as dt
from decimal import Decimal

import pytest

from mastro.model.issued_document import IssuedDocument
from mastro.web.forms import WRONG_DATE, WRONG_NUMBER, date, errors_by_input, number, typed


@pytest.mark.parametrize(
    ("text", "italian", "english"),
    [
        ("1.234,56", "1234.56", "1234.56"),
        ("1,234.56", "1234.56", "1234.56"),
        ("1234.56", "1234.56", "1234.56"),
        ("1234,5", "1234.5", "1234.5"),
        ("1.234", "1234", "1.234"),
        ("1,234", "1.234", "1234"),
        ("0.500", "0.500", "0.500"),
        ("12.345.678", "12345678", "12345678"),
        ("€ 1 234,50", "1234.50", "1234.50"),
        ("-3", "-3", "-3"),
        ("1.5", "1.5", "1.5"),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, italian: str, english: str) -> None:
    assert number(text, "it") == Decimal(italian)
    assert number(text, "en") == Decimal(english)


@pytest.mark.parametrize("text", ["", "abc", "1.2.3", "1,2,3", "--1", "NaN", "1e5", "Infinity", "."])
def test_what_is_no_number_is_none(text: str) -> None:
    assert number(text) is None


def test_dates_are_read_as_people_write_them() -> None:
    day = dt.date(2026, 12, 31)
    assert date("31/12/2026") == date("31.12.26") == date("2026-12-31") == date(" 31-12-2026 ") == day
    assert date("31/02/2026") is None
    assert date("12/2026") is None
    assert date("0026-12-31") is None
    assert date("31/12/2999") is None


def test_inputs_are_keys_by_their_path() -> None:
    data = typed(
        IssuedDocument,
        {
            "type": "invoice",
            "date": "03/11/2026",
            "entity.name": " Rossi ",
            "items_list.3.name": "second",
            "items_list.0.name": "first",
            "items_list.0.net_price": "1.000,50",
            "items_list.0.vat.id": "0",
            "use_split_payment": "on",
            "e_invoice": "off",
            "number": "",
            "payment_method.id": "",
            "ei_raw.FatturaElettronicaBody.x": "1",
            "no_such_key": "x",
        },
    )
    assert data.errors == {}
    assert data == {
        "type": "invoice",
        "date": "2026-11-03",
        "entity": {"name": "Rossi"},
        "items_list": [{"name": "first", "net_price": Decimal("1000.50"), "vat": {"id": 0}}, {"name": "second"}],
        "use_split_payment": True,
        "e_invoice": False,
        "number": None,
        "payment_method": None,
        "ei_raw": {"FatturaElettronicaBody": {"x": "1"}},
    }


def test_a_choice_that_was_not_made_is_null() -> None:
    data = typed(IssuedDocument, {"show_totals": "", "ei_data.vat_kind": "", "subject": ""})
    assert data == {"show_totals": None, "ei_data": {"vat_kind": None}, "subject": ""}


def test_what_cannot_be_read_is_said_at_its_input() -> None:
    data = typed(IssuedDocument, {"date": "someday", "items_list.0.qty": "many"})
    assert data.errors == {"date": WRONG_DATE, "items_list.0.qty": WRONG_NUMBER}
    assert data == {"date": "someday", "items_list": [{"qty": "many"}]}


def test_the_paths_of_a_refusal_are_the_names_of_inputs() -> None:
    assert errors_by_input({"data.items_list.0.vat": ["No.", "Not so."]}) == {"items_list.0.vat": "No. Not so."}
