"""What a form for a new document needs to know before it is filled in: next numbers, defaults, choices."""

from decimal import Decimal
from typing import cast, get_args

import msgspec

from mastro.api.call import Call
from mastro.api.errors import invalid
from mastro.api.operation import Operation, Parameter
from mastro.api.scopes import DOCUMENT_SCOPES
from mastro.database.collection import encoder
from mastro.fatturapa.schema import ORDINARY, Block
from mastro.italy import codes, countries, currencies, document_types, languages, measures, templates
from mastro.model.base import Body
from mastro.model.company import Company, CompanySettings
from mastro.model.issued_document import Currency, DocumentType, Language
from mastro.model.price_list import PriceList
from mastro.model.settings import DocumentTemplate, PaymentAccount, PaymentMethod, VatType
from mastro.numeration import series_of
from mastro.resources.company import load_company
from mastro.resources.issued_documents.numbers import next_numbers
from mastro.resources.price_lists import all_price_lists
from mastro.resources.settings import lookup


class DefaultValues(Body):
    """What a new document starts with."""

    default_template: DocumentTemplate | None = None
    dn_template: DocumentTemplate | None = None
    ai_template: DocumentTemplate | None = None
    notes: str = ""
    detailed: bool = True
    """True where rows, not only totals, are asked for: always, here."""
    rivalsa: Decimal = Decimal(0)
    cassa: Decimal = Decimal(0)
    withholding_tax: Decimal = Decimal(0)
    withholding_tax_taxable: Decimal = Decimal(100)
    other_withholding_tax: Decimal = Decimal(0)
    use_gross_prices: bool = False
    payment_method: PaymentMethod | None = None
    show_payment_method: bool = True
    ei_cassa_type: str = ""
    ei_withholding_tax_causal: str = ""
    ei_default_document_type: str | None = None


class ExtraDataDefaults(Body):
    """What the data for the Sistema Tessera Sanitaria start with."""

    ts_communication: bool = False
    ts_tipo_spesa: str = ""
    ts_flag_tipo_spesa: int = 0
    ts_pagamento_tracciato: bool = False


class ItemDefaults(Body):
    """What a new row starts with."""

    vat: VatType | None = None


class PreCreateInfo(Body):
    """Answer of the pre-create info; see the vendor's reference for the meaning of each list."""

    numerations: dict[str, dict[str, int]] = msgspec.field(default_factory=dict)
    """Next number by year and numeration."""
    dn_numerations: dict[str, dict[str, int]] = msgspec.field(default_factory=dict)
    default_values: DefaultValues | None = None
    extra_data_default_values: ExtraDataDefaults | None = None
    items_default_values: ItemDefaults | None = None
    countries_list: list[str] = msgspec.field(default_factory=list)
    currencies_list: list[Currency] = msgspec.field(default_factory=list)
    templates_list: list[DocumentTemplate] = msgspec.field(default_factory=list)
    dn_templates_list: list[DocumentTemplate] = msgspec.field(default_factory=list)
    ai_templates_list: list[DocumentTemplate] = msgspec.field(default_factory=list)
    payment_methods_list: list[PaymentMethod] = msgspec.field(default_factory=list)
    payment_accounts_list: list[PaymentAccount] = msgspec.field(default_factory=list)
    vat_types_list: list[VatType] = msgspec.field(default_factory=list)
    measures_list: list[str] = msgspec.field(default_factory=list)
    languages_list: list[Language] = msgspec.field(default_factory=list)
    price_lists: list[PriceList] = msgspec.field(default_factory=list)
    ei_structure: dict[str, object] = msgspec.field(default_factory=dict)
    ei_item_structure: dict[str, object] = msgspec.field(default_factory=dict)
    ei_payment_structure: dict[str, object] = msgspec.field(default_factory=dict)
    documents_type_info: dict[str, object] = msgspec.field(default_factory=dict)
    ei_regime_info: dict[str, str] = msgspec.field(default_factory=dict)
    ei_cassa_type_info: dict[str, str] = msgspec.field(default_factory=dict)
    ei_withholding_tax_causal_info: dict[str, str] = msgspec.field(default_factory=dict)
    ei_other_withholding_tax_type_info: dict[str, str] = msgspec.field(default_factory=dict)


