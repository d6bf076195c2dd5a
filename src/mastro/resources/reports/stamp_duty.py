"""The stamp duty of electronic invoices by quarter (*bollo virtuale*, DM 17 June 2014, art. 6)."""

import calendar
import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from mastro.api.call import Call
from mastro.italy import f24
from mastro.model.base import Body
from mastro.resources.issued_documents.table import documents
from mastro.resources.reports.common import (
    SALES,
    YEAR,
    Listing,
    Words,
    answer,
    euro,
    period_filter,
    report,
    require_all,
    year_of,
)
from mastro.tables import Column, Section

TYPES = ("invoice", "credit_note", "self_own_invoice", "self_supplier_invoice")

NOT_ISSUED = ("attempt", "missing", "not_sent", "error", "discarded")
"""States of an invoice that the SdI does not have, or has thrown away."""

SMALL = Decimal(5000)
"""Up to this the duty of the first quarter, and of both first ones together, may be paid with the next (DL 73/2022)."""


class StampDutyQuarter(Body):
    """What a quarter's electronic invoices owe."""

    quarter: int
    count: int
    """Electronic invoices with stamp duty that the SdI took."""
    amount: Decimal
    not_sent: int
    """Electronic invoices with stamp duty that the SdI has not, or discarded: they owe nothing yet."""
    not_sent_amount: Decimal
    code: str
    """Tribute of the F24."""
    description: str
    pay_by: dt.date
    """With the delay that small amounts have."""
    documents: Listing
    """Those that the SdI took."""
    not_sent_documents: Listing


class StampDuty(Body):
    """The quarters of a year."""

    year: int
    quarters: list[StampDutyQuarter]
    amount: Decimal


def get_stamp_duty(call: Call) -> Any:
    """The stamp duty of a year's electronic invoices by quarter, with the tribute that pays it."""
    require_all(call, (*SALES, "issued_documents.self_invoices"))
    year = year_of(call)
    found = {quarter: [0, 0, 0, 0] for quarter in range(1, 5)}
    table = documents.table
    month = func.substr(table.c.date, 6, 2)
    statement = select(month, table.c.ei_status, func.count(), func.sum(table.c.stamp_duty)).where(
        table.c.company_id == call.company_id,
        table.c.type.in_(TYPES),
        table.c.date >= f"{year}-01-01",
        table.c.date <= f"{year}-12-31",
        table.c.stamp_duty > 0,
        table.c.ei_status.is_not(None),
    )
    for text, status, count, cents in call.session.rows(statement.group_by(month, table.c.ei_status)):
        sums = found[(int(text) + 2) // 3]
        place = 2 if status in NOT_ISSUED else 0
        sums[place] += count
        sums[place + 1] += int(cents)
    amounts = [euro(found[quarter][1]) for quarter in found]
    quarters = [_quarter(call, year, quarter, found[quarter], amounts) for quarter in found]
    data = StampDuty(year=year, quarters=quarters, amount=sum(amounts, Decimal("0.00")))
    return answer(call, f"stamp_duty_{year}", data, lambda words: _table(words, data))


def _quarter(call: Call, year: int, quarter: int, sums: list[int], amounts: list[Decimal]) -> StampDutyQuarter:
    tribute = f24.e_invoice_stamp_duty(quarter)
    last = dt.date(year, 3 * quarter, calendar.monthrange(year, 3 * quarter)[1])
    days = period_filter(dt.date(year, 3 * quarter - 2, 1), last)
    taken = " and ".join(f"ei_status <> '{status}'" for status in NOT_ISSUED)
    waiting = " or ".join(f"ei_status = '{status}'" for status in NOT_ISSUED)
    return StampDutyQuarter(
        quarter=quarter,
        count=sums[0],
        amount=euro(sums[1]),
        not_sent=sums[2],
        not_sent_amount=euro(sums[3]),
        code=tribute.code,
        description=tribute.description,
        pay_by=pay_by(year, quarter, amounts),
        documents=_listing(call, f"stamp_duty > 0 and ei_status is not null and {taken} and {days}"),
        not_sent_documents=_listing(call, f"stamp_duty > 0 and ({waiting}) and {days}"),
    )


def _listing(call: Call, q: str) -> Listing:
    return Listing(path=f"/c/{call.company_id}/issued_documents", type=",".join(TYPES), q=q)


def pay_by(year: int, quarter: int, amounts: list[Decimal]) -> dt.date:
    """Last day to pay a quarter's duty: 31 May, 30 September, 30 November, the end of February."""
    days = (
        dt.date(year, 5, 31),
        dt.date(year, 9, 30),
        dt.date(year, 11, 30),
        dt.date(year + 1, 2, calendar.monthrange(year + 1, 2)[1]),
    )
    if quarter <= 2 and amounts[0] + amounts[1] <= SMALL:
        return days[2]
    if quarter == 1 and amounts[0] <= SMALL:
        return days[1]
    return days[quarter - 1]


def _table(words: Words, data: StampDuty) -> tuple[str, list[str], list[Section]]:
    section = Section(
        columns=[
            Column(words("Trimestre", "Quarter")),
            Column(words("Fatture", "Invoices"), "integer"),
            Column(words("Importo", "Amount"), "money"),
            Column(words("Non inviate", "Not sent"), "integer"),
            Column(words("Codice tributo", "Tribute")),
            Column(words("Scadenza", "Pay by"), "date"),
        ],
        rows=[
            [words(f"{q.quarter}° trimestre", f"Quarter {q.quarter}"), q.count, q.amount, q.not_sent, q.code, q.pay_by]
            for q in data.quarters
        ],
        totals=[
            words("Totale", "Total"),
            sum(q.count for q in data.quarters),
            data.amount,
            sum(q.not_sent for q in data.quarters),
            "",
            None,
        ],
    )
    title = words("Imposta di bollo sulle fatture elettroniche", "Stamp duty of electronic invoices")
    return title, [str(data.year)], [section]


OPERATIONS = (report("getStampDuty", "stamp_duty", get_stamp_duty, "Get Stamp Duty", StampDuty, YEAR),)
