"""The lists of one company under `/c/{company_id}/info`: its settings for choice, and the words that it uses."""

from typing import Any

from mastro.api.call import Call
from mastro.api.errors import invalid
from mastro.api.operation import FIELDS, FIELDSET, SORT, Handler, Operation, Parameter
from mastro.database import vocabulary
from mastro.database.collection import encoder
from mastro.database.vocabulary import Kind
from mastro.model.settings import PaymentAccount, PaymentMethod, VatType
from mastro.resources.settings import payment_accounts, payment_methods, vat_types

CONTEXTS: dict[str, Kind] = {
    "products": "products.category",
    "issued_documents": "issued_documents.category",
    "received_documents": "received_documents.item_category",
}
"""Where product categories are used → what they are counted as."""


def _words(call: Call, kind: Kind) -> bytes:
    return encoder.encode({"data": vocabulary.used(call.session, call.company_id, kind)})


def list_revenue_centers(call: Call) -> bytes:
    """Revenue centres that issued documents and receipts use."""
    return _words(call, "revenue_center")


def list_cost_centers(call: Call) -> bytes:
    """Cost centres that received documents use."""
    return _words(call, "cost_center")


def list_product_categories(call: Call) -> bytes:
    """Categories of products, or of the rows of documents."""
    kind = CONTEXTS.get(call.query.get("context", ""))
    if kind is None:
        raise invalid("context", f"The context field is required; it is one of: {', '.join(CONTEXTS)}.")
    return _words(call, kind)


def list_received_document_categories(call: Call) -> bytes:
    """Categories of received documents."""
    return _words(call, "received_documents.category")


def list_archive_categories(call: Call) -> bytes:
    """Categories of archive documents."""
    return _words(call, "archive.category")


def _operation(
    id: str, name: str, handler: Handler, summary: str, answer: Any, *query: Parameter, scope: str = ""
) -> Operation:
    path = f"/c/{{company_id}}/info/{name}"
    return Operation(id, "GET", path, handler, "Info", summary, scope=scope, query=query, answer=answer)


OPERATIONS = (
    _operation(
        "listVatTypes",
        "vat_types",
        vat_types.list_vat_types,
        "List Vat Types",
        list[VatType],
        *vat_types.LIST_QUERY,
        scope="settings",
    ),
    _operation(
        "listPaymentMethods",
        "payment_methods",
        payment_methods.list_payment_methods,
        "List Payment Methods",
        list[PaymentMethod],
        FIELDS,
        FIELDSET,
        SORT,
    ),
    _operation(
        "listPaymentAccounts",
        "payment_accounts",
        payment_accounts.list_payment_accounts,
        "List Payment Accounts",
        list[PaymentAccount],
        FIELDS,
        FIELDSET,
        SORT,
    ),
    _operation("listRevenueCenters", "revenue_centers", list_revenue_centers, "List Revenue Centers", list[str]),
    _operation("listCostCenters", "cost_centers", list_cost_centers, "List Cost Centers", list[str]),
    _operation(
        "listProductCategories",
        "product_categories",
        list_product_categories,
        "List Product Categories",
        list[str],
        Parameter("context", {"type": "string", "enum": list(CONTEXTS)}, "Where they are used", required=True),
    ),
    _operation(
        "listReceivedDocumentCategories",
        "received_document_categories",
        list_received_document_categories,
        "List Received Document Categories",
        list[str],
    ),
    _operation(
        "listArchiveCategories", "archive_categories", list_archive_categories, "List Archive Categories", list[str]
    ),
)
