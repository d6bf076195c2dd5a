"""What tests look up behind the API: the events that were written."""

from sqlalchemy import select

from mastro.api.call import Installation
from mastro.database.schema import events


def events_of(installation: Installation, company_id: int) -> list[tuple[str, int]]:
    """Type and resource of every event of a company, oldest first."""
    statement = select(events.c.type, events.c.resource_id).where(events.c.company_id == company_id)
    with installation.database.read() as session:
        return [(row[0], row[1]) for row in session.rows(statement.order_by(events.c.id))]
