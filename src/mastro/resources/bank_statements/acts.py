"""What is done with a movement: matched with payments or entries of the cashbook, ignored, and taken back.

Every act goes through the operations that people use: a payment is settled, an entry of the cashbook is written, and
what follows from them follows once. What is kept here is only which movement stands for what.
"""

import copy
from collections.abc import Sequence
from decimal import Decimal

import msgspec
from sqlalchemy import bindparam, delete, insert, select

from mastro.api.call import Call
from mastro.api.changes import changes
from mastro.api.errors import ApiError, Conflict, Invalid, NotFound, invalid
from mastro.database.collection import encoder
from mastro.database.connection import Prepared
from mastro.model.base import Body
from mastro.model.cashbook import CashbookEntry
from mastro.model.issued_document import Payment
from mastro.model.settings import PaymentAccount
from mastro.money import ZERO, round2
from mastro.resources import cashbook, settling, taxes
from mastro.resources.bank_statements import uploads
from mastro.resources.bank_statements.candidates import open_payments
from mastro.resources.bank_statements.scoring import Candidate
from mastro.resources.bank_statements.store import (
    BankLine,
    BankMatch,
    BankStatement,
    LineState,
    lines,
    matches,
    statements,
)
from mastro.resources.derived.dues import installments
from mastro.resources.issued_documents.documents import resource as issued
from mastro.resources.received_documents.documents import resource as received
from mastro.resources.settling import Settlement

MOST_MATCHES = 50
"""Of one movement."""

MAX_REASON = 200

_INSERT = Prepared(insert(matches))
_DELETE = Prepared(
    delete(matches).where(
        matches.c.company_id == bindparam("company_id"), matches.c.bank_line_id == bindparam("bank_line_id")
    )
)
_TAKEN = Prepared(
    select(matches.c.bank_line_id).where(
        *(matches.c[name] == bindparam(name) for name in ("company_id", "account_id", "kind", "source_id", "line"))
    )
)


class MatchOptions(Body):
    """What a movement is: one or several parts that come to its amount."""

    matches: list[BankMatch] = msgspec.field(default_factory=list)


class IgnoreOptions(Body):
    """Why a movement is left out."""

    reason: str = ""


# the acts


def match_line(call: Call) -> bytes:
    """Match a movement: settle payments, or parts of them, write new entries of the cashbook, or point at one there is.

    The amounts of the matches come to that of the movement. Raises Conflict for one that is not open.
    """
    statement, line = _open_line(call)
    return _answer(match(call, statement, line, call.parse(MatchOptions).data.matches))


def match(call: Call, statement: BankStatement, line: BankLine, asked: Sequence[BankMatch]) -> BankLine:
    """Match a movement that is open and held; the movement as it is then. Raises ApiError."""
    if not 0 < len(asked) <= MOST_MATCHES:
        raise invalid("data.matches", f"The data.matches field must name 1 to {MOST_MATCHES} payments or entries.")
    new = copy.deepcopy(line)
    for index, part in enumerate(asked):
        only = new.amount if len(asked) == 1 else None
        try:
            new.matches.append(_do(call, statement, new, part, only))
        except Invalid as why:
            raise _placed(why, index) from None
    total = sum((part.amount or ZERO for part in new.matches), ZERO)
    if total != new.amount:
        raise invalid(
            "data.matches", f"The matches come to {total}, the movement to {new.amount}.", code="MATCHES_MISMATCH"
        )
    return _changed(call, statement, line, new, "matched")


def ignore_line(call: Call) -> bytes:
    """Leave a movement out, for a reason: it is on the list of what is to be done no more."""
    statement, line = _open_line(call)
    new = copy.deepcopy(line)
    new.reason = " ".join(call.parse(IgnoreOptions).data.reason.split())[:MAX_REASON]
    if not new.reason:
        raise invalid("data.reason", "The data.reason field is required.")
    return _answer(_changed(call, statement, line, new, "ignored"))


def undo_line(call: Call) -> bytes:
    """Take back what was done with a movement: payments are open again, entries that it wrote are gone."""
    statement, line = _load(call)
    if line.state == "open":
        raise Conflict("The movement is not matched.", code="LINE_OPEN")
    new = copy.deepcopy(line)
    _take_back(call, new)
    return _answer(_changed(call, statement, line, new, "open"))


def undo_statement(call: Call) -> bytes:
    """Take back a whole statement: all that its movements did, and the movements themselves."""
    statements.lock(call.session, call.company_id)
    lines.lock(call.session, call.company_id)
    found = uploads.load(call)
    every = uploads.lines_of(call, found)
    for line in reversed(every):
        _take_back(call, line)
        lines.delete(call.session, call.company_id, line.id or 0, line)
    statements.delete(call.session, call.company_id, found.id or 0, found)
    if found.state == "kept":
        call.emit("bank_statements.delete", found.id or 0)
    return encoder.encode({"data": UndoneStatement(undone=len(every))})


