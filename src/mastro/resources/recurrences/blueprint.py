"""The model of a recurring document: taken from a document or a body, checked as a create is, made at a date."""

import datetime as dt

import msgspec

from mastro import fatturapa
from mastro.api.body import check_required
from mastro.api.call import Call
from mastro.api.errors import Invalid, invalid
from mastro.database.collection import encoder
from mastro.model.entity import Entity
from mastro.model.issued_document import IssuedDocument, Payment
from mastro.model.settings import PaymentTerms
from mastro.resources.entities import merging
from mastro.resources.issued_documents import completion, originals
from mastro.resources.issued_documents.conversion import OWN, duplicate
from mastro.resources.issued_documents.documents import resource as issued
from mastro.resources.issued_documents.e_invoice import invoice_of, refuse_findings
from mastro.resources.issued_documents.references import SELF_INVOICES, in_registry
from mastro.resources.recurrences.table import Recurrence
from mastro.resources.recurrences.words import fill as fill_in
from mastro.resources.recurrences.words import filling, refuse_unknown, texts_of

_DEFAULTS = {field.name: field.default for field in msgspec.structs.fields(IssuedDocument)}
_LINKS = ("url", "dn_url", "ai_url", "attachment_url")
_FORGOTTEN = frozenset({*OWN, *_LINKS, "date"} - {"numeration"})
"""Keys that a model has not: those of one document alone. The numeration names the series, so it stays."""

OPTIONS = {"fix_payments": True, "entity_autocomplete": True}
"""With which a document is made of its model: what its customer is called and where is as the registry has it then."""


def of_document(call: Call, id: int) -> IssuedDocument:
    """The model that a stored document gives. Raises NotFound, Forbidden."""
    original = originals.load(call, issued, [id])[0]
    made = duplicate(call, original)
    made.numeration = original.numeration
    made.payments_list, made.date = original.payments_list, original.date
    return bare(made, call.now.date())


def complete(call: Call, model: IssuedDocument, on: dt.date) -> IssuedDocument:
    """The document that the model would be on a day, checked as a create is. Raises ApiError with the paths of one."""
    errors = check_required(model)
    if errors:
        raise Invalid(validation=errors)
    refuse_unknown(texts_of(model), "data")
    checked = fresh(bare(model, on), on)
    _follow_merges(call, checked)
    completion.prepare(call, checked, None, fix_payments=True, autofill=True)
    return checked


def bare(model: IssuedDocument, on: dt.date) -> IssuedDocument:
    """A document without what is of it alone, its installments by terms; one that has no date is as of that day."""
    date = model.date or on
    for key in _FORGOTTEN:
        setattr(model, key, _DEFAULTS[key])
    model.payments_list = [_by_terms(payment, date) for payment in model.payments_list or ()]
    return model


def _by_terms(payment: Payment, date: dt.date) -> Payment:
    """An open installment that is due by terms: its own, or as many days after the date as its day was."""
    terms = payment.payment_terms
    if terms is None or terms.days is None:
        days = (payment.due_date - date).days if payment.due_date else 0
        terms = PaymentTerms(days=max(0, days))
    return msgspec.structs.replace(
        payment, id=None, due_date=None, paid_date=None, status="not_paid", payment_terms=terms, ei_raw=None
    )


def fresh(model: IssuedDocument, date: dt.date) -> IssuedDocument:
    """A document of its own that says what the model does, dated; its customer, where known, is to be filled in."""
    document = issued.collection.decoder.decode(encoder.encode(model))
    document.date = date
    if document.entity and document.entity.id:
        document.entity = Entity(id=document.entity.id)
    return document


def _follow_merges(call: Call, document: IssuedDocument) -> None:
    """Let the customer be the one that it was merged into."""
    party, type = document.entity, document.type or ""
    if party is None or not party.id or in_registry(call, type, party.id) is not None:
        return
    sides = (merging.SUPPLIERS, merging.CLIENTS) if type in SELF_INVOICES | {"supplier_order"} else (merging.CLIENTS,)
    for side in sides:
        party.id = merging.heir_of(call, side, party.id) or party.id


def at(call: Call, recurrence: Recurrence, date: dt.date, dated: dt.date) -> IssuedDocument:
    """The document of a date of a recurrence, to be stored under another one where it is late or early."""
    assert recurrence.document  # noqa: S101
    document = fresh(recurrence.document, dated)
    _follow_merges(call, document)
    fill_in(document, filling(recurrence.schedule, date, document))
    return document


def refuse_unsendable(call: Call, document: IssuedDocument) -> None:
    """Raise Invalid for what the SdI would not take: better when it is saved than at night."""
    if not document.e_invoice:
        raise invalid("data.action", "Only an electronic invoice can be sent to the SdI: make the model one.")
    try:
        refuse_findings(call, document, fatturapa.check(invoice_of(call, document), today=document.date))
    except Invalid as why:
        told = why.validation or {}
        messages = [message for each in told.values() for message in each] or [why.message]
        raise Invalid(why.message, code=why.code, validation={"data.action": messages}, extra=why.extra) from why


def refuse_unaddressed(recurrence: Recurrence, recipient: str) -> None:
    """Raise Invalid for mail to nobody; `recipient` is the customer's address."""
    given = recurrence.email.recipient_email.strip() if recurrence.email else ""
    if recurrence.action == "create_and_email" and not (given or recipient):
        words = "The customer has no e-mail address: write one here, or into the registry."
        raise Invalid(validation={"data.email.recipient_email": [words]}, code="NO_RECIPIENT")
