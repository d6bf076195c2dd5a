"""The bin: deleted documents, whole, until they are recovered or deleted for good."""

from sqlalchemy import bindparam, delete, insert, select

from mastro.database.connection import Prepared, Session
from mastro.database.schema import bin_

_key = (
    bin_.c.company_id == bindparam("company_id"),
    bin_.c.collection == bindparam("collection"),
    bin_.c.id == bindparam("id"),
)
_KEEP = Prepared(insert(bin_))
_GET = Prepared(select(bin_.c.body).where(*_key))
_REMOVE = Prepared(delete(bin_).where(*_key))
_IDS = Prepared(
    select(bin_.c.id)
    .where(bin_.c.company_id == bindparam("company_id"), bin_.c.collection == bindparam("collection"))
    .order_by(bin_.c.deleted_at.desc(), bin_.c.id.desc())
)


def keep(session: Session, company_id: int, collection: str, id: int, body: bytes, now: str) -> None:
    """Put a deleted document into the bin."""
    session.run(_KEEP, company_id=company_id, collection=collection, id=id, deleted_at=now, body=body)


def get(session: Session, company_id: int, collection: str, id: int) -> bytes | None:
    """A document of the bin, None where it is not there."""
    body: bytes | None = session.scalar(_GET, company_id=company_id, collection=collection, id=id)
    return body


def ids(session: Session, company_id: int, collection: str) -> list[int]:
    """The ids of all that a company has in the bin, what was deleted last comes first."""
    return [id for (id,) in session.rows(_IDS, company_id=company_id, collection=collection)]


def remove(session: Session, company_id: int, collection: str, id: int) -> bool:
    """Take a document out of the bin; False where somebody else was faster."""
    return session.run(_REMOVE, company_id=company_id, collection=collection, id=id) == 1
