"""Transactions of jobs: run where the requests run theirs, so that writers take turns instead of waiting for a lock."""

from collections.abc import Callable
from typing import TypeVar

from mastro.database.connection import Database, Session

T = TypeVar("T")


def write(database: Database, work: Callable[[Session], T]) -> T:
    """Run `work` in a transaction, again where the database itself gave it up. Raises Unavailable in the end."""

    def once() -> T:
        with database.write() as session:
            return work(session)

    return database.executor.submit(database.retry, once).result()
