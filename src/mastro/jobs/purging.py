"""The end of a deleted company: every row and every file of it goes once it can be taken back no more."""

from collections.abc import Callable

import structlog
from sqlalchemy import Table, bindparam, delete, select

from mastro.api.call import Installation
from mastro.database import deletions, facts
from mastro.database.connection import Prepared, Row, Session
from mastro.database.schema import companies, metadata
from mastro.database.schema import deletions as table_of_deletions
from mastro.delivery.storage import StorageUnavailable
from mastro.jobs.transactions import write
from mastro.resources import attachments
from mastro.resources.emails import outbox_of

log = structlog.get_logger()

_FILES = Prepared(
    select(attachments.attachments.c.hash, attachments.attachments.c.kind).where(
        attachments.attachments.c.company_id == bindparam("company")
    )
)


def purge_deleted(installation: Installation) -> None:
    """Empty the companies whose time is over. What is interrupted goes on with the next run."""
    with installation.database.read() as session:
        ids = deletions.over(session, installation.settings.clock())
    for id in ids:
        try:
            _purge(installation, id)
        except (StorageUnavailable, OSError) as error:  # one whose files cannot be reached keeps no other
            log.warning("deleted company not purged yet", company=id, reason=str(error))


def _purge(installation: Installation, id: int) -> None:
    _delete_files(installation, id)
    for table in reversed(metadata.sorted_tables):
        if "company_id" in table.c and table is not table_of_deletions:
            write(installation.database, _emptying(table, id))
    write(installation.database, lambda session: _forget(session, id))
    log.info("deleted company purged", company=id)


def _delete_files(installation: Installation, id: int) -> None:
    """Its uploads and results, and what it sent where there is no mail server."""
    with installation.database.read() as session:
        files: list[Row] = session.rows(_FILES, company=id)
    storage = attachments.storage_of(installation.settings)
    for hash, kind in files:
        storage.delete(attachments.storage_key(id, kind, hash))
    for message in outbox_of(installation.settings).folder.glob(f"{id}.*.eml"):
        message.unlink(missing_ok=True)


def _emptying(table: Table, id: int) -> Callable[[Session], int]:
    statement = delete(table).where(table.c.company_id == bindparam("company"))
    return lambda session: session.run(statement, company=id)


def _forget(session: Session, id: int) -> None:
    last = max(id, int(facts.fact(session, facts.LAST_COMPANY) or 0))
    facts.remember(session, facts.LAST_COMPANY, str(last))
    session.run(delete(companies).where(companies.c.id == bindparam("company")), company=id)
    session.run(delete(table_of_deletions).where(table_of_deletions.c.company_id == bindparam("company")), company=id)
