"""What came in and waits to be registered (*Da registrare*): the list, registering several at once, deleting."""

from dataclasses import dataclass

from starlette.responses import Response

from mastro.api.errors import ApiError, Conflict
from mastro.web.language import N_, Locale
from mastro.web.listing import Cell, Column, Listing, Row, contains
from mastro.web.operations import Operations
from mastro.web.sections.received_documents import states
from mastro.web.sections.received_documents.lists import PATH as EXPENSES
from mastro.web.sections.received_documents.settling import told
from mastro.web.ticked import form_with_ids
from mastro.web.visit import Visit

PATH = f"{EXPENSES}/pending"

WAYS = {"agyo": N_("SdI"), "mail": N_("E-mail"), "browser": N_("A mano")}
"""The way it came → how it is called."""


def _state(row: Row, say: Locale) -> Cell:
    """What one should know before registering it."""
    if row.get("duplicate_of"):
        return Cell(say("Doppione"), "badge bad")
    return Cell(say("Da guardare"), "badge warn") if row.get("import_error") else Cell("")


def _supplier(row: Row, _: Locale) -> Cell:
    return Cell(row.get("supplier_name") or row.get("subject") or "")


def _type(row: Row, say: Locale) -> Cell:
    words = states.TYPES[row.get("document_type") or "expense"][0]
    return Cell(say(words))


def _way(row: Row, say: Locale) -> Cell:
    words = WAYS.get(row["type"], "")
    return Cell(say(words))


COLUMNS = (
    Column("supplier_name", N_("Fornitore"), sort="supplier_name", cell=_supplier),
    Column("ei_number", N_("Numero")),
    Column("emission_date", N_("Data"), "date", sort="emission_date"),
    Column("date", N_("Arrivata il"), "date", sort="date"),
    Column("document_type", N_("Tipo"), cell=_type),
    Column("type", N_("Provenienza"), shown=False, cell=_way),
    Column("amount_net", N_("Imponibile"), "money", sort="amount_net"),
    Column("amount_gross", N_("Totale"), "money", sort="amount_gross"),
    Column("state", N_("Nota"), cell=_state),
)


@dataclass(slots=True)
class Registered:
    """What became of one."""

    name: str
    number: str
    pending_id: int
    id: int | None = None
    """Of the expense that it became."""
    refused: str = ""
    twin: int | None = None
    """The expense that is there already."""


async def show(visit: Visit) -> Response:
    """The list."""
    listing = Listing(visit, PATH, COLUMNS, "-date", lambda row: f"{PATH}/{row['id']}")
    q = contains(("supplier_name", "subject", "filename"), visit.query.get("text", ""))
    query = {**listing.query, "q": q, "fieldset": "detailed"}
    listing.fill(await visit.call("listPendingReceivedDocuments", query=query))
    incoming = (await visit.call("getIncomingSettings"))["data"] if visit.may("settings") else None
    may_write = visit.may("received_documents", "a")
    return visit.page("received_documents/pending.html", listing=listing, incoming=incoming, may_write=may_write)


async def register_many(visit: Visit) -> Response:
    """Register the ticked ones as they came, each by itself; a page says what became of each."""
    _, ids = await form_with_ids(visit)
    if not ids:
        return visit.back(PATH, visit.say("Nessuna riga selezionata."))
    done = [one for id in ids if (one := await _register(visit, id))]
    return visit.page("received_documents/registered.html", done=done)


async def _register(visit: Visit, id: int) -> Registered | None:
    """Register one; None for one that does not wait any more."""
    try:
        waiting = (await visit.call("getPendingReceivedDocument", path={"document_id": id}))["data"]
    except ApiError:
        return None
    one = Registered(waiting["supplier_name"], waiting.get("ei_number") or waiting["subject"], id)

    def work(api: Operations) -> int:
        body = {"type": waiting["document_type"], "entity": {"name": waiting["supplier_name"]}}
        return int(api("createReceivedDocument", data=body, pending_id=id)["data"]["id"])

    try:
        one.id = await visit.write(work)
    except ApiError as why:
        one.refused = told(visit, why)
        if isinstance(why, Conflict) and why.extra:
            one.twin = why.extra.get("existing_id")
    return one


async def delete(visit: Visit) -> Response:
    """Delete one that nobody wants."""
    await visit.form()
    await visit.call("deletePendingReceivedDocument", path={"document_id": visit.request.path_params["pending_id"]})
    return visit.go(PATH, visit.say("Eliminato."))
