"""Who the company is, and with what its documents start."""

import datetime as dt
from typing import Any

from starlette.responses import Response

from mastro.italy import codes, countries
from mastro.resources.settings.company import CompanySettingsShown
from mastro.web.operations import Operations
from mastro.web.saving import Saved, save
from mastro.web.sections.settings import frame
from mastro.web.visit import Visit


async def show(visit: Visit, errors: dict[str, str] | None = None) -> Response:
    """The facts of the company; with what was refused of them, by input."""
    data = (await visit.call("getCompanySettings"))["data"]
    return _facts(visit, Saved(data["company"], errors or {}))


def _facts(visit: Visit, saved: Saved) -> Response:
    return frame.show(visit, "settings/company.html", "", saved, **choices(visit))


def choices(visit: Visit) -> dict[str, list[tuple[str, str]]]:
    """What the forms of a company let one choose among: tax regimes and countries."""
    names = sorted((visit.say.country(each.iso), each.iso) for each in countries.all_countries())
    return {
        "regimes": _coded("RegimeFiscale", visit.today, visit.say.code),
        "countries": [(iso, name) for name, iso in names],
    }


async def save_facts(visit: Visit) -> Response:
    """Change the facts."""
    fields = frame.under("company", await visit.form())
    saved = await save(visit, "modifyCompanySettings", CompanySettingsShown, fields)
    if saved.done:
        return visit.go("/settings", visit.say("Salvato."))
    return _facts(visit, Saved(saved.data["company"], frame.without("company", saved.errors), saved.error))


async def show_defaults(visit: Visit) -> Response:
    """With what documents start."""
    data = (await visit.call("getCompanySettings"))["data"]
    return await _defaults(visit, Saved(data["defaults"]))


async def _defaults(visit: Visit, saved: Saved) -> Response:
    say, today = visit.say, visit.today

    def ask(api: Operations) -> Any:
        return api("listSettingsVatTypes")["data"]

    vat_types = await visit.read(ask)
    return frame.show(
        visit,
        "settings/defaults.html",
        "/defaults",
        saved,
        vat_types=[(vat["id"], f"{say.percent(vat['value'])} {vat['description'] or ''}") for vat in vat_types],
        casse=_coded("TipoCassa", today, say.code),
        causals=_coded("CausalePagamento", today, say.code),
    )


def _coded(table: codes.TableName, today: dt.date, language: str) -> list[tuple[str, str]]:
    """A code table as choices: `TC01 Cassa nazionale …`."""
    return [
        (each.code, f"{each.code} {each.en if language == 'en' else each.it}"[:110])
        for each in codes.valid(table, today)
    ]


async def save_defaults(visit: Visit) -> Response:
    """Change them."""
    fields = await visit.form()
    saved = await save(visit, "modifyCompanySettings", CompanySettingsShown, frame.under("defaults", fields))
    if saved.done:
        return visit.go("/settings/defaults", visit.say("Salvato."))
    return await _defaults(visit, Saved(saved.data["defaults"], frame.without("defaults", saved.errors), saved.error))
