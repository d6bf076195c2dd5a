"""The totals engine: from the rows of a document to what is due, cent by cent. Pure: values in, values out.

The rules are written out with examples in `docs/algorithms/totals.md`.
"""

from mastro.totals.documents import complete_prices, write_amounts
from mastro.totals.pipeline import (
    BARE_TYPES,
    Calculation,
    calculate,
    compute,
    contributions,
    is_split_payment,
    vat_summary,
)
from mastro.totals.purchases import receipt_totals, received_amounts, received_totals
from mastro.totals.rows import gross_price_of, net_price_of, row_total
from mastro.totals.shapes import Contribution, ReceiptTotals, ReceivedTotals, Totals, VatAmounts, VatBucket
from mastro.totals.stamp import stamp_duty_owed

__all__ = [
    "BARE_TYPES",
    "Calculation",
    "Contribution",
    "ReceiptTotals",
    "ReceivedTotals",
    "Totals",
    "VatAmounts",
    "VatBucket",
    "calculate",
    "complete_prices",
    "compute",
    "contributions",
    "gross_price_of",
    "is_split_payment",
    "net_price_of",
    "receipt_totals",
    "received_amounts",
    "received_totals",
    "row_total",
    "stamp_duty_owed",
    "vat_summary",
    "write_amounts",
]
