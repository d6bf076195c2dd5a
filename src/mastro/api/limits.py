"""The vendor's request limits, for those who want to meet them before production does: `MASTRO_QUOTAS=vendor`.

Counted in the database, so that all processes of the installation share one count. Without the setting nothing is
counted and nothing is refused; the headers then say that all is left.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import delete, text

from mastro.api.call import Installation
from mastro.api.errors import ApiError
from mastro.database.connection import Prepared, Session
from mastro.database.schema import quotas

SHORT = 300
"""Requests in any five minutes, of a company, by all programs together."""
SHORT_WINDOW = dt.timedelta(minutes=5)
HOURLY = 1_000
"""Requests in a clock hour, of a company by one program."""
MONTHLY = 40_000
"""Requests in a calendar month, of a company by one program."""

Headers = dict[str, str]


class TooManyRequests(ApiError):
    """The short window is full."""

    status = 429
    code = "TOO_MANY_REQUESTS"
    message = "Too many requests."


class QuotaExceeded(ApiError):
    """The hour's or the month's quota is used up: the vendor says 403, the code tells it from a missing permission."""

    status = 403
    code = "QUOTA_EXCEEDED"
    message = "The quota of requests is used up."


_COUNT = Prepared(
    text(
        "INSERT INTO quotas (company_id, program, span, start, used) VALUES (:company_id, :program, :span, :start, 1)"
        " ON CONFLICT (company_id, program, span, start) DO UPDATE SET used = quotas.used + 1 RETURNING used"
    )
)
_USED = Prepared(
    text(
        "SELECT used FROM quotas"
        " WHERE company_id = :company_id AND program = :program AND span = :span AND start = :start"
    )
)


def headers(hourly: int = 0, monthly: int = 0) -> Headers:
    """The vendor's headers for so many requests used."""
    return {
        "RateLimit-HourlyRemaining": str(max(0, HOURLY - hourly)),
        "RateLimit-HourlyLimit": str(HOURLY),
        "RateLimit-MonthlyRemaining": str(max(0, MONTHLY - monthly)),
        "RateLimit-MonthlyLimit": str(MONTHLY),
    }


UNUSED = headers()
"""What is said where nothing is counted."""


def count(session: Session, company_id: int, program: str, now: dt.datetime) -> Headers:
    """Count a request. Raises TooManyRequests or QuotaExceeded, with `Retry-After`, where a window is full."""
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    hour = now.replace(minute=0, second=0, microsecond=0)
    _refuse_short(session, company_id, now)
    hourly = _count(session, company_id, program, "hour", hour)
    monthly = _count(session, company_id, program, "month", month)
    if hourly > HOURLY:
        raise QuotaExceeded(headers=_retry(now, hour + dt.timedelta(hours=1)))
    if monthly > MONTHLY:
        raise QuotaExceeded(headers=_retry(now, (month + dt.timedelta(days=32)).replace(day=1)))
    return headers(hourly, monthly)


@dataclass(frozen=True, slots=True)
class Used:
    """Requests of one program in the windows that are open; `program` is empty for all together."""

    program: str
    span: str
    used: int
    limit: int


_OPEN = Prepared(
    text(
        "SELECT program, span, start, used FROM quotas WHERE company_id = :company_id"
        " AND start IN (:short, :hour, :month) ORDER BY program, span"
    )
)
_LIMITS = {"short": SHORT, "hour": HOURLY, "month": MONTHLY}


def used(session: Session, company_id: int, now: dt.datetime) -> list[Used]:
    """What is used of the windows that are open, by program."""
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    hour = now.replace(minute=0, second=0, microsecond=0)
    seconds = SHORT_WINDOW.total_seconds()
    short = dt.datetime.fromtimestamp(now.timestamp() - now.timestamp() % seconds, tz=now.tzinfo)
    starts = {"short": short.isoformat(), "hour": hour.isoformat(), "month": month.isoformat()}
    rows = session.rows(_OPEN, company_id=company_id, **starts)
    return [Used(program, span, count, _LIMITS[span]) for program, span, start, count in rows if start == starts[span]]


def _refuse_short(session: Session, company_id: int, now: dt.datetime) -> None:
    """A sliding window: the part of the last five minutes that still counts, and the present five."""
    seconds = SHORT_WINDOW.total_seconds()
    into = now.timestamp() % seconds
    start = dt.datetime.fromtimestamp(now.timestamp() - into, tz=now.tzinfo)
    before = session.scalar(
        _USED, company_id=company_id, program="", span="short", start=(start - SHORT_WINDOW).isoformat()
    )
    present = _count(session, company_id, "", "short", start)
    if (before or 0) * (1 - into / seconds) + present > SHORT:
        raise TooManyRequests(headers=_retry(now, start + SHORT_WINDOW))


def _count(session: Session, company_id: int, program: str, span: str, start: dt.datetime) -> int:
    used: int = session.scalar(_COUNT, company_id=company_id, program=program, span=span, start=start.isoformat())
    return used


def _retry(now: dt.datetime, then: dt.datetime) -> Headers:
    # not `then - now`: between two Italian times that leaves out the hour by which the clocks are moved
    return {"Retry-After": str(max(1, int(then.timestamp() - now.timestamp())))}


_FORGET_OLD = {
    span: Prepared(delete(quotas).where(quotas.c.span == span, quotas.c.start < text(":oldest")))
    for span in ("short", "hour")
}


def forget_old(installation: Installation) -> None:
    """Remove the windows that are over."""
    oldest = (installation.settings.clock() - dt.timedelta(hours=2)).isoformat()
    with installation.database.write() as session:
        for statement in _FORGET_OLD.values():
            session.run(statement, oldest=oldest)
