"""Whether the trail of changes is as it was sealed: the last seal, to be kept elsewhere, and the check of them all."""

import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Literal

import msgspec
from sqlalchemy import bindparam, func, select

from mastro.api.call import Call
from mastro.api.errors import invalid
from mastro.api.operation import Operation, Parameter
from mastro.database import seals
from mastro.database.collection import encoder
from mastro.database.connection import Prepared, Session
from mastro.database.schema import events
from mastro.model.base import Body, Timestamp

MOST_PROBLEMS = 100
"""That a check names; it counts all."""

Kind = Literal["entry_changed", "entry_missing", "entry_added", "block_changed", "block_missing", "head_unknown"]

HASH = re.compile(r"[0-9a-f]{64}")
"""Of a seal."""

_UNSEALED = Prepared(
    select(func.count(), func.min(events.c.created_at)).where(
        events.c.company_id == bindparam("company_id"), events.c.id > bindparam("after")
    )
)


class AuditSeal(Body):
    """The last seal: whoever keeps its hash elsewhere can tell later that nothing before it was changed."""

    number: int = 0
    """Of the block, from 1; 0 where nothing is sealed yet."""
    hash: str = ""
    last_entry: str = ""
    """Id of the last entry that it seals."""
    sealed_at: Timestamp = ""


class AuditProblem(Body):
    """Something that is not as it was sealed."""

    kind: Kind
    block: int = 0
    """Number of the block; 0 where it is about none."""
    entry: str = ""
    """Id of the entry, for what is about one."""


class AuditCheck(Body):
    """What the check of the whole trail found."""

    valid: bool = False
    """True where all that was sealed is as it was, and the hash that was asked for is in the chain."""
    seal: AuditSeal = msgspec.field(default_factory=AuditSeal)
    blocks: int = 0
    entries: int = 0
    """That are in blocks."""
    unsealed: int = 0
    """Entries after the last block: sealed within minutes, unless the chain was cut or no worker runs."""
    unsealed_since: Timestamp | None = None
    head_found: bool | None = None
    """Whether the hash that was asked for is that of a block; null where none was asked for."""
    problem_count: int = 0
    problems: list[AuditProblem] = msgspec.field(default_factory=list)
    """The first hundred."""

    def blame(self, kind: Kind, block: int = 0, entry: int = 0) -> None:
        """Note a problem."""
        self.problem_count += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(AuditProblem(kind=kind, block=block, entry=str(entry or "")))


def get_audit_seal(call: Call) -> bytes:
    """The last seal of the trail. Keep its hash where nobody who can reach the database can change it."""
    return encoder.encode({"data": _shown(seals.head(call.session, call.company_id))})


def _shown(head: seals.Head) -> AuditSeal:
    if not head.number:
        return AuditSeal()
    return AuditSeal(number=head.number, hash=head.hash, last_entry=str(head.last_id), sealed_at=head.sealed_at)


def verify_audit(call: Call) -> bytes:
    """Check every entry of the trail against its seal, and every seal against the one before it.

    With the `head`, a hash that was kept, also whether the chain still holds it: a chain that was cut, or made anew,
    does not. It reads the whole trail: seconds for a million entries.
    """
    kept = call.query.get("head", "").strip().lower()
    if kept and not HASH.fullmatch(kept):
        raise invalid("head", "The head field must be the hash of a seal: 64 hexadecimal digits.")
    return encoder.encode({"data": check(call.session, call.company_id, kept)})


def check(
    session: Session, company_id: int, kept: str = "", tell: Callable[[int], None] = lambda _: None
) -> AuditCheck:
    """Check the trail of a company, as a stream; `tell` hears how many entries were checked after each block."""
    found = AuditCheck(head_found=False if kept else None)
    previous = seals.Head()
    for seal in seals.blocks(session, company_id):
        _check_seal(session, company_id, previous, seal, found)
        found.blocks, found.entries = found.blocks + 1, found.entries + seal.entries
        found.head_found = found.head_found or (seal.hash == kept if kept else None)
        previous = seals.Head(seal.number, seal.last_id, seal.hash, seal.sealed_at)
        tell(found.entries)
    found.seal = _shown(previous)
    unsealed = session.row(_UNSEALED, company_id=company_id, after=previous.last_id)
    found.unsealed, found.unsealed_since = unsealed or (0, None)
    if found.head_found is False:
        found.blame("head_unknown")
    found.valid = not found.problem_count
    return found


def _check_seal(session: Session, company_id: int, previous: seals.Head, seal: seals.Seal, found: AuditCheck) -> None:
    """Check one block: that it follows the one before, and that its events are those that it sealed."""
    after = previous.last_id
    if seal.number != previous.number + 1:
        found.blame("block_missing", previous.number + 1)
        after = next((id - 1 for id, _ in seals.marks_of(seal)), after)
    elif seals.hash_of(company_id, previous.hash, seal) != seal.hash:
        found.blame("block_changed", seal.number)
    before = found.problem_count
    whole = hashlib.sha256()
    for kind, id in _differences(session, company_id, after, seal, whole.update):
        found.blame(kind, seal.number, id)
    if found.problem_count == before and whole.hexdigest() != seal.digest:
        found.blame("block_changed", seal.number)


def _differences(
    session: Session, company_id: int, after: int, seal: seals.Seal, take: Callable[[bytes], None]
) -> Iterator[tuple[Kind, int]]:
    """What a block's events are otherwise than its marks say; `take` gets the hash of each event."""
    marks = iter(seals.marks_of(seal))
    mark = next(marks, None)
    for id, digest in seals.events_between(session, company_id, after, seal.last_id):
        take(digest)
        while mark and mark[0] < id:
            yield "entry_missing", mark[0]
            mark = next(marks, None)
        if mark and mark[0] == id:
            if not digest.startswith(mark[1]):
                yield "entry_changed", id
            mark = next(marks, None)
        else:
            yield "entry_added", id
    while mark:
        yield "entry_missing", mark[0]
        mark = next(marks, None)


OPERATIONS = (
    Operation(
        "getAuditSeal",
        "GET",
        "/c/{company_id}/audit/seal",
        get_audit_seal,
        "Audit",
        "Get Audit Seal",
        scope="settings",
        answer=AuditSeal,
    ),
    Operation(
        "verifyAudit",
        "GET",
        "/c/{company_id}/audit/verify",
        verify_audit,
        "Audit",
        "Verify Audit",
        scope="settings",
        slow=True,
        query=(Parameter("head", {"type": "string"}, "Hash of a seal that was kept: the chain must still hold it"),),
        answer=AuditCheck,
    ),
)
