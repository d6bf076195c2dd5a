"""Installments of a document: when they fall due, and how they are made to add up to the amount due."""

import calendar
import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal, localcontext
from typing import Protocol

import msgspec

from mastro.model.base import PaymentTermsType
from mastro.model.issued_document import Payment
from mastro.model.settings import PaymentAccount, PaymentTerms
from mastro.money import EXACT, ZERO, round2, split

PAYMENT_FREE_TYPES = frozenset({"quote", "delivery_note", "supplier_order"})
"""Types of documents that have no payments: nothing need add up there."""

MONTH = 30
"""Days of a commercial month."""
FIRST_MONTH, LAST_MONTH = 12 * dt.MINYEAR, 12 * dt.MAXYEAR + 11
"""Months counted from year zero: the ends of the calendar."""


class Due(Protocol):
    """Totals of any document that is to be paid."""

    @property
    def amount_due(self) -> Decimal:
        """What the installments must add up to."""
        ...


def payments_sum(payments: Iterable[Payment] | None) -> Decimal:
    """Sum of the installments, each to the cent, whatever their status."""
    total = ZERO
    for payment in payments or ():
        if payment.amount is not None:
            total = EXACT.add(total, round2(payment.amount))
    return total


def mismatch(payments: Iterable[Payment] | None, totals: Due) -> bool:
    """Whether the installments do not add up to the amount due. None at all add up to zero."""
    return payments_sum(payments) != totals.amount_due


def next_due_date(payments: Iterable[Payment] | None) -> dt.date | None:
    """Earliest due date among the installments not paid yet, None when all are settled."""
    open_dates = (payment.due_date for payment in payments or () if payment.status == "not_paid")
    return min((date for date in open_dates if date is not None), default=None)


def due_date(date: dt.date, days: int | None, terms_type: PaymentTermsType = "standard") -> dt.date:
    """Due date of a payment at so many days from the document's date.

    `end_of_month` counts from the end of the document's month, whole thirties of days as commercial months, as Italian
    terms are meant: on 15 January 30 days give 28 February, 60 days 31 March, 40 days (30 + 10) 10 March. Dates beyond
    the calendar stop at its ends.
    """
    days = days or 0
    if terms_type == "end_of_month":
        months, days = divmod(days, MONTH)
        month = min(max(12 * date.year + date.month - 1 + months, FIRST_MONTH), LAST_MONTH)
        year, month0 = divmod(month, 12)
        date = dt.date(year, month0 + 1, calendar.monthrange(year, month0 + 1)[1])
    try:
        return date + dt.timedelta(days=days)
    except OverflowError:
        return dt.date.max if days > 0 else dt.date.min


def fix_payments(
    payments: Sequence[Payment] | None,
    amount_due: Decimal,
    *,
    date: dt.date,
    terms_days: int | None,
    terms_type: PaymentTermsType,
    account: PaymentAccount | None = None,
) -> list[Payment]:
    """Installments that add up to the amount due; the given ones are not touched, copies are returned.

    * No installments: one, due by the terms.
    * Installments without amount share what the others leave, in equal parts.
    * A difference goes to the last installment not yet paid (money received is a fact), or to the last where all are.
    * Where that would turn the installment's sign, it is dropped and the one before takes the rest, and so on.
    * Installments that lie wholly on the other side of zero (a positive schedule, a refund due) become one.

    A missing due date follows from the installment's own terms, else from those of the document.
    """
    total = round2(amount_due)
    terms = PaymentTerms(days=terms_days or 0, type=terms_type)
    if not payments:
        payments = [Payment(amount=total, payment_account=account, payment_terms=terms)]
    with localcontext(EXACT):
        amounts = settle(payments, total)
    fixed = []
    for payment, amount in zip(payments, amounts, strict=True):
        if amount is None:
            continue
        when = payment.due_date
        if when is None:
            own = payment.payment_terms or terms
            when = due_date(date, own.days, own.type)
        fixed.append(msgspec.structs.replace(payment, amount=amount, due_date=when))
    return fixed


def settle(payments: Sequence[Payment], total: Decimal) -> list[Decimal | None]:
    """Amount of each installment so that they sum to the total; None for one that is dropped."""
    before = known_amounts(payments, total)
    amounts: list[Decimal | None] = [*before]
    order = [i for i in reversed(range(len(payments))) if payments[i].status == "not_paid"]
    order += [i for i in reversed(range(len(payments))) if payments[i].status != "not_paid"]
    paid_in = sum(before, ZERO)
    difference = total - paid_in
    if not difference:
        return amounts
    if paid_in * total < 0 or not total:
        return [total if i == order[0] else None for i in range(len(payments))]
    for i in order:
        amount = before[i] + difference
        turned = amount * total < 0 and before[i] * total >= 0
        if turned or (before[i] and not amount):
            amounts[i], difference = None, amount
        else:
            amounts[i], difference = amount, ZERO
            break
    return amounts


def known_amounts(payments: Sequence[Payment], total: Decimal) -> list[Decimal]:
    """Amounts to the cent; those not given share equally what the others leave of the total, if they leave any."""
    amounts = [None if payment.amount is None else round2(payment.amount) for payment in payments]
    missing = amounts.count(None)
    if not missing:
        return [amount for amount in amounts if amount is not None]
    rest = total - sum((amount for amount in amounts if amount is not None), ZERO)
    shares = iter(split(rest if rest * total > 0 else ZERO, missing))
    return [next(shares) if amount is None else amount for amount in amounts]
