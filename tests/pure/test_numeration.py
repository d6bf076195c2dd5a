"""Series, numerations and the order of numbers and dates."""

import datetime as dt
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mastro.model.issued_document import DocumentType
from mastro.numeration import (
    Conflict,
    Numbered,
    Series,
    check_number,
    check_numeration,
    delivery_note_series,
    next_number,
    printed_number,
    sequence_conflict,
    series_of,
)

DAY = dt.date(2026, 3, 15)
INVOICES = Series("invoice", 2026)


def on(day: int) -> dt.date:
    return dt.date(2026, 3, day)


def conflict_in(documents: list[Numbered], number: int, date: dt.date, series: Series = INVOICES) -> Conflict | None:
    """Ask as the store does: with the neighbours that its queries would find."""
    return sequence_conflict(
        series,
        number,
        date,
        taken=next((other for other in documents if other.number == number), None),
        latest_below=max((other for other in documents if other.number < number), key=lambda o: o.date, default=None),
        earliest_above=min((other for other in documents if other.number > number), key=lambda o: o.date, default=None),
    )


def code(conflict: Conflict | None) -> str | None:
    return conflict.code if conflict else None


@pytest.mark.parametrize("type", get_args(DocumentType))
def test_every_document_type_has_a_series_of_its_year(type: DocumentType) -> None:
    assert series_of(type, DAY).year == 2026


def test_a_credit_note_does_not_take_the_numbers_of_invoices() -> None:
    assert series_of("credit_note", DAY) != series_of("invoice", DAY)


def test_both_kinds_of_self_invoice_share_a_series_apart_from_invoices() -> None:
    assert series_of("self_own_invoice", DAY) == series_of("self_supplier_invoice", DAY) != series_of("invoice", DAY)


def test_numbering_starts_again_with_each_year_and_each_numeration() -> None:
    assert series_of("invoice", dt.date(2025, 12, 31)) != series_of("invoice", dt.date(2026, 1, 1))
    assert series_of("invoice", DAY, "/A") == Series("invoice", 2026, "/A") != series_of("invoice", DAY, "/B")


def test_a_delivery_note_has_no_numeration() -> None:
    assert series_of("delivery_note", DAY, "/A") == Series("delivery_note", 2026, "")


def test_a_delivery_note_attached_to_an_invoice_shares_the_series_of_delivery_notes() -> None:
    assert delivery_note_series(DAY) == series_of("delivery_note", DAY)


def test_the_next_number_follows_the_highest() -> None:
    assert (next_number(None), next_number(12)) == (1, 13)


def test_a_printed_number_is_the_number_and_its_numeration() -> None:
    assert (printed_number(12), printed_number(12, "/A")) == ("12", "12/A")


@pytest.mark.parametrize(
    "text",
    ["", "/A", "/fatt", "-ORD", "-ED", "rec123", "INT", "a", "/2026", "2026/A", "a b", " bis", "_x", ".1", "x" * 20],
)
def test_a_numeration_holds_something_that_is_not_a_digit(text: str) -> None:
    assert check_numeration(text) is None


@pytest.mark.parametrize(
    "text",
    ["2026", "0", "x" * 21, "è", "/A\n", "\t", " ", "/A ", "A&B", "<A>", "А", "٣", "a\0"],  # noqa: RUF001 - Cyrillic
)
def test_a_numeration_that_the_vendor_or_the_electronic_invoice_refuses_is_refused(text: str) -> None:
    assert check_numeration(text) == "data.numeration format is invalid"


@pytest.mark.parametrize("number", [1, 12, 2**31 - 1])
def test_numbers_count_from_one(number: int) -> None:
    assert check_number(number) is None


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (0, "The data.number must be at least 1."),
        (-1, "The data.number must be at least 1."),
        (2**31, "The data.number may not be greater than 2147483647."),
    ],
)
def test_a_number_out_of_range_is_refused(number: int, message: str) -> None:
    assert check_number(number) == message


def test_number_and_numeration_together_fit_the_electronic_invoice() -> None:
    assert check_number(1, "/" + "A" * 18) is None
    assert check_number(10, "/" + "A" * 18) == (
        "The data.number and data.numeration together may not be longer than 20 characters."
    )