def get_issued_document_pre_create_info(call: Call) -> bytes:
    """Everything that a form for a new document of a type shows or starts with."""
    type = type_of(call)
    call.require(f"issued_documents.{DOCUMENT_SCOPES[type]}", "r")
    session, company_id = call.session, call.company_id
    company, settings = load_company(session, company_id)
    today = call.now.date()
    years = (today.year - 1, today.year, today.year + 1)
    methods = lookup.every(session, company_id, lookup.payment_methods)
    body = ORDINARY.block.elements["FatturaElettronicaBody"].content
    assert isinstance(body, Block)  # noqa: S101
    info = PreCreateInfo(
        numerations=next_numbers(session, company_id, series_of(type, today).kind, years),
        dn_numerations=next_numbers(session, company_id, "delivery_note", years),
        default_values=_defaults(type, company, settings, methods),
        extra_data_default_values=ExtraDataDefaults(ts_communication=settings.tax_profile.med),
        items_default_values=ItemDefaults(vat=lookup.default_vat(session, company_id)),
        countries_list=[country.name for country in countries.all_countries()],
        currencies_list=[*currencies.all_currencies()],
        templates_list=[*templates.of_type("standard")],
        dn_templates_list=[*templates.of_type("delivery_note")],
        ai_templates_list=[*templates.of_type("accompanying_invoice")],
        payment_methods_list=[*methods],
        payment_accounts_list=[*lookup.every(session, company_id, lookup.payment_accounts)],
        vat_types_list=[*lookup.all_vat_types(session, company_id)],
        measures_list=[*measures.MEASURES],
        languages_list=[*languages.all_languages()],
        price_lists=[*all_price_lists(session, company_id)],
        ei_structure=_structure(ORDINARY.block),
        ei_item_structure={"DettaglioLinee": _node(body, "DatiBeniServizi", "DettaglioLinee")},
        ei_payment_structure={"DettaglioPagamento": _node(body, "DatiPagamento", "DettaglioPagamento")},
        documents_type_info={**document_types.info()},
        ei_regime_info=codes.choices("RegimeFiscale"),
        ei_cassa_type_info=codes.choices("TipoCassa", "Nessuna cassa previdenziale"),
        ei_withholding_tax_causal_info=codes.choices("CausalePagamento", "Nessuna causale"),
        ei_other_withholding_tax_type_info=codes.choices("TipoRitenuta", "Nessuna ritenuta"),
    )
    return encoder.encode({"data": info})


def type_of(call: Call) -> DocumentType:
    """The type that a query asks about. Raises Invalid for none."""
    type = call.query.get("type", "")
    for known in get_args(DocumentType):
        if known == type:
            return cast("DocumentType", known)
    raise invalid("type", f"The type field is required; it is one of: {', '.join(DOCUMENT_SCOPES)}.")


def _defaults(
    type: DocumentType, company: Company, settings: CompanySettings, methods: list[PaymentMethod]
) -> DefaultValues:
    """What a new document of the company starts with."""
    profile = settings.tax_profile
    return DefaultValues(
        default_template=templates.default("standard"),
        dn_template=templates.default("delivery_note"),
        ai_template=templates.default("accompanying_invoice"),
        notes=company.default_notes,
        rivalsa=profile.default_rivalsa,
        cassa=profile.default_cassa,
        withholding_tax=profile.default_withholding_tax,
        withholding_tax_taxable=profile.default_withholding_tax_taxable,
        other_withholding_tax=profile.default_other_withholding_tax,
        payment_method=next((method for method in methods if method.is_default), None),
        ei_cassa_type=settings.ei_cassa_type,
        ei_withholding_tax_causal=settings.ei_withholding_tax_causal,
        ei_default_document_type=document_types.default_code(type),
    )


def _structure(block: Block) -> dict[str, object]:
    """The tags of a block as the forms for `ei_raw` know them: place, kind, length, what is inside."""
    return {name: _node(block, name) for name in block.elements}


def _node(block: Block, *path: str) -> dict[str, object]:
    name, *deeper = path
    element = block.elements[name]
    if isinstance(element.content, Block):
        if deeper:
            return _node(element.content, *deeper)
        node: dict[str, object] = {"children": _structure(element.content)}
    elif element.content.codes:
        node = {"type": "select", "options": {row.code: row.it for row in element.content.codes.rows.values()}}
    else:
        kind = element.content
        node = {"type": "date"} if "Date" in kind.name else {"type": "text", "length": [1, kind.longest or 1000]}
    return {"idx": block.order[name] + 1, **({"array": True} if element.most != 1 else {}), **node}


OPERATIONS = (
    Operation(
        "getIssuedDocumentPreCreateInfo",
        "GET",
        "/c/{company_id}/issued_documents/info",
        get_issued_document_pre_create_info,
        "Issued documents",
        "Get Issued Document Pre-Create Info",
        query=(
            Parameter("type", {"type": "string", "enum": list(DOCUMENT_SCOPES)}, "Type of the document", required=True),
        ),
        answer=PreCreateInfo,
    ),
)
