"""Installments in an indexed table: what is to be paid or was, when, by whom and to whom. In euro.

The calendar of payments, what is overdue, and the statement of a customer are sums over it. All of it can be made anew
from the documents.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Literal

import msgspec
from sqlalchemy import BigInteger, Column, Index, Integer, Table, bindparam, delete, insert

from mastro.database.columns import SCALE, PlainText, scaled
from mastro.database.connection import Prepared, Session
from mastro.database.schema import metadata
from mastro.model.cashbook import EntryKind
from mastro.model.issued_document import Currency, IssuedDocument, Payment, PaymentStatus
from mastro.model.received_document import ReceivedDocument
from mastro.money import ZERO
from mastro.resources.derived.euro import in_euro

Direction = Literal["in", "out"]

installments = Table(
    "installments",
    metadata,
    Column("company_id", Integer, primary_key=True, autoincrement=False),
    Column("kind", PlainText, primary_key=True, comment="what it was born from"),
    Column("source_id", BigInteger, primary_key=True, autoincrement=False, comment="id of that"),
    Column("line", BigInteger, primary_key=True, autoincrement=False, comment="id of the installment, else 0"),
    Column("direction", PlainText, nullable=False, comment="in, out: of the money, where the amount is above zero"),
    Column("status", PlainText, nullable=False, comment="not_paid, paid, reversed"),
    Column("due_on", PlainText, nullable=False),
    Column("paid_on", PlainText, nullable=False, comment="empty until it is paid"),
    Column("type", PlainText, nullable=False, comment="of the document"),
    Column("date", PlainText, nullable=False, comment="of the document"),
    Column("entity_id", BigInteger, nullable=True),
    Column("amount", BigInteger, nullable=False, comment="cents; below zero where a credit note gives back"),
    Index(None, "company_id", "direction", "status", "due_on"),
    Index(None, "company_id", "direction", "entity_id", "date"),
    Index(None, "company_id", "status", "amount"),
    Index(None, "company_id", "status", "entity_id"),
)

_of_source = (
    installments.c.company_id == bindparam("company_id"),
    installments.c.kind == bindparam("kind"),
    installments.c.source_id == bindparam("source_id"),
)
_INSERT = Prepared(insert(installments))
_DELETE = Prepared(delete(installments).where(*_of_source))
_CLEAR = Prepared(delete(installments).where(installments.c.company_id == bindparam("company_id")))

RECEIVABLE = frozenset({"invoice", "credit_note", "receipt"})
"""Issued documents that ask for money, or give it back. A proforma or an order asks for none yet, and a self-invoice is
the company's with itself."""

PAYABLE = frozenset({"expense", "passive_credit_note"})


class Installment(msgspec.Struct, frozen=True, kw_only=True):
    """One amount to be paid on a day."""

    line: int
    direction: Direction
    status: PaymentStatus
    due_on: str
    paid_on: str
    type: str
    date: str
    entity_id: int | None
    amount: int
    """Cents."""


def write(
    session: Session,
    company_id: int,
    kind: EntryKind,
    source_id: int,
    new: Sequence[Installment],
    old: Sequence[Installment],
) -> None:
    """Put the installments of a document in place of those that it had."""
    if list(new) == list(old):
        return
    place = {"company_id": company_id, "kind": kind, "source_id": source_id}
    if old:
        session.run(_DELETE, **place)
    for each in new:
        session.run(_INSERT, **place, **{name: getattr(each, name) for name in Installment.__struct_fields__})


def clear(session: Session, company_id: int) -> None:
    """Forget every installment of a company, to make them anew."""
    session.run(_CLEAR, company_id=company_id)


def of_issued(document: IssuedDocument) -> list[Installment]:
    """What a customer pays, or gets back for a credit note."""
    if document.type not in RECEIVABLE or document.date is None:
        return []
    backwards = document.type == "credit_note" and (document.amount_gross or ZERO) >= 0
    return _of_payments(
        document.payments_list or (),
        sign=-1 if backwards else 1,
        currency=document.currency,
        direction="in",
        type=document.type or "",
        date=document.date,
        entity_id=document.entity.id if document.entity else None,
    )


def of_received(document: ReceivedDocument) -> list[Installment]:
    """What a supplier gets, or gives back for a credit note."""
    if document.type not in PAYABLE or document.date is None:
        return []
    backwards = document.type == "passive_credit_note" and (document.amount_gross or ZERO) >= 0
    return _of_payments(
        document.payments_list or (),
        sign=-1 if backwards else 1,
        currency=document.currency,
        direction="out",
        type=document.type,
        date=document.date,
        entity_id=document.entity.id if document.entity else None,
    )


def of_form(due: dt.date | None, amount: Decimal | None, status: PaymentStatus) -> list[Installment]:
    """The one payment of an F24; the day it was due is the only one that it knows."""
    if due is None or not amount:
        return []
    day = due.isoformat()
    one = Installment(
        line=0,
        direction="out",
        status=status,
        due_on=day,
        paid_on=day if status == "paid" else "",
        type="tax",
        date=day,
        entity_id=None,
        amount=scaled(amount, SCALE) or 0,
    )
    return [one]


def _of_payments(
    payments: Iterable[Payment],
    *,
    sign: int,
    currency: Currency | None,
    direction: Direction,
    type: str,
    date: dt.date,
    entity_id: int | None,
) -> list[Installment]:
    day = date.isoformat()
    return [
        Installment(
            line=payment.id or 0,
            direction=direction,
            status=payment.status,
            due_on=payment.due_date.isoformat() if payment.due_date else day,
            paid_on=(payment.paid_date or date).isoformat() if payment.status == "paid" else "",
            type=type,
            date=day,
            entity_id=entity_id,
            amount=sign * (scaled(in_euro(payment.amount, currency), SCALE) or 0),
        )
        for payment in payments
        if payment.amount
    ]
