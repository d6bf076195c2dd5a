"""Subscriptions: which address hears of which events, how it proves that it wants them, and what was sent there."""

import datetime as dt

import msgspec

from mastro.api import body as bodies
from mastro.api.call import PAGES, Call
from mastro.api.errors import Conflict, Forbidden, Invalid, NotFound, invalid
from mastro.api.operation import PAGE, PER_PAGE, Operation
from mastro.api.paging import envelope, page_of
from mastro.database.collection import encoder
from mastro.database.events import WEBHOOK
from mastro.database.ids import next_time_id
from mastro.database.jobs import enqueue
from mastro.delivery.webhooks import RefusedSink, check_sink
from mastro.model.base import Body, Id
from mastro.resources import event_types, webhooks
from mastro.resources.webhooks import PERSONAL, Delivery, Method, Stored, Subscription

MAX_SUBSCRIPTIONS = 100
"""Of a company."""
MAX_TYPES = 500
"""Names of events in one request."""
MAX_ATTEMPTS = 5
"""How often a sink is asked whether it wants our events; after that only another sink helps."""
BETWEEN_ATTEMPTS = dt.timedelta(minutes=10)
MAX_TEST_IDS = 100


class VerifyBody(Body):
    """How the sink is to be asked this time; the subscription's own way where it is not said."""

    id: str = ""
    verification_method: Method | None = None


class TestBody(Body):
    """What a test event pretends: a type of the subscription, and ids."""

    type: str = ""
    ids: list[Id] = msgspec.field(default_factory=list)


# what the operations share


def _key(call: Call, name: str, prefix: str) -> int:
    text = call.path[name].removeprefix(prefix)
    if not (text.isascii() and text.isdigit() and len(text) < 20) or int(text) >= 2**63:
        raise NotFound
    return int(text)


def _load(call: Call, *, change: bool = False) -> Stored:
    """The subscription of the path. Raises NotFound, also for one of another application."""
    if change:
        webhooks.lock(call.session, call.company_id)
    stored = webhooks.find(call.session, call.company_id, _key(call, "subscription_id", "SUB"))
    if stored is None or not _sees(call, stored):
        raise NotFound("Subscription not found.")
    return stored


def _sees(call: Call, stored: Stored) -> bool:
    return call.principal.program in {PERSONAL, PAGES, stored.program}


def _check(call: Call, body: Subscription) -> None:
    """Raise Invalid for a subscription without a sink that could be reached, or without types."""
    errors = bodies.check_required(body)
    if not body.types:
        errors["data.types"] = ["The data.types field is required."]
    elif len(body.types) > MAX_TYPES:
        errors["data.types"] = [f"The data.types field holds at most {MAX_TYPES} types."]
    if errors:
        raise Invalid(validation=errors)
    try:
        check_sink(body.sink, private=bool(call.settings.private_sinks))
    except RefusedSink as error:
        raise invalid("data.sink", f"The data.sink field is refused: {error}.", code="SINK_REFUSED") from None


def _choose(call: Call, asked: list[str], taken: set[str]) -> tuple[list[str], list[str]]:
    """The types to subscribe, groups taken apart, and a warning for each that is left out.

    Raises Forbidden for a type or a group that the caller may not read, Invalid where nothing is left.
    """
    chosen: dict[str, None] = {}
    warnings: dict[str, None] = {}
    for name in dict.fromkeys(asked):
        short = name.removeprefix(event_types.PREFIX)
        members = event_types.GROUPS.get(short, (short,))
        if not name.startswith(event_types.PREFIX) or any(member not in event_types.SCOPES for member in members):
            warnings[f"The type {name[:200]} does not exist: it was left out."] = None
            continue
        _check_scopes(call, name, members)
        for member in members:
            full = event_types.PREFIX + member
            if full in taken:
                warnings[f"The type {full} is subscribed already: it was left out."] = None
            else:
                chosen[full] = None
    if not chosen:
        raise Invalid(validation={"data.types": list(warnings)}, code="NO_TYPES")
    return list(chosen), list(warnings)


def _check_scopes(call: Call, name: str, members: tuple[str, ...]) -> None:
    needed = dict.fromkeys(scope for member in members for scope in event_types.SCOPES[member])
    missing = [scope for scope in needed if scope not in call.scopes]
    if missing:
        raise Forbidden(f"The type {name} needs these scopes, too: {', '.join(missing)}.")


def _taken(call: Call, program: str, *, but: int = 0) -> set[str]:
    """The types that other subscriptions of the same application have."""
    others = webhooks.every(call.session, call.company_id)
    return {name for other in others if other.program == program and other.key != but for name in other.body.types}


