"""Sales by customer, product, month or category, and purchases by supplier, month or category."""

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable
from decimal import Decimal, localcontext
from typing import Any

import msgspec
from sqlalchemy import and_, func, select

from mastro import filters
from mastro.api.call import Call
from mastro.api.operation import Parameter
from mastro.database.connection import first_column
from mastro.model.base import Body
from mastro.model.issued_document import Currency, Item
from mastro.money import EXACT, ZERO
from mastro.resources.derived.euro import in_euro
from mastro.resources.issued_documents.table import documents
from mastro.resources.receipts import receipts
from mastro.resources.received_documents.table import received_documents
from mastro.resources.reports.common import (
    FROM,
    PURCHASES,
    SALES,
    TO,
    Listing,
    Words,
    answer,
    choice,
    euro,
    period_filter,
    period_of,
    report,
    require_all,
    span,
)
from mastro.resources.reports.turnover import BOUGHT, SOLD, Group, Sum, by_category, by_month, by_party, of_period
from mastro.tables import Column, Section
from mastro.totals.rows import rate_of, row_total, without_vat

SALES_BY = {
    "customer": ("Cliente", "Customer"),
    "product": ("Prodotto", "Product"),
    "month": ("Mese", "Month"),
    "category": ("Categoria", "Category"),
}
PURCHASES_BY = {
    "supplier": ("Fornitore", "Supplier"),
    "month": ("Mese", "Month"),
    "category": ("Categoria", "Category"),
}

BATCH = 500
"""Documents that are read at a time, where rows are summed."""


class TurnoverRow(Body):
    """What one customer, product, month or category comes to, without what credit notes took back."""

    id: int | None
    """Of the customer, supplier or product; null where it is known by name alone."""
    name: str
    """Of a month, such as 2026-03."""
    count: int
    """Documents; of a product or a category of products its rows."""
    quantity: Decimal | None
    """Of a product."""
    net: Decimal
    vat: Decimal | None
    """null where rows are summed: VAT is a matter of the whole document."""
    gross: Decimal | None
    share: Decimal
    """Percent of the whole net."""
    documents: Listing | None
    """null where no filter of the list tells them."""


class Turnover(Body):
    """Sales or purchases over a period."""

    by: str
    date_from: dt.date
    date_to: dt.date
    rows: list[TurnoverRow]
    count: int
    net: Decimal
    vat: Decimal | None
    gross: Decimal | None


class Sold(msgspec.Struct):
    """What a row-by-row report reads off an issued document: the rest is skipped."""

    type: str = ""
    amount_gross: Decimal | None = None
    use_gross_prices: bool | None = None
    currency: Currency | None = None
    items_list: list[Item] | None = None


_sold = msgspec.json.Decoder(Sold)


def get_sales_report(call: Call) -> Any:
    """Sales of a period by customer, product, month or category; receipts count by month only."""
    by = choice(call, "by", tuple(SALES_BY), "customer")
    require_all(call, SALES)
    first, last = period_of(call)
    if by == "customer":
        rows = turnover_of_parties(call, SOLD, first, last)
    elif by == "month":
        rows = _months(call, SOLD, first, last)
    else:
        rows = _of_rows(call, by, first, last)
    data = _turnover(by, first, last, rows)
    title = ("Vendite per ", "Sales by ")
    return answer(call, f"sales_by_{by}_{first}_{last}", data, lambda words: _table(words, title, SALES_BY[by], data))


def get_purchases_report(call: Call) -> Any:
    """Purchases of a period by supplier, month or category."""
    by = choice(call, "by", tuple(PURCHASES_BY), "supplier")
    require_all(call, PURCHASES)
    first, last = period_of(call)
    if by == "supplier":
        rows = turnover_of_parties(call, BOUGHT, first, last)
    elif by == "month":
        rows = _months(call, BOUGHT, first, last)
    else:
        rows = [_of_category(call, group, first, last) for group in by_category(call, first, last)]
    data = _turnover(by, first, last, rows)
    title, noun = ("Acquisti per ", "Purchases by "), PURCHASES_BY[by]
    return answer(call, f"purchases_by_{by}_{first}_{last}", data, lambda words: _table(words, title, noun, data))


