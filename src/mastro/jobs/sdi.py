"""The job that hands an electronic invoice to the channel of its company, and writes down how far it got.

A file name is never used twice, so a file that is handed over again after a crash is told by its name.
"""

import datetime as dt
from collections.abc import Callable

import structlog

from mastro.api.call import Call, Installation, internal_call
from mastro.database.connection import Session
from mastro.database.jobs import Job
from mastro.delivery.sdi import Manual, Receipt, SdiChannel, SdiRefused, SdiUnavailable, SdiWaits
from mastro.delivery.sdi_pec import NAME as PEC
from mastro.delivery.sdi_pec import Pec
from mastro.delivery.sdi_simulator import NAME as SIMULATOR
from mastro.delivery.sdi_simulator import Simulator
from mastro.jobs.transactions import write
from mastro.jobs.worker import DELAYS, Again, Dead
from mastro.model.company import Company, CompanySettings
from mastro.model.issued_document import EInvoiceStatus
from mastro.resources.company import load_company, load_settings
from mastro.resources.issued_documents import simulation
from mastro.resources.issued_documents.sending import WrongTransition, transition
from mastro.resources.issued_documents.table import documents
from mastro.resources.issued_documents.transmissions import Outcome, Transmission, outgoing, store, transmissions
from mastro.resources.pec import box

log = structlog.get_logger()

CHANNELS: dict[str, Callable[[Installation, Company, CompanySettings], SdiChannel]] = {
    "manual": lambda *_: Manual(),
    SIMULATOR: lambda *_: Simulator(),
    PEC: lambda installation, company, settings: box.channel_of(installation, company, settings.pec),
}
"""By the name that a company's settings call it; each is opened for one company."""

TRY_AGAIN = "Reinviare la fattura elettronica."

DOUBT_SECONDS = 1800
"""How long a file that may have left waits for a word that it did, before it is handed over again: the SdI discards a
second copy (00002), and its answers would be two."""


def carry(installation: Installation, job: Job) -> None:
    """Hand one file over. Raises Again where the channel cannot be reached, but for the last time."""
    found = installation.database.retry(lambda: _find(installation, job))
    if found is None:
        return
    transmission, company, settings = found
    left = _seconds_of_doubt(transmission, installation.settings.clock())
    if left:
        raise Again("nobody has said yet whether the file left", after=left, counted=False)
    try:
        channel = _channel(installation, transmission, company, settings)
        receipt = _hand_over(installation, job, channel, transmission)
    except SdiUnavailable as failure:
        reason = str(failure)
        if job.attempts <= len(DELAYS):
            raise Again(reason, after=DOUBT_SECONDS if failure.in_doubt else None) from failure
        outcome = Outcome(reason=reason, solution=TRY_AGAIN)
        _conclude(installation, job, None, "error", outcome)
    except SdiWaits as waits:
        _mark(installation, job)
        _conclude(installation, job, None, "pending", Outcome(reason=str(waits), solution=waits.solution))
    except SdiRefused as failure:
        outcome = Outcome(code=failure.code, reason=str(failure), solution=failure.solution)
        _conclude(installation, job, None, "error", outcome)
    else:
        _conclude(installation, job, receipt, receipt.status, None)


def _seconds_of_doubt(transmission: Transmission, now: dt.datetime) -> int:
    """How long a file that may have left is still waited for; 0 for one that is to be handed over."""
    if not transmission.in_doubt_since:
        return 0
    since = dt.datetime.fromisoformat(transmission.in_doubt_since).replace(tzinfo=now.tzinfo)
    return max(0, DOUBT_SECONDS - int((now - since).total_seconds()))


