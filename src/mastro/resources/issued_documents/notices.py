"""The messages of the SdI about issued invoices: each is kept as it came, and moves its document if it is news."""

import base64
import re

from mastro import fatturapa
from mastro.api.call import Call
from mastro.api.errors import ApiError, NotFound
from mastro.api.operation import Answer, Operation
from mastro.database.collection import encoder
from mastro.fatturapa import Notice, parse_message_name
from mastro.fatturapa.names import message_name
from mastro.fatturapa.tree import text
from mastro.model.base import Body, Timestamp
from mastro.model.issued_document import EInvoiceStatus, IssuedDocument
from mastro.resources.issued_documents.documents import resource
from mastro.resources.issued_documents.e_invoice import invoice_of, written
from mastro.resources.issued_documents.sending import TRANSITIONS, WrongTransition, transition
from mastro.resources.issued_documents.table import documents
from mastro.resources.issued_documents.transmissions import (
    Outcome,
    StoredNotice,
    Transmission,
    all_of,
    last_of,
    outcome_of,
    status_of,
    store,
    transmissions,
    was_withdrawn,
)

MOST = 200
"""Messages that are kept of one file; the SdI sends three at most."""


NOT_ARRIVED: frozenset[EInvoiceStatus] = frozenset({"not_sent", "error"})
"""Where the last file was taken back, or its channel said that it did not get through."""

ARRIVED_WITHDRAWN = "Il file era stato ritirato, ma lo SdI lo ha ricevuto: vale la sua risposta."
ARRIVED = "Il file risultava non inviato, ma lo SdI lo ha ricevuto: vale la sua risposta."
CHANGED_SINCE = "Il documento è stato modificato dopo: per lo SdI vale il file, non ciò che il documento dice ora."
TWICE = "Lo SdI ha già il file {}, che era stato ritirato, e gli ha risposto."
NOT_TWICE = "Non consegnare anche questo file: la stessa fattura risulterebbe emessa due volte."


class NoticeInfo(Body):
    """A message of the SdI."""

    file_name: str = ""
    type: str = ""
    """RC, NS, MC, NE, DT, AT."""
    date: Timestamp = ""
    e_invoice_file_name: str = ""
    """The file that it is about: each attempt has another."""


def take_notice(call: Call, transmission: Transmission, file_name: str, content: bytes, *, date: str = "") -> bool:
    """Keep a message about a file, and move the document to what it says; False for one that was here before.

    Messages may come twice and in any order: a late one is kept and changes nothing, nor does one about an earlier
    attempt. One about a file that was taken back, or that seemed not to have left, says that the SdI has it all the
    same: it counts. The caller holds the collection of documents. Raises UnreadableError.
    """
    notice = fatturapa.read_notice(content)
    kept = base64.b64encode(content).decode()
    known = any(each.content == kept for each in transmission.notices)
    if known or len(transmission.notices) >= MOST:
        return False
    date = date or call.timestamp
    name = _name_of(transmission, notice, file_name)
    transmission.notices.append(StoredNotice(file_name=name, type=notice.type, date=date, content=kept))
    if _is_about_a_second_copy(transmission, notice):
        store(call, transmission)
        return True
    transmission.sdi_id = transmission.sdi_id or notice.identifier
    transmission.carried, transmission.in_doubt_since = True, ""
    store(call, transmission)
    document = documents.get(call.session, call.company_id, transmission.document_id or 0)
    status = status_of(notice)
    if document is None or status is None:
        return True
    outcome = outcome_of(notice)
    outcome.date = date
    last = last_of(call, document)
    if last is None or (last.id != transmission.id and not _came_before(document, transmission, last, status)):
        _keep_of_earlier(call, document, transmission, status, outcome, last)
        return True
    if (document.ei_status or "not_sent") in NOT_ARRIVED:
        _say_that_it_arrived(call, document, transmission, outcome)
    try:
        transition(call, document, status, outcome)
    except WrongTransition:
        return True  # a later message was faster
    transmission.outcomes.append(outcome)
    return True


def _say_that_it_arrived(call: Call, document: IssuedDocument, sent: Transmission, outcome: Outcome) -> None:
    """Put a document that seemed open back on its way, and say why in what was answered."""
    words = [ARRIVED_WITHDRAWN if was_withdrawn(sent) else ARRIVED]
    if _says_otherwise(call, document, sent):
        words.append(CHANGED_SINCE)
    document.e_invoice = True
    sent.outcomes.append(Outcome(reason="\n".join(words), ei_status="attempt", date=outcome.date))
    store(call, sent)
    transition(call, document, "attempt")
    outcome.reason = "\n".join(filter(None, (*words, outcome.reason)))


def _came_before(document: IssuedDocument, sent: Transmission, last: Transmission, status: EInvoiceStatus) -> bool:
    """Whether the SdI has one of several files that were all taken back."""
    both = was_withdrawn(sent) and was_withdrawn(last)
    return both and document.ei_status == "not_sent" and status != "discarded"


