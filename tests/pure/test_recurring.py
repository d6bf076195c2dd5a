"""Dates that come again and again."""

import datetime as dt
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mastro.recurring import Schedule

D = dt.date

schedules = st.builds(
    Schedule,
    first=st.dates(D(2000, 1, 1), D(2199, 12, 31)),
    every=st.integers(1, 12),
    unit=st.sampled_from(("month", "week")),
    end_of_month=st.booleans(),
)
days = st.dates(D(1999, 1, 1), D(2250, 12, 31))


def some(schedule: Schedule, since: dt.date, most: int = 4) -> list[str]:
    return [str(date) for date in islice(schedule.dates(since), most)]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        ({"every": 3}, ["2026-01-31", "2026-04-30", "2026-07-31", "2026-10-31"]),
        ({"every": 12}, ["2026-01-31", "2027-01-31", "2028-01-31", "2029-01-31"]),
        ({"unit": "week", "every": 2}, ["2026-01-31", "2026-02-14", "2026-02-28", "2026-03-14"]),
        ({"last": D(2026, 3, 30)}, ["2026-01-31", "2026-02-28"]),
        ({"last": D(2026, 3, 31)}, ["2026-01-31", "2026-02-28", "2026-03-31"]),
        ({"count": 1}, ["2026-01-31"]),
        ({"count": 3, "last": D(2026, 2, 28)}, ["2026-01-31", "2026-02-28"]),
    ],
)
def test_dates_keep_the_day_of_the_first_one_or_the_end_of_a_shorter_month(
    facts: dict[str, Any], expected: list[str]
) -> None:
    assert some(Schedule(D(2026, 1, 31), **facts), D(2026, 1, 1)) == expected


def test_the_29th_of_february_comes_back_in_leap_years() -> None:
    assert some(Schedule(D(2024, 2, 29), 12), D(2025, 1, 1)) == ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]


def test_ends_of_months_are_the_last_day_of_each_from_that_of_the_first_date_on() -> None:
    assert some(Schedule(D(2026, 1, 15), end_of_month=True), D(2026, 1, 15), 3) == [
        *("2026-01-31", "2026-02-28", "2026-03-31")
    ]


def test_a_date_stands_for_the_days_until_the_next_one() -> None:
    assert Schedule(D(2026, 1, 1), 3).period(D(2026, 4, 1)) == (D(2026, 4, 1), D(2026, 6, 30))
    assert Schedule(D(2026, 1, 31)).period(D(2026, 2, 28)) == (D(2026, 2, 28), D(2026, 3, 30))
    assert Schedule(D(2026, 1, 5), 2, "week").period(D(2026, 1, 19)) == (D(2026, 1, 19), D(2026, 2, 1))


def test_the_end_of_a_month_stands_for_the_months_that_it_ends() -> None:
    schedule = Schedule(D(2026, 1, 31), end_of_month=True)
    assert schedule.period(D(2026, 2, 28)) == (D(2026, 2, 1), D(2026, 2, 28))
    assert schedule.period(D(2026, 1, 31)) == (D(2026, 1, 1), D(2026, 1, 31))
    quarters = Schedule(D(2026, 3, 31), 3, end_of_month=True)
    assert quarters.period(D(2026, 6, 30)) == (D(2026, 4, 1), D(2026, 6, 30))


def test_dates_end_with_the_calendar() -> None:
    assert some(Schedule(D(9999, 11, 30)), D(9999, 1, 1)) == ["9999-11-30", "9999-12-30"]
    assert Schedule(D(9999, 12, 20), 1, "week").following(D(9999, 12, 27)) is None


@given(schedules, days)
def test_from_any_day_on_come_the_dates_that_counting_from_the_first_one_gives(
    schedule: Schedule, since: dt.date
) -> None:
    wanted = next(schedule.dates(since))
    assert wanted >= since
    before = next(schedule.dates(schedule.first))
    while (after := schedule.following(before)) is not None and before < since:
        assert after > before
        before = after
    assert before == wanted


@given(schedules, days)
def test_periods_touch_and_hold_their_date(schedule: Schedule, since: dt.date) -> None:
    one, two = islice(schedule.dates(since), 2)
    first, last = schedule.period(one)
    assert first <= one <= last
    assert schedule.period(two)[0] == last + dt.timedelta(days=1)


@given(schedules, days, st.integers(1, 30), st.dates(D(2000, 1, 1), D(2260, 12, 31)))
def test_an_end_takes_dates_away_and_changes_none(
    schedule: Schedule, since: dt.date, count: int, last: dt.date
) -> None:
    ended = Schedule(schedule.first, schedule.every, schedule.unit, schedule.end_of_month, last, count)
    every = list(islice(schedule.dates(schedule.first), count))
    assert list(ended.dates(since)) == [date for date in every if since <= date <= last]


@given(schedules, st.integers(0, 40))
def test_a_date_is_one_of_the_dates_and_the_day_after_is_none(schedule: Schedule, number: int) -> None:
    date = next(islice(schedule.dates(schedule.first), number, None))
    assert schedule.has(date)
    assert not schedule.has(date + dt.timedelta(days=1))
