"""What other resources embed of a company's settings: an id turned into the whole VAT type, account or method.

The tables stand here, below the resources that write them, because accounts and methods know each other.
"""

from typing import TypeVar

import msgspec
from sqlalchemy import bindparam, select

from mastro.api.errors import invalid
from mastro.database.collection import Collection
from mastro.database.connection import Prepared, Session
from mastro.database.fields import boolean, exact, integer, text
from mastro.database.schema import companies
from mastro.italy import vat_types as built_in
from mastro.model.base import Body
from mastro.model.settings import PaymentAccount, PaymentMethod, VatType

B = TypeVar("B", bound=Body)

MAX_ROWS = 1000
"""Of each kind in a company: they are listed whole, on every form."""

vat_types = Collection("vat_types", VatType, first_id=built_in.FIRST_OWN_ID)
"""The company's own types; the built-in ones are no rows."""

payment_accounts = Collection(
    "payment_accounts", PaymentAccount, integer("id", required=True), text("name", required=True), exact("type")
)

payment_methods = Collection(
    "payment_methods",
    PaymentMethod,
    integer("id", required=True),
    text("name", required=True),
    exact("type"),
    boolean("is_default"),
)

_SETTINGS = Prepared(select(companies.c.settings).where(companies.c.id == bindparam("id")))


def default_vat_id(session: Session, company_id: int) -> int:
    """Id of the VAT type that new rows of the company begin with."""
    stored = session.scalar(_SETTINGS, id=company_id)
    return msgspec.json.decode(stored, type=_Default).default_vat_id if stored else built_in.ORDINARY_ID


class _Default(msgspec.Struct):
    """The one key of `CompanySettings` that every row of every document asks for."""

    default_vat_id: int = built_in.ORDINARY_ID


def vat_type(session: Session, company_id: int, id: int) -> VatType | None:
    """A VAT type by id, built-in or the company's own; `default` says whether new rows begin with it."""
    found = built_in.by_id(id) if id < built_in.FIRST_OWN_ID else vat_types.get(session, company_id, id)
    return _marked(found, default_vat_id(session, company_id)) if found else None


def _marked(found: VatType, default: int) -> VatType:
    found.default = found.id == default
    return found


def all_vat_types(session: Session, company_id: int) -> list[VatType]:
    """The built-in types, then the company's own."""
    default = default_vat_id(session, company_id)
    shipped = [msgspec.structs.replace(found) for found in built_in.BUILT_IN]
    return [_marked(found, default) for found in (*shipped, *every(session, company_id, vat_types))]


def default_vat(session: Session, company_id: int) -> VatType | None:
    """The VAT type that new rows begin with."""
    return vat_type(session, company_id, default_vat_id(session, company_id))


def matching_vat(session: Session, company_id: int, sent: VatType) -> VatType | None:
    """The VAT type with the rate and natura of `sent`, which has no id; None where there is none.

    Several natures share a rate of 0 %: without `ei_type` only the company's default or a type without natura fits it.
    Among those that fit, the default comes first, then the order of the list; disabled ones do not count.
    """
    if sent.value is None:
        return None
    default = default_vat(session, company_id)
    candidates = [default] if default else []
    candidates += [found for found in all_vat_types(session, company_id) if not found.is_disabled]
    for found in candidates:
        natura_fits = found.ei_type == sent.ei_type or (found.default and not sent.ei_type)
        if found.value == sent.value and natura_fits:
            return found
    return None


def payment_account(session: Session, company_id: int, id: int) -> PaymentAccount | None:
    """A payment account by id."""
    return payment_accounts.get(session, company_id, id)


def payment_method(session: Session, company_id: int, id: int) -> PaymentMethod | None:
    """A payment method by id."""
    return payment_methods.get(session, company_id, id)


def every(session: Session, company_id: int, collection: Collection[B]) -> list[B]:
    """All rows of one of these collections, oldest first."""
    rows = collection.page(session, company_id, order=(("id", False),), limit=MAX_ROWS)
    return [collection.decoder.decode(row[0]) for row in rows]


# what is sent, completed


def complete_vat(session: Session, company_id: int, sent: VatType | None, path: str) -> VatType | None:
    """The whole VAT type that a client means by its id, or (ours) by its rate and natura.

    Raises Invalid, with the path of the key, for one that there is not.
    """
    if sent is None:
        return None
    if sent.id is not None:
        found = vat_type(session, company_id, sent.id)
        if found is None:
            raise invalid(f"{path}.id", f"The selected {path}.id is invalid.")
        return found
    found = matching_vat(session, company_id, sent)
    if found is None:
        why = "" if sent.value is None else ": no VAT type has this value and ei_type"
        raise invalid(f"{path}.id", f"The {path}.id field is required{why}.")
    return found


def complete_method(session: Session, company_id: int, sent: PaymentMethod | None, path: str) -> PaymentMethod | None:
    """The whole payment method that a client means by its id or its name. Raises Invalid for one that there is not."""
    return _complete(session, company_id, payment_methods, sent, path)


def complete_account(
    session: Session, company_id: int, sent: PaymentAccount | None, path: str
) -> PaymentAccount | None:
    """The whole payment account that a client means by its id or its name. Raises Invalid for one that there is not."""
    return _complete(session, company_id, payment_accounts, sent, path)


N = TypeVar("N", PaymentAccount, PaymentMethod)


def _complete(session: Session, company_id: int, collection: Collection[N], sent: N | None, path: str) -> N | None:
    if sent is None:
        return None
    if sent.id is not None:
        found = collection.get(session, company_id, sent.id)
        if found is None:
            raise invalid(f"{path}.id", f"The selected {path}.id is invalid.")
        return found
    if not sent.name:
        raise invalid(f"{path}.id", f"The {path}.id field is required.")
    named = [row for row in every(session, company_id, collection) if row.name == sent.name]
    if not named:
        raise invalid(f"{path}.name", f"The selected {path}.name is invalid.")
    return named[0]
