"""The electronic invoices of suppliers as they are read: the XML out of its signature, and what registering makes.

Ours: the vendor serves the file alone, as it came.
"""

import msgspec

from mastro.api.call import Call
from mastro.api.errors import NotFound
from mastro.api.operation import Answer, Operation
from mastro.database.collection import encoder
from mastro.fatturapa import UnreadableError, p7m, read
from mastro.model.received_document import ReceivedDocument
from mastro.resources import attachments
from mastro.resources.company import load_settings
from mastro.resources.received_documents import completion, pending, registration
from mastro.resources.received_documents.documents import resource
from mastro.resources.received_documents.other_files import KIND

NO_E_INVOICE = "The document has no electronic invoice."


def get_received_e_invoice_xml(call: Call) -> Answer:
    """The electronic invoice that a received document came as. Raises NotFound where it came otherwise."""
    return _xml(call, resource.load(call, "r").attachment_token)


def get_pending_e_invoice_xml(call: Call) -> Answer:
    """The electronic invoice that waits to be registered. Raises NotFound where what waits is none."""
    return _xml(call, pending.resource.load(call, "r").attachment_token)


def _xml(call: Call, token: str) -> Answer:
    found = attachments.read_token(token) if token else None
    content = attachments.content(call, KIND, found[0]) if found else None
    if found is None or content is None:
        raise NotFound(NO_E_INVOICE)
    try:
        read(content)
    except UnreadableError:
        raise NotFound(NO_E_INVOICE) from None
    name = found[1].removesuffix(".p7m")
    headers = {"Content-Disposition": f'inline; filename="{"".join(c if c.isascii() else "_" for c in name)}"'}
    return Answer(p7m.content(content), "text/xml", headers=headers)


def preview_registration(call: Call) -> bytes:
    """The received document that would be made of what waits: supplier, VAT types, category, deductions, payments.

    Nothing is stored; a supplier that the registry does not know has no id.
    """
    call.require("received_documents", "a")
    waiting = pending.resource.load(call, "r")
    wanted = load_settings(call.session, call.company_id).incoming
    new = ReceivedDocument()
    registration.fill(call, new, waiting, msgspec.structs.replace(wanted, create_suppliers=False))
    completion.prepare(call, new, None, fix=False, autofill=False)
    return encoder.encode({"data": new})


_PENDING = f"{pending.resource.path}/{{{pending.resource.item}}}"
_TAG = "Received documents"

OPERATIONS = (
    Operation(
        "getReceivedEInvoiceXml",
        "GET",
        f"{resource.path}/{{{resource.item}}}/e_invoice/xml",
        get_received_e_invoice_xml,
        _TAG,
        "Get Received E-Invoice XML",
        answer=str,
        media_type="text/xml",
    ),
    Operation(
        "getPendingEInvoiceXml",
        "GET",
        f"{_PENDING}/e_invoice/xml",
        get_pending_e_invoice_xml,
        _TAG,
        "Get Pending E-Invoice XML",
        answer=str,
        media_type="text/xml",
    ),
    Operation(
        "previewRegistration",
        "GET",
        f"{_PENDING}/registration",
        preview_registration,
        _TAG,
        "Preview Registration",
        answer=ReceivedDocument,
    ),
)
