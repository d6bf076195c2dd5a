"""Rounding, sharing and writing of amounts."""

from decimal import Context, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mastro.money import ZERO, format_italian, percentage, plain, round2, share_out, split, trim

BOUND = Decimal(10) ** 12
NUMBERS = st.decimals(-BOUND, BOUND, places=8)


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        ("1.575", "1.58"),
        ("-1.575", "-1.58"),
        ("1.5749999", "1.57"),
        ("0.005", "0.01"),
        ("-0.005", "-0.01"),
        ("2.675", "2.68"),
        ("1E+3", "1000.00"),
        ("999999999999.99999999", "1000000000000.00"),
    ],
)
def test_half_a_cent_rounds_away_from_zero(value: str, rounded: str) -> None:
    assert str(round2(Decimal(value))) == rounded


@pytest.mark.parametrize("value", ["0", "-0", "-0.001", "0.004"])
def test_nothing_is_never_minus_nothing(value: str) -> None:
    assert str(round2(Decimal(value))) == "0.00"


def test_rounding_does_not_depend_on_the_context_of_the_caller() -> None:
    with localcontext(Context(prec=3)):
        assert round2(Decimal("123456.785")) == Decimal("123456.79")
        assert percentage(Decimal("123456.78"), Decimal(22)) == Decimal("27160.49")
        assert split(Decimal("123456.78"), 2) == [Decimal("61728.39")] * 2


def test_a_percentage_is_rounded_to_the_cent() -> None:
    assert percentage(Decimal("31.50"), Decimal(5)) == Decimal("1.58")
    assert percentage(Decimal("68.18"), Decimal(20)) == Decimal("13.64")


def test_three_share_a_hundred_and_the_first_takes_the_odd_cent() -> None:
    assert split(Decimal(100), 3) == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]


def test_shares_follow_their_weights() -> None:
    assert split(Decimal("10.00"), [Decimal(1), Decimal(3)]) == [Decimal("2.50"), Decimal("7.50")]
    assert split(Decimal("0.05"), [Decimal(1), Decimal(1), Decimal(0)]) == [Decimal("0.03"), Decimal("0.02"), ZERO]


def test_weights_that_cancel_out_give_equal_shares() -> None:
    assert split(Decimal(9), [Decimal(1), Decimal(-1), Decimal(0)]) == [Decimal(3)] * 3


@pytest.mark.parametrize("nobody", [0, -1, []])
def test_an_amount_is_not_shared_among_nobody(nobody: int | list[Decimal]) -> None:
    with pytest.raises(ValueError, match="no shares"):
        split(Decimal(1), nobody)


@given(NUMBERS, st.integers(1, 60))
def test_equal_shares_add_up_and_differ_by_a_cent_at_most(amount: Decimal, number: int) -> None:
    shares = split(amount, number)
    assert sum(shares, ZERO) == round2(amount)
    assert len(shares) == number
    assert max(shares) - min(shares) <= Decimal("0.01")


@given(NUMBERS, st.lists(NUMBERS, min_size=1, max_size=20))
def test_weighted_shares_add_up_whatever_the_weights(amount: Decimal, weights: list[Decimal]) -> None:
    with localcontext(Context(prec=100)):
        assert sum(split(amount, weights), ZERO) == round2(amount)


@given(st.lists(NUMBERS, min_size=1, max_size=20))
def test_parts_rounded_to_their_sum_stay_within_a_cent_of_themselves(parts: list[Decimal]) -> None:
    shares = share_out(round2(sum(parts, ZERO)), parts)
    assert sum(shares, ZERO) == round2(sum(parts, ZERO))
    assert all(abs(share - part) <= Decimal("0.01") for share, part in zip(shares, parts, strict=True))


@pytest.mark.parametrize(
    ("value", "text"),
    [("22.00", "22"), ("5.50", "5.5"), ("1E+1", "10"), ("0.00", "0"), ("-0", "0"), ("100", "100"), ("0.01000", "0.01")],
)
def test_a_rate_is_written_without_trailing_zeros(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text
    assert trim(Decimal(value)) == Decimal(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1234.56", "1.234,56"),
        ("-1234567.895", "-1.234.567,90"),
        ("0", "0,00"),
        ("-0.001", "0,00"),
        ("999.999", "1.000,00"),
        ("1000000000000", "1.000.000.000.000,00"),
    ],
)
def test_amounts_are_written_as_in_italy(value: str, text: str) -> None:
    assert format_italian(Decimal(value)) == text


def test_unit_prices_show_the_decimals_they_need() -> None:
    assert format_italian(Decimal("68.18182"), 2, 5) == "68,18182"
    assert format_italian(Decimal(75), 2, 5) == "75,00"
    assert format_italian(Decimal("1234.5670"), 2, 5) == "1.234,567"
    assert format_italian(Decimal("3.5"), 0) == "4"
    assert format_italian(Decimal("3.0"), 0, 3) == "3"