def _hand_over(installation: Installation, job: Job, channel: SdiChannel, transmission: Transmission) -> Receipt:
    """Hand a file to its channel. Mail that was sent twice would be two files: so what is about to leave is noted."""
    name, content = outgoing(transmission)
    if not isinstance(channel, Pec):
        return channel.send(name, content)
    _mark(installation, job, channel.message_id(name))
    try:
        return channel.send(name, content)
    except SdiUnavailable as failure:
        if not failure.in_doubt:
            _mark(installation, job)
        raise


def _mark(installation: Installation, job: Job, message_id: str = "") -> None:
    """Write down, before it happens, that a file is handed over under this Message-ID; without one, that it was not."""

    def work(session: Session) -> None:
        call = _call(installation, session, job)
        documents.lock(session, job.company_id)
        transmission = _load(session, job)
        if message_id:
            transmission.message_id, transmission.in_doubt_since = message_id, call.timestamp
            transmission.handed += 1
        elif transmission.in_doubt_since:
            transmission.in_doubt_since, transmission.handed = "", transmission.handed - 1
        store(call, transmission)

    write(installation.database, work)


def _channel(
    installation: Installation, transmission: Transmission, company: Company, settings: CompanySettings
) -> SdiChannel:
    opener = CHANNELS.get(transmission.channel)
    if opener is None:
        known = ", ".join(sorted(CHANNELS))
        raise SdiRefused(
            f"Il canale {transmission.channel!r} non esiste.", solution=f"Scegliere uno di questi canali: {known}."
        )
    return opener(installation, company, settings)


def _call(installation: Installation, session: Session, job: Job) -> Call:
    return internal_call(installation, session, company_id=job.company_id, user_id=int(job.payload["user_id"]))


def _load(session: Session, job: Job) -> Transmission:
    transmission = transmissions.get(session, job.company_id, int(job.payload["transmission_id"]))
    if transmission is None:
        raise Dead("the file is gone")
    return transmission


def _find(installation: Installation, job: Job) -> tuple[Transmission, Company, CompanySettings] | None:
    """The file with its company; None where it was handed over before."""
    with installation.database.read() as session:
        transmission = _load(session, job)
        company, settings = load_company(session, job.company_id)
        return None if transmission.carried else (transmission, company, settings)


def _conclude(
    installation: Installation, job: Job, receipt: Receipt | None, status: EInvoiceStatus, outcome: Outcome | None
) -> None:
    def work(session: Session) -> None:
        _write_down(_call(installation, session, job), job, receipt, status, outcome)

    write(installation.database, work)


def _write_down(call: Call, job: Job, receipt: Receipt | None, status: EInvoiceStatus, outcome: Outcome | None) -> None:
    """Write how far the file got. A notice may have been faster than the channel's own answer: it stands."""
    documents.lock(call.session, call.company_id)
    transmission = _load(call.session, job)
    if receipt is not None:
        transmission.carried, transmission.in_doubt_since = True, ""
        transmission.sdi_id = receipt.id or transmission.sdi_id
        store(call, transmission)
    document = documents.get(call.session, call.company_id, transmission.document_id or 0)
    if document is None:
        raise Dead("the document is gone")
    try:
        transition(call, document, status, outcome)
    except WrongTransition as wrong:
        log.info("a notice was faster than the channel", company=job.company_id, reason=str(wrong))
    if receipt is not None and simulation.is_simulated(transmission):
        simulation.begin(call, transmission)


def play(installation: Installation, job: Job) -> None:
    """Send the messages of the simulated SdI whose time has come.

    Raises Again for a job that came too early: its message was played when the test clock moved and another is to come,
    or an hour of Italian time came twice.
    """

    def work(session: Session) -> float:
        call = _call(installation, session, job)
        documents.lock(session, job.company_id)
        transmission = _load(session, job)
        settings = load_settings(session, job.company_id)
        now = simulation.time_of(call, settings)
        return 0 if simulation.play(call, transmission, now) else simulation.seconds_left(transmission, now)

    left = write(installation.database, work)
    if left:
        raise Again("no message is due yet", after=int(left) + 1, counted=False)
