"""The entry of the registry that the party of an electronic invoice is: found by its codes, or made of what is said."""

from dataclasses import dataclass
from typing import Any

from mastro.api.call import Call
from mastro.api.resource import Resource
from mastro.database.collection import Collection
from mastro.database.columns import fold
from mastro.identifiers import normalise_tax_code, normalise_vat_number
from mastro.model.entity import Entity, Supplier

MOST = 20
"""Entries with the same code that are looked at."""


@dataclass(frozen=True, slots=True)
class Match:
    """An entry, and whether it was made for this."""

    collection: Collection[Any]
    id: int
    created: bool


def find(call: Call, collection: Collection[Any], party: Entity) -> int | None:
    """Id of the entry with the party's VAT number, else with its tax code; the oldest where there are several.

    An entry with the same tax code and another VAT number is another party: such as two firms of one person.
    """
    vat, country = normalise_vat_number(party.vat_number), party.country_iso or "IT"
    if vat:
        for written in (vat, f"{country}{vat}", vat.removeprefix(country)):
            found = _with(call, collection, "vat_number", written)
            if found:
                return found[0].id
    code = normalise_tax_code(party.tax_code)
    for each in _with(call, collection, "tax_code", code) if code else ():
        if not (vat and each.vat_number):
            return each.id
    return None


def _with(call: Call, collection: Collection[Any], key: str, value: str) -> list[Supplier]:
    rows = collection.page(call.session, call.company_id, equals={key: fold(value)}, order=(("id", False),), limit=MOST)
    return [collection.decoder.decode(stored) for (stored,) in rows]


def find_or_create(call: Call, resource: Resource[Any], party: Entity, *, create: bool) -> Match | None:
    """The entry of a party, made where there is none and `create` says so; None where there is none then.

    A token that may not write the registry makes none. A party without any code is nobody that could be found again.
    """
    known = find(call, resource.collection, party)
    if known is not None:
        return Match(resource.collection, known, created=False)
    may = create and isinstance(resource.scope, str) and call.may(resource.scope, "a")
    if not may or not party.name.strip() or not (party.vat_number or party.tax_code):
        return None
    entry = resource.collection.body()
    for name in Supplier.__struct_fields__:
        if name not in Supplier.READ_ONLY:
            setattr(entry, name, getattr(party, name))
    for name in ("ei_code", "certified_email"):
        if hasattr(entry, name):
            setattr(entry, name, getattr(party, name))
    if hasattr(entry, "e_invoice"):
        entry.e_invoice = True
    if entry.type == "person" and not entry.first_name:
        entry.type = None
    id, _ = resource.add(call, entry)
    return Match(resource.collection, id, created=True)
