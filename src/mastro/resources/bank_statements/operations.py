"""The operations of bank statements: upload, try, keep, look through, match, ignore, take back."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, get_args

import msgspec
from sqlalchemy import ColumnElement, and_, case, func, select

from mastro.api.call import Call
from mastro.api.operation import PAGE, PER_PAGE, Operation, Parameter
from mastro.api.paging import envelope, page_of
from mastro.database.collection import encoder
from mastro.database.columns import fold
from mastro.model.base import Body
from mastro.model.settings import PaymentAccount
from mastro.resources.bank_statements import acts, candidates, uploads
from mastro.resources.bank_statements.proposals import (
    OpenPayment,
    ProposedLine,
    line_of,
    open_payment,
    with_proposals,
)
from mastro.resources.bank_statements.store import BankLine, BankStatement, LineState, lines, statements
from mastro.resources.derived.cash import cashbook_entries
from mastro.resources.reports.common import choice, euro, whole

TAG = "Bank Statements"
PATH = "/c/{company_id}/bank_statements"
ITEM = f"{PATH}/{{statement_id}}"
LINES = f"{ITEM}/lines"
LINE = f"{LINES}/{{line_id}}"

MOST_PROPOSED = 200
"""Movements that are proposed to be matched at once."""

MOST_SCANNED = 500
"""Open movements that proposals are looked for among, the earliest first."""

MOST_CANDIDATES = 20
SURE = 90
"""Percent from which a proposal is taken without looking at each."""


class StatementBalance(Body):
    """What the bank says that the account holds, against the cashbook; in euro."""

    closing_balance: Decimal | None
    """As the bank says, at the end of the statement."""
    cashbook_balance: Decimal
    """Of the account in the cashbook, on the same day."""
    open_amount: Decimal
    """What the movements come to that are open or ignored: the cashbook does not know of them."""
    difference: Decimal | None
    """What is left to explain: an opening balance that the cashbook never had, entries that the bank does not know."""


# statements


def list_statements(call: Call) -> bytes:
    """The statements, the latest first."""
    wanted = page_of(call.query)
    found = statements.page(
        call.session, call.company_id, order=(("id", True),), limit=wanted.size, offset=wanted.offset
    )
    shown = [(encoder.encode(uploads.shown(statements.decoder.decode(stored))),) for (stored,) in found]
    return envelope(list(shown), wanted, statements.total(call.session, call.company_id), call.url, call.query)


def get_statement(call: Call) -> bytes:
    """A statement, with what the account holds at its end by the bank and by the cashbook."""
    found = uploads.load(call)
    return encoder.encode({"data": uploads.shown(found), "balance": _balance(call, found)})


def _balance(call: Call, found: BankStatement) -> StatementBalance | None:
    if found.state != "kept" or found.payment_account is None or found.date_to is None:
        return None
    columns = lines.table.c
    open_ = call.session.scalar(
        select(func.sum(columns.amount)).where(
            columns.company_id == call.company_id, columns.statement_id == found.id, columns.state != "matched"
        )
    )
    booked, missing = held(call, found.payment_account, found.date_to), euro(open_)
    closing = found.closing_balance
    return StatementBalance(
        closing_balance=closing,
        cashbook_balance=booked,
        open_amount=missing,
        difference=None if closing is None else closing - booked - missing,
    )


def held(call: Call, account: PaymentAccount, until: dt.date) -> Decimal:
    """What an account holds at the end of a day by the cashbook."""
    entries = cashbook_entries.c
    came = case((entries.account_in == account.id, entries.amount_in), else_=0)
    went = case((entries.account_out == account.id, entries.amount_out), else_=0)
    days = (entries.company_id == call.company_id) & (entries.date <= until.isoformat())
    return euro(call.session.scalar(select(func.sum(came - went)).where(days)))


# movements


def list_lines(call: Call) -> bytes:
    """The movements of a statement by day; of those that are open also what they may be, with `proposals=true`."""
    found, wanted = uploads.load(call), page_of(call.query)
    state = choice(call, "state", ("", *get_args(LineState)))
    equals: dict[str, Any] = {"statement_id": found.id, **({"state": state} if state else {})}
    where = _containing(call.query.get("text", ""))
    order = (("date", False), ("id", False))
    rows = lines.page(
        call.session,
        call.company_id,
        equals=equals,
        where=where,
        order=order,
        limit=wanted.size,
        offset=wanted.offset,
    )
    shown = [lines.decoder.decode(stored) for (stored,) in rows]
    listed: Sequence[BankLine] = [msgspec.structs.replace(line, fingerprint="") for line in shown]
    if choice(call, "proposals", ("", "true", "false")) == "true":
        listed = with_proposals(call, shown)
    total = lines.total(call.session, call.company_id, equals=equals, where=where)
    return envelope([(encoder.encode(line),) for line in listed], wanted, total, call.url, call.query)


def _containing(text: str) -> ColumnElement[bool] | None:
    words = fold(text).split()
    return and_(*(lines.table.c.description.contains(word, autoescape=True) for word in words)) if words else None


def get_line(call: Call) -> bytes:
    """A movement, with all that it may be."""
    line = acts.load_line(call, uploads.load(call))
    return encoder.encode({"data": with_proposals(call, [line])[0]})


def list_candidates(call: Call) -> bytes:
    """Payments that are open and fit a text, to match a movement with: a number, an amount, who pays."""
    line = line_of(acts.load_line(call, uploads.load(call)))
    found = candidates.search(call, line, call.query.get("text", "")[:200], MOST_CANDIDATES)
    return encoder.encode({"data": [open_payment(each, None) for each in found]})


def list_sure(call: Call) -> bytes:
    """The open movements of a statement whose best proposal is at least so sure, each payment proposed only once."""
    found = uploads.load(call)
    least = whole(call, "confidence", SURE, 1, 100)
    rows = lines.page(
        call.session,
        call.company_id,
        equals={"statement_id": found.id, "state": "open"},
        order=(("date", False), ("id", False)),
        limit=MOST_SCANNED,
    )
    proposed = with_proposals(call, [lines.decoder.decode(stored) for (stored,) in rows])
    sure = [line for line in proposed if line.proposals and line.proposals[0].confidence >= least]
    for line in sure:
        del line.proposals[1:]
    return encoder.encode({"data": sure[:MOST_PROPOSED]})


_FORM = {
    "attachment": {"type": "string", "format": "binary"},
    "payment_account_id": {"type": "integer", "description": "Whose statement it is; a camt file says it by its IBAN"},
    "sheet": {"type": "string", "description": "Name of a sheet of a workbook; else the first"},
}


def _operation(id: str, method: Any, path: str, handler: Any, summary: str, **more: Any) -> Operation:
    return Operation(id, method, path, handler, TAG, summary, scope="cashbook", **more)


def _change(id: str, path: str, handler: Any, summary: str, body: type[Body] | None, answer: Any) -> Operation:
    return _operation(id, "POST", path, handler, summary, writes=True, body=body, answer=answer)


OPERATIONS = (
    _operation(
        "uploadBankStatement",
        "POST",
        PATH,
        uploads.upload_statement,
        "Upload Bank Statement",
        writes=True,
        form=_FORM,
        answer=BankStatement,
    ),
    _operation(
        "listBankStatements",
        "GET",
        PATH,
        list_statements,
        "List Bank Statements",
        query=(PAGE, PER_PAGE),
        answer=list[BankStatement],
        paginated=True,
    ),
    _operation(
        "getBankStatement",
        "GET",
        ITEM,
        get_statement,
        "Get Bank Statement",
        slow=True,
        answer=BankStatement,
        answer_extra={"balance": {"type": "object", "nullable": True}},
    ),
    _operation(
        "previewBankStatement",
        "POST",
        f"{ITEM}/preview",
        uploads.preview_statement,
        "Preview Bank Statement",
        slow=True,
        body=uploads.StatementOptions,
        answer=uploads.StatementPreview,
    ),
    _change(
        "keepBankStatement",
        f"{ITEM}/keep",
        uploads.keep_statement,
        "Keep Bank Statement",
        uploads.StatementOptions,
        BankStatement,
    ),
    _operation(
        "undoBankStatement",
        "DELETE",
        ITEM,
        acts.undo_statement,
        "Undo Bank Statement",
        writes=True,
        answer=acts.UndoneStatement,
    ),
    _operation(
        "listBankStatementLines",
        "GET",
        LINES,
        list_lines,
        "List Bank Statement Lines",
        slow=True,
        query=(
            Parameter("state", {"type": "string", "enum": list(get_args(LineState))}, "Only these"),
            Parameter("text", {"type": "string"}, "Only those with these words in their description"),
            Parameter("proposals", {"type": "boolean"}, "Also say what they may be"),
            PAGE,
            PER_PAGE,
        ),
        answer=list[ProposedLine],
        paginated=True,
    ),
    _operation(
        "listSureBankStatementLines",
        "GET",
        f"{LINES}/sure",
        list_sure,
        "List Sure Bank Statement Lines",
        slow=True,
        query=(
            Parameter("confidence", {"type": "integer", "minimum": 1, "maximum": 100, "default": SURE}, "At least"),
        ),
        answer=list[ProposedLine],
    ),
    _operation(
        "getBankStatementLine", "GET", LINE, get_line, "Get Bank Statement Line", slow=True, answer=ProposedLine
    ),
    _operation(
        "listBankStatementLineCandidates",
        "GET",
        f"{LINE}/candidates",
        list_candidates,
        "List Bank Statement Line Candidates",
        slow=True,
        query=(Parameter("text", {"type": "string"}, "Number of the document, amount, who pays; without it the next"),),
        answer=list[OpenPayment],
    ),
    _change(
        "matchBankStatementLine",
        f"{LINE}/match",
        acts.match_line,
        "Match Bank Statement Line",
        acts.MatchOptions,
        BankLine,
    ),
    _change(
        "ignoreBankStatementLine",
        f"{LINE}/ignore",
        acts.ignore_line,
        "Ignore Bank Statement Line",
        acts.IgnoreOptions,
        BankLine,
    ),
    _change("undoBankStatementLine", f"{LINE}/undo", acts.undo_line, "Undo Bank Statement Line", None, BankLine),
)
