"""Clients: the customers of a company."""

from mastro.api.call import Call
from mastro.api.resource import Resource
from mastro.database.collection import Collection
from mastro.model.entity import Client
from mastro.resources.entities import registry

clients = Collection("clients", Client, *registry.FIELDS, indexes=registry.INDEXES)


def _prepare(call: Call, new: Client, old: Client | None) -> None:
    registry.check_entry(call, clients, new, old, "cliente")
    new.e_invoice = bool(new.e_invoice)


resource = Resource(
    collection=clients,
    path="/c/{company_id}/entities/clients",
    item="client_id",
    name="Client",
    plural="Clients",
    scope="entity.clients",
    events="entities.clients",
    tag="Clients",
    basic=(*registry.BASIC, "e_invoice", "ei_code"),
    prepare=_prepare,
)

OPERATIONS = (*resource.operations(),)
