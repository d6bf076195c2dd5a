"""Periodic cleaning: what was kept for a while and is not needed any more."""

import datetime as dt

from sqlalchemy import select

from mastro.api.call import Installation
from mastro.database.connection import Prepared
from mastro.database.schema import companies
from mastro.jobs import long
from mastro.resources import attachments, webhooks
from mastro.resources import jobs as long_jobs

_COMPANIES = Prepared(select(companies.c.id))


def forget_deliveries(installation: Installation) -> None:
    """Shorten the log of webhook deliveries of every company to the days that are kept."""
    settings = installation.settings
    before = settings.clock() - dt.timedelta(days=settings.delivery_days)
    with installation.database.read() as session:
        ids = [id for (id,) in session.rows(_COMPANIES)]
    for id in ids:  # a transaction each: no other writer waits for all of them
        with installation.database.write() as session:
            webhooks.forget_deliveries(session, id, before)


def expire_uploads(installation: Installation) -> None:
    """Delete the uploads that no document came to name."""
    attachments.expire_uploads(installation)


def forget_long_jobs(installation: Installation) -> None:
    """Forget the long jobs whose time is over, and what processes that died at one have left."""
    now = installation.settings.clock()
    with installation.database.read() as session:
        ids = [id for (id,) in session.rows(_COMPANIES)]
    for id in ids:
        with installation.database.write() as session:
            long_jobs.forget_old(session, id, now)
    long.sweep(installation)
