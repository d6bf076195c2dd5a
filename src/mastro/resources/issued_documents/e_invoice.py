"""The electronic invoice of a document: its XML, and what the SdI would say of it."""

from typing import Any

from mastro import fatturapa
from mastro.api.call import Call
from mastro.api.errors import Invalid
from mastro.api.operation import Answer, Operation, Parameter
from mastro.database.collection import encoder
from mastro.fatturapa import Finding, Invoice
from mastro.model.base import Body
from mastro.model.company import Company
from mastro.model.issued_document import IssuedDocument
from mastro.resources import attachments
from mastro.resources.company import Issuer, load_company
from mastro.resources.issued_documents import links
from mastro.resources.issued_documents.documents import resource
from mastro.resources.issued_documents.transmissions import last_of

LARGEST_FILE = 3_500_000
"""Bytes of a file within an invoice, which has 5 MB at most (SdI code 00003) and holds it as base64."""

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


def invoice_of(
    call: Call,
    document: IssuedDocument,
    number: str = "",
    *,
    company: Company | None = None,
    attachment: fatturapa.Attachment | None = None,
) -> Invoice:
    """The electronic invoice of a stored document, under the progressive of an attempt to send it.

    `company` spares loading it again. Raises Invalid for a document that can be none.
    """
    if not document.e_invoice:
        raise Invalid(NOT_ELECTRONIC, code="NOT_AN_E_INVOICE")
    issuer = company or load_company(call.session, call.company_id)[0]
    try:
        return fatturapa.from_document(
            document, issuer, progressive=number or progressive(document), attachment=attachment
        )
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
    issuer = company, _ = load_company(call.session, call.company_id)
    wanted = call.query.get("include_attachment", "").lower() in {"1", "true"}
    file = file_of(call, document, issuer) if wanted else None
    invoice = invoice_of(call, document, company=company, attachment=file)
    return _xml(written(invoice), fatturapa.file_name(company, progressive(document)))


def written(invoice: Invoice) -> bytes:
    """The XML of an invoice. Raises Invalid for an `ei_raw` that cannot be written."""
    try:
        return fatturapa.write(invoice)
    except fatturapa.NotWritableError as error:
        raise Invalid(str(error), code="WRONG_EI_RAW") from None


def file_of(call: Call, document: IssuedDocument, issuer: Issuer) -> fatturapa.Attachment:
    """What goes into the invoice beside its data: the document's attachment, where it has none its PDF.

    Raises Invalid for one that is too long for the SdI, Busy where the storage cannot be reached.
    """
    found = attachments.read_token(document.attachment_token) if document.attachment_token else None
    content = attachments.content(call, "issued_documents", found[0]) if found else None
    if found is None or content is None:
        name, content = (
            links.file_name(document, "document"),
            links.render(call.settings, document, issuer, "document"),
        )
    else:
        name = found[1]
    if len(content) > LARGEST_FILE:
        words = f"The attachment has {len(content)} bytes: a file for the SdI has 5 MB at most, with all that is in it."
        raise Invalid(words, code="ATTACHMENT_TOO_LARGE")
    return fatturapa.Attachment(name, content)


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
        query=(Parameter("include_attachment", {"type": "boolean"}, "Embed the attachment, or the PDF without one"),),
        slow=True,
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
