"""Amounts of money: rounding to the cent, shares that add up, and the Italian way of writing them."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, localcontext

EXACT = Context(prec=160, rounding=ROUND_HALF_UP)
"""Wide enough that sums and products of a document are exact (rows, discount, contributions and VAT of amounts of
10^12 with 8 decimals stay under 120 digits), so the only roundings are those that the rules name."""

CENT = Decimal("0.01")
HUNDREDTH = CENT
"""One percent, for `amount * percent * HUNDREDTH`: a product stays exact where a division need not."""

ZERO = Decimal("0.00")
ONE = Decimal(1)
HUNDRED = Decimal(100)


def round2(value: Decimal) -> Decimal:
    """Round to the cent, half away from zero: 1.575 → 1.58 and -1.575 → -1.58, so a reversal mirrors its original.

    Zero is always plain `0.00`, never `-0.00`.
    """
    return value.quantize(CENT, ROUND_HALF_UP, EXACT) or ZERO


def percentage(amount: Decimal, percent: Decimal) -> Decimal:
    """`percent` percent of `amount`, rounded to the cent."""
    return round2(EXACT.multiply(EXACT.multiply(amount, percent), HUNDREDTH))


def trim(value: Decimal) -> Decimal:
    """Equal value without trailing zeros and without an exponent: 22.00 → 22, 1E+1 → 10, -0 → 0."""
    if not value:
        return Decimal(0)
    short = value.normalize(EXACT)
    exponent = short.as_tuple().exponent
    return short.quantize(ONE, context=EXACT) if isinstance(exponent, int) and exponent > 0 else short


def plain(value: Decimal) -> str:
    """Shortest text of a number without exponent: `22`, `5.5`. It is how a rate is written as a key."""
    return f"{trim(value):f}"


def split(amount: Decimal, weights: Sequence[Decimal] | int) -> list[Decimal]:
    """Shares of `amount` in cents, in proportion to the weights (or that many equal ones), that add up to it exactly.

    The odd cents go to the shares that rounding down hurt most, among equals to the first. Weights that sum to zero
    give equal shares. Raises ValueError when there is nobody to share among.
    """
    parts = [ONE] * weights if isinstance(weights, int) else list(weights)
    if not parts:
        raise ValueError("an amount cannot be split among no shares")
    total = round2(amount)
    with localcontext(EXACT):
        whole = sum(parts, ZERO)
        if not whole:
            parts, whole = [ONE] * len(parts), Decimal(len(parts))
        return share_out(total, [total * part / whole for part in parts])


def share_out(total: Decimal, exact: Sequence[Decimal]) -> list[Decimal]:
    """Round each of `exact` down or up to the cent so that they sum to `total`, which is their own rounded sum."""
    with localcontext(EXACT):
        shares = [value.quantize(CENT, ROUND_FLOOR) for value in exact]
        missing = int((total - sum(shares, ZERO)) / CENT)
        hurt = sorted(range(len(shares)), key=lambda i: shares[i] - exact[i])
        for i in hurt[:missing]:
            shares[i] += CENT
        return [share or ZERO for share in shares]


def format_italian(value: Decimal, decimals: int = 2, most: int | None = None) -> str:
    """`1.234,56`: point for thousands, comma for decimals, rounded half away from zero.

    Shows at least `decimals` places and, when `most` is larger, as many more as the value needs (unit prices:
    `format_italian(price, 2, 5)` → `68,18182` but `75,00`).
    """
    places = max(decimals, most or 0)
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, EXACT)
    whole, _, fraction = f"{rounded or abs(rounded):,f}".partition(".")
    fraction = fraction[:decimals] + fraction[decimals:].rstrip("0")
    return whole.replace(",", ".") + ("," + fraction if fraction else "")
