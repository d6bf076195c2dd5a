"""The lists of issued documents: filters that become the text of `q`, columns, totals of the filtered set."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.responses import Response

from mastro.api.errors import ApiError, Invalid
from mastro.api.scopes import DOCUMENT_SCOPES
from mastro.resources.issued_documents.completion import E_INVOICE_TYPES
from mastro.resources.issued_documents.originals import JOIN_TYPES
from mastro.totals.payments import PAYMENT_FREE_TYPES
from mastro.web import saved_filters
from mastro.web.files import as_file
from mastro.web.language import N_
from mastro.web.listing import Cell, Column, Listing, both, contains, quoted
from mastro.web.navigation import ISSUED
from mastro.web.operations import Operations
from mastro.web.refusals import by_input, said
from mastro.web.sections.editor.kinds import kind_of
from mastro.web.sections.issued_documents import states
from mastro.web.visit import Visit

PATH = "/issued_documents"

Query = Mapping[str, str]

FIELDS = (
    "id,type,number,numeration,date,entity.name,subject,visible_subject,amount_net,amount_vat,amount_gross,"
    "next_due_date,e_invoice,ei_status,is_marked,updated_at"
)

SUMMED_AT_ONCE = 5000
"""Rows whose totals stand on the page; those of a longer list are asked for when the list is there."""

JOINED = frozenset(JOIN_TYPES.values())
"""Types of which several become one invoice."""

SELF_INVOICES = "self_own_invoice,self_supplier_invoice"


def columns(
    visit: Visit, *, payable: bool, electronic: bool, mixed: bool = False, supplied: bool = False
) -> Sequence[Column]:
    """The columns that the types have; the payment is told as of today. Of mixed types each says which it is.

    `supplied`: the other party is a supplier in all of them.
    """
    today = visit.today.isoformat()
    return _columns(today, payable=payable, electronic=electronic, mixed=mixed, supplied=supplied)


@lru_cache(maxsize=16)
def _columns(today: str, *, payable: bool, electronic: bool, mixed: bool, supplied: bool) -> Sequence[Column]:
    """The same objects all day, so that their rows are written once (see web/listing.py)."""
    left_out = {*(() if payable else ("payment",)), *(() if electronic else ("ei_status",))}
    known = (
        Column("number", N_("Numero"), sort="number", cell=states.number),
        Column("type", N_("Tipo"), shown=mixed, cell=states.type),
        Column("date", N_("Data"), "date", sort="date"),
        Column("entity.name", N_("Fornitore") if supplied else N_("Cliente"), sort="entity.name"),
        Column("subject", N_("Oggetto"), shown=False, cell=_subject),
        Column("amount_net", N_("Imponibile"), "money", sort="amount_net"),
        Column("amount_vat", N_("IVA"), "money", sort="amount_vat", shown=False),
        Column("amount_gross", N_("Totale"), "money", sort="amount_gross"),
        Column("payment", N_("Pagamento"), sort="next_due_date", cell=partial(_payment, today=today)),
        Column("ei_status", N_("Fattura elettronica"), cell=states.e_invoice),
        Column("updated_at", N_("Ultima modifica"), "moment", sort="updated_at", shown=False),
    )
    return tuple(column for column in known if column.key not in left_out)


def _href(row: Mapping[str, Any]) -> str:
    return f"{PATH}/{row['id']}"


def _subject(row: Mapping[str, Any], _: object) -> Cell:
    return Cell(row.get("visible_subject") or row.get("subject") or "")


def _payment(row: Mapping[str, Any], say: Any, *, today: str) -> Cell:
    return states.payment(row, say, today)


PAYMENTS = {
    "unpaid": N_("Da incassare"),
    "overdue": N_("Scaduti"),
    "paid": N_("Saldati"),
}


def filter_of(visit: Visit, query: Query | None = None) -> str:
    """The filter of the address, or of another query of the list, as the text of `q`."""
    query = visit.query if query is None else query
    today = visit.today.isoformat()
    payment = {
        "unpaid": "next_due_date is not null",
        "overdue": f"next_due_date < '{today}'",
        "paid": "next_due_date is null",
    }
    text = query.get("text", "")
    by_number = f" or number = {text}" if text.isascii() and text.isdigit() and len(text) < 10 else ""
    words = contains(("entity.name", "any_subject", "entity.vat_number"), text)
    return both(
        f"date >= {quoted(query['from'])}" if "from" in query else "",
        f"date <= {quoted(query['to'])}" if "to" in query else "",
        f"entity.id = {query['client']}" if re.fullmatch(r"[0-9]{1,15}", query.get("client", "")) else "",
        payment.get(query.get("payment", ""), ""),
        f"ei_status = {quoted(query['ei_status'])}" if query.get("ei_status") in states.E_INVOICE_STATES else "",
        "is_marked = true" if "marked" in query else "",
        f"{words}{by_number}" if words else "",
        query.get("q", ""),
    )


def types_of(query: Query) -> str:
    """The types that a query of the list names; all that the user may read where it names none."""
    wanted = query.get("type", "")
    if wanted == "self_invoice":
        return SELF_INVOICES
    return ",".join(name for name in wanted.split(",") if name in DOCUMENT_SCOPES)


def view_of(visit: Visit) -> str:
    """The query of the address that makes the list what it is, whatever page of it is open."""
    return urlencode({key: value for key, value in visit.query.items() if key not in {"page", "totals"}})


async def ids_of(visit: Visit, view: str, most: int) -> list[int]:
    """The ids of all that the list shows with the query `view`, in no order; one more than `most` where there are more.

    Raises ApiError.
    """
    query = dict(parse_qsl(view))
    asked = {"type": types_of(query), "q": filter_of(visit, query), "sort": "id", "fields": "id", "per_page": 100}

    def ask(api: Operations) -> list[int]:
        found: list[int] = []
        for page in range(1, most // 100 + 2):
            answer = api("listIssuedDocuments", query={**asked, "page": page})
            found += [int(row["id"]) for row in answer["data"]]
            if page >= answer["last_page"]:
                break
        return found[: most + 1]

    return await visit.read(ask, slow=True)


async def file(visit: Visit) -> Response:
    """The filtered list as a spreadsheet."""
    known = {key: visit.query.get(key) for key in ("type", "q", "sort", "format")}
    return as_file(await visit.answer("getIssuedDocumentsFile", query={**known, "language": visit.say.code}))


async def _client(visit: Visit) -> str:
    """Name of the customer that the list is narrowed to; "" for one that the reader may not know."""
    id = visit.query.get("client", "")
    if not (id.isascii() and id.isdigit()):
        return ""
    try:
        found = await visit.call("getClient", path={"client_id": id}, query={"fields": "name"})
    except ApiError:
        return id
    return str(found["data"]["name"])


async def show(visit: Visit) -> Response:
    """The page."""
    types = types_of(visit.query)
    shown = set(types.split(",")) if types else set(DOCUMENT_SCOPES)
    payable, electronic = not shown <= PAYMENT_FREE_TYPES, bool(shown & E_INVOICE_TYPES)
    supplied = all(kind_of(type).for_supplier for type in shown)
    known = columns(visit, payable=payable, electronic=electronic, mixed=len(shown) > 2, supplied=supplied)
    listing = Listing(visit, PATH, known, "-date", _href)
    q = filter_of(visit)
    asked = {key: value for key, value in (("type", types), ("q", q)) if value}
    error = ""
    summary: Mapping[str, Any] = {}
    saved: Sequence[tuple[int, str, str]] = ()

    def ask(api: Operations) -> Any:
        found = api.rows("listIssuedDocuments", {**listing.query, **asked, "fields": FIELDS})
        counted = bool(types) and (found.total <= SUMMED_AT_ONCE or "totals" in visit.query)
        summed = api("getIssuedDocumentsSummary", query=asked)["data"] if counted else {}
        return found, saved_filters.kept(api, visit.base, PATH), summed

    if visit.fragment == "totals":
        summary = (await visit.call("getIssuedDocumentsSummary", query=asked))["data"]
        return visit.page("issued_documents/list.html", listing=listing, summary=summary, summed=True, payable=payable)
    try:
        answer, saved, summary = await visit.read(ask, slow="totals" in visit.query)
        listing.fill(answer)
    except Invalid as why:
        error = " ".join(by_input(why.validation, visit.say).values()) or said(why.message, visit.say)
    except ApiError as why:
        if why.status != 400:
            raise
        error = said(why.message, visit.say)
    return visit.page(
        "issued_documents/list.html",
        listing=listing,
        summary=summary,
        saved=saved,
        q=q,
        error=error,
        payable=payable,
        supplied=supplied,
        electronic=electronic,
        summed=bool(types),
        **_words(visit, types),
        **_links(visit, listing, asked),
        client=await _client(visit),
    )


def _words(visit: Visit, types: str) -> dict[str, Any]:
    """What the list is called, what it offers to make, and the choices of its filters."""
    entry = next((entry for entry in ISSUED if entry.key == visit.query.get("type")), None)
    new = types.partition(",")[0] or "invoice"
    return {
        "title": visit.say(entry.label) if entry else visit.say("Fatture e documenti"),
        "type": visit.query.get("type", ""),
        "new_type": new,
        "new_words": visit.say(states.TYPES[new][1]),
        "may_write": visit.may(f"issued_documents.{DOCUMENT_SCOPES[new]}", "a"),
        "joins": types in JOINED,
        "payments": [(key, visit.say(words)) for key, words in PAYMENTS.items()],
        "ei_states": [(key, visit.say(words)) for key, (words, _) in states.E_INVOICE_STATES.items()],
    }


def _links(visit: Visit, listing: Listing, asked: Mapping[str, str]) -> dict[str, Any]:
    """Where the list is, here and in the API, and as a file."""
    view, address = view_of(visit), visit.site.settings.address
    return {
        "view": view,
        "here_address": f"{address}{visit.base}{PATH}?{view}",
        "api_address": f"{address}/c/{visit.company_id}{PATH}?{urlencode(asked)}",
        "file_query": urlencode({**asked, "sort": listing.sort}),
    }
