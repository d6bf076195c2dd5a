"""One movement: all that it may be, other payments by search, parts, the cashbook, and taking it back."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from starlette.responses import Response

from mastro.web import forms
from mastro.web.language import N_
from mastro.web.operations import Operations
from mastro.web.saving import Saved, attempt
from mastro.web.sections.bank_statements.statements import path_of, place
from mastro.web.sections.bank_statements.words import href_of, match_of, matches_of, parts_of, shown
from mastro.web.visit import Visit

USUAL = (
    N_("Spese bancarie"),
    N_("Commissioni POS"),
    N_("Imposta di bollo"),
    N_("Interessi attivi"),
    N_("Interessi passivi"),
    N_("Giroconto"),
    N_("Prelievo di contante"),
    N_("Versamento di contante"),
    N_("Stipendi"),
    N_("Imposte e contributi"),
    N_("Rata del finanziamento"),
    N_("Differenza cambi"),
    N_("Arrotondamento"),
)
"""What movements without a document usually are."""


async def show(visit: Visit) -> Response:
    """The page."""
    return await _page(visit, Saved({}), {})


async def _page(visit: Visit, saved: Saved, typed: Mapping[str, str]) -> Response:
    text = visit.query.get("text", "") or typed.get("text", "")

    def ask(api: Operations) -> Any:
        line = api("getBankStatementLine", path=place(visit))["data"]
        statement = api("getBankStatement", path=place(visit))["data"]
        if line["state"] != "open":
            return line, statement, [], []
        found = api("listBankStatementLineCandidates", path=place(visit), query={"text": text})["data"]
        return line, statement, found, api("listPaymentAccounts")["data"]

    line, statement, found, accounts = await visit.read(ask, slow=True)
    return visit.page(
        "bank_statements/line.html",
        status=200 if saved.done else 422,
        line=line,
        statement=statement,
        back=path_of(visit),
        path=f"{visit.base}{path_of(visit)}/lines/{line['id']}",
        proposals=[shown(visit, each) for each in line["proposals"]],
        matches=[(match, href_of(visit, match)) for match in line["matches"]],
        candidates=parts_of(visit, found),
        text=text,
        typed=typed,
        accounts=[(each["id"], each["name"]) for each in accounts if each["id"] != line["account_id"]],
        usual=[visit.say(words) for words in USUAL],
        error=saved.error or " ".join(dict.fromkeys(saved.errors.values())),
    )


async def match(visit: Visit) -> Response:
    """Accept a proposal."""
    fields = await visit.form()
    return await _do(visit, "match", {"matches": matches_of(fields)}, fields, visit.say("Movimento abbinato."))


async def match_several(visit: Visit) -> Response:
    """Match with the ticked payments, each with its amount, and with an entry of the cashbook for the rest."""
    fields = await visit.form()
    found, wrong = [], False
    for name, key in fields.items():
        if name.startswith("tick."):
            amount, readable = _amount(visit, fields.get(f"amount.{name[5:]}", ""))
            found.append({**match_of(key), "amount": amount})
            wrong = wrong or not readable
    if fields.get("rest_amount"):
        rest, readable = _amount(visit, fields["rest_amount"])
        found.append({"kind": "cashbook", "amount": rest, "description": fields.get("rest_description", "")})
        wrong = wrong or not readable
    if wrong:
        return await _page(visit, Saved({}, error=visit.say(forms.WRONG_NUMBER)), fields)
    return await _do(visit, "match", {"matches": found}, fields, visit.say("Movimento abbinato."))


def _amount(visit: Visit, text: str) -> tuple[Decimal | None, bool]:
    """An amount that was typed, and whether it can be read; nothing typed is the whole."""
    amount = forms.number(text, visit.say.code)
    return amount, amount is not None or not text.strip()


async def book(visit: Visit) -> Response:
    """Write the movement into the cashbook as it is."""
    fields = await visit.form()
    other = fields.get("other_account", "")
    entry: dict[str, Any] = {
        "kind": "cashbook",
        "description": fields.get("description", ""),
        "entity_name": fields.get("entity_name", ""),
        "other_account": {"id": int(other)} if other.isascii() and other.isdigit() and len(other) < 16 else None,
    }
    return await _do(visit, "match", {"matches": [entry]}, fields, visit.say("Movimento registrato in prima nota."))


async def ignore(visit: Visit) -> Response:
    """Leave the movement out."""
    fields = await visit.form()
    return await _do(visit, "ignore", {"reason": fields.get("reason", "")}, fields, visit.say("Movimento ignorato."))


async def undo(visit: Visit) -> Response:
    """Take back what was done with the movement."""
    fields = await visit.form()
    operation = "undoBankStatementLine"
    saved = await attempt(visit, fields, lambda: visit.call(operation, path=place(visit)))
    if not saved.done:
        return await _page(visit, saved, fields)
    return visit.go(path_of(visit), visit.say("Annullato: il movimento è di nuovo da abbinare."))


async def _do(visit: Visit, verb: str, data: dict[str, Any], fields: Mapping[str, str], said: str) -> Response:
    """Do something with the movement, and go back to the statement, which can take it back."""
    operation = f"{verb}BankStatementLine"
    saved = await attempt(visit, fields, lambda: visit.call(operation, path=place(visit), data=data))
    if not saved.done:
        return await _page(visit, saved, fields)
    line = f"{path_of(visit)}/lines/{visit.request.path_params['line_id']}"
    from_list = urlsplit(visit.request.headers.get("referer", "")).path == visit.base + path_of(visit)
    go = visit.back if from_list else visit.go
    return go(path_of(visit), said, undo=f"{line}/undo")
