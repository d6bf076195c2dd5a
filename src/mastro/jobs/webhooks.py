"""Webhooks: tell a sink of an event, ask a sink whether it wants events, and what follows from its answer.

An event is told at least once: its job is deleted only after the answer was written down. Times, counts and status
codes are the vendor's (its pages on webhooks); where it says "growing interval" the intervals are ours.
"""

import datetime as dt
import hmac
import secrets
import uuid
from typing import Any

import msgspec
from sqlalchemy import bindparam, or_, select

from mastro.api.call import PAGES, Installation
from mastro.api.scopes import effective
from mastro.database.collection import ALL
from mastro.database.connection import Prepared, Session
from mastro.database.events import WEBHOOK
from mastro.database.jobs import Job, enqueue
from mastro.database.schema import grants, memberships
from mastro.delivery import webhooks as http
from mastro.delivery.webhook_signature import sign
from mastro.jobs import slow_sinks
from mastro.jobs.transactions import write
from mastro.jobs.worker import Again
from mastro.resources import event_types, webhooks
from mastro.resources.webhooks import PERSONAL, Delivery, Stored
from mastro.settings import ROME

ATTEMPTS = 4
"""In all, for an answer 5xx or none."""
INTERVALS = (60, 600, 3600)
"""Seconds before the second, third and fourth attempt."""
SUCCESS = frozenset({200, 201, 202, 204})
"""The vendor also takes 102, which in HTTP announces another answer: that one counts."""
GONE = 410
EXPIRY = dt.timedelta(days=10)
"""A subscription is deleted at the first failure this long after the first one that no success followed."""

USER_AGENT = "FattureInCloud/API-WEBHOOK"
CHALLENGE = "x-fic-verification-challenge"

MAX_FULL, MAX_FULL_BYTES = 100, 1024 * 1024
"""Resources that one event carries, and their length; what does not fit, the receiver fetches by its id."""

PUSHED_BACK = 15
"""Seconds, up to twice as many, that an event waits where enough others wait for the same slow sink."""


# telling of an event


def deliver(installation: Installation, job: Job) -> None:
    """Tell a subscription of an event. Raises Again for an answer that may be better later."""
    with installation.database.read() as session:
        stored = webhooks.find(session, job.company_id, job.payload["subscription_id"])
        if stored is None:
            return
        entry = _entry(installation, session, job, stored)
        resources = _resources(session, job, stored)
        refusal = _no_access(session, job, stored)
    if refusal:
        _failed(installation, job, stored, entry, refusal)
        return
    headers, body = message(installation, job.company_id, stored, entry, resources)
    reply = _post(installation, stored.body.sink, headers, body)
    entry.status, entry.error, entry.milliseconds = reply.status or None, reply.error, int(reply.seconds * 1000)
    if reply.status in SUCCESS:
        _delivered(installation, job, stored, entry)
    elif reply.status == GONE:
        _gone(installation, job, stored, entry)
    elif (reply.status >= 500 or (not reply.status and not reply.refused)) and job.attempts < ATTEMPTS:
        _waits(installation, job, stored, entry)
    else:
        _failed(installation, job, stored, entry, entry.error or f"the sink answered {reply.status}")


def _post(installation: Installation, sink: str, headers: dict[str, str], body: bytes) -> http.Reply:
    """Send an event. Raises Again, without counting the attempt, where others wait for the same slow sink."""
    try:
        with slow_sinks.turn(sink):
            reply = http.request("POST", sink, headers, body, private=bool(installation.settings.private_sinks))
            slow_sinks.took(sink, reply.seconds)
            return reply
    except slow_sinks.TooMany:
        after = PUSHED_BACK + secrets.randbelow(PUSHED_BACK)
        raise Again(f"{sink} is slow, and other events wait for it", after=after, counted=False) from None


_GRANTS = Prepared(
    select(grants.c.scopes, memberships.c.role, memberships.c.permissions)
    .join(memberships, memberships.c.user_id == grants.c.user_id)
    .where(
        grants.c.client_id == bindparam("program"),
        grants.c.state == "active",
        memberships.c.company_id == bindparam("company_id"),
        or_(grants.c.company_id.is_(None), grants.c.company_id == bindparam("company_id")),
    )
)


