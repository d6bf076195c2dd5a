"""Who the company is, and with what its documents start: what prints on paper and is declared to the SdI. Ours.

The vendor's API shows little of the company and changes nothing of it; its web interface does, and so does this.
"""

from typing import Literal

import msgspec
from sqlalchemy import bindparam, update

from mastro import identifiers
from mastro.api.call import Call
from mastro.api.errors import Invalid, Validation
from mastro.api.operation import Operation
from mastro.database.collection import encoder
from mastro.database.connection import Prepared
from mastro.database.schema import companies
from mastro.italy import codes, countries
from mastro.model.base import Body, Id, Percent
from mastro.model.company import Company, CompanySettings, TaxProfile
from mastro.resources.company import load_company, lock_settings, store_settings
from mastro.resources.settings import lookup
from mastro.resources.settings.tax_profile import regime_word

MAX_TEXT = 1000
KEPT = frozenset({"id", "logo"})
"""Keys of the company that are not set here."""

_STORE = Prepared(
    update(companies).where(companies.c.id == bindparam("key")).values(name=bindparam("name"), body=bindparam("body"))
)


class Defaults(Body):
    """With what new documents start."""

    default_vat_id: Id = 0
    number_checks: Literal["refuse", "off"] = "refuse"
    """What happens to a number against the order of dates: `refuse`d as the vendor does, or taken."""
    ei_cassa_type: str = ""
    ei_withholding_tax_causal: str = ""
    default_payment_terms: int = 30
    """Days."""
    default_rivalsa: Percent | None = None
    default_cassa: Percent | None = None
    default_cassa_taxable: Percent | None = None
    default_withholding_tax: Percent | None = None
    default_withholding_tax_taxable: Percent | None = None


class CompanySettingsShown(Body):
    """The company and its defaults."""

    company: Company | None = None
    defaults: Defaults | None = None


_OF_PROFILE = tuple(name for name in Defaults.__struct_fields__ if name in TaxProfile.__struct_fields__)
_OF_SETTINGS = tuple(name for name in Defaults.__struct_fields__ if name in CompanySettings.__struct_fields__)


def shown(company: Company, settings: CompanySettings) -> bytes:
    """The answer of the operations."""
    facts = {name: getattr(settings, name) for name in _OF_SETTINGS}
    facts |= {name: getattr(settings.tax_profile, name) for name in _OF_PROFILE}
    return encoder.encode({"data": CompanySettingsShown(company=company, defaults=Defaults(**facts))})


def get_company_settings(call: Call) -> bytes:
    """Who the company is, and with what its documents start."""
    return shown(*load_company(call.session, call.company_id))


def modify_company_settings(call: Call) -> bytes:
    """Change facts of the company, or the defaults of its documents; what is not sent stays."""
    sent = call.parse(CompanySettingsShown).data
    raw = msgspec.json.decode(call.raw)["data"]
    settings = lock_settings(call.session, call.company_id)
    company, _ = load_company(call.session, call.company_id)
    errors: Validation = {}
    if sent.company is not None:
        for name in set(raw["company"]) & set(Company.__struct_fields__) - KEPT:
            setattr(company, name, getattr(sent.company, name))
        errors |= wrong_facts(company)
        settings.tax_profile.regime = regime_word(company.regime)
    if sent.defaults is not None:
        errors |= _set_defaults(call, settings, sent.defaults, set(raw["defaults"]))
    if errors:
        raise Invalid(validation=errors)
    if sent.company is not None:
        store_company(call, company)
    store_settings(call.session, call.company_id, settings)
    if sent.company is None:
        call.emit("settings.company.update", call.company_id)
    return shown(company, settings)


def store_company(call: Call, company: Company) -> None:
    """Store a changed company, read after `lock_settings` in the same transaction."""
    call.session.run(_STORE, key=call.company_id, name=company.name, body=encoder.encode(company))
    call.emit("settings.company.update", call.company_id)


def wrong_facts(company: Company) -> Validation:
    """What of the company cannot be right, by key."""
    errors: Validation = {}
    company.name = company.name.strip()
    if not company.name:
        errors["data.company.name"] = ["The data.company.name field is required."]
    for name in Company.__struct_fields__:
        value = getattr(company, name)
        if isinstance(value, str) and len(value) > MAX_TEXT:
            errors[f"data.company.{name}"] = [f"The data.company.{name} field has at most {MAX_TEXT} characters."]
    if countries.name_of(company.country_iso) is None:
        errors["data.company.country_iso"] = ["The data.company.country iso field is not valid."]
    checks = {"bank_iban": identifiers.check_iban}
    if company.country_iso == "IT":
        checks |= {"vat_number": identifiers.check_vat_number, "tax_code": identifiers.check_tax_code}
    for name, check in checks.items():
        value = getattr(company, name)
        checked = check(value) if value else None
        if checked:
            setattr(company, name, checked.value)
        elif checked is not None:
            errors[f"data.company.{name}"] = [checked.it]
    if codes.find("RegimeFiscale", company.regime) is None:
        errors["data.company.regime"] = ["The data.company.regime field is not one of the tax regimes RF01 … RF20."]
    return errors


def _set_defaults(call: Call, settings: CompanySettings, sent: Defaults, keys: set[str]) -> Validation:
    errors: Validation = {}
    for name in keys & set(_OF_SETTINGS):
        setattr(settings, name, getattr(sent, name))
    for name in keys & set(_OF_PROFILE):
        value = getattr(sent, name)
        if value is not None:
            setattr(settings.tax_profile, name, value)
    if lookup.vat_type(call.session, call.company_id, settings.default_vat_id) is None:
        errors["data.defaults.default_vat_id"] = ["The selected data.defaults.default vat id is invalid."]
    if not 0 <= settings.default_payment_terms <= 3650:
        errors["data.defaults.default_payment_terms"] = [
            "The data.defaults.default payment terms field must be between 0 and 3650."
        ]
    return errors


_PATH = "/c/{company_id}/settings/company"

OPERATIONS = (
    Operation(
        "getCompanySettings",
        "GET",
        _PATH,
        get_company_settings,
        "Settings",
        "Get Company Settings",
        scope="settings",
        answer=CompanySettingsShown,
    ),
    Operation(
        "modifyCompanySettings",
        "PUT",
        _PATH,
        modify_company_settings,
        "Settings",
        "Modify Company Settings",
        scope="settings",
        writes=True,
        body=CompanySettingsShown,
        answer=CompanySettingsShown,
    ),
)
