"""What the flat-rate regime of a company reckons with: group of activities, beginning, contributions. Ours."""

from decimal import Decimal

import msgspec

from mastro.api.call import Call
from mastro.api.errors import invalid
from mastro.api.operation import Operation
from mastro.database.collection import encoder
from mastro.forfettario import Terms
from mastro.italy import forfettario
from mastro.model.company import CompanySettings, Forfettario
from mastro.resources.company import load_settings, lock_settings, store_settings
from mastro.resources.settings.vat import amount_of, check_count, check_year


def terms_of(settings: CompanySettings) -> Terms:
    """What the figures of a year need to know of a company."""
    said = settings.forfettario
    group = forfettario.groups().get(said.group)
    return Terms(
        coefficient=group.coefficient if group else None,
        begun_on=said.begun_on,
        new_activity=said.new_activity,
        contributions_percentage=said.contributions_percentage,
    )


def get_forfettario_settings(call: Call) -> bytes:
    """What the flat-rate regime of the company reckons with."""
    return encoder.encode({"data": load_settings(call.session, call.company_id).forfettario})


def modify_forfettario_settings(call: Call) -> bytes:
    """Set what the flat-rate regime reckons with; what is not sent stays as it is, and so do other years."""
    sent = call.parse(Forfettario).data
    groups = forfettario.groups()
    if sent.group not in {"", *groups}:
        raise invalid("data.group", f"The data.group field must be one of: {', '.join(groups)}.")
    for year, figures in sent.years.items():
        check_year(year)
        path = f"data.years.{year}.other_contributions"
        figures.other_contributions = amount_of(path, "other_contributions", figures.other_contributions)
    settings = lock_settings(call.session, call.company_id)
    raw, kept = msgspec.json.decode(call.raw)["data"], settings.forfettario
    for name in set(raw) & set(Forfettario.__struct_fields__) - {"years"}:
        setattr(kept, name, getattr(sent, name))
    kept.years |= sent.years
    check_count(kept.years)
    settings.tax_profile.profit_coefficient = groups[kept.group].coefficient if kept.group else Decimal(0)
    settings.tax_profile.contributions_percentage = kept.contributions_percentage
    store_settings(call.session, call.company_id, settings)
    return encoder.encode({"data": kept})


_PATH = "/c/{company_id}/settings/forfettario"

OPERATIONS = (
    Operation(
        "getForfettarioSettings",
        "GET",
        _PATH,
        get_forfettario_settings,
        "Settings",
        "Get Forfettario Settings",
        scope="settings",
        answer=Forfettario,
    ),
    Operation(
        "modifyForfettarioSettings",
        "PUT",
        _PATH,
        modify_forfettario_settings,
        "Settings",
        "Modify Forfettario Settings",
        scope="settings",
        writes=True,
        body=Forfettario,
        answer=Forfettario,
    ),
)
