"""What a document would be if it were stored now (ours): its totals, rows, installments, its electronic invoice.

A form shows it while it is filled in. Nothing is stored, and what stands in the way of storing it is not looked for.
"""

from decimal import Decimal

from mastro import totals as engine
from mastro.api import body as bodies
from mastro.api.call import Call
from mastro.api.errors import invalid
from mastro.api.operation import Answer, Operation, Parameter
from mastro.database.collection import encoder
from mastro.model.base import Body
from mastro.model.issued_document import IssuedDocument, Payment
from mastro.resources.company import load_settings
from mastro.resources.issued_documents import completion
from mastro.resources.issued_documents.documents import OPTIONS, complete, flag, resource
from mastro.resources.issued_documents.e_invoice import invoice_of, written
from mastro.resources.issued_documents.payments import fixed
from mastro.resources.issued_documents.references import complete_references
from mastro.resources.issued_documents.table import scope_of
from mastro.totals.payments import PAYMENT_FREE_TYPES


class Preview(Body):
    """What a document comes to."""

    totals: engine.Totals
    rows: list[Decimal]
    """Worth of each row, with VAT where the prices have it."""
    payments_list: list[Payment]
    """The installments; with `options.fix_payments` as they would be stored, in their order."""


def preview_issued_document(call: Call) -> bytes:
    """Totals, worth of each row and installments of a document; with `document_id` of a stored one with changes."""
    new, old = _documents(call)
    completion.complete_items(new)
    complete_references(call, new, old)
    new.date = new.date or call.now.date()
    new.payments_list = new.payments_list or []
    calculated = engine.calculate(new)
    rows = [engine.row_total(item, bool(new.use_gross_prices)) for item in new.items_list or ()]
    if flag(call.options, "fix_payments") and new.type not in PAYMENT_FREE_TYPES:
        terms = load_settings(call.session, call.company_id).default_payment_terms
        new.payments_list = fixed(new, old, calculated, terms)
    return encoder.encode({"data": Preview(totals=calculated, rows=rows, payments_list=new.payments_list)})


def preview_issued_document_xml(call: Call) -> Answer:
    """The electronic invoice that a document would be. Raises what storing it would, and Invalid for none at all."""
    new, old = _documents(call)
    complete(call, new, old)
    return Answer(written(invoice_of(call, new)), "text/xml")


def _documents(call: Call) -> tuple[IssuedDocument, IssuedDocument | None]:
    """The document as it would be, and as it is stored."""
    if not call.query.get("document_id"):
        envelope = call.parse(IssuedDocument)
        call.options = envelope.options
        if envelope.data.type is None:
            raise invalid("data.type", "The data.type field is required.")
        call.require(scope_of(envelope.data), "r")
        return envelope.data, None
    call.path["document_id"] = call.query["document_id"]
    old = resource.load(call, "r")
    envelope = bodies.parse_over(call.raw, encoder.encode(old), IssuedDocument)
    call.options, envelope.data.type = envelope.options, old.type
    return envelope.data, old


_STORED = Parameter("document_id", {"type": "integer"}, "The stored document that the body changes")

OPERATIONS = (
    Operation(
        "previewIssuedDocument",
        "POST",
        f"{resource.path}/preview",
        preview_issued_document,
        resource.tag,
        "Preview Issued Document",
        body=IssuedDocument,
        options=OPTIONS,
        query=(_STORED,),
        answer=Preview,
    ),
    Operation(
        "previewIssuedDocumentXml",
        "POST",
        f"{resource.path}/preview/xml",
        preview_issued_document_xml,
        resource.tag,
        "Preview Issued Document XML",
        body=IssuedDocument,
        options=OPTIONS,
        query=(_STORED,),
        answer=str,
        media_type="text/xml",
    ),
)
