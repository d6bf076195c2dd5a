"""E-mails: what was sent to customers, from whom, by which way, and what became of it."""

import datetime as dt
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from mastro.api.call import Call, Installation
from mastro.api.errors import Forbidden
from mastro.api.fields import Computed
from mastro.api.resource import Resource
from mastro.api.sealed import UnreadableSecretError, unseal
from mastro.database.collection import Collection
from mastro.database.connection import Row
from mastro.database.fields import boolean, exact, integer, text, time
from mastro.database.jobs import enqueue
from mastro.delivery.letter import WrongAddress, parse_address
from mastro.delivery.mail import Closed, Mailer, Outbox, Smtp
from mastro.model.base import Body, Id, Integer, Timestamp
from mastro.model.company import Company, CompanySettings, SmtpSettings
from mastro.resources import attachments
from mastro.resources.company import smtp_secret
from mastro.resources.issued_documents import links
from mastro.settings import Settings

JOB = "mail"
"""Kind of the jobs that send."""

MAX_LOG = 4000
"""Characters of `error_log` that are kept, the latest."""

OUTBOX_NOTE = "Nessun server SMTP configurato: il messaggio non è partito, è nella cartella outbox."
"""What a message says that nobody got."""

Delivery = Literal["", "smtp", "outbox"]


class AttachedFile(Body):
    """A file that travels with a message: it is made, or read, when the message leaves."""

    filename: str = ""
    kind: Literal["document", "delivery_note", "accompanying_invoice", "attachment"] = "document"
    token: str = ""
    """Of an attachment."""


class EmailAttachment(Body):
    """A file of a message as the list shows it; the link opens without a token until it expires."""

    filename: str = ""
    url: str = ""


class Email(Body):
    """A message, as it is scheduled and as it left."""

    id: Id | None = None
    status: Literal["sending", "pending", "sent"] = "pending"
    sent_date: Timestamp | None = None
    errors_count: Integer = 0
    error_log: str = ""
    """A line for each failure: when, and what the mail server said."""
    from_email: str = ""
    """Whom an answer reaches."""
    from_name: str = ""
    to_email: str = ""
    """Addresses with commas between."""
    to_name: str = ""
    subject: str = ""
    content: str = ""
    """HTML."""
    copy_to: str = ""
    recipient_status: Literal["unknown", "document_opened", "email_opened"] = "unknown"
    recipient_date: Timestamp | None = None
    kind: str = ""
    attachments: list[EmailAttachment] | msgspec.UnsetType = msgspec.UNSET
    # ours, beside the vendor's keys
    document_id: Id | None = None
    language: str = "it"
    failed: bool = False
    """True for one that is not tried again; its status stays `pending`, since the vendor has no word for it."""
    delivery: Delivery = ""
    """By which way it left; `outbox`: nobody got it, it is a file on the server."""
    attached: list[AttachedFile] = msgspec.field(default_factory=list)
    created_at: Timestamp = ""
    updated_at: Timestamp = ""


def _attached(email: Email) -> str:
    return msgspec.json.encode(email.attached).decode()


emails = Collection(
    "emails",
    Email,
    integer("id", required=True),
    exact("status", required=True),
    time("sent_date"),
    integer("errors_count", required=True),
    text("from_email", required=True),
    text("from_name", required=True),
    text("to_email", required=True),
    text("to_name", required=True),
    text("subject", required=True),
    text("copy_to", required=True),
    exact("recipient_status", required=True),
    text("kind", required=True),
    integer("document_id"),
    boolean("failed", required=True),
    exact("delivery", required=True),
    time("created_at", required=True),
    time("updated_at", required=True),
    extra=(exact("attached", of=_attached, required=True),),
    indexes=(("status",), ("created_at",), ("document_id",)),
)

_read_attached = msgspec.json.Decoder(list[AttachedFile]).decode


def _computed(call: Call, row: Row) -> Computed:
    """The links of what travelled with a message."""
    document_id, attached = row
    shown = [EmailAttachment(filename=f.filename, url=_url(call, document_id, f)) for f in _read_attached(attached)]
    return {"attachments": msgspec.json.encode(shown)}


def _url(call: Call, document_id: int, file: AttachedFile) -> str:
    if file.kind == "attachment":
        return attachments.link(call, "issued_documents", file.token) or ""
    return links.link(call, document_id, file.kind)


