"""The overview (*Situazione*): what is to be done, how the company stands, and the first steps of a new one."""

import calendar
import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from mastro.api.errors import ApiError
from mastro.resources.reports.overview import SOON
from mastro.resources.reports.vat_settlement import FAMILIES
from mastro.web.behind import behind, dues, place_of
from mastro.web.chart import Chart, chart
from mastro.web.language import N_
from mastro.web.navigation import menu
from mastro.web.operations import Operations
from mastro.web.pages import Site
from mastro.web.periods import year_of
from mastro.web.visit import Visit, page

AGES: tuple[tuple[str, str, str, int | None, int | None], ...] = (
    ("not_due", N_("Non scaduto"), "", None, 0),
    ("up_to_30", N_("Fino a 30 giorni"), "warn", 1, 30),
    ("up_to_60", N_("31-60 giorni"), "warn", 31, 60),
    ("up_to_90", N_("61-90 giorni"), "bad", 61, 90),
    ("over_90", N_("Oltre 90 giorni"), "bad", 91, None),
)
"""Key of the overview, words, tone, and the fewest and most days since the due date."""

SIDES = (("receivables", "in", "issued_document"), ("payables", "out", "received_document"))
"""Key of the overview, direction of the money, kind of the documents."""

DUE_TASKS = {
    "receivables_overdue": ("in", "issued_document"),
    "payables_due": ("out", "received_document"),
    "taxes_due": ("out", "tax"),
}
"""What is to be done on the page of payments: direction of the money, and kind of the documents."""

SERIES = (N_("Emesso"), N_("Incassato"), N_("Costi"))

FOR_ALL = frozenset({"tools", "developers"})
"""Lines of the menu that say nothing about what somebody may see."""


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""
    return [page(site, "", _show)]


async def _show(visit: Visit) -> Response:
    if not visit.may("situation"):
        return _elsewhere(visit)
    year = year_of(visit)

    def ask(api: Operations) -> Any:
        data = api("getOverview", query={"year": year})["data"]
        return data, None if _active(data) else _first_steps(api), _last_backup(api)

    data, steps, backup = await visit.read(ask, slow=True)
    return visit.page(
        "overview/page.html",
        data=data,
        year=year,
        steps=steps,
        backup=backup,
        to_do=[(task, _task(visit, task)) for task in data["to_do"]],
        chart=_chart(visit, data),
        months=_months(visit, data),
        ages=_ages(visit, data),
        links=_links(visit, data),
        receipts=place_of(visit, "/receipts", year=year),
        customers=[
            (row, behind(visit, row["documents"]), row["id"] if visit.may("entity.clients") else None)
            for row in data["top_customers"]
        ],
        vat_period=_vat_period(visit, data["vat"]),
    )


def _elsewhere(visit: Visit) -> Response:
    """On to the first section that the user may see."""
    entries = menu(visit.scopes, visit.role, "", "").entries
    first = next((entry for entry in entries if entry.key not in FOR_ALL), None)
    return visit.go(first.path) if first else visit.page("overview/nothing.html")


def _active(data: Mapping[str, Any]) -> bool:
    """False where nothing happened in this year and nothing is to be done."""
    return bool(
        data["to_do"] or any(any(month[key] for key in ("issued", "collected", "costs")) for month in data["months"])
    )


def _first_steps(api: Operations) -> list[tuple[str, bool]] | None:
    """What a new company does first, and whether it is done; None for one that has documents."""
    lists = {"client": "listClients", "invoice": "listIssuedDocuments", "expense": "listReceivedDocuments"}
    count: dict[str, int] = {}
    for step, operation in lists.items():
        try:
            count[step] = api(operation, query={"per_page": 1})["total"]
        except ApiError:  # not for this user
            count[step] = 0
    if count["invoice"] or count["expense"]:
        return None
    done = {"company": _company_is_told(api), "client": bool(count["client"])}
    return [(step, done.get(step, False)) for step in ("company", "client", "invoice", "expense")]


def _company_is_told(api: Operations) -> bool:
    """True where the company has what every invoice says of it."""
    try:
        company = api("getCompanySettings")["data"]["company"]
    except ApiError:  # not for this user
        return False
    return all(company[key] for key in ("name", "address_street", "address_city")) and bool(
        company["vat_number"] or company["tax_code"]
    )


