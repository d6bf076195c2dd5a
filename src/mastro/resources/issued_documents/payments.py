"""Installments of a document as it is stored: complete, paid into an account that exists, adding up to what is due."""

from decimal import Decimal

import msgspec

from mastro.api.call import Call
from mastro.api.errors import Invalid, invalid
from mastro.model.issued_document import IssuedDocument, Payment
from mastro.model.settings import PaymentAccount
from mastro.money import ZERO, round2
from mastro.resources.settings import lookup
from mastro.totals import Totals
from mastro.totals.payments import (
    PAYMENT_FREE_TYPES,
    due_date,
    fix_payments,
    mismatch,
    next_due_date,
    payments_sum,
)

MISMATCH = "Il totale dei pagamenti non corrisponde al totale da pagare."
NO_ACCOUNT = "É necessario impostare il conto di saldo nel pagamento"

UNSCHEDULED_TYPES = frozenset({"order", "work_report"})
"""Types that may come without installments (ours); those that are sent must add up as on an invoice."""


def complete(
    call: Call,
    new: IssuedDocument,
    old: IssuedDocument | None,
    calculated: Totals,
    *,
    fix: bool,
    default_terms: int,
) -> None:
    """Complete the installments. Raises Invalid where they do not add up, or one is paid into no account.

    On a type that nobody pays they are kept as sent.
    """
    assert new.date  # noqa: S101
    payable = new.type not in PAYMENT_FREE_TYPES
    if fix and payable:
        new.payments_list = fixed(new, old, calculated, default_terms)
    elif payable and _must_add_up(new) and mismatch(new.payments_list, calculated):
        refuse_mismatch(new, calculated)
    accounts: dict[int, PaymentAccount] = {}
    for payment in (old.payments_list if old else None) or ():
        if payment.payment_account and payment.payment_account.id is not None:
            accounts[payment.payment_account.id] = payment.payment_account
    for index, payment in enumerate(new.payments_list or ()):
        _complete_one(call, new, payment, f"data.payments_list.{index}", accounts)
    new.next_due_date = next_due_date(new.payments_list)


def fixed(new: IssuedDocument, old: IssuedDocument | None, calculated: Totals, default_terms: int) -> list[Payment]:
    """The installments, made to add up to the amount due, those without a date due by the terms."""
    assert new.date  # noqa: S101
    entity = new.entity
    days = entity.default_payment_terms if entity and entity.default_payment_terms is not None else default_terms
    return fix_payments(
        _with_room(new, old, calculated),
        calculated.amount_due,
        date=new.date,
        terms_days=days,
        terms_type=entity.default_payment_terms_type if entity else "standard",
        account=new.payment_method.default_payment_account if new.payment_method else None,
    )


def _with_room(new: IssuedDocument, old: IssuedDocument | None, calculated: Totals) -> list[Payment]:
    """The installments, with one more where a document grows that was paid in full.

    Money that came in is a fact, which no later row changes: the difference is still to be paid.
    """
    given = new.payments_list or []
    received = {payment.id for payment in (old.payments_list if old else None) or () if payment.status == "paid"}
    all_received = bool(given) and all(payment.status == "paid" and payment.id in received for payment in given)
    if all_received and payments_sum(given) < calculated.amount_due:
        return [*given, Payment()]  # without an amount it takes what the others leave
    return given


def _must_add_up(new: IssuedDocument) -> bool:
    return bool(new.payments_list) or new.type not in UNSCHEDULED_TYPES


def refuse_mismatch(new: IssuedDocument, calculated: Totals) -> None:
    """Raise the vendor's 422, with the totals that the client needs to mend its installments."""
    payments = payments_sum(new.payments_list)
    answer = msgspec.to_builtins(calculated, builtin_types=(Decimal,)) | {"payments_sum": payments}
    raise Invalid(MISMATCH, code="PAYMENTS_MISMATCH", extra={"totals": answer})


def _complete_one(
    call: Call, new: IssuedDocument, payment: Payment, path: str, accounts: dict[int, PaymentAccount]
) -> None:
    assert new.date  # noqa: S101
    payment.amount = round2(payment.amount or ZERO)
    terms = payment.payment_terms
    if payment.due_date is None:
        payment.due_date = due_date(new.date, terms.days if terms else 0, terms.type if terms else "standard")
    account = payment.payment_account
    if account is not None and account.id is not None:
        if account.id not in accounts:
            known = lookup.payment_account(call.session, call.company_id, account.id)
            if known is None:
                raise invalid(f"{path}.payment_account.id", "The selected payment account is invalid.")
            accounts[account.id] = known
        payment.payment_account = accounts[account.id]
    if payment.status == "paid":
        if payment.payment_account is None or payment.payment_account.id is None:
            raise Invalid(
                NO_ACCOUNT, code="PAYMENT_ACCOUNT_MISSING", validation={f"{path}.payment_account": [NO_ACCOUNT]}
            )
        payment.paid_date = payment.paid_date or call.now.date()
    else:
        payment.paid_date = None