def turnover_of_parties(
    call: Call, types: tuple[str, ...], first: dt.date, last: dt.date, *, limit: int | None = None
) -> list[TurnoverRow]:
    """Sums by customer or supplier, the largest first; shares are filled in by who has the whole."""
    collection = documents if types is SOLD else received_documents
    groups = by_party(call, collection, types, first, last, limit=limit)
    return [_of_party(call, group, types, first, last) for group in groups]


def _listing(call: Call, types: tuple[str, ...], q: str) -> Listing:
    side = "issued" if types is SOLD else "received"
    return Listing(path=f"/c/{call.company_id}/{side}_documents", type=",".join(types), q=q)


def _of_party(call: Call, group: Group, types: tuple[str, ...], first: dt.date, last: dt.date) -> TurnoverRow:
    id, name = group.key
    told = f"entity.id = {id}"
    if id is None:
        told = "entity.id is null and " + filters.format(filters.Comparison("entity.name", "=", name))
    return _row(
        id, group.newest.party.name, group.sum, _listing(call, types, f"{told} and {period_filter(first, last)}")
    )


def _of_category(call: Call, group: Group, first: dt.date, last: dt.date) -> TurnoverRow:
    told = filters.format(filters.Comparison("category", "=", group.key)) if group.key else "category is null"
    listing = _listing(call, BOUGHT, f"{told} and {period_filter(first, last)}")
    return _row(None, group.newest.category, group.sum, listing)


def _months(call: Call, types: tuple[str, ...], first: dt.date, last: dt.date) -> list[TurnoverRow]:
    """Every month of the period, also one without documents."""
    found = by_month(call, documents if types is SOLD else received_documents, types, first, last)
    if types is SOLD and call.may("receipts", "r"):
        for month, sum in receipts_by_month(call, first, last).items():
            found[month] = found.get(month, Sum())
            found[month] += sum
    rows = []
    day = first
    while True:
        end = min(day.replace(day=monthrange(day.year, day.month)[1]), last)
        sum = found.get(f"{day:%Y-%m}", Sum())
        rows.append(_row(None, f"{day:%Y-%m}", sum, _listing(call, types, period_filter(day, end))))
        if end == last:  # asked before a day is added: the last of the calendar has no next one
            return rows
        day = end + dt.timedelta(days=1)


def receipts_by_month(call: Call, first: dt.date, last: dt.date) -> dict[str, Sum]:
    """What was taken at the counter, by month."""
    table = receipts.table
    month = func.substr(table.c.date, 1, 7)
    statement = (
        select(month, func.count(), func.sum(table.c.amount_net), func.sum(table.c.amount_gross))
        .where(
            table.c.company_id == call.company_id,
            and_(table.c.date >= first.isoformat(), table.c.date <= last.isoformat()),
        )
        .group_by(month)
    )
    return {
        name: Sum(count=count, net=euro(net), vat=euro(gross - net), gross=euro(gross))
        for name, count, net, gross in call.session.rows(statement)
    }


def _row(id: int | None, name: str, sum: Sum, listing: Listing | None) -> TurnoverRow:
    return TurnoverRow(
        id=id,
        name=name,
        count=sum.count,
        quantity=None,
        net=sum.net,
        vat=sum.vat,
        gross=sum.gross,
        share=ZERO,
        documents=listing,
    )


