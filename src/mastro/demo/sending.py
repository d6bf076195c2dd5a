"""The electronic invoices of the demo on their way: sent a day after they are issued, and answered as in life.

Most are delivered, some customers cannot be reached, a few are discarded and some of those sent again; offices accept,
refuse or keep silent. What is of the last days is still to be sent, or waits for its answer.
"""

import datetime as dt
import random

from mastro.api.errors import ApiError
from mastro.database import jobs
from mastro.database.collection import encoder
from mastro.delivery.sdi_simulator import Simulator
from mastro.demo.desk import Desk, Happening
from mastro.model.issued_document import IssuedDocument
from mastro.resources.issued_documents import sending, simulation
from mastro.resources.issued_documents.table import documents
from mastro.resources.issued_documents.transmissions import last_of, outgoing, store

TO_SEND_DAYS = 3
"""Invoices of the last days, which nobody has sent yet."""

WAITING_DAYS = 8
"""Those of a few days before, which wait for an answer."""

TYPES = frozenset({"invoice", "credit_note"})

OFFICE = ("accepted", "accepted", "accepted", "no_response", "refused")
"""What a public administration answers, one as likely as another."""

WRONG = ("00423", "00400", "00422", "00417")
"""Why the SdI discards an invoice."""

DISCARDED_EVERY = 17
"""By number: one in so many is discarded, and every other of those is sent again."""


def post(desk: Desk, document: IssuedDocument) -> None:
    """Let an electronic invoice be sent on the day after its own."""
    if document.type in TYPES and document.date and (desk.today - document.date).days > TO_SEND_DAYS:
        chance = random.Random(f"sdi {desk.company_id} {document.id}")  # noqa: S311  (no secret)
        desk.at(document.date + dt.timedelta(days=1), _sent(desk, document, _outcome(desk, document, chance)))


def _outcome(desk: Desk, document: IssuedDocument, chance: random.Random) -> dict[str, str] | None:
    """What the SdI is to answer; None for what the recipient's code says."""
    assert document.date  # noqa: S101
    if (desk.today - document.date).days <= WAITING_DAYS:
        return {"outcome": "waiting"}
    if document.entity and len(document.entity.ei_code) == 6:
        return {"outcome": chance.choice(OFFICE)}
    if (document.number or 0) % DISCARDED_EVERY == 0:
        return {"outcome": "discarded", "code": chance.choice(WRONG)}
    return None


def _sent(desk: Desk, document: IssuedDocument, outcome: dict[str, str] | None) -> Happening:
    def happen(day: dt.date) -> None:
        call = desk.call(day)
        call.path = {"document_id": str(document.id)}
        call.raw = encoder.encode({"data": {}, "options": {"test_outcome": outcome} if outcome else {}})
        try:
            sending.send_e_invoice(call)
        except ApiError:
            return  # what the checks refuse stays to be mended, as it would in life
        _carry(desk, document, day)
        if outcome and outcome["outcome"] == "discarded" and (document.number or 0) % 2:
            desk.at(day + dt.timedelta(days=2), _sent(desk, document, None))

    return happen


def _carry(desk: Desk, document: IssuedDocument, day: dt.date) -> None:
    """Do at once what a worker does: hand the file to the simulated SdI, and let it answer in its time."""
    for job in jobs.waiting(desk.session, desk.company_id, sending.JOB):
        jobs.drop(desk.session, job.id)
    call = desk.call(day)
    stored = documents.get(desk.session, desk.company_id, document.id or 0)
    transmission = last_of(call, document)
    if stored is None or transmission is None:
        return
    receipt = Simulator().send(*outgoing(transmission))
    transmission.carried, transmission.sdi_id = True, receipt.id
    store(call, transmission)
    sending.transition(call, stored, receipt.status)
    simulation.begin(call, transmission)
