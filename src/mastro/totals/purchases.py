"""Totals of received documents and of receipts, over plain numbers."""

from collections.abc import Iterable, Sequence
from decimal import Decimal, localcontext

from mastro.money import EXACT, HUNDRED, HUNDREDTH, ONE, ZERO, percentage, round2, share_out
from mastro.totals.rows import without_vat
from mastro.totals.shapes import ReceiptTotals, ReceivedTotals


def received_totals(
    *,
    amount_net: Decimal | None,
    amount_vat: Decimal | None,
    amount_withholding_tax: Decimal | None = None,
    amount_other_withholding_tax: Decimal | None = None,
    payments: Iterable[Decimal | None] = (),
) -> ReceivedTotals:
    """Totals of a purchase: gross = net + VAT, due = gross - both withholdings. What is not set counts as zero.

    Unlike an issued document's, `amount_gross` is the supplier's own total, before the withholdings.
    """
    with localcontext(EXACT):
        net, vat = round2(amount_net or ZERO), round2(amount_vat or ZERO)
        withheld = round2(amount_withholding_tax or ZERO)
        other = round2(amount_other_withholding_tax or ZERO)
        return ReceivedTotals(
            amount_net=net,
            amount_vat=vat,
            amount_gross=net + vat,
            amount_withholding_tax=withheld,
            amount_other_withholding_tax=other,
            amount_due=net + vat - withheld - other,
            payments_sum=sum((round2(amount or ZERO) for amount in payments), ZERO),
        )


def received_amounts(rows: Iterable[tuple[Decimal | None, Decimal | None, Decimal | None]]) -> tuple[Decimal, Decimal]:
    """Net and VAT of a detailed purchase from its rows (quantity, net unit price, rate in percent).

    Rows to the cent, VAT once per rate. A missing quantity is 1, a missing price or rate 0.
    """
    bases: dict[Decimal, Decimal] = {}
    with localcontext(EXACT):
        for qty, price, rate in rows:
            key = rate or ZERO
            worth = (ONE if qty is None else qty) * (price or ZERO)
            bases[key] = bases.get(key, ZERO) + round2(worth)
        vat = sum((percentage(base, rate) for rate, base in bases.items()), ZERO)
        return sum(bases.values(), ZERO), vat


def receipt_totals(
    rows: Sequence[tuple[Decimal | None, Decimal | None, Decimal | None]], *, use_gross_prices: bool
) -> ReceiptTotals:
    """Totals of a receipt from its rows (net, gross, rate in percent), and the rows with both amounts.

    The amount that counts is the gross one with gross prices, else the net one; where it is missing it is worked out
    from the other. VAT once per rate; the cents of a rate are shared among its rows so that these add up.
    """
    with localcontext(EXACT):
        leading = [leading_amount(net, gross, rate or ZERO, gross_leads=use_gross_prices) for net, gross, rate in rows]
        done: list[tuple[Decimal, Decimal]] = [(ZERO, ZERO)] * len(rows)
        by_rate: dict[Decimal, list[int]] = {}
        for i, (_, _, rate) in enumerate(rows):
            by_rate.setdefault(rate or ZERO, []).append(i)
        for rate, places in by_rate.items():
            whole = HUNDRED + rate
            if use_gross_prices:
                exact = [leading[i] * HUNDRED / (whole or HUNDRED) for i in places]
                total = without_vat(sum((leading[i] for i in places), ZERO), rate)
            else:
                exact = [leading[i] * whole * HUNDREDTH for i in places]
                total = round2(sum(exact, ZERO))
            for i, other in zip(places, share_out(total, exact), strict=True):
                done[i] = (other, leading[i]) if use_gross_prices else (leading[i], other)
        net = sum((row[0] for row in done), ZERO)
        gross = sum((row[1] for row in done), ZERO)
    return ReceiptTotals(amount_net=net, amount_vat=gross - net, amount_gross=gross, rows=done)


def leading_amount(net: Decimal | None, gross: Decimal | None, rate: Decimal, *, gross_leads: bool) -> Decimal:
    """The amount of a receipt's row that counts, to the cent."""
    amount, other = (gross, net) if gross_leads else (net, gross)
    if amount is not None:
        return round2(amount)
    if other is None:
        return ZERO
    return round2(other * (HUNDRED + rate) * HUNDREDTH) if gross_leads else without_vat(round2(other), rate)
