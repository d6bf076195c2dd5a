"""Who sends the document, who gets it, and where the goods go."""

from functools import cache

from babel import Locale, UnknownLocaleError

from mastro.model.company import Company
from mastro.model.entity import Entity
from mastro.model.issued_document import IssuedDocument
from mastro.pdf.labels import Labels
from mastro.pdf.sheet import Party
from mastro.pdf.text import ADDRESS, breakable, one_line

FROM_SUPPLIERS = frozenset({"supplier_order", "self_supplier_invoice"})
"""Types whose other party sells."""
UNCHARGED = frozenset({"quote", "order", "work_report", "delivery_note"})
"""Types that ask for no money."""


def sender(company: Company, labels: Labels) -> Party:
    """The company as the head of its paper shows it."""
    reachable = [labelled(labels.phone, company.phone), labelled(labels.fax, company.fax)]
    lines = [
        one_line(company.address_street),
        city_line(company.address_postal_code, company.address_city, company.address_province),
        "" if company.country_iso in {"", "IT"} else country_name(company.country_iso, "", labels),
        identifiers(vat_with_prefix(company), company.tax_code, labels),
        one_line(" · ".join(filter(None, reachable))),
        one_line(company.email, ADDRESS),
        labelled(labels.certified_email, company.certified_email),
        one_line(company.website, ADDRESS),
    ]
    return Party("", one_line(company.name), [line for line in lines if line])


def vat_with_prefix(company: Company) -> str:
    """VAT number with the country in front, as customers abroad need it."""
    number = company.vat_number
    return number if not number or number[:2].isalpha() else company.country_iso + number


def recipient(document: IssuedDocument, company: Company, labels: Labels, *, goods_only: bool) -> Party:
    """The other party."""
    label = labels.addressee if goods_only or document.type in UNCHARGED else labels.recipient
    if document.type in FROM_SUPPLIERS:
        label = labels.supplier
    entity = document.entity or Entity()
    contact = labels.attention.format(name=entity.contact_person) if entity.contact_person else ""
    abroad = (entity.country_iso or "IT") != (company.country_iso or "IT") or entity.country not in {"", "Italia"}
    name = entity.name or f"{entity.first_name} {entity.last_name}"
    lines = [
        one_line(contact),
        one_line(entity.address_street),
        one_line(entity.address_extra),
        city_line(entity.address_postal_code, entity.address_city, entity.address_province),
        country_name(entity.country_iso, entity.country, labels) if abroad else "",
        identifiers(entity.vat_number, entity.tax_code, labels),
    ]
    if document.e_invoice:
        lines.append(labelled(labels.recipient_code, entity.ei_code))
        lines.append(labelled(labels.certified_email, entity.certified_email))
    return Party(label, one_line(name), [line for line in lines if line])


def delivery(document: IssuedDocument, labels: Labels) -> Party | None:
    """Where the goods go, if elsewhere than to the recipient's address."""
    place = document.dn_ai_destination or (document.entity.shipping_address if document.entity else "")
    lines = [line for line in breakable(place).split("\n") if line]
    return Party(labels.destination, "", lines) if lines else None


def labelled(label: str, value: str) -> str:
    """`PEC mario@pec.it`; nothing without value."""
    return f"{label} {one_line(value, ADDRESS)}" if value.strip() else ""


def city_line(postal_code: str, city: str, province: str) -> str:
    """`20121 Milano (MI)`."""
    return one_line(" ".join(filter(None, (postal_code, city, f"({province})" if province else ""))))


def identifiers(vat_number: str, tax_code: str, labels: Labels) -> str:
    """VAT number and tax code; once where they are the same number."""
    if vat_number and tax_code and vat_number.removeprefix("IT") == tax_code:
        return f"{labels.vat_number} / {labels.tax_code} {one_line(vat_number)}"
    both = (labelled(labels.vat_number, vat_number), labelled(labels.tax_code, tax_code))
    return " · ".join(filter(None, both))


def country_name(iso: str, italian: str, labels: Labels) -> str:
    """Name of a country in the document's language, else as the registry has it."""
    if labels.code == "it" and italian:
        return one_line(italian)
    return one_line(territories(labels.code).get(iso.upper(), italian))


@cache
def territories(language: str) -> dict[str, str]:
    """Names of the countries in a language, by ISO code."""
    try:
        return dict(Locale.parse(language).territories)
    except UnknownLocaleError:
        return {}


def footer(company: Company, labels: Labels) -> list[str]:
    """What a company must write on its papers (art. 2250 codice civile): register, capital, sole shareholder."""
    facts = [one_line(company.name), identifiers(vat_with_prefix(company), company.tax_code, labels)]
    if company.rea_number:
        facts.append(one_line(f"{labels.rea} {company.rea_office} {company.rea_number}"))
    if company.share_capital:
        facts.append(labels.share_capital.format(amount=labels.write_money(company.share_capital, "€")))
    if company.sole_shareholder:
        facts.append(labels.sole_shareholder)
    if company.in_liquidation:
        facts.append(labels.in_liquidation)
    return [fact for fact in facts if fact]
