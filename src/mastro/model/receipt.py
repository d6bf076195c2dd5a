"""A receipt (*corrispettivo*): what was taken at the counter, by till or by hand."""

import datetime as dt
from decimal import Decimal
from typing import ClassVar, Literal

from mastro.model.base import Body, Id, Integer, Timestamp
from mastro.model.settings import PaymentAccount, VatType

ReceiptType = Literal["till_receipt", "sales_receipt"]


class ReceiptItem(Body):
    """A row: an amount at a rate, without quantity."""

    id: Id | None = None
    amount_net: Decimal | None = None
    amount_vat: Decimal | None = None
    """Written by the server: gross less net."""
    amount_gross: Decimal | None = None
    category: str = ""
    vat: VatType | None = None


class Receipt(Body):
    """A receipt, whole. Amounts in euro."""

    READ_ONLY: ClassVar[frozenset[str]] = frozenset({"id", "created_at", "updated_at"})
    REQUIRED: ClassVar[tuple[str, ...]] = ("date", "type", "payment_account")

    id: Id | None = None
    date: dt.date | None = None
    number: Integer | None = None
    numeration: str = ""
    amount_net: Decimal | None = None
    amount_vat: Decimal | None = None
    amount_gross: Decimal | None = None
    use_gross_prices: bool | None = None
    """Which of the two amounts of a row counts; the other one is worked out from it."""
    type: ReceiptType | None = None
    description: str = ""
    rc_center: str = ""
    """Revenue centre."""
    payment_account: PaymentAccount | None = None
    items_list: list[ReceiptItem] | None = None
    created_at: Timestamp = ""
    updated_at: Timestamp = ""
