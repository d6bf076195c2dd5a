"""A file that a person has signed: an invoice to a public administration leaves by certified mail only so."""

import base64

from mastro import fatturapa
from mastro.api.call import Call
from mastro.api.errors import Conflict, Invalid, TooLarge, invalid
from mastro.api.multipart import parse
from mastro.api.operation import Operation
from mastro.database.collection import encoder
from mastro.database.jobs import enqueue
from mastro.delivery.sdi_pec import NAME as PEC
from mastro.fatturapa import UnreadableError
from mastro.resources.issued_documents.by_hand import HandedInAnswer, waiting_file
from mastro.resources.issued_documents.documents import resource
from mastro.resources.issued_documents.sending import JOB
from mastro.resources.issued_documents.transmissions import Transmission, outgoing, store

NOT_SIGNED = "Il file non è firmato."
OTHER_FILE = "Il file firmato non è la fattura preparata: scaricarla di nuovo e firmare quella."


def upload_signed_e_invoice(call: Call) -> bytes:
    """Take the file of an invoice as a person has signed it (CAdES or XAdES), and let it leave.

    Raises Conflict where none is waited for; Invalid for one that is not signed, is another invoice, or that the SdI
    would discard for its signature.
    """
    document = resource.load(call, "a")
    sent = waiting_file(call, document)
    if sent.channel != PEC:
        words = f"Il canale {sent.channel} non trasmette: consegnare il file firmato sul portale."
        raise Conflict(words, code="OTHER_CHANNEL")
    content = _uploaded(call)
    _check(call, sent, content)
    sent.signed = base64.b64encode(content).decode()
    store(call, sent)
    payload = {"transmission_id": sent.id, "user_id": call.principal.user_id}
    enqueue(call.session, call.company_id, JOB, payload, now=call.now)
    answer = HandedInAnswer(ei_status=document.ei_status, file_name=outgoing(sent)[0], date=call.timestamp)
    return encoder.encode({"data": answer})


def _uploaded(call: Call) -> bytes:
    file = parse(call.content_type, call.raw).get("attachment")
    if file is None or file.filename is None or not file.size:
        raise invalid("attachment", "The attachment field is required.")
    if file.size > call.settings.attachment_limit:
        raise TooLarge(f"The file is longer than the {call.settings.attachment_limit} bytes that are allowed.")
    return b"".join(file.content)


def _check(call: Call, sent: Transmission, content: bytes) -> None:
    """Raise Invalid for a file that is not the one that waits, signed."""
    try:
        same = fatturapa.read(content).tree == fatturapa.read(sent.xml.encode()).tree
    except UnreadableError as error:
        raise invalid("attachment", str(error), code="WRONG_CONTENT") from None
    if not same:
        raise invalid("attachment", OTHER_FILE, code="OTHER_INVOICE")
    if not fatturapa.signatures(content):
        raise invalid("attachment", NOT_SIGNED, code="NOT_SIGNED")
    found = [finding for finding in fatturapa.check_file(content, now=call.now) if finding.severity == "error"]
    if found:
        words = [f"{finding.code} {finding.message_it} {finding.remedy_it}".strip() for finding in found[:20]]
        raise Invalid(validation={"attachment": words}, code="WRONG_SIGNATURE")


OPERATIONS = (
    Operation(
        "uploadSignedEInvoice",
        "POST",
        "/c/{company_id}/issued_documents/{document_id}/e_invoice/signed",
        upload_signed_e_invoice,
        "Issued e-invoices",
        "Upload Signed E-Invoice",
        writes=True,
        form={"attachment": {"type": "string", "format": "binary"}},
        answer=HandedInAnswer,
    ),
)
