"""The periodic settlement of VAT, and the day on which a purchase counts."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mastro.resources.derived.vat_rules import deduction_day
from mastro.totals.settlement import Rhythm, Sums, pay_by, settle, small_debt

D = Decimal


def sums(owed: str = "0", deducted: str = "0") -> Sums:
    return Sums(owed=D(owed), deducted=D(deducted))


@pytest.mark.parametrize(
    ("rhythm", "period", "day"),
    [
        ("monthly", 1, "2026-02-16"),
        ("monthly", 4, "2026-05-18"),  # the 16th is a Saturday
        ("monthly", 7, "2026-08-20"),  # August
        ("monthly", 12, "2027-01-18"),  # a Saturday again
        ("quarterly", 1, "2026-05-18"),
        ("quarterly", 2, "2026-08-20"),
        ("quarterly", 3, "2026-11-16"),
        ("quarterly", 4, "2027-03-16"),
    ],
)
def test_a_period_is_paid_by_its_day(rhythm: Rhythm, period: int, day: str) -> None:
    assert pay_by(2026, rhythm, period).isoformat() == day


def test_a_small_debt_is_not_carried_into_the_next_year() -> None:
    year = settle(2026, "monthly", [*[sums()] * 11, sums("80")])
    assert (year[-1].vp14_debit, year[-1].to_pay) == (80, 80)


def test_a_small_debt_was_smaller_before_2024() -> None:
    assert (small_debt(2023), small_debt(2024)) == (D("25.82"), D("100.00"))


def test_a_small_debt_is_paid_by_december_at_the_latest() -> None:
    november = settle(2026, "monthly", [*[sums()] * 9, sums("30"), sums("30")])
    assert [(each.to_pay, each.vp14_debit) for each in november[-2:]] == [(0, 30), (60, 60)]
    autumn = settle(2026, "quarterly", [sums(), sums("30"), sums("30"), sums()])
    assert [each.to_pay for each in autumn] == [0, 0, 60, 0]
    assert autumn[2].pay_by.isoformat() == "2026-12-16"
    assert settle(2026, "quarterly", [sums(), sums(), sums("101")])[2].pay_by.isoformat() == "2026-11-16"


def test_before_2024_it_waited_for_the_next_period() -> None:
    november, december = settle(2023, "monthly", [*[sums()] * 10, sums("20"), sums("20")])[-2:]
    assert (november.to_pay, december.vp7, december.to_pay) == (0, 20, 40)


def test_a_small_debt_and_a_credit_meet() -> None:
    first, second = settle(2026, "monthly", [sums("50"), sums("0", "70")])
    assert (first.to_pay, second.vp7, second.vp6_credit, second.vp14_credit) == (0, 50, 70, 20)


def test_interest_is_on_what_is_left_to_pay() -> None:
    first, second = settle(2026, "quarterly", [sums("0", "400"), sums("1000")], interest=D(1))
    assert (first.vp12, second.vp8, second.vp12, second.vp14_debit) == (0, 400, 6, 606)


MONEY = st.decimals(0, 10**7, places=2)


@given(
    st.lists(st.builds(Sums, owed=MONEY, deducted=MONEY), min_size=1, max_size=12),
    MONEY,
)
def test_nothing_is_lost_from_period_to_period(periods: list[Sums], credit: Decimal) -> None:
    year = settle(2026, "monthly", periods, credit=credit)
    owed, deducted = sum(p.owed for p in periods), sum(p.deducted for p in periods)
    paid = sum((each.to_pay for each in year), D(0))
    left = year[-1].vp14_credit - (year[-1].vp14_debit - year[-1].to_pay)
    assert owed - deducted - credit == paid - left


@pytest.mark.parametrize(
    ("date", "came", "day"),
    [
        ("2026-01-31", None, "2026-01-31"),
        ("2026-01-31", "2026-01-31", "2026-01-31"),
        ("2026-01-31", "2026-02-15", "2026-01-31"),
        ("2026-01-31", "2026-02-16", "2026-02-16"),
        ("2026-01-02", "2026-04-01", "2026-04-01"),
        ("2025-12-30", "2026-01-05", "2026-01-05"),  # never back into the year before
        ("2025-12-30", "2025-12-31", "2025-12-30"),
    ],
)
def test_a_purchase_counts_in_its_month_if_it_came_in_time(date: str, came: str | None, day: str) -> None:
    found = deduction_day(dt.date.fromisoformat(date), dt.date.fromisoformat(came) if came else None)
    assert found.isoformat() == day
