"""Stamp duty (*imposta di bollo*): whether an invoice owes it, seen from its VAT summary."""

from collections.abc import Iterable
from decimal import Decimal

from mastro.money import EXACT, ZERO
from mastro.totals.shapes import VatBucket

STAMP_DUTY = Decimal("2.00")
"""Euro per document (DPR 642/1972, tariff, art. 13)."""

THRESHOLD = Decimal("77.47")
"""Euro without VAT up to which none is owed (DPR 642/1972, tariff, art. 13, note 2)."""

LIABLE = frozenset({"N1", "N2", "N2.1", "N2.2", "N3.5", "N3.6", "N4"})
"""Naturas that are liable. Exports and the like (N3.1 … N3.4) and reverse charge (N6) are not, because duty and VAT
exclude each other (DPR 642/1972, table B, art. 6); the margin scheme (N5) is debated and left out."""


def stamp_duty_owed(summary: Iterable[VatBucket]) -> Decimal:
    """2.00 where the rows that bear no VAT sum to more than 77.47 euro, else 0.00.

    Ask before the row that charges the duty to the customer is added: it is no part of the sum.
    """
    base = ZERO
    for bucket in summary:
        if bucket.ei_type in LIABLE:
            base = EXACT.add(base, bucket.taxable)
    return STAMP_DUTY if base > THRESHOLD else ZERO
