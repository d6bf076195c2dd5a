"""What the totals engine answers: plain values, named as on the wire."""

from decimal import Decimal
from typing import Literal

import msgspec

FeeKind = Literal["rivalsa", "cassa", "cassa2"]

NOT_APPLICABLE = Decimal(0)
"""Stands in a `Totals` for an amount that the document does not have.

It counts as zero in any sum, and the encoder leaves its key out: `omit_defaults` compares by identity, so a computed
zero (a rivalsa on nothing) is another object and is written.
"""


class VatAmounts(msgspec.Struct, frozen=True, kw_only=True):
    """Taxable amount and VAT of one rate, in the document's currency."""

    amount_net: Decimal
    amount_vat: Decimal


class Totals(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer of the vendor's totals operation; keys that do not apply are left out when encoded.

    Amounts in the document's currency, to the cent.
    """

    amount_net: Decimal
    """Sum of all rows, also those that are not taxable."""
    amount_rivalsa: Decimal = NOT_APPLICABLE
    amount_net_with_rivalsa: Decimal = NOT_APPLICABLE
    amount_global_cassa_taxable: Decimal = NOT_APPLICABLE
    """What both pension funds start from, before their own share of it."""
    amount_cassa: Decimal = NOT_APPLICABLE
    amount_cassa2: Decimal = NOT_APPLICABLE
    taxable_amount: Decimal
    """What VAT is computed on: taxable rows, rivalsa, cassa and cassa 2."""
    not_taxable_amount: Decimal = NOT_APPLICABLE
    vat_list: dict[str, VatAmounts]
    """By rate in percent as text (`"22"`), in the order in which the rows bring the rates."""
    amount_vat: Decimal
    taxable_amount_withholding_tax: Decimal = NOT_APPLICABLE
    amount_withholding_tax: Decimal = NOT_APPLICABLE
    taxable_amount_other_withholding_tax: Decimal = NOT_APPLICABLE
    amount_other_withholding_tax: Decimal = NOT_APPLICABLE
    amount_enasarco_taxable: Decimal = NOT_APPLICABLE
    is_enasarco_maximal_exceeded: bool | None = None
    amount_gross: Decimal
    """Net of both withholdings, as the vendor has it: not the total that the electronic invoice declares."""
    stamp_duty: Decimal = NOT_APPLICABLE
    amount_due: Decimal
    amount_due_discount: Decimal
    payments_sum: Decimal


class VatBucket(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a VAT summary (*riepilogo*): a rate and, where no VAT is due, the reason."""

    rate: Decimal
    """Percent."""
    ei_type: str = ""
    """*Natura*, N1 … N7; empty for a taxed rate."""
    vat_id: int | None = None
    """Of the VAT type of the first row that fell in here."""
    description: str = ""
    ei_description: str = ""
    notes: str = ""
    taxable: Decimal
    """With the rivalsa and cassa that fall in here."""
    vat: Decimal
    not_taxable: bool = False
    """Rows outside VAT: they are in no `vat_list`, but the electronic invoice lists them under their natura."""


class Contribution(msgspec.Struct, frozen=True, kw_only=True):
    """A rivalsa or pension fund as charged: what a *DatiCassaPrevidenziale* block declares."""

    kind: FeeKind
    percent: Decimal
    taxable: Decimal
    amount: Decimal
    vat_rate: Decimal
    """Rate of the VAT summary line that it falls in."""
    ei_type: str = ""
    """Natura of that line."""


class ReceivedTotals(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of the vendor's totals operation for a received document."""

    amount_net: Decimal
    amount_vat: Decimal
    amount_gross: Decimal
    amount_withholding_tax: Decimal
    amount_other_withholding_tax: Decimal
    amount_due: Decimal
    payments_sum: Decimal


class ReceiptTotals(msgspec.Struct, frozen=True, kw_only=True):
    """Totals of a receipt (*corrispettivo*) and its rows with both amounts known."""

    amount_net: Decimal
    amount_vat: Decimal
    amount_gross: Decimal
    rows: list[tuple[Decimal, Decimal]]
    """Net and gross of each row, in order; they add up to the totals."""
