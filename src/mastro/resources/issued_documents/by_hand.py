"""The channel that is a person: who hands a file in elsewhere says so here, and uploads what the SdI answers.

Notices can be uploaded whatever the channel is: one that got lost on its way is as good from the portal.
"""

from typing import Literal

from mastro import fatturapa
from mastro.api.call import Call
from mastro.api.errors import Conflict, Invalid, TooLarge, invalid
from mastro.api.multipart import parse_files
from mastro.api.operation import Operation
from mastro.database.collection import encoder
from mastro.delivery.sdi_pec import NAME as PEC
from mastro.fatturapa import Notice, UnreadableError, archives, parse_message_name
from mastro.model.base import Body, Id, Timestamp
from mastro.model.issued_document import EInvoiceStatus, IssuedDocument
from mastro.resources.attachments import file_name
from mastro.resources.issued_documents.documents import resource
from mastro.resources.issued_documents.notices import sent_file, take_notice
from mastro.resources.issued_documents.sending import transition
from mastro.resources.issued_documents.table import documents, scope_of
from mastro.resources.issued_documents.transmissions import Outcome, Transmission, all_of, last_of, status_of, store

MANUAL = "manual"

MAX_SDI_ID = 36
"""Characters of an IdentificativoSdI (the schema of the messages)."""

WITHDRAWN = (
    "Il file è stato ritirato: inviare di nuovo la fattura e consegnare il file nuovo, oppure caricare la notifica "
    "dello SdI se lo ha ricevuto lo stesso."
)

Status = Literal["taken", "known", "refused"]

Waits = Literal["", "hand_in", "sign"]
"""What a person must do with a file before it can go on; nothing as a rule."""


class HandedIn(Body):
    """What the portal said when a file was handed in; all of it may be left out."""

    sdi_id: str = ""
    """IdentificativoSdI, by which its answers call the file."""
    replaces: str = ""
    """The identifier that was said before, where it was wrong: without it another one is refused."""


class HandedInAnswer(Body):
    """What became of a document and of the file that waited for a person."""

    ei_status: EInvoiceStatus | None = None
    file_name: str = ""
    date: Timestamp = ""


class UploadedNotice(Body):
    """What became of one file of an upload."""

    file_name: str = ""
    type: str = ""
    """RC, NS, MC …; empty where the file is none."""
    status: Status = "taken"
    """`known`: it was here before, and nothing was done."""
    document_id: Id | None = None
    ei_status: EInvoiceStatus | None = None
    """Of the document, after this notice."""
    reason: str = ""
    """Why it was refused."""


def hand_in_e_invoice(call: Call) -> bytes:
    """Say that the file was handed in to the SdI by a person. Raises Conflict, Invalid.

    Said twice it changes nothing but the identifier, where none was given; one that was wrong is named to be replaced.
    """
    document = resource.load(call, "a")
    order = _order(call)
    sdi_id = order.sdi_id.strip()
    if len(sdi_id) > MAX_SDI_ID or not sdi_id.isascii() or (sdi_id and not sdi_id.isalnum()):
        words = f"L'IdentificativoSdI ha al massimo {MAX_SDI_ID} lettere o cifre."
        raise invalid("data.sdi_id", words)
    sent = last_of(call, document)
    if sent is None:
        raise Conflict("La fattura elettronica non è ancora stata preparata: usare prima l'invio.", code="NOT_SENT")
    if sent.channel != MANUAL:
        raise Conflict(f"Il file è partito con il canale {sent.channel}, non a mano.", code="OTHER_CHANNEL")
    now = document.ei_status or "not_sent"
    if now == "not_sent":
        raise Conflict(WITHDRAWN, code="WITHDRAWN")
    if now not in {"attempt", "pending", "sent"}:
        raise Conflict(f"La fattura elettronica è già nello stato {now}.", code="SDI_HAS_ANSWERED")
    if sdi_id and sent.sdi_id not in {"", sdi_id, order.replaces.strip()}:
        words = f"Il file ha già l'identificativo {sent.sdi_id}: se è sbagliato, indicarlo in data.replaces."
        raise Conflict(words, code="OTHER_SDI_ID", extra={"sdi_id": sent.sdi_id})
    sent.carried, sent.sdi_id = True, sdi_id or sent.sdi_id
    store(call, sent)
    transition(call, document, "sent")
    answer = HandedInAnswer(ei_status=document.ei_status, file_name=sent.file_name, date=call.timestamp)
    return encoder.encode({"data": answer})