def _answer(body: Subscription, warnings: list[str] | None = None) -> bytes:
    return encoder.encode({"data": body} if warnings is None else {"data": body, "warnings": warnings})


# the operations


def list_webhooks_subscriptions(call: Call) -> bytes:
    """Every subscription of the company that the caller's application made; all of them for a personal token."""
    return encoder.encode(
        {"data": [stored.body for stored in webhooks.every(call.session, call.company_id) if _sees(call, stored)]}
    )


def create_webhooks_subscription(call: Call) -> bytes:
    """Subscribe an address to events. It is asked right away whether it wants them."""
    new = call.parse(Subscription).data
    _check(call, new)
    webhooks.lock(call.session, call.company_id)
    if len(webhooks.every(call.session, call.company_id)) >= MAX_SUBSCRIPTIONS:
        raise Conflict(f"A company has at most {MAX_SUBSCRIPTIONS} subscriptions.", code="TOO_MANY_SUBSCRIPTIONS")
    program = call.principal.program
    new.types, warnings = _choose(call, new.types, _taken(call, program))
    stored = webhooks.add(call.session, call.company_id, new, program=program)
    webhooks.ask_for_verification(call.session, call.company_id, stored, new.verification_method, call.now)
    return _answer(new, warnings)


def get_webhooks_subscription(call: Call) -> bytes:
    """One subscription."""
    return _answer(_load(call).body)


def modify_webhooks_subscription(call: Call) -> bytes:
    """Change a subscription. A new sink is asked whether it wants the events; until it says so, it gets none."""
    stored = _load(call, change=True)
    old = stored.body
    new = bodies.parse_over(call.raw, encoder.encode(old), Subscription).data
    new.id, new.verified = old.id, old.verified
    _check(call, new)
    new.types, warnings = _choose(call, new.types, _taken(call, stored.program, but=stored.key))
    stored.body = new
    if new.sink == old.sink:
        webhooks.save(call.session, call.company_id, stored)
    else:
        new.verified, stored.attempts, stored.expires_at = False, 0, None
        webhooks.ask_for_verification(call.session, call.company_id, stored, new.verification_method, call.now)
    return _answer(new, warnings)


def delete_webhooks_subscription(call: Call) -> bytes:
    """End a subscription. Events that wait to be told are dropped."""
    webhooks.remove(call.session, call.company_id, _load(call, change=True).key)
    return b"{}"


def verify_webhooks_subscription(call: Call) -> bytes:
    """Ask the sink again whether it wants the events: five times in all, ten minutes apart."""
    stored = _load(call, change=True)
    method = call.parse(VerifyBody).data.verification_method if call.raw.strip() else None
    if stored.body.verified:
        return _answer(stored.body)
    if stored.attempts >= MAX_ATTEMPTS:
        raise Conflict(
            f"The sink was asked {MAX_ATTEMPTS} times. Change it or make another subscription.",
            code="VERIFICATION_EXHAUSTED",
        )
    earliest = dt.datetime.fromisoformat(f"{stored.attempted_at}+00:00") + BETWEEN_ATTEMPTS
    if call.now < earliest:
        seconds = int((earliest - call.now).total_seconds()) + 1
        raise Conflict(
            f"The sink is asked once in 10 minutes. Try again in {seconds} seconds.",
            code="VERIFICATION_TOO_EARLY",
            headers={"Retry-After": str(seconds)},
        )
    asked = method or stored.body.verification_method
    webhooks.ask_for_verification(call.session, call.company_id, stored, asked, call.now)
    return _answer(stored.body)


# ours: the log, replay and test


def list_webhooks_deliveries(call: Call) -> bytes:
    """What was sent to a subscription and what became of it, the newest first."""
    stored = _load(call)
    page = page_of(call.query)
    rows = webhooks.page_of_log(call.session, call.company_id, stored.key, limit=page.size, offset=page.offset)
    total = webhooks.length_of_log(call.session, call.company_id, stored.key)
    return envelope([(row,) for row in rows], page, total, call.url, call.query)


def replay_webhooks_delivery(call: Call) -> bytes:
    """Send an event of the log once more, under the id that it had."""
    stored = _load(call, change=True)
    _check_verified(stored)
    old = webhooks.find_delivery(call.session, call.company_id, stored.key, _key(call, "delivery_id", "DEL"))
    if old is None or old.type == event_types.PREFIX + event_types.VERIFICATION:
        raise NotFound("Delivery not found.")
    return _send(call, stored, old.type, old.ids, event_id=old.event_id, time=old.event_time)


