"""Test mode of a company: its invoices go to a simulated SdI, whose outcomes are asked for and whose clock is moved."""

import datetime as dt
from typing import Annotated

import msgspec

from mastro.api.call import Call
from mastro.api.errors import Conflict, invalid
from mastro.api.operation import Operation
from mastro.database import jobs
from mastro.database.collection import encoder
from mastro.delivery.sdi_simulator import NAME
from mastro.model.base import Body
from mastro.model.company import CompanySettings
from mastro.model.issued_document import EInvoiceStatus
from mastro.resources.company import load_settings, lock_settings, store_settings
from mastro.resources.issued_documents import simulation
from mastro.resources.issued_documents.documents import resource
from mastro.resources.issued_documents.sending import NO_TEST_MODE
from mastro.resources.issued_documents.table import documents
from mastro.resources.issued_documents.transmissions import (
    TestOutcome,
    all_of,
    last_of,
    refuse_impossible,
    store,
    transmissions,
)

LONGEST = 20 * 366 * 86400
"""Seconds that the test clock may be ahead: twenty years."""

PLAYED_AT_ONCE = 200
"""Files whose messages one request plays; the rest is left to the worker, which plays them in a moment."""

_Count = Annotated[int, msgspec.Meta(ge=-LONGEST, le=LONGEST)]


class TestMode(Body):
    """Whether a company is in test mode, and what time it is for its simulated SdI."""

    enabled: bool = False
    sdi_channel: str = ""
    """By which electronic invoices travel: in test mode the simulated SdI, unless another channel is chosen."""
    clock: str = ""
    """ISO time on the test clock; as the server's until it is moved."""


BACK = (
    "L'orologio di prova va solo avanti, di venti anni al massimo: ciò che lo SdI simulato ha detto resta detto. "
    "Per ricominciare si svuota l'azienda di prova."
)


class TestClock(Body):
    """By how much the test clock is moved ahead; never back, for what was said stays said."""

    days: _Count = 0
    hours: _Count = 0
    seconds: _Count = 0


class TestModeOrder(Body):
    """Test mode on or off."""

    enabled: bool | None = None


class Played(Body):
    """What came of an order to the simulated SdI."""

    ei_status: EInvoiceStatus | None = None
    planned: list[str] = msgspec.field(default_factory=list)
    """Types of the messages to come, with their times on the test clock: `DT 2026-03-17T09:30:00+01:00`."""


class Moved(Body):
    """The test clock after it was moved."""

    clock: str = ""
    notices: int = 0
    """Messages that were sent by it."""


def get_test_mode(call: Call) -> bytes:
    """Whether the company is in test mode, and its test clock."""
    call.require("settings", "r")
    settings = load_settings(call.session, call.company_id)
    return _shown(call, settings)


def _shown(call: Call, settings: CompanySettings) -> bytes:
    clock = simulation.time_of(call, settings).isoformat(timespec="seconds")
    return encoder.encode(
        {"data": TestMode(enabled=settings.channel == NAME, sdi_channel=settings.channel, clock=clock)}
    )


def set_test_mode(call: Call) -> bytes:
    """Turn test mode on for a company that has no channel of its own, or off. Raises Conflict."""
    call.require("settings", "a")
    wanted = call.parse(TestModeOrder).data.enabled
    if wanted is None:
        raise invalid("data.enabled", "The enabled field is required.")
    settings = lock_settings(call.session, call.company_id)
    if wanted and settings.channel not in {NAME, "manual"}:
        raise Conflict(
            f"L'azienda trasmette con il canale {settings.channel}: la modalità di prova è per chi non ne ha uno.",
            code="REAL_CHANNEL",
        )
    settings.test_mode = wanted
    if settings.sdi_channel == ("manual" if wanted else NAME):
        settings.sdi_channel = ""  # test mode alone decides between these two
    store_settings(call.session, call.company_id, settings)
    return _shown(call, settings)


def move_test_clock(call: Call) -> bytes:
    """Move the test clock ahead, and play every message whose time has come by it. It does not go back."""
    call.require("settings", "a")
    wanted = call.parse(TestClock).data
    documents.lock(call.session, call.company_id)  # also keeps two movements apart
    settings = _in_test_mode(call)
    back = next((key for key in ("days", "hours", "seconds") if getattr(wanted, key) < 0), "")
    settings.test_clock_ahead += (wanted.days * 24 + wanted.hours) * 3600 + wanted.seconds
    if back or settings.test_clock_ahead > LONGEST:
        raise invalid(f"data.{back or 'days'}", BACK, code="CLOCK_GOES_AHEAD")
    store_settings(call.session, call.company_id, settings)
    now = simulation.time_of(call, settings)
    return encoder.encode({"data": Moved(clock=now.isoformat(timespec="seconds"), notices=_play(call, now))})


