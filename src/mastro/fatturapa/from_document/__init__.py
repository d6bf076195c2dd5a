"""From a stored document to the tree of its electronic invoice.

What is missing is left out and what is wrong is left as it is: `check` then says so, place by place. Only a document
that is no invoice at all is refused here.
"""

from decimal import localcontext

from mastro.fatturapa.from_document.general import general_data
from mastro.fatturapa.from_document.goods import goods_and_services
from mastro.fatturapa.from_document.keys import key_finder
from mastro.fatturapa.from_document.parties import Transmitter, file_name, header
from mastro.fatturapa.from_document.payments import payment_data
from mastro.fatturapa.from_document.raw import RawTreeError, overlay
from mastro.fatturapa.from_document.shapes import SIMPLIFIED_TYPES, Attachment, Case, NotAnInvoiceError, case_of
from mastro.fatturapa.from_document.simplified import simplified_body, simplified_header
from mastro.fatturapa.schema import ORDINARY, SIMPLIFIED
from mastro.fatturapa.tree import Invoice, Tree, branch
from mastro.model.company import Company
from mastro.model.issued_document import IssuedDocument
from mastro.money import EXACT

__all__ = ["Attachment", "NotAnInvoiceError", "RawTreeError", "Transmitter", "file_name", "from_document", "key_finder"]


def from_document(
    document: IssuedDocument,
    company: Company,
    *,
    progressive: str,
    transmitter: Transmitter | None = None,
    attachment: Attachment | None = None,
) -> Invoice:
    """The electronic invoice of a document: FPA12 to the public administration, FPR12 to everybody else.

    A document whose `ei_data.document_type` (or the same place in `ei_raw`) says TD07, TD08 or TD09 gets a simplified
    invoice, FSM10.

    `progressive` is the *ProgressivoInvio*; without `transmitter` the company sends in its own name. `ei_raw` of the
    document, of its rows and of its payments is laid over what is worked out. Raises NotAnInvoiceError for quotes,
    proformas and the like, and for what a simplified invoice cannot say; RawTreeError for an `ei_raw` that is no tree
    of texts.
    """
    case = case_of(document, company)
    simplified = case.type in SIMPLIFIED_TYPES
    schema = SIMPLIFIED if simplified else ORDINARY
    with localcontext(EXACT):
        head = simplified_header if simplified else header
        body = simplified_body(case) if simplified else _body(case)
        if attachment is not None:
            body["Allegati"] = [attachment.tree()]
        tree: Tree = {
            "FatturaElettronicaHeader": head(case, progressive, transmitter),
            "FatturaElettronicaBody": [body],
        }
    if document.ei_raw:
        tree = overlay(tree, document.ei_raw, schema.block)
    declared = branch(tree, "FatturaElettronicaHeader", "DatiTrasmissione").get("FormatoTrasmissione")
    return Invoice(tree, declared if declared in schema.formats else case.format, schema)


def _body(case: Case) -> Tree:
    body: Tree = {"DatiGenerali": general_data(case), "DatiBeniServizi": goods_and_services(case)}
    payments = payment_data(case)
    if payments:
        body["DatiPagamento"] = [payments]
    return body
