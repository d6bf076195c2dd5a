"""What an electronic invoice says, as what is received has it: the supplier's own rows and cents."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from mastro.model.issued_document import IssuedDocument, Item, Payment
from mastro.model.received_document import ReceivedItem, ReceivedType
from mastro.money import EXACT, HUNDRED, trim
from mastro.totals import ReceivedTotals
from mastro.totals.payments import fix_payments


def received_type(said: IssuedDocument) -> ReceivedType:
    """The type of what comes in; a self-invoice comes to whoever made it out."""
    match said.type:
        case "credit_note":
            return "passive_credit_note"
        case "self_own_invoice" | "self_supplier_invoice":
            return "self_invoice"
        case _:
            return "expense"


def fitting_payments(
    payments: Sequence[Payment] | None, calculated: ReceivedTotals, date: dt.date | None
) -> list[Payment] | None:
    """The installments as the supplier says them, made to cover what is due: its due dates count whatever it adds up.

    None where it says none, or nothing is due.
    """
    if not payments or not calculated.amount_due or date is None:
        return None
    return fix_payments(payments, calculated.amount_due, date=date, terms_days=0, terms_type="standard")


def received_rows(said: IssuedDocument) -> list[ReceivedItem]:
    """The rows, each with the price after its discount: a row of a received document has no key for one."""
    return [
        ReceivedItem(code=row.code, name=row.name, measure=row.measure, net_price=_price(row), qty=row.qty, vat=row.vat)
        for row in said.items_list or ()
    ]


def _price(row: Item) -> Decimal | None:
    if row.net_price is None or not row.discount:
        return row.net_price
    return trim(round(EXACT.multiply(row.net_price, (HUNDRED - row.discount) / HUNDRED), 8))
