"""The periodic settlement of VAT: what is owed for a month or a quarter, with the lines of its communication (LIPE)."""

import calendar
import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, func, select

from mastro.api.call import Call
from mastro.api.operation import Parameter
from mastro.italy import f24
from mastro.lipe import LINES
from mastro.model.base import Body
from mastro.model.company import CompanySettings, VatYear
from mastro.model.vat import VatFigures
from mastro.resources.company import load_settings
from mastro.resources.derived.vat import vat_entries
from mastro.resources.reports.common import (
    PURCHASES,
    SALES,
    YEAR,
    Words,
    answer,
    euro,
    report,
    require_all,
    span,
    whole,
    year_of,
)
from mastro.tables import Cell, Column, Section, written
from mastro.totals.settlement import Rhythm, Settlement, Sums, months_of, settle

FAMILIES = (*SALES, *PURCHASES, "receipts")

OUTSIDE = ("N1", "N2", "N2.2")
"""Naturas that are no part of the turnover of VAT (VP2, VP3)."""

ANNUAL_BALANCE = "6099"
"""Tribute of the annual return, with which a last quarter by choice is paid."""

_entries = vat_entries.c


class Tribute(Body):
    """How the tax is paid: the line of the F24."""

    code: str
    description: str
    year: int
    amount: Decimal
    pay_by: dt.date


class VatSettlement(VatFigures):
    """A period of a year, settled."""

    year: int
    rhythm: str
    """monthly or quarterly, as the company's settings say."""
    period: int
    date_from: dt.date
    date_to: dt.date
    carried_on: Decimal
    """Debt that is small enough to be paid with the next period's."""
    f24: Tribute | None
    """What is to be paid; null where nothing is."""


def get_vat_settlement(call: Call) -> Any:
    """The settlement of a period; without `period` the one that the current day, or the end of the year, falls in."""
    require_all(call, FAMILIES)
    year = year_of(call)
    settings = load_settings(call.session, call.company_id)
    rhythm = settings.vat.period
    last = 12 if rhythm == "monthly" else 4
    period = whole(call, "period", current_period(call.now.date(), year, rhythm), 1, last)
    data = settlement_of(call, settings, year, period)
    return answer(call, f"vat_settlement_{year}_{period}", data, lambda words: _table(words, data))


def current_period(today: dt.date, year: int, rhythm: Rhythm) -> int:
    """The period that today falls in; of another year the last."""
    if today.year != year:
        return 12 if rhythm == "monthly" else 4
    return today.month if rhythm == "monthly" else (today.month + 2) // 3


def settlement_of(call: Call, settings: CompanySettings, year: int, period: int) -> VatSettlement:
    """A period of a year."""
    return settlements_of(call, settings, year, period)[-1]


def settlements_of(call: Call, settings: CompanySettings, year: int, period: int) -> list[VatSettlement]:
    """The periods of a year up to one: each takes over what the one before left."""
    rhythm = settings.vat.period
    begun = settings.vat.years.get(str(year), VatYear())
    settled = settle(
        year,
        rhythm,
        _sums(call, year, rhythm, period),
        credit=begun.credit_brought_forward,
        advance=begun.advance,
        interest=settings.vat.interest,
    )
    return [_told(year, rhythm, each) for each in settled]


def _told(year: int, rhythm: Rhythm, settled: Settlement) -> VatSettlement:
    first, last = months_of(rhythm, settled.period)
    return VatSettlement(
        year=year,
        rhythm=rhythm,
        period=settled.period,
        date_from=dt.date(year, first, 1),
        date_to=dt.date(year, last, calendar.monthrange(year, last)[1]),
        **{name: getattr(settled, name) for name in VatFigures.__struct_fields__},
        carried_on=settled.vp14_debit - settled.to_pay,
        f24=_tribute(year, rhythm, settled),
    )


def _tribute(year: int, rhythm: Rhythm, settled: Settlement) -> Tribute | None:
    if not settled.to_pay:
        return None
    if rhythm == "monthly":
        tribute = f24.monthly_vat(settled.period)
    elif settled.period == 4:
        tribute = f24.all_tributes()[ANNUAL_BALANCE]
    else:
        tribute = f24.quarterly_vat(settled.period)
    return Tribute(
        code=tribute.code,
        description=tribute.description,
        year=year,
        amount=settled.to_pay,
        pay_by=settled.pay_by,
    )


def _sums(call: Call, year: int, rhythm: Rhythm, period: int) -> list[Sums]:
    """What the registers sum to for each period of a year up to one."""
    _, last = months_of(rhythm, period)
    end = dt.date(year, last, calendar.monthrange(year, last)[1]).isoformat()
    begin = f"{year}-01-01"
    size = 1 if rhythm == "monthly" else 3
    found = [{"sales": 0, "purchases": 0, "owed": 0, "deducted": 0} for _ in range(period)]
    month = func.substr(_entries.due_on, 6, 2)
    due = select(month, _entries.register, func.sum(_entries.counted)).where(
        _entries.company_id == call.company_id, _entries.due_on >= begin, _entries.due_on <= end
    )
    for text, register, counted in call.session.rows(due.group_by(month, _entries.register)):
        found[(int(text) - 1) // size]["deducted" if register == "purchases" else "owed"] += int(counted)
    month = func.substr(_entries.date, 6, 2)
    for register in ("sales", "receipts", "purchases"):
        turnover = select(month, func.sum(_entries.taxable)).where(
            _entries.company_id == call.company_id,
            _entries.register == register,
            and_(_entries.date >= begin, _entries.date <= end),
            _entries.natura.not_in(OUTSIDE),
            _entries.treatment.not_in(("reverse",) if register != "purchases" else ("to_integrate",)),
        )
        for text, taxable in call.session.rows(turnover.group_by(month)):
            found[(int(text) - 1) // size]["purchases" if register == "purchases" else "sales"] += int(taxable)
    return [Sums(**{name: euro(cents) for name, cents in sums.items()}) for sums in found]


# as a file


def _table(words: Words, data: VatSettlement) -> tuple[str, list[str], list[Section]]:
    sections = [
        Section(
            columns=[Column(words("Rigo", "Line")), Column(words("Voce", "Item")), Column("€", "money")],
            rows=[[line.code, words(line.italian, line.english), getattr(data, line.key)] for line in LINES],
        )
    ]
    if data.f24:
        columns = [
            Column(words("Codice tributo", "Tribute")),
            Column(words("Descrizione", "Description")),
            Column(words("Anno", "Year"), "integer"),
            Column(words("Scadenza", "Pay by"), "date"),
            Column(words("Importo", "Amount"), "money"),
        ]
        row: list[Cell] = [data.f24.code, data.f24.description, data.f24.year, data.f24.pay_by, data.f24.amount]
        sections.append(Section(heading="F24", columns=columns, rows=[row]))
    facts = [span(words, data.date_from, data.date_to)]
    if data.carried_on:
        amount = written(data.carried_on, "money", words("it", "en"))
        facts.append(words(f"Debito di {amount} € riportato al periodo successivo", f"Debt of {amount} € carried on"))
    return words("Liquidazione periodica IVA", "Periodic VAT settlement"), facts, sections


_PERIOD = Parameter("period", {"type": "integer"}, "Month 1-12, or quarter 1-4, by the company's VAT settings")

OPERATIONS = (
    report(
        "getVatSettlement", "vat_settlement", get_vat_settlement, "Get Vat Settlement", VatSettlement, YEAR, _PERIOD
    ),
)
