"""Reports: the list of them, each with its period, on the page and as a file."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import BaseRoute

from mastro.web.files import as_file
from mastro.web.listing import contains
from mastro.web.navigation import payments_are_open
from mastro.web.pages import NotHere, Site
from mastro.web.periods import period_of, year_of
from mastro.web.sections.reports.catalogue import REPORTS, Report
from mastro.web.visit import Visit, page

PATH = "/reports"

FOUND = 20
"""Customers or suppliers that a search for a statement shows."""


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""
    return [
        page(site, PATH, _index),
        page(site, f"{PATH}/overview/file", _overview_file),
        page(site, PATH + "/{name:str}", _show),
        page(site, PATH + "/{name:str}/file", _file),
    ]


async def _index(visit: Visit) -> Response:
    shown = [report for report in REPORTS.values() if report.offered(visit)]
    others = [report for report in REPORTS.values() if report.allowed(visit) and report not in shown]
    return visit.page("reports/index.html", reports=shown, others=others, payments=payments_are_open(visit.scopes))


def _report(visit: Visit) -> Report:
    report = REPORTS.get(visit.request.path_params["name"])
    if report is None:
        raise NotHere
    return report


def _asked(visit: Visit, report: Report) -> dict[str, Any]:
    """What the operation is asked, as the address says it."""
    query: dict[str, Any] = {}
    if report.asked == "period":
        query |= period_of(visit, report.months).query
    elif report.asked == "quarter":
        query |= {key: visit.query[key] for key in ("year", "quarter") if key in visit.query}
        query["language"] = visit.say.code
    else:
        query["year"] = year_of(visit)
    if report.asked == "settlement":
        query["period"] = visit.query.get("period", "")
    if report.key:
        keys = [key for key, _ in report.open_to(visit)] or [key for key, _ in report.choices]
        query[report.key] = visit.query[report.key] if visit.query.get(report.key) in keys else keys[0]
    return query | {key: visit.query[key] for key in report.passed if key in visit.query}


async def _show(visit: Visit) -> Response:
    report = _report(visit)
    query = _asked(visit, report)
    if report.name == "statement" and not {"client_id", "supplier_id"} & set(query):
        return await _whose(visit, report)
    data = (await visit.call(report.operation, query=query))["data"]
    here = f"{visit.base}{PATH}/{report.name}"
    kept = {key: value for key, value in query.items() if key not in {"from", "to", "year", "period", "quarter"}}
    return visit.page(
        "reports/report.html",
        report=report,
        data=data,
        shown=report.show(visit, data),
        here=here,
        kept=kept,
        files=f"{here}/file?{urlencode({key: value for key, value in query.items() if value != ''})}",
        choices=[
            (f"{here}?{urlencode({**query, report.key: key})}", visit.say(words))
            for key, words in report.open_to(visit)
        ],
        chosen=f"{here}?{urlencode(query)}",
        **(_period(visit, report, here, kept) if report.asked == "period" else {}),
        **(_settled(visit, here, data, report.asked) if report.asked in {"settlement", "quarter"} else {}),
    )


def _period(visit: Visit, report: Report, here: str, kept: Mapping[str, Any]) -> dict[str, Any]:
    """The period and the ways to others."""
    period = period_of(visit, report.months)

    def to(other: Any) -> str:
        return f"{here}?{urlencode({**kept, **other.query})}"

    return {
        "period": period,
        "before": to(period.step(-1)),
        "after": to(period.step(1)),
        "lengths": [(months, to(period.of(months))) for months in (1, 3, 12)],
    }


def _settled(visit: Visit, here: str, data: Mapping[str, Any], asked: str) -> dict[str, Any]:
    """The periods of VAT of the year, and the ways to those before and after."""
    key = "quarter" if asked == "quarter" else "period"
    say, year, period = visit.say, int(data["year"]), int(data[key])
    last = 12 if data.get("rhythm") == "monthly" else 4

    def name(number: int) -> str:
        return say.month(number).capitalize() if last == 12 else say("%(number)s° trimestre", number=number)

    def to(year: int, period: int) -> str:
        return f"{here}?{urlencode({'year': year, key: period})}"

    return {
        "title": f"{name(period)} {year}",
        "year": year,
        "before": to(year, period - 1) if period > 1 else to(year - 1, last),
        "after": to(year, period + 1) if period < last else to(year + 1, 1),
        "key": key,
        "chosen_period": period,
        "periods": [(number, name(number)) for number in range(1, last + 1)],
    }


async def _whose(visit: Visit, report: Report) -> Response:
    """Choose whose statement it is to be."""
    text = visit.query.get("text", "")
    registries = [
        (key, operation, path)
        for key, operation, path in (
            ("client_id", "listClients", "clients"),
            ("supplier_id", "listSuppliers", "suppliers"),
        )
        if visit.may(f"entity.{path}")
    ]
    q = contains(("name", "vat_number", "tax_code", "code"), text)
    found = []
    for key, operation, path in registries:
        asked = {"q": q, "per_page": FOUND, "sort": "name", "fields": "id,name,vat_number"}
        rows = (await visit.call(operation, query=asked))["data"]
        found.append((key, path, rows))
    return visit.page("reports/whose.html", report=report, found=found, text=text, most=FOUND)


async def _file(visit: Visit) -> Response:
    report = _report(visit)
    query = _asked(visit, report)
    return await _as_file(visit, report.operation, query)


async def _overview_file(visit: Visit) -> Response:
    return await _as_file(visit, "getOverview", {"year": year_of(visit)})


async def _as_file(visit: Visit, operation: str, query: Mapping[str, Any]) -> Response:
    wanted = {"format": visit.query.get("format", "xlsx"), "language": visit.say.code}
    return as_file(await visit.answer(operation, query={**query, **wanted}))
