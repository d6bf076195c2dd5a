"""Totals of a received document that is not stored, or of a stored one with changes; nothing is saved."""

from mastro import totals as engine
from mastro.api import body as bodies
from mastro.api.call import Call
from mastro.api.operation import Operation
from mastro.database.collection import encoder
from mastro.model.received_document import ReceivedDocument
from mastro.resources.received_documents import completion
from mastro.resources.received_documents.documents import OPTIONS, resource
from mastro.resources.received_documents.table import scope_of


def _answer(call: Call, document: ReceivedDocument, stored: ReceivedDocument | None) -> bytes:
    completion.set_defaults(call, document)
    return encoder.encode({"data": completion.complete_amounts(call, document, stored)})


def get_new_received_document_totals(call: Call) -> bytes:
    """Totals of the document in the body."""
    document = call.parse(ReceivedDocument).data
    call.require(scope_of(document), "a")
    return _answer(call, document, None)


def get_existing_received_document_totals(call: Call) -> bytes:
    """Totals of a stored document, with the keys of the body in place of its own."""
    stored = resource.load(call, "r")
    call.require(scope_of(stored), "a")
    raw = call.raw if call.raw.strip() else b'{"data":{}}'
    changed = bodies.parse_over(raw, encoder.encode(stored), ReceivedDocument).data
    changed.type = stored.type
    return _answer(call, changed, stored)


_TAG = "Received documents"

OPERATIONS = (
    Operation(
        "getNewReceivedDocumentTotals",
        "POST",
        f"{resource.path}/totals",
        get_new_received_document_totals,
        _TAG,
        "Get New Received Document Totals",
        body=ReceivedDocument,
        options=OPTIONS,
        answer=engine.ReceivedTotals,
    ),
    Operation(
        "getExistingReceivedDocumentTotals",
        "POST",
        f"{resource.path}/{{document_id}}/totals",
        get_existing_received_document_totals,
        _TAG,
        "Get Existing Received Document Totals",
        body=ReceivedDocument,
        options=OPTIONS,
        answer=engine.ReceivedTotals,
    ),
)
