"""Installments: due dates, sums, and payments made to add up."""

import datetime as dt
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mastro.model.base import PaymentTermsType
from mastro.model.issued_document import IssuedDocument, Item, Payment
from mastro.model.settings import PaymentAccount, PaymentTerms
from mastro.money import ZERO
from mastro.totals import calculate, received_totals
from mastro.totals.payments import PAYMENT_FREE_TYPES, due_date, fix_payments, mismatch, next_due_date, payments_sum

D = Decimal
DATE = dt.date(2026, 1, 15)
CENTS = st.decimals(-(10**12), 10**12, places=2)
PAYMENTS = st.builds(
    Payment,
    amount=st.none() | st.decimals(-(10**6), 10**6, places=8) | st.decimals(0, 200, places=2),
    status=st.sampled_from(["not_paid", "paid", "reversed"]),
    due_date=st.none() | st.dates(),
    payment_terms=st.none() | st.builds(PaymentTerms, days=st.none() | st.integers(-(2**31), 2**31 - 1)),
)


def fix(payments: list[Payment] | None, due: str) -> list[Decimal | None]:
    return [
        payment.amount
        for payment in fix_payments(payments, D(due), date=DATE, terms_days=30, terms_type="end_of_month")
    ]


def pay(*amounts: str) -> list[Payment]:
    return [Payment(amount=D(amount)) for amount in amounts]


def test_without_installments_one_falls_due_by_the_terms() -> None:
    bank = PaymentAccount(id=3, name="Banca", type="bank")
    (payment,) = fix_payments([], D(122), date=DATE, terms_days=30, terms_type="end_of_month", account=bank)
    assert payment == Payment(
        amount=D(122),
        due_date=dt.date(2026, 2, 28),
        payment_account=bank,
        payment_terms=PaymentTerms(days=30, type="end_of_month"),
    )
    assert fix(None, "5") == [5]


def test_installments_that_add_up_are_left_alone() -> None:
    assert fix(pay("50", "72"), "122") == [50, 72]
    assert fix(pay("0", "122"), "122") == [0, 122]


def test_the_last_installment_takes_the_difference() -> None:
    assert fix(pay("50", "50"), "122") == [50, 72]
    assert fix(pay("50", "80"), "122") == [50, 72]


def test_money_already_received_is_not_changed_while_an_open_installment_can_give() -> None:
    payments = [Payment(amount=D(50)), Payment(amount=D(60), status="paid")]
    assert fix(payments, "122") == [62, 60]


def test_the_last_one_gives_when_all_are_paid() -> None:
    payments = [Payment(amount=D(50), status="paid"), Payment(amount=D(60), status="paid")]
    assert fix(payments, "100") == [50, 50]


def test_an_installment_never_turns_its_sign_but_goes() -> None:
    assert fix(pay("100", "100", "10"), "180") == [100, 80]
    assert fix(pay("100", "100", "10"), "200") == [100, 100]
    assert fix(pay("130", "0"), "100") == [100]
    assert fix(pay("-100", "-20"), "-90") == [-90]


def test_a_negative_installment_that_was_meant_stays() -> None:
    assert fix(pay("120", "-20"), "110") == [120, -10]


def test_nothing_due_leaves_one_installment_of_nothing() -> None:
    assert fix(pay("50", "30"), "0") == [0]


def test_a_refund_is_one_installment() -> None:
    assert fix(pay("50", "30"), "-10") == [-10]


def test_open_amounts_share_what_the_others_leave() -> None:
    payments = [Payment(amount=D(22)), Payment(), Payment()]
    assert fix(payments, "122.01") == [22, D("50.01"), 50]
    assert fix([Payment(amount=D(200)), Payment()], "122") == [122]


def test_amounts_are_rounded_to_the_cent_before_they_are_summed() -> None:
    assert payments_sum(pay("33.335", "33.335", "33.335")) == D("100.02")
    assert fix(pay("33.335", "33.335", "33.335"), "100") == [D("33.34"), D("33.34"), D("33.32")]


def test_a_missing_due_date_follows_its_own_terms_before_those_of_the_document() -> None:
    own = Payment(amount=D(1), payment_terms=PaymentTerms(days=10))
    fixed = fix_payments([own, *pay("1")], D(2), date=DATE, terms_days=0, terms_type="end_of_month")
    assert [payment.due_date for payment in fixed] == [dt.date(2026, 1, 25), dt.date(2026, 1, 31)]