def _order(call: Call) -> HandedIn:
    """The body, which may be left out."""
    return call.parse(HandedIn).data if call.raw.strip() else HandedIn()


def withdraw_e_invoice(call: Call) -> bytes:
    """Take back a file that waits for a person, so that the document can be corrected. Raises Conflict.

    Nobody else has the file yet; when the invoice is sent again it gets another name. Where the SdI has an earlier
    file, which was taken back as well, that one counts from now on.
    """
    document = resource.load(call, "a")
    sent = waiting_file(call, document)
    sent.carried = False
    store(call, sent)
    transition(call, document, "not_sent", Outcome(reason="Il file è stato ritirato prima di partire."))
    counts = last_of(call, document)
    if counts is not None and counts.id != sent.id and counts.outcomes[-1].ei_status:
        transition(call, document, "attempt")
        transition(call, document, counts.outcomes[-1].ei_status)
    answer = HandedInAnswer(ei_status=document.ei_status, file_name=sent.file_name, date=call.timestamp)
    return encoder.encode({"data": answer})


def waits_for(sent: Transmission, status: EInvoiceStatus | None) -> Waits:
    """What a person must do with the last file of a document that is in this status."""
    if status != "pending":
        return ""
    if sent.channel == MANUAL and not sent.notices:
        return "hand_in"
    return "sign" if sent.channel == PEC and not (sent.carried or sent.handed or sent.signed) else ""


def waiting_file(call: Call, document: IssuedDocument) -> Transmission:
    """The attempt whose file waits for a person: to be handed in, or to be signed. Raises Conflict."""
    sent = last_of(call, document)
    if sent is not None and waits_for(sent, document.ei_status):
        return sent
    raise Conflict("Nessun file di questa fattura aspetta una persona.", code="NOT_WAITING")


# notices


def upload_e_invoice_notices(call: Call) -> bytes:
    """Take notices of the SdI about the electronic invoice of a document (xml, p7m, zip), one file or several.

    Answers what became of each. Raises Invalid where all are refused.
    """
    document = resource.load(call, "a")
    assert document.id is not None  # noqa: S101  (it was loaded)
    ours = {sent.id for sent in all_of(call, document.id)}
    return _answer([_take(call, name, content, ours) for name, content in _uploaded(call)])


def upload_notices(call: Call) -> bytes:
    """Take notices of the SdI about any electronic invoices of the company, each found by its file name or identifier.

    Answers what became of each. Raises Invalid where all are refused.
    """
    call.require("issued_documents.invoices", "a")
    documents.lock(call.session, call.company_id)
    return _answer([_take(call, name, content, None) for name, content in _uploaded(call)])


def _uploaded(call: Call) -> list[tuple[str, bytes]]:
    """Names and contents of the files of a form, those of an archive one by one. Raises Invalid, TooLarge."""
    parts = parse_files(call.content_type, call.raw)
    if not parts:
        raise invalid("attachment", "The attachment field is required.")
    found: list[tuple[str, bytes]] = []
    for part in parts:
        if part.size > call.settings.attachment_limit:
            raise TooLarge(f"The file is longer than the {call.settings.attachment_limit} bytes that are allowed.")
        name, content = file_name(part.filename or "") or "file", b"".join(part.content)
        message = parse_message_name(name)
        if archives.is_archive(content) and not (message and message.type == "AT"):  # an attestation is an archive
            try:
                found += archives.members(content)
            except UnreadableError as error:
                raise invalid("attachment", f"{name}: {error}", code="WRONG_CONTENT") from None
        else:
            found.append((name, content))
    return found


