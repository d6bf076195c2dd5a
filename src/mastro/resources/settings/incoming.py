"""What becomes of the electronic invoices that come in. Ours: the vendor has no operation for it."""

from typing import Annotated

import msgspec

from mastro.api.call import Call
from mastro.api.operation import Operation
from mastro.database.collection import encoder
from mastro.model.base import Body
from mastro.model.company import CompanySettings, IncomingSettings
from mastro.resources.company import load_settings, lock_settings, store_settings


class IncomingOrder(Body):
    """The switches to change; those that are left out stay as they are."""

    auto_register: Annotated[bool | None, msgspec.Meta(description="Register what comes in at once")] = None
    create_suppliers: Annotated[bool | None, msgspec.Meta(description="Add unknown suppliers to the registry")] = None
    as_last_time: Annotated[
        bool | None, msgspec.Meta(description="Category, deductions and VAT types as in the supplier's last document")
    ] = None


def _shown(settings: CompanySettings) -> bytes:
    return encoder.encode({"data": settings.incoming})


def get_incoming_settings(call: Call) -> bytes:
    """Whether incoming electronic invoices are registered at once, and how they are completed by then."""
    return _shown(load_settings(call.session, call.company_id))


def modify_incoming_settings(call: Call) -> bytes:
    """Set what becomes of incoming electronic invoices; what waits already is left waiting."""
    sent = call.parse(IncomingOrder).data
    settings = lock_settings(call.session, call.company_id)
    for name in IncomingOrder.__struct_fields__:
        value = getattr(sent, name)
        if value is not None:
            setattr(settings.incoming, name, value)
    store_settings(call.session, call.company_id, settings)
    return _shown(settings)


_PATH = "/c/{company_id}/settings/incoming"

OPERATIONS = (
    Operation(
        "getIncomingSettings",
        "GET",
        _PATH,
        get_incoming_settings,
        "Settings",
        "Get Incoming Settings",
        scope="settings",
        answer=IncomingSettings,
    ),
    Operation(
        "modifyIncomingSettings",
        "PUT",
        _PATH,
        modify_incoming_settings,
        "Settings",
        "Modify Incoming Settings",
        scope="settings",
        writes=True,
        body=IncomingOrder,
        answer=IncomingSettings,
    ),
)
