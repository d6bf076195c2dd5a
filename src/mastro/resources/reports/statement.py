"""The statement (*estratto conto*) of a customer or supplier: documents, payments, balance, what is open."""

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import and_

from mastro.api.call import MAX_ID, Call
from mastro.api.errors import invalid
from mastro.api.operation import Parameter
from mastro.model.base import Body
from mastro.resources.derived.dues import installments
from mastro.resources.entities.clients import clients
from mastro.resources.entities.suppliers import suppliers
from mastro.resources.reports.common import (
    FROM,
    PURCHASES,
    SALES,
    TO,
    Listing,
    Words,
    answer,
    period_of,
    report,
    require_all,
    span,
    whole,
)
from mastro.resources.reports.payments import Due, dues, section_of
from mastro.tables import Cell, Column, Section, written

ZERO = Decimal("0.00")

CLIENT_ID = Parameter("client_id", {"type": "integer"}, "The customer; or supplier_id")
SUPPLIER_ID = Parameter("supplier_id", {"type": "integer"}, "The supplier; or client_id")


class StatementRow(Body):
    """A document that charges, or a payment."""

    date: dt.date
    what: str
    """document or payment."""
    kind: str
    document_id: int
    type: str
    number: str
    charged: Decimal
    paid: Decimal
    balance: Decimal
    """What is still owed after it: by the customer, or to the supplier."""


class Statement(Body):
    """What was charged and paid between the company and another party."""

    entity_id: int
    name: str
    vat_number: str
    tax_code: str
    date_from: dt.date
    date_to: dt.date
    opening_balance: Decimal
    rows: list[StatementRow]
    charged: Decimal
    paid: Decimal
    closing_balance: Decimal
    open_items: list[Due]
    """Installments of documents up to the last day that are not paid, whenever they are due."""
    overdue: Decimal
    average_days_to_pay: Decimal | None
    """From the date of the document to the payment, weighted by amount, over the payments of the period."""
    average_days_late: Decimal | None
    """After the due date, likewise; below zero for one who pays early."""
    documents: Listing


def entity_of(call: Call) -> tuple[str, int]:
    """Direction of the money and id of the party that is asked for. Raises Invalid, Forbidden."""
    named = [name for name in ("client_id", "supplier_id") if call.query.get(name)]
    if len(named) != 1:
        raise invalid("client_id", "Either the client id or the supplier id field is required.")
    if named == ["client_id"]:
        require_all(call, ("entity.clients", *SALES))
    else:
        require_all(call, ("entity.suppliers", *PURCHASES))
    return "in" if named == ["client_id"] else "out", whole(call, named[0], None, 0, MAX_ID)


def get_statement(call: Call) -> Any:
    """The statement of a customer (`client_id`) or of a supplier (`supplier_id`)."""
    direction, id = entity_of(call)
    known = (clients if direction == "in" else suppliers).get(call.session, call.company_id, id)
    if known is None:
        name = "client_id" if direction == "in" else "supplier_id"
        raise invalid(name, f"The selected {name.replace('_', ' ')} is invalid.")
    first, last = period_of(call)
    theirs = and_(
        installments.c.direction == direction,
        installments.c.entity_id == id,
        installments.c.date <= last.isoformat(),
    )
    found = [due for due in dues(call, direction, theirs) if due.state != "reversed"]
    opening, rows = _movements(found, first, last)
    in_period = [due for due in found if due.paid_date and first <= due.paid_date <= last]
    # what was paid after the last day was open on it
    unpaid = [due for due in found if due.paid_date is None or due.paid_date > last]
    charged, paid = sum((row.charged for row in rows), ZERO), sum((row.paid for row in rows), ZERO)
    data = Statement(
        entity_id=id,
        name=known.name,
        vat_number=known.vat_number,
        tax_code=known.tax_code,
        date_from=first,
        date_to=last,
        opening_balance=opening,
        rows=rows,
        charged=charged,
        paid=paid,
        closing_balance=opening + charged - paid,
        open_items=unpaid,
        overdue=sum((due.amount for due in unpaid if due.state == "overdue"), ZERO),
        average_days_to_pay=_average([(due.amount, _days(due, due.document_date)) for due in in_period]),
        average_days_late=_average([(due.amount, _days(due, due.due_date)) for due in in_period]),
        documents=Listing(
            path=f"/c/{call.company_id}/{'issued' if direction == 'in' else 'received'}_documents",
            type="invoice,credit_note,receipt" if direction == "in" else "expense,passive_credit_note",
            q=f"entity.id = {id} and date >= '{first}' and date <= '{last}'",
        ),
    )
    return answer(call, f"statement_{id}_{first}_{last}", data, lambda words: _table(words, data))