def _no_access(session: Session, job: Job, stored: Stored) -> str:
    """Why an event is not told; "" where it is. An application that was put out hears nothing more."""
    if not stored.body.verified:
        return "the subscription is not verified"
    if stored.program in {PERSONAL, PAGES}:
        return ""
    needed = set(event_types.SCOPES.get(job.payload["type"], ()))
    for granted, role, permissions in session.rows(_GRANTS, program=stored.program, company_id=job.company_id):
        if needed <= effective(granted, role, permissions):
            return ""
    return "the application may not read this any more"


def _entry(installation: Installation, session: Session, job: Job, stored: Stored) -> Delivery:
    """The entry of the log for this attempt."""
    payload, now = job.payload, _wire(installation)
    known = webhooks.find_delivery(session, job.company_id, stored.key, job.id)
    asked = [name.removeprefix(event_types.PREFIX) for name in stored.body.types]
    return Delivery(
        id=f"DEL{job.id}",
        event_id=payload.get("ce_id") or webhooks.event_id(stored.key, payload["event_id"]),
        type=event_types.PREFIX + event_types.asked_as(payload["type"], asked),
        ids=payload["ids"],
        event_time=payload["time"],
        sink=stored.body.sink,
        attempts=job.attempts,
        created_at=known.created_at if known else now,
        attempted_at=now,
    )


def _wire(installation: Installation, later: float = 0) -> str:
    moment = installation.settings.clock().astimezone(ROME) + dt.timedelta(seconds=later)
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def message(
    installation: Installation, company_id: int, stored: Stored, entry: Delivery, resources: list[msgspec.Raw] | None
) -> tuple[dict[str, str], bytes]:
    """An event as a CloudEvent over HTTP, headers and body: binary or structured, as the subscription says."""
    settings, subject = installation.settings, f"company:{company_id}"
    data: dict[str, Any] = {"ids": entry.ids}
    if resources is not None:
        data["resources"] = resources
    headers = _headers(installation, stored, entry.event_id, subject)
    event = {
        "specversion": "1.0",
        "id": entry.event_id,
        "source": settings.address,
        "type": entry.type,
        "subject": subject,
        "time": dt.datetime.fromisoformat(entry.event_time).isoformat(timespec="seconds"),
    }
    if stored.body.config.mapping == "structured":
        headers["Content-Type"] = "application/cloudevents+json"
        return headers, msgspec.json.encode({**event, "datacontenttype": "application/json", "data": data})
    headers |= {f"ce-{name}": value for name, value in event.items()}
    return {**headers, "Content-Type": "application/json"}, msgspec.json.encode({"data": data})


def _headers(installation: Installation, stored: Stored, id: str, subject: str) -> dict[str, str]:
    settings = installation.settings
    token = sign(settings, id=id, sink=stored.body.sink, subject=subject, program=stored.program, now=settings.clock())
    return {"Authorization": f"Bearer {token}", "User-Agent": USER_AGENT, "Accept": "application/json"}


def _resources(session: Session, job: Job, stored: Stored) -> list[msgspec.Raw] | None:
    """The resources of an event as they are now, None where the subscription wants only ids."""
    if stored.body.config.payload != "full":
        return None
    family = job.payload["type"].rpartition(".")[0]
    name = _COLLECTIONS.get(family) or family.removeprefix("entities.").partition(".")[0]
    collection = next((one for one in ALL if one.name == name), None)
    if collection is None:
        return None
    found: list[msgspec.Raw] = []
    size = 0
    for id in job.payload["ids"][:MAX_FULL]:
        body = collection.get_bytes(session, job.company_id, id)
        size += len(body or b"")
        if size > MAX_FULL_BYTES:
            break
        if body is not None:
            found.append(msgspec.Raw(body))
    return found


_COLLECTIONS = {"archive_documents": "archive", "received_documents.e_invoices": "pending_received_documents"}
"""Family of events → collection, where the first word of the family is not its name."""


# what follows from the answer


def _delivered(installation: Installation, job: Job, stored: Stored, entry: Delivery) -> None:
    entry.state = "delivered"

    def note(session: Session) -> None:
        webhooks.log_delivery(session, job.company_id, stored.key, job.id, entry)
        if stored.expires_at:
            webhooks.set_expiry(session, job.company_id, stored.key, None)

    write(installation.database, note)


def _waits(installation: Installation, job: Job, stored: Stored, entry: Delivery) -> None:
    seconds = INTERVALS[job.attempts - 1]
    entry.next_attempt_at = _wire(installation, seconds)
    reason = entry.error or f"the sink answered {entry.status}"
    write(
        installation.database,
        lambda session: webhooks.log_delivery(session, job.company_id, stored.key, job.id, entry),
    )
    raise Again(f"{stored.body.sink}: {reason}", after=seconds)


