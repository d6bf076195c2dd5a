"""Payments of a received document as it is stored: complete, from an account that exists, covering what is due."""

import datetime as dt
from decimal import Decimal

import msgspec

from mastro.api.call import Call
from mastro.api.errors import Invalid
from mastro.model.issued_document import Payment
from mastro.model.received_document import ReceivedDocument
from mastro.model.settings import PaymentAccount, PaymentTerms
from mastro.resources.issued_documents.payments import MISMATCH, NO_ACCOUNT
from mastro.resources.settings import lookup
from mastro.totals import ReceivedTotals
from mastro.totals.payments import due_date, fix_payments, mismatch, next_due_date

PAYMENT_FREE_TYPES = frozenset({"passive_delivery_note"})
"""Types that nobody pays: payments that are sent are kept, and need not add up."""


def complete(
    call: Call, new: ReceivedDocument, old: ReceivedDocument | None, calculated: ReceivedTotals, *, fix: bool
) -> None:
    """Complete the payments. Raises Invalid where they do not cover the amount due, or one is paid from no account.

    A document without payments gets one on its date; with `fix` (ours) those that are sent are made to fit.
    """
    assert new.date  # noqa: S101
    if new.type not in PAYMENT_FREE_TYPES:
        if fix or not new.payments_list:
            new.payments_list = _fitting(new, calculated) if calculated.amount_due or new.payments_list else []
        elif new.auto_calculate is not False and mismatch(new.payments_list, calculated):
            raise Invalid(
                MISMATCH,
                code="PAYMENTS_MISMATCH",
                extra={"totals": msgspec.to_builtins(calculated, builtin_types=(Decimal,))},
            )
    new.payments_list = new.payments_list or []
    accounts: dict[int, PaymentAccount] = {}
    for payment in (old.payments_list if old else None) or ():
        if payment.payment_account and payment.payment_account.id is not None:
            accounts[payment.payment_account.id] = payment.payment_account
    for index, payment in enumerate(new.payments_list):
        _complete_one(call, payment, new.date, f"data.payments_list.{index}", accounts)
    new.next_due_date = next_due_date(new.payments_list)


def _fitting(new: ReceivedDocument, calculated: ReceivedTotals) -> list[Payment]:
    assert new.date  # noqa: S101
    return fix_payments(
        new.payments_list, calculated.amount_due, date=new.date, terms_days=0, terms_type="standard", account=None
    )


def _complete_one(call: Call, payment: Payment, date: dt.date, path: str, accounts: dict[int, PaymentAccount]) -> None:
    terms = payment.payment_terms = payment.payment_terms or PaymentTerms(days=0)
    if payment.due_date is None:
        payment.due_date = due_date(date, terms.days, terms.type)
    account = payment.payment_account
    if account is not None and account.id is not None and account.id in accounts:
        payment.payment_account = accounts[account.id]
    else:
        payment.payment_account = lookup.complete_account(
            call.session, call.company_id, account, f"{path}.payment_account"
        )
    if payment.status != "paid":
        payment.paid_date = None
    elif payment.payment_account is None:
        raise Invalid(NO_ACCOUNT, code="PAYMENT_ACCOUNT_MISSING", validation={f"{path}.payment_account": [NO_ACCOUNT]})
    else:
        payment.paid_date = payment.paid_date or call.now.date()