def test_webhooks_subscription(call: Call) -> bytes:
    """Send a test event, or what looks like an event of a type of the subscription."""
    stored = _load(call, change=True)
    _check_verified(stored)
    wanted = call.parse(TestBody).data if call.raw.strip() else TestBody()
    if wanted.type and wanted.type not in stored.body.types:
        raise invalid("data.type", "The data.type field must be a type of the subscription.")
    if len(wanted.ids) > MAX_TEST_IDS:
        raise invalid("data.ids", f"The data.ids field holds at most {MAX_TEST_IDS} ids.")
    return _send(call, stored, wanted.type or event_types.PREFIX + event_types.TEST, wanted.ids)


def _check_verified(stored: Stored) -> None:
    if not stored.body.verified:
        raise Conflict("The subscription is not verified.", code="NOT_VERIFIED")


def _send(call: Call, stored: Stored, type: str, ids: list[int], *, event_id: str = "", time: str = "") -> bytes:
    """Leave an event to be told to one subscription; the answer is its entry of the log, as it begins."""
    time, event = time or call.now.isoformat(), next_time_id()
    payload = {
        "subscription_id": stored.key,
        "event_id": event,
        "type": type.removeprefix(event_types.PREFIX),
        "ids": ids,
        "time": time,
        "ce_id": event_id,
    }
    job = enqueue(call.session, call.company_id, WEBHOOK, payload, now=call.now)
    begun = Delivery(
        id=f"DEL{job}",
        event_id=event_id or webhooks.event_id(stored.key, event),
        type=type,
        ids=ids,
        event_time=time,
        sink=stored.body.sink,
        created_at=call.timestamp,
    )
    webhooks.log_delivery(call.session, call.company_id, stored.key, job, begun)
    return encoder.encode({"data": begun})


_PATH = "/c/{company_id}/subscriptions"
_ONE = f"{_PATH}/{{subscription_id}}"
_TAG = "Webhooks"
_IDS = {"subscription_id": "string", "delivery_id": "string"}
_WARNINGS = {"warnings": {"type": "array", "items": {"type": "string"}}}

OPERATIONS = (
    Operation(
        "listWebhooksSubscriptions",
        "GET",
        _PATH,
        list_webhooks_subscriptions,
        _TAG,
        "List Webhooks Subscriptions",
        answer=list[Subscription],
    ),
    Operation(
        "CreateWebhooksSubscription",
        "POST",
        _PATH,
        create_webhooks_subscription,
        _TAG,
        "Create a Webhooks Subscription",
        writes=True,
        body=Subscription,
        answer=Subscription,
        answer_extra=_WARNINGS,
    ),
    Operation(
        "getWebhooksSubscription",
        "GET",
        _ONE,
        get_webhooks_subscription,
        _TAG,
        "Get Webhooks Subscription",
        answer=Subscription,
        id_types=_IDS,
    ),
    Operation(
        "modifyWebhooksSubscription",
        "PUT",
        _ONE,
        modify_webhooks_subscription,
        _TAG,
        "Modify Webhooks Subscription",
        writes=True,
        body=Subscription,
        answer=Subscription,
        answer_extra=_WARNINGS,
        id_types=_IDS,
    ),
    Operation(
        "deleteWebhooksSubscription",
        "DELETE",
        _ONE,
        delete_webhooks_subscription,
        _TAG,
        "Delete Webhooks Subscription",
        writes=True,
        id_types=_IDS,
    ),
    Operation(
        "verifyWebhooksSubscription",
        "POST",
        f"{_ONE}/verify",
        verify_webhooks_subscription,
        _TAG,
        "Verify Webhooks Subscription",
        writes=True,
        body=VerifyBody,
        answer=Subscription,
        id_types=_IDS,
    ),
    Operation(
        "testWebhooksSubscription",
        "POST",
        f"{_ONE}/test",
        test_webhooks_subscription,
        _TAG,
        "Send a Test Event",
        writes=True,
        body=TestBody,
        answer=Delivery,
        id_types=_IDS,
    ),
    Operation(
        "listWebhooksDeliveries",
        "GET",
        f"{_ONE}/deliveries",
        list_webhooks_deliveries,
        _TAG,
        "List Webhooks Deliveries",
        query=(PAGE, PER_PAGE),
        answer=list[Delivery],
        paginated=True,
        id_types=_IDS,
    ),
    Operation(
        "replayWebhooksDelivery",
        "POST",
        f"{_ONE}/deliveries/{{delivery_id}}/replay",
        replay_webhooks_delivery,
        _TAG,
        "Replay a Webhooks Delivery",
        writes=True,
        answer=Delivery,
        id_types=_IDS,
    ),
)
