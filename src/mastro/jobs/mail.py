"""The job that sends a message: makes its files, hands it to the mail server, writes down how that went.

A message is marked `sending` before and `sent` after. If the process dies in between it is sent again under the same
Message-ID: better twice, and so that it can be told, than never.
"""

import hashlib
from dataclasses import dataclass
from email.message import EmailMessage

import structlog

from mastro.api.call import Call, Installation, internal_call
from mastro.database.connection import Session
from mastro.database.jobs import Job
from mastro.delivery.letter import File, Letter, compose
from mastro.delivery.mail import MailFailure, PermanentFailure, TemporaryFailure
from mastro.delivery.storage import StorageUnavailable
from mastro.jobs.transactions import write
from mastro.jobs.worker import DELAYS, Again, Dead
from mastro.model.issued_document import IssuedDocument
from mastro.pdf import LayoutError
from mastro.resources import attachments
from mastro.resources.company import Issuer, load_company
from mastro.resources.emails import MAX_LOG, OUTBOX_NOTE, AttachedFile, Email, Route, emails, route_of
from mastro.resources.file_types import TYPES, extension_of
from mastro.resources.issued_documents import links
from mastro.resources.issued_documents.documents import event_of
from mastro.resources.issued_documents.table import documents

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Sending:
    """A message on its way, with what it is made of."""

    email: Email
    document: IssuedDocument | None
    issuer: Issuer
    route: Route


def send_mail(installation: Installation, job: Job) -> None:
    """Send one message. Raises Again for a failure that time may mend, Dead for one that it will not."""
    sending = write(installation.database, lambda session: _begin(installation, session, job))
    if sending is None:
        return
    try:
        letter = _letter(installation, job, sending)
        recipients = [*letter.to, *letter.cc]
        refused = sending.route.mailer.send(_message(letter), sending.route.address, recipients)
    except MailFailure as failure:
        last = isinstance(failure, PermanentFailure) or job.attempts > len(DELAYS)
        reason = str(failure)
        write(installation.database, lambda session: _failed(_call(installation, session, job), job, reason, last=last))
        raise (Dead if last else Again)(reason) from failure
    write(installation.database, lambda session: _sent(_call(installation, session, job), job, sending, refused))


def _call(installation: Installation, session: Session, job: Job) -> Call:
    return internal_call(installation, session, company_id=job.company_id, user_id=int(job.payload["user_id"]))


def _load(call: Call, job: Job) -> Email:
    emails.lock(call.session, call.company_id)
    email = emails.get(call.session, call.company_id, int(job.payload["email_id"]))
    if email is None:
        raise Dead("the message is gone")
    return email


def _store(call: Call, email: Email) -> None:
    assert email.id is not None  # noqa: S101  (it was stored)
    email.updated_at = call.timestamp
    emails.update(call.session, call.company_id, email.id, email)


def _begin(installation: Installation, session: Session, job: Job) -> _Sending | None:
    """Mark the message as on its way; None for one that has arrived."""
    call = _call(installation, session, job)
    email = _load(call, job)
    if email.status == "sent":
        return None
    email.status, email.failed = "sending", False
    _store(call, email)
    issuer = load_company(session, job.company_id)
    document = documents.get(session, job.company_id, email.document_id or 0)
    return _Sending(email, document, issuer, route_of(installation, *issuer))


def _letter(installation: Installation, job: Job, sending: _Sending) -> Letter:
    """The message with its files as they are now. Raises MailFailure where one cannot be made."""
    email, route, document = sending.email, sending.route, sending.document
    if document is None:
        raise PermanentFailure("Il documento non esiste più.")
    try:
        files = [_file(installation, job, sending, document, attached) for attached in email.attached]
    except StorageUnavailable as error:
        raise TemporaryFailure(str(error)) from error
    except LayoutError as error:
        raise PermanentFailure(f"Il PDF non può essere composto: {error}") from error
    seed = f"{installation.settings.address} {job.company_id} {email.id} {email.created_at}"
    unique = hashlib.sha256(seed.encode()).hexdigest()[:24]
    return Letter(
        message_id=f"{job.company_id}.{email.id}.{unique}@{route.address.rpartition('@')[2]}",
        date=installation.settings.clock(),
        from_address=route.sender(email.from_email),
        from_name=email.from_name,
        to=email.to_email.split(","),
        cc=[email.copy_to] if email.copy_to else [],
        reply_to=email.from_email,
        subject=email.subject,
        html=email.content,
        language=email.language,
        files=files,
    )


def _message(letter: Letter) -> EmailMessage:
    """The message as it travels. Raises PermanentFailure where it cannot be written, so that its row says so."""
    try:
        return compose(letter)
    except Exception as error:
        log.exception("message not composed")
        raise PermanentFailure(f"Il messaggio non può essere composto: {error}") from error


def _file(
    installation: Installation, job: Job, sending: _Sending, document: IssuedDocument, attached: AttachedFile
) -> File:
    if attached.kind != "attachment":
        content = links.render(installation.settings, document, sending.issuer, attached.kind)
        return File(attached.filename, content, "application/pdf")
    found = attachments.read_token(attached.token)
    key = attachments.storage_key(job.company_id, "issued_documents", found[0]) if found else ""
    stored = attachments.storage_of(installation.settings).get(key) if key else None
    if stored is None:
        raise PermanentFailure(f"L'allegato {attached.filename} non esiste più.")
    known = TYPES.get(extension_of(attached.filename))
    return File(attached.filename, b"".join(stored.chunks), known.media_type if known else "application/octet-stream")


def _sent(call: Call, job: Job, sending: _Sending, refused: dict[str, str]) -> None:
    """Write that the message left; in an outbox nobody gets it, so there it stays `pending`."""
    mailer = sending.route.mailer
    email = _load(call, job)
    email.delivery = mailer.name
    for address, reason in refused.items():
        _note(call, email, f"{address}: {reason}")
    if mailer.name == "outbox" and not call.settings.outbox_is_sent:
        email.status, email.error_log = "pending", OUTBOX_NOTE
        _store(call, email)
        return
    email.status, email.sent_date = "sent", call.timestamp
    _store(call, email)
    if sending.document and sending.document.id is not None:
        call.emit(f"{event_of(sending.document)}.email_sent", sending.document.id)


def _failed(call: Call, job: Job, reason: str, *, last: bool) -> None:
    """Write that the message did not leave, and whether it will be tried again."""
    email = _load(call, job)
    email.status, email.failed = "pending", last
    _note(call, email, reason)
    _store(call, email)
    log.warning("mail not sent", company=job.company_id, email=job.payload["email_id"], again=not last)


def _note(call: Call, email: Email, reason: str) -> None:
    """Count a failure and add its line; of a long history the latest lines are kept."""
    email.errors_count += 1
    line = "".join(c if c.isprintable() else " " for c in reason)[:1000]
    email.error_log = f"{email.error_log}\n{call.timestamp} {line}".strip()[-MAX_LOG:]
