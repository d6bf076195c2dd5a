"""Due dates as a list: what is overdue first, then by week or month, with what each part comes to."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from starlette.responses import Response

from mastro.api.scopes import DOCUMENT_SCOPES
from mastro.resources.reports.common import PURCHASES, SALES
from mastro.resources.reports.payments import ASKED
from mastro.web.behind import document
from mastro.web.files import as_file
from mastro.web.language import N_, Locale
from mastro.web.listing import Cell
from mastro.web.operations import Operations
from mastro.web.sections.issued_documents.states import TYPES
from mastro.web.visit import Visit

PATH = "/payments"

PER_PAGE = 200

STATES = {
    "unpaid": N_("Da saldare"),
    "overdue": N_("Scaduti"),
    "open": N_("Non ancora scaduti"),
    "paid": N_("Saldati"),
    "all": N_("Tutti"),
}

BADGES = {
    "open": (N_("Da saldare"), ""),
    "overdue": (N_("Scaduto"), "bad"),
    "paid": (N_("Saldato"), "ok"),
    "reversed": (N_("Stornato"), ""),
}

NAMES = {
    **{type: words for type, (words, _) in TYPES.items()},
    "expense": N_("Spesa"),
    "passive_credit_note": N_("Nota di credito fornitore"),
    "tax": N_("F24"),
}

GROUPS = {"week": N_("Per settimana"), "month": N_("Per mese")}

WRITES = {"received_document": "received_documents", "tax": "taxes"}
"""Kind → what must be permitted to settle it; of an issued document its type says it."""


@dataclass(slots=True)
class Line:
    """A row of the list."""

    key: str
    """Names it in the form that settles; "" where there is nothing to settle."""
    due: Mapping[str, Any]
    name: str
    href: str
    party_href: str
    state: Cell


@dataclass(slots=True)
class Part:
    """What falls due in one week or month, or is overdue."""

    title: str
    tone: str = ""
    total: Decimal = Decimal(0)
    lines: list[Line] = field(default_factory=list)


def direction_of(visit: Visit) -> str:
    """The way of the money that the address names, else the one that the user may see."""
    named = visit.query.get("direction", "")
    if named in {"in", "out"}:
        return named
    return next((key for key, _ in directions(visit)), "in")


DIRECTIONS = {"in": (N_("Da incassare"), SALES), "out": (N_("Da pagare"), PURCHASES)}
"""Way of the money → its name, and what its reader must be allowed to read."""


def directions(visit: Visit) -> list[tuple[str, str]]:
    """The ways of the money that the user may see."""
    return [
        (key, visit.say(words))
        for key, (words, families) in DIRECTIONS.items()
        if all(visit.may(family) for family in families)
    ]


def asked(visit: Visit) -> dict[str, str]:
    """What the report is asked for."""
    query = {key: visit.query.get(key, "") for key in ("from", "to", "kind")}
    state = visit.query.get("state", "")
    return {"direction": direction_of(visit), "state": state if state in ASKED else "unpaid", **query}


async def show(visit: Visit) -> Response:
    """The page."""
    query = asked(visit)

    def ask(api: Operations) -> Any:
        return api("getPaymentsReport", query=query)["data"], api("listPaymentAccounts")["data"]

    data, accounts = await visit.read(ask, slow=True)
    rows = _in_order(data["rows"])
    text = visit.query.get("page", "1")
    last = max(1, -(-len(rows) // PER_PAGE))
    number = min(max(int(text), 1), last) if text.isascii() and text.isdigit() and len(text) < 7 else 1
    lines = [line_of(visit, due) for due in rows[(number - 1) * PER_PAGE : number * PER_PAGE]]
    by = visit.query.get("by", "week")
    return visit.page(
        "payments/list.html",
        data=data,
        query=query,
        by=by if by in GROUPS else "week",
        parts=parts(lines, by, visit.say),
        directions=directions(visit),
        count=len(rows),
        number=number,
        last_page=last,
        can_settle=any(line.key for line in lines),
        accounts=[(account["id"], account["name"]) for account in accounts],
        states=[(key, visit.say(words)) for key, words in STATES.items()],
        groups=[(key, visit.say(words)) for key, words in GROUPS.items()],
    )


def _in_order(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What is overdue first; within that by day, as the report has it."""
    return sorted(rows, key=lambda due: due["state"] != "overdue")


def line_of(visit: Visit, due: Mapping[str, Any]) -> Line:
    """A row of the report as it is shown."""
    say = visit.say
    words, tone = BADGES[due["state"]]
    said = say(words)
    if due["state"] == "overdue":
        said = say("Scaduto da %(days)s g", days=due["days_late"])
    elif due["state"] == "paid":
        said = say("Saldato il %(date)s", date=say.date(due["paid_date"]))
    family = WRITES.get(due["kind"]) or f"issued_documents.{DOCUMENT_SCOPES[due['type']]}"
    to_settle = due["state"] in {"open", "overdue"} and visit.may(family, "a")
    registry = "clients" if due["kind"] == "issued_document" else "suppliers"
    known = due["party_id"] and visit.may(f"entity.{registry}")
    return Line(
        key=f"{due['kind']}.{due['document_id']}.{due['installment_id']}" if to_settle else "",
        due=due,
        name=f"{say(NAMES[due['type']])} {due['number']}".strip(),
        href=document(visit, due["kind"], due["document_id"]),
        party_href=f"{visit.base}/{registry}/{due['party_id']}" if known else "",
        state=Cell(said, f"badge {tone}"),
    )


def parts(lines: Iterable[Line], by: str, say: Locale) -> list[Part]:
    """The list in parts, each with its heading and total."""
    found: dict[object, Part] = {}
    for line in lines:
        day = dt.date.fromisoformat(line.due["due_date"])
        if line.due["state"] == "overdue":
            key: object = "overdue"
            title, tone = say("Scaduti"), "bad"
        elif by == "month":
            key, title, tone = (day.year, day.month), f"{say.month(day.month).capitalize()} {day.year}", ""
        else:
            first = day - dt.timedelta(days=day.weekday())
            last = first + dt.timedelta(days=6)
            key, tone = first, ""
            title = say("Settimana dal %(first)s al %(last)s", first=say.date(first), last=say.date(last))
        part = found.setdefault(key, Part(title, tone))
        part.lines.append(line)
        if line.due["state"] != "reversed":
            part.total += line.due["amount"]
    return list(found.values())


async def file(visit: Visit) -> Response:
    """The same list as a file."""
    query = {**asked(visit), "format": visit.query.get("format", "xlsx"), "language": visit.say.code}
    return as_file(await visit.answer("getPaymentsReport", query=query))
