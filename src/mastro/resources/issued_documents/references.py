"""What a document embeds of the registry and the settings: the other party, VAT types, the payment method.

Each is a copy. A modify that keeps an id keeps the copy too, so that a document can still be paid when its client or
its VAT type is long gone.
"""

import msgspec

from mastro.api.call import Call
from mastro.api.errors import Invalid, Validation, invalid
from mastro.model.entity import Entity, Supplier
from mastro.model.issued_document import IssuedDocument, Item
from mastro.model.settings import VatType
from mastro.resources.entities.clients import clients
from mastro.resources.entities.registry import complete_country
from mastro.resources.entities.suppliers import suppliers
from mastro.resources.price_lists import check_price_list
from mastro.resources.settings import lookup

SELF_INVOICES = frozenset({"self_own_invoice", "self_supplier_invoice"})
"""Types whose other party is a supplier as a rule, and may be a customer."""

UNKNOWN_ENTITY = "The selected data.entity.id is invalid."

VatKey = int | tuple[object, str] | None
"""What a row says of its VAT type: its id, its rate and natura, or nothing."""


def complete_entity(call: Call, new: IssuedDocument, old: IssuedDocument | None, *, autofill: bool) -> None:
    """Check that the other party exists if it has an id; fill it from the registry only where that is asked for."""
    entity = new.entity
    if entity is None:
        raise invalid("data.entity", "The data.entity field is required.")
    fill = autofill and not entity.name
    if entity.id and (fill or not (old and old.entity and old.entity.id == entity.id)):
        known = in_registry(call, new.type or "", entity.id)
        if known is None:
            raise invalid("data.entity.id", UNKNOWN_ENTITY, code="UNKNOWN_ENTITY")
        if fill:
            _fill(entity, known)
    complete_country(entity, "data.entity.country")


def in_registry(call: Call, type: str, id: int) -> Supplier | None:
    """The entry that a type of document means: a supplier for an order to one, else a customer."""
    if type == "supplier_order":
        return suppliers.get(call.session, call.company_id, id)
    if type in SELF_INVOICES:
        found = suppliers.get(call.session, call.company_id, id)
        return found or clients.get(call.session, call.company_id, id)
    return clients.get(call.session, call.company_id, id)


def _fill(entity: Entity, known: Supplier) -> None:
    """Take every key that was not sent from the registry."""
    for field in msgspec.structs.fields(Entity):
        if getattr(entity, field.name) == field.default and hasattr(known, field.name):
            setattr(entity, field.name, getattr(known, field.name))


def complete_references(call: Call, new: IssuedDocument, old: IssuedDocument | None = None) -> None:
    """Put the full form of VAT types and payment method in place of their ids. Raises Invalid for unknown ones."""
    errors: Validation = {}
    known: dict[VatKey, VatType | None] = {}
    for item in (old.items_list if old else None) or ():
        if item.vat and item.vat.id is not None:
            known[item.vat.id] = item.vat
    for index, item in enumerate(new.items_list or ()):
        _complete_item(call, item, f"data.items_list.{index}", known, errors)
    if errors:
        raise Invalid(validation=errors)
    check_price_list(call, new.price_list_id, old.price_list_id if old else "")
    method = new.payment_method
    if method is None or method.id is None:
        return
    before = old.payment_method if old else None
    if before is not None and before.id == method.id:
        new.payment_method = before
        return
    new.payment_method = lookup.payment_method(call.session, call.company_id, method.id)
    if new.payment_method is None:
        raise invalid("data.payment_method.id", "The selected data.payment method.id is invalid.")


def _complete_item(call: Call, item: Item, path: str, known: dict[VatKey, VatType | None], errors: Validation) -> None:
    sent = item.vat
    key: VatKey = None
    if sent is not None:
        key = sent.id if sent.id is not None else (sent.value, sent.ei_type)
    if key not in known:
        known[key] = _vat(call, sent)
    found = known[key]
    if found is None:
        words = "field is required" if sent and sent.id is None else "field is invalid"
        errors[f"{path}.vat.id"] = [f"The {path}.vat.id {words}"]
        return
    item.vat = found


def _vat(call: Call, sent: VatType | None) -> VatType | None:
    """The VAT type meant: by id, else by rate and natura (ours), else the company's default."""
    if sent is None:
        return lookup.default_vat(call.session, call.company_id)
    if sent.id is not None:
        return lookup.vat_type(call.session, call.company_id, sent.id)
    return lookup.matching_vat(call.session, call.company_id, sent)
