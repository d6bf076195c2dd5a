"""The queue of electronic invoices by state, and what is done with them: send, hand in, take back, take notices in."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from mastro.api.errors import ApiError, Conflict, Invalid
from mastro.web import refusals
from mastro.web.language import N_
from mastro.web.listing import Column, Listing, contains
from mastro.web.operations import Operations
from mastro.web.saving import attempt
from mastro.web.sections.e_invoices import words
from mastro.web.sections.issued_documents.states import E_INVOICE_STATES, TYPES
from mastro.web.ticked import form_with_ids
from mastro.web.uploads import as_upload, form_with_files
from mastro.web.visit import Visit

PATH = "/e_invoices"

COLUMNS = (Column("number", N_("Documento")),)

SENDABLE = frozenset({"missing", "not_sent", "discarded", "error", "rejected"})
"""States in which the file may leave, or leave again."""


@dataclass(slots=True)
class Sent:
    """What became of an order to send one."""

    id: int
    name: str
    refused: str = ""


async def show(visit: Visit) -> Response:
    """The page."""
    state = visit.query.get("state", "")
    state = state if state in words.STATES else ""
    listing = Listing(visit, PATH, COLUMNS, "", lambda row: f"/issued_documents/{row['id']}")
    asked = {
        "page": listing.page,
        "per_page": listing.per_page,
        "state": state,
        "q": contains(("entity.name", "entity.vat_number"), visit.query.get("text", "")),
    }
    answer = await visit.call("listEInvoices", query=asked)
    listing.fill(answer)
    counters = answer["counters"]
    tabs = [(listing.url(state=None), f"{visit.say('Tutte')} ({sum(counters.values())})")]
    tabs += [(listing.url(state=key), f"{visit.say(label)} ({counters[key]})") for key, label in words.STATES.items()]
    return visit.page(
        "e_invoices/queue.html",
        listing=listing,
        state=state,
        places=tabs,
        open_tab=listing.url(state=state or None),
        may_write=visit.may("issued_documents.invoices", "a"),
        statuses={key: (visit.say(label), tone) for key, (label, tone) in E_INVOICE_STATES.items()},
        types={key: visit.say(one) for key, (one, _) in TYPES.items()},
        notices=words.NOTICES,
        outcomes=outcomes(visit),
        sendable=SENDABLE,
    )


def outcomes(visit: Visit) -> list[tuple[str, str]]:
    """What the simulated SdI can be asked for; nothing outside of test mode."""
    return [(key, visit.say(label)) for key, label in words.OUTCOMES.items()] if visit.test_mode else []


def test_outcome(visit: Visit, fields: dict[str, str]) -> dict[str, Any] | None:
    """The outcome that a form asks the simulated SdI for."""
    if not visit.test_mode or fields.get("outcome") not in words.OUTCOMES:
        return None
    return {"outcome": fields["outcome"], "code": fields.get("code", "").strip()}


def told(visit: Visit, why: ApiError) -> str:
    """Why something was refused: what is wrong with each input, else the message."""
    findings = (why.extra or {}).get("findings") or ()
    key = "message_it" if visit.say.code == "it" else "message_en"
    found = [f"{each['code']} {each[key]}" for each in findings if each.get("severity") == "error"]
    if not found and isinstance(why, Invalid):
        found = list(refusals.by_input(why.validation, visit.say).values())
    return " ".join(dict.fromkeys(found)) or refusals.said(why.message, visit.say)


async def send_many(visit: Visit) -> Response:
    """Send the ticked ones, each by itself; a page says what became of each."""
    fields, ids = await form_with_ids(visit)
    if not ids:
        return visit.back(PATH, visit.say("Nessuna riga selezionata."))
    done = [await _send(visit, id, fields) for id in ids]
    return visit.page("e_invoices/sent.html", done=done)


async def _send(visit: Visit, id: int, fields: dict[str, str]) -> Sent:
    wanted = test_outcome(visit, fields)
    options = {"test_outcome": wanted} if wanted else {}

    def work(api: Operations) -> str:
        document = api("getIssuedDocument", path={"document_id": id})["data"]
        name = f"{document['number'] or ''}{document['numeration'] or ''} · {document['entity']['name']}"
        one.name = name
        api("sendEInvoice", path={"document_id": id}, data={}, options=options)
        return name

    one = Sent(id, str(id))
    try:
        await visit.write(work)
    except ApiError as why:
        one.refused = told(visit, why)
    return one


async def send_one(visit: Visit) -> Response:
    """Send one, or send it again."""
    fields = await visit.form()
    one = await _send(visit, visit.request.path_params["id"], fields)
    if one.refused:
        return visit.page("e_invoices/sent.html", status=422, done=[one])
    return visit.back(PATH, visit.say("In viaggio verso lo SdI: l’esito compare qui."))


async def _act(visit: Visit, operation: str, said: str, data: dict[str, Any] | None = None) -> Response:
    """Do one thing with the file of a document, and say how it went."""
    path = {"document_id": visit.request.path_params["id"]}
    try:
        await visit.call(operation, path=path, data=data or {})
    except (Conflict, Invalid) as why:
        return visit.back(PATH, told(visit, why))
    return visit.back(PATH, said)


async def hand_in(visit: Visit) -> Response:
    """A person has handed the file in, or corrects by which identifier."""
    fields = await visit.form()
    data = {key: fields.get(key, "").strip() for key in ("sdi_id", "replaces")}
    return await _act(visit, "handInEInvoice", visit.say("Segnata come consegnata allo SdI."), data)


async def withdraw(visit: Visit) -> Response:
    """Take a file back that waits for a person."""
    await visit.form()
    return await _act(visit, "withdrawEInvoice", visit.say("Ritirata: la fattura si può correggere."))


async def ask_outcome(visit: Visit) -> Response:
    """Have the simulated SdI say something else."""
    wanted = test_outcome(visit, await visit.form()) or {}
    return await _act(visit, "setTestOutcome", visit.say("Esito richiesto."), wanted)


async def take_notices(visit: Visit) -> Response:
    """Take in the notices that somebody fetched from the portal."""
    _, files = await form_with_files(visit)
    file = files.get("attachment")
    if file is None:
        return visit.go(PATH, visit.say("Scegli un file."))
    raw, kind = as_upload(file)
    done = await attempt(visit, {}, lambda: _upload(visit, raw, kind))
    refused = done.error or " ".join(done.errors.values())
    return visit.page(
        "e_invoices/notices_taken.html",
        status=422 if refused else 200,
        lines=done.data.get("lines", []),
        refused=refused,
        statuses={key: (visit.say(label), tone) for key, (label, tone) in E_INVOICE_STATES.items()},
        notices=words.NOTICES,
    )


async def _upload(visit: Visit, raw: bytes, kind: str) -> dict[str, Any]:
    found = await visit.call("uploadNotices", raw=raw, content_type=kind)
    return {"data": {"lines": found["data"]}}