def _take(call: Call, name: str, content: bytes, only: set[int | None] | None) -> UploadedNotice:
    """Take one notice, about one of these attempts where `only` is given."""
    line = UploadedNotice(file_name=name)
    try:
        notice = fatturapa.read_notice(content)
    except UnreadableError as error:
        return _refused(line, f"Il file non è una notifica dello SdI. {error}")
    line.type = notice.type
    if status_of(notice) is None and notice.type != "NE":
        return _refused(line, f"Un messaggio {notice.type} non è una risposta a una fattura inviata.")
    sent = sent_file(call, notice, name)
    if sent is None or (only is not None and sent.id not in only):
        about = notice.file_name or notice.identifier or "sconosciuto"
        if only is not None:
            return _refused(line, f"La notifica riguarda il file {about}, che non è di questo documento.")
        return _refused(line, f"La notifica riguarda il file {about}, che non è partito da qui.")
    return _taken(call, line, sent, notice, content)


def _taken(call: Call, line: UploadedNotice, sent: Transmission, notice: Notice, content: bytes) -> UploadedNotice:
    document = _document_of(call, sent)
    if document is not None and not call.may(scope_of(document), "a"):
        return _refused(line, f"Manca il permesso {scope_of(document)}:a.")
    if sent.sdi_id and notice.identifier and notice.type != "NS" and sent.sdi_id != notice.identifier:
        words = f"La notifica ha l'identificativo {notice.identifier}, ma il file ha {sent.sdi_id}."
        return _refused(line, words)
    line.status = "taken" if take_notice(call, sent, line.file_name, content) else "known"
    changed = _document_of(call, sent)
    line.document_id, line.ei_status = sent.document_id, changed.ei_status if changed else None
    return line


def _document_of(call: Call, sent: Transmission) -> IssuedDocument | None:
    return documents.get(call.session, call.company_id, sent.document_id or 0)


def _refused(line: UploadedNotice, reason: str) -> UploadedNotice:
    line.status, line.reason = "refused", reason[:500]
    return line


def _answer(lines: list[UploadedNotice]) -> bytes:
    if all(line.status == "refused" for line in lines):
        reasons = [f"{line.file_name}: {line.reason}" for line in lines[:20]] or ["The archive is empty."]
        raise Invalid(validation={"attachment": reasons}, code="WRONG_NOTICE")
    return encoder.encode({"data": lines})


_DOCUMENT = "/c/{company_id}/issued_documents/{document_id}/e_invoice"
_FORM = {"attachment": {"type": "string", "format": "binary"}}

OPERATIONS = (
    Operation(
        "handInEInvoice",
        "POST",
        f"{_DOCUMENT}/handed_in",
        hand_in_e_invoice,
        "Issued e-invoices",
        "Hand In E-Invoice",
        writes=True,
        body=HandedIn,
        answer=HandedInAnswer,
    ),
    Operation(
        "withdrawEInvoice",
        "POST",
        f"{_DOCUMENT}/withdraw",
        withdraw_e_invoice,
        "Issued e-invoices",
        "Withdraw E-Invoice",
        writes=True,
        answer=HandedInAnswer,
    ),
    Operation(
        "uploadEInvoiceNotices",
        "POST",
        f"{_DOCUMENT}/notices",
        upload_e_invoice_notices,
        "Issued e-invoices",
        "Upload E-Invoice Notices",
        writes=True,
        form=_FORM,
        answer=list[UploadedNotice],
    ),
    Operation(
        "uploadNotices",
        "POST",
        "/c/{company_id}/issued_documents/e_invoice/notices",
        upload_notices,
        "Issued e-invoices",
        "Upload Notices",
        writes=True,
        form=_FORM,
        answer=list[UploadedNotice],
    ),
)