def _keep_of_earlier(
    call: Call,
    document: IssuedDocument,
    sent: Transmission,
    status: EInvoiceStatus,
    outcome: Outcome,
    last: Transmission | None,
) -> None:
    """Write an answer beside the earlier file that it answers; where the SdI took one that was withdrawn, also beside
    the last one, which must not reach it as well.
    """
    withdrawn = was_withdrawn(sent)
    before = (sent.outcomes[-1].ei_status if sent.outcomes else None) or "attempt"
    if status not in TRANSITIONS["attempt" if before in NOT_ARRIVED else before]:
        return
    outcome.ei_status = status
    sent.outcomes.append(outcome)
    store(call, sent)
    now: EInvoiceStatus = document.ei_status or "not_sent"
    if last is None or not withdrawn or status == "discarded" or now not in {*NOT_ARRIVED, "attempt", "pending"}:
        return
    reason, solution = TWICE.format(sent.file_name), NOT_TWICE
    last.outcomes.append(Outcome(reason=reason, solution=solution, ei_status=now, date=outcome.date))
    store(call, last)


def _says_otherwise(call: Call, document: IssuedDocument, sent: Transmission) -> bool:
    """Whether a document was changed since its file was written, attached files aside."""
    there = fatturapa.read(sent.xml.encode())
    number = text(there.header, "DatiTrasmissione", "ProgressivoInvio")
    try:
        now = fatturapa.read(written(invoice_of(call, document, number)))
    except ApiError:  # it could be no e-invoice any more
        return True
    for invoice in (there, now):
        for body in invoice.bodies:
            body.pop("Allegati", None)
    return there.tree != now.tree


def _name_of(transmission: Transmission, notice: Notice, file_name: str) -> str:
    """The name to keep a message under: its own, or, where that is none or taken, one that the SdI could give it."""
    taken = {each.file_name for each in transmission.notices}
    if parse_message_name(file_name) and file_name not in taken:
        return file_name
    names = (message_name(transmission.file_name, notice.type, number) for number in range(1, MOST + 1))
    return next(name for name in names if name not in taken)


def _is_about_a_second_copy(transmission: Transmission, notice: Notice) -> bool:
    """Whether a rejection is of a copy that left after a crash: the SdI has the file that it was told of before."""
    codes = {error.code for error in notice.errors}
    again = transmission.handed > 1 or transmission.sdi_id not in {"", notice.identifier}
    return notice.type == "NS" and codes == {"00002"} and again


def sent_file(call: Call, notice: Notice, file_name: str = "") -> Transmission | None:
    """The attempt that a message is about, None for a file that did not leave here.

    It is found by the name of its file, by what the SdI calls it, or by the message's own name. The file may have been
    signed by hand, and then ends otherwise than ours.
    """
    message = parse_message_name(file_name)
    for stem in (_stem(notice.file_name), message.invoice if message else ""):
        found = _one(call, {"file_name": f"{stem}.xml"}) if stem else None
        found = found or (_one(call, {"sdi_id": notice.identifier}) if notice.identifier else None)
        if found is not None:
            return found
    return None


def _stem(file_name: str) -> str:
    return re.sub(r"(?:\.xml|\.p7m|\.zip)+$", "", file_name, flags=re.IGNORECASE)


def _one(call: Call, equals: dict[str, str]) -> Transmission | None:
    rows = transmissions.page(call.session, call.company_id, equals=equals, order=(("id", True),), limit=1)
    return transmissions.decoder.decode(rows[0][0]) if rows else None


def list_notices(call: Call) -> bytes:
    """The messages about all attempts for a document, the latest attempt first."""
    document = resource.load(call, "r")
    found = [
        NoticeInfo(file_name=each.file_name, type=each.type, date=each.date, e_invoice_file_name=sent.file_name)
        for sent in all_of(call, document.id or 0)
        for each in sent.notices
    ]
    return encoder.encode({"data": found})


def get_notice(call: Call) -> Answer:
    """One message, byte by byte."""
    document = resource.load(call, "r")
    name = call.path["file_name"]
    for sent in all_of(call, document.id or 0):
        for each in sent.notices:
            if each.file_name == name:
                media_type = "application/zip" if name.endswith(".zip") else "text/xml"
                headers = {"Content-Disposition": f'attachment; filename="{name}"'}
                return Answer(base64.b64decode(each.content), media_type, headers=headers)
    raise NotFound


_PATH = "/c/{company_id}/issued_documents/{document_id}/e_invoice/notices"

OPERATIONS = (
    Operation(
        "listEInvoiceNotices",
        "GET",
        _PATH,
        list_notices,
        "Issued e-invoices",
        "List E-Invoice Notices",
        answer=list[NoticeInfo],
    ),
    Operation(
        "getEInvoiceNotice",
        "GET",
        f"{_PATH}/{{file_name}}",
        get_notice,
        "Issued e-invoices",
        "Get E-Invoice Notice",
        answer=str,
        media_type="text/xml",
        id_types={"file_name": "string"},
    ),
)
