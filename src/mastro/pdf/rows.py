"""The table of rows: which columns a document needs, and what stands in each cell."""

from decimal import Decimal

from mastro.model.issued_document import IssuedDocument, Item
from mastro.money import EXACT, HUNDRED, HUNDREDTH, ZERO
from mastro.pdf.labels import NO_BREAK, Labels
from mastro.pdf.sheet import Column, Kind, Row
from mastro.pdf.text import NARROW, breakable, one_line
from mastro.totals import row_total
from mastro.totals.pipeline import BARE_TYPES
from mastro.totals.rows import unit_price

WIDEST = {"code": (14, 26), "quantity": (14, 28), "discount": (8, 16), "vat": (8, 16)}
"""Letters above which a column gets a fixed width, and that width in millimetres: longer texts break into lines there,
so that the description keeps its room."""
LONGEST_NATURA = 4
LONG_QUANTITY = WIDEST["quantity"][0]

PRICE_DECIMALS = 5


def printed_items(document: IssuedDocument, kind: Kind) -> list[Item]:
    """Rows of the document; of an attached delivery note those that are not kept out of it (`in_dn`)."""
    items = document.items_list or []
    if kind == "delivery_note" and document.type != "delivery_note":
        return [item for item in items if item.in_dn is not False]
    return items


def table(document: IssuedDocument, kind: Kind, labels: Labels) -> tuple[list[Column], list[Row]]:
    """Columns that at least one row uses, and the rows. A delivery note has no prices."""
    goods_only = kind == "delivery_note" or document.type == "delivery_note"
    rows = [write_row(item, document, labels, goods_only=goods_only) for item in printed_items(document, kind)]
    return columns(rows, labels, gross=bool(document.use_gross_prices)), rows


def columns(rows: list[Row], labels: Labels, *, gross: bool) -> list[Column]:
    """Columns in the order in which they stand."""
    every = [
        Column("code", labels.code_column, width=width(rows, "code")),
        Column("name", labels.description),
        Column("quantity", labels.quantity, numeric=True, width=width(rows, "quantity")),
        Column("price", labels.gross_price if gross else labels.price, numeric=True),
        Column("discount", labels.discount, numeric=True, width=width(rows, "discount")),
        Column("vat", labels.vat, numeric=True, width=width(rows, "vat")),
        Column("total", labels.gross_total if gross else labels.total, numeric=True),
    ]
    return [column for column in every if column.key == "name" or any(row.cells.get(column.key) for row in rows)]


def width(rows: list[Row], key: str) -> float:
    """Width of a column whose texts are too long to have their way, else 0."""
    letters, millimetres = WIDEST[key]
    return millimetres if any(len(row.cells.get(key, "")) > letters for row in rows) else 0


def write_row(item: Item, document: IssuedDocument, labels: Labels, *, goods_only: bool) -> Row:
    """A row as printed; one without quantity and price is a line of text, and has no amounts."""
    cells = {"code": one_line(item.code, NARROW)}
    priced = bool(item.net_price or item.gross_price)
    if item.qty or (priced and item.qty is not None):
        cells["quantity"] = quantity(item.qty, item.measure, labels)
    if not goods_only and (priced or item.qty):
        cells |= amounts(item, document, labels)
    return Row(name=one_line(item.name), description=breakable(item.description), cells=cells)


def quantity(qty: Decimal, measure: str, labels: Labels) -> str:
    """`2 pz`, `1,5 h`."""
    number, unit = labels.write_number(qty, 0, 8), one_line(measure, NARROW)
    space = NO_BREAK if len(number) + len(unit) < LONG_QUANTITY else " "
    return number + space + unit if unit else number


def amounts(item: Item, document: IssuedDocument, labels: Labels) -> dict[str, str]:
    """Price, discount, VAT and total of a row. A discount that is not to be seen is already in the printed price."""
    gross = bool(document.use_gross_prices)
    price = unit_price(item, gross=gross)
    cells = {"total": labels.write_number(row_total(item, gross)), "vat": vat(item, document, labels)}
    if item.discount:
        if item.discount_highlight or document.type in BARE_TYPES:  # those have no switch
            cells["discount"] = labels.write_percent(item.discount)
        else:
            price = discounted(price, item.discount)
    cells["price"] = labels.write_number(price, 2, PRICE_DECIMALS)
    return cells


def discounted(price: Decimal, discount: Decimal) -> Decimal:
    """Price after a discount in percent."""
    return EXACT.multiply(EXACT.multiply(price, EXACT.subtract(HUNDRED, discount)), HUNDREDTH)


def vat(item: Item, document: IssuedDocument, labels: Labels) -> str:
    """Rate of a row, or the natura that says why it has none."""
    natura = natura_code(item.vat.ei_type if item.vat else "")
    if item.not_taxable and document.type not in BARE_TYPES:
        return natura or labels.excluded
    rate = item.vat.value if item.vat else None
    if rate is None:
        return ""
    return labels.write_percent(rate) if rate != ZERO or not natura else natura


def natura_code(natura: str) -> str:
    """Code of a natura (`N2.2`), cut to what a code can be."""
    return one_line(natura)[:LONGEST_NATURA]
