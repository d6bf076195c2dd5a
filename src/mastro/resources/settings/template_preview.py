"""How a layout looks with the company's own name, logo and notes: a page with sample data (ours)."""

import datetime as dt
from decimal import Decimal

from mastro import pdf, totals
from mastro.api.call import Call
from mastro.api.errors import NotFound, invalid
from mastro.api.operation import Answer, Operation, Parameter
from mastro.italy import templates
from mastro.model.entity import Entity
from mastro.model.issued_document import IssuedDocument, Item, Payment
from mastro.model.settings import PaymentMethod
from mastro.resources.company import load_company
from mastro.resources.settings import lookup
from mastro.resources.settings.logo import logo_of

KINDS: dict[str, pdf.Kind] = {
    "standard": "document",
    "delivery_note": "delivery_note",
    "accompanying_invoice": "accompanying_invoice",
}
"""Type of a layout → what it prints."""

LANGUAGES = ("it", "en", "de", "es", "fr")


def get_template_preview(call: Call) -> Answer:
    """The first page of a sample document as picture. Raises NotFound, Invalid."""
    template = templates.by_id(call.id("template_id"))
    if template is None:
        raise NotFound("Template not found.")
    language = call.query.get("language", "it")
    if language not in LANGUAGES:
        raise invalid("language", f"The language field must be one of: {', '.join(LANGUAGES)}.")
    company, _ = load_company(call.session, call.company_id)
    drawn = pdf.pictures(
        sample(call),
        company,
        kind=KINDS[template.type or "standard"],
        language=language,
        logo=logo_of(call.settings, company),
    )
    return Answer(drawn[0], "image/png")


def sample(call: Call) -> IssuedDocument:
    """A document as the company could write one; it is stored nowhere."""
    company, settings = load_company(call.session, call.company_id)
    today = call.now.date()
    vat = lookup.vat_type(call.session, call.company_id, settings.default_vat_id)
    rows = [
        Item(name="Consulenza", description="Analisi e progetto", qty=Decimal(8), net_price=Decimal(75), vat=vat),
        Item(name="Licenza annuale", code="LIC-1", qty=Decimal(1), net_price=Decimal("249.90"), vat=vat),
    ]
    due = today + dt.timedelta(days=settings.default_payment_terms)
    document = IssuedDocument(
        type="invoice",
        number=12,
        numeration="",
        date=today,
        year=today.year,
        delivery_note=True,
        dn_number=3,
        dn_date=today,
        accompanying_invoice=True,
        entity=Entity(
            name="Cliente di esempio S.r.l.",
            vat_number="01234567897",
            address_street="Via dell’Esempio 1",
            address_postal_code="00184",
            address_city="Roma",
            address_province="RM",
            country="Italia",
        ),
        items_list=rows,
        payment_method=PaymentMethod(
            name="Bonifico bancario", bank_name=company.bank_name, bank_iban=company.bank_iban
        ),
        payments_list=[],
        notes=company.default_notes,
    )
    document.payments_list = [Payment(amount=totals.calculate(document).amount_due, due_date=due)]
    return document


OPERATIONS = (
    Operation(
        "getTemplatePreview",
        "GET",
        "/c/{company_id}/settings/templates/{template_id}/preview",
        get_template_preview,
        "Settings",
        "Get Template Preview",
        scope="settings",
        slow=True,
        query=(Parameter("language", {"type": "string", "enum": list(LANGUAGES)}, "Of the labels; Italian"),),
        answer=str,
        media_type="image/png",
    ),
)
