"""The tax profile: how the company is taxed, and with what its new documents start."""

from mastro.api.call import Call
from mastro.api.operation import Operation
from mastro.database.collection import encoder
from mastro.model.company import TaxProfile
from mastro.resources.company import load_company
from mastro.resources.settings import lookup


def get_tax_profile(call: Call) -> bytes:
    """The company's tax profile; its VAT type is the one that new rows begin with."""
    profile = load_company(call.session, call.company_id)[1].tax_profile
    profile.default_vat = lookup.default_vat(call.session, call.company_id)
    return encoder.encode({"data": profile})


OPERATIONS = (
    Operation(
        "getTaxProfile",
        "GET",
        "/c/{company_id}/settings/tax_profile",
        get_tax_profile,
        "Settings",
        "Get Tax Profile",
        scope="settings",
        answer=TaxProfile,
    ),
)
