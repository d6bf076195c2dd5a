"""The seals of the trail of changes are set by the worker: who writes an event waits for none."""

import datetime as dt

import structlog

from mastro.api.call import Installation
from mastro.database import seals
from mastro.database.connection import Duplicate
from mastro.jobs.transactions import write

log = structlog.get_logger()

MARGIN = dt.timedelta(minutes=1)
"""How far the clocks of servers that share a database may be apart, and how far one may be put back."""


def seal_events(installation: Installation, margin: dt.timedelta = MARGIN) -> None:
    """Seal the events of every company that stand: none with a lower id can come any more."""
    database = installation.database
    moment = write(database, seals.settled) - margin // dt.timedelta(microseconds=1)
    with database.read() as session:  # later than the moment was told: see `settled`
        waiting = seals.unsealed(session, moment)
    for company_id in waiting:
        while _seal(installation, company_id, moment):
            pass


def _seal(installation: Installation, company_id: int, moment: int) -> bool:
    """Seal one block; whether there may be more."""
    sealed_at = f"{installation.settings.clock():%Y-%m-%d %H:%M:%S}"
    with installation.database.read() as session:  # reading keeps no writer waiting
        block = seals.next_block(session, company_id, seals.head(session, company_id), moment, sealed_at)
    if block is None:
        return False
    try:
        write(installation.database, lambda session: seals.append(session, company_id, block))
    except Duplicate:
        log.info("another worker sealed the block", company=company_id, block=block.number)
        return False
    return block.entries == seals.BLOCK
