"""What a year comes to in the flat-rate regime: limits, income, substitute tax, what to set aside. Pure.

The law is in `mastro.italy.forfettario`; examples are in `docs/algorithms/forfettario.md`.
"""

import calendar
import datetime as dt
from decimal import Decimal
from typing import Literal

import msgspec

from mastro.italy import forfettario
from mastro.model.base import Body
from mastro.model.issued_document import IssuedDocument
from mastro.money import EXACT, HUNDRED, ZERO, percentage, round2
from mastro.totals.pipeline import compute

Standing = Literal["within", "over", "out"]
"""within: the regime goes on; over: it ends with the year; out: it has ended at once."""


class Reckoning(Body):
    """The figures of a year; amounts in euro, shares in percent. What needs the group of activities is null without."""

    revenue: Decimal
    """Collected in the year, without the contribution to a pension fund and what was advanced for customers."""
    limit: Decimal
    """Up to which the regime goes on: for its days where the activity began in the year."""
    limit_share: Decimal
    leave_limit: Decimal | None
    """Above which the regime ends at once."""
    standing: Standing
    forecast: Decimal | None
    """What the year comes to at the pace so far; null for one that is over, or has not begun."""
    forecast_standing: Standing | None
    coefficient: Decimal | None
    income: Decimal | None
    contributions: Decimal
    """Own ones that were paid in the year: they are deducted."""
    taxable: Decimal | None
    rate: Decimal
    tax: Decimal | None
    advances: Decimal
    """Paid on the tax of the year."""
    tax_left: Decimal | None
    contributions_percentage: Decimal
    contributions_accrued: Decimal | None
    """On the income of the year."""
    contributions_left: Decimal | None
    """Less those that were paid in the year."""
    set_aside: Decimal | None
    """For tax and contributions together."""


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be known of a taxpayer."""

    coefficient: Decimal | None = None
    begun_on: dt.date | None = None
    new_activity: bool = False
    """Whether the first five years are taxed at the reduced rate."""
    contributions_percentage: Decimal = ZERO


def reckon(
    year: int, today: dt.date, terms: Terms, *, revenue: Decimal, contributions: Decimal, advances: Decimal
) -> Reckoning:
    """The figures of a year as they stand on a day."""
    limits = forfettario.limits(year)
    limit = _limit(year, terms.begun_on)
    forecast = _forecast(year, today, terms.begun_on, revenue)
    rate = forfettario.rate(year, terms.begun_on, new_activity=terms.new_activity)
    income = None if terms.coefficient is None else percentage(max(revenue, ZERO), terms.coefficient)
    taxable = tax = tax_left = accrued = contributions_left = set_aside = None
    if income is not None:
        taxable = max(EXACT.subtract(income, contributions), ZERO)
        tax = percentage(taxable, rate)
        tax_left = max(EXACT.subtract(tax, advances), ZERO)
        accrued = percentage(income, terms.contributions_percentage)
        contributions_left = max(EXACT.subtract(accrued, contributions), ZERO)
        set_aside = EXACT.add(tax_left, contributions_left)
    return Reckoning(
        revenue=revenue,
        limit=limit,
        limit_share=round2(EXACT.divide(EXACT.multiply(revenue, HUNDRED), limit)),
        leave_limit=limits.leave,
        standing=standing(revenue, limit, limits.leave),
        forecast=forecast,
        forecast_standing=None if forecast is None else standing(forecast, limit, limits.leave),
        coefficient=terms.coefficient,
        income=income,
        contributions=contributions,
        taxable=taxable,
        rate=rate,
        tax=tax,
        advances=advances,
        tax_left=tax_left,
        contributions_percentage=terms.contributions_percentage,
        contributions_accrued=accrued,
        contributions_left=contributions_left,
        set_aside=set_aside,
    )


def standing(revenue: Decimal, limit: Decimal, leave: Decimal | None) -> Standing:
    """Where an amount stands against the limits."""
    if leave is not None and revenue > leave:
        return "out"
    return "over" if revenue > limit else "within"


def _first_day(year: int, begun_on: dt.date | None) -> dt.date:
    return begun_on if begun_on is not None and begun_on.year == year else dt.date(year, 1, 1)


def _limit(year: int, begun_on: dt.date | None) -> Decimal:
    days = (dt.date(year, 12, 31) - _first_day(year, begun_on)).days + 1
    whole = forfettario.limits(year).stay
    return round2(EXACT.divide(EXACT.multiply(whole, Decimal(days)), Decimal(366 if calendar.isleap(year) else 365)))


def _forecast(year: int, today: dt.date, begun_on: dt.date | None, revenue: Decimal) -> Decimal | None:
    first, last = _first_day(year, begun_on), dt.date(year, 12, 31)
    if not first <= today < last:
        return None
    gone, all_days = (today - first).days + 1, (last - first).days + 1
    return round2(EXACT.divide(EXACT.multiply(revenue, Decimal(all_days)), Decimal(gone)))


def revenue_of(document: IssuedDocument, paid: Decimal) -> Decimal:
    """How much of what was paid on a document is revenue: not its share of a pension fund, nor of what was advanced.

    What is advanced in the customer's name are the rows of natura N1 and those outside the taxable amount
    (DPR 633/1972, art. 15).
    """
    reckoned = compute(document)
    outside = sum((line.taxable for line in reckoned.vat_summary if line.not_taxable or line.ei_type == "N1"), ZERO)
    outside = sum((fee.amount for fee in reckoned.contributions if fee.kind != "rivalsa"), outside)
    due = reckoned.totals.amount_due
    if not outside or not due:
        return paid
    return EXACT.subtract(paid, round2(EXACT.divide(EXACT.multiply(paid, outside), due)))
