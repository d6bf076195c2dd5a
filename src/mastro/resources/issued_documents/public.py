"""What a customer sees of a document by its signed link: the document, how to pay it; that it was seen is kept."""

from dataclasses import dataclass
from decimal import Decimal

from mastro.api.call import Installation, internal_call
from mastro.api.errors import ApiError
from mastro.api.operation import Answer
from mastro.database.connection import Session
from mastro.model.issued_document import IssuedDocument
from mastro.model.settings import PaymentMethod
from mastro.money import ZERO
from mastro.pdf.payment import PAID_TO_COMPANY, account, in_fours
from mastro.resources.emails import emails
from mastro.resources.issued_documents import email_text, links, public_links
from mastro.resources.issued_documents.e_invoice import get_e_invoice_xml
from mastro.resources.issued_documents.table import documents

EURO = "EUR"


@dataclass(frozen=True, slots=True)
class ToPay:
    """How to pay what is open."""

    amount: Decimal
    beneficiary: str
    bank: str
    iban: str
    """As a bank takes it, without blanks; empty where the document names no account."""
    printed_iban: str
    text: str
    """*Causale*, in the document's language."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows."""

    document: IssuedDocument
    company: str
    place: links.Place
    pictures: list[bytes]
    file_name: str
    language: str
    """`it` or `en`: the pages speak no other."""
    to_pay: ToPay | None
    """None where nothing is to be paid."""


def look(installation: Installation, token: str) -> Shown | None:
    """What stands behind a link; None for one that is not ours, has expired, or whose document is gone.

    Raises LinkEnded.
    """
    found = links.linked_document(installation, token)
    if found is None:
        return None
    document, issuer, place = found
    company, _ = issuer
    kind = place.kind
    method = document.payment_method or PaymentMethod()
    beneficiary, bank, iban = account(document, company, method)
    known = email_text.variables(document, company)
    open_ones = [each.amount or ZERO for each in document.payments_list or () if each.status == "not_paid"]
    to_pay = None
    if document.type in PAID_TO_COMPANY and sum(open_ones, ZERO) > 0:
        text = f"{known['documento']} {known['numero']} {known['data']}"
        bare = "".join(iban.split())
        to_pay = ToPay(sum(open_ones, ZERO), beneficiary or company.name, bank, bare, in_fours(iban), text)
    return Shown(
        document=document,
        company=company.name,
        place=place,
        pictures=links.pictures(installation.settings, document, issuer, kind),
        file_name=links.file_name(document, kind),
        language=email_text.language_of(document),
        to_pay=to_pay,
    )


def xml(installation: Installation, token: str) -> Answer | None:
    """The electronic invoice behind a link; None where there is none. Raises LinkEnded."""
    place = links.place_of(installation, token)
    if place is None:
        return None
    with installation.database.read() as session:
        call = internal_call(installation, session, company_id=place.company_id, user_id=0)
        call.path["document_id"] = str(place.document_id)
        try:
            return get_e_invoice_xml(call)
        except ApiError:
            return None


def seen(installation: Installation, session: Session, place: links.Place) -> None:
    """Keep that the customer has opened the document: the first time, on it and on the messages that led to it.

    Of a link that was made on purpose each time is kept, on the link.
    """
    company_id, id = place.company_id, place.document_id
    if place.link_id is not None:
        public_links.note_opened(installation, session, company_id, place.link_id)
    documents.lock(session, company_id)
    document = documents.get(session, company_id, id)
    if document is None or document.seen_date is not None:
        return
    now = installation.settings.clock()
    document.seen_date = now.date()
    documents.update(session, company_id, id, document)
    moment = f"{now:%Y-%m-%d %H:%M:%S}"
    rows = emails.page(session, company_id, equals={"document_id": id}, order=(("id", True),), limit=100)
    for (stored,) in rows:
        email = emails.decoder.decode(stored)
        if email.status == "sent" and email.recipient_status != "document_opened" and email.id is not None:
            email.recipient_status, email.recipient_date = "document_opened", moment
            emails.update(session, company_id, email.id, email)
