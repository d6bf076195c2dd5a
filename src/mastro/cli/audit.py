"""The command that checks the trail of changes against its seals."""

import sys
from typing import Annotated

from cyclopts import Parameter
from sqlalchemy import select

from mastro.cli.common import DatabaseUrl, DataDir, Failure, opened, progress, say, settings_of
from mastro.database.connection import Session, first_column
from mastro.database.schema import companies
from mastro.resources import audit_seals
from mastro.resources.audit_seals import AuditCheck, AuditProblem

WORDS = {
    "entry_changed": "entry {entry} was changed (block {block})",
    "entry_missing": "entry {entry} is missing (block {block})",
    "entry_added": "entry {entry} was added afterwards (block {block})",
    "block_changed": "block {block} is not as it was sealed, or does not follow the one before",
    "block_missing": "block {block} is missing",
    "head_unknown": "no block has the hash that was kept: the chain was cut or made anew",
}


def verify(
    *,
    company: Annotated[int | None, Parameter(help="Id of the company; else all of them")] = None,
    head: Annotated[str, Parameter(help="A hash of a seal that was kept: the company's chain must hold it")] = "",
    database: DatabaseUrl = None,
    data: DataDir = None,
) -> None:
    """Check that no entry of the audit was changed, removed or added after it was sealed.

    Each thing that is wrong is one line, and the exit status is 1 where there is one.
    """
    if head and company is None:
        raise Failure("--head is the hash of one company's chain: name it with --company")
    kept = head.strip().lower()
    if kept and not audit_seals.HASH.fullmatch(kept):
        raise Failure("--head is the hash of a seal: 64 hexadecimal digits")
    valid = True
    with opened(settings_of(database, data)) as connected, connected.read() as session:
        for id in _companies(session, company):
            with progress(f"Checking company {id}") as tell:
                found = audit_seals.check(session, id, kept, tell)
            valid = valid and found.valid
            _tell(id, found)
    if not valid:
        sys.exit(1)


def _companies(session: Session, wanted: int | None) -> list[int]:
    known: list[int] = first_column(session.rows(select(companies.c.id).order_by(companies.c.id)))
    if wanted is not None and wanted not in known:
        raise Failure(f"there is no company {wanted}")
    return known if wanted is None else [wanted]


def _tell(company: int, found: AuditCheck) -> None:
    for problem in found.problems:
        sys.stdout.write(f"company {company}: {_line(problem)}\n")
    if found.problem_count > len(found.problems):
        sys.stdout.write(f"company {company}: and {found.problem_count - len(found.problems)} more\n")
    verdict = "as sealed" if found.valid else "NOT as sealed"
    waiting = f"; {found.unsealed} not sealed yet, since {found.unsealed_since}" if found.unsealed else ""
    last = f"; last seal {found.seal.hash} of {found.seal.sealed_at}" if found.seal.number else ""
    said = f"company {company}: {found.entries} entries in {found.blocks} blocks {verdict}{waiting}{last}"
    say.print(said, markup=False, highlight=False, soft_wrap=True)


def _line(problem: AuditProblem) -> str:
    return WORDS[problem.kind].format(entry=problem.entry, block=problem.block)
