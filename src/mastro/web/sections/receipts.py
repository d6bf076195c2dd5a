"""Daily receipts (*corrispettivi*): the list with the months of the year, and the form."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import BaseRoute

from mastro.model.receipt import Receipt
from mastro.web.entry_form import EntryForm
from mastro.web.files import as_file
from mastro.web.forms import typed
from mastro.web.language import N_, Locale
from mastro.web.listing import Cell, Column, Listing, Row, both, contains
from mastro.web.operations import Operations
from mastro.web.pages import Site
from mastro.web.periods import year_of
from mastro.web.saving import Saved
from mastro.web.visit import Visit, page

PATH = "/receipts"
ROWS = 3
"""Rows of an empty form: most days have one rate."""

TYPES = {"sales_receipt": N_("Registro dei corrispettivi"), "till_receipt": N_("Scontrini")}


def _number(row: Row, _: Locale) -> Cell:
    return Cell(f"{row.get('number') or ''}{row.get('numeration') or ''}" or "—")


COLUMNS = (
    Column("number", N_("Numero"), sort="number", cell=_number),
    Column("date", N_("Data"), "date", sort="date"),
    Column("description", N_("Descrizione"), sort="description"),
    Column("payment_account.name", N_("Conto")),
    Column("amount_net", N_("Imponibile"), "money", sort="amount_net"),
    Column("amount_vat", N_("IVA"), "money"),
    Column("amount_gross", N_("Totale"), "money", sort="amount_gross"),
)


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""
    return [
        page(site, PATH, _list),
        page(site, f"{PATH}/file", _file),
        *FORM.routes(site, keep=_keep),
    ]


async def _list(visit: Visit) -> Response:
    listing = Listing(visit, PATH, COLUMNS, "-date", lambda row: f"{PATH}/{row['id']}")
    year = year_of(visit)
    month = visit.query.get("month", "")
    month = month if month in {str(number) for number in range(1, 13)} else ""
    first, last = (int(month), int(month)) if month else (1, 12)
    days = f"date >= '{year}-{first:02}-01' and date <= '{year}-{last:02}-31'"
    q = both(days, contains(("description",), visit.query.get("text", "")))

    def ask(api: Operations) -> Any:
        months = [api("getReceiptsMonthlyTotals", query={"type": type, "year": year})["data"] for type in TYPES]
        return api("listReceipts", query={**listing.query, "q": q, "fieldset": "detailed"}), months

    answer, by_type = await visit.read(ask)
    listing.fill(answer)
    months = [
        {
            "number": index + 1,
            "name": visit.say.month(index + 1),
            "net": sum((type[index]["net"] for type in by_type), Decimal(0)),
            "gross": sum((type[index]["gross"] for type in by_type), Decimal(0)),
            "count": sum(type[index]["count"] for type in by_type),
        }
        for index in range(12)
    ]
    file = urlencode({"q": q, "sort": listing.sort})
    return visit.page("receipts/list.html", listing=listing, months=months, year=year, month=month, file=file)


async def _file(visit: Visit) -> Response:
    """The list as a file."""
    asked = {key: visit.query.get(key, "") for key in ("q", "sort", "format")}
    return as_file(await visit.answer("getReceiptsFile", query={**asked, "language": visit.say.code}))


def _fresh(visit: Visit) -> dict[str, Any]:
    day = visit.query.get("date", visit.today.isoformat())
    return {"date": day, "type": "sales_receipt", "use_gross_prices": True}


async def _show_form(visit: Visit, saved: Saved, extra_rows: int = 0) -> Response:
    info = (await visit.call("getReceiptPreCreateInfo"))["data"]
    rows: list[dict[str, Any]] = list(saved.data.get("items_list") or [])
    default = next((vat["id"] for vat in info["vat_types_list"] if vat.get("default")), 0)
    empty = ROWS - len(rows) if not saved.data.get("id") else 1
    rows += [{"vat": {"id": default}} for _ in range(max(0, empty) + extra_rows)]
    number = info["numerations_by_type"].get(str(visit.today.year), {}).get(saved.data.get("type"), {}).get("", 1)
    return visit.page(
        "receipts/form.html",
        **saved.shown,
        rows=rows,
        accounts=[(account["id"], account["name"]) for account in info["payment_accounts_list"]],
        vat_types=[(vat["id"], _vat_words(vat, visit.say)) for vat in info["vat_types_list"]],
        categories=info["categories_list"],
        centers=info["rc_centers_list"],
        types=[(key, visit.say(words)) for key, words in TYPES.items()],
        next_number=number,
    )


def _vat_words(vat: Row, say: Locale) -> str:
    """A VAT type in a list of choices."""
    return f"{say.percent(vat['value'])} {vat['description'] or ''}".strip()


FORM = EntryForm(PATH, "Receipt", "document_id", Receipt, _show_form, fresh=_fresh)


async def _keep(visit: Visit) -> Response:
    fields = await visit.form()
    filled = _filled(fields)
    if "add" in fields:
        typed_so_far = {**typed(Receipt, filled, visit.say.code), "id": visit.request.path_params.get("id")}
        return await _show_form(visit, Saved(typed_so_far), ROWS)
    new = FORM.at(visit) is None
    saved = await (FORM.save(visit, filled, autocomplete_number=True) if new else FORM.save(visit, filled))
    if not saved.done:
        return await FORM.again(visit, saved)
    again = "/new?date=" + str(saved.data["date"]) if "again" in fields else ""
    return visit.go(PATH + again, visit.say("Corrispettivo salvato."))


def _filled(fields: dict[str, str]) -> dict[str, str]:
    """The form without the rows that hold no amount."""
    amounts = {
        name.split(".")[1]
        for name, text in fields.items()
        if name.startswith("items_list.") and name.endswith(("amount_gross", "amount_net")) and text.strip()
    }
    return {
        name: text
        for name, text in fields.items()
        if not name.startswith("items_list.") or name.split(".")[1] in amounts
    }
