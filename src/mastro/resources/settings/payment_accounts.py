"""Payment accounts (*conti di saldo*): the cash desks and bank accounts that money goes to and comes from."""

from mastro.api.call import Call
from mastro.api.operation import FIELDS, FIELDSET, SORT, Operation
from mastro.api.resource import Resource
from mastro.model.settings import PaymentAccount
from mastro.resources.settings import lookup
from mastro.resources.settings.choices import check_room, list_whole


def _prepare(call: Call, new: PaymentAccount, old: PaymentAccount | None) -> None:
    if old is None:
        check_room(call, lookup.payment_accounts)
    new.virtual = bool(new.virtual)


def _refresh_methods(call: Call, new: PaymentAccount, old: PaymentAccount | None) -> None:
    """Payment methods show their account as it is now; documents keep the copy that they were made with."""
    if old is not None:
        _put_into_methods(call, new.id, new)


def _forget_in_methods(call: Call, old: PaymentAccount) -> None:
    _put_into_methods(call, old.id, None)


def _put_into_methods(call: Call, id: int | None, account: PaymentAccount | None) -> None:
    for method in lookup.every(call.session, call.company_id, lookup.payment_methods):
        if method.id is not None and method.default_payment_account and method.default_payment_account.id == id:
            method.default_payment_account = account
            lookup.payment_methods.update(call.session, call.company_id, method.id, method)


resource = Resource(
    collection=lookup.payment_accounts,
    path="/c/{company_id}/settings/payment_accounts",
    item="payment_account_id",
    name="PaymentAccount",
    plural="PaymentAccounts",
    scope="settings",
    open_to_read=True,
    events="settings.payment_accounts",
    tag="Settings",
    prepare=_prepare,
    stored=_refresh_methods,
    deleted=_forget_in_methods,
)


def list_payment_accounts(call: Call) -> bytes:
    """All payment accounts of the company."""
    return list_whole(call, resource)


OPERATIONS = (
    Operation(
        "listSettingsPaymentAccounts",
        "GET",
        resource.path,
        list_payment_accounts,
        "Settings",
        "List Payment Accounts",
        query=(FIELDS, FIELDSET, SORT),
        answer=list[PaymentAccount],
    ),
    *resource.operations("create", "get", "modify", "delete"),
)
