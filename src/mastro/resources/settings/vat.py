"""How a company settles its VAT: by month or quarter, and what each year begins with. Ours."""

from collections.abc import Sized
from decimal import Decimal

import msgspec

from mastro import identifiers, lipe
from mastro.api.call import Call
from mastro.api.errors import invalid
from mastro.api.operation import Operation
from mastro.database.collection import encoder
from mastro.model.company import VatPeriods
from mastro.money import round2
from mastro.resources.company import load_settings, lock_settings, store_settings

MOST_YEARS = 50
LARGEST = Decimal(10**10)


def get_vat_settings(call: Call) -> bytes:
    """How often the company settles its VAT, and the credit and advance of each year."""
    return encoder.encode({"data": load_settings(call.session, call.company_id).vat})


def modify_vat_settings(call: Call) -> bytes:
    """Set how the company settles its VAT; what is not sent stays as it is, and so do other years."""
    sent = call.parse(VatPeriods).data
    for year, figures in sent.years.items():
        check_year(year)
        for name in ("credit_brought_forward", "advance"):
            setattr(figures, name, amount_of(f"data.years.{year}.{name}", name, getattr(figures, name)))
    if sent.declarant_tax_code:
        checked = identifiers.check_tax_code(sent.declarant_tax_code)
        if not checked or checked.value.isdigit():
            raise invalid(
                "data.declarant_tax_code", "The data.declarant tax code field is not the tax code of a person."
            )
        sent.declarant_tax_code = checked.value
    if sent.declarant_role not in {"", *(code for code, _, _ in lipe.ROLES)}:
        raise invalid("data.declarant_role", "The data.declarant role field is not one of the roles of the form.")
    settings = lock_settings(call.session, call.company_id)
    raw = msgspec.json.decode(call.raw)["data"]
    for name in set(raw) & set(VatPeriods.__struct_fields__) - {"years"}:
        setattr(settings.vat, name, getattr(sent, name))
    settings.vat.years |= sent.years
    check_count(settings.vat.years)
    store_settings(call.session, call.company_id, settings)
    return encoder.encode({"data": settings.vat})


def check_year(year: str) -> None:
    """Raise Invalid for a key of `data.years` that is no year."""
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        raise invalid(f"data.years.{year[:20]}", "The keys of data.years must be years such as 2026.")


def check_count(years: Sized) -> None:
    """Raise Invalid for more years than are kept."""
    if len(years) > MOST_YEARS:
        raise invalid("data.years", f"The data.years field has at most {MOST_YEARS} entries.")


def amount_of(path: str, name: str, amount: Decimal) -> Decimal:
    """An amount of a year, to the cent. Raises Invalid."""
    if not 0 <= amount < LARGEST:
        raise invalid(path, f"The {name} field must be 0 or more, and below 10^10.")
    return round2(amount)


_PATH = "/c/{company_id}/settings/vat"

OPERATIONS = (
    Operation(
        "getVatSettings",
        "GET",
        _PATH,
        get_vat_settings,
        "Settings",
        "Get Vat Settings",
        scope="settings",
        answer=VatPeriods,
    ),
    Operation(
        "modifyVatSettings",
        "PUT",
        _PATH,
        modify_vat_settings,
        "Settings",
        "Modify Vat Settings",
        scope="settings",
        writes=True,
        body=VatPeriods,
        answer=VatPeriods,
    ),
)
