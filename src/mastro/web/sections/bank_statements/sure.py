"""All that is sure at once: looked at first, then accepted one by one, so that a refused one keeps no other back."""

from typing import Any

from starlette.responses import Response

from mastro.web.saving import refused
from mastro.web.sections.bank_statements.statements import path_of, place
from mastro.web.sections.bank_statements.words import SURE, match_of, shown
from mastro.web.ticked import form_with_ticked
from mastro.web.visit import Visit


async def show(visit: Visit) -> Response:
    """What would be accepted."""
    text = visit.query.get("confidence", "")
    least = int(text) if text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= 100 else SURE
    query = {"confidence": least}
    lines = (await visit.call("listSureBankStatementLines", path=place(visit), query=query))["data"]
    rows = [(line, shown(visit, line["proposals"][0])) for line in lines]
    return visit.page(
        "bank_statements/sure.html",
        path=visit.base + path_of(visit),
        least=least,
        rows=[(_key(line["id"], proposal.parts), line, proposal) for line, proposal in rows],
    )


def _key(id: int, parts: list[Any]) -> str:
    """Names a movement and its proposal in the form."""
    return "|".join([str(id), *(part.key for part in parts)])


async def accept(visit: Visit) -> Response:
    """Accept what is ticked."""
    fields, keys = await form_with_ticked(visit)
    results = []
    for key in keys:
        id, *parts = key.split("|")
        label = fields.get(f"label.{id}", "")
        data = {"matches": [match_of(part) for part in parts]}
        why = await refused(visit, "matchBankStatementLine", path=_line(visit, id), data=data)
        results.append((id, label, why))
    return visit.page(
        "bank_statements/accepted.html",
        path=visit.base + path_of(visit),
        results=results,
        done=[id for id, _, why in results if not why],
    )


async def undo(visit: Visit) -> Response:
    """Take back what was accepted."""
    _, ids = await form_with_ticked(visit)
    results = [await refused(visit, "undoBankStatementLine", path=_line(visit, id)) for id in ids]
    count = results.count("")
    words = visit.say.ngettext(
        "%(num)s movimento di nuovo da abbinare.", "%(num)s movimenti di nuovo da abbinare.", count
    )
    return visit.go(path_of(visit), " ".join([words % {"num": count}, *dict.fromkeys(filter(None, results))]))


def _line(visit: Visit, id: str) -> dict[str, object]:
    return {**place(visit), "line_id": id if id.isascii() and id.isdigit() else 0}
