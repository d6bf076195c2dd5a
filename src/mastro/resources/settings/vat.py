"""How a company settles its VAT: by month or quarter, and what each year begins with. Ours."""

from decimal import Decimal

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
    """Set how the company settles its VAT; years that are not sent stay as they are."""
    sent = call.parse(VatPeriods).data
    for year, figures in sent.years.items():
        if not (year.isascii() and year.isdigit() and len(year) == 4):
            raise invalid(f"data.years.{year[:20]}", "The keys of data.years must be years such as 2026.")
        for name in ("credit_brought_forward", "advance"):
            amount = getattr(figures, name)
            if not 0 <= amount < LARGEST:
                raise invalid(f"data.years.{year}.{name}", f"The {name} field must be 0 or more, and below 10^10.")
            setattr(figures, name, round2(amount))
    settings = lock_settings(call.session, call.company_id)
    sent.years = {**settings.vat.years, **sent.years}
    if len(sent.years) > MOST_YEARS:
        raise invalid("data.years", f"The data.years field has at most {MOST_YEARS} entries.")
    settings.vat = sent
    store_settings(call.session, call.company_id, settings)
    return encoder.encode({"data": sent})


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
