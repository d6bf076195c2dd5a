"""Settling what is ticked: one step for each row, so that one that is refused keeps no other from being done."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from starlette.responses import Response

from mastro.api.errors import ApiError
from mastro.web import forms
from mastro.web.saving import refused
from mastro.web.sections.payments.dues import PATH, Line, line_of
from mastro.web.ticked import form_with_ticked
from mastro.web.visit import Visit

KINDS = {"issued_document": "in", "received_document": "out", "tax": "out"}
"""Kind → direction of the money."""


@dataclass(slots=True)
class Result:
    """What became of one row."""

    key: str
    line: Line | None
    refused: str = ""


async def settle(visit: Visit) -> Response:
    """Settle the ticked rows on a day and an account; a page says what became of each."""
    fields, keys = await form_with_ticked(visit)
    if not keys:
        return visit.back(PATH, visit.say("Nessuna riga selezionata."))
    known = await _lines(visit, keys)
    day, account = forms.date(fields.get("paid_date", "")), fields.get("payment_account", "")
    how: dict[str, Any] = {
        "paid_date": day.isoformat() if day else fields.get("paid_date") or None,
        "payment_account": {"id": int(account)} if account.isascii() and account.isdigit() else None,
    }
    results = [await _one(visit, "settlePayment", key, how, known.get(key)) for key in keys]
    done = [result for result in results if not result.refused]
    return visit.page(
        "payments/settled.html",
        results=results,
        done=[result.key for result in done],
        total=sum((result.line.due["amount"] for result in done if result.line), Decimal(0)),
        back=f"{PATH}?direction={KINDS[place_of(keys[0])['kind']]}" if place_of(keys[0]) else PATH,
    )


async def reopen(visit: Visit) -> Response:
    """Open again what was settled."""
    _, keys = await form_with_ticked(visit)
    results = [await _one(visit, "reopenPayment", key, {}, None) for key in keys]
    told = [result.refused for result in results if result.refused]
    say = visit.say
    count = len(results) - len(told)
    said = say.ngettext("%(num)s pagamento di nuovo da saldare.", "%(num)s pagamenti di nuovo da saldare.", count) % {
        "num": count
    }
    return visit.go(PATH, " ".join([said, *dict.fromkeys(told)]))


def key_of(kind: str, document_id: object, line: object = 0) -> str:
    """The name of a row in the form that settles."""
    return f"{kind}.{document_id}.{line}"


def place_of(key: str) -> dict[str, Any]:
    """What a key of the form names; empty for what names nothing."""
    kind, _, rest = key.partition(".")
    document_id, _, line = rest.partition(".")
    if kind not in KINDS or not all(
        part.isascii() and part.isdigit() and len(part) < 16 for part in (document_id, line)
    ):
        return {}
    return {"kind": kind, "document_id": int(document_id), "installment_id": int(line) or None}


async def _one(visit: Visit, operation: str, key: str, how: Mapping[str, Any], line: Line | None) -> Result:
    return Result(key, line, await refused(visit, operation, data={**place_of(key), **how}))


async def _lines(visit: Visit, keys: list[str]) -> dict[str, Line]:
    """The rows as they are now, by the key of the form."""
    lines: dict[str, Line] = {}
    for direction in {KINDS[place_of(key)["kind"]] for key in keys if place_of(key)}:
        query = {"direction": direction, "state": "unpaid"}
        try:
            rows = (await visit.call("getPaymentsReport", query=query))["data"]["rows"]
        except ApiError:
            continue  # who may not see the list is refused row by row
        lines |= {line.key: line for line in (line_of(visit, due) for due in rows) if line.key}
    return {key: lines[key] for key in keys if key in lines}
