"""The cashbook (*prima nota*): money that came in and went out, by account."""

import datetime as dt
from decimal import Decimal
from typing import ClassVar, Literal

from mastro.model.base import Body, Id
from mastro.model.settings import PaymentAccount

EntryKind = Literal["cashbook", "issued_document", "received_document", "tax", "receipt", "ts_pay"]
"""What an entry was born from; `cashbook` for one that somebody wrote."""


class EntryDocument(Body):
    """The document that an entry was born from, and where the API has it."""

    id: Id | None = None
    type: str = ""
    path: str = ""


class CashbookEntry(Body):
    """Money on its way, in euro. With both amounts it is a transfer between two accounts."""

    READ_ONLY: ClassVar[frozenset[str]] = frozenset({"id", "document"})
    REQUIRED: ClassVar[tuple[str, ...]] = ("date", "description")

    id: str = ""
    date: dt.date | None = None
    description: str = ""
    kind: EntryKind = "cashbook"
    type: Literal["in", "out"] | None = None
    entity_name: str = ""
    document: EntryDocument | None = None
    amount_in: Decimal | None = None
    payment_account_in: PaymentAccount | None = None
    amount_out: Decimal | None = None
    payment_account_out: PaymentAccount | None = None