resource = Resource(
    collection=emails,
    path="/c/{company_id}/emails",
    item="email_id",
    name="Email",
    plural="Emails",
    scope="emails",
    events="emails",
    tag="Emails",
    order=(("id", True),),
    outgoing=("document_id", "attached"),
    computed=_computed,
)

OPERATIONS = (*resource.operations("list"),)


# the way out


@dataclass(frozen=True, slots=True)
class Route:
    """How the mail of a company leaves."""

    mailer: Mailer
    address: str
    """From which the mail server takes mail, and to which failures come back."""
    own: bool
    """True where the company sends by a server of its own, which takes its other addresses as senders too."""

    def sender(self, chosen: str) -> str:
        """What stands in From.

        The installation's server may not speak for a company's domain (SPF, DMARC): there the chosen address is only
        the one to answer to.
        """
        return chosen if self.own else self.address


def route_of(installation: Installation, company: Company, settings: CompanySettings) -> Route:
    """The company's own mail server, else the installation's, else its folder."""
    ours = installation.settings
    own = settings.smtp
    if own and own.host:
        server = _own_server(installation, company.id or 0, own)
        for candidate in (own.sender, own.user, company.email):
            address = valid(candidate)
            if address:
                return Route(server, address, own=True)
        return Route(server, no_reply(ours.address), own=True)
    address = valid(ours.smtp_from) or no_reply(ours.address)
    if not ours.smtp_host:
        return Route(outbox_of(ours), address, own=False)
    shared = Smtp(
        host=ours.smtp_host,
        port=ours.smtp_port,
        security=ours.smtp_security,  # type: ignore[arg-type]  # checked where the environment is read
        user=ours.smtp_user,
        password=ours.smtp_password,
        timeout=ours.smtp_timeout,
    )
    return Route(shared, address, own=False)


def outbox_of(settings: Settings) -> Outbox:
    """The folder of an installation without a mail server. Files of a company begin with its id and a dot."""
    return Outbox(settings.data_dir / "outbox")


def _own_server(installation: Installation, company_id: int, own: SmtpSettings) -> Mailer:
    """A company's own mail server; one that says why it takes nothing where its password cannot be read."""
    try:
        password = unseal(installation.settings.key, own.password, smtp_secret(company_id))
    except UnreadableSecretError as error:
        return Closed(str(error))
    return Smtp(
        host=own.host,
        port=own.port,
        security=own.security,
        user=own.user,
        password=password,
        timeout=installation.settings.smtp_timeout,
        public_only=not installation.settings.private_sinks,
    )


def valid(text: str) -> str:
    """An address in its canonical form, empty for what is none."""
    try:
        return parse_address(text)
    except WrongAddress:
        return ""


def no_reply(address: str) -> str:
    """The sender of an installation that has set none: at the name under which the world reaches it."""
    host = urlsplit(address).hostname or "localhost"
    try:
        ip_address(host)
    except ValueError:
        return f"no-reply@{host}"
    return "no-reply@localhost"


def senders(route: Route, company: Company) -> dict[int, str]:
    """Addresses that a message can come from, by their id: 0 is the one that every installation has."""
    found = {0: route.address}
    own = valid(company.email)
    if own and own != route.address:
        found[1] = own
    return found


def schedule(call: Call, email: Email) -> bytes:
    """Store a message and leave the job that sends it; the message as stored.

    Raises Forbidden for a company that has sent its fill today: who steals a token must not get a mail relay with it.
    """
    emails.lock(call.session, call.company_id)
    most = call.settings.mail_per_day
    yesterday = f"{call.now - dt.timedelta(days=1):%Y-%m-%d %H:%M:%S}"
    recent = emails.column("created_at") > yesterday
    if most and emails.total(call.session, call.company_id, where=recent) >= most:
        raise Forbidden(f"This company may send {most} messages in 24 hours.", code="MAIL_LIMIT")
    id = email.id = emails.next_id(call.session, call.company_id, email)
    email.created_at = email.updated_at = call.timestamp
    stored = emails.insert(call.session, call.company_id, id, email)
    payload = {"email_id": id, "user_id": call.principal.user_id}
    enqueue(call.session, call.company_id, JOB, payload, now=call.now)
    return stored