def test_the_first_document_of_a_series_has_no_conflict() -> None:
    assert conflict_in([], 1, DAY) is None


def test_a_number_is_given_once() -> None:
    conflict = conflict_in([Numbered(7, on(1))], 7, on(2))
    assert conflict == Conflict("NUMBER_TAKEN", "Esiste già una fattura con lo stesso numero (n. 7 del 01/03/2026).")


def test_an_invoice_dated_before_the_latest_one_is_refused_in_the_vendors_words() -> None:
    conflict = conflict_in([Numbered(1, on(1)), Numbered(2, on(10))], 3, on(9))
    assert conflict
    assert conflict.code == "DATE_BEFORE_LAST"
    assert conflict.message.startswith("Esiste già una fattura con data successiva")
    assert "n. 2 del 10/03/2026" in conflict.message


def test_a_number_below_one_of_an_earlier_date_is_refused_in_the_vendors_words() -> None:
    conflict = conflict_in([Numbered(5, on(1)), Numbered(225, on(2))], 6, on(3))
    assert conflict
    assert conflict.code == "NUMBER_BELOW_EARLIER"
    assert "siste già una fattura con data antecedente ma numero superiore" in conflict.message


def test_several_invoices_of_one_day_are_in_order() -> None:
    assert conflict_in([Numbered(1, DAY), Numbered(3, DAY)], 2, DAY) is None


def test_a_gap_may_be_filled_with_a_date_that_fits() -> None:
    documents = [Numbered(1, on(1)), Numbered(3, on(9))]
    assert conflict_in(documents, 2, on(5)) is None
    assert code(conflict_in(documents, 2, on(10))) == "NUMBER_BELOW_EARLIER"
    assert code(conflict_in(documents, 2, dt.date(2026, 2, 1))) == "DATE_BEFORE_LAST"


def test_one_document_out_of_order_long_ago_is_seen_past_its_neighbours() -> None:
    assert code(conflict_in([Numbered(1, on(20)), Numbered(2, on(1))], 3, on(10))) == "DATE_BEFORE_LAST"


@pytest.mark.parametrize("kind", ["quote", "order", "delivery_note", "proforma", "receipt"])
def test_documents_without_a_number_by_law_may_be_dated_as_one_likes(kind: DocumentType) -> None:
    series = series_of(kind, DAY)
    assert conflict_in([Numbered(1, on(20))], 2, on(1), series) is None
    assert code(conflict_in([Numbered(1, on(20))], 1, on(1), series)) == "NUMBER_TAKEN"


def test_the_words_follow_the_kind_and_the_numeration() -> None:
    conflict = conflict_in([Numbered(4, on(20))], 5, on(1), Series("credit_note", 2026, "/NC"))
    assert conflict
    assert conflict.message == (
        "Esiste già una nota di credito con data successiva e numero inferiore (n. 4/NC del 20/03/2026)."
    )


DATES = st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31))


@given(st.lists(st.tuples(st.integers(1, 12), DATES), max_size=12))
def test_what_is_let_in_keeps_numbers_unique_and_in_the_order_of_dates(wanted: list[tuple[int, dt.date]]) -> None:
    documents: list[Numbered] = []
    for number, date in wanted:
        if conflict_in(documents, number, date) is None:
            documents.append(Numbered(number, date))
    in_order = sorted(documents, key=lambda document: document.number)
    assert len({document.number for document in documents}) == len(documents)
    assert [document.date for document in in_order] == sorted(document.date for document in documents)


@given(st.lists(st.tuples(st.integers(1, 12), DATES), max_size=12), st.integers(1, 12), DATES)
def test_a_refused_document_really_breaks_the_order(
    wanted: list[tuple[int, dt.date]], number: int, date: dt.date
) -> None:
    documents = [Numbered(*pair) for pair in dict(wanted).items()]
    in_the_way = [
        other
        for other in documents
        if other.number == number
        or (other.number < number and other.date > date)
        or (other.number > number and other.date < date)
    ]
    assert bool(conflict_in(documents, number, date)) == bool(in_the_way)
