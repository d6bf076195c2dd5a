"""Documents by e-mail: what a message would say, and the order to send it."""

from typing import ClassVar, Protocol

import msgspec

from mastro.api.body import check_required
from mastro.api.call import Call
from mastro.api.errors import Invalid, Validation, invalid
from mastro.api.operation import Operation
from mastro.database.collection import encoder
from mastro.delivery.letter import WrongAddress, parse_address, parse_addresses
from mastro.model.base import Body, Id
from mastro.model.company import Company
from mastro.model.issued_document import IssuedDocument
from mastro.resources import attachments, emails
from mastro.resources.company import load_company
from mastro.resources.emails import AttachedFile, Delivery, Email, Route
from mastro.resources.entities.clients import clients
from mastro.resources.entities.suppliers import suppliers
from mastro.resources.issued_documents import email_text, links
from mastro.resources.issued_documents.documents import resource
from mastro.resources.issued_documents.email_text import Include

MAX_BODY = 50 * 1024
"""Bytes of HTML, the vendor's limit."""

MAX_SUBJECT = 500
MAX_RECIPIENTS = 2000
"""Characters."""

KINDS = {
    "invoice": "Fatture",
    "quote": "Preventivi",
    "proforma": "Proforme",
    "receipt": "Ricevute",
    "delivery_note": "DDT",
    "credit_note": "Note di credito",
    "order": "Ordini",
    "work_report": "Rapporti di intervento",
    "supplier_order": "Ordini a fornitore",
    "self_own_invoice": "Autofatture",
    "self_supplier_invoice": "Autofatture",
}
"""The section under which the list of messages shows one, by type of document."""


class Sender(Body):
    """An address that a message can come from."""

    id: Id | None = None
    email: str = ""


class EmailData(Body):
    """What a message about a document starts with."""

    recipient_email: str = ""
    default_sender_email: Sender | None = None
    sender_emails_list: list[Sender] = msgspec.field(default_factory=list)
    cc_email: str = ""
    subject: str = ""
    body: str = ""
    """HTML; `{{allegati}}` is where the buttons will stand."""
    document_exists: bool = False
    delivery_note_exists: bool = False
    attachment_exists: bool = False
    accompanying_invoice_exists: bool = False
    default_attach_pdf: bool = True
    delivery: Delivery = "smtp"
    """Ours: `outbox` where no mail server is set, so that nobody would get the message."""


class EmailInclude(Body):
    """For which of the document's papers the message has a button."""

    REQUIRED: ClassVar[tuple[str, ...]] = ("document", "delivery_note", "attachment", "accompanying_invoice")

    document: bool | None = None
    delivery_note: bool | None = None
    attachment: bool | None = None
    accompanying_invoice: bool | None = None


class EmailSchedule(Body):
    """An order to send a document."""

    REQUIRED: ClassVar[tuple[str, ...]] = ("recipient_email", "subject", "body", "include", "attach_pdf", "send_copy")

    sender_id: Id | None = None
    sender_email: str = ""
    recipient_email: str = ""
    subject: str = ""
    body: str = ""
    include: EmailInclude | None = None
    attach_pdf: bool | None = None
    send_copy: bool | None = None


class Message(Protocol):
    """What a person writes of a message."""

    recipient_email: str
    subject: str
    body: str


class ScheduledEmail(Body):
    """What was made of an order to send: ours, the vendor answers nothing."""

    id: Id
    status: str
    delivery: Delivery
    message: str


def papers_of(document: IssuedDocument) -> dict[Include, links.Kind]:
    """What there is of a document to look at, each with the PDF that shows it. A delivery note is not a `document`."""
    if document.type == "delivery_note":
        return {"delivery_note": "document"}
    papers: dict[Include, links.Kind] = {"document": "document"}
    if document.delivery_note:
        papers["delivery_note"] = "delivery_note"
    if document.accompanying_invoice:
        papers["accompanying_invoice"] = "accompanying_invoice"
    return papers


def get_email_data(call: Call) -> bytes:
    """What a message about the document starts with."""
    document = resource.load(call, "r")
    company, settings = load_company(call.session, call.company_id)
    route = emails.route_of(call.installation, company, settings)
    known = [Sender(id=id, email=address) for id, address in emails.senders(route, company).items()]
    text = email_text.write(document, company, settings.mail_templates)
    papers = papers_of(document)
    data = EmailData(
        recipient_email=recipient_of(call, document),
        default_sender_email=known[0] if route.own else known[-1],
        sender_emails_list=known,
        cc_email=_copy_address(route, company),
        subject=text.subject,
        body=text.body,
        document_exists="document" in papers,
        delivery_note_exists="delivery_note" in papers,
        attachment_exists=bool(document.attachment_token),
        accompanying_invoice_exists="accompanying_invoice" in papers,
        delivery=route.mailer.name,
    )
    return encoder.encode({"data": data})


def recipient_of(call: Call, document: IssuedDocument) -> str:
    """The address in the document, else the one in the registry today."""
    entity = document.entity
    if entity is None or entity.email or entity.id is None:
        return entity.email if entity else ""
    registry = suppliers if document.type == "supplier_order" else clients
    known = registry.get(call.session, call.company_id, entity.id)
    return known.email if known else ""


def _copy_address(route: Route, company: Company) -> str:
    return emails.valid(company.email) or route.address


