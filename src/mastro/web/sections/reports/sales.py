"""Reports of sales and purchases, and the statement of a customer or supplier."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from mastro.resources.reports.sales import PURCHASES_BY, SALES_BY
from mastro.resources.reports.statement import TYPES
from mastro.web.behind import behind, document
from mastro.web.chart import chart
from mastro.web.language import N_
from mastro.web.sections.reports.sheets import Cell, Sheet, Shown, day, money, number, one_of
from mastro.web.visit import Visit

SOLD_BY = (
    ("customer", N_("Per cliente")),
    ("product", N_("Per prodotto")),
    ("month", N_("Per mese")),
    ("category", N_("Per categoria")),
)
BOUGHT_BY = (("supplier", N_("Per fornitore")), ("month", N_("Per mese")), ("category", N_("Per categoria")))

MOST_BARS = 24
"""Months that are drawn."""

Data = Mapping[str, Any]


def turnover(visit: Visit, data: Data) -> Shown:
    """Sales or purchases by whatever they are summed by."""
    say, by = visit.say, data["by"]
    quantity = any(row["quantity"] is not None for row in data["rows"])
    taxed = data["vat"] is not None
    columns = [(one_of((SALES_BY | PURCHASES_BY)[by], say), "")]
    columns.append((say("Righe") if not taxed else say("Documenti"), "num"))
    columns += [(say("Quantità"), "num")] if quantity else []
    columns.append((say("Imponibile"), "num"))
    columns += [(say("IVA"), "num"), (say("Totale"), "num")] if taxed else []
    columns.append((say("Quota"), "num"))
    rows = []
    for row in data["rows"]:
        href = behind(visit, row["documents"])
        cells = [Cell(_name(visit, by, row), href=_card(visit, by, row) or href), number(say, row["count"], href)]
        cells += [number(say, row["quantity"], href)] if quantity else []
        cells.append(money(say, row["net"], href))
        cells += [money(say, row["vat"], href), money(say, row["gross"], href)] if taxed else []
        rows.append([*cells, Cell(say.percent(row["share"]), "num", share=row["share"])])
    totals = [Cell(say("Totale")), number(say, data["count"])]
    totals += [Cell()] if quantity else []
    totals.append(money(say, data["net"]))
    totals += [money(say, data["vat"]), money(say, data["gross"])] if taxed else []
    sheet = Sheet(columns, rows, [*totals, Cell()] if rows else (), empty=say("Niente in questo periodo."))
    drawn = None
    if by == "month" and 1 < len(rows) <= MOST_BARS:
        groups = [
            (
                say.month(int(row["name"][5:]), short=True),
                _name(visit, by, row),
                behind(visit, row["documents"]),
                (Decimal(row["net"]),),
            )
            for row in data["rows"]
        ]
        drawn = chart([say("Imponibile")], groups)
    return Shown([sheet], chart=drawn)


def _name(visit: Visit, by: str, row: Data) -> str:
    if by == "month":
        return f"{visit.say.month(int(row['name'][5:])).capitalize()} {row['name'][:4]}"
    none = {"category": N_("Senza categoria"), "product": N_("Senza nome")}
    return row["name"] or visit.say(none.get(by, N_("Senza nome")))


def _card(visit: Visit, by: str, row: Data) -> str:
    """The card of a customer, supplier or product."""
    place = {"customer": "clients", "supplier": "suppliers", "product": "products"}.get(by)
    if not place or not row["id"]:
        return ""
    family = place if place == "products" else f"entity.{place}"
    return f"{visit.base}/{place}/{row['id']}" if visit.may(family) else ""


def statement(visit: Visit, data: Data) -> Shown:
    """What was charged and paid, and what is open."""
    say = visit.say
    columns = [
        (say("Data"), "date"),
        (say("Descrizione"), ""),
        (say("Dovuto"), "num"),
        (say("Pagato"), "num"),
        (say("Saldo"), "num"),
    ]
    opening = [day(say, data["date_from"]), Cell(say("Saldo iniziale")), Cell(), Cell()]
    rows = [[*opening, money(say, data["opening_balance"])]]
    for row in data["rows"]:
        noun = one_of(TYPES.get(row["type"], (row["type"], row["type"])), say)
        words = f"{noun} {row['number']}".strip()
        if row["what"] == "payment":
            words = say("Pagamento: %(what)s", what=words)
        link = document(visit, row["kind"], row["document_id"])
        amounts = [money(say, row[key] or None) for key in ("charged", "paid")]
        rows.append([day(say, row["date"]), Cell(words, href=link), *amounts, money(say, row["balance"])])
    totals = [day(say, data["date_to"]), Cell(say("Saldo finale"))]
    totals += [money(say, data[key]) for key in ("charged", "paid", "closing_balance")]
    open_heads = [(say("Scadenza"), "date"), (say("Numero"), ""), (say("Giorni di ritardo"), "num")]
    items = [
        [
            day(say, due["due_date"]),
            Cell(due["number"] or "—", href=document(visit, due["kind"], due["document_id"])),
            number(say, due["days_late"] or None),
            money(say, due["amount"]),
        ]
        for due in data["open_items"]
    ]
    owed = sum((due["amount"] for due in data["open_items"]), Decimal(0))
    notes = [" ".join(filter(None, (data["name"], data["vat_number"] or data["tax_code"])))]
    if data["average_days_to_pay"] is not None:
        notes.append(say("Tempo medio di pagamento: %(days)s giorni", days=say.number(data["average_days_to_pay"])))
    sheets = [Sheet(columns, rows, totals)]
    if items:
        whole = [Cell(say("Totale")), Cell(), Cell(), money(say, owed)]
        sheets.append(Sheet([*open_heads, (say("Importo"), "num")], items, whole, say("Partite aperte")))
    return Shown(sheets, notes=notes)