def _play(call: Call, now: dt.datetime) -> int:
    """Play what is due of all files that messages are planned for; how many messages there were."""
    files: dict[int, list[jobs.Waiting]] = {}
    for job in jobs.waiting(call.session, call.company_id, simulation.JOB):
        files.setdefault(int(job.payload["transmission_id"]), []).append(job)
    played = 0
    for id in sorted(files)[:PLAYED_AT_ONCE]:
        transmission = transmissions.get(call.session, call.company_id, id)
        if transmission is not None:
            played += simulation.play(call, transmission, now)
        if transmission is None or not transmission.plan:
            for job in files[id]:
                jobs.drop(call.session, job.id)
    for id in sorted(files)[PLAYED_AT_ONCE:]:
        jobs.enqueue(call.session, call.company_id, simulation.JOB, files[id][0].payload, now=call.now)
    return played


def _in_test_mode(call: Call) -> CompanySettings:
    settings = load_settings(call.session, call.company_id)
    if settings.channel != NAME:
        raise Conflict(NO_TEST_MODE, code="NO_TEST_MODE")
    return settings


def set_test_outcome(call: Call) -> bytes:
    """Have the simulated SdI say something else of a file that it has, from now on. Raises Conflict, Invalid."""
    document = resource.load(call, "a")
    wanted = call.parse(TestOutcome).data
    documents.lock(call.session, call.company_id)
    transmission = last_of(call, document)
    if transmission is None or not simulation.is_simulated(transmission):
        raise Conflict("Il documento non è stato inviato in modalità di prova.", code="NO_TEST_MODE")
    refuse_impossible(wanted, simulation.invoice_of(transmission), "data")
    if not transmission.received_at:  # on its way: played once it is there
        transmission.test_outcome = wanted
        store(call, transmission)
        return encoder.encode({"data": Played(ei_status=document.ei_status)})
    told = simulation.told(transmission)
    if simulation.is_over(transmission) or (wanted.outcome == "discarded" and told):
        raise Conflict(
            f"Lo SdI ha già risposto ({', '.join(sorted(told))}): questo esito non può seguire.",
            code="SDI_HAS_ANSWERED",
        )
    simulation.follow(call, transmission, wanted)
    now = documents.get(call.session, call.company_id, document.id or 0)
    planned = [f"{step.type} {step.at}" for step in transmission.plan]
    return encoder.encode({"data": Played(ei_status=now.ei_status if now else None, planned=planned)})


def discard_test_e_invoice(call: Call) -> bytes:
    """Put a document that only the simulated SdI has into the bin: nobody else has heard of it. Raises Conflict."""
    document = resource.load(call, "a")
    documents.lock(call.session, call.company_id)
    attempts = all_of(call, document.id or 0)
    if not attempts or not all(map(simulation.is_simulated, attempts)):
        raise Conflict("Il documento non è stato inviato in modalità di prova.", code="NO_TEST_MODE")
    if not attempts[0].received_at:
        raise Conflict("La fattura elettronica è già in fase di invio.", code="E_INVOICE_SENDING")
    attempts[0].plan = []  # it has no more to say
    store(call, attempts[0])
    document.ei_status, document.locked = "not_sent", False
    documents.update(call.session, call.company_id, document.id or 0, document)
    return resource.delete(call)


_PATH = "/c/{company_id}/test_mode"

OPERATIONS = (
    Operation("getTestMode", "GET", _PATH, get_test_mode, "Test mode", "Get Test Mode", answer=TestMode),
    Operation(
        "setTestMode",
        "PUT",
        _PATH,
        set_test_mode,
        "Test mode",
        "Set Test Mode",
        writes=True,
        body=TestModeOrder,
        answer=TestMode,
    ),
    Operation(
        "moveTestClock",
        "POST",
        f"{_PATH}/clock",
        move_test_clock,
        "Test mode",
        "Move Test Clock",
        writes=True,
        body=TestClock,
        answer=Moved,
    ),
    Operation(
        "setTestOutcome",
        "POST",
        "/c/{company_id}/issued_documents/{document_id}/e_invoice/test_outcome",
        set_test_outcome,
        "Test mode",
        "Set Test Outcome",
        writes=True,
        body=TestOutcome,
        answer=Played,
    ),
    Operation(
        "discardTestEInvoice",
        "DELETE",
        "/c/{company_id}/issued_documents/{document_id}/e_invoice/test",
        discard_test_e_invoice,
        "Test mode",
        "Discard Test E-Invoice",
        writes=True,
    ),
)
