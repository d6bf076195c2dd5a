"""The overview (*Situazione*): how the company stands, and what is to be done."""

import datetime as dt
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import and_, case, func, select

from mastro.api.call import Call
from mastro.model.base import Body
from mastro.model.company import CompanySettings
from mastro.resources.bank_statements.store import lines as bank_lines
from mastro.resources.company import load_settings
from mastro.resources.derived.cash import cashbook_entries
from mastro.resources.derived.dues import Direction, installments
from mastro.resources.issued_documents.table import documents
from mastro.resources.received_documents.pending import pending
from mastro.resources.received_documents.table import received_documents
from mastro.resources.recurrences.table import RunState, runs
from mastro.resources.reports.common import YEAR, Listing, Words, answer, euro, period_filter, report, year_of
from mastro.resources.reports.sales import TurnoverRow, receipts_by_month, share_of, turnover_of_parties
from mastro.resources.reports.turnover import BOUGHT, SOLD, Sum, by_month
from mastro.resources.reports.vat_settlement import VatSettlement, current_period, settlement_of
from mastro.resources.taxes import taxes
from mastro.tables import Column, Section

ZERO = Decimal("0.00")

SOON = 7
"""Days before its due date that a payment is on the list of what is to be done."""

REJECTED = ("discarded", "rejected", "error")
"""States of an electronic invoice that ask for something to be mended."""

TOP = 5

AGES = ((0, "not_due"), (30, "up_to_30"), (60, "up_to_60"), (90, "up_to_90"))


class Figure(Body):
    """An amount, and the list of what is behind it."""

    amount: Decimal
    count: int | None
    documents: Listing


class Month(Body):
    """A month of the chart."""

    month: int
    issued: Decimal
    collected: Decimal
    costs: Decimal
    paid: Decimal


class Aging(Body):
    """Installments that are open today, by the days since they were due."""

    not_due: Decimal = ZERO
    up_to_30: Decimal = ZERO
    up_to_60: Decimal = ZERO
    up_to_90: Decimal = ZERO
    over_90: Decimal = ZERO
    total: Decimal = ZERO
    documents: Listing | None = None


Task = Literal[
    "e_invoices_rejected",
    "e_invoices_to_send",
    "to_register",
    "bank_lines_open",
    "recurrences_failed",
    "recurrences_due",
    "receivables_overdue",
    "payables_due",
    "taxes_due",
    "vat_to_pay",
]


class ToDo(Body):
    """Something to be done."""

    task: Task
    count: int
    amount: Decimal | None
    first_due: dt.date | None
    documents: Listing


class Overview(Body):
    """How the company stands in a year; what is open and to be done stands as of today."""

    year: int
    issued: Figure
    """Net of invoices and *ricevute* less credit notes, with the receipts of the counter."""
    receipts: Decimal
    """The part of it that was taken at the counter, without VAT."""
    collected: Figure
    """With VAT, as it came in."""
    costs: Figure
    """Net of expenses less credit notes."""
    paid: Figure
    """To suppliers and to the state, as it went out."""
    overdue: Figure
    vat: VatSettlement
    """The VAT of the current period; of another year its last."""
    months: list[Month]
    receivables: Aging
    payables: Aging
    top_customers: list[TurnoverRow]
    to_do: list[ToDo]


def get_overview(call: Call) -> Any:
    """How the company stands: figures and twelve months of a year, what is open by age, and what is to be done."""
    year = year_of(call)
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    issued, costs = (
        by_month(call, documents, SOLD, first, last),
        by_month(call, received_documents, BOUGHT, first, last),
    )
    counter, money = receipts_by_month(call, first, last), _money(call, first, last)
    settings = load_settings(call.session, call.company_id)
    receivables, payables = _aging(call, "in"), _aging(call, "out")
    sold, bought = _listing(call, "issued", SOLD), _listing(call, "received", BOUGHT)
    days = period_filter(first, last)
    overdue = receivables.total - receivables.not_due
    taken = _total(counter).net
    months = [f"{year}-{month:02}" for month in range(1, 13)]
    entries = f"/c/{call.company_id}/cashbook?date_from={first}&date_to={last}"
    data = Overview(
        year=year,
        issued=_figure(_total(issued).net + taken, _total(issued).count, sold(days)),
        receipts=taken,
        collected=_figure(_sum(money, "in"), None, Listing(path=f"{entries}&type=in")),
        costs=_figure(_total(costs).net, _total(costs).count, bought(days)),
        paid=_figure(_sum(money, "out"), None, Listing(path=f"{entries}&type=out")),
        overdue=_figure(overdue, None, sold(f"next_due_date < '{call.now.date()}'")),
        vat=settlement_of(call, settings, year, current_period(call.now.date(), year, settings.vat.period)),
        months=[
            Month(
                month=number,
                issued=issued.get(name, Sum()).net + counter.get(name, Sum()).net,
                collected=money.get((name, "in"), ZERO),
                costs=costs.get(name, Sum()).net,
                paid=money.get((name, "out"), ZERO),
            )
            for number, name in enumerate(months, 1)
        ],
        receivables=receivables,
        payables=payables,
        top_customers=_top(call, first, last, _total(issued).net),
        to_do=_to_do(call, settings),
    )
    return answer(call, f"overview_{year}", data, lambda words: _table(words, data))


