"""What movements of a statement may be, as the wire has it; the scoring itself is in `scoring`."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import msgspec
from sqlalchemy import select

from mastro.api.call import Call
from mastro.model.base import Body, Id
from mastro.money import ZERO
from mastro.resources.bank_statements.candidates import gather
from mastro.resources.bank_statements.scoring import Candidate, Line, Proposal, ReasonCode, assign, propose
from mastro.resources.bank_statements.store import BankLine, MatchKind, matches
from mastro.resources.derived.cash import cashbook_entries


class OpenPayment(Body):
    """What a movement can be matched with, and how much of it."""

    kind: MatchKind
    document_id: Id | None
    installment_id: Id | None
    entry_id: str
    amount: Decimal
    """That would be matched, in euro; below zero for money that goes out."""
    open_amount: Decimal
    """Of the whole payment."""
    due_date: dt.date
    date: dt.date
    """Of the document."""
    title: str
    name: str
    """Of who pays or is paid."""


class ProposalReason(Body):
    """Why, as a code, and what it speaks of: a number, a name, days."""

    code: ReasonCode
    detail: str = ""


class BankProposal(Body):
    """What a movement may be."""

    confidence: int
    """Percent."""
    reasons: list[ProposalReason]
    matches: list[OpenPayment]


class ProposedLine(BankLine):
    """A movement with what it may be, the surest first."""

    proposals: list[BankProposal] = msgspec.field(default_factory=list)
    undone: bool = False
    """Whether somebody has undone by hand what it was matched with: then it is to be taken back, and matched anew."""


def line_of(line: BankLine) -> Line:
    """A movement, as far as the scoring reads it."""
    assert line.date  # noqa: S101
    return Line(line.id or 0, line.date, line.amount or ZERO, line.description)


def proposals_for(call: Call, lines: Sequence[BankLine]) -> dict[int, list[Proposal]]:
    """Movement that is open → what it may be, the surest first. All of them are of one account."""
    looked_at = [line_of(line) for line in lines if line.state == "open"]
    account = next((line.account_id for line in lines), None)
    pool = gather(call, looked_at, account or 0)
    return {line.id: propose(line, pool.of(line)) for line in looked_at}


def with_proposals(call: Call, lines: Sequence[BankLine]) -> list[ProposedLine]:
    """The movements with what they may be. What two of them want is proposed first to the one where it is surer."""
    proposed = proposals_for(call, lines)
    best, undone = assign(proposed), _undone(call, [line.id or 0 for line in lines if line.state == "matched"])
    return [
        ProposedLine(
            **msgspec.structs.asdict(line) | {"fingerprint": ""},
            proposals=[_wire(line, each) for each in _ordered(proposed.get(line.id or 0, []), best.get(line.id or 0))],
            undone=line.id in undone,
        )
        for line in lines
    ]


def _ordered(proposals: Sequence[Proposal], best: Proposal | None) -> list[Proposal]:
    """The one that the movement was given first; none where all that it may be was given to others."""
    return [best, *(each for each in proposals if each is not best)] if best else []


def _undone(call: Call, ids: Sequence[int]) -> set[int]:
    """The movements among these that stand for an entry which the cashbook does not have any more."""
    held, entries = matches.c, cashbook_entries.c
    same = (entries.company_id == held.company_id) & (entries.kind == held.kind)
    same &= (entries.source_id == held.source_id) & (entries.line == held.line)
    statement = select(held.bank_line_id).where(
        held.company_id == call.company_id,
        held.bank_line_id.in_(ids),
        ~select(entries.company_id).where(same).exists(),
    )
    return {id for (id,) in call.session.rows(statement)} if ids else set()


def _wire(line: BankLine, proposal: Proposal) -> BankProposal:
    several = len(proposal.candidates) > 1
    return BankProposal(
        confidence=proposal.confidence,
        reasons=[ProposalReason(code=each.code, detail=each.detail) for each in proposal.reasons],
        matches=[open_payment(each, None if several else line.amount) for each in proposal.candidates],
    )


def open_payment(candidate: Candidate, amount: Decimal | None) -> OpenPayment:
    """A candidate as the wire has it; `amount` is how much of it is matched, None for all."""
    booked = candidate.kind == "entry"
    return OpenPayment(
        kind=candidate.kind,  # type: ignore[arg-type]  # candidates have the kinds of matches
        document_id=None if booked else int(candidate.id),
        installment_id=candidate.installment or None,
        entry_id=str(candidate.id) if booked else "",
        amount=candidate.amount if amount is None else amount,
        open_amount=candidate.amount,
        due_date=candidate.due,
        date=candidate.date,
        title=candidate.title,
        name=candidate.payer,
    )
