"""The card of a customer or supplier: its facts, statement, documents and last prices, each behind a tab."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from mastro.api.scopes import DOCUMENT_SCOPES
from mastro.resources.issued_documents.form import SUPPLIER_TYPES
from mastro.web.files import as_file
from mastro.web.forms import date
from mastro.web.language import N_, Locale
from mastro.web.listing import Cell, Column, Listing
from mastro.web.operations import Operations
from mastro.web.saving import attempt
from mastro.web.sections.clients.entries import odd
from mastro.web.sections.clients.registries import Registry
from mastro.web.sections.issued_documents import states
from mastro.web.visit import Visit

TYPES = {type: words for type, (words, _) in states.TYPES.items()} | {
    "expense": N_("Fattura d’acquisto"),
    "passive_credit_note": N_("Nota di credito"),
    "passive_delivery_note": N_("DDT"),
}
"""What a document is called, by its type."""

SOLD = tuple(type for type in DOCUMENT_SCOPES if type not in SUPPLIER_TYPES)
"""Types of documents to customers."""

OPERATIONS = {
    "issued_document": ("getIssuedDocument", "modifyIssuedDocument"),
    "received_document": ("getReceivedDocument", "modifyReceivedDocument"),
}


def type_of(row: Mapping[str, Any], say: Locale) -> Cell:
    """What a document is called."""
    return Cell(say(TYPES.get(row["type"], N_("Documento"))))


def _number(row: Mapping[str, Any], _: Locale) -> Cell:
    written = f"{row['number']}{row.get('numeration') or ''}" if row.get("number") is not None else ""
    return Cell(row.get("invoice_number") or written)


DOCUMENTS = (
    Column("number", N_("Numero"), cell=_number),
    Column("type", N_("Tipo"), cell=type_of),
    Column("date", N_("Data"), "date", sort="date"),
    Column("amount_net", N_("Imponibile"), "money", sort="amount_net"),
    Column("amount_gross", N_("Totale"), "money", sort="amount_gross"),
    Column("next_due_date", N_("Prossima scadenza"), "date", sort="next_due_date"),
)


def _id(visit: Visit) -> int:
    return int(visit.request.path_params["id"])


def _sees_money(visit: Visit, registry: Registry) -> bool:
    return all(visit.may(family) for family in registry.money)


def _tabs(visit: Visit, registry: Registry, entry: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The tabs that the user may open: address and words."""
    here = f"{visit.base}{registry.path}/{entry['id']}"
    if not _sees_money(visit, registry):
        return []
    return [
        (here, visit.say("Dati")),
        (f"{here}/statement", visit.say("Estratto conto")),
        (f"{here}/documents", visit.say("Documenti")),
        (f"{here}/prices", visit.say("Ultimi prezzi")),
    ]


def _page(visit: Visit, registry: Registry, tab: str, entry: Mapping[str, Any], **values: Any) -> Response:
    return visit.page(
        f"clients/{tab}.html",
        registry=registry,
        entry=entry,
        tabs=_tabs(visit, registry, entry),
        document_words={key: visit.say(words) for key, words in TYPES.items()},
        **values,
    )


async def show(visit: Visit, registry: Registry) -> Response:
    """The facts, and how things stand."""
    id, money = _id(visit), _sees_money(visit, registry)

    def ask(api: Operations) -> Any:
        entry = api(f"get{registry.name}", path=registry.at(id))["data"]
        return entry, api("getStatement", query=_party(registry, id))["data"] if money else None

    entry, state = await visit.read(ask)
    checked = [check.en if visit.say.code == "en" else check.it for check in odd(entry)]
    lists = {each["id"]: each["name"] for each in await _price_lists(visit, entry)}
    return _page(visit, registry, "card", entry, state=state, checked=checked, price_list=lists.get(_list_of(entry)))


def _list_of(entry: Mapping[str, Any]) -> str:
    return str(entry.get("price_list_id") or "")


async def _price_lists(visit: Visit, entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await visit.call("getPriceLists"))["data"] if _list_of(entry) else []
    return found


def _party(registry: Registry, id: int) -> dict[str, object]:
    return {registry.item: id}


def _period(visit: Visit) -> dict[str, str]:
    """The days that the address names, as the report takes them; the running year where it names none."""
    first, last = date(visit.query.get("from", "")), date(visit.query.get("to", ""))
    first = first or dt.date((last or visit.today).year, 1, 1)
    return {"from": first.isoformat(), "to": (last or dt.date(first.year, 12, 31)).isoformat()}


