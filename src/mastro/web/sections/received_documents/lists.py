"""The list of expenses: filters that become the text of `q`, columns, totals of what is filtered."""

from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from mastro.api.errors import BadRequest, Invalid
from mastro.web import refusals, saved_filters
from mastro.web.files import as_file
from mastro.web.language import N_, Locale
from mastro.web.listing import Cell, Column, Listing, Row, both, contains, quoted
from mastro.web.operations import Operations
from mastro.web.sections.issued_documents.lists import SUMMED_AT_ONCE, view_of
from mastro.web.sections.received_documents import states
from mastro.web.visit import Visit

PATH = "/received_documents"
FIELDS = (
    "id,type,invoice_number,description,date,entity.name,category,rc_center,amount_net,amount_vat,amount_gross,"
    "next_due_date,e_invoice,tax_deductibility,vat_deductibility,updated_at"
)

PAYMENTS = {
    "unpaid": N_("Da pagare"),
    "overdue": N_("Scaduti"),
    "paid": N_("Saldati"),
}


@lru_cache(maxsize=4)
def columns(today: str) -> Sequence[Column]:
    """The columns; the payment is told as of today."""
    return (
        Column("entity.name", N_("Fornitore"), sort="entity.name"),
        Column("invoice_number", N_("Numero")),
        Column("type", N_("Tipo"), shown=False, cell=states.type),
        Column("date", N_("Data"), "date", sort="date"),
        Column("description", N_("Descrizione"), shown=False),
        Column("category", N_("Categoria"), sort="category"),
        Column("rc_center", N_("Centro di costo"), shown=False),
        Column("amount_net", N_("Imponibile"), "money", sort="amount_net", cell=partial(_amount, "amount_net")),
        Column("amount_vat", N_("IVA"), "money", sort="amount_vat", shown=False, cell=partial(_amount, "amount_vat")),
        Column("amount_gross", N_("Totale"), "money", sort="amount_gross", cell=partial(_amount, "amount_gross")),
        Column("payment", N_("Pagamento"), sort="next_due_date", cell=partial(_payment, today)),
        Column("e_invoice", N_("Fattura elettronica"), shown=False, cell=states.electronic),
        Column("tax_deductibility", N_("Deducibilità"), "percent", shown=False),
        Column("vat_deductibility", N_("Detraibilità IVA"), "percent", shown=False),
        Column("updated_at", N_("Ultima modifica"), "moment", sort="updated_at", shown=False),
    )


def _href(row: Row) -> str:
    return f"{PATH}/{row['id']}"


def _amount(key: str, row: Row, say: Locale) -> Cell:
    """An amount; that of a credit note takes away."""
    value = row.get(key)
    less = row["type"] == "passive_credit_note"
    return Cell(say.money(-value if less and value is not None else value), "num")


def _payment(today: str, row: Row, say: Locale) -> Cell:
    return states.payment(row, say, today)


def filter_of(visit: Visit) -> str:
    """The filter of the address as the text of `q`."""
    query = visit.query
    payment = {
        "unpaid": "next_due_date is not null",
        "overdue": f"next_due_date < '{visit.today.isoformat()}'",
        "paid": "next_due_date is null",
    }
    return both(
        f"date >= {quoted(query['from'])}" if "from" in query else "",
        f"date <= {quoted(query['to'])}" if "to" in query else "",
        f"entity.id = {query['supplier']}" if query.get("supplier", "").isdigit() else "",
        f"category = {quoted(query['category'])}" if "category" in query else "",
        payment.get(query.get("payment", ""), ""),
        contains(("entity.name", "description", "invoice_number", "category"), query.get("text", "")),
        query.get("q", ""),
    )


async def show(visit: Visit) -> Response:
    """The page."""
    listing = Listing(visit, PATH, columns(visit.today.isoformat()), "-date", _href)
    type = visit.query.get("type", "")
    narrowed = {"type": ",".join(name for name in type.split(",") if name in states.TYPES), "q": filter_of(visit)}
    error = ""
    summary: Mapping[str, Any] = {}
    waiting = 0
    saved: list[tuple[int, str, str]] = []
    categories: Sequence[str] = ()
    accounts: Sequence[Mapping[str, Any]] = ()

    def ask(api: Operations) -> Any:
        found = api.rows("listReceivedDocuments", {**listing.query, **narrowed, "fields": FIELDS})
        counted = found.total <= SUMMED_AT_ONCE or "totals" in visit.query
        summed = api("getReceivedDocumentsSummary", query=narrowed)["data"] if counted else {}
        left = api("listPendingReceivedDocuments", query={"per_page": 1, "fields": "id"})["total"]
        choices = api("listReceivedDocumentCategories")["data"], api("listPaymentAccounts")["data"]
        return found, summed, left, saved_filters.kept(api, visit.base, PATH), choices

    if visit.fragment == "totals":
        summary = (await visit.call("getReceivedDocumentsSummary", query=narrowed))["data"]
        return visit.page("received_documents/list.html", listing=listing, summary=summary)
    try:
        answer, summary, waiting, saved, (categories, accounts) = await visit.read(ask, slow="totals" in visit.query)
        listing.fill(answer)
    except (Invalid, BadRequest) as why:
        told = refusals.by_input(why.validation, visit.say) if isinstance(why, Invalid) else {}
        error = " ".join(told.values()) or refusals.said(why.message, visit.say)
    return visit.page(
        "received_documents/list.html",
        listing=listing,
        type=type,
        types=[(key, visit.say(words)) for key, (words, _) in states.TYPES.items()],
        may_write=visit.may("received_documents", "a"),
        summary=summary,
        waiting=waiting,
        saved=saved,
        view=view_of(visit),
        file_query=urlencode({key: value for key, value in {**narrowed, "sort": listing.sort}.items() if value}),
        error=error,
        payments=[(key, visit.say(words)) for key, words in PAYMENTS.items()],
        categories=categories,
        accounts=[(each["id"], each["name"]) for each in accounts],
    )


async def file(visit: Visit) -> Response:
    """The filtered list as a spreadsheet."""
    known = {key: visit.query.get(key) for key in ("type", "q", "sort", "format")}
    return as_file(await visit.answer("getReceivedDocumentsFile", query={**known, "language": visit.say.code}))