def test_the_given_installments_are_not_touched() -> None:
    payments = pay("50", "50")
    before = msgspec.json.encode(payments)
    fix(payments, "122")
    assert msgspec.json.encode(payments) == before


def test_a_fixed_installment_keeps_its_identity() -> None:
    (fixed,) = fix_payments(
        [Payment(id=7, amount=D(1), ei_raw={"BIC": "X"})], D(2), date=DATE, terms_days=0, terms_type="standard"
    )
    assert (fixed.id, fixed.ei_raw, fixed.amount) == (7, {"BIC": "X"}, 2)


@given(st.none() | st.lists(PAYMENTS, max_size=8), CENTS | st.decimals(-300, 300, places=2))
def test_fixed_payments_always_add_up(payments: list[Payment] | None, due: Decimal) -> None:
    fixed = fix_payments(payments, due, date=DATE, terms_days=30, terms_type="standard")
    assert fixed
    assert payments_sum(fixed) == due
    assert all(payment.due_date is not None for payment in fixed)


@given(st.lists(st.decimals(0, 200, places=2), min_size=1, max_size=6), st.decimals(0, 1000, places=2))
def test_a_positive_schedule_never_becomes_negative(amounts: list[Decimal], due: Decimal) -> None:
    payments = [Payment(amount=amount) for amount in amounts]
    fixed = fix_payments(payments, due, date=DATE, terms_days=0, terms_type="standard")
    assert all(payment.amount is not None and payment.amount >= 0 for payment in fixed)


@given(st.lists(PAYMENTS, max_size=8), CENTS)
def test_fixing_twice_changes_nothing(payments: list[Payment], due: Decimal) -> None:
    once = fix_payments(payments, due, date=DATE, terms_days=0, terms_type="standard")
    assert fix_payments(once, due, date=DATE, terms_days=0, terms_type="standard") == once


def test_a_mismatch_is_seen_to_the_cent() -> None:
    document = IssuedDocument(type="invoice", items_list=[Item(net_price=D("99.99"))])
    totals = calculate(document)
    assert not mismatch(pay("50", "49.99"), totals)
    assert mismatch(pay("50", "50"), totals)
    assert mismatch(None, totals)
    assert not mismatch([], calculate(IssuedDocument(type="invoice")))


def test_purchases_are_matched_the_same_way() -> None:
    assert mismatch(pay("592"), received_totals(amount_net=D(592), amount_vat=D(10)))


@pytest.mark.parametrize("type_", sorted(PAYMENT_FREE_TYPES))
def test_types_without_payments_are_types(type_: str) -> None:
    assert msgspec.convert({"type": type_}, IssuedDocument).type == type_


def test_the_next_due_date_is_the_earliest_that_is_open() -> None:
    payments = [
        Payment(due_date=dt.date(2026, 3, 1)),
        Payment(due_date=dt.date(2026, 1, 1), status="paid"),
        Payment(due_date=dt.date(2026, 2, 1)),
        Payment(due_date=dt.date(2026, 1, 2), status="reversed"),
        Payment(),
    ]
    assert next_due_date(payments) == dt.date(2026, 2, 1)
    assert next_due_date(payments[1:2]) is None
    assert next_due_date(None) is None


def test_february_knows_its_leap_year() -> None:
    assert due_date(dt.date(2028, 1, 31), 30, "end_of_month") == dt.date(2028, 2, 29)


def test_terms_that_are_not_set_fall_due_at_once() -> None:
    assert due_date(DATE, None) == DATE


@pytest.mark.parametrize("kind", ["standard", "end_of_month"])
def test_due_dates_beyond_the_calendar_stop_at_its_ends(kind: PaymentTermsType) -> None:
    assert due_date(DATE, 2**31 - 1, kind).year == dt.MAXYEAR
    assert due_date(DATE, -(2**31), kind).year == dt.MINYEAR
    assert due_date(dt.date.max, 30, kind) == dt.date.max


@given(st.dates(), st.integers(-(2**31), 2**31 - 2))
def test_longer_terms_never_fall_due_earlier(date: dt.date, days: int) -> None:
    assert due_date(date, days) <= due_date(date, days + 1)
    assert due_date(date, days - days % 30, "end_of_month") <= due_date(date, days - days % 30 + 30, "end_of_month")


def test_no_payments_sum_to_zero() -> None:
    assert payments_sum([]) == payments_sum(None) == payments_sum([Payment()]) == ZERO
