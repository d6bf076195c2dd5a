"""VAT types: those that every company has, which nobody changes, and the company's own."""

from dataclasses import replace
from decimal import Decimal

from mastro.api import fields as narrowing
from mastro.api.call import Call
from mastro.api.errors import Conflict, Forbidden, Invalid, NotFound, Validation
from mastro.api.operation import FIELDS, FIELDSET, Operation
from mastro.api.resource import Resource
from mastro.database.collection import encoder
from mastro.italy import codes
from mastro.italy import vat_types as built_in
from mastro.model.settings import VatType
from mastro.resources.settings import lookup
from mastro.resources.settings.choices import check_room

TAG = "Settings"


def _prepare(call: Call, new: VatType, old: VatType | None) -> None:
    """Complete a type of the company. Raises Invalid for a natura that the e-invoice would be refused for.

    A rate of zero needs a natura and any other rate excludes one (SdI 00400, 00401). A type without natura at zero is
    fine on paper only: `e_invoice` is false.
    """
    if old is None:
        check_room(call, lookup.vat_types)
    taxed = new.value != Decimal(0)
    if new.e_invoice is None:
        new.e_invoice = taxed or bool(new.ei_type)
    new.is_disabled = bool(new.is_disabled)
    new.editable, new.default = True, False
    errors: Validation = {}
    if new.ei_type and (taxed or not _is_natura(new.ei_type, call)):
        why = "must be empty when data.value is not 0." if taxed else "must be a natura in force, from N1 to N7."
        errors["data.ei_type"] = [f"The data.ei type field {why}"]
    elif not taxed and new.e_invoice and not new.ei_type:
        errors["data.ei_type"] = ["The data.ei type field is required when data.value is 0 and data.e invoice is true."]
    if errors:
        raise Invalid(validation=errors)


def _is_natura(code: str, call: Call) -> bool:
    known = codes.find("Natura", code)
    return known is not None and known.in_force(call.now.date())


def _refuse_default(call: Call, old: VatType) -> None:
    if old.id == lookup.default_vat_id(call.session, call.company_id):
        raise Conflict("New rows begin with this VAT type: choose another default first.", code="VAT_TYPE_IN_USE")


resource = Resource(
    collection=lookup.vat_types,
    path="/c/{company_id}/settings/vat_types",
    item="vat_type_id",
    name="VatType",
    plural="VatTypes",
    scope="settings",
    open_to_read=True,
    events="settings.vat_types",
    tag=TAG,
    prepare=_prepare,
    deleted=_refuse_default,
)


def list_vat_types(call: Call) -> bytes:
    """All VAT types, built-in ones first."""
    wanted = narrowing.wanted(call.query, "basic", None)
    found = lookup.all_vat_types(call.session, call.company_id)
    return b'{"data":[%s]}' % b",".join(narrowing.narrow(encoder.encode(each), wanted) for each in found)


def get_vat_type(call: Call) -> bytes:
    """A VAT type of either kind."""
    found = lookup.vat_type(call.session, call.company_id, call.id("vat_type_id"))
    if found is None:
        raise NotFound("VatType not found.")
    wanted = narrowing.wanted(call.query, "detailed", None)
    return b'{"data":%s}' % narrowing.narrow(encoder.encode(found), wanted)


def modify_vat_type(call: Call) -> bytes:
    """Change a VAT type of the company."""
    _refuse_built_in(call)
    return resource.modify(call)


def delete_vat_type(call: Call) -> bytes:
    """Delete a VAT type of the company."""
    _refuse_built_in(call)
    return resource.delete(call)


def _refuse_built_in(call: Call) -> None:
    if built_in.by_id(call.id("vat_type_id")):
        raise Forbidden(
            "This VAT type belongs to every company and cannot be changed or deleted: create one of your own instead.",
            code="VAT_TYPE_NOT_EDITABLE",
        )


_create, _get, _modify, _delete = resource.operations("create", "get", "modify", "delete")

LIST_QUERY = (FIELDS, FIELDSET)

OPERATIONS = (
    Operation(
        "listSettingsVatTypes",
        "GET",
        resource.path,
        list_vat_types,
        TAG,
        "List Vat Types",
        scope="settings",
        query=LIST_QUERY,
        answer=list[VatType],
    ),
    _create,
    replace(_get, handler=get_vat_type),
    replace(_modify, handler=modify_vat_type),
    replace(_delete, handler=delete_vat_type),
)
