"""The statements: which there are, a new one with its columns and its preview, and taking a whole one back."""

from typing import Any

from starlette.responses import Response

from mastro.web import forms
from mastro.web.language import N_
from mastro.web.operations import Operations
from mastro.web.refusals import said
from mastro.web.saving import Saved, attempt
from mastro.web.uploads import as_upload, form_with_files
from mastro.web.visit import Visit

PATH = "/bank_statements"

KEYS = {
    "date": N_("Data contabile"),
    "value_date": N_("Data valuta"),
    "description": N_("Descrizione"),
    "amount": N_("Importo con segno"),
    "amount_in": N_("Entrate"),
    "amount_out": N_("Uscite"),
    "sign": N_("Segno (dare/avere)"),
    "balance": N_("Saldo"),
    "currency": N_("Valuta (EUR)"),
}
STATUSES = {"new": (N_("Nuovo"), "ok"), "known": (N_("Già presente"), ""), "refused": (N_("Non letto"), "bad")}


def place(visit: Visit) -> dict[str, object]:
    """The statement of the address, as operations name it; with its movement where there is one."""
    return dict(visit.request.path_params) | {"company_id": visit.company_id}


def path_of(visit: Visit) -> str:
    """The page of the statement of the address."""
    return f"{PATH}/{visit.request.path_params['statement_id']}"


async def show(visit: Visit) -> Response:
    """The list."""
    return await _list(visit, Saved({}))


async def _list(visit: Visit, saved: Saved) -> Response:
    def ask(api: Operations) -> Any:
        return api("listBankStatements", query={"page": visit.query.get("page")}), api("listPaymentAccounts")["data"]

    found, accounts = await visit.read(ask)
    banks_first = sorted(accounts, key=lambda account: account["type"] != "bank")
    errors = saved.errors or ({"attachment": saved.error} if saved.error else {})
    return visit.page(
        "bank_statements/list.html",
        status=422 if errors else 200,
        errors=errors,
        found=found,
        account=saved.data.get("payment_account_id", ""),
        accounts=[(account["id"], account["name"]) for account in banks_first],
    )


async def upload(visit: Visit) -> Response:
    """Take a file; what its columns are is asked on the next page."""
    fields, files = await form_with_files(visit)
    typed, file = {"payment_account_id": fields.get("payment_account_id", "")}, files.get("attachment")
    if file is None:
        return await _list(visit, Saved(typed, {"attachment": visit.say("Scegli un file.")}))
    raw, content_type = as_upload(file, **typed)
    saved = await attempt(visit, typed, lambda: visit.call("uploadBankStatement", raw=raw, content_type=content_type))
    return visit.go(f"{PATH}/{saved.data['id']}") if saved.done else await _list(visit, saved)


async def show_uploaded(visit: Visit, found: Any, options: dict[str, Any], refused: Saved | None = None) -> Response:
    """A statement that is not kept yet: its columns, and what would come of them."""
    tried = await attempt(visit, {}, lambda: visit.call("previewBankStatement", path=place(visit), data=options))
    wrong = refused or tried
    return visit.page(
        "bank_statements/uploaded.html",
        status=200 if wrong.done else 422,
        found=found,
        mapping=options.get("mapping") or found["mapping"],
        heading=found["heading"] if options.get("heading") is None else options["heading"],
        closing=options.get("closing_balance"),
        preview=tried.data if tried.done else None,
        keys=[(key, visit.say(words)) for key, words in KEYS.items()],
        statuses={key: (visit.say(words), tone) for key, (words, tone) in STATUSES.items()},
        tell=lambda words: said(words, visit.say),
        error=wrong.error or " ".join(wrong.errors.values()),
    )


async def try_or_keep(visit: Visit) -> Response:
    """Try the columns as they were corrected, or keep the movements."""
    fields = await visit.form()
    columns = sorted(int(key[4:]) for key in fields if key.startswith("key.") and key[4:].isdigit() and len(key) < 9)
    heading, closing = fields.get("heading", ""), forms.number(fields.get("closing_balance", ""), visit.say.code)
    options: dict[str, Any] = {
        "mapping": [fields[f"key.{column}"] for column in columns],
        "heading": int(heading) if heading.isascii() and heading.isdigit() and len(heading) < 7 else None,
        "closing_balance": closing,
    }
    refused = None
    if fields.get("act") == "keep":
        saved = await attempt(visit, {}, lambda: visit.call("keepBankStatement", path=place(visit), data=options))
        if saved.done:
            count = saved.data["lines"]
            words = visit.say.ngettext("%(num)s movimento da abbinare.", "%(num)s movimenti da abbinare.", count)
            return visit.go(path_of(visit), words % {"num": count})
        refused = saved
    found = (await visit.call("getBankStatement", path=place(visit)))["data"]
    return await show_uploaded(visit, found, options, refused)


async def undo(visit: Visit) -> Response:
    """Take a whole statement back."""
    await visit.form()
    done = await visit.call("undoBankStatement", path=place(visit))
    words = visit.say.ngettext("%(num)s movimento tolto.", "%(num)s movimenti tolti.", done["data"]["undone"])
    return visit.go(PATH, f"{visit.say('Estratto conto annullato.')} {words % {'num': done['data']['undone']}}")
