"""The periodic settlement of VAT (*liquidazione periodica*), with the figures VP2 to VP14 of its communication. Pure.

Sources: DPR 100/1998, art. 1; DPR 542/1999, art. 7; the instructions of the communication (*Comunicazione liquidazioni
periodiche IVA*); D.Lgs. 1/2024, art. 9 for the 100 euro up to which a debt is carried on, and until when.
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from mastro.model.vat import VatFigures
from mastro.money import EXACT, ZERO, percentage

Rhythm = Literal["monthly", "quarterly"]

SMALL_DEBT = (
    (2024, Decimal("100.00")),
    (0, Decimal("25.82")),
)
"""From which year, up to how much: a debt that is paid with the next one (not beyond the year)."""

DECEMBER_SINCE = 2024
"""From this year on small debts are paid by 16 December of the year at the latest."""

PAYMENT_DAY = 16
AUGUST_DAY = 20
"""Payments of the first half of August are due on the 20th (DL 223/2006, art. 37, c. 11-bis)."""


class Sums(msgspec.Struct, frozen=True, kw_only=True):
    """What the registers of a period sum to, in euro."""

    sales: Decimal = ZERO
    purchases: Decimal = ZERO
    owed: Decimal = ZERO
    deducted: Decimal = ZERO


class Settlement(VatFigures):
    """A period, settled; amounts in euro, named as in the communication."""

    period: int
    """Month or quarter."""
    to_pay: Decimal
    """What the F24 of the period pays: 0 where the debt is small enough to be carried on."""
    pay_by: dt.date


def settle(
    year: int,
    rhythm: Rhythm,
    periods: Sequence[Sums],
    *,
    credit: Decimal = ZERO,
    advance: Decimal = ZERO,
    interest: Decimal = ZERO,
) -> list[Settlement]:
    """The periods of a year one after the other, from January on; each takes over what the one before left.

    `credit` is that of the year before, set off from the first period on; `advance` was paid for the last; `interest`
    is the percentage that a quarter by choice costs. The last quarter by choice is paid with the annual return, which
    charges its interest.
    """
    last = 12 if rhythm == "monthly" else 4
    settled: list[Settlement] = []
    debt_before, credit_before = ZERO, ZERO
    for number, sums in enumerate(periods, 1):
        balance = EXACT.subtract(sums.owed, sums.deducted)
        brought = credit if number == 1 else ZERO
        due = EXACT.subtract(EXACT.add(balance, debt_before), EXACT.add(credit_before, brought))
        charged = percentage(due, interest) if rhythm == "quarterly" and number != last and due > 0 else ZERO
        paid_before = advance if number == last else ZERO
        whole = EXACT.subtract(EXACT.add(due, charged), paid_before)
        small = 0 < whole <= small_debt(year)
        carried = small and number <= last_to_carry(year, rhythm)
        settled.append(
            Settlement(
                period=number,
                vp2=sums.sales,
                vp3=sums.purchases,
                vp4=sums.owed,
                vp5=sums.deducted,
                vp6_debit=max(balance, ZERO),
                vp6_credit=max(-balance, ZERO),
                vp7=debt_before,
                vp8=credit_before,
                vp9=brought,
                vp10=ZERO,
                vp11=ZERO,
                vp12=charged,
                vp13=paid_before,
                vp14_debit=max(whole, ZERO),
                vp14_credit=max(-whole, ZERO),
                to_pay=ZERO if carried else max(whole, ZERO),
                pay_by=pay_by(year, rhythm, number, small=small),
            )
        )
        debt_before, credit_before = (whole if carried else ZERO), max(-whole, ZERO)
    return settled


def small_debt(year: int) -> Decimal:
    """Up to how much a debt of that year is carried on."""
    return next(limit for since, limit in SMALL_DEBT if year >= since)


def last_to_carry(year: int, rhythm: Rhythm) -> int:
    """The last period whose small debt may wait for the next one: from 2024 on all are paid by 16 December."""
    if year < DECEMBER_SINCE:
        return 11 if rhythm == "monthly" else 3
    return 10 if rhythm == "monthly" else 2


def pay_by(year: int, rhythm: Rhythm, period: int, *, small: bool = False) -> dt.date:
    """Last day to pay: the 16th of the next month, of the second next after a quarter; the last quarter's 16 March.

    The `small` debt of the third quarter may wait until 16 December. On a Saturday or Sunday it is the Monday after.
    """
    if small and rhythm == "quarterly" and period == 3 and year >= DECEMBER_SINCE:
        return working_day(dt.date(year, 12, PAYMENT_DAY))
    month = period + 1 if rhythm == "monthly" else (15 if period == 4 else 3 * period + 2)
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return working_day(dt.date(year, month, AUGUST_DAY if month == 8 else PAYMENT_DAY))


def working_day(day: dt.date) -> dt.date:
    """The day itself, of a Saturday or Sunday the Monday after (DL 70/2011, art. 7, c. 2, l)."""
    return day + dt.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)


def months_of(rhythm: Rhythm, period: int) -> tuple[int, int]:
    """First and last month of a period."""
    return (period, period) if rhythm == "monthly" else (3 * period - 2, 3 * period)