def _top(call: Call, first: dt.date, last: dt.date, whole: Decimal) -> list[TurnoverRow]:
    """The customers with the largest net, each with its share of what all of them come to."""
    rows = turnover_of_parties(call, SOLD, first, last, limit=TOP)
    for row in rows:
        row.share = share_of(row.net, whole)
    return rows


def _figure(amount: Decimal, count: int | None, listing: Listing) -> Figure:
    return Figure(amount=amount, count=count, documents=listing)


def _listing(call: Call, side: str, types: tuple[str, ...]) -> Any:
    return lambda q: Listing(path=f"/c/{call.company_id}/{side}_documents", type=",".join(types), q=q)


def _total(sums: dict[str, Sum]) -> Sum:
    whole = Sum()
    for sum in sums.values():
        whole += sum
    return whole


def _sum(money: dict[tuple[str, str], Decimal], way: str) -> Decimal:
    return sum((amount for (_, each), amount in money.items() if each == way), ZERO)


def _money(call: Call, first: dt.date, last: dt.date) -> dict[tuple[str, str], Decimal]:
    """What came in from customers and went out to suppliers and the state, by month and way."""
    columns = cashbook_entries.c
    month = func.substr(columns.date, 1, 7)
    statement = (
        select(month, columns.kind, func.sum(columns.amount_in - columns.amount_out))
        .where(
            columns.company_id == call.company_id,
            columns.date >= first.isoformat(),
            columns.date <= last.isoformat(),
            columns.kind != "cashbook",
        )
        .group_by(month, columns.kind)
    )
    found: dict[tuple[str, str], Decimal] = {}
    for name, kind, cents in call.session.rows(statement):
        came_in = kind in {"issued_document", "receipt"}
        key = (name, "in" if came_in else "out")
        found[key] = found.get(key, ZERO) + euro(cents if came_in else -cents)
    return found


def _aging(call: Call, direction: Direction) -> Aging:
    """Open installments by age; F24 forms are no debts to suppliers."""
    today = call.now.date()
    columns = installments.c
    edges = [(columns.due_on >= (today - dt.timedelta(days=days)).isoformat(), name) for days, name in AGES]
    age = case(*edges, else_="over_90")
    statement = (
        select(age, func.sum(columns.amount))
        .where(
            columns.company_id == call.company_id,
            columns.direction == direction,
            columns.status == "not_paid",
            columns.type != "tax",
        )
        .group_by(age)
    )
    found = {name: euro(cents) for name, cents in call.session.rows(statement)}
    sold = direction == "in"
    listing = _listing(call, "issued" if sold else "received", SOLD if sold else BOUGHT)
    return Aging(**found, total=sum(found.values(), ZERO), documents=listing("next_due_date is not null"))


# what is to be done


def _to_do(call: Call, settings: CompanySettings) -> list[ToDo]:
    """What is to be done, in the order of haste; what there is nothing of is left out."""
    today = call.now.date()
    soon = today + dt.timedelta(days=SOON)
    issued, received = f"/c/{call.company_id}/issued_documents", f"/c/{call.company_id}/received_documents"
    rejected = " or ".join(f"ei_status = '{status}'" for status in REJECTED)
    tasks = [
        _e_invoices(call, "e_invoices_rejected", REJECTED, Listing(path=issued, q=rejected)),
        _e_invoices(call, "e_invoices_to_send", ("not_sent",), Listing(path=issued, q="ei_status = 'not_sent'")),
        ToDo(
            task="to_register",
            count=pending.total(call.session, call.company_id),
            amount=None,
            first_due=None,
            documents=Listing(path=f"{received}/pending"),
        ),
        _recurrences(call, "recurrences_failed", ("failed",)),
        _recurrences(call, "recurrences_due", ("coming", "due")),
        _bank_lines(call),
        _due(
            call,
            "receivables_overdue",
            "in",
            today - dt.timedelta(days=1),
            Listing(path=issued, type="invoice,receipt", q=f"next_due_date < '{today}'"),
        ),
        _due(
            call,
            "payables_due",
            "out",
            soon,
            Listing(path=received, type="expense", q=f"next_due_date <= '{soon}'"),
        ),
        _due(
            call,
            "taxes_due",
            "out",
            soon,
            Listing(path=f"/c/{call.company_id}/taxes", q=f"status = 'not_paid' and due_date <= '{soon}'"),
        ),
    ]
    return [task for task in (*tasks, _vat_to_pay(call, settings)) if task and task.count]


