"""What the installation must remember of itself: a few names with a value each."""

from sqlalchemy import bindparam, select, text

from mastro.database.connection import Prepared, Session
from mastro.database.schema import facts

LAST_COMPANY = "last company"
"""The highest id that a purged company had: signed links name companies by it, so none is given twice."""

_GET = Prepared(select(facts.c.value).where(facts.c.name == bindparam("name")))
_SET = Prepared(
    text(
        "INSERT INTO facts (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    )
)


def fact(session: Session, name: str) -> str:
    """What is remembered under a name; empty for nothing."""
    return session.scalar(_GET, name=name) or ""


def remember(session: Session, name: str, value: str) -> None:
    """Remember something, in place of what was there."""
    session.run(_SET, name=name, value=value)
