"""Events: what happened to which resource, written in the transaction in which it happened.

Whoever subscribed to the event gets a job in the same transaction: the change, its event and the webhooks that tell of
it are there together, or none of them is.
"""

import datetime as dt

from sqlalchemy import bindparam, insert, select

from mastro.database.connection import Prepared, Session
from mastro.database.ids import next_time_id
from mastro.database.jobs import enqueue
from mastro.database.schema import events, webhook_targets

_INSERT = Prepared(insert(events))

_TARGETS = Prepared(
    select(webhook_targets.c.subscription_id).where(
        webhook_targets.c.company_id == bindparam("company_id"), webhook_targets.c.type == bindparam("type")
    )
)

WEBHOOK = "webhook"
"""Kind of the jobs that tell a subscription of an event."""


def emit(
    session: Session,
    company_id: int,
    type: str,
    *ids: int,
    user_id: int,
    now: dt.datetime,
    program: str = "",
    token: str = "",
    changes: bytes | None = None,
) -> None:
    """Write that `type` (such as `entities.clients.create`) happened to one resource, or to many after an import.

    `program` and `token` say by what the user did it, `changes` which keys an update changed (JSON).
    """
    event_id = next_time_id()
    for id in ids:
        session.run(
            _INSERT,
            company_id=company_id,
            id=event_id if id == ids[0] else next_time_id(),
            type=type,
            resource_id=id,
            user_id=user_id,
            created_at=now.strftime("%Y-%m-%d %H:%M:%S"),
            program=program,
            token=token,
            changes=changes,
        )
    for (subscription_id,) in session.rows(_TARGETS, company_id=company_id, type=type):
        payload = {"subscription_id": subscription_id, "event_id": event_id, "type": type, "ids": list(ids)}
        enqueue(session, company_id, WEBHOOK, {**payload, "time": now.isoformat()}, now=now)