class UndoneStatement(Body):
    """The answer to the undo of a statement."""

    undone: int = 0
    """Movements that are gone."""


# what they share


def _load(call: Call) -> tuple[BankStatement, BankLine]:
    """The movement of the path with its statement, both held until the transaction ends. Raises NotFound."""
    statements.lock(call.session, call.company_id)
    lines.lock(call.session, call.company_id)
    statement = uploads.load(call)
    return statement, load_line(call, statement)


def load_line(call: Call, statement: BankStatement) -> BankLine:
    """The movement of the path. Raises NotFound."""
    found = lines.get(call.session, call.company_id, call.id("line_id"))
    if found is None or found.statement_id != statement.id:
        raise NotFound("Movement not found.")
    return found


def _open_line(call: Call) -> tuple[BankStatement, BankLine]:
    statement, line = _load(call)
    if line.state != "open":
        raise Conflict("The movement is matched or ignored already.", code="LINE_NOT_OPEN")
    return statement, line


def _changed(call: Call, statement: BankStatement, old: BankLine, new: BankLine, state: LineState) -> BankLine:
    """Store a movement in its new state, and count it in its statement."""
    new.state = state
    lines.update(call.session, call.company_id, new.id or 0, new, old)
    setattr(statement, old.state, getattr(statement, old.state) - 1)
    setattr(statement, state, getattr(statement, state) + 1)
    uploads.store(call, statement)
    call.emit("bank_statements.lines.update", new.id or 0, changes=changes(old, new))
    return new


def _answer(line: BankLine) -> bytes:
    return encoder.encode({"data": msgspec.structs.replace(line, fingerprint="")})


def _placed(why: Invalid, index: int) -> Invalid:
    """A refusal of one match, which says which of them it is."""
    found = {
        path.replace("data.", f"data.matches.{index}.", 1): words for path, words in (why.validation or {}).items()
    }
    return Invalid(why.message, code=why.code, validation=found or None, extra=why.extra)


def _do(call: Call, statement: BankStatement, line: BankLine, asked: BankMatch, only: Decimal | None) -> BankMatch:
    """Do one match; what came of it. `only` is the amount of the movement where there is no other match."""
    if asked.amount is not None:
        asked.amount = round2(asked.amount)
    if asked.kind == "cashbook":
        return _write_entry(call, statement, line, asked, only)
    if asked.kind == "entry":
        return _point_at(call, line, asked)
    if asked.kind is None or asked.document_id is None:
        key = "kind" if asked.kind is None else "document_id"
        raise invalid(f"data.{key}", f"The data.{key.replace('_', ' ')} field is required.")
    return _settle(call, statement, line, asked)


def _hold(call: Call, line: BankLine, kind: str, source_id: int, installment: int) -> None:
    """Write down that a movement stands for an entry of the cashbook. Raises Conflict where another one does."""
    place = {"company_id": call.company_id, "account_id": line.account_id, "kind": kind}
    place |= {"source_id": source_id, "line": installment}
    if call.session.scalar(_TAKEN, **place) is not None:
        raise Conflict("Another movement of the account is matched with this entry.", code="ENTRY_TAKEN")
    call.session.run(_INSERT, **place, bank_line_id=line.id)


# a payment is settled


def _settle(call: Call, statement: BankStatement, line: BankLine, asked: BankMatch) -> BankMatch:
    assert asked.kind in {"issued_document", "received_document", "tax"}  # noqa: S101
    open_ = _find_open(call, asked)
    amount = open_.amount if asked.amount is None else asked.amount
    if open_.whole:
        _refuse_part(amount, open_.amount)
    payment = _payment_of(call, asked)
    part = None
    if amount != open_.amount:
        if amount * open_.amount <= 0 or abs(amount) > abs(open_.amount):
            raise invalid(
                "data.amount", f"The data.amount field must lie between 0 and the {open_.amount} that are open."
            )
        part = abs(amount).copy_sign(payment.amount or amount)
    done = settling.settle(
        call,
        Settlement(
            kind=asked.kind,
            document_id=asked.document_id,
            installment_id=asked.installment_id,
            amount=part,
            payment_account=statement.payment_account,
            paid_date=line.date,
        ),
    )
    _hold(call, line, asked.kind, asked.document_id or 0, done.installment_id or 0)
    return BankMatch(
        kind=asked.kind,
        document_id=asked.document_id,
        installment_id=done.installment_id,
        amount=amount,
        entity_name=open_.payer,
        title=open_.title,
        split_from=done.split_from,
        account_before=payment.payment_account,
    )


