"""Writing the totals into an issued document: its read-only amounts, and the price that each row lacks."""

from decimal import localcontext

from mastro.model.issued_document import IssuedDocument
from mastro.money import EXACT, ZERO
from mastro.totals.rows import gross_price_of, net_price_of, rate_of, unit_price
from mastro.totals.shapes import NOT_APPLICABLE, Totals


def write_amounts(document: IssuedDocument, totals: Totals) -> None:
    """Set the amounts that the server writes, 0 where the document has no such thing, and complete the rows' prices.

    The bases that a client may give (`amount_cassa_taxable`, `amount_enasarco_taxable` …) are left as they are:
    written back, they would bind the next calculation. Calculating again afterwards gives the same totals.
    """
    document.amount_net = totals.amount_net
    document.amount_vat = totals.amount_vat
    document.amount_gross = totals.amount_gross
    document.amount_due_discount = totals.amount_due_discount
    for name in (
        "amount_rivalsa",
        "amount_cassa",
        "amount_cassa2",
        "amount_withholding_tax",
        "amount_other_withholding_tax",
    ):
        amount = getattr(totals, name)
        setattr(document, name, ZERO if amount is NOT_APPLICABLE else amount)
    complete_prices(document)


def complete_prices(document: IssuedDocument) -> None:
    """Fill in each row's other price from the one that counts (`use_gross_prices`), to five decimals.

    Where only the other one is given, that one leads and the one that counts is worked out.
    """
    gross = bool(document.use_gross_prices)
    with localcontext(EXACT):
        for item in document.items_list or ():
            if item.net_price is None and item.gross_price is None:
                continue
            rate = ZERO if item.not_taxable else rate_of(item)
            price = unit_price(item, gross=gross)
            if gross:
                item.gross_price, item.net_price = price, net_price_of(price, rate)
            else:
                item.net_price, item.gross_price = price, gross_price_of(price, rate)
