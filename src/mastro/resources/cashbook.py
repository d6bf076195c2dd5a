"""The cashbook (*prima nota*): what documents moved, and entries that somebody wrote.

Entries of documents follow from their paid installments (`derived.cash`) and are changed where they come from. Those of
kind `cashbook` are written here; they stand in the same table, so that a list is one range of one index.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select

from mastro.api import fields as narrowing
from mastro.api.call import Call
from mastro.api.errors import Forbidden, NotFound, invalid
from mastro.api.operation import FIELDS, FIELDSET, PAGE, PER_PAGE, Operation, Parameter
from mastro.api.paging import envelope, page_of
from mastro.api.resource import Resource
from mastro.database.collection import Collection, encoder
from mastro.database.columns import SCALE
from mastro.database.connection import Prepared
from mastro.database.fields import date
from mastro.model.base import Body
from mastro.model.cashbook import CashbookEntry
from mastro.model.settings import PaymentAccount
from mastro.money import ZERO, round2
from mastro.resources.derived import cash
from mastro.resources.derived.source import Source
from mastro.resources.settings import lookup

own_entries = Collection("cashbook", CashbookEntry, date("date", required=True))
"""Entries that somebody wrote."""

_table = cash.cashbook_entries
_ENTRY = Prepared(
    select(_table.c.body).where(
        _table.c.company_id == bindparam("company_id"),
        _table.c.kind == bindparam("kind"),
        _table.c.source_id == bindparam("source_id"),
        _table.c.line == bindparam("line"),
    )
)
_NEWEST_FIRST = (_table.c.date.desc(), _table.c.kind, _table.c.source_id.desc(), _table.c.line)

DERIVED = "Forbidden: this entry follows from a document and is changed there ({path})."

MAX_DIGITS = 15
"""Of an id in a text."""

YES, NO = {"1", "true"}, {"", "0", "false"}


# entries that somebody wrote


def _prepare(call: Call, new: CashbookEntry, old: CashbookEntry | None) -> None:
    new.id = str(new.id)  # the key of a row is a number, on the wire it is a text
    new.kind, new.document = "cashbook", None
    for side in ("in", "out"):
        value: Decimal | None = getattr(new, f"amount_{side}")
        value = round2(value or ZERO)
        if value < 0:
            raise invalid(f"data.amount_{side}", f"The data.amount {side} field must not be below zero.")
        setattr(new, f"amount_{side}", value)
        _complete_account(call, new, old, f"payment_account_{side}", used=bool(value))
    contradicts = old is None and new.type is not None and not getattr(new, f"amount_{new.type}")
    if contradicts or (not new.amount_in and not new.amount_out):
        side = new.type or "in"
        raise invalid(f"data.amount_{side}", f"The data.amount {side} field is required and must be above zero.")
    if new.type is None or not getattr(new, f"amount_{new.type}"):
        new.type = "in" if new.amount_in else "out"


def _complete_account(call: Call, new: CashbookEntry, old: CashbookEntry | None, key: str, *, used: bool) -> None:
    """Put the whole account in place of its id; there is none where there is no amount."""
    sent: PaymentAccount | None = getattr(new, key) if used else None
    before: PaymentAccount | None = getattr(old, key) if old else None
    if sent and before and sent.id == before.id:
        setattr(new, key, before)  # a copy, which stays good when the account is gone from the settings
    else:
        setattr(new, key, lookup.complete_account(call.session, call.company_id, sent, f"data.{key}"))


derived = Source(collection=own_entries, kind="cashbook", entries=lambda entry: [cash.Entry(0, entry)])

resource = Resource(
    collection=own_entries,
    path="/c/{company_id}/cashbook",
    item="document_id",
    name="CashbookEntry",
    plural="CashbookEntries",
    scope="cashbook",
    events="cashbook",
    tag="Cashbook",
    prepare=_prepare,
    stored=derived.stored,
    deleted=derived.deleted,
)


def get_cashbook_entry(call: Call) -> bytes:
    """An entry, whatever it was born from."""
    wanted = narrowing.wanted(call.query, "detailed", None)
    return b'{"data":%s}' % narrowing.narrow(_load(call), wanted)


def modify_cashbook_entry(call: Call) -> bytes:
    """Change an entry that somebody wrote; one of a document is changed in the document."""
    _refuse_derived(call)
    return resource.modify(call)


def delete_cashbook_entry(call: Call) -> bytes:
    """Delete an entry that somebody wrote; one of a document goes with the payment that it tells of."""
    _refuse_derived(call)
    return resource.delete(call)


def place_of(id: str) -> tuple[str, int, int]:
    """What an entry was born from, the id of that, and its installment, by the id of the entry. Raises NotFound."""
    kind, _, place = id.partition("-")
    source, _, line = place.partition("-") if place else (kind, "", "0")
    if not all(part.isascii() and part.isdigit() and len(part) <= MAX_DIGITS for part in (source, line)):
        raise NotFound("CashbookEntry not found.")
    return (kind if place else "cashbook"), int(source), int(line)


def entry_of(call: Call, id: str) -> bytes:
    """An entry as stored, whatever it was born from. Raises NotFound."""
    kind, source, line = place_of(id)
    stored: bytes | None = call.session.scalar(
        _ENTRY, company_id=call.company_id, kind=kind, source_id=source, line=line
    )
    if stored is None:
        raise NotFound("CashbookEntry not found.")
    return stored


def _load(call: Call) -> bytes:
    """The entry of the path as stored. Raises NotFound."""
    return entry_of(call, call.path["document_id"])


def _refuse_derived(call: Call) -> None:
    entry = own_entries.decoder.decode(_load(call))
    if entry.kind != "cashbook":
        path = entry.document.path if entry.document else ""
        raise Forbidden(DERIVED.format(path=path), code="DERIVED_ENTRY")


# the list


def list_cashbook_entries(call: Call) -> bytes:
    """The entries of a span of days, newest first: all of them, or a page where `page` or `per_page` is asked for."""
    first, last = _days(call)
    days = and_(_table.c.date >= first, _table.c.date <= last)  # BETWEEN takes no collation on PostgreSQL
    where = and_(_table.c.company_id == call.company_id, days, *_narrowed(call))
    wanted = narrowing.wanted(call.query, "detailed", None)
    beside = _opening(call, first) if _switch(call, "opening_balance") else b""
    statement = select(_table.c.body).where(where).order_by(*_NEWEST_FIRST)
    if not {"page", "per_page"} & call.query.keys():
        rows = [narrowing.narrow(row[0], wanted) for row in call.session.rows(statement)]
        return b'{"data":[%s]%s}' % (b",".join(rows), beside)
    page = page_of(call.query)
    shown = [
        (narrowing.narrow(row[0], wanted),) for row in call.session.rows(statement.limit(page.size).offset(page.offset))
    ]
    total = call.session.scalar(select(func.count()).select_from(_table).where(where))
    return envelope([*shown], page, total, call.url, call.query, beside)


def _days(call: Call) -> tuple[str, str]:
    """First and last day that are asked for: `date_from` and `date_to`, within `year` where that is sent, too."""
    first, last = _day(call, "date_from"), _day(call, "date_to")
    year = call.query.get("year", "")
    if year:
        if not (year.isascii() and year.isdigit() and len(year) == 4):
            raise invalid("year", "The year field must be a year such as 2026.")
        first, last = max(first, f"{year}-01-01"), min(last or "9999", f"{year}-12-31")
    for name, day in (("date_from", first), ("date_to", last)):
        if not day:
            raise invalid(name, f"The {name.replace('_', ' ')} field is required.")
    return first, last


def _day(call: Call, name: str) -> str:
    """A day of the query, empty where it is not sent."""
    text = call.query.get(name, "")
    if not text:
        return ""
    try:
        return dt.datetime.strptime(text[:10], "%Y-%m-%d").date().isoformat()  # noqa: DTZ007  (a day has no zone)
    except ValueError:
        words = f"The {name.replace('_', ' ')} field is not a valid date (YYYY-MM-DD)."
        raise invalid(name, words) from None


def _narrowed(call: Call) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    type = call.query.get("type") or "all"
    if type not in {"all", "in", "out"}:
        raise invalid("type", "The type field must be one of: all, in, out.")
    if type != "all":
        conditions.append(_table.c[f"amount_{type}"] != 0)
    account = call.query.get("payment_account_id", "")
    if account:
        if not (account.isascii() and account.isdigit() and len(account) <= MAX_DIGITS):
            raise invalid("payment_account_id", "The payment account id field must be an integer.")
        conditions.append(or_(_table.c.account_in == int(account), _table.c.account_out == int(account)))
    return conditions


def _switch(call: Call, name: str) -> bool:
    text = call.query.get(name, "").lower()
    if text not in YES | NO:
        raise invalid(name, f"The {name.replace('_', ' ')} field must be true or false.")
    return text in YES


# what was there before


class OpeningBalance(Body):
    """What an account held when the first day began, counted from its first entry; in euro."""

    payment_account: PaymentAccount | None
    """None for entries that name no account."""
    amount: Decimal


def _opening(call: Call, first: str) -> bytes:
    """The balance of every account before a day, as JSON to put beside the entries."""
    balances: dict[int | None, int] = {}
    for side, sign in (("in", 1), ("out", -1)):
        account, amount = _table.c[f"account_{side}"], _table.c[f"amount_{side}"]
        before = and_(_table.c.company_id == call.company_id, _table.c.date < first, amount != 0)
        for id, total in call.session.rows(select(account, func.sum(amount)).where(before).group_by(account)):
            balances[id] = balances.get(id, 0) + sign * int(total)
    accounts = {found.id: found for found in lookup.every(call.session, call.company_id, lookup.payment_accounts)}
    wanted = call.query.get("payment_account_id", "")
    rows = [
        OpeningBalance(
            payment_account=None if id is None else accounts.get(id) or PaymentAccount(id=id),
            amount=Decimal(balances.get(id, 0)).scaleb(-SCALE),
        )
        for id in [*accounts, *(id for id in balances if id not in accounts)]
        if not wanted or id == int(wanted)
    ]
    return b',"opening_balances":' + encoder.encode(rows)


_DATE = {"type": "string", "format": "date"}

_ITEM = f"{resource.path}/{{document_id}}"
_TEXT_ID = {"document_id": "string"}


def _operation(id: str, method: Any, path: str, handler: Any, summary: str, **more: Any) -> Operation:
    return Operation(id, method, path, handler, resource.tag, summary, scope="cashbook", **more)


OPERATIONS = (
    _operation(
        "listCashbookEntries",
        "GET",
        resource.path,
        list_cashbook_entries,
        "List Cashbook Entries",
        query=(
            Parameter("date_from", _DATE, "First day; required without year", required=True),
            Parameter("date_to", _DATE, "Last day; required without year", required=True),
            Parameter("year", {"type": "integer"}, "Only the days of this year"),
            Parameter("type", {"type": "string", "enum": ["all", "in", "out"], "default": "all"}, "Money in or out"),
            Parameter("payment_account_id", {"type": "integer"}, "Only what came to or went from this account"),
            Parameter("opening_balance", {"type": "boolean"}, "Also tell what each account held before date_from"),
            FIELDS,
            FIELDSET,
            PAGE,
            PER_PAGE,
        ),
        answer=list[CashbookEntry],
        answer_extra={"opening_balances": {"type": "array", "items": {"type": "object"}}},
    ),
    *resource.operations("create"),
    _operation(
        "getCashbookEntry",
        "GET",
        _ITEM,
        get_cashbook_entry,
        "Get Cashbook Entry",
        query=(FIELDS, FIELDSET),
        answer=CashbookEntry,
        id_types=_TEXT_ID,
    ),
    _operation(
        "modifyCashbookEntry",
        "PUT",
        _ITEM,
        modify_cashbook_entry,
        "Modify Cashbook Entry",
        writes=True,
        body=CashbookEntry,
        answer=CashbookEntry,
        id_types=_TEXT_ID,
    ),
    _operation(
        "deleteCashbookEntry",
        "DELETE",
        _ITEM,
        delete_cashbook_entry,
        "Delete Cashbook Entry",
        writes=True,
        id_types=_TEXT_ID,
    ),
)
