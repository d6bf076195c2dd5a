"""Messages of the box are taken: receipts move documents on, answers of the SdI become notices, invoices wait.

Whatever a message is, it is kept. What nobody here knows what to do with is `unknown` and says why; nothing that comes
by mail can stop the messages behind it.
"""

import datetime as dt
import hashlib
from contextlib import suppress

import structlog
from sqlalchemy import text

from mastro import fatturapa
from mastro.api.call import Call
from mastro.api.errors import Busy
from mastro.database.connection import Unavailable
from mastro.delivery.sdi_pec import NAME
from mastro.fatturapa import Notice, UnreadableError
from mastro.fatturapa.pec import RECEIPTS, Attached, Mail, UnreadableMailError, assigned_address, read_mail
from mastro.fatturapa.tree import branch
from mastro.model.company import PecSettings
from mastro.resources.company import load_company, load_settings, lock_settings, store_settings
from mastro.resources.from_xml import Refused, check_party
from mastro.resources.issued_documents.notices import sent_file, take_notice
from mastro.resources.issued_documents.table import documents
from mastro.resources.pec.messages import PecMessage, PecSignature, is_known, keep
from mastro.resources.pec.receipts import take_receipt
from mastro.resources.received_documents.arrivals import Arrival, receive
from mastro.settings import ROME

log = structlog.get_logger()

MOST_FILES = 100
"""Of a message, whose names are kept."""

NOT_FROM_THE_SDI = "Il messaggio non viene dal Sistema di Interscambio."
FAILED = "Il messaggio non è stato elaborato per un errore del programma, che è nel registro del server."
NO_FILE = "Il messaggio non ha né notifiche né fatture."
SIMULATED = "Il messaggio è di una prova (SIMULAZIONE) dello SdI."
SIGNATURE_UNREADABLE = "La firma della busta non si può leggere."
SIGNATURE_BROKEN = "Il contenuto della busta non è quello che è stato firmato."
CERTIFICATE_OVER = "Il certificato non era valido quando la busta è stata firmata."
TOO_LONG = "Il messaggio ha {} byte, troppi per essere letto: è nella casella."

_SAVE, _UNDO, _FORGET = (text(f"{verb} one_message") for verb in ("SAVEPOINT", "ROLLBACK TO", "RELEASE"))


def opened(content: bytes) -> Mail | str:
    """The message, or why it cannot be read. To be called outside of a transaction: a long one takes its time."""
    try:
        return read_mail(content)
    except UnreadableMailError as error:
        return str(error)
    except Exception as error:  # whatever a message was made to break, it is kept and the next one is read
        log.exception("a message of certified mail cannot be read")
        return f"{FAILED} ({type(error).__name__})"


def hash_of(content: bytes) -> str:
    """By which a message is known again."""
    return hashlib.sha256(content).hexdigest()


def take(call: Call, content: bytes, mail: Mail | str, token: str) -> PecMessage | None:
    """Do what a message is for, and keep it; None for one that was here before. Raises Busy, Unavailable.

    Its bytes were laid aside under `token`, so that no other writer waits for the storage.
    """
    message = PecMessage(hash=hash_of(content), size=len(content))
    if is_known(call, message.hash):
        return None
    if isinstance(mail, str):
        message.status, message.reason = "refused", mail
    else:
        _describe(message, mail)
        _try(call, message, mail)
    keep(call, message, token)
    return message


def take_again(call: Call, message: PecMessage, content: bytes) -> None:
    """Try a message anew that nobody knew what to do with: a setting or a document may have changed since."""
    message.reason = ""
    mail = opened(content)
    if isinstance(mail, str):
        message.status, message.reason = "refused", mail
    else:
        _describe(message, mail)
        _try(call, message, mail)


def take_too_long(call: Call, name: str, size: int) -> None:
    """Note a message that is too long to be fetched, by a name that it alone has."""
    message = PecMessage(status="refused", reason=TOO_LONG.format(size), size=size)
    message.hash = hashlib.sha256(name.encode()).hexdigest()
    if not is_known(call, message.hash):
        keep(call, message, "")


def _describe(message: PecMessage, mail: Mail) -> None:
    message.kind, message.sender, message.subject = mail.kind, mail.sender, mail.subject[:500]
    message.message_id = mail.message_id[:500]
    message.date = _stamp(mail.date)
    message.signature = _signature(mail)
    message.files = [each.name[:200] for each in mail.attached[:MOST_FILES]]


def _signature(mail: Mail) -> PecSignature | None:
    found = mail.signature
    if found is None:
        return None
    moment = found.signed_at or mail.date
    told = PecSignature(
        signer=found.signer,
        issuer=found.issuer,
        valid_from=_stamp(found.valid_from),
        valid_until=_stamp(found.valid_until),
        signed_at=_stamp(found.signed_at),
    )
    if found.intact is None:
        told.reason = SIGNATURE_UNREADABLE
    elif not found.intact:
        told.reason = SIGNATURE_BROKEN
    elif not (moment and found.valid_from and found.valid_until and found.valid_from <= moment <= found.valid_until):
        told.reason = CERTIFICATE_OVER
    told.verified = not told.reason
    return told


