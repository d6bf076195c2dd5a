"""A date of a recurrence is done: its document is made, and sent by mail or to the SdI where that is wanted."""

import datetime as dt
from dataclasses import replace

import msgspec

from mastro.api.call import Call
from mastro.api.errors import Invalid
from mastro.database.collection import encoder
from mastro.model.issued_document import IssuedDocument
from mastro.resources.company import load_company
from mastro.resources.issued_documents import email_text, numbers
from mastro.resources.issued_documents.documents import resource as issued
from mastro.resources.issued_documents.email import (
    EmailData,
    EmailInclude,
    EmailSchedule,
    get_email_data,
    schedule_email,
)
from mastro.resources.issued_documents.sending import send_e_invoice
from mastro.resources.recurrences import blueprint
from mastro.resources.recurrences.table import Recurrence, RecurrenceEmail
from mastro.resources.recurrences.words import filling

DAYS_TO_SEND = 12
"""Days after its date within which an invoice is to reach the SdI (art. 21 c. 4 DPR 633/1972): a document that is made
later than that has the date of the day on which it is made."""

_email_data = msgspec.json.Decoder(dict[str, EmailData])


def make(call: Call, recurrence: Recurrence, date: dt.date) -> IssuedDocument:
    """Make the document of a date, and do with it what is wanted. Raises ApiError; then nothing of it may stay."""
    issued.collection.lock(call.session, call.company_id)  # between looking at the last number and taking the next one
    dated = date_of(call, recurrence, date)
    document = blueprint.at(call, recurrence, date, dated)
    plain = replace(call, path={}, query={}, raw=b"", headers={}, autocomplete_number=None, pending_id=None)
    id, _ = issued.add(replace(plain, options=dict(blueprint.OPTIONS)), document)
    about = replace(plain, path={"document_id": str(id)}, options=None)
    if recurrence.action == "create_and_email":
        _send_mail(about, recurrence, document, date)
    elif recurrence.action == "create_and_send":
        send_e_invoice(about)
    return document


def date_of(call: Call, recurrence: Recurrence, date: dt.date) -> dt.date:
    """The date that the document of a date has: that one, if it is not to come, not too far back and in order."""
    today = call.now.date()
    if date > today or (today - date).days > DAYS_TO_SEND:
        return today
    assert recurrence.document  # noqa: S101
    document = blueprint.fresh(recurrence.document, date)
    return date if numbers.in_order(call, document) else today


def _send_mail(call: Call, recurrence: Recurrence, document: IssuedDocument, date: dt.date) -> None:
    """Order the message that goes out with a document of a date."""
    own = recurrence.email or RecurrenceEmail()
    usual = _email_data.decode(get_email_data(call))["data"]
    if usual.default_sender_email is None:
        raise Invalid("The company has no address that mail can come from.", code="NO_SENDER")
    company, _ = load_company(call.session, call.company_id)
    known, put = email_text.variables(document, company), filling(recurrence.schedule, date, document)
    order = EmailSchedule(
        sender_id=usual.default_sender_email.id,
        recipient_email=own.recipient_email.strip() or usual.recipient_email,
        subject=email_text.fill(put(own.subject), known) if own.subject.strip() else usual.subject,
        body=email_text.fill_html(put(own.body), known) if own.body.strip() else usual.body,
        include=EmailInclude(document=True, delivery_note=True, attachment=True, accompanying_invoice=True),
        attach_pdf=own.attach_pdf,
        send_copy=own.send_copy,
    )
    schedule_email(replace(call, raw=encoder.encode({"data": order})))
