"""Clients: the customers of a company."""

from mastro.api.call import Call
from mastro.api.operation import Operation
from mastro.api.resource import Resource
from mastro.database.collection import Collection, encoder
from mastro.database.search import Searchable
from mastro.italy import countries
from mastro.model.base import Body
from mastro.model.entity import Client
from mastro.model.price_list import PriceList
from mastro.model.settings import PaymentAccount, PaymentMethod, VatType
from mastro.resources import found_by
from mastro.resources.entities import registry
from mastro.resources.price_lists import all_price_lists, check_price_list
from mastro.resources.settings import lookup

clients = Collection(
    "clients",
    Client,
    *registry.FIELDS,
    indexes=registry.INDEXES,
    search=Searchable(found_by.entry, "entity.clients"),
)


def _prepare(call: Call, new: Client, old: Client | None) -> None:
    registry.check_entry(call, clients, new, old, "cliente")
    new.e_invoice = bool(new.e_invoice)
    check_price_list(call, new.price_list_id, old.price_list_id if old else "")
    # what a client embeds is a copy: one that is not sent anew stays as it is, though the settings have changed since
    if old is None or new.default_vat != old.default_vat:
        new.default_vat = lookup.complete_vat(call.session, call.company_id, new.default_vat, "data.default_vat")
    if old is None or new.default_payment_method != old.default_payment_method:
        new.default_payment_method = lookup.complete_method(
            call.session, call.company_id, new.default_payment_method, "data.default_payment_method"
        )


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


class ClientInfo(Body):
    """What the form of a new client offers, and how many clients there are (`limit` null: as many as one likes)."""

    countries_list: list[str]
    payment_methods_list: list[PaymentMethod]
    payment_accounts_list: list[PaymentAccount]
    vat_types_list: list[VatType]
    price_lists: list[PriceList]
    limit: int | None
    usage: int


def get_client_info(call: Call) -> bytes:
    """What the form of a new client offers."""
    session, company_id = call.session, call.company_id
    info = ClientInfo(
        countries_list=[country.name for country in countries.all_countries()],
        payment_methods_list=lookup.every(session, company_id, lookup.payment_methods),
        payment_accounts_list=lookup.every(session, company_id, lookup.payment_accounts),
        vat_types_list=lookup.all_vat_types(session, company_id),
        price_lists=all_price_lists(session, company_id),
        limit=None,
        usage=clients.total(session, company_id),
    )
    return encoder.encode({"data": info})


OPERATIONS = (
    *resource.operations(),
    Operation(
        "getClientInfo",
        "GET",
        f"{resource.path}/info",
        get_client_info,
        "Clients",
        "Get Client Info",
        scope="entity.clients",
        answer=ClientInfo,
    ),
)