def _stamp(moment: dt.datetime | None) -> str:
    with suppress(OverflowError, ValueError):  # the year 1, east of here
        return moment.astimezone(ROME).strftime("%Y-%m-%d %H:%M:%S") if moment else ""
    return ""


def _try(call: Call, message: PecMessage, mail: Mail) -> None:
    """Do what a message is for, or nothing of it at all."""
    call.session.run(_SAVE)
    try:
        _sort(call, message, mail)
    except (Busy, Unavailable):  # no fault of the message
        raise
    except Exception:
        log.exception("a message of certified mail was not taken", company=call.company_id, subject=mail.subject)
        call.session.run(_UNDO)
        message.status, message.reason = "unknown", FAILED
        message.document_id, message.pending_ids, message.received_document_ids = None, [], []
    call.session.run(_FORGET)


def _sort(call: Call, message: PecMessage, mail: Mail) -> None:
    pec = load_settings(call.session, call.company_id).pec or PecSettings()
    if mail.kind in RECEIPTS:
        take_receipt(call, message, mail)
    elif mail.kind != "posta-certificata" or not _is_from_the_sdi(mail, pec):
        message.reason = NOT_FROM_THE_SDI
    elif "(SIMULAZIONE)" in mail.subject:
        message.reason = SIMULATED
    else:
        _take_files(call, message, mail, pec)


def _is_from_the_sdi(mail: Mail, pec: PecSettings) -> bool:
    """Whether all who sent a message are the SdI, or the box itself that passed it on."""
    domain = pec.sdi_address.rpartition("@")[2].lower()
    senders = {sender for sender in mail.senders if sender != pec.address.lower()}
    return bool(senders) and all(sender.rpartition("@")[2] == domain for sender in senders)


def _take_files(call: Call, message: PecMessage, mail: Mail, pec: PecSettings) -> None:
    notices: list[tuple[Attached, Notice]] = []
    others: list[Attached] = []
    for each in mail.attached:
        try:
            notices.append((each, fatturapa.read_notice(each.content)))
        except UnreadableError:
            others.append(each)
    about_invoices = [found for found in notices if found[1].type == "MT"]
    left = [_answered(call, message, each, notice) for each, notice in notices if notice.type != "MT"]
    if any(notice.type != "MT" for _, notice in notices) and message.document_id is not None:
        _learn_address(call, mail, pec)
    left += [_arrived(call, message, each, about_invoices) for each in others]
    if not notices and not others:
        left.append(NO_FILE)
    elif about_invoices and not others:
        left.append(f"{about_invoices[0][0].name}: manca la fattura di cui parla.")
    reasons = [reason for reason in left if reason]
    message.status, message.reason = ("unknown" if reasons else "taken"), "\n".join(reasons)[:2000]


def _answered(call: Call, message: PecMessage, file: Attached, notice: Notice) -> str:
    """Take a notice; why it was not taken, empty where it was."""
    documents.lock(call.session, call.company_id)
    sent = sent_file(call, notice, file.name)
    if sent is None:
        return f"{file.name}: il file {notice.file_name or notice.identifier} non è partito da qui."
    take_notice(call, sent, file.name, file.content)
    message.document_id = sent.document_id
    return ""


def _arrived(call: Call, message: PecMessage, file: Attached, about: list[tuple[Attached, Notice]]) -> str:
    """Take an invoice in, with what the SdI says about it; why it was not taken, empty where it was."""
    try:
        invoice = fatturapa.read(file.content)
    except UnreadableError as error:
        return f"{file.name}: {error}"
    company, _ = load_company(call.session, call.company_id)
    try:
        check_party(company, branch(invoice.header, "CessionarioCommittente"))
    except Refused as error:
        return f"{file.name}: la fattura è per un'altra azienda. {error}"
    alone = about[0] if len(about) == 1 else None
    said = next((found for found in about if found[1].file_name == file.name), alone)
    sdi_id, metadata = (said[1].identifier, (said[0].name, said[0].content)) if said else ("", None)
    done = receive(call, Arrival(file.name or "fattura.xml", file.content, NAME, sdi_id, metadata))
    message.pending_ids += done.pending
    message.received_document_ids += done.registered
    return ""


def _learn_address(call: Call, mail: Mail, pec: PecSettings) -> None:
    """Remember to which address the SdI wants the next files, as its answers say."""
    address = assigned_address(mail, pec.sdi_address.rpartition("@")[2])
    if not address or address == pec.assigned_address:
        return
    settings = lock_settings(call.session, call.company_id)
    if settings.pec is not None:
        settings.pec.assigned_address = address
        store_settings(call.session, call.company_id, settings)
