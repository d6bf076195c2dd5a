"""Cashbook entries in an indexed table, and which entries follow from a document: one per installment that was paid."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, Index, Integer, Table, bindparam, delete, insert

from mastro import numeration
from mastro.database.collection import encoder
from mastro.database.columns import SCALE, JsonBody, PlainText, scaled
from mastro.database.connection import Prepared, Session
from mastro.database.schema import metadata
from mastro.model.cashbook import CashbookEntry, EntryDocument, EntryKind
from mastro.model.issued_document import Currency, DocumentType, IssuedDocument, Payment
from mastro.model.received_document import ReceivedDocument
from mastro.model.settings import PaymentAccount
from mastro.money import ZERO
from mastro.resources.derived.euro import in_euro
from mastro.totals.payments import PAYMENT_FREE_TYPES

cashbook_entries = Table(
    "cashbook_entries",
    metadata,
    Column("company_id", Integer, primary_key=True, autoincrement=False),
    Column("kind", PlainText, primary_key=True, comment="what it was born from; cashbook for one that somebody wrote"),
    Column("source_id", BigInteger, primary_key=True, autoincrement=False, comment="id of that"),
    Column("line", BigInteger, primary_key=True, autoincrement=False, comment="id of the installment, else 0"),
    Column("date", PlainText, nullable=False),
    Column("amount_in", BigInteger, nullable=False, comment="cents"),
    Column("amount_out", BigInteger, nullable=False, comment="cents"),
    Column("account_in", BigInteger, nullable=True),
    Column("account_out", BigInteger, nullable=True),
    Column("body", JsonBody, nullable=False),
    Index(None, "company_id", "date", "kind", "source_id", "line"),
)
"""Every entry of the cashbook, whatever it was born from. All of it can be made anew from the documents."""

_of_source = (
    cashbook_entries.c.company_id == bindparam("company_id"),
    cashbook_entries.c.kind == bindparam("kind"),
    cashbook_entries.c.source_id == bindparam("source_id"),
)
_INSERT = Prepared(insert(cashbook_entries))
_DELETE = Prepared(delete(cashbook_entries).where(*_of_source))
_CLEAR = Prepared(delete(cashbook_entries).where(cashbook_entries.c.company_id == bindparam("company_id")))

PATHS: dict[EntryKind, str] = {
    "issued_document": "issued_documents",
    "received_document": "received_documents",
    "tax": "taxes",
    "receipt": "receipts",
}
"""What an entry is born from → where the API has it."""

NOUNS: dict[DocumentType, str] = {
    "invoice": "Fattura",
    "quote": "Preventivo",
    "proforma": "Proforma",
    "receipt": "Ricevuta",
    "delivery_note": "DDT",
    "credit_note": "Nota di credito",
    "order": "Ordine",
    "work_report": "Rapporto di intervento",
    "supplier_order": "Ordine fornitore",
    "self_own_invoice": "Autofattura",
    "self_supplier_invoice": "Autofattura",
}

_MONEY_OUT = frozenset({"credit_note", "self_own_invoice", "self_supplier_invoice"})
"""Issued documents whose installments the company pays."""


class Entry(NamedTuple):
    """An entry and its place among those of the same document."""

    line: int
    body: CashbookEntry


def write(
    session: Session, company_id: int, kind: EntryKind, source_id: int, new: Sequence[Entry], old: Sequence[Entry]
) -> None:
    """Put the entries of a document in place of those that it had."""
    if list(new) == list(old):
        return
    if old:
        session.run(_DELETE, company_id=company_id, kind=kind, source_id=source_id)
    for line, body in new:
        placed = _placed(company_id, kind, source_id, line, body)
        row: dict[str, Any] = {
            "company_id": company_id,
            "kind": kind,
            "source_id": source_id,
            "line": line,
            "date": placed.date.isoformat() if placed.date else "",
            "amount_in": scaled(placed.amount_in or ZERO, SCALE),
            "amount_out": scaled(placed.amount_out or ZERO, SCALE),
            "account_in": placed.payment_account_in.id if placed.payment_account_in else None,
            "account_out": placed.payment_account_out.id if placed.payment_account_out else None,
            "body": encoder.encode(placed),
        }
        session.run(_INSERT, **row)


def clear(session: Session, company_id: int) -> None:
    """Forget every entry of a company, to make them anew."""
    session.run(_CLEAR, company_id=company_id)


def entry_id(kind: EntryKind, source_id: int, line: int) -> str:
    """Id of an entry on the wire: a number for one that somebody wrote, else what it was born from."""
    return str(source_id) if kind == "cashbook" else f"{kind}-{source_id}-{line}"


def _placed(company_id: int, kind: EntryKind, source_id: int, line: int, entry: CashbookEntry) -> CashbookEntry:
    """The entry with its id and, where it was born from a document, the way there."""
    entry.id, entry.kind = entry_id(kind, source_id, line), kind
    if entry.document is not None:
        entry.document.id = source_id
        entry.document.path = f"/c/{company_id}/{PATHS[kind]}/{source_id}"
    return entry


# what follows from a document


def one_way(
    amount: Decimal, account: PaymentAccount | None, *, date: dt.date, description: str, type: str, entity_name: str
) -> CashbookEntry:
    """An entry of money that comes in, or goes out where `amount` is below zero; `type` is that of the document."""
    entry = CashbookEntry(
        date=date, description=description, entity_name=entity_name, document=EntryDocument(type=type)
    )
    if amount > 0:
        entry.type, entry.amount_in, entry.payment_account_in = "in", amount, account
        entry.amount_out = Decimal(0)
    else:
        entry.type, entry.amount_out, entry.payment_account_out = "out", -amount, account
        entry.amount_in = Decimal(0)
    return entry


def of_issued(document: IssuedDocument) -> list[Entry]:
    """Entries of an issued document: money in, or out for a credit note."""
    type = document.type
    if type is None or type in PAYMENT_FREE_TYPES or not document.payments_list:
        return []
    number = numeration.printed_number(document.number or 0, document.numeration)
    return _of_installments(
        document.payments_list,
        sign=_sign(document.amount_gross, out=type in _MONEY_OUT, backwards=type == "credit_note"),
        currency=document.currency,
        otherwise=document.date,
        description=f"{NOUNS[type]} n. {number}/{document.year}",
        type=type,
        entity_name=document.entity.name if document.entity else "",
    )


def of_received(document: ReceivedDocument) -> list[Entry]:
    """Entries of a received document: money out, or in for a credit note."""
    if document.type == "passive_delivery_note" or not document.payments_list:
        return []
    credit = document.type == "passive_credit_note"
    noun = "Nota di credito" if credit else "Fattura" if document.e_invoice else "Spesa"
    numbered = f"{noun} n. {document.invoice_number}" if document.invoice_number else document.description or noun
    return _of_installments(
        document.payments_list,
        sign=_sign(document.amount_gross, out=not credit, backwards=credit),
        currency=document.currency,
        otherwise=document.date,
        description=numbered,
        type=document.type,
        entity_name=document.entity.name if document.entity else "",
    )


def _sign(amount_gross: Decimal | None, *, out: bool, backwards: bool) -> int:
    """1 where a positive installment is money in, -1 where it is money out.

    The vendor does not say which sign a credit note has, and clients write both: one of less than zero says the same
    as one of more (`backwards`).
    """
    sign = -1 if out else 1
    return -sign if backwards and (amount_gross or 0) < 0 else sign


def _of_installments(
    payments: Sequence[Payment],
    *,
    sign: int,
    currency: Currency | None,
    otherwise: dt.date | None,
    description: str,
    type: str,
    entity_name: str,
) -> list[Entry]:
    entries = []
    for payment in payments:
        amount = sign * in_euro(payment.amount or ZERO, currency)
        date = payment.paid_date or otherwise
        if payment.status != "paid" or not amount or date is None:
            continue
        entry = one_way(
            amount,
            payment.payment_account,
            date=date,
            description=description,
            type=type,
            entity_name=entity_name,
        )
        entries.append(Entry(payment.id or 0, entry))
    return entries
