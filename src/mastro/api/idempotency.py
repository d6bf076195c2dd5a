"""`Idempotency-Key`: a create that is sent twice is done once. The second answer is the first one's, byte for byte.

The answer is kept in the transaction of the create, under a unique key: of two requests at the same moment one waits
for the other, and then finds its answer. Refusals are not kept: what failed may be sent again with the same key.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping

from sqlalchemy import bindparam, delete, insert, select

from mastro.api.call import Installation
from mastro.api.errors import Invalid
from mastro.api.operation import Answer
from mastro.database.connection import Prepared, Session
from mastro.database.schema import idempotency_keys

KEPT = dt.timedelta(hours=24)
MAX_KEY = 255

_FIND = Prepared(
    select(idempotency_keys.c.request, idempotency_keys.c.answer).where(
        idempotency_keys.c.company_id == bindparam("company_id"),
        idempotency_keys.c.key == bindparam("key"),
        idempotency_keys.c.created_at > bindparam("oldest"),
    )
)
_FORGET = Prepared(
    delete(idempotency_keys).where(
        idempotency_keys.c.company_id == bindparam("company_id"),
        idempotency_keys.c.key == bindparam("key"),
        idempotency_keys.c.created_at <= bindparam("oldest"),
    )
)
_FORGET_OLD = Prepared(delete(idempotency_keys).where(idempotency_keys.c.created_at <= bindparam("oldest")))
_KEEP = Prepared(insert(idempotency_keys))


def _stamp(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")


def key_of(header: str, operation_id: str, user_id: int) -> str:
    """The key under which an answer is kept: of this user and this operation. Raises Invalid for an overlong one."""
    if len(header) > MAX_KEY:
        raise Invalid(
            validation={"Idempotency-Key": [f"The key has at most {MAX_KEY} characters."]},
            code="IDEMPOTENCY_KEY_TOO_LONG",
        )
    return hashlib.sha256(f"{user_id} {operation_id} {header}".encode()).hexdigest()


def fingerprint(address: str, query: Mapping[str, str], raw: bytes) -> str:
    """What a request asks for: of whom, how, and with which body."""
    head = json.dumps([address, sorted(query.items())]).encode()
    return hashlib.sha256(head + raw).hexdigest()


def replay(session: Session, company_id: int, key: str, asked: str, now: dt.datetime) -> Answer | None:
    """The answer given before under this key. Raises Invalid where something else was asked for."""
    row = session.row(_FIND, company_id=company_id, key=key, oldest=_stamp(now - KEPT))
    if row is None:
        return None
    request, answer = row
    if request != asked:
        raise Invalid(
            "This Idempotency-Key was used for another address or body. Use a new key for a new request.",
            code="IDEMPOTENCY_KEY_REUSED",
        )
    return Answer(answer, headers={"Idempotent-Replayed": "true"})


def keep(session: Session, company_id: int, key: str, asked: str, answer: bytes, now: dt.datetime) -> None:
    """Keep an answer for a day."""
    # only an outlived one makes room: that of a request at the same moment must stand in this one's way
    session.run(_FORGET, company_id=company_id, key=key, oldest=_stamp(now - KEPT))
    session.run(_KEEP, company_id=company_id, key=key, request=asked, answer=answer, created_at=_stamp(now))


def forget_old(installation: Installation) -> None:
    """Remove the answers that are older than a day."""
    with installation.database.write() as session:
        session.run(_FORGET_OLD, oldest=_stamp(installation.settings.clock() - KEPT))
