"""The report of the stock: what every product had, what came and went, what is left and is worth."""

from collections.abc import Mapping
from typing import Any

from mastro.resources.reports.stock import FAMILIES
from mastro.web.sections.reports.sheets import Cell, Sheet, Shown, money, number
from mastro.web.visit import Visit

__all__ = ["FAMILIES", "stock"]


def stock(visit: Visit, data: Mapping[str, Any]) -> Shown:
    """The stock of all products; each leads to its card, with the movements."""
    say = visit.say
    columns = [
        (say("Codice"), ""),
        (say("Prodotto"), ""),
        (say("Unità"), ""),
        (say("Giacenza iniziale"), "num"),
        (say("Carichi"), "num"),
        (say("Scarichi"), "num"),
        (say("Giacenza finale"), "num"),
        (say("Costo netto"), "num"),
        (say("Valore"), "num"),
    ]
    rows = [
        [
            Cell(row["code"]),
            Cell(row["name"], href=f"{visit.base}/products/{row['product_id']}"),
            Cell(row["measure"]),
            *(number(say, row[key]) for key in ("opening", "loaded", "unloaded", "closing")),
            Cell(say.price(row["net_cost"]), "num"),
            money(say, row["value"]),
        ]
        for row in data["rows"]
    ]
    totals = [Cell(), Cell(say("Totale")), *[Cell()] * 6, money(say, data["value"])]
    notes = [say("Il valore è al costo netto che i prodotti hanno adesso.")]
    if data["without_cost"]:
        words = say.ngettext(
            "%(num)s prodotto in giacenza non ha un costo e non conta nel valore.",
            "%(num)s prodotti in giacenza non hanno un costo e non contano nel valore.",
            data["without_cost"],
        )
        notes.append(words % {"num": data["without_cost"]})
    if data["below_zero"]:
        words = say.ngettext(
            "Di %(num)s prodotto è uscito più di quanto ce n’era.",
            "Di %(num)s prodotti è uscito più di quanto ce n’era.",
            data["below_zero"],
        )
        notes.append(words % {"num": data["below_zero"]})
    empty = say("Nessun prodotto di cui si conti la giacenza: si comincia dalla scheda di un prodotto.")
    return Shown([Sheet(columns, rows, totals if rows else (), empty=empty)], notes=notes if rows else [])