def _days(due: Due, since: dt.date) -> int:
    return ((due.paid_date or since) - since).days


def _average(weighted: list[tuple[Decimal, int]]) -> Decimal | None:
    """Days weighted by amount, to one decimal; what was given back does not count."""
    taken = [(amount, days) for amount, days in weighted if amount > 0]
    whole = sum((amount for amount, _ in taken), ZERO)
    return (sum((amount * days for amount, days in taken), ZERO) / whole).quantize(Decimal("0.1")) if whole else None


def _movements(found: list[Due], first: dt.date, last: dt.date) -> tuple[Decimal, list[StatementRow]]:
    """The balance before the period, and what moved it in the period, documents before payments of a day."""
    charges: dict[tuple[dt.date, int, str, int], list[Due]] = {}
    moved: list[tuple[dt.date, int, Due, Decimal]] = []
    for due in found:
        charges.setdefault((due.document_date, 0, due.kind, due.document_id), []).append(due)
        if due.paid_date is not None and due.paid_date <= last:
            moved.append((due.paid_date, 1, due, due.amount))
    for (date, *_), parts in charges.items():
        moved.append((date, 0, parts[0], sum((part.amount for part in parts), ZERO)))
    moved.sort(key=lambda each: (each[0], each[1], each[2].document_id, each[2].installment_id))
    balance, opening, rows = ZERO, ZERO, []
    for date, payment, due, amount in moved:
        balance += -amount if payment else amount
        if date < first:
            opening = balance
            continue
        rows.append(
            StatementRow(
                date=date,
                what="payment" if payment else "document",
                kind=due.kind,
                document_id=due.document_id,
                type=due.type,
                number=due.number,
                charged=ZERO if payment else amount,
                paid=amount if payment else ZERO,
                balance=balance,
            )
        )
    return opening, rows


TYPES = {
    "invoice": ("Fattura", "Invoice"),
    "receipt": ("Ricevuta", "Receipt"),
    "credit_note": ("Nota di credito", "Credit note"),
    "expense": ("Fattura d'acquisto", "Purchase invoice"),
    "passive_credit_note": ("Nota di credito", "Credit note"),
}


def _table(words: Words, data: Statement) -> tuple[str, list[str], list[Section]]:
    columns = [
        Column(words("Data", "Date"), "date"),
        Column(words("Descrizione", "Description")),
        Column(words("Dovuto", "Charged"), "money"),
        Column(words("Pagato", "Paid"), "money"),
        Column(words("Saldo", "Balance"), "money"),
    ]
    rows: list[list[Cell]] = [
        [data.date_from, words("Saldo iniziale", "Opening balance"), None, None, data.opening_balance]
    ]
    for row in data.rows:
        noun = words(*TYPES.get(row.type, (row.type, row.type)))
        paid = words("Pagamento ", "Payment of ") if row.what == "payment" else ""
        text = f"{paid}{noun.lower() if paid else noun} {row.number}"
        amounts = (row.charged or None, row.paid or None, row.balance)
        rows.append([row.date, text.strip(), *amounts])
    totals: list[Cell] = [data.date_to, words("Saldo", "Balance"), data.charged, data.paid, data.closing_balance]
    facts = [data.name, data.vat_number or data.tax_code, span(words, data.date_from, data.date_to)]
    if data.average_days_to_pay is not None:
        days = written(data.average_days_to_pay, "number", words("it", "en"))
        facts.append(words(f"Tempo medio di pagamento: {days} giorni", f"Average time to pay: {days} days"))
    sections = [
        Section(columns=columns, rows=rows, totals=totals),
        section_of(words, data.open_items, words("Partite aperte", "Open items")),
    ]
    return words("Estratto conto", "Statement"), [fact for fact in facts if fact], sections


OPERATIONS = (
    report("getStatement", "statement", get_statement, "Get Statement", Statement, CLIENT_ID, SUPPLIER_ID, FROM, TO),
)
