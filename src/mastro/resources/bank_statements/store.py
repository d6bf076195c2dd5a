"""What is kept of a bank's statement: what was uploaded, its movements, and what each of them was matched with."""

import datetime as dt
from decimal import Decimal
from typing import ClassVar, Literal

import msgspec
from sqlalchemy import BigInteger, Column, Index, Integer, Table

from mastro.database.collection import Collection
from mastro.database.columns import PlainText
from mastro.database.fields import amount, date, exact, integer, text
from mastro.database.schema import metadata
from mastro.model.base import Body, Id, Timestamp
from mastro.model.base import Integer as Whole
from mastro.model.settings import PaymentAccount
from mastro.resources.table_imports.store import ImportColumn

State = Literal["uploaded", "kept"]
LineState = Literal["open", "matched", "ignored"]
MatchKind = Literal["issued_document", "received_document", "tax", "cashbook", "entry"]


class BankStatement(Body):
    """A statement: the file that came, and how far its movements are matched."""

    id: Id | None = None
    state: State = "uploaded"
    """`uploaded` until its movements are kept."""
    payment_account: PaymentAccount | None = None
    filename: str = ""
    format: str = ""
    """csv, xlsx, xls, camt."""
    sheet: str = ""
    sheets: list[str] = msgspec.field(default_factory=list)
    """Of a workbook, those that there are."""
    heading: Whole = 1
    """Row of the file that holds the headings, from 1; 0 for a file without."""
    columns: list[ImportColumn] = msgspec.field(default_factory=list)
    mapping: list[str] = msgspec.field(default_factory=list)
    """What each column is: date, value_date, description, amount, amount_in, amount_out, sign, balance, currency; empty
    for one that is left out. Several columns may be descriptions."""
    date_from: dt.date | None = None
    """Of its movements."""
    date_to: dt.date | None = None
    opening_balance: Decimal | None = None
    closing_balance: Decimal | None = None
    lines: Whole = 0
    """Movements that are kept."""
    known: Whole = 0
    """Movements that an earlier statement had already, which are not kept again."""
    refused: Whole = 0
    """Rows that are no movements, though they look like some."""
    open: Whole = 0
    matched: Whole = 0
    ignored: Whole = 0
    attachment_token: str = ""
    """Of the uploaded rows; not shown."""
    created_at: Timestamp = ""


class BankMatch(Body):
    """What a movement, or a part of it, was matched with."""

    kind: MatchKind | None = None
    """issued_document, received_document, tax: an open payment, which is settled. cashbook: a new entry of the
    cashbook. entry: one that is there already."""
    document_id: Id | None = None
    installment_id: Id | None = None
    entry_id: str = ""
    """Of an entry that is there already, its id."""
    amount: Decimal | None = None
    """In euro; below zero for money that goes out. Without it the whole of what is open."""
    description: str = ""
    """Of a new entry; without it that of the movement."""
    entity_name: str = ""
    """Of a new entry: from whom it comes, or to whom it goes."""
    other_account: PaymentAccount | None = None
    """Of a new entry that is a transfer: the other account of the company."""
    title: str = ""
    """What it is, in words."""
    split_from: Id | None = None
    """Installment that this one was a part of."""
    account_before: PaymentAccount | None = None
    """Account that the payment named when it was open."""


class BankLine(Body):
    """A movement of a statement."""

    READ_ONLY: ClassVar[frozenset[str]] = frozenset({"id", "statement_id"})

    id: Id | None = None
    statement_id: Id | None = None
    account_id: Id | None = None
    row: Whole = 0
    """Of the file."""
    date: dt.date | None = None
    value_date: dt.date | None = None
    description: str = ""
    amount: Decimal | None = None
    """Below zero for money that went out."""
    balance: Decimal | None = None
    state: LineState = "open"
    matches: list[BankMatch] = msgspec.field(default_factory=list)
    reason: str = ""
    """Why it is ignored."""
    fingerprint: str = ""
    """Not shown."""


statements = Collection(
    "bank_statements",
    BankStatement,
    exact("state", required=True),
    integer("payment_account.id"),
    date("date_to"),
)

lines = Collection(
    "bank_lines",
    BankLine,
    integer("statement_id", required=True),
    integer("account_id", required=True),
    exact("state", required=True),
    date("date", required=True),
    text("description", required=True),
    amount("amount", required=True),
    exact("fingerprint", required=True),
    indexes=(("statement_id", "state", "date", "id"), ("state", "statement_id")),
    unique=(("account_id", "fingerprint"),),
)

matches = Table(
    "bank_matches",
    metadata,
    Column("company_id", Integer, primary_key=True, autoincrement=False),
    Column("account_id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", PlainText, primary_key=True, comment="as of the entry of the cashbook"),
    Column("source_id", BigInteger, primary_key=True, autoincrement=False, comment="id of that"),
    Column("line", BigInteger, primary_key=True, autoincrement=False, comment="id of the installment, else 0"),
    Column("bank_line_id", BigInteger, nullable=False),
    Index(None, "company_id", "bank_line_id"),
)
"""Which entry of the cashbook a movement stands for: no entry stands for two movements of one account."""