def _gone(installation: Installation, job: Job, stored: Stored, entry: Delivery) -> None:
    """The sink says that it is gone for good."""
    entry.state, entry.error = "failed", "the sink answered 410: the subscription was deleted"

    def note(session: Session) -> None:
        current = _log_and_lock(session, job, stored, entry)
        if current and current.body.sink == stored.body.sink:
            webhooks.remove(session, job.company_id, stored.key)

    write(installation.database, note)


def _failed(installation: Installation, job: Job, stored: Stored, entry: Delivery, reason: str) -> None:
    """Drop an event; the first failure starts the time after which another one deletes the subscription."""
    entry.state, entry.error = "failed", reason
    now = installation.settings.clock()

    def note(session: Session) -> None:
        current = _log_and_lock(session, job, stored, entry)
        if current is None or current.body.sink != stored.body.sink or not current.body.verified:
            return  # another address by now: this failure says nothing about it
        if current.expires_at is None:
            webhooks.set_expiry(session, job.company_id, stored.key, webhooks.utc(now + EXPIRY))
        elif current.expires_at <= webhooks.utc(now):
            webhooks.remove(session, job.company_id, stored.key)

    write(installation.database, note)


def _log_and_lock(session: Session, job: Job, stored: Stored, entry: Delivery) -> Stored | None:
    """Write down a delivery; the subscription as it is now, held against other changes."""
    webhooks.lock(session, job.company_id)
    webhooks.log_delivery(session, job.company_id, stored.key, job.id, entry)
    return webhooks.find(session, job.company_id, stored.key)


# asking a sink whether it wants events


def verify(installation: Installation, job: Job) -> None:
    """Ask a sink once to repeat a challenge. Where it does, it hears of events from now on, first of a welcome."""
    with installation.database.read() as session:
        stored = webhooks.find(session, job.company_id, job.payload["subscription_id"])
    if stored is None or stored.body.verified or stored.body.sink != job.payload["sink"]:
        return
    now = installation.settings.clock()
    entry = Delivery(
        id=f"DEL{job.id}",
        event_id=f"{stored.key}:{uuid.uuid4()}",
        type=event_types.PREFIX + event_types.VERIFICATION,
        event_time=now.isoformat(),
        sink=stored.body.sink,
        attempts=job.attempts,
        created_at=_wire(installation),
        attempted_at=_wire(installation),
    )
    _challenge(installation, job, stored, entry)

    def note(session: Session) -> None:
        current = _log_and_lock(session, job, stored, entry)
        if not entry.error and current and current.body.sink == stored.body.sink and not current.body.verified:
            _welcome(session, job, current, now)

    write(installation.database, note)


def _challenge(installation: Installation, job: Job, stored: Stored, entry: Delivery) -> None:
    """Ask the sink, and write into the entry how that went."""
    challenge, sink = secrets.token_hex(32), stored.body.sink
    headers = _headers(installation, stored, entry.event_id, f"company:{job.company_id}")
    if job.payload["method"] == "query":
        sink = http.with_query(sink, CHALLENGE, challenge)
    else:
        headers[CHALLENGE] = challenge
    reply = http.request("GET", sink, headers, private=bool(installation.settings.private_sinks))
    entry.error = reply.error or _refusal(reply, challenge)
    entry.status, entry.milliseconds = reply.status or None, int(reply.seconds * 1000)
    entry.state = "failed" if entry.error else "delivered"


def _refusal(reply: http.Reply, challenge: str) -> str:
    """Why an answer is not the right one; "" where it is."""
    if reply.status != 200:
        return f"the sink answered {reply.status}, not 200"
    try:
        said = msgspec.json.decode(reply.body, type=dict[str, Any]).get("verification")
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return "the sink answered no JSON object"
    if not isinstance(said, str) or not hmac.compare_digest(said.encode(), challenge.encode()):
        return "the sink did not repeat the challenge as `verification`"
    return ""


def _welcome(session: Session, job: Job, stored: Stored, now: dt.datetime) -> None:
    """Let a subscription hear of events."""
    stored.body.verified, stored.attempts, stored.expires_at = True, 0, None
    webhooks.save(session, job.company_id, stored)
    payload = {
        "subscription_id": stored.key,
        "event_id": job.id,
        "type": event_types.WELCOME,
        "ids": [],
        "time": now.isoformat(),
    }
    enqueue(session, job.company_id, WEBHOOK, payload, now=now)
