"""The tax profile: how the company is taxed, and with what its new documents start."""

from mastro.api.call import Call
from mastro.api.operation import Operation
from mastro.database.collection import encoder
from mastro.model.company import TaxProfile
from mastro.resources.company import load_company
from mastro.resources.settings import lookup

ORDINARY = "ordinario"

REGIME_WORDS = {"RF02": "minimi", "RF19": "forfettario_2015"}
"""Regimes that the vendor has a word of its own for, by code of the FatturaPA table; all others are `ordinario`."""


def regime_word(regime: str) -> str:
    """The vendor's word for a regime."""
    return REGIME_WORDS.get(regime, ORDINARY)


def get_tax_profile(call: Call) -> bytes:
    """The company's tax profile; its VAT type is the one that new rows begin with."""
    company, settings = load_company(call.session, call.company_id)
    profile = settings.tax_profile
    if profile.regime == ORDINARY:  # a finer word, such as `forfettario_5`, is kept as it was set
        profile.regime = regime_word(company.regime)
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
