"""Due dates as a calendar of one month."""

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from starlette.responses import Response

from mastro.web.periods import FIRST_YEAR, LAST_YEAR, Period
from mastro.web.sections.payments.dues import PATH, Line, direction_of, directions, line_of
from mastro.web.visit import Visit

SHOWN = 3
"""Payments of a day that are written out."""


@dataclass(slots=True)
class Day:
    """A day of the calendar."""

    date: dt.date
    inside: bool
    """False for the days of the months before and after."""
    today: bool
    total: Decimal = Decimal(0)
    lines: list[Line] = field(default_factory=list)


def month_of(visit: Visit) -> Period:
    """The month of the address (`2026-03`), else the running one."""
    year, _, month = visit.query.get("month", "").partition("-")
    day = visit.today
    if year.isdigit() and month.isdigit() and len(year) == 4 and FIRST_YEAR <= int(year) <= LAST_YEAR:
        day = dt.date(int(year), min(max(int(month[:2]), 1), 12), 1)
    return Period(day, day).of(1)


async def show(visit: Visit) -> Response:
    """The page."""
    month, direction = month_of(visit), direction_of(visit)
    query = {**month.query, "direction": direction, "state": "all"}
    data = (await visit.call("getPaymentsReport", query=query))["data"]
    return visit.page(
        "payments/calendar.html",
        data=data,
        query={"direction": direction},
        directions=directions(visit),
        month=month,
        before=f"{month.step(-1).first:%Y-%m}",
        after=f"{month.step(1).first:%Y-%m}",
        this=f"{visit.today:%Y-%m}",
        weeks=_weeks(visit, month, data["rows"]),
        weekdays=[visit.say.weekday(number) for number in range(7)],
        path=PATH,
        shown=SHOWN,
    )


def _weeks(visit: Visit, month: Period, rows: list[Mapping[str, Any]]) -> list[list[Day]]:
    """The weeks that the month touches, Monday first."""
    weeks = [
        [Day(date, date.month == month.first.month, date == visit.today) for date in week]
        for week in calendar.Calendar().monthdatescalendar(month.first.year, month.first.month)
    ]
    days = {day.date.isoformat(): day for week in weeks for day in week}
    for due in rows:
        day = days[due["due_date"]]
        day.lines.append(line_of(visit, due))
        if due["state"] != "reversed":
            day.total += due["amount"]
    return weeks