async def statement(visit: Visit, registry: Registry) -> Response:
    """What was charged and paid, and what is open."""
    return await _show_statement(visit, registry, "")


async def _show_statement(visit: Visit, registry: Registry, error: str) -> Response:
    id, period = _id(visit), _period(visit)

    def ask(api: Operations) -> Any:
        entry = api(f"get{registry.name}", path=registry.at(id))["data"]
        found = api("getStatement", query={**_party(registry, id), **period})["data"]
        return entry, found, api("listPaymentAccounts")["data"]

    entry, found, accounts = await visit.read(ask, slow=True)
    return _page(
        visit,
        registry,
        "statement",
        entry,
        status=422 if error else 200,
        statement=found,
        period=period,
        accounts=[(account["id"], account["name"]) for account in accounts],
        may_settle=_may_settle(visit, registry),
        error=error,
    )


def _may_settle(visit: Visit, registry: Registry) -> bool:
    return all(visit.may(family, "a") for family in registry.money)


async def file(visit: Visit, registry: Registry) -> Response:
    """The statement as a file: xlsx, csv or pdf."""
    query = {**_party(registry, _id(visit)), **_period(visit), "language": visit.say.code}
    return as_file(await visit.answer("getStatement", query={**query, "format": visit.query.get("format", "pdf")}))


async def documents(visit: Visit, registry: Registry) -> Response:
    """The documents of the entry, the newest first."""
    id = _id(visit)
    issued = registry.documents == "issued_documents"
    listing = Listing(
        visit, f"{registry.path}/{id}/documents", DOCUMENTS, "-date", lambda row: f"/{registry.documents}/{row['id']}"
    )
    query = {**listing.query, "q": f"entity.id = {id}"}
    number = "number,numeration" if issued else "invoice_number"
    query["fields"] = f"id,type,date,amount_net,amount_gross,next_due_date,{number}"
    if issued:
        query["type"] = ",".join(type for type in SOLD if visit.may(f"issued_documents.{DOCUMENT_SCOPES[type]}"))

    def ask(api: Operations) -> Any:
        entry = api(f"get{registry.name}", path=registry.at(id))["data"]
        return entry, api("listIssuedDocuments" if issued else "listReceivedDocuments", query=query)

    entry, found = await visit.read(ask)
    listing.fill(found)
    return _page(visit, registry, "documents", entry, listing=listing)


async def prices(visit: Visit, registry: Registry) -> Response:
    """The last price of each product."""
    id = _id(visit)

    def ask(api: Operations) -> Any:
        entry = api(f"get{registry.name}", path=registry.at(id))["data"]
        return entry, api("getLastPrices", query=_party(registry, id))["data"]["rows"]

    entry, rows = await visit.read(ask, slow=True)
    return _page(visit, registry, "prices", entry, rows=rows)


# open items


async def settle(visit: Visit, registry: Registry) -> Response:
    """Settle an open item."""
    fields = await visit.form()
    paid = {
        "status": "paid",
        "paid_date": str(date(fields.get("paid_date", "")) or visit.today),
        "payment_account": {"id": _whole(fields.get("payment_account", ""))},
    }
    return await _set(visit, registry, fields.get("item", ""), paid)


async def unsettle(visit: Visit, registry: Registry) -> Response:
    """Open an item again."""
    await visit.form()
    return await _set(visit, registry, visit.query.get("item", ""), {"status": "not_paid", "paid_date": None})


async def _set(visit: Visit, registry: Registry, item: str, changed: Mapping[str, object]) -> Response:
    """Change an installment: `item` is the ids of document and installment."""
    document, _, installment = item.partition(".")
    get, modify = OPERATIONS[registry.kind]
    path = {"document_id": _whole(document)}

    def work(api: Operations) -> Any:
        payments = api(get, path=path, query={"fields": "payments_list"})["data"]["payments_list"] or []
        after = [{**each, **changed} if each["id"] == _whole(installment) else each for each in payments]
        return api(modify, path=path, data={"payments_list": after})

    saved = await attempt(visit, {}, lambda: visit.write(work))
    if not saved.done:
        return await _show_statement(visit, registry, saved.error or " ".join(saved.errors.values()))
    here = f"{registry.path}/{_id(visit)}"
    if changed["status"] != "paid":
        return visit.back(f"{here}/statement", visit.say("Di nuovo da saldare."))
    return visit.back(f"{here}/statement", visit.say("Saldato."), undo=f"{here}/unsettle?item={item}")


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