def _refuse_part(amount: Decimal | None, whole: Decimal) -> None:
    if amount not in (None, whole):
        words = f"The data.amount field must be {whole}: this is paid as a whole."
        raise invalid("data.amount", words, code="PAID_AS_A_WHOLE")


def _find_open(call: Call, asked: BankMatch) -> Candidate:
    """The open payment that is meant. Raises NotFound, and Conflict for one that is not open."""
    assert asked.kind  # noqa: S101
    here = (installments.c.source_id == asked.document_id) & (installments.c.line == (asked.installment_id or 0))
    found = open_payments(call, asked.kind, here, most=1)
    if not found:
        _payment_of(call, asked)  # refuses what there is not, and what the caller may not change
        raise Conflict("The payment is not open any more.", code="PAYMENT_STATUS")
    return found[0]


def _payment_of(call: Call, asked: BankMatch) -> Payment | taxes.F24:
    """The installment, or the form, as it is stored. Raises NotFound, Forbidden."""
    assert asked.document_id  # noqa: S101
    if asked.kind == "tax":
        return taxes.resource.load(call, "a", asked.document_id)
    resource = issued if asked.kind == "issued_document" else received
    payments = resource.load(call, "a", asked.document_id).payments_list or ()
    found = next((each for each in payments if each.id == asked.installment_id), None)
    if found is None:
        raise NotFound("Installment not found.")
    return found


# the cashbook


def _write_entry(
    call: Call, statement: BankStatement, line: BankLine, asked: BankMatch, only: Decimal | None
) -> BankMatch:
    amount = asked.amount if asked.amount is not None else only
    if not amount:
        raise invalid("data.amount", "The data.amount field is required.")
    here, there = statement.payment_account, asked.other_account
    if there is not None and there.id == line.account_id:
        raise invalid("data.other_account.id", "A transfer goes between two accounts.")
    came_in = amount > 0
    entry = CashbookEntry(
        date=line.date,
        description=asked.description.strip() or line.description or statement.filename,
        entity_name=asked.entity_name,
        type="in" if came_in else "out",
        amount_in=abs(amount) if came_in or there else None,
        payment_account_in=here if came_in else there,
        amount_out=abs(amount) if not came_in or there else None,
        payment_account_out=there if came_in else here,
    )
    id, _ = cashbook.resource.add(call, entry)
    _hold(call, line, "cashbook", id, 0)
    return BankMatch(
        kind="cashbook",
        entry_id=str(id),
        amount=amount,
        description=entry.description,
        entity_name=entry.entity_name,
        other_account=there,
        title=entry.description,
    )


def _point_at(call: Call, line: BankLine, asked: BankMatch) -> BankMatch:
    call.require("cashbook", "r")
    kind, source_id, installment = cashbook.place_of(asked.entry_id)
    entry = cashbook.own_entries.decoder.decode(cashbook.entry_of(call, asked.entry_id))
    amount = ZERO
    if _is(entry.payment_account_in, line):
        amount += entry.amount_in or ZERO
    if _is(entry.payment_account_out, line):
        amount -= entry.amount_out or ZERO
    if not amount:
        raise invalid("data.entry_id", "The entry is not one of this account.", code="OTHER_ACCOUNT")
    _refuse_part(asked.amount, amount)
    _hold(call, line, kind, source_id, installment)
    return BankMatch(
        kind="entry",
        entry_id=asked.entry_id,
        amount=amount,
        entity_name=entry.entity_name,
        title=entry.description,
    )


def _is(account: PaymentAccount | None, line: BankLine) -> bool:
    return account is not None and account.id == line.account_id


# taking back


def _take_back(call: Call, line: BankLine) -> None:
    """Undo what was done with a movement, the last first. What somebody has undone since counts as undone."""
    for match in reversed(line.matches):
        try:
            _undo(call, match)
        except NotFound:
            continue
        except ApiError as why:
            if why.code != "PAYMENT_STATUS":
                raise
    call.session.run(_DELETE, company_id=call.company_id, bank_line_id=line.id)
    line.matches, line.reason = [], ""


def _undo(call: Call, match: BankMatch) -> None:
    if match.kind == "cashbook":
        id = int(match.entry_id)
        cashbook.resource.remove(call, id, cashbook.resource.load(call, "a", id))
    elif match.kind in {"issued_document", "received_document", "tax"}:
        asked = Settlement(
            kind=match.kind,
            document_id=match.document_id,
            installment_id=match.installment_id,
            split_from=match.split_from,
        )
        settling.reopen(call, asked, match.account_before)
