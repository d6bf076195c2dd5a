"""The electronic invoice on its way to the SdI: sent, locked, and moved from status to status by what is answered."""

from typing import Any

import msgspec

from mastro import fatturapa
from mastro.api import body as bodies
from mastro.api.call import Call, json_object
from mastro.api.errors import Conflict, Invalid, invalid
from mastro.api.operation import Operation, Parameter
from mastro.database.collection import encoder
from mastro.database.jobs import enqueue
from mastro.delivery.sdi_simulator import NAME as SIMULATOR
from mastro.fatturapa import simulation
from mastro.model.base import Body, Timestamp
from mastro.model.company import Company
from mastro.model.issued_document import EInvoiceStatus, IssuedDocument
from mastro.resources.company import load_company, load_settings
from mastro.resources.issued_documents import transmissions as attempts
from mastro.resources.issued_documents.documents import flag, resource
from mastro.resources.issued_documents.e_invoice import (
    NOT_ELECTRONIC,
    base36,
    file_of,
    invoice_of,
    refuse_findings,
    written,
)
from mastro.resources.issued_documents.table import documents
from mastro.resources.issued_documents.transmissions import MAX_ATTEMPTS, Outcome, Transmission, transmissions

JOB = "sdi"
"""Kind of the jobs that hand a file to the channel."""

STATUS_UPDATE = "issued_documents.e_invoices.status_update"


def _statuses(*names: EInvoiceStatus) -> frozenset[EInvoiceStatus]:
    return frozenset(names)


_DECIDED = _statuses("manual_accepted", "manual_rejected")
"""What the user writes down of a customer who answered outside of the SdI."""

_ANSWERS = _DECIDED | _statuses(
    "processing", "error", "discarded", "not_delivered", "accepted", "rejected", "no_response"
)
"""What can be said of a file that the SdI has. Its messages need not come in order, so none waits for another."""

TRANSITIONS: dict[EInvoiceStatus, frozenset[EInvoiceStatus]] = {
    "missing": _statuses("not_sent", "attempt"),
    "not_sent": _statuses("attempt"),
    # the channel has not answered yet
    "attempt": _ANSWERS | _statuses("pending", "sent"),
    # the file is with the channel, or waits for a person, who may take it back
    "pending": _ANSWERS | _statuses("sent", "not_sent"),
    # the SdI has it
    "sent": _ANSWERS,
    "processing": (_ANSWERS - _statuses("processing")) | _statuses("sent"),
    # corrected and sent again, under a new file name
    "error": _statuses("attempt"),
    "discarded": _statuses("attempt"),
    # an administration that could not be reached may be later, and then decides (RC, NE, DT after MC)
    "not_delivered": _DECIDED | _statuses("sent", "accepted", "rejected", "no_response"),
    # whoever let the deadline pass may still decide outside of the SdI
    "no_response": _DECIDED,
    # the customer's word, which the user may write over; a refused invoice may be sent again (EC02)
    "accepted": _statuses("manual_rejected"),
    "rejected": _statuses("attempt", "manual_accepted"),
    "manual_accepted": _statuses("accepted", "rejected", "manual_rejected"),
    "manual_rejected": _statuses("accepted", "rejected", "manual_accepted"),
}
"""Status → those that may follow. A status may always be told again: that changes nothing."""

EDITABLE = _statuses("missing", "not_sent", "error", "discarded", "rejected")
"""Where the document is the issuer's to correct; everywhere else it is locked, for it says what the SdI has."""

CONFLICTS: dict[EInvoiceStatus, str] = {
    "attempt": "La fattura elettronica è già in fase di invio.",
    "pending": "La fattura elettronica è già in fase di invio.",
}
SENT_ALREADY = "La fattura elettronica è già stata inviata."

OUTCOME_HEADER = "X-Mastro-Sdi-Outcome"
"""Asks for an outcome where a client's library leaves no way to send an option."""

NO_TEST_MODE = "L'azienda non è in modalità di prova."

UPLOADED, VERIFIED = "CARICATO", "VERIFICATO"
"""The vendor's word for a file that was taken; ours for one that was only checked."""


class WrongTransition(ValueError):
    """A status cannot follow the present one."""

    def __init__(self, now: EInvoiceStatus, wanted: EInvoiceStatus) -> None:
        super().__init__(f"An e-invoice that is {now} cannot become {wanted}.")


class SendEInvoice(Body):
    """An order to send; what it names overrides the document's own."""

    cassa_type: str = ""
    """TC01 … TC22."""
    withholding_tax_causal: str = ""
    """*CausalePagamento*: A, B … ZO."""