def _last_backup(api: Operations) -> str | None:
    """When the installation was saved last, "" for never; None for who may not know."""
    try:
        made = api("listBackups")["data"]
    except ApiError:
        return None
    return next((str(backup["created_at"]) for backup in made if not backup["error"]), "")


def _task(visit: Visit, task: Mapping[str, Any]) -> str:
    """Where something is done."""
    if task["task"] not in DUE_TASKS:
        return behind(visit, task["documents"])
    direction, kind = DUE_TASKS[task["task"]]
    until = visit.today - dt.timedelta(days=1) if direction == "in" else visit.today + dt.timedelta(days=SOON)
    return dues(visit, direction, kind=kind, to=until)


def _links(visit: Visit, data: Mapping[str, Any]) -> dict[str, str]:
    """Where the figures of the year lead."""
    links = {key: behind(visit, data[key]["documents"]) for key in ("issued", "collected", "costs", "paid")}
    links |= {key: dues(visit, direction, kind=kind) for key, direction, kind in SIDES}
    links["overdue"] = dues(visit, "in", kind="issued_document", to=visit.today - dt.timedelta(days=1))
    if all(visit.may(family) for family in FAMILIES):
        vat = data["vat"]
        links["vat"] = f"{visit.base}/reports/vat_settlement?year={vat['year']}&period={vat['period']}"
    return links


def _ages(visit: Visit, data: Mapping[str, Any]) -> list[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """What is open by age: words, tone, and for each side the amount, its share and where it leads."""
    rows = []
    for key, words, tone, fewest, most in AGES:
        days: dict[str, object] = {}
        if most is not None:
            days["from"] = visit.today - dt.timedelta(days=most)
        if fewest is not None:
            days["to"] = visit.today - dt.timedelta(days=fewest)
        sides = [
            {
                "amount": data[side][key],
                "percent": 100 * data[side][key] / data[side]["total"] if data[side]["total"] else 0,
                "href": dues(visit, direction, kind=kind, **days),
            }
            for side, direction, kind in SIDES
        ]
        rows.append((visit.say(words), tone, sides[0], sides[1]))
    return rows


def _chart(visit: Visit, data: Mapping[str, Any]) -> Chart:
    say, year = visit.say, data["year"]
    groups = [
        (
            say.month(month["month"], short=True),
            f"{say.month(month['month']).capitalize()} {year}",
            _of_month(visit, "issued_documents", year, month["month"]),
            tuple(Decimal(month[key]) for key in ("issued", "collected", "costs")),
        )
        for month in data["months"]
    ]
    return chart([say(words) for words in SERIES], groups)


def _months(visit: Visit, data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of the table behind the chart, with where each figure leads."""
    year = data["year"]
    return [
        {
            **month,
            "name": visit.say.month(month["month"]).capitalize(),
            "issued_href": _of_month(visit, "issued_documents", year, month["month"]),
            "collected_href": _of_month(visit, "cashbook", year, month["month"], type="in"),
            "costs_href": _of_month(visit, "received_documents", year, month["month"]),
            "paid_href": _of_month(visit, "cashbook", year, month["month"], type="out"),
        }
        for month in data["months"]
    ]


TYPES = {"issued_documents": "invoice,receipt,credit_note", "received_documents": "expense,passive_credit_note"}


def _of_month(visit: Visit, section: str, year: int, month: int, **more: str) -> str:
    """Address of a section's list of one month."""
    first, last = f"{year}-{month:02}-01", f"{year}-{month:02}-{calendar.monthrange(year, month)[1]}"
    if section == "cashbook":
        return place_of(visit, "/cashbook", date_from=first, date_to=last, **more)
    days = f"date >= '{first}' and date <= '{last}'"
    return place_of(visit, f"/{section}", type=TYPES[section], q=days)


def _vat_period(visit: Visit, vat: Mapping[str, Any]) -> str:
    """The period of a VAT settlement in words."""
    say = visit.say
    if vat["rhythm"] == "monthly":
        return f"{say.month(int(vat['period']))} {vat['year']}"
    return say("%(number)s° trimestre %(year)s", number=vat["period"], year=vat["year"])
