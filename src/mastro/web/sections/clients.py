"""Customers: the list, the card, the form. Suppliers are the same pages with other operations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import BaseRoute

from mastro.model.entity import Client, Supplier
from mastro.web.language import N_
from mastro.web.listing import Column, Listing, both, contains
from mastro.web.pages import Site
from mastro.web.saving import save
from mastro.web.visit import Visit, page, post

COLUMNS = (
    Column("name", N_("Nome"), sort="name"),
    Column("vat_number", N_("Partita IVA"), sort="vat_number"),
    Column("tax_code", N_("Codice fiscale"), sort="tax_code", shown=False),
    Column("address_city", N_("Città"), sort="address_city"),
    Column("address_province", N_("Provincia"), shown=False),
    Column("email", N_("E-mail"), sort="email"),
    Column("phone", N_("Telefono")),
    Column("code", N_("Codice"), sort="code", shown=False),
    Column("updated_at", N_("Ultima modifica"), "moment", sort="updated_at", shown=False),
)


@dataclass(frozen=True, slots=True)
class Registry:
    """One of the two address books: where its pages are, its operations and what it is called."""

    path: str
    scope: str
    item: str
    body: type[Supplier]
    list: str
    get: str
    create: str
    modify: str
    delete: str
    title: str
    one: str
    new: str


CLIENTS = Registry(
    "/clients",
    "entity.clients",
    "client_id",
    Client,
    "listClients",
    "getClient",
    "createClient",
    "modifyClient",
    "deleteClient",
    N_("Clienti"),
    N_("Cliente"),
    N_("Nuovo cliente"),
)
SUPPLIERS = Registry(
    "/suppliers",
    "entity.suppliers",
    "supplier_id",
    Supplier,
    "listSuppliers",
    "getSupplier",
    "createSupplier",
    "modifySupplier",
    "deleteSupplier",
    N_("Fornitori"),
    N_("Fornitore"),
    N_("Nuovo fornitore"),
)


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses of both registries."""
    return [*_routes(site, CLIENTS), *_routes(site, SUPPLIERS)]


def _routes(site: Site, registry: Registry) -> Sequence[BaseRoute]:
    path = registry.path

    async def show_list(visit: Visit) -> Response:
        listing = Listing(visit, path, COLUMNS, "name", lambda row: f"{path}/{row['id']}")
        text = visit.query.get("text", "")
        keys = ("name", "vat_number", "tax_code", "email", "code", "address_city")
        q = both(contains(keys, text), visit.query.get("q", ""))
        listing.fill(await visit.call(registry.list, query={**listing.query, "q": q}))
        return visit.page("clients/list.html", registry=registry, listing=listing)

    async def show(visit: Visit) -> Response:
        entry = (await visit.call(registry.get, path={registry.item: visit.request.path_params["id"]}))["data"]
        return visit.page("clients/card.html", registry=registry, entry=entry)

    async def form(visit: Visit) -> Response:
        entry_id = visit.request.path_params.get("id")
        entry = {}
        if entry_id is not None:
            entry = (await visit.call(registry.get, path={registry.item: entry_id}))["data"]
        return visit.page("clients/form.html", registry=registry, entry=entry, errors={}, error="")

    async def save(visit: Visit) -> Response:
        fields = await visit.form()
        return await _save(visit, registry, fields)

    async def delete(visit: Visit) -> Response:
        await visit.form()
        entry_id = visit.request.path_params["id"]
        await visit.call(registry.delete, path={registry.item: entry_id})
        return visit.go(path, visit.say("Eliminato."))

    return [
        page(site, path, show_list),
        page(site, f"{path}/new", form),
        post(site, f"{path}/new", save),
        page(site, path + "/{id:int}", show),
        page(site, path + "/{id:int}/edit", form),
        post(site, path + "/{id:int}/edit", save),
        post(site, path + "/{id:int}/delete", delete),
    ]


async def _save(visit: Visit, registry: Registry, fields: Mapping[str, str]) -> Response:
    entry_id = visit.request.path_params.get("id")
    operation, path = (registry.create, None) if entry_id is None else (registry.modify, {registry.item: entry_id})
    saved = await save(visit, operation, registry.body, fields, path=path)
    if saved.done:
        return visit.go(f"{registry.path}/{saved.data['id']}", visit.say("Salvato."))
    entry = {**saved.data, "id": entry_id}
    return visit.page(
        "clients/form.html", status=422, registry=registry, entry=entry, errors=saved.errors, error=saved.error
    )
