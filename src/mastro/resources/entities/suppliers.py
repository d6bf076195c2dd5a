"""Suppliers: whom a company buys from."""

from mastro.api.call import Call
from mastro.api.resource import Resource
from mastro.database.collection import Collection
from mastro.database.search import Searchable
from mastro.model.entity import Supplier
from mastro.resources import found_by
from mastro.resources.entities import registry

suppliers = Collection(
    "suppliers",
    Supplier,
    *registry.FIELDS,
    indexes=registry.INDEXES,
    search=Searchable(found_by.entry, "entity.suppliers"),
)


def _prepare(call: Call, new: Supplier, old: Supplier | None) -> None:
    registry.check_entry(call, suppliers, new, old, "fornitore")


resource = Resource(
    collection=suppliers,
    path="/c/{company_id}/entities/suppliers",
    item="supplier_id",
    name="Supplier",
    plural="Suppliers",
    scope="entity.suppliers",
    events="entities.suppliers",
    tag="Suppliers",
    basic=registry.BASIC,
    prepare=_prepare,
)

OPERATIONS = (*resource.operations(),)
