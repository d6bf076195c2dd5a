"""Documents that are there twice: the same supplier, number and date, among what is registered and what waits."""

from sqlalchemy import bindparam, select

from mastro.api.call import Call
from mastro.database.connection import Prepared
from mastro.resources.received_documents.table import received_documents

_registered = received_documents.table
_REGISTERED = Prepared(
    select(_registered.c.id)
    .where(_registered.c.company_id == bindparam("company_id"), _registered.c.identity == bindparam("identity"))
    .order_by(_registered.c.id)
    .limit(1)
)


def registered(call: Call, identity: str | None) -> int | None:
    """Id of the received document that is the same, None where there is none."""
    if identity is None:
        return None
    id: int | None = call.session.scalar(_REGISTERED, company_id=call.company_id, identity=identity)
    return id
