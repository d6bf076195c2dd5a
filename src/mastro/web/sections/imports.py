"""What is brought in: customers, suppliers and products out of spreadsheets, issued invoices out of their files.

Purchases come in on a page of their own, beside what waits to be registered.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from mastro.api.errors import Forbidden, NotFound
from mastro.resources.jobs import OPEN
from mastro.resources.table_imports.columns import MATCHES
from mastro.web.files import as_file
from mastro.web.language import N_
from mastro.web.operations import Operations
from mastro.web.pages import Site
from mastro.web.refusals import said
from mastro.web.saving import Saved, attempt
from mastro.web.uploads import as_upload, form_with_files
from mastro.web.visit import Visit, page, post
from mastro.web.xml_imports import XmlImports

PATH = "/import"
ONE = PATH + "/{id:int}"
INVOICES = XmlImports("Issued", f"{PATH}/invoices", "imports/invoices.html")

KINDS = {
    "clients": (N_("Clienti"), "entity.clients"),
    "suppliers": (N_("Fornitori"), "entity.suppliers"),
    "products": (N_("Prodotti e servizi"), "products"),
}
STATES = {
    "uploaded": (N_("Caricato"), ""),
    "previewing": (N_("Prova in corso"), "info"),
    "previewed": (N_("Provato"), "info"),
    "running": (N_("In corso"), "info"),
    "done": (N_("Fatto"), "ok"),
}
KEYS = {
    "name": N_("Nome o ragione sociale"),
    "code": N_("Codice"),
    "type": N_("Tipo"),
    "first_name": N_("Nome di battesimo"),
    "last_name": N_("Cognome"),
    "contact_person": N_("Referente"),
    "vat_number": N_("Partita IVA"),
    "tax_code": N_("Codice fiscale"),
    "address_street": N_("Indirizzo"),
    "address_postal_code": N_("CAP"),
    "address_city": N_("Città"),
    "address_province": N_("Provincia"),
    "address_extra": N_("Altre indicazioni per l’indirizzo"),
    "country": N_("Paese"),
    "email": N_("E-mail"),
    "certified_email": N_("PEC"),
    "phone": N_("Telefono"),
    "fax": N_("Fax"),
    "bank_iban": N_("IBAN"),
    "notes": N_("Note"),
    "ei_code": N_("Codice destinatario"),
    "e_invoice": N_("Riceve fatture elettroniche"),
    "bank_name": N_("Banca"),
    "bank_swift_code": N_("BIC"),
    "shipping_address": N_("Indirizzo di spedizione"),
    "default_payment_terms": N_("Giorni per pagare"),
    "default_payment_terms_type": N_("I giorni si contano"),
    "default_discount": N_("Sconto abituale"),
    "default_vat": N_("IVA"),
    "net_price": N_("Prezzo netto"),
    "gross_price": N_("Prezzo lordo"),
    "net_cost": N_("Costo netto"),
    "measure": N_("Unità"),
    "description": N_("Descrizione"),
    "category": N_("Categoria"),
    "in_stock": N_("Conta la giacenza"),
    "stock_initial": N_("Giacenza iniziale"),
}


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""
    return [
        page(site, PATH, _show),
        post(site, PATH, _upload),
        *INVOICES.routes(site),
        page(site, ONE, _one),
        post(site, ONE, _start),
        page(site, f"{ONE}/refused.csv", _refused),
        post(site, f"{ONE}/undo", _undo),
    ]


# spreadsheets


async def _show(visit: Visit) -> Response:
    return await _page(visit, Saved({}))


async def _page(visit: Visit, saved: Saved) -> Response:
    answer = await visit.call("listTableImports", query={"page": visit.query.get("page")})
    errors = saved.errors or ({"attachment": saved.error} if saved.error else {})
    return visit.page(
        "imports/list.html",
        status=422 if errors else 200,
        errors=errors,
        kind=saved.data.get("resource") or visit.query.get("resource", ""),
        past=answer,
        kinds=[(key, visit.say(words)) for key, (words, family) in KINDS.items() if visit.may(family, "a")],
        names={key: visit.say(words) for key, (words, _) in KINDS.items()},
        states={key: (visit.say(words), tone) for key, (words, tone) in STATES.items()},
    )


async def _upload(visit: Visit) -> Response:
    """Take a file; what its columns are is said on the next page."""
    fields, files = await form_with_files(visit)
    kind, file = fields.get("resource", ""), files.get("attachment")
    typed = {"resource": kind}
    if file is None or kind not in KINDS:
        return await _page(visit, Saved(typed, {"attachment": visit.say("Scegli un file.")}))
    raw, content_type = as_upload(file, resource=kind)
    saved = await attempt(visit, typed, lambda: visit.call("uploadTable", raw=raw, content_type=content_type))
    return visit.go(f"{PATH}/{saved.data['id']}") if saved.done else await _page(visit, saved)


def _path(visit: Visit) -> dict[str, object]:
    return {"import_id": visit.request.path_params["id"]}


async def _one(visit: Visit) -> Response:
    return await _show_one(visit, Saved({}))


async def _show_one(visit: Visit, saved: Saved) -> Response:
    def ask(api: Operations) -> Any:
        answer = api("getTableImport", path=_path(visit))
        job: Mapping[str, Any] = {}
        if answer["data"]["job_id"]:
            try:
                job = api("getJob", path={"job_id": answer["data"]["job_id"]})["data"]
            except (NotFound, Forbidden):
                job = {}
        rows = api("listTableImportRows", path=_path(visit), query={"status": "refused"})["data"]
        return answer, job, rows

    answer, job, refused = await visit.read(ask)
    found = answer["data"]
    words, _ = KINDS[found["resource"]]
    return visit.page(
        "imports/one.html",
        status=200 if saved.done else 422,
        found=found,
        job=job,
        busy=job.get("state") in OPEN and found["state"] in {"previewing", "running"},
        refused=[{**row, "reason": said(row["reason"], visit.say)} for row in refused],
        keys=[(key, visit.say(KEYS.get(key, key))) for key in answer["keys"]],
        matches=_matches(visit, found["resource"]),
        kind=visit.say(words),
        error=saved.error or " ".join(saved.errors.values()),
    )


def _matches(visit: Visit, resource: Any) -> list[tuple[str, str]]:
    """By what an entry that is there already is known."""
    return [
        ("auto", visit.say("Il primo codice che la riga ha")),
        *((key, visit.say(KEYS.get(key, key))) for key in MATCHES[resource]),
        ("none", visit.say("Niente: ogni riga è nuova")),
    ]


async def _start(visit: Visit) -> Response:
    """Try the import, or do it."""
    fields = await visit.form()
    columns = sorted(int(key[4:]) for key in fields if key.startswith("key.") and key[4:].isdigit() and len(key) < 9)
    data = {
        "mapping": [fields[f"key.{place}"] for place in columns],
        "match": fields.get("match", "auto"),
        "update": fields.get("update") == "on",
    }
    verb = "run" if fields.get("act") == "run" else "preview"
    saved = await attempt(visit, {}, lambda: visit.call(f"{verb}TableImport", path=_path(visit), data=data))
    if not saved.done:
        return await _show_one(visit, saved)
    return visit.go(f"{PATH}/{visit.request.path_params['id']}")


async def _refused(visit: Visit) -> Response:
    return as_file(await visit.answer("getRefusedRows", path=_path(visit)))


async def _undo(visit: Visit) -> Response:
    """Take an import back, or forget one that was not done."""
    await visit.form()
    saved = await attempt(visit, {}, lambda: visit.call("undoTableImport", path=_path(visit)))
    if not saved.done:
        return await _show_one(visit, saved)
    return visit.go(PATH, visit.say("Importazione annullata: righe tolte o rimesse %(num)s.", num=saved.data["undone"]))