def _vat_to_pay(call: Call, settings: CompanySettings) -> ToDo | None:
    """The VAT of the period that ended last, until there is an F24 for its day; None where nothing is to be paid."""
    today, rhythm = call.now.date(), settings.vat.period
    period, year = current_period(today, today.year, rhythm) - 1, today.year
    if not period:
        period, year = current_period(today, year - 1, rhythm), year - 1
    form = settlement_of(call, settings, year, period).f24
    if form is None:
        return None
    noted = select(taxes.table.c.id).where(
        taxes.table.c.company_id == call.company_id, taxes.table.c.due_date == form.pay_by.isoformat()
    )
    if call.session.row(noted.limit(1)):
        return None
    path = f"/c/{call.company_id}/reports/vat_settlement?year={year}&period={period}"
    return ToDo(task="vat_to_pay", count=1, amount=form.amount, first_due=form.pay_by, documents=Listing(path=path))


def _e_invoices(call: Call, task: Task, states: tuple[str, ...], listing: Listing) -> ToDo:
    table = documents.table
    statement = select(func.count(), func.sum(func.coalesce(table.c.euro_gross, table.c.amount_gross))).where(
        table.c.company_id == call.company_id, table.c.ei_status.in_(states)
    )
    count, cents = call.session.rows(statement)[0]
    return ToDo(task=task, count=count, amount=euro(cents), first_due=None, documents=listing)


def _recurrences(call: Call, task: Task, states: tuple[RunState, ...]) -> ToDo:
    """Dates of recurring documents that want somebody to look."""
    statement = select(func.count(), func.min(runs.table.c.date)).where(
        runs.table.c.company_id == call.company_id, runs.table.c.state.in_(states)
    )
    count, first = call.session.rows(statement)[0]
    listing = Listing(path=f"/c/{call.company_id}/recurrences", q="to_do > 0")
    return ToDo(task=task, count=count, amount=None, first_due=_day(first), documents=listing)


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _bank_lines(call: Call) -> ToDo:
    """Movements of bank statements that are not matched yet."""
    columns = bank_lines.table.c
    open_ = bank_lines.total(call.session, call.company_id, where=columns.state == "open")
    count = open_ if call.may("cashbook", "r") else 0
    listing = Listing(path=f"/c/{call.company_id}/bank_statements")
    return ToDo(task="bank_lines_open", count=count, amount=None, first_due=None, documents=listing)


def _due(call: Call, task: Task, direction: Direction, until: dt.date, listing: Listing) -> ToDo:
    """Installments that are open and due by a day."""
    columns = installments.c
    tax = columns.type == "tax"
    statement = select(func.count(), func.sum(columns.amount), func.min(columns.due_on)).where(
        columns.company_id == call.company_id,
        columns.direction == direction,
        and_(columns.status == "not_paid", columns.due_on <= until.isoformat(), columns.amount > 0),
        tax if task == "taxes_due" else ~tax,
    )
    count, cents, first = call.session.rows(statement)[0]
    return ToDo(task=task, count=count, amount=euro(cents), first_due=_day(first), documents=listing)


# as a file


def _table(words: Words, data: Overview) -> tuple[str, list[str], list[Section]]:
    months = Section(
        columns=[
            Column(words("Mese", "Month")),
            Column(words("Emesso", "Issued"), "money"),
            Column(words("Incassato", "Collected"), "money"),
            Column(words("Costi", "Costs"), "money"),
            Column(words("Pagato", "Paid"), "money"),
        ],
        rows=[[f"{m.month:02}/{data.year}", m.issued, m.collected, m.costs, m.paid] for m in data.months],
        totals=[
            words("Totale", "Total"),
            *(figure.amount for figure in (data.issued, data.collected, data.costs, data.paid)),
        ],
    )
    ages = (
        ("not_due", words("Non scaduto", "Not due")),
        ("up_to_30", words("0-30 giorni", "0-30 days")),
        ("up_to_60", words("31-60 giorni", "31-60 days")),
        ("up_to_90", words("61-90 giorni", "61-90 days")),
        ("over_90", words("Oltre 90 giorni", "Over 90 days")),
    )
    aging = Section(
        heading=words("Partite aperte per anzianità", "Open items by age"),
        columns=[
            Column(""),
            Column(words("Da clienti", "From customers"), "money"),
            Column(words("A fornitori", "To suppliers"), "money"),
        ],
        rows=[[label, getattr(data.receivables, name), getattr(data.payables, name)] for name, label in ages],
        totals=[words("Totale", "Total"), data.receivables.total, data.payables.total],
    )
    customers = Section(
        heading=words("Primi clienti", "Top customers"),
        columns=[Column(words("Cliente", "Customer")), Column(words("Netto", "Net"), "money"), Column("%", "percent")],
        rows=[[row.name, row.net, row.share] for row in data.top_customers],
    )
    return words("Situazione", "Overview"), [str(data.year)], [months, aging, customers]


OPERATIONS = (report("getOverview", "overview", get_overview, "Get Overview", Overview, YEAR, scope="situation"),)
