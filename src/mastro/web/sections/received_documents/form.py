"""The form of an expense: written by hand, changed, or made of what came in. It works as plain HTML."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from starlette.responses import JSONResponse, Response

from mastro.api.errors import ApiError, Forbidden, NotFound
from mastro.web.forms import number
from mastro.web.meant import nearest
from mastro.web.operations import Operations
from mastro.web.readable import Readable, readable
from mastro.web.saving import Saved, attempt
from mastro.web.sections.editor.choices import vat_label
from mastro.web.sections.editor.kinds import kind_of
from mastro.web.sections.received_documents import drafts, states
from mastro.web.sections.received_documents.drafts import PAYMENTS, ROWS, Start
from mastro.web.sections.received_documents.lists import PATH
from mastro.web.uploads import form_with_attachment, name_of
from mastro.web.visit import Visit

MAX_FIELDS = 20_000

TOTALS = ("amount_net", "amount_vat", "amount_withholding_tax", "amount_other_withholding_tax", "auto_calculate")


async def show(visit: Visit) -> Response:
    """The form."""
    start = await _start(visit)
    return await _page(visit, start, Saved(dict(start.document)))


async def _start(visit: Visit) -> Start:
    if not visit.may("received_documents", "a"):
        raise Forbidden
    params, query, today = visit.request.path_params, visit.query, visit.today.isoformat()
    if visit.request.url.path.endswith("/totals"):
        named = {"id": query.get("id", ""), "pending_id": query.get("pending_id", "")}
        params = {key: int(value) for key, value in named.items() if value.isdigit() and len(value) < 12}
    return await visit.read(lambda api: drafts.open_start(api, params, query, today))


async def send(visit: Visit) -> Response:
    """What the form's buttons do: more or fewer rows, the VAT of an amount, or saving."""
    fields, refused = await _form(visit)
    start = await _start(visit)
    what, _, which = fields.get("do", "save").partition(":")
    data = drafts.read(visit, start, fields)
    typed = Saved(data, {**{name: visit.say(words) for name, words in data.errors.items()}, **refused})
    if what == "save" and which:
        await _choose_supplier(visit, data, fields, which)
    page = partial(_page, visit, start, new_supplier=fields.get("_new_supplier", ""), rate=fields.get("_vat", ""))
    if what == "vat":
        await _work_out_vat(visit, data, fields)
        return await page(typed)
    if what != "save":
        drafts.act(data, fields["do"])
        return await page(typed)
    if not typed.done:
        return await page(typed)
    try:
        saved = await attempt(visit, data, lambda: _store(visit, start, fields, dict(data)))
    except drafts.Unknown as why:
        words = visit.say("Chi intendi con «%(text)s»?", text=data["entity"]["name"].strip())
        return await page(Saved(dict(data), {"entity.name": words}), others=why.others)
    if saved.done:
        return visit.go(
            f"{PATH}/{saved.data['id']}", visit.say("Registrato.") if start.pending else visit.say("Salvato.")
        )
    if saved.errors.get("entity") and "entity.name" not in saved.errors:
        saved.errors["entity.name"] = saved.errors.pop("entity")
    return await page(saved)


async def _form(visit: Visit) -> tuple[dict[str, str], dict[str, str]]:
    """What was sent; and by input what was refused of the file that came with it."""
    return await form_with_attachment(visit, "uploadReceivedDocumentAttachment", MAX_FIELDS)


async def _choose_supplier(visit: Visit, data: dict[str, Any], fields: dict[str, str], which: str) -> None:
    """Take the supplier whom a button names: an entry of the registry, or somebody `new`."""
    if which == "new":
        fields["_new_supplier"] = data["entity"].get("name") or ""
    elif which.isascii() and which.isdigit():
        entry = (await visit.call("getSupplier", path={"supplier_id": which[:15]}))["data"]
        data["entity"] = {key: entry[key] for key in ("id", "name", "vat_number", "tax_code")}


async def _store(visit: Visit, start: Start, fields: Mapping[str, str], data: dict[str, Any]) -> Any:
    options: dict[str, Any] = {"fix_payments": True, "entity_autocomplete": True}
    if fields.get("_allow_duplicate") == "on":
        options["allow_duplicate"] = True
    beside: dict[str, Any] = {"pending_id": start.pending["id"]} if start.pending else {}

    def work(api: Operations) -> Any:
        add = fields.get("_save_entity") == "on" and visit.may("entity.suppliers", "a")
        if not start.pending and visit.may("entity.suppliers"):
            drafts.tie_supplier(api, data, new=_is_new(start, fields, data), add=add)
        if start.id is None:
            return api("createReceivedDocument", data=data, options=options, **beside)
        return api("modifyReceivedDocument", path={"document_id": start.id}, data=data, options=options)

    return await visit.write(work)


def _is_new(start: Start, fields: Mapping[str, str], data: Mapping[str, Any]) -> bool:
    """True where somebody has said that the supplier is in no registry, or the document has said so before."""
    name = (data["entity"].get("name") or "").strip()
    before = start.document.get("entity") or {}
    return name in {fields.get("_new_supplier", "").strip(), "" if before.get("id") else before.get("name", "")}


