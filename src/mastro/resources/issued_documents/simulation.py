"""The simulated SdI of a company in test mode: what it will say of a file, and when that is said.

The messages to come are kept beside the file. A job waits for each; moving the test clock plays those whose time has
come at once. Both may happen together: a message that was played is no longer planned.
"""

import datetime as dt
import math

from mastro.api.call import Call
from mastro.database.jobs import enqueue
from mastro.delivery.sdi_simulator import NAME
from mastro.fatturapa import Invoice, read, simulation
from mastro.fatturapa.simulation import Order, Sent
from mastro.model.company import CompanySettings
from mastro.resources.company import load_settings
from mastro.resources.issued_documents.notices import take_notice
from mastro.resources.issued_documents.transmissions import (
    PlannedNotice,
    TestOutcome,
    Transmission,
    store,
)
from mastro.resources.received_documents.arrivals import arrive, companies_of

JOB = "sdi_simulator"
"""Kind of the jobs that wait for a message of the simulated SdI."""


def time_of(call: Call, settings: CompanySettings) -> dt.datetime:
    """What time it is for the simulated SdI of a company."""
    return call.now + dt.timedelta(seconds=settings.test_clock_ahead)


def begin(call: Call, transmission: Transmission) -> None:
    """Let the SdI take a file that was carried to it: checked, planned, and told as far as it is time."""
    settings = load_settings(call.session, call.company_id)
    transmission.received_at = time_of(call, settings).isoformat()
    sent = _sent(transmission)
    if simulation.faults(sent):
        wanted = TestOutcome(outcome="discarded", delay=_delay(transmission))
    elif transmission.test_outcome:
        wanted = transmission.test_outcome
    else:
        reachable = bool(companies_of(call, sent.invoice))
        usual = simulation.order_named(settings.test_outcome)
        order = simulation.order_of(sent.invoice, reachable=reachable, usual=usual)
        wanted = TestOutcome(outcome=order.outcome, code=order.code)
    follow(call, transmission, wanted)


def _delay(transmission: Transmission) -> int:
    return transmission.test_outcome.delay if transmission.test_outcome else 0


def follow(call: Call, transmission: Transmission, wanted: TestOutcome) -> None:
    """Plan what the SdI says from now on, in place of what was planned, and play what is due."""
    settings = load_settings(call.session, call.company_id)
    now = time_of(call, settings)
    transmission.test_outcome = wanted
    channel = simulation.channel_of(invoice_of(transmission))
    planned = simulation.plan(_order(wanted), channel, now, told(transmission))
    transmission.plan = [PlannedNotice(type=type_, at=at.isoformat()) for type_, at in planned]
    store(call, transmission)
    payload = {"transmission_id": transmission.id, "user_id": call.principal.user_id}
    for _, at in planned:
        if at > now:
            enqueue(call.session, call.company_id, JOB, payload, now=call.now, run_at=call.now + (at - now))
    play(call, transmission, now)


def told(transmission: Transmission) -> set[str]:
    """Types of the messages that came about a file."""
    return {notice.type for notice in transmission.notices}


def is_over(transmission: Transmission) -> bool:
    """Whether the SdI has said all that it can say about a file."""
    return simulation.is_over(simulation.channel_of(invoice_of(transmission)), told(transmission))


def play(call: Call, transmission: Transmission, now: dt.datetime) -> int:
    """Send the messages whose time has come; how many there were. The caller holds the collection of documents."""
    due = [step for step in transmission.plan if _moment(step) <= now]
    transmission.plan = [step for step in transmission.plan if step not in due]
    sent, wanted = _sent(transmission), transmission.test_outcome
    if not due or wanted is None:
        return 0
    store(call, transmission)
    for step in due:
        at = _moment(step)
        errors = simulation.faults(sent) if step.type == "NS" else []
        name, content = simulation.message(sent, _order(wanted), step.type, at, errors=errors)
        for _ in range(2 if wanted.repeated else 1):
            take_notice(call, transmission, name, content, date=at.strftime("%Y-%m-%d %H:%M:%S"))
        if step.type == "RC":
            arrive(call, sent)
    return len(due)


def seconds_left(transmission: Transmission, now: dt.datetime) -> float:
    """Seconds until the next message about a file; 0 where none is to come."""
    return max(0.0, min((_moment(step) - now for step in transmission.plan), default=dt.timedelta()).total_seconds())


def seconds_until(step: PlannedNotice, now: dt.datetime) -> int:
    """Seconds until a message is sent, rounded up; 0 where its time has come."""
    return max(0, math.ceil((_moment(step) - now).total_seconds()))


def _moment(step: PlannedNotice) -> dt.datetime:
    return dt.datetime.fromisoformat(step.at)


def _sent(transmission: Transmission) -> Sent:
    received = dt.datetime.fromisoformat(transmission.received_at)
    return Sent(transmission.file_name, transmission.xml.encode(), transmission.sdi_id, received)


def _order(wanted: TestOutcome) -> Order:
    return Order(wanted.outcome, wanted.code, wanted.delay, wanted.answer_delay)


def invoice_of(transmission: Transmission) -> Invoice:
    """The invoice in a file."""
    return read(transmission.xml.encode())


def is_simulated(transmission: Transmission) -> bool:
    """Whether a file went, or will go, to the simulated SdI."""
    return transmission.channel == NAME
