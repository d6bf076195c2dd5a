"""What an electronic invoice says, as what is received has it: the supplier's own rows and cents."""

from decimal import Decimal

from mastro.model.issued_document import IssuedDocument, Item
from mastro.model.received_document import ReceivedItem, ReceivedType
from mastro.money import EXACT, HUNDRED, trim


def received_type(said: IssuedDocument) -> ReceivedType:
    """The type of what comes in; a self-invoice comes to whoever made it out."""
    match said.type:
        case "credit_note":
            return "passive_credit_note"
        case "self_own_invoice" | "self_supplier_invoice":
            return "self_invoice"
        case _:
            return "expense"


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
