"""The calendar of payments (*scadenzario*): what falls due in a period, and whether it was paid."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from mastro.api.call import Call
from mastro.api.operation import Parameter
from mastro.database.collection import Collection
from mastro.model.base import Body
from mastro.resources.derived.dues import installments
from mastro.resources.issued_documents.table import documents
from mastro.resources.received_documents.table import received_documents
from mastro.resources.reports.common import (
    FROM,
    PURCHASES,
    SALES,
    TO,
    OfDocument,
    Shown,
    Words,
    answer,
    choice,
    day_of,
    euro,
    of_document,
    period_of,
    report,
    require_all,
    shown,
    span,
)
from mastro.resources.taxes import taxes
from mastro.tables import Column, Section

SOURCES: dict[str, dict[str, Collection[Any]]] = {
    "in": {"issued_document": documents},
    "out": {"received_document": received_documents, "tax": taxes},
}
"""Direction of the money → what installments are born from."""

STATUSES = ("not_paid", "paid", "reversed")

STATES = {
    "open": ("Da saldare", "Open"),
    "overdue": ("Scaduto", "Overdue"),
    "paid": ("Saldato", "Paid"),
    "reversed": ("Stornato", "Reversed"),
}

UNPAID = ("open", "overdue", "unpaid")
"""States that may be asked for without a period."""

ASKED = ("all", "unpaid", *STATES)

_dues = installments.c


class Due(OfDocument):
    """An installment; below zero where a credit note gives back."""

    installment_id: int
    party_id: int | None
    document_date: dt.date
    due_date: dt.date
    paid_date: dt.date | None
    state: str
    """open, overdue, paid or reversed."""
    days_late: int
    """Days by which it was paid, or still is, after its due date."""
    amount: Decimal


class DueTotals(Body):
    """Sums over the installments that are shown."""

    open: Decimal
    """Not paid, and not due yet."""
    overdue: Decimal
    paid: Decimal
    total: Decimal
    """All of these: what was reversed is no part of it."""


class PaymentsReport(Body):
    """What falls due in a period."""

    direction: str
    date_from: dt.date
    date_to: dt.date
    rows: list[Due]
    totals: DueTotals


def get_payments(call: Call) -> Any:
    """The installments that fall due in a period, by day; money in by default, `direction=out` for money out.

    Of what is not paid yet the period may be left out, on either side: it is all that is open, however old.
    """
    direction = choice(call, "direction", ("in", "out"), "in")
    require_all(call, SALES if direction == "in" else PURCHASES)
    state = choice(call, "state", ASKED, "all")
    kind = choice(call, "kind", ("", *SOURCES[direction]))
    if state in UNPAID:
        first, last = day_of(call, "from"), day_of(call, "to")
    else:
        first, last = period_of(call)
    rows = dues(call, direction, _wanted(call.now.date(), direction, state, first, last), kind)
    data = PaymentsReport(
        direction=direction,
        date_from=first or min((row.due_date for row in rows), default=call.now.date()),
        date_to=last or max((row.due_date for row in rows), default=call.now.date()),
        rows=rows,
        totals=totals_of(rows),
    )
    name = f"payments_{direction}_{data.date_from}_{data.date_to}"
    return answer(call, name, data, lambda words: _table(words, data))


def _wanted(
    today: dt.date, direction: str, state: str, first: dt.date | None, last: dt.date | None
) -> ColumnElement[bool]:
    """Installments of a direction in a state that fall due in a period."""
    conditions = [_dues.direction == direction]
    if state in UNPAID:
        conditions.append(_dues.status == "not_paid")
    else:
        conditions.append(_dues.status.in_(STATUSES) if state == "all" else _dues.status == state)
    if state == "open":
        conditions.append(_dues.due_on >= today.isoformat())
    elif state == "overdue":
        conditions.append(_dues.due_on < today.isoformat())
    if first is not None:
        conditions.append(_dues.due_on >= first.isoformat())
    if last is not None:
        conditions.append(_dues.due_on <= last.isoformat())
    return and_(*conditions)


def dues(call: Call, direction: str, condition: ColumnElement[bool], only: str = "") -> list[Due]:
    """The installments under a condition with the documents that they are of, by due date; `only` those of a kind.

    F24 forms are among them only where the caller may read taxes.
    """
    today = call.now.date()
    found = []
    for kind, collection in SOURCES[direction].items():
        if (kind == "tax" and not call.may("taxes", "r")) or only not in {"", kind}:
            continue
        source = collection.table
        statement = (
            select(
                _dues.line,
                _dues.status,
                _dues.due_on,
                _dues.paid_on,
                _dues.type,
                _dues.date,
                _dues.amount,
                source.c.body,
            )
            .join(source, and_(source.c.company_id == _dues.company_id, source.c.id == _dues.source_id))
            .where(_dues.company_id == call.company_id, _dues.kind == kind, condition)
        )
        found += [_due(kind, row, today) for row in call.session.rows(statement)]
    return sorted(found, key=lambda due: (due.due_date, due.kind, due.document_id, due.installment_id))


def _due(kind: str, row: Sequence[Any], today: dt.date) -> Due:
    line, status, due_on, paid_on, type, date, amount, body = row
    document: Shown = shown.decode(body)
    due, paid = dt.date.fromisoformat(due_on), dt.date.fromisoformat(paid_on) if paid_on else None
    late = ((paid or today) - due).days if status != "reversed" else 0
    return Due(
        **of_document(kind, document) | {"type": type},
        installment_id=line,
        party_id=document.party.id,
        document_date=dt.date.fromisoformat(date),
        due_date=due,
        paid_date=paid,
        state=status if status != "not_paid" else "overdue" if due < today else "open",
        days_late=max(late, 0),
        amount=euro(amount),
    )


def totals_of(rows: Iterable[Due]) -> DueTotals:
    """Sums by state."""
    sums = dict.fromkeys(STATES, Decimal("0.00"))
    for row in rows:
        sums[row.state] += row.amount
    whole = sums["open"] + sums["overdue"] + sums["paid"]
    return DueTotals(open=sums["open"], overdue=sums["overdue"], paid=sums["paid"], total=whole)


def section_of(words: Words, rows: Sequence[Due], heading: str = "") -> Section:
    """Installments as a table."""
    counted = [row.amount for row in rows if row.state != "reversed"]
    return Section(
        heading=heading,
        columns=[
            Column(words("Scadenza", "Due"), "date"),
            Column(words("Numero", "Number")),
            Column(words("Intestatario", "Party")),
            Column(words("Data doc.", "Document date"), "date"),
            Column(words("Stato", "State")),
            Column(words("Saldato il", "Paid on"), "date"),
            Column(words("Giorni di ritardo", "Days late"), "integer"),
            Column(words("Importo", "Amount"), "money"),
        ],
        rows=[
            [
                row.due_date,
                row.number,
                row.party,
                row.document_date,
                words(*STATES[row.state]),
                row.paid_date,
                row.days_late,
                row.amount,
            ]
            for row in rows
        ],
        totals=[None, "", words("Totale", "Total"), None, "", None, None, sum(counted, Decimal("0.00"))],
    )


def _table(words: Words, data: PaymentsReport) -> tuple[str, list[str], list[Section]]:
    money_in = data.direction == "in"
    title = words("Scadenzario incassi", "Money to come in") if money_in else words("Scadenzario pagamenti", "To pay")
    sums = data.totals
    totals = Section(
        heading=words("Totali", "Totals"),
        columns=[Column(words("Stato", "State")), Column(words("Importo", "Amount"), "money")],
        rows=[[words(*STATES[name]), getattr(sums, name)] for name in ("open", "overdue", "paid")],
        totals=[words("Totale", "Total"), sums.total],
    )
    return title, [span(words, data.date_from, data.date_to)], [section_of(words, data.rows), totals]


OPERATIONS = (
    report(
        "getPaymentsReport",
        "payments",
        get_payments,
        "Get Payments Report",
        PaymentsReport,
        Parameter("direction", {"type": "string", "enum": ["in", "out"], "default": "in"}, "Way of the money"),
        Parameter("state", {"type": "string", "enum": list(ASKED), "default": "all"}, "Only these"),
        Parameter("kind", {"type": "string", "enum": [k for d in SOURCES.values() for k in d]}, "Only of these"),
        FROM,
        TO,
    ),
)