def schedule_email(call: Call) -> bytes:
    """Send the document by e-mail: the message is stored and leaves as soon as the mail server takes it."""
    document = resource.load(call, "r")
    order = call.parse(EmailSchedule).data
    _check(order)
    company, settings = load_company(call.session, call.company_id)
    route = emails.route_of(call.installation, company, settings)
    wanted = _wanted(order, document)
    language = email_text.language_of(document)
    buttons = [(kind, _link(call, document, kind)) for kind in wanted]
    email = Email(
        from_email=_sender(order, emails.senders(route, company)),
        from_name=company.name,
        to_email=",".join(_addresses(order)),
        to_name=document.entity.name if document.entity else "",
        subject=order.subject.strip(),
        content=email_text.with_buttons(order.body, buttons, language),
        copy_to=_copy_address(route, company) if order.send_copy else "",
        kind=KINDS[document.type or "invoice"],
        document_id=document.id,
        language=language,
        attached=_files(document, wanted) if order.attach_pdf else [],
    )
    emails.schedule(call, email)
    assert email.id is not None  # noqa: S101  (given by schedule)
    outbox = route.mailer.name == "outbox"
    words = emails.OUTBOX_NOTE if outbox else "Il messaggio è in coda."
    answer = ScheduledEmail(id=email.id, status=email.status, delivery=route.mailer.name, message=words)
    return encoder.encode({"data": answer})


def _check(order: EmailSchedule) -> None:
    """Raise Invalid for what is missing, too long, or would break out of its header."""
    errors: Validation = check_required(order)
    if order.include:
        errors |= check_required(order.include, "data.include")
    if order.sender_id is None and not order.sender_email:
        errors["data.sender_id"] = ["The data.sender id field is required when data.sender email is not present."]
    errors |= text_errors(order)
    if errors:
        raise Invalid(validation=errors)


def text_errors(message: Message, under: str = "data") -> Validation:
    """What is too long in a message, or would break out of its header."""
    errors: Validation = {}
    if len(message.body.encode()) > MAX_BODY:
        errors[f"{under}.body"] = [f"The {under}.body field must not be longer than {MAX_BODY} bytes."]
    for key, most in (("subject", MAX_SUBJECT), ("recipient_email", MAX_RECIPIENTS)):
        value: str = getattr(message, key)
        name = f"{under}.{key}".replace("_", " ")
        if len(value) > most:
            errors[f"{under}.{key}"] = [f"The {name} field must not be longer than {most} characters."]
        elif not value.isprintable():
            errors[f"{under}.{key}"] = [f"The {name} field must be one line without control characters."]
    return errors


def _addresses(order: EmailSchedule) -> list[str]:
    try:
        return parse_addresses(order.recipient_email)
    except WrongAddress as error:
        raise invalid("data.recipient_email", f"The data.recipient email field is invalid: {error}.") from None


def _sender(order: EmailSchedule, known: dict[int, str]) -> str:
    """The address that was chosen. Raises Invalid for one that is not the company's own."""
    if order.sender_id is not None:
        if order.sender_id not in known:
            raise invalid("data.sender_id", "The selected data.sender id is invalid.", code="UNKNOWN_SENDER")
        return known[order.sender_id]
    try:
        address = parse_address(order.sender_email)
    except WrongAddress:
        address = ""
    found = next((each for each in known.values() if each.lower() == address.lower()), None)
    if found is None:
        raise invalid("data.sender_email", "The selected data.sender email is invalid.", code="UNKNOWN_SENDER")
    return found


def _wanted(order: EmailSchedule, document: IssuedDocument) -> list[Include]:
    """What is to be shown and is there. What is not there is left out: clients switch all on and mean what there is."""
    papers: list[Include] = [*papers_of(document)]
    if document.attachment_token:
        papers.append("attachment")
    return [kind for kind in papers if getattr(order.include, kind)]


def _link(call: Call, document: IssuedDocument, kind: Include) -> str:
    if kind == "attachment":
        return attachments.link(call, "issued_documents", document.attachment_token) or ""
    assert document.id is not None  # noqa: S101  (a stored document)
    return links.page_link(call, document.id, papers_of(document)[kind])


def _files(document: IssuedDocument, wanted: list[Include]) -> list[AttachedFile]:
    """The files that travel with the message: the document, and as files too whatever it has a button for."""
    papers = papers_of(document)
    main = next(iter(papers))
    files = [
        AttachedFile(filename=links.file_name(document, kind), kind=kind)
        for name, kind in papers.items()
        if name == main or name in wanted
    ]
    found = attachments.read_token(document.attachment_token) if "attachment" in wanted else None
    if found:
        files.append(AttachedFile(filename=found[1], kind="attachment", token=document.attachment_token))
    return files


_PATH = "/c/{company_id}/issued_documents/{document_id}/email"

OPERATIONS = (
    Operation(
        "getEmailData",
        "GET",
        _PATH,
        get_email_data,
        "Issued documents",
        "Get Email Data",
        answer=EmailData,
    ),
    Operation(
        "scheduleEmail",
        "POST",
        _PATH,
        schedule_email,
        "Issued documents",
        "Schedule Email",
        writes=True,
        body=EmailSchedule,
        answer=ScheduledEmail,
    ),
)
