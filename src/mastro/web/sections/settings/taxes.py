"""How the company is taxed: its settlements of VAT and who declares them, and its flat-rate regime."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from mastro import lipe
from mastro.italy import forfettario
from mastro.model.base import Body
from mastro.model.company import Forfettario, ForfettarioYear, VatPeriods, VatYear
from mastro.web.forms import typed
from mastro.web.language import N_
from mastro.web.periods import year_of
from mastro.web.saving import Saved, save
from mastro.web.sections.settings import frame
from mastro.web.visit import Visit

PATH = "/settings/taxes"

METHODS = (
    ("storico", N_("Storico: l’88 %% dell’anno prima")),
    ("previsionale", N_("Previsionale: l’88 %% di quanto previsto")),
    ("analitico", N_("Analitico: le operazioni fino al 20 dicembre")),
    ("soggetti_particolari", N_("Soggetti particolari (telefonia, energia, acqua, rifiuti)")),
)


async def show(visit: Visit) -> Response:
    """Both forms."""
    return await _show(visit)


async def save_vat(visit: Visit) -> Response:
    """Change how VAT is settled."""
    return await _save(visit, "modifyVatSettings", VatPeriods, VatYear)


async def save_forfettario(visit: Visit) -> Response:
    """Change what the flat-rate regime reckons with."""
    return await _save(visit, "modifyForfettarioSettings", Forfettario, ForfettarioYear)


async def _show(visit: Visit, refused: Saved | None = None, of: type[Body] | None = None) -> Response:
    """The page; with what was typed into the form that was refused."""
    year, say = str(year_of(visit)), visit.say

    def entry(kept: Mapping[str, Any], body: type[Body]) -> dict[str, Any]:
        whole = refused.data if refused is not None and of is body else kept
        return {**whole, "of_year": whole["years"].get(year, {})}

    vat = (await visit.call("getVatSettings"))["data"]
    flat = (await visit.call("getForfettarioSettings"))["data"]
    language = say.code
    return frame.show(
        visit,
        "settings/taxes.html",
        "/taxes",
        refused or Saved({}),
        year=year,
        vat=entry(vat, VatPeriods),
        flat=entry(flat, Forfettario),
        methods=[(key, say(words)) for key, words in METHODS],
        roles=[(code, f"{code} {en if language == 'en' else it}") for code, it, en in lipe.ROLES],
        groups=[_choice(each, language) for each in forfettario.groups().values()],
    )


def _choice(group: forfettario.Group, language: str) -> tuple[str, str]:
    words = group.english if language == "en" else group.italian
    return group.key, f"{group.coefficient} % {words} ({group.ateco})"


async def _save(visit: Visit, operation: str, body: type[Body], of_year: type[Body]) -> Response:
    """Save a form whose inputs `years.2026.…` are those of the year that the page shows."""
    fields, year = await visit.form(), str(year_of(visit))
    prefix = f"years.{year}."
    in_year = {name.removeprefix(prefix): text for name, text in fields.items() if name.startswith(prefix)}
    figures = typed(of_year, in_year, visit.say.code)
    plain = {name: text for name, text in fields.items() if not name.startswith("years.")}
    saved = await save(visit, operation, body, plain, more={"years": {year: figures}})
    if saved.done:
        return visit.go(f"{PATH}?year={year}", visit.say("Salvato."))
    return await _show(visit, saved, body)
