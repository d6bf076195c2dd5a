"""Electronic invoices that arrive: read, and laid among the documents that wait to be registered."""

import msgspec
from sqlalchemy import bindparam, select

from mastro.api.call import Call, internal_call
from mastro.database.connection import Prepared
from mastro.database.schema import companies, memberships
from mastro.delivery.sdi_simulator import NAME as SIMULATOR
from mastro.fatturapa import Invoice, to_document
from mastro.fatturapa.simulation import Sent
from mastro.fatturapa.tree import branch, text
from mastro.model.company import Company, CompanySettings
from mastro.model.issued_document import IssuedDocument
from mastro.model.received_document import PendingPayment, PendingReceivedDocument, ReceivedItem
from mastro.money import ZERO
from mastro.resources.received_documents.pending import add_pending

MOST_COMPANIES = 20
"""That one file is delivered to: the same VAT number may have been given to several companies in test mode."""

_COMPANIES = Prepared(select(companies.c.body, companies.c.settings).order_by(companies.c.id))

_OWNER = Prepared(
    select(memberships.c.user_id)
    .where(memberships.c.company_id == bindparam("company_id"), memberships.c.role == "master")
    .order_by(memberships.c.user_id)
)


class _Channel(msgspec.Struct):
    sdi_channel: str = CompanySettings().sdi_channel


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
        if msgspec.json.decode(settings, type=_Channel).sdi_channel != SIMULATOR:
            continue
        company = msgspec.json.decode(body, type=Company)
        same = company.vat_number == vat and company.country_iso == country if vat else company.tax_code == tax_code
        if same and (vat or tax_code) and company.id is not None:
            found.append(company.id)
    return found[:MOST_COMPANIES]


def arrive(call: Call, sent: Sent) -> list[int]:
    """Deliver a file to the companies in test mode that it is for; their ids."""
    reached = companies_of(call, sent.invoice)
    for company_id in reached:
        owner = call.session.scalar(_OWNER, company_id=company_id) or call.principal.user_id
        theirs = internal_call(call.installation, call.session, company_id=company_id, user_id=owner, now=call.now)
        for document in range(len(sent.invoice.bodies)):
            add_pending(theirs, pending_of(sent.invoice, sent.file_name, document), content=sent.xml)
    return reached


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
        document_type="passive_credit_note" if document.type == "credit_note" else "expense",
        supplier_name=name,
        entity=document.entity,
        ei_number=number,
        emission_date=document.date,
        amount_net=net,
        amount_vat=document.amount_vat,
        amount_withholding_tax=document.amount_withholding_tax,
        amount_other_withholding_tax=document.amount_other_withholding_tax,
        currency=document.currency,
        items_list=_rows(document),
        payments_list=[
            PendingPayment(amount=each.amount, due_date=each.due_date) for each in document.payments_list or ()
        ],
    )


def _rows(document: IssuedDocument) -> list[ReceivedItem]:
    return [
        ReceivedItem(
            code=row.code, name=row.name, measure=row.measure, net_price=row.net_price, qty=row.qty, vat=row.vat
        )
        for row in document.items_list or ()
    ]
