"""One step for many documents: first what would happen to each, then what did."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from mastro.api.errors import ApiError
from mastro.totals.payments import PAYMENT_FREE_TYPES
from mastro.web import refusals
from mastro.web.language import N_
from mastro.web.operations import Operations
from mastro.web.pages import BAD_FORM, WrongForm
from mastro.web.sections.issued_documents import lists
from mastro.web.sections.issued_documents.actions import PATH, reason, set_open, set_paid
from mastro.web.sections.issued_documents.document import SENDABLE, title_of
from mastro.web.sections.issued_documents.email import order, proposed
from mastro.web.ticked import MOST, form_with_ids
from mastro.web.visit import Visit

Document = Mapping[str, Any]

FIELDS = "id,type,number,numeration,entity.name,amount_gross,currency,payments_list,payment_method,ei_status"


@dataclass(slots=True)
class Row:
    """A document, and what would happen or happened to it."""

    id: int
    title: str = ""
    party: str = ""
    words: str = ""
    refused: bool = False
    undo: str = ""
    """What takes it back: `id.installment,…`, or the id."""


class NothingToDo(Exception):
    """A document that the step is not for; the message is a key of the catalogue."""


Step = Callable[[Operations, Visit, Document, Mapping[str, str]], tuple[str, str]]
"""Does it, or says what it would do: the words, and what takes it back. Raises ApiError, NothingToDo."""


@dataclass(frozen=True, slots=True)
class Act:
    """A step that can be made with many documents."""

    title: str
    button: str
    about: str
    preview: Step
    run: Step
    undo: str = ""
    """Last part of the path that takes it back."""


# what each step would do, and does


def _send_preview(api: Operations, visit: Visit, document: Document, _: Mapping[str, str]) -> tuple[str, str]:
    if (document["ei_status"] or "not_sent") not in SENDABLE:
        raise NothingToDo(N_("La fattura elettronica è già stata inviata."))
    api("verifyEInvoiceXml", path={"document_id": document["id"]})
    return visit.say("Il controllo formale non trova errori."), ""


def _send(api: Operations, visit: Visit, document: Document, _: Mapping[str, str]) -> tuple[str, str]:
    api("sendEInvoice", path={"document_id": document["id"]})
    return visit.say("Parte per lo SdI."), ""


def _open_payments(document: Document) -> list[Document]:
    found = [each for each in document["payments_list"] or () if each["status"] == "not_paid"]
    if not found or document["type"] in PAYMENT_FREE_TYPES:
        raise NothingToDo(N_("Non c’è nulla da saldare."))
    return found


def _settle_preview(_api: Operations, visit: Visit, document: Document, _: Mapping[str, str]) -> tuple[str, str]:
    open_ones = _open_payments(document)
    amount = sum(each["amount"] for each in open_ones)
    words = visit.say.ngettext("%(num)s rata", "%(num)s rate", len(open_ones)) % {"num": len(open_ones)}
    own = dict.fromkeys(_own_account(document, each) or visit.say(NO_ACCOUNT) for each in open_ones)
    return f"{visit.say.money(amount, _currency(document))} · {words} · {', '.join(own)}", ""


NO_ACCOUNT = N_("senza un conto suo")


def _own_account(document: Document, payment: Document) -> str:
    """Name of the account that an installment is settled into where none is chosen; empty where it has none."""
    usual = (document["payment_method"] or {}).get("default_payment_account")
    return (payment["payment_account"] or usual or {}).get("name") or ""


def _account(fields: Mapping[str, str], name: str) -> int | None:
    """The account that was chosen, None where that of each installment counts. Raises NothingToDo."""
    text = fields.get(name, "")
    if text and not (text.isascii() and text.isdigit() and len(text) < 12):
        raise NothingToDo(N_("Scegli un conto di saldo."))
    return int(text or 0) or None


def _settle(api: Operations, visit: Visit, document: Document, fields: Mapping[str, str]) -> tuple[str, str]:
    open_ones = _open_payments(document)
    chosen, otherwise = _account(fields, "account"), _account(fields, "otherwise")
    for each in open_ones:
        account = chosen or (None if _own_account(document, each) else otherwise)
        set_paid(api, document["id"], each["id"], account, fields.get("paid_date", ""))
    amount = visit.say.money(sum(each["amount"] for each in open_ones), _currency(document))
    undo = ",".join(f"{document['id']}.{each['id']}" for each in open_ones)
    return visit.say("Saldati %(amount)s", amount=amount), undo


def _currency(document: Document) -> str:
    return (document["currency"] or {}).get("id") or "EUR"


def _letter(api: Operations, document: Document) -> Mapping[str, Any]:
    found: Mapping[str, Any] = api("getEmailData", path={"document_id": document["id"]})["data"]
    if not found["recipient_email"]:
        raise NothingToDo(N_("Il cliente non ha un indirizzo e-mail."))
    return found


def _email_preview(api: Operations, visit: Visit, document: Document, _: Mapping[str, str]) -> tuple[str, str]:
    start = _letter(api, document)
    return visit.say("A %(to)s: %(subject)s", to=start["recipient_email"], subject=start["subject"]), ""


def _email(api: Operations, visit: Visit, document: Document, _: Mapping[str, str]) -> tuple[str, str]:
    start = _letter(api, document)
    api("scheduleEmail", path={"document_id": document["id"]}, data=order(start, proposed(start)))
    return visit.say("E-mail in coda per %(to)s.", to=start["recipient_email"]), ""


def _delete_preview(_api: Operations, visit: Visit, _document: Document, _: Mapping[str, str]) -> tuple[str, str]:
    return visit.say("Va nel cestino."), ""


def _delete(api: Operations, visit: Visit, document: Document, _: Mapping[str, str]) -> tuple[str, str]:
    api("deleteIssuedDocument", path={"document_id": document["id"]})
    return visit.say("Spostato nel cestino"), str(document["id"])


def _marking(*, marked: bool) -> Step:
    def run(api: Operations, visit: Visit, document: Document, _: Mapping[str, str]) -> tuple[str, str]:
        api("modifyIssuedDocument", path={"document_id": document["id"]}, data={"is_marked": marked})
        return (visit.say("Contrassegnato.") if marked else visit.say("Contrassegno tolto.")), ""

    return run


ACTS = {
    "send": Act(
        N_("Invia allo SdI"),
        N_("Invia ora"),
        N_("Le fatture inviate sono emesse: non si possono più modificare né eliminare."),
        _send_preview,
        _send,
    ),
    "settle": Act(
        N_("Salda"),
        N_("Salda"),
        N_("Tutte le rate aperte dei documenti scelti diventano saldate."),
        _settle_preview,
        _settle,
        "unsettle",
    ),
    "email": Act(
        N_("Invia per e-mail"),
        N_("Invia"),
        N_("Ogni cliente riceve il suo documento con il testo del modello e il PDF allegato."),
        _email_preview,
        _email,
    ),
    "delete": Act(
        N_("Sposta nel cestino"),
        N_("Sposta nel cestino"),
        N_("Dal cestino si possono ripristinare."),
        _delete_preview,
        _delete,
        "recover",
    ),
}
AT_ONCE = {"mark": _marking(marked=True), "unmark": _marking(marked=False)}
FILES = {"pdf": "getIssuedDocumentPdf", "xml": "getEInvoiceXml"}


async def begin(visit: Visit) -> Response:
    """What the bar below the list is asked for: a preview, a file, or something small at once."""
    fields, ids = await form_with_ids(visit)
    do = fields.get("do", "")
    back = _back(fields)
    if fields.get("everything"):
        ids = await lists.ids_of(visit, back.removeprefix("?"), MOST)
    if not ids:
        return visit.go(PATH + back, visit.say("Nessuna riga selezionata."))
    if len(ids) > MOST:
        words = visit.say("Sono più di %(most)s documenti: restringi il filtro, per esempio a un mese.", most=MOST)
        return visit.go(PATH + back, words)
    if do in FILES:
        return await _zip(visit, ids, do)
    if do == "join":
        return visit.go(f"{PATH}/new?{urlencode({'from': ','.join(map(str, ids))})}")
    if do in AT_ONCE:
        rows = [await _one(visit, id, AT_ONCE[do], fields) for id in ids]
        return _page(visit, do, rows, back, done=True)
    act = _act(do)

    def look(api: Operations) -> tuple[list[Row], list[Mapping[str, Any]]]:
        accounts = api("listPaymentAccounts")["data"] if do == "settle" else []
        return [_try(api, visit, id, act.preview) for id in ids], accounts

    rows, accounts = await visit.read(look, slow=True)
    return _page(visit, do, rows, back, accounts=accounts)


def _back(fields: Mapping[str, str]) -> str:
    """The query of the list that the rows were ticked in."""
    back = fields.get("back", "")
    return back if back.startswith("?") and len(back) < 4000 and back.isascii() and back.isprintable() else ""


async def run(visit: Visit) -> Response:
    """Do it with each document, each in a transaction of its own: one that is refused stops no other."""
    fields, ids = await form_with_ids(visit)
    do = fields.get("do", "")
    act = _act(do)
    rows = [await _one(visit, id, act.run, fields) for id in ids]
    return _page(visit, do, rows, _back(fields), done=True)


def _act(do: str) -> Act:
    if do not in ACTS:
        raise WrongForm(BAD_FORM)
    return ACTS[do]


async def _one(visit: Visit, id: int, step: Step, fields: Mapping[str, str]) -> Row:
    row = Row(id)

    def work(api: Operations) -> None:
        _step(api, visit, row, step, fields)

    try:
        await visit.write(work)
    except (ApiError, NothingToDo) as why:
        _refuse(visit, row, why)
    return row


def _try(api: Operations, visit: Visit, id: int, step: Step) -> Row:
    row = Row(id)
    try:
        _step(api, visit, row, step, {})
    except (ApiError, NothingToDo) as why:
        _refuse(visit, row, why)
    return row


def _step(api: Operations, visit: Visit, row: Row, step: Step, fields: Mapping[str, str]) -> None:
    document = api("getIssuedDocument", path={"document_id": row.id}, query={"fields": FIELDS})["data"]
    row.title, row.party = title_of(visit, document), document["entity"]["name"]
    row.words, row.undo = step(api, visit, document, fields)


def _refuse(visit: Visit, row: Row, why: Exception) -> None:
    row.refused = True
    row.words = reason(visit, why) if isinstance(why, ApiError) else visit.say(str(why))
    row.title = row.title or f"ID {row.id}"


def _page(
    visit: Visit,
    do: str,
    rows: list[Row],
    back: str,
    *,
    done: bool = False,
    accounts: Sequence[Mapping[str, Any]] = (),
) -> Response:
    act = ACTS.get(do)
    return visit.page(
        "issued_documents/bulk.html",
        do=do,
        act=act,
        title=visit.say(act.title) if act else visit.say("Contrassegno"),
        rows=rows,
        ready=[row for row in rows if not row.refused],
        what=",".join(row.undo for row in rows if row.undo) if done else "",
        back=back,
        done=done,
        today=visit.today.isoformat(),
        accounts=[(account["id"], account["name"]) for account in accounts],
        some_without=do == "settle" and any(visit.say(NO_ACCOUNT) in row.words for row in rows),
        bank=next((account["id"] for account in accounts if account["type"] == "bank"), None),
    )


async def unsettle(visit: Visit) -> Response:
    """Open the installments again that were settled together; `what` names them as document.installment."""
    pairs = [pair.split(".") for pair in (await visit.form()).get("what", "").split(",")[: 10 * MOST]]
    if not all(len(pair) == 2 and all(part.isascii() and part.isdigit() for part in pair) for pair in pairs):
        raise WrongForm(BAD_FORM)

    def work(api: Operations) -> None:
        for document, payment in pairs:
            set_open(api, int(document[:12]), int(payment[:12]))

    await visit.write(work)
    return visit.go(PATH, visit.say("I pagamenti sono di nuovo da saldare."))


async def recover(visit: Visit) -> Response:
    """Bring documents back from the bin that were deleted together."""
    ids = (await visit.form()).get("what", "").split(",")[:MOST]
    if not all(id.isascii() and id.isdigit() and len(id) < 12 for id in ids):
        raise WrongForm(BAD_FORM)

    def work(api: Operations) -> None:
        for id in ids:
            api("RecoverBinIssuedDocument", path={"document_id": id})

    await visit.write(work)
    return visit.go(PATH, visit.say("Documenti ripristinati."))


async def _zip(visit: Visit, ids: list[int], kind: str) -> Response:
    """The files of the documents in one archive; those that there are none of are named in it."""

    def work(api: Operations) -> bytes:
        held = io.BytesIO()
        missing = []
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
            for id in ids:
                try:
                    answer = api.answer(FILES[kind], path={"document_id": id})
                except ApiError as why:
                    missing.append(f"ID {id}: {refusals.said(why.message, visit.say)}")
                    continue
                name = answer.headers["Content-Disposition"].split('"')[1]
                known = name in archive.NameToInfo
                archive.writestr(f"{id}-{name}" if known else name, answer.body)
            if missing:
                archive.writestr("LEGGIMI.txt", "\r\n".join(missing))
        return held.getvalue()

    content = await visit.read(work, slow=True)
    headers = {"Content-Disposition": f'attachment; filename="{kind}.zip"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/zip", headers=headers)
