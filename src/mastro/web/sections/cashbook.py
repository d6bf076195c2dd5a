"""The cashbook (*prima nota*): what came in and went out, with the balance of each account."""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import BaseRoute

from mastro.model.cashbook import CashbookEntry
from mastro.web.entry_form import EntryForm
from mastro.web.files import as_file
from mastro.web.language import N_, Locale
from mastro.web.listing import Cell, Column, Listing, Row
from mastro.web.operations import Operations
from mastro.web.pages import Site
from mastro.web.saving import Saved
from mastro.web.visit import Visit, page

PATH = "/cashbook"

KINDS = {
    "cashbook": N_("Movimento"),
    "issued_document": N_("Documento emesso"),
    "received_document": N_("Acquisto"),
    "receipt": N_("Corrispettivo"),
    "tax": N_("F24"),
}

PLACES = {
    "issued_document": "/issued_documents/{}",
    "received_document": "/received_documents/{}",
    "receipt": "/receipts/{}",
    "tax": "/taxes/{}",
}
"""Where the document that an entry was born from has its page."""


def _kind(row: Row, say: Locale) -> Cell:
    words = KINDS.get(row["kind"])
    return Cell(say(words) if words else row["kind"])


def _account(row: Row, _: Locale) -> Cell:
    """The account; of a transfer both."""
    names = [row[f"payment_account_{side}"]["name"] for side in ("out", "in") if row.get(f"payment_account_{side}")]
    return Cell(" → ".join(names))


def _amount(side: str) -> Callable[[Row, Locale], Cell]:
    """What moved in one direction; nothing where nothing did."""
    key = f"amount_{side}"
    return lambda row, say: Cell(say.money(row[key]) if row.get(key) else "", "num")


COLUMNS = (
    Column("description", N_("Descrizione")),
    Column("date", N_("Data"), "date"),
    Column("kind", N_("Origine"), cell=_kind),
    Column("entity_name", N_("Nome")),
    Column("account", N_("Conto"), cell=_account),
    Column("amount_in", N_("Entrate"), "money", cell=_amount("in")),
    Column("amount_out", N_("Uscite"), "money", cell=_amount("out")),
)


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""
    return [
        page(site, PATH, _list),
        page(site, f"{PATH}/file", _file),
        *FORM.routes(site),
    ]


def _span(visit: Visit) -> tuple[str, str]:
    """First and last day that are shown; the running month where the address says nothing."""
    first = visit.today.replace(day=1)
    last = (first + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
    return visit.query.get("date_from", first.isoformat()), visit.query.get("date_to", last.isoformat())


def _place(row: Row) -> str:
    """The page of the document, else of the entry itself."""
    document = row.get("document") or {}
    place = PLACES.get(row["kind"])
    return place.format(document["id"]) if place and document.get("id") else f"{PATH}/{row['id']}"


async def _list(visit: Visit) -> Response:
    listing = Listing(visit, PATH, COLUMNS, "", _place)
    first, last = _span(visit)
    days = {"date_from": first, "date_to": last}
    narrowed = {key: visit.query.get(key, "") for key in ("type", "payment_account_id")}
    end = {"date_from": _next_day(last), "date_to": _next_day(last), "per_page": 1, "opening_balance": "true"}

    def ask(api: Operations) -> Any:
        entries = api("listCashbookEntries", query={**listing.query, **days, **narrowed, "opening_balance": "true"})
        return entries, api("listCashbookEntries", query=end), api("listPaymentAccounts")["data"]

    answer, closing, accounts = await visit.read(ask)
    listing.fill(answer)
    opening = {_account_id(row): row["amount"] for row in answer["opening_balances"]}
    balances = [
        (row["payment_account"], opening.get(_account_id(row)), row["amount"]) for row in closing["opening_balances"]
    ]
    return visit.page(
        "cashbook/list.html",
        listing=listing,
        balances=balances,
        total=sum((amount for _, _, amount in balances), Decimal(0)),
        accounts=[(account["id"], account["name"]) for account in accounts],
        span=days,
        file=urlencode({**days, **narrowed}),
    )


async def _file(visit: Visit) -> Response:
    """The same days as a file, with the balance after each entry."""
    first, last = _span(visit)
    narrowed = {key: visit.query.get(key, "") for key in ("type", "payment_account_id", "format")}
    query = {"date_from": first, "date_to": last, **narrowed, "language": visit.say.code}
    return as_file(await visit.answer("getCashbookFile", query=query))


def _account_id(row: Row) -> object:
    return row["payment_account"]["id"] if row["payment_account"] else None


def _next_day(day: str) -> str:
    try:
        return (dt.date.fromisoformat(day) + dt.timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return day  # the operation refuses it with its own words


async def _show_form(visit: Visit, saved: Saved) -> Response:
    accounts = (await visit.call("listPaymentAccounts"))["data"]
    return visit.page(
        "cashbook/form.html",
        **saved.shown,
        place=_place(saved.data) if saved.data.get("kind", "cashbook") != "cashbook" else "",
        accounts=[(account["id"], account["name"]) for account in accounts],
    )


FORM = EntryForm(
    PATH,
    "CashbookEntry",
    "document_id",
    CashbookEntry,
    _show_form,
    fresh=lambda visit: {"date": visit.today.isoformat()},
    id="str",
)
