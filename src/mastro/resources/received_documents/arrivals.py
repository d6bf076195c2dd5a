"""Electronic invoices that arrive: read, kept as they came, and laid among what waits or registered at once."""

from dataclasses import dataclass, field

import msgspec
from sqlalchemy import bindparam, select
from sqlalchemy import text as text_

from mastro.api.call import Call, internal_call
from mastro.api.errors import ApiError, reason_of
from mastro.database.connection import Prepared
from mastro.database.schema import companies, memberships
from mastro.delivery.sdi_simulator import NAME as SIMULATOR
from mastro.fatturapa import Invoice, read, to_document
from mastro.fatturapa.simulation import Sent
from mastro.fatturapa.tree import branch, text
from mastro.model.company import Company, CompanySettings
from mastro.model.received_document import PendingPayment, PendingReceivedDocument
from mastro.money import ZERO
from mastro.resources import attachments
from mastro.resources.company import load_settings
from mastro.resources.received_documents import incoming, other_files
from mastro.resources.received_documents.documents import register
from mastro.resources.received_documents.other_files import KIND
from mastro.resources.received_documents.pending import RECEIVED, add_pending, pending
from mastro.resources.received_documents.reading import received_rows, received_type

MOST_COMPANIES = 20
"""That one file is delivered to: the same VAT number may have been given to several companies in test mode."""

_COMPANIES = Prepared(select(companies.c.body, companies.c.settings).order_by(companies.c.id))

_OWNER = Prepared(
    select(memberships.c.user_id)
    .where(memberships.c.company_id == bindparam("company_id"), memberships.c.role == "master")
    .order_by(memberships.c.user_id)
)


def companies_of(call: Call, invoice: Invoice) -> list[int]:
    """The companies in test mode on this server that an invoice is for: by VAT number, by tax code without one.

    Only companies in test mode: a simulated invoice has no place in real books.
    """
    register = branch(invoice.header, "CessionarioCommittente", "DatiAnagrafici") or branch(
        invoice.header, "CessionarioCommittente", "IdentificativiFiscali"
    )
    vat, tax_code = text(register, "IdFiscaleIVA", "IdCodice"), text(register, "CodiceFiscale")
    country = text(register, "IdFiscaleIVA", "IdPaese") or "IT"
    found = []
    for body, settings in call.session.rows(_COMPANIES):
        if msgspec.json.decode(settings, type=CompanySettings).channel != SIMULATOR:
            continue
        company = msgspec.json.decode(body, type=Company)
        same = company.vat_number == vat and company.country_iso == country if vat else company.tax_code == tax_code
        if same and (vat or tax_code) and company.id is not None:
            found.append(company.id)
    return found[:MOST_COMPANIES]


def arrive(call: Call, sent: Sent) -> list[int]:
    """Deliver a file to the companies in test mode that it is for; their ids."""
    reached = companies_of(call, sent.invoice)
    came = Arrival(sent.file_name, sent.xml, SIMULATOR, sent.identifier)
    for company_id in reached:
        owner = call.session.scalar(_OWNER, company_id=company_id) or call.principal.user_id
        theirs = internal_call(call.installation, call.session, company_id=company_id, user_id=owner, now=call.now)
        receive(theirs, came)
    return reached


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that a channel brings."""

    file_name: str
    content: bytes
    """As it came: XML, or signed."""
    channel: str
    """Such as `pec`."""
    sdi_id: str = ""
    """IdentificativoSdI, where the channel tells it."""
    metadata: tuple[str, bytes] | None = None
    """Name and content of the message about it (MT)."""


@dataclass(slots=True)
class Received:
    """What became of a file."""

    file_id: int
    """Of `incoming_files`."""
    known: bool = False
    """True for a file that came in before: nothing was done."""
    pending: list[int] = field(default_factory=list)
    """Ids of what waits to be registered."""
    registered: list[int] = field(default_factory=list)
    """Ids of the received documents that it became at once."""


def receive(call: Call, came: Arrival) -> Received:
    """Take a file in: its documents wait to be registered, or are registered at once where the company wants that.

    A file with the same IdentificativoSdI or the same content as one that is there is told as known. One that cannot be
    registered waits, with the reason. Raises UnreadableError for what is no electronic invoice.
    """
    pending.lock(call.session, call.company_id)
    there = incoming.known(call, came.content, came.sdi_id)
    if there is not None:
        return Received(there.id or 0, known=True)
    invoice = read(came.content)
    token = attachments.keep(call, KIND, came.file_name, came.content)
    file = incoming.keep(
        call,
        file_name=came.file_name,
        content=came.content,
        token=token,
        channel=came.channel,
        received_on=call.now.date(),
        sdi_id=came.sdi_id,
        metadata=came.metadata,
    )
    done = Received(file.id or 0)
    at_once = load_settings(call.session, call.company_id).incoming.auto_register
    for place, body in enumerate(invoice.bodies):
        new = pending_of(invoice, came.file_name, place)
        new.attachment_token = token
        new.other_attachment_tokens = other_files.keep_embedded(call, body)
        id = add_pending(call, new, tell=not at_once)
        made = _register(call, new) if at_once else None
        if made is None:
            done.pending.append(id)
        else:
            done.registered.append(made)
    return done


_SAVE, _UNDO, _FORGET = (text_(f"{verb} one_registration") for verb in ("SAVEPOINT", "ROLLBACK TO", "RELEASE"))


def _register(call: Call, waiting: PendingReceivedDocument) -> int | None:
    """Register what came in; None where it cannot be, and waits with the reason."""
    call.session.run(_SAVE)
    try:
        return register(call, waiting)
    except ApiError as error:
        call.session.run(_UNDO)
        assert waiting.id is not None  # noqa: S101  (it was stored)
        left = pending.get(call.session, call.company_id, waiting.id)
        if left is not None:
            left.import_error = reason_of(error)
            pending.update(call.session, call.company_id, waiting.id, left)
        call.emit(RECEIVED, waiting.id)
        return None
    finally:
        call.session.run(_FORGET)


def pending_of(invoice: Invoice, file_name: str, body: int = 0) -> PendingReceivedDocument:
    """What waits to be registered, of one document of a file."""
    document = to_document(invoice, body=body, side="received")
    general = branch(invoice.bodies[body], "DatiGenerali", "DatiGeneraliDocumento")
    number = text(general, "Numero")
    name = document.entity.name if document.entity else ""
    net = document.amount_net
    if net is not None:  # what a fund charges is a cost like any other
        charged = (document.amount_rivalsa, document.amount_cassa, document.amount_cassa2)
        net += sum((each or ZERO for each in charged), ZERO)
    return PendingReceivedDocument(
        type="agyo",
        subject=f"{'Nota di credito' if document.type == 'credit_note' else 'Fattura'} {number} di {name}"[:255],
        filename=file_name,
        document_type=received_type(document),
        supplier_name=name,
        entity=document.entity,
        ei_number=number,
        emission_date=document.date,
        amount_net=net,
        amount_vat=document.amount_vat,
        amount_withholding_tax=document.amount_withholding_tax,
        amount_other_withholding_tax=document.amount_other_withholding_tax,
        currency=document.currency,
        items_list=received_rows(document),
        payments_list=[
            PendingPayment(amount=each.amount, due_date=each.due_date) for each in document.payments_list or ()
        ],
    )
