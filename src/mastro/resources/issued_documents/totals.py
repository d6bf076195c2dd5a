"""Totals of a document that is not stored, or of a stored one with changes: the engine's answer, nothing saved."""

from mastro import totals as engine
from mastro.api import body as bodies
from mastro.api.call import Call
from mastro.api.errors import invalid
from mastro.api.operation import Operation
from mastro.database.collection import encoder
from mastro.model.issued_document import IssuedDocument
from mastro.resources.issued_documents import completion
from mastro.resources.issued_documents.documents import OPTIONS, resource
from mastro.resources.issued_documents.references import complete_references
from mastro.resources.issued_documents.table import scope_of


def _answer(call: Call, document: IssuedDocument, stored: IssuedDocument | None = None) -> bytes:
    completion.complete_items(document)
    complete_references(call, document, stored)
    return encoder.encode({"data": engine.calculate(document)})


def get_new_issued_document_totals(call: Call) -> bytes:
    """Totals of the document in the body."""
    document = call.parse(IssuedDocument).data
    if document.type is None:
        raise invalid("data.type", "The data.type field is required.")
    call.require(scope_of(document), "r")
    return _answer(call, document)


def get_existing_issued_document_totals(call: Call) -> bytes:
    """Totals of a stored document, with the keys of the body in place of its own."""
    stored = resource.load(call, "r")
    raw = call.raw if call.raw.strip() else b'{"data":{}}'
    changed = bodies.parse_over(raw, encoder.encode(stored), IssuedDocument).data
    changed.type = stored.type
    return _answer(call, changed, stored)


_PATH = "/c/{company_id}/issued_documents"

OPERATIONS = (
    Operation(
        "getNewIssuedDocumentTotals",
        "POST",
        f"{_PATH}/totals",
        get_new_issued_document_totals,
        "Issued documents",
        "Get New Issued Document Totals",
        body=IssuedDocument,
        options=OPTIONS,
        answer=engine.Totals,
    ),
    Operation(
        "getExistingIssuedDocumentTotals",
        "POST",
        f"{_PATH}/{{document_id}}/totals",
        get_existing_issued_document_totals,
        "Issued documents",
        "Get Existing Issued Document Totals",
        body=IssuedDocument,
        options=OPTIONS,
        answer=engine.Totals,
    ),
)
