"""The flat-rate regime on a page: how each figure follows from the others, and the documents that it is made of."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from mastro.italy import forfettario
from mastro.resources.reports.forfettario import FAMILIES, FIGURES, NOUNS, STANDINGS
from mastro.web.behind import document
from mastro.web.language import N_
from mastro.web.sections.reports.sheets import Cell, Remark, Sheet, Shown, day, money, one_of
from mastro.web.visit import Visit

__all__ = ["FAMILIES", "year"]

Data = Mapping[str, Any]

PLACES = {"revenue": "#collected", "contributions": "#contributions", "advances": "#advances"}
"""Figures that are sums of what stands further down on the page."""


def year(visit: Visit, data: Data) -> Shown:
    """A year of the regime."""
    say = visit.say
    settings = f"{visit.base}/settings/taxes?year={data['year']}" if visit.may("settings") else ""
    whole = sum((row["amount"] for row in data["rows"]), Decimal(0))
    collected = Sheet(
        [
            (say("Incassato il"), "date"),
            (say("Documento"), ""),
            (say("Cliente"), ""),
            (say("Incassato"), "num"),
            (say("Di cui ricavo"), "num"),
        ],
        [_money_in(visit, row) for row in data["rows"]],
        [Cell(), Cell(), Cell(say("Totale")), money(say, whole), money(say, data["revenue"])] if data["rows"] else (),
        say("Incassi"),
        say("Niente incassato in questo anno."),
        "collected",
    )
    *figures, whole_year = _figures(visit, data, settings)
    sheets = [Sheet([(say("Voce"), ""), (say("Importo"), "num"), (say("Calcolo"), "")], figures, whole_year)]
    sheets.append(collected)
    for id, heading in (("contributions", N_("Contributi versati")), ("advances", N_("Acconti dell’imposta"))):
        sheets += _forms(visit, id, say(heading), data[f"{id}_paid"])
    notes = [one_of((group.italian, group.english), say)] if (group := forfettario.groups().get(data["group"])) else []
    actions = [(settings, say("Coefficiente e contributi"), "gear")] if settings else []
    return Shown(sheets, notes=notes, actions=actions, remarks=_remarks(visit, data))


def _figures(visit: Visit, data: Data, settings: str) -> list[Sequence[Cell]]:
    how = _how(visit, data)
    places = PLACES | {"income": settings} | ({} if data["contributions_paid"] else {"contributions": settings})
    rows: list[Sequence[Cell]] = []
    for name, italian, english in FIGURES:
        share = min(Decimal(data["limit_share"]), Decimal(100)) if name == "limit" else None
        shown = money(visit.say, data[name], places.get(name, ""))
        rows.append([Cell(one_of((italian, english), visit.say)), shown, Cell(how.get(name, ""), share=share)])
    return rows


def _how(visit: Visit, data: Data) -> dict[str, str]:
    """How the figures are reckoned, in words."""
    say = visit.say
    euro, percent = say.money, say.percent
    words = {
        "revenue": say("per data di incasso"),
        "limit": say("usata al %(share)s", share=percent(data["limit_share"])),
        "contributions": say("F24 dell’INPS, più %(amount)s da altri", amount=euro(data["other_contributions"])),
    }
    if data["income"] is None:
        return words | {"income": say("scegli prima il gruppo di attività")}
    return words | {
        "income": say("%(share)s di %(amount)s", share=percent(data["coefficient"]), amount=euro(data["revenue"])),
        "taxable": say("reddito meno contributi"),
        "tax": say("%(share)s di %(amount)s", share=percent(data["rate"]), amount=euro(data["taxable"])),
        "contributions_left": say(
            "%(share)s del reddito, meno quelli versati", share=percent(data["contributions_percentage"])
        ),
        "set_aside": say("imposta e contributi ancora da versare"),
    }


def _money_in(visit: Visit, row: Data) -> list[Cell]:
    noun = f"{one_of(NOUNS[row['type']], visit.say)} {row['number']}".strip()
    link = document(visit, row["kind"], row["document_id"])
    amounts = [money(visit.say, row[key]) for key in ("amount", "revenue")]
    return [day(visit.say, row["date"]), Cell(noun, href=link), Cell(row["party"]), *amounts]


def _forms(visit: Visit, id: str, heading: str, forms: Sequence[Data]) -> list[Sheet]:
    """F24 as a table; none where there are none."""
    say = visit.say
    rows = [
        [
            day(say, form["date"]),
            Cell(form["description"], href=document(visit, "tax", form["document_id"])),
            money(say, form["amount"]),
        ]
        for form in forms
    ]
    whole = [Cell(), Cell(say("Totale")), money(say, sum((form["amount"] for form in forms), Decimal(0)))]
    columns = [(say("Versato il"), "date"), (say("Descrizione"), ""), (say("Importo"), "num")]
    return [Sheet(columns, rows, whole, heading, id=id)] if rows else []


def _remarks(visit: Visit, data: Data) -> list[Remark]:
    say = visit.say
    found = []
    if data["standing"] != "within":
        words = one_of(STANDINGS[data["standing"]], say)
        found.append(Remark(say("Soglia"), words, say("Parlane con chi ti segue la contabilità."), bad=True))
    elif data["forecast_standing"] not in {None, "within"}:
        words = say("A questo passo l’anno finisce a %(amount)s.", amount=say.money(data["forecast"]))
        found.append(Remark(say("Previsione"), words, one_of(STANDINGS[data["forecast_standing"]], say)))
    if data["income"] is None:
        words = say("Manca il gruppo di attività: senza coefficiente non c’è reddito da calcolare.")
        found.append(Remark(say("Coefficiente"), words, say("Sceglilo nelle impostazioni, alla voce Imposte.")))
    return found
