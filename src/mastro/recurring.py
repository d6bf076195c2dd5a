"""Dates that come again and again: every so many months or weeks, from a first one on, without end or until one."""

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Unit = Literal["month", "week"]


@dataclass(frozen=True, slots=True)
class Schedule:
    """A rule of dates, counted from zero: date 0 is the first one, or the end of its month."""

    first: dt.date
    every: int = 1
    """At least 1."""
    unit: Unit = "month"
    end_of_month: bool = False
    """Each date is the last day of its month; without it the day of the first one, or the last day of a month that is
    too short for it: 31 January, 28 February, 31 March."""
    last: dt.date | None = None
    count: int | None = None
    """How many dates there are at most."""

    def dates(self, since: dt.date) -> Iterator[dt.date]:
        """The dates from a day on, that day included."""
        number = self._number_from(since)
        while (date := self._date(number)) is not None:
            yield date
            number += 1

    def following(self, date: dt.date) -> dt.date | None:
        """The first date after a day; None where there is none any more."""
        return next(self.dates(date + dt.timedelta(days=1)), None)

    def has(self, date: dt.date) -> bool:
        """Whether a day is one of the dates."""
        return next(self.dates(date), None) == date

    def period(self, date: dt.date) -> tuple[dt.date, dt.date]:
        """First and last day of what a date stands for.

        It begins with the date and lasts until the day before the next one; where dates are ends of months, it ends
        with the date.
        """
        number = self._number_from(date)
        if self._by_month_ends:
            return self._raw(number - 1) + dt.timedelta(days=1), date
        return date, self._raw(number + 1) - dt.timedelta(days=1)

    @property
    def _by_month_ends(self) -> bool:
        return self.end_of_month and self.unit == "month"

    def _date(self, number: int) -> dt.date | None:
        if self.count is not None and number >= self.count:
            return None
        try:
            date = self._raw(number)
        except (OverflowError, ValueError):  # the end of the calendar
            return None
        return None if self.last is not None and date > self.last else date

    def _raw(self, number: int) -> dt.date:
        """A date of the rule, whether or not it lies between the ends. Raises OverflowError, ValueError."""
        if self.unit == "week":
            return self.first + dt.timedelta(weeks=number * self.every)
        year, month0 = divmod(12 * self.first.year + self.first.month - 1 + number * self.every, 12)
        days = calendar.monthrange(year, month0 + 1)[1]
        return dt.date(year, month0 + 1, days if self.end_of_month else min(self.first.day, days))

    def _number_from(self, since: dt.date) -> int:
        """The number of the first date on a day or after it."""
        if since <= self.first:
            return 0
        if self.unit == "week":
            return -(-(since - self.first).days // (7 * self.every))
        months = 12 * (since.year - self.first.year) + since.month - self.first.month
        number = months // self.every
        return number if self._reaches(number, since) else number + 1

    def _reaches(self, number: int, since: dt.date) -> bool:
        try:
            return self._raw(number) >= since
        except ValueError:
            return True
