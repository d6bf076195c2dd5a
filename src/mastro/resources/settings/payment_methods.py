"""Payment methods: how a customer pays, and what the document says about it."""

from mastro.api.call import Call
from mastro.api.errors import Invalid, Validation
from mastro.api.operation import FIELDS, FIELDSET, SORT, Operation
from mastro.api.resource import Resource
from mastro.italy import codes
from mastro.model.settings import PaymentMethod
from mastro.resources.settings import lookup
from mastro.resources.settings.choices import check_room, list_whole

MAX_DETAILS = 5


def _prepare(call: Call, new: PaymentMethod, old: PaymentMethod | None) -> None:
    """Complete the account. Raises Invalid for one that there is not, too many details, an unknown MP code."""
    if old is None:
        check_room(call, lookup.payment_methods)
    new.is_default = bool(new.is_default)
    new.details = new.details or []
    errors: Validation = {}
    if len(new.details) > MAX_DETAILS:
        errors["data.details"] = [f"The data.details field must not have more than {MAX_DETAILS} items."]
    if new.ei_payment_method and codes.find("ModalitaPagamento", new.ei_payment_method) is None:
        errors["data.ei_payment_method"] = ["The data.ei payment method field must be a code from MP01 to MP23."]
    if errors:
        raise Invalid(validation=errors)
    if old is None or new.default_payment_account != old.default_payment_account:
        new.default_payment_account = lookup.complete_account(
            call.session, call.company_id, new.default_payment_account, "data.default_payment_account"
        )


def _keep_one_default(call: Call, new: PaymentMethod, _old: PaymentMethod | None) -> None:
    if not new.is_default:
        return
    for other in lookup.every(call.session, call.company_id, lookup.payment_methods):
        if other.id is not None and other.id != new.id and other.is_default:
            other.is_default = False
            lookup.payment_methods.update(call.session, call.company_id, other.id, other)


resource = Resource(
    collection=lookup.payment_methods,
    path="/c/{company_id}/settings/payment_methods",
    item="payment_method_id",
    name="PaymentMethod",
    plural="PaymentMethods",
    scope="settings",
    open_to_read=True,
    events="settings.payment_methods",
    tag="Settings",
    prepare=_prepare,
    stored=_keep_one_default,
)


def list_payment_methods(call: Call) -> bytes:
    """All payment methods of the company."""
    return list_whole(call, resource)


OPERATIONS = (
    Operation(
        "listSettingsPaymentMethods",
        "GET",
        resource.path,
        list_payment_methods,
        "Settings",
        "List Payment Methods",
        query=(FIELDS, FIELDSET, SORT),
        answer=list[PaymentMethod],
    ),
    *resource.operations("create", "get", "modify", "delete"),
)