async def _work_out_vat(visit: Visit, data: dict[str, Any], fields: Mapping[str, str]) -> None:
    """The VAT of the net amount at the rate of a VAT type, by the engine of the totals."""
    net, vat = number(fields.get("amount_net", ""), visit.say.code), fields.get("_vat", "")
    if net is None or not vat.isdigit():
        return
    row = {"net_price": net, "qty": 1, "vat": {"id": int(vat)}}
    sent = {"entity": {"name": "-"}, "items_list": [row]}
    data["amount_vat"] = (await visit.call("getNewReceivedDocumentTotals", data=sent))["data"]["amount_vat"]


async def totals(visit: Visit) -> Response:
    """What the form comes to while it is filled in, as a part of the page; the VAT of an amount as a field to fill."""
    fields, _ = await _form(visit)
    start = await _start(visit)
    data = drafts.read(visit, start, fields)
    if fields.get("do") == "vat":
        await _work_out_vat(visit, data, fields)
        changed = {"amount_vat": visit.say.number(data.get("amount_vat"), 2)}
        return JSONResponse({"set": changed}, headers={"Cache-Control": "no-store"})
    return await _page(visit, start, Saved(data, {name: visit.say(words) for name, words in data.errors.items()}), 200)


def _totals(api: Operations, start: Start, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The totals of what is typed; empty where it cannot be worked out yet."""
    typed = {key: data.get(key) for key in TOTALS}
    rows = [{**row, "vat": row.get("vat") or None} for row in data.get(ROWS) or ()]
    sent = {"type": data.get("type", "expense"), "entity": {"name": "-"}, **typed, ROWS: rows}
    sent[PAYMENTS] = [{"amount": row.get("amount")} for row in data.get(PAYMENTS) or ()]
    if start.supplier_says:
        sent["auto_calculate"] = False
    try:
        found: Mapping[str, Any] = api("getNewReceivedDocumentTotals", data=sent)["data"]
    except ApiError:
        return {}
    return found


async def _page(visit: Visit, start: Start, saved: Saved, status: int = 0, **more: Any) -> Response:
    def ask(api: Operations) -> Any:
        info = api("getReceivedDocumentPreCreateInfo", query={"type": start.document.get("type", "expense")})["data"]
        return info, api("listCostCenters")["data"], _totals(api, start, saved.data)

    info, centers, worked_out = await visit.read(ask)
    entry = {**start.document, **saved.data}
    if worked_out and entry.get(ROWS) and not start.supplier_says and entry.get("auto_calculate") is not False:
        entry |= {key: worked_out[key] for key in ("amount_net", "amount_vat")}
    vat_types = [(vat["id"], vat_label(vat, visit.say)) for vat in info["vat_types_list"] if not vat["is_disabled"]]
    default_vat = next((vat["id"] for vat in info["vat_types_list"] if vat.get("default")), 0)
    new_words = states.TYPES[entry.get("type") or "expense"][1]
    return visit.page(
        "received_documents/form.html",
        status=status or (200 if saved.done else 422),
        start=start,
        entry=entry,
        errors=saved.errors,
        error=saved.error,
        totals=worked_out,
        missing=_missing(worked_out, entry.get(PAYMENTS) or ()),
        vat_types=vat_types,
        default_vat=default_vat,
        categories=info["categories_list"],
        centers=centers,
        accounts=[(account["id"], account["name"]) for account in info["payment_accounts_list"]],
        types=[(key, visit.say(words)) for key, (words, _) in states.TYPES.items() if _offered(key, entry)],
        new_words=visit.say(new_words),
        attachment=name_of(saved.data.get("attachment_token") or ""),
        paper=await _paper(visit, start) if not visit.fragment else None,
        totals_query=f"pending_id={start.pending['id']}" if start.pending else f"id={start.id}" if start.id else "",
        **more,
    )


def _offered(type: str, entry: Mapping[str, Any]) -> bool:
    """Expenses and credit notes are written here; the others keep the type that they have."""
    return type in {"expense", "passive_credit_note"} or type == entry.get("type")


def _missing(totals: Mapping[str, Any], payments: Sequence[Mapping[str, Any]]) -> Decimal:
    """What the installments do not cover yet; nothing where none of them has an amount: then they are the whole."""
    typed = any(row.get("amount") is not None for row in payments)
    return Decimal(totals["amount_due"] - totals["payments_sum"]) if totals and typed else Decimal(0)


async def _paper(visit: Visit, start: Start) -> Readable | None:
    """The electronic invoice that the form is beside of."""
    if start.pending:
        return await paper_of(visit, "getPendingEInvoiceXml", start.pending["id"], start.pending["ei_number"])
    if start.id and start.document.get("e_invoice"):
        return await paper_of(visit, "getReceivedEInvoiceXml", start.id, start.document.get("invoice_number") or "")
    return None


async def paper_of(visit: Visit, operation: str, id: int, number: str) -> Readable | None:
    """An electronic invoice in readable form; None where there is none."""
    try:
        answer = await visit.answer(operation, path={"document_id": id})
    except NotFound:
        return None
    return readable(answer.body, visit.say, number=number)


async def suggest(visit: Visit) -> Response:
    """Suppliers that an input may mean, as a part of the page."""
    text = visit.query.get("text", "")
    found = await visit.read(lambda api: nearest(api, "suppliers", text))
    return visit.page("editor/suggestions.html", kind=kind_of("supplier_order"), text=text, products=False, found=found)
