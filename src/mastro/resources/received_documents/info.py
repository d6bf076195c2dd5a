"""What a form for a new received document needs to know before it is filled in."""

from decimal import Decimal

from mastro.api.call import Call
from mastro.api.errors import invalid
from mastro.api.operation import Operation, Parameter
from mastro.database import vocabulary
from mastro.database.collection import encoder
from mastro.italy import countries, currencies
from mastro.model.base import Body
from mastro.model.issued_document import Currency
from mastro.model.settings import PaymentAccount, VatType
from mastro.resources.received_documents.documents import resource
from mastro.resources.received_documents.table import SCOPES
from mastro.resources.settings import lookup


class DefaultValues(Body):
    """What a new document starts with."""

    detailed: bool = False
    """True where the form asks for rows."""


class ItemDefaults(Body):
    """What a new row starts with."""

    vat: Decimal | None = None
    """Rate of the company's default VAT type, in percent."""


class ReceivedDocumentInfo(Body):
    """Defaults and choices."""

    default_values: DefaultValues
    items_default_values: ItemDefaults
    countries_list: list[str]
    currencies_list: list[Currency]
    categories_list: list[str]
    payment_accounts_list: list[PaymentAccount]
    vat_types_list: list[VatType]


def get_received_document_pre_create_info(call: Call) -> bytes:
    """Everything that a form for a new document shows or starts with."""
    type = call.query.get("type", "")
    if type not in SCOPES:
        raise invalid("type", f"The type field is required; it is one of: {', '.join(SCOPES)}.")
    call.require(SCOPES[type], "r")
    session, company_id = call.session, call.company_id
    default = lookup.default_vat(session, company_id)
    info = ReceivedDocumentInfo(
        default_values=DefaultValues(detailed=type == "passive_delivery_note"),
        items_default_values=ItemDefaults(vat=default.value if default else None),
        countries_list=[country.name for country in countries.all_countries()],
        currencies_list=[*currencies.all_currencies()],
        categories_list=vocabulary.used(session, company_id, "received_documents.category"),
        payment_accounts_list=lookup.every(session, company_id, lookup.payment_accounts),
        vat_types_list=lookup.all_vat_types(session, company_id),
    )
    return encoder.encode({"data": info})


OPERATIONS = (
    Operation(
        "getReceivedDocumentPreCreateInfo",
        "GET",
        f"{resource.path}/info",
        get_received_document_pre_create_info,
        "Received documents",
        "Get Received Document Pre-Create Info",
        query=(Parameter("type", {"type": "string", "enum": list(SCOPES)}, "Type of the document", required=True),),
        answer=ReceivedDocumentInfo,
    ),
)