class SentEInvoice(Body):
    """The answer: what became of the file, and when; the date is null where nothing was sent."""

    name: str = UPLOADED
    date: Timestamp | None = None


class RejectionReason(Body):
    """Why an invoice came back; empty where nothing was answered yet."""

    reason: str = ""
    ei_status: EInvoiceStatus | None = None
    solution: str = ""
    code: str = ""
    date: Timestamp | None = None


def transition(call: Call, document: IssuedDocument, status: EInvoiceStatus, outcome: Outcome | None = None) -> bool:
    """Move a stored document to a status, lock or unlock it, and keep what was answered; False where it was there.

    The caller holds the collection of documents (`resource.load(call, "a")`, `documents.lock`). `document` is changed.
    Raises WrongTransition: a late message must not undo what a later one said.
    """
    now: EInvoiceStatus = document.ei_status or "not_sent"
    if status != now and status not in TRANSITIONS[now]:
        raise WrongTransition(now, status)
    if outcome is not None:
        _keep(call, document, status, outcome)
    if status == now:
        return False
    document.ei_status = status
    document.locked = status not in EDITABLE
    document.updated_at = call.timestamp
    assert document.id is not None  # noqa: S101  (a stored document)
    documents.update(call.session, call.company_id, document.id, document)
    call.emit(STATUS_UPDATE, document.id, changes=encoder.encode({"ei_status": [now, status]}))
    return True


def _keep(call: Call, document: IssuedDocument, status: EInvoiceStatus, outcome: Outcome) -> None:
    """Write an answer beside the file that it answers."""
    transmission = attempts.last_of(call, document)
    if transmission is None:
        return
    outcome.ei_status = status
    outcome.date = outcome.date or call.timestamp
    transmission.outcomes.append(outcome)
    attempts.store(call, transmission)


def send_e_invoice(call: Call) -> bytes:
    """Check the electronic invoice, lock the document and leave its file to be sent; with `dry_run` check only."""
    document = resource.load(call, "a")
    order, options = _order(call)
    dry_run = flag(options, "dry_run")
    document.ei_cassa_type = order.cassa_type or document.ei_cassa_type
    document.ei_withholding_tax_causal = order.withholding_tax_causal or document.ei_withholding_tax_causal
    if document.e_invoice:
        _refuse_sent(document)
    issuer = company, settings = load_company(call.session, call.company_id)
    file = file_of(call, document, issuer) if flag(options, "include_attachment") else None
    invoice = invoice_of(call, document, company=company, attachment=file)
    wanted, unchecked = _wanted(call, options, invoice)
    if dry_run or not unchecked:
        refuse_findings(call, document, fatturapa.check(invoice, today=call.now.date()))
    if dry_run:
        return encoder.encode({"data": SentEInvoice(name=VERIFIED)})
    transmission = Transmission(document_id=document.id, channel=settings.channel, test_outcome=wanted)
    id = _store_file(call, document, company, transmission, file)
    transition(call, document, "attempt")
    payload = {"transmission_id": id, "user_id": call.principal.user_id}
    enqueue(call.session, call.company_id, JOB, payload, now=call.now)
    return encoder.encode({"data": SentEInvoice(date=call.timestamp)})


def _order(call: Call) -> tuple[SendEInvoice, dict[str, Any] | None]:
    """What the body says; all of it may be left out."""
    sent = json_object(call.raw) if call.raw.strip() else {}
    if sent.get("data") is None:
        sent["data"] = {}
    envelope = bodies.parse(encoder.encode(sent), SendEInvoice)
    return envelope.data, envelope.options


def _wanted(
    call: Call, options: dict[str, Any] | None, invoice: fatturapa.Invoice
) -> tuple[attempts.TestOutcome | None, bool]:
    """What is asked of the simulated SdI, and whether it is to make the checks itself. Raises Invalid, Conflict."""
    asked, unchecked = (options or {}).get("test_outcome"), flag(options, "test_unchecked")
    named = call.headers.get(OUTCOME_HEADER, "").strip()
    if asked is None and not unchecked and not named:
        return None, False
    settings = load_settings(call.session, call.company_id)
    if settings.channel != SIMULATOR:
        raise Conflict(NO_TEST_MODE, code="NO_TEST_MODE")
    if asked is not None:
        try:
            wanted = msgspec.convert(asked, attempts.TestOutcome)
        except msgspec.ValidationError as error:
            raise Invalid(validation={"options.test_outcome": [str(error)]}) from None
    elif named:
        order = simulation.order_named(named)
        if order is None:
            raise invalid(OUTCOME_HEADER, simulation.UNKNOWN_OUTCOME)
        wanted = attempts.TestOutcome(outcome=order.outcome, code=order.code)
    else:
        return None, unchecked
    attempts.refuse_impossible(wanted, invoice, OUTCOME_HEADER if asked is None else "options.test_outcome")
    return wanted, unchecked


