"""Rows of a document: what one is worth, the price it lacks, and the VAT bucket it belongs to."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

from mastro.model.issued_document import Item
from mastro.model.settings import VatType
from mastro.money import EXACT, HUNDRED, HUNDREDTH, ZERO, round2, trim

PRICE_STEP = Decimal("0.00001")
"""Prices that are worked out have five decimals, as the vendor stores them (75 gross at 10 % → 68.18182 net)."""

NO_VAT = VatType()
OUTSIDE_VAT = "N1"
"""Natura of a row marked as not taxable whose VAT type says no other: excluded, art. 15 DPR 633/1972."""


@dataclass(slots=True)
class Bucket:
    """Rows that share a line of the VAT summary, while the pipeline fills it."""

    rate: Decimal
    ei_type: str
    vat: VatType
    not_taxable: bool
    rows: Decimal = ZERO
    """Sum of the row totals: gross where the document's prices are."""
    subject: Decimal = ZERO
    """Of those, the rows that rivalsa, cassa and withholdings apply to."""
    has_subject: bool = False
    net: Decimal = ZERO
    added: Decimal = ZERO
    """Rivalsa and cassa."""
    tax: Decimal = ZERO


def rate_of(item: Item) -> Decimal:
    """VAT rate of a row in percent; a row without one has 0."""
    return (item.vat.value if item.vat is not None else None) or ZERO


def net_price_of(gross: Decimal, rate: Decimal) -> Decimal:
    """Unit price without VAT, to five decimals. A rate of -100 % leaves nothing to take out: the price itself."""
    divisor = EXACT.add(HUNDRED, rate)
    if not divisor:
        return gross
    quotient = EXACT.divide(EXACT.multiply(gross, HUNDRED), divisor)
    return trim(quotient.quantize(PRICE_STEP, ROUND_HALF_UP, EXACT))


def gross_price_of(net: Decimal, rate: Decimal) -> Decimal:
    """Unit price with VAT, to five decimals."""
    exact = EXACT.multiply(EXACT.multiply(net, EXACT.add(HUNDRED, rate)), HUNDREDTH)
    return trim(exact.quantize(PRICE_STEP, ROUND_HALF_UP, EXACT))


def without_vat(gross: Decimal, rate: Decimal) -> Decimal:
    """Net of a gross amount, to the cent. A rate of -100 % leaves nothing to take out: the amount itself."""
    divisor = EXACT.add(HUNDRED, rate)
    return round2(EXACT.divide(EXACT.multiply(gross, HUNDRED), divisor)) if divisor else gross


def unit_price(item: Item, *, gross: bool) -> Decimal:
    """The price asked for, worked out from the other one where only that is given, 0 where neither is."""
    price, other = (item.gross_price, item.net_price) if gross else (item.net_price, item.gross_price)
    if price is not None:
        return price
    if other is None:
        return ZERO
    if item.not_taxable:
        return other
    return gross_price_of(other, rate_of(item)) if gross else net_price_of(other, rate_of(item))


def row_total(item: Item, use_gross_prices: bool) -> Decimal:  # noqa: FBT001 - reads as the document's own field
    """Worth of a row: quantity * unit price * (1 - discount), to the cent; gross where the prices are.

    A missing quantity is 1, a missing price 0. A discount above 100 % makes the row negative.
    """
    with localcontext(EXACT):
        return total_of(item, gross=use_gross_prices)


def total_of(item: Item, *, gross: bool) -> Decimal:
    """`row_total` for callers that already calculate in the exact context."""
    price = item.gross_price if gross else item.net_price
    if price is None:
        price = unit_price(item, gross=gross)
    worth = price if item.qty is None else item.qty * price
    if item.discount:
        worth = worth * (HUNDRED - item.discount) * HUNDREDTH
    return round2(worth)


def sort_into_buckets(items: Iterable[Item], *, gross: bool, bare: bool) -> list[Bucket]:
    """Group the rows by the line of the VAT summary they belong to, in order of appearance.

    Taxed rows share a line when rate and natura agree; rows without VAT only when they have the same VAT type too,
    because the reason is printed. `bare` documents (delivery notes, supplier orders) know no row outside VAT and no
    row subject to contributions.
    """
    buckets: dict[tuple[object, ...], Bucket] = {}
    for item in items:
        vat = item.vat or NO_VAT
        rate, natura = vat.value or ZERO, vat.ei_type
        outside = bool(item.not_taxable) and not bare
        if outside:
            if rate:  # its VAT type describes a rate that this row does not bear
                vat, natura = NO_VAT, ""
            rate, natura = ZERO, natura or OUTSIDE_VAT
        key = (rate, natura) if rate else (natura, vat.description if vat.id is None else vat.id, outside)
        bucket = buckets.get(key)
        if bucket is None:
            bucket = buckets[key] = Bucket(rate, natura, vat, outside)
        worth = total_of(item, gross=gross)
        bucket.rows += worth
        if not (outside or bare or item.apply_withholding_taxes is False):
            bucket.subject += worth
            bucket.has_subject = True
    return list(buckets.values())
