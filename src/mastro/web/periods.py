"""Which year or which days a page is about: read off its address, and the steps to those before and after."""

import calendar
import datetime as dt
from dataclasses import dataclass

from mastro.web.forms import date
from mastro.web.language import Locale
from mastro.web.visit import Visit

FIRST_YEAR, LAST_YEAR = 1970, 2200


def year_of(visit: Visit) -> int:
    """The year of the address, else the running one."""
    text = visit.query.get("year", "")
    year = int(text) if len(text) == 4 and text.isascii() and text.isdigit() else 0
    return year if FIRST_YEAR <= year <= LAST_YEAR else visit.today.year


@dataclass(frozen=True, slots=True)
class Period:
    """Some days, told as a month, a quarter or a year where they are one."""

    first: dt.date
    last: dt.date

    @property
    def months(self) -> int:
        """1, 3 or 12 where these days are a month, a quarter or a year; else 0."""
        for months in (1, 3, 12):
            if self.first.day == 1 and (self.first.month - 1) % months == 0 and self == _of_months(self.first, months):
                return months
        return 0

    def words(self, say: Locale) -> str:
        """`marzo 2026`, `1° trimestre 2026`, `2026`, or the first and the last day."""
        year, month = self.first.year, self.first.month
        if self.months == 1:
            return f"{say.month(month).capitalize()} {year}"
        if self.months == 3:
            return say("%(number)s° trimestre %(year)s", number=(month + 2) // 3, year=year)
        if self.months == 12:
            return str(year)
        return say("dal %(first)s al %(last)s", first=say.date(self.first), last=say.date(self.last))

    def step(self, way: int) -> "Period":
        """The period of the same length before (-1) or after (1)."""
        months = self.months
        if months:
            count = self.first.year * 12 + self.first.month - 1 + way * months
            return _of_months(dt.date(_within(count // 12), count % 12 + 1, 1), months)
        days = dt.timedelta(days=(self.last - self.first).days + 1)
        try:
            return Period(self.first + way * days, self.last + way * days)
        except OverflowError:
            return self

    def of(self, months: int) -> "Period":
        """The month, quarter or year that this one ends in."""
        return _of_months(self.last.replace(day=1, month=(self.last.month - 1) // months * months + 1), months)

    @property
    def query(self) -> dict[str, str]:
        """As the address and the reports write it."""
        return {"from": self.first.isoformat(), "to": self.last.isoformat()}


def period_of(visit: Visit, months: int) -> Period:
    """The days `from` and `to` of the address, else the running month, quarter or year."""
    first, last = date(visit.query.get("from", "")), date(visit.query.get("to", ""))
    if first is None and last is None:
        return Period(visit.today, visit.today).of(months)
    first = first or dt.date((last or visit.today).year, 1, 1)
    return Period(first, last or dt.date(first.year, 12, 31))


def _of_months(first: dt.date, months: int) -> Period:
    month = first.month + months - 1
    return Period(first, dt.date(first.year, month, calendar.monthrange(first.year, month)[1]))


def _within(year: int) -> int:
    return min(max(year, FIRST_YEAR), LAST_YEAR)
