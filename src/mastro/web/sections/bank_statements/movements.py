"""The page of a statement: its movements with what each of them may be, and how the account stands."""

from typing import Any

from starlette.responses import Response

from mastro.web.language import N_
from mastro.web.operations import Operations
from mastro.web.sections.bank_statements.statements import PATH, place, show_uploaded
from mastro.web.sections.bank_statements.words import SURE, href_of, shown
from mastro.web.visit import Visit

STATES = {"open": N_("Da abbinare"), "matched": N_("Abbinati"), "ignored": N_("Ignorati"), "all": N_("Tutti")}
PER_PAGE = 50


async def show(visit: Visit) -> Response:
    """The page."""
    state = visit.query.get("state", "open")
    state = state if state in STATES else "open"
    asked = {
        "state": "" if state == "all" else state,
        "text": visit.query.get("text"),
        "proposals": "true",
        "page": visit.query.get("page"),
        "per_page": PER_PAGE,
    }

    def ask(api: Operations) -> Any:
        answer = api("getBankStatement", path=place(visit))
        kept = answer["data"]["state"] == "kept"
        return answer, api("listBankStatementLines", path=place(visit), query=asked) if kept else None

    answer, lines = await visit.read(ask, slow=True)
    found = answer["data"]
    if lines is None:
        return await show_uploaded(visit, found, {})
    path = f"{visit.base}{PATH}/{found['id']}"
    counts = {**{key: found[key] for key in ("open", "matched", "ignored")}, "all": found["lines"]}
    return visit.page(
        "bank_statements/one.html",
        found=found,
        balance=answer["balance"],
        path=path,
        state=state,
        places=[(f"{path}?state={key}", f"{visit.say(words)} ({counts[key]})") for key, words in STATES.items()],
        lines=lines,
        rows=[_row(visit, line) for line in lines["data"]],
        sure=SURE,
        was_accepted=bool(visit.request.cookies.get("flash")),
    )


def _row(visit: Visit, line: Any) -> dict[str, Any]:
    """A movement with its best proposal, or what it was matched with."""
    best = line["proposals"][0] if line["proposals"] else None
    return {
        "line": line,
        "best": shown(visit, best) if best else None,
        "others": max(0, len(line["proposals"]) - 1),
        "matches": [(match, href_of(visit, match)) for match in line["matches"]],
    }
