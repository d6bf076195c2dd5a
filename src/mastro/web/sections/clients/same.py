"""Entries that are the same customer or supplier: found, looked at, made one, taken apart again."""

from starlette.responses import Response

from mastro.web.language import N_
from mastro.web.operations import Operations
from mastro.web.saving import attempt
from mastro.web.sections.clients.registries import Registry
from mastro.web.ticked import form_with_ids
from mastro.web.visit import Visit

KEYS = {
    "code": N_("Codice interno"),
    "contact_person": N_("Referente"),
    "vat_number": N_("Partita IVA"),
    "tax_code": N_("Codice fiscale"),
    "address_street": N_("Indirizzo"),
    "address_postal_code": N_("CAP"),
    "address_city": N_("Città"),
    "address_province": N_("Provincia"),
    "address_extra": N_("Altre indicazioni per l’indirizzo"),
    "email": N_("E-mail"),
    "certified_email": N_("PEC"),
    "phone": N_("Telefono"),
    "fax": N_("Fax"),
    "bank_iban": N_("IBAN"),
    "bank_name": N_("Banca"),
    "notes": N_("Note"),
    "ei_code": N_("Codice destinatario"),
    "shipping_address": N_("Indirizzo di spedizione"),
    "default_vat": N_("IVA abituale"),
    "default_payment_method": N_("Metodo di pagamento abituale"),
    "default_payment_terms": N_("Giorni per pagare"),
    "default_discount": N_("Sconto abituale"),
    "price_list_id": N_("Listino"),
}
"""What an entry may take from another one."""


async def show(visit: Visit, registry: Registry) -> Response:
    """Which entries have the same code, and what was made one so far."""

    def ask(api: Operations) -> tuple[object, object]:
        return api(f"list{registry.name}Duplicates")["data"], api(f"list{registry.name}Merges")["data"]

    groups, merges = await visit.read(ask, slow=True)
    return visit.page("clients/same.html", registry=registry, groups=groups, merges=merges)


async def preview(visit: Visit, registry: Registry) -> Response:
    """What would become of making some entries one."""
    query = visit.query
    ids = [int(part) for part in query.get("ids", "").split(",") if part.isascii() and part.isdigit()]
    return await _preview(visit, registry, query.get("keep", ""), ids)


async def _preview(visit: Visit, registry: Registry, keep: str, ids: list[int], error: str = "") -> Response:
    kept = int(keep) if keep.isascii() and keep.isdigit() and len(keep) < 16 else 0
    going = [id for id in ids if id != kept]
    data = {"ids": going, "dry_run": True}
    tried = (await visit.call(f"merge{registry.name}s", path=registry.at(kept), data=data))["data"]
    return visit.page(
        "clients/merge.html",
        status=422 if error else 200,
        registry=registry,
        tried=tried,
        filled=[visit.say(KEYS.get(key, key)) for key in tried["filled"]],
        error=error,
    )


async def merge(visit: Visit, registry: Registry) -> Response:
    """Look at what a merge would do, or do it."""
    fields, ids = await form_with_ids(visit)
    keep = fields.get("keep", "")
    going = [id for id in ids if str(id) != keep]
    if not keep or not going:
        return visit.go(f"{registry.path}/same", visit.say("Scegli chi resta e almeno un altro da unire."))
    if "sure" not in fields:
        return visit.go(f"{registry.path}/same/preview?keep={keep}&ids={','.join(map(str, going))}")
    path = registry.at(keep)
    done = await attempt(visit, {}, lambda: visit.call(f"merge{registry.name}s", path=path, data={"ids": going}))
    if not done.done:
        return await _preview(visit, registry, keep, going, done.error or " ".join(done.errors.values()))
    undo = f"{registry.path}/same/{done.data['id']}/undo"
    return visit.go(f"{registry.path}/{keep}", visit.say("Uniti: i documenti sono qui."), undo=undo)


async def undo(visit: Visit, registry: Registry) -> Response:
    """Take a merge back."""
    await visit.form()
    path = {"merge_id": visit.request.path_params["merge"]}
    done = await attempt(visit, {}, lambda: visit.call(f"undo{registry.name}Merge", path=path))
    words = visit.say("Unione annullata.") if done.done else done.error or " ".join(done.errors.values())
    return visit.go(f"{registry.path}/same", words)