def _refuse_sent(document: IssuedDocument) -> None:
    """Raise Conflict for a document that is on its way, or has arrived."""
    now: EInvoiceStatus = document.ei_status or "not_sent"
    if "attempt" not in TRANSITIONS[now]:
        raise Conflict(CONFLICTS.get(now, SENT_ALREADY), code="E_INVOICE_ALREADY_SENT", extra={"ei_status": now})


def _store_file(
    call: Call,
    document: IssuedDocument,
    company: Company,
    transmission: Transmission,
    file: fatturapa.Attachment | None,
) -> int:
    """Write the file under a name that this company has never used; the id of the attempt."""
    progressive = _name(call, company, transmission)
    invoice = invoice_of(call, document, progressive, company=company, attachment=file)
    transmission.xml = written(invoice).decode()
    return attempts.add(call, transmission)


def _name(call: Call, company: Company, transmission: Transmission) -> str:
    """Give an attempt its id and the file name that follows from it; the progressive.

    Names that another program has used are passed over: they came in with the files that it sent.
    """
    while True:
        transmission.id = transmissions.next_id(call.session, call.company_id, transmission)
        progressive = progressive_of(transmission.id)
        transmission.file_name = _file_name(company, progressive)
        if not attempts.name_is_used(call, transmission.file_name):
            return progressive
        transmissions.delete(call.session, call.company_id, transmission.id, transmission)  # counts it out again


def progressive_of(id: int) -> str:
    """*ProgressivoInvio* and end of the file name of an attempt: five digits or letters. Raises Conflict."""
    if id > MAX_ATTEMPTS:
        raise Conflict("The file names of this company are used up.", code="FILE_NAMES_USED_UP")
    return base36(id).zfill(5)


def _file_name(company: Company, progressive: str) -> str:
    name = fatturapa.file_name(company, progressive)
    if fatturapa.parse_file_name(name) is None:
        words = f"The SdI does not take a file called {name}: check the company's tax code and VAT number."
        raise Invalid(words, code="WRONG_FILE_NAME")
    return name


def get_e_invoice_rejection_reason(call: Call) -> bytes:
    """What was answered last to the electronic invoice."""
    document = resource.load(call, "r")
    if not document.e_invoice and document.ei_status is None:
        raise Invalid(NOT_ELECTRONIC, code="NOT_AN_E_INVOICE")
    transmission = attempts.last_of(call, document)
    last = transmission.outcomes[-1] if transmission and transmission.outcomes else None
    answer = RejectionReason(ei_status=document.ei_status)
    if last:
        answer.reason, answer.solution, answer.code, answer.date = last.reason, last.solution, last.code, last.date
    return encoder.encode({"data": answer})


_PATH = "/c/{company_id}/issued_documents/{document_id}/e_invoice"

OPERATIONS = (
    Operation(
        "sendEInvoice",
        "POST",
        f"{_PATH}/send",
        send_e_invoice,
        "Issued e-invoices",
        "Send E-Invoice",
        writes=True,
        headers=(Parameter(OUTCOME_HEADER, {"type": "string"}, "Test mode: what the SdI is to answer, as NS:00404"),),
        body=SendEInvoice,
        options={
            "options": {
                "type": "object",
                "properties": {
                    "dry_run": {"type": "boolean", "description": "Check the invoice and send nothing"},
                    "include_attachment": {
                        "type": "boolean",
                        "description": "Embed the attachment, or the PDF without one",
                    },
                    "test_outcome": {"type": "object", "description": "Test mode: what the SdI is to answer"},
                    "test_unchecked": {"type": "boolean", "description": "Test mode: leave the checks to the SdI"},
                },
            }
        },
        answer=SentEInvoice,
    ),
    Operation(
        "getEInvoiceRejectionReason",
        "GET",
        f"{_PATH}/error_reason",
        get_e_invoice_rejection_reason,
        "Issued e-invoices",
        "Get E-Invoice Rejection Reason",
        answer=RejectionReason,
    ),
)
