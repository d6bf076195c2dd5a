"""The electronic invoice of a document: its XML, and what the SdI would say of it."""

from typing import Any

from mastro import fatturapa
from mastro.api.call import Call
from mastro.api.errors import Invalid
from mastro.api.operation import Answer, Operation, Parameter
from mastro.database.collection import encoder
from mastro.fatturapa import Finding, Invoice
from mastro.model.base import Body
from mastro.model.issued_document import IssuedDocument
from mastro.resources.company import load_company
from mastro.resources.issued_documents.documents import resource
from mastro.resources.issued_documents.transmissions import last_of

NOT_ELECTRONIC = "Il documento non è una fattura elettronica."


class Verification(Body):
    """The answer of a check that found nothing."""

    success: bool = True


def progressive(document: IssuedDocument) -> str:
    """*ProgressivoInvio* of a document that is not sent: at most 10 letters and digits, the same each time."""
    return base36(document.id or 0).zfill(5)[-10:]


def base36(number: int) -> str:
    """A number in digits and capital letters."""
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    text = ""
    while number:
        number, rest = divmod(number, 36)
        text = digits[rest] + text
    return text


def invoice_of(call: Call, document: IssuedDocument, number: str = "") -> Invoice:
    """The electronic invoice of a stored document, under the progressive of an attempt to send it.

    Raises Invalid for a document that can be none.
    """
    if not document.e_invoice:
        raise Invalid(NOT_ELECTRONIC, code="NOT_AN_E_INVOICE")
    company, _ = load_company(call.session, call.company_id)
    try:
        return fatturapa.from_document(document, company, progressive=number or progressive(document))
    except fatturapa.NotAnInvoiceError as error:
        raise Invalid(str(error), code="NOT_AN_E_INVOICE") from None
    except fatturapa.RawTreeError as error:
        raise Invalid(str(error), code="WRONG_EI_RAW", validation={"data.ei_raw": [str(error)]}) from None


def refuse_findings(call: Call, document: IssuedDocument, findings: list[Finding]) -> None:
    """Raise the vendor's 422 where the SdI would discard the file; beside it what was found, where, and the remedy."""
    errors = [finding for finding in findings if finding.severity == "error"]
    if not errors:
        return
    messages = [f"{finding.code} {finding.message_it}" for finding in errors]
    raise Invalid(
        "La fattura elettronica contiene errori.",
        code="XML_NOT_VALID",
        validation={"xml_errors": messages},
        extra={"errors": messages, "findings": _told(call, document, findings)},
    )


def _told(call: Call, document: IssuedDocument, findings: list[Finding]) -> list[dict[str, str]]:
    """Findings as they are served: with `key`, the key of the document that is set to mend them."""
    company, _ = load_company(call.session, call.company_id)
    key_of = fatturapa.key_finder(document, company)
    names = (*Finding.__slots__, "severity")
    return [{name: getattr(each, name) for name in names} | {"key": key_of(each.path)} for each in findings]


def get_e_invoice_xml(call: Call) -> Answer:
    """The XML: of a document that is sent, the very file; before, what would be sent."""
    document = resource.load(call, "r")
    sent = last_of(call, document) if document.locked else None
    if sent:
        return _xml(sent.xml.encode(), sent.file_name)
    invoice = invoice_of(call, document)
    try:
        xml = fatturapa.write(invoice)
    except fatturapa.NotWritableError as error:
        raise Invalid(str(error), code="WRONG_EI_RAW") from None
    company, _ = load_company(call.session, call.company_id)
    name = fatturapa.file_name(company, progressive(document))
    return _xml(xml, name)


def _xml(content: bytes, name: str) -> Answer:
    return Answer(content, "text/xml", headers={"Content-Disposition": f'inline; filename="{name}"'})


def verify_e_invoice_xml(call: Call) -> bytes:
    """Whether the SdI would take the invoice, and advice on what passes. Raises Invalid with what would not pass."""
    document = resource.load(call, "r")
    findings = fatturapa.check(invoice_of(call, document))
    refuse_findings(call, document, findings)
    answer: dict[str, Any] = {"data": Verification()}
    if findings:
        answer["extra"] = {"findings": _told(call, document, findings)}
    return encoder.encode(answer)


_TOLD = {key: {"type": "string"} for key in (*Finding.__slots__, "severity", "key")}
_EXTRA = {
    "extra": {
        "type": "object",
        "properties": {"findings": {"type": "array", "items": {"type": "object", "properties": _TOLD}}},
    }
}

_PATH = "/c/{company_id}/issued_documents/{document_id}/e_invoice"

OPERATIONS = (
    Operation(
        "getEInvoiceXml",
        "GET",
        f"{_PATH}/xml",
        get_e_invoice_xml,
        "Issued e-invoices",
        "Get E-Invoice XML",
        query=(Parameter("include_attachment", {"type": "boolean"}, "Embed the attachment"),),
        answer=str,
        media_type="text/xml",
    ),
    Operation(
        "verifyEInvoiceXml",
        "GET",
        f"{_PATH}/xml_verify",
        verify_e_invoice_xml,
        "Issued e-invoices",
        "Verify E-Invoice XML",
        answer=Verification,
        answer_extra=_EXTRA,
    ),
)
