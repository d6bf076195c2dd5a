"""What a form for a new document needs to know before it is filled in: next numbers, defaults, choices."""

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
from mastro.model.company import TaxProfile
from mastro.model.issued_document import DocumentType
from mastro.numeration import series_of
from mastro.resources.company import load_company
from mastro.resources.issued_documents.numbers import next_numbers
from mastro.resources.price_lists import all_price_lists
from mastro.resources.settings import lookup


class PreCreateInfo(Body):
    """Answer of the pre-create info; see the vendor's reference for the meaning of each list."""

    numerations: dict[str, dict[str, int]] = msgspec.field(default_factory=dict)
    """Next number by year and numeration."""
    dn_numerations: dict[str, dict[str, int]] = msgspec.field(default_factory=dict)
    default_values: dict[str, object] = msgspec.field(default_factory=dict)
    extra_data_default_values: dict[str, object] = msgspec.field(default_factory=dict)
    items_default_values: dict[str, object] = msgspec.field(default_factory=dict)
    countries_list: list[str] = msgspec.field(default_factory=list)
    currencies_list: list[object] = msgspec.field(default_factory=list)
    templates_list: list[object] = msgspec.field(default_factory=list)
    dn_templates_list: list[object] = msgspec.field(default_factory=list)
    ai_templates_list: list[object] = msgspec.field(default_factory=list)
    payment_methods_list: list[object] = msgspec.field(default_factory=list)
    payment_accounts_list: list[object] = msgspec.field(default_factory=list)
    vat_types_list: list[object] = msgspec.field(default_factory=list)
    measures_list: list[str] = msgspec.field(default_factory=list)
    languages_list: list[object] = msgspec.field(default_factory=list)
    price_lists: list[object] = msgspec.field(default_factory=list)
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
    type = _type(call)
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
        default_values={
            **_defaults(settings.tax_profile),
            "notes": company.default_notes,
            "payment_method": next((method for method in methods if method.is_default), None),
            "ei_cassa_type": settings.ei_cassa_type,
            "ei_withholding_tax_causal": settings.ei_withholding_tax_causal,
            "ei_default_document_type": document_types.default_code(type),
        },
        extra_data_default_values={
            "ts_communication": settings.tax_profile.med,
            "ts_tipo_spesa": "",
            "ts_flag_tipo_spesa": 0,
        },
        items_default_values={"vat": lookup.default_vat(session, company_id)},
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


def _type(call: Call) -> DocumentType:
    type = call.query.get("type", "")
    for known in get_args(DocumentType):
        if known == type:
            return cast("DocumentType", known)
    raise invalid("type", f"The type field is required; it is one of: {', '.join(DOCUMENT_SCOPES)}.")


def _defaults(profile: TaxProfile) -> dict[str, object]:
    """What a new document of the company starts with."""
    return {
        "default_template": templates.of_type("standard")[0],
        "dn_template": templates.of_type("delivery_note")[0],
        "ai_template": templates.of_type("accompanying_invoice")[0],
        "rivalsa": profile.default_rivalsa,
        "cassa": profile.default_cassa,
        "withholding_tax": profile.default_withholding_tax,
        "withholding_tax_taxable": profile.default_withholding_tax_taxable,
        "other_withholding_tax": profile.default_other_withholding_tax,
        "use_gross_prices": False,
        "show_payment_method": True,
    }


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