def _of_rows(call: Call, by: str, first: dt.date, last: dt.date) -> list[TurnoverRow]:
    """Sums over the rows of the period's documents, by product or by category; the largest first."""
    found: dict[object, TurnoverRow] = {}
    for document in _documents(call, first, last):
        back = document.type == "credit_note" and (document.amount_gross or ZERO) >= 0
        gross = bool(document.use_gross_prices)
        for item in document.items_list or ():
            with localcontext(EXACT):
                worth = row_total(item, gross)
                net = without_vat(worth, ZERO if item.not_taxable else rate_of(item)) if gross else worth
                quantity = Decimal(1) if item.qty is None else item.qty
            net = in_euro(-net if back else net, document.currency)
            name = item.category if by == "category" else item.name or item.code
            key: object = name if by == "category" or item.product_id is None else item.product_id
            row = found.get(key)
            if row is None:
                id = item.product_id if by == "product" else None
                row = found[key] = _row(id, name, Sum(), None)
                row.quantity, row.vat, row.gross = (Decimal(0) if by == "product" else None), None, None
            row.count += 1
            row.net += net
            row.name = name or row.name
            if row.quantity is not None:
                row.quantity = EXACT.add(row.quantity, -quantity if back else quantity)
    return sorted(found.values(), key=lambda row: (-row.net, row.name))


def _documents(call: Call, first: dt.date, last: dt.date) -> Iterable[Sold]:
    """The sales of a period, a few at a time."""
    table = documents.table
    ids = first_column(call.session.rows(select(table.c.id).where(of_period(call, documents, SOLD, first, last))))
    ids.sort()
    for start in range(0, len(ids), BATCH):
        some = table.c.id.in_(ids[start : start + BATCH])
        for (body,) in call.session.rows(select(table.c.body).where(table.c.company_id == call.company_id, some)):
            yield _sold.decode(body)


def share_of(part: Decimal, whole: Decimal) -> Decimal:
    """Percent to one decimal; 0 of nothing."""
    return EXACT.divide(part * 100, whole).quantize(Decimal("0.1"), context=EXACT) if whole else ZERO


def _turnover(by: str, first: dt.date, last: dt.date, rows: list[TurnoverRow]) -> Turnover:
    net = sum((row.net for row in rows), Decimal("0.00"))
    for row in rows:
        row.share = share_of(row.net, net)
    has_vat = all(row.vat is not None for row in rows)
    return Turnover(
        by=by,
        date_from=first,
        date_to=last,
        rows=rows,
        count=sum(row.count for row in rows),
        net=net,
        vat=sum((row.vat or ZERO for row in rows), Decimal("0.00")) if has_vat else None,
        gross=sum((row.gross or ZERO for row in rows), Decimal("0.00")) if has_vat else None,
    )


def _table(
    words: Words, title: tuple[str, str], noun: tuple[str, str], data: Turnover
) -> tuple[str, list[str], list[Section]]:
    products = data.by == "product"
    columns = [
        Column(words(*noun)),
        Column(words("Righe", "Rows") if data.vat is None else words("Documenti", "Documents"), "integer"),
        *([Column(words("Quantità", "Quantity"), "number")] if products else []),
        Column(words("Netto", "Net"), "money"),
        *([] if data.vat is None else [Column(words("IVA", "VAT"), "money"), Column(words("Lordo", "Gross"), "money")]),
        Column("%", "percent"),
    ]

    def cells(row: TurnoverRow | Turnover, name: str, share: Decimal | None, quantity: Decimal | None) -> list[Any]:
        amounts = [] if data.vat is None else [row.vat, row.gross]
        return [name, row.count, *([quantity] if products else []), row.net, *amounts, share]

    nameless = words("(senza nome)", "(without a name)")
    section = Section(
        columns=columns,
        rows=[cells(row, row.name or nameless, row.share, row.quantity) for row in data.rows],
        totals=cells(data, words("Totale", "Total"), None, None),
    )
    return words(*title) + words(*noun).lower(), [span(words, data.date_from, data.date_to)], [section]


OPERATIONS = (
    report(
        "getSalesReport",
        "sales",
        get_sales_report,
        "Get Sales Report",
        Turnover,
        Parameter("by", {"type": "string", "enum": list(SALES_BY), "default": "customer"}, "What sums are by"),
        FROM,
        TO,
    ),
    report(
        "getPurchasesReport",
        "purchases",
        get_purchases_report,
        "Get Purchases Report",
        Turnover,
        Parameter("by", {"type": "string", "enum": list(PURCHASES_BY), "default": "supplier"}, "What sums are by"),
        FROM,
        TO,
    ),
)
