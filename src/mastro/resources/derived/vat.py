"""Entries of the VAT registers in an indexed table: one per document, register and VAT type, in euro.

Registers and the periodic settlement are sums over it, bounded by their days. `vat_rules` says which entries a document
has. All of it can be made anew from the documents.
"""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

import msgspec
from sqlalchemy import BigInteger, Column, Index, Integer, Table, bindparam, delete, insert, select

from mastro.database.columns import SCALE, PlainText, scaled
from mastro.database.connection import Prepared, Row, Session
from mastro.database.schema import metadata
from mastro.model.cashbook import EntryKind

Register = Literal["sales", "purchases", "receipts"]

Treatment = Literal["", "split", "deferred", "reverse", "to_integrate"]
"""Why the tax of an entry is not simply owed or deducted on its day: the customer pays it to the state (split), it is
owed when the money comes (deferred), buyer's and seller's tax in one (reverse), an invoice under reverse charge whose
tax is that of the self-invoice that goes with it (to_integrate)."""

vat_entries = Table(
    "vat_entries",
    metadata,
    Column("company_id", Integer, primary_key=True, autoincrement=False),
    Column("kind", PlainText, primary_key=True, comment="what it was born from"),
    Column("source_id", BigInteger, primary_key=True, autoincrement=False, comment="id of that"),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("register", PlainText, nullable=False, comment="sales, purchases, receipts"),
    Column("date", PlainText, nullable=False, comment="in the register; empty for tax that became due by a payment"),
    Column("due_on", PlainText, nullable=False, comment="when its tax counts; empty for never, or not yet"),
    Column("treatment", PlainText, nullable=False, comment="split, deferred, reverse, to_integrate, or empty"),
    Column("rate", PlainText, nullable=False, comment="percent; empty where the document does not say"),
    Column("natura", PlainText, nullable=False, comment="N1 to N7"),
    Column("taxable", BigInteger, nullable=False, comment="cents"),
    Column("tax", BigInteger, nullable=False, comment="cents"),
    Column("counted", BigInteger, nullable=False, comment="cents of the tax that are owed, or deducted"),
    Index(None, "company_id", "register", "date", "source_id"),
    Index(None, "company_id", "due_on"),
)

_of_source = (
    vat_entries.c.company_id == bindparam("company_id"),
    vat_entries.c.kind == bindparam("kind"),
    vat_entries.c.source_id == bindparam("source_id"),
)
_CONTENT = tuple(vat_entries.c[name] for name in list(vat_entries.c.keys())[4:])
_STORED = Prepared(select(*_CONTENT).where(*_of_source).order_by(vat_entries.c.line))
_INSERT = Prepared(insert(vat_entries))
_DELETE = Prepared(delete(vat_entries).where(*_of_source))
_CLEAR = Prepared(delete(vat_entries).where(vat_entries.c.company_id == bindparam("company_id")))


class VatEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What a document says in a register at one VAT type. In euro, below zero where a credit note takes back."""

    register: Register
    date: dt.date | None
    """Day in the register; None for tax that was in it before and is owed by a payment now."""
    due_on: dt.date | None
    """Day on which the tax counts; None for never, or not yet."""
    treatment: Treatment = ""
    rate: str = ""
    natura: str = ""
    taxable: Decimal
    tax: Decimal
    counted: Decimal
    """Of the tax: what is owed by a seller, what a buyer deducts."""

    def row(self) -> Row:
        """The values of its columns."""
        return (
            self.register,
            self.date.isoformat() if self.date else "",
            self.due_on.isoformat() if self.due_on else "",
            self.treatment,
            self.rate,
            self.natura,
            scaled(self.taxable, SCALE),
            scaled(self.tax, SCALE),
            scaled(self.counted, SCALE),
        )


def write(
    session: Session, company_id: int, kind: EntryKind, source_id: int, new: Iterable[VatEntry], *, replaces: bool
) -> None:
    """Put the entries of a document in place of those that it has, if it `replaces` any."""
    place = {"company_id": company_id, "kind": kind, "source_id": source_id}
    rows = [entry.row() for entry in new]
    if replaces:
        before = session.rows(_STORED, **place)
        if [tuple(row) for row in before] == rows:
            return
        if before:
            session.run(_DELETE, **place)
    for line, row in enumerate(rows):
        session.run(_INSERT, **place, line=line, **{c.name: value for c, value in zip(_CONTENT, row, strict=True)})


def clear(session: Session, company_id: int) -> None:
    """Forget every entry of a company, to make them anew."""
    session.run(_CLEAR, company_id=company_id)
