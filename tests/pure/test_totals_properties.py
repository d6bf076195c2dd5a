"""What holds for the totals of every document, however absurd."""

import copy
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from mastro.model.issued_document import EInvoiceData, IssuedDocument, Item, Payment
from mastro.model.settings import VatType
from mastro.money import EXACT, ZERO, percentage
from mastro.totals import calculate, compute, receipt_totals, received_amounts, row_total, vat_summary, write_amounts

BOUND = Decimal(10) ** 12
ANY = st.none() | st.decimals(-BOUND, BOUND, places=8) | st.sampled_from([Decimal(-100), Decimal(0), Decimal("1E+12")])
RATES = st.sampled_from([Decimal(rate) for rate in ("22", "22.00", "10", "5", "4", "0", "5.5", "100")])
PRICES = st.decimals(-9999, 9999, places=5)
FEES = ("rivalsa", "cassa", "cassa_taxable", "cassa2", "cassa2_taxable", "global_cassa_taxable", "withholding_tax")
FEES += ("withholding_tax_taxable", "other_withholding_tax")
EUROS = tuple(name for name in IssuedDocument.__struct_fields__ if name.startswith("amount_") and "taxable" in name)
NATURAS = st.sampled_from(["", "N1", "N2.2", "N4"])


def documents(numbers: Any, percents: Any, rates: Any, **fixed: Any) -> Any:
    items = st.builds(
        Item,
        qty=st.none() | numbers,
        net_price=st.none() | numbers,
        gross_price=st.none() | numbers,
        discount=st.none() | percents,
        vat=st.none() | st.builds(VatType, id=st.none() | st.integers(0, 3), value=st.none() | rates, ei_type=NATURAS),
        not_taxable=st.none() | st.booleans(),
        apply_withholding_taxes=st.none() | st.booleans(),
    )
    fields = {
        "type": st.sampled_from(["invoice", "credit_note", "quote", "delivery_note"]),
        "items_list": st.none() | st.lists(items, max_size=8),
        "payments_list": st.none() | st.lists(st.builds(Payment, amount=st.none() | numbers), max_size=3),
        "use_gross_prices": st.none() | st.booleans(),
        "use_split_payment": st.none() | st.booleans(),
        "e_invoice": st.booleans(),
        "ei_data": st.none() | st.builds(EInvoiceData, vat_kind=st.sampled_from([None, "S", "I"])),
        "ei_other_withholding_tax_type": st.sampled_from(["", "RT04", "RT05"]),
        "stamp_duty": st.none() | numbers,
        "amount_due_discount": st.none() | numbers,
        **dict.fromkeys(FEES, st.none() | percents),
        **dict.fromkeys(EUROS, st.none() | numbers),
        **fixed,
    }
    return st.builds(IssuedDocument, **fields)


ABSURD = documents(ANY, ANY, ANY)
SANE = documents(PRICES, st.decimals(0, 100, places=2), RATES)
UNBURDENED = documents(
    PRICES, st.decimals(0, 100, places=2), RATES, **dict.fromkeys(FEES, st.none()), stamp_duty=st.none()
)


def walk(value: Any) -> Any:
    yield value
    if isinstance(value, dict):
        for inner in value.values():
            yield from walk(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from walk(inner)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from walk(getattr(value, name))


@settings(max_examples=400)
@given(ABSURD)
def test_nothing_within_the_bounds_of_the_wire_raises(document: IssuedDocument) -> None:
    worked = compute(document)
    write_amounts(document, worked.totals)
    for value in walk([worked.totals, worked.vat_summary, worked.contributions, document]):
        assert not isinstance(value, float)
    for value in walk([worked.totals, worked.vat_summary]):
        if isinstance(value, Decimal):
            assert value.is_finite()
            assert str(value) not in {"-0", "-0.00"}


@given(ABSURD)
def test_the_identities_of_the_page_hold_exactly(document: IssuedDocument) -> None:
    totals = calculate(document)
    with localcontext(EXACT):
        fees = totals.amount_rivalsa + totals.amount_cassa + totals.amount_cassa2
        assert totals.amount_net + fees == totals.taxable_amount + totals.not_taxable_amount
        assert sum((line.amount_net for line in totals.vat_list.values()), ZERO) == totals.taxable_amount
        assert sum((line.amount_vat for line in totals.vat_list.values()), ZERO) == totals.amount_vat
        held = totals.amount_withholding_tax + totals.amount_other_withholding_tax
        whole = totals.taxable_amount + totals.amount_vat + totals.not_taxable_amount
        assert totals.amount_gross == whole - held
        lines = vat_summary(document)
        assert sum((line.vat for line in lines), ZERO) == totals.amount_vat
        assert sum((line.taxable for line in lines if not line.not_taxable), ZERO) == totals.taxable_amount
        assert sum((line.taxable for line in lines if line.not_taxable), ZERO) == totals.not_taxable_amount


@given(SANE)
def test_vat_is_within_a_cent_of_rate_times_base_per_line(document: IssuedDocument) -> None:
    totals = calculate(document)
    for rate, line in totals.vat_list.items():
        assert abs(line.amount_vat - percentage(line.amount_net, Decimal(rate))) <= Decimal("0.01")
    for bucket in vat_summary(document):
        if bucket.ei_type == "" or not bucket.rate:
            assert abs(bucket.vat - percentage(bucket.taxable, bucket.rate)) <= Decimal("0.01")


@given(UNBURDENED)
def test_gross_prices_are_kept_to_the_cent(document: IssuedDocument) -> None:
    document.use_gross_prices = True
    rows = sum((row_total(item, use_gross_prices=True) for item in document.items_list or ()), ZERO)
    assert calculate(document).amount_gross == rows


@given(SANE)
def test_calculating_again_after_writing_changes_nothing(document: IssuedDocument) -> None:
    totals = calculate(document)
    write_amounts(document, totals)
    assert calculate(document) == totals
    written = msgspec.json.encode(document)
    write_amounts(document, calculate(document))
    assert msgspec.json.encode(document) == written


@given(SANE)
def test_turning_all_signs_turns_all_totals(document: IssuedDocument) -> None:
    mirror = copy.deepcopy(document)
    for item in mirror.items_list or ():
        item.net_price = None if item.net_price is None else -item.net_price
        item.gross_price = None if item.gross_price is None else -item.gross_price
    for name in (*EUROS, "stamp_duty", "amount_due_discount"):
        value = getattr(mirror, name)
        setattr(mirror, name, None if value is None else -value)
    one, other = calculate(document), calculate(mirror)
    for name in ("amount_net", "taxable_amount", "amount_vat", "amount_gross", "amount_due", "amount_cassa"):
        assert getattr(one, name) == -getattr(other, name)


@given(st.lists(st.tuples(st.decimals(0, 999, places=3), PRICES, RATES), max_size=12))
def test_plain_rows_agree_with_a_calculation_in_fractions(rows: list[tuple[Decimal, Decimal, Decimal]]) -> None:
    def cents(value: Fraction) -> int:
        magnitude = (abs(value) * 200 + 1) // 2
        return int(magnitude) if value >= 0 else -int(magnitude)

    bases: dict[Fraction, int] = {}
    for qty, price, rate in rows:
        bases[Fraction(rate)] = bases.get(Fraction(rate), 0) + cents(Fraction(qty) * Fraction(price))
    vat = sum(cents(Fraction(base, 100) * rate / 100) for rate, base in bases.items())
    items = [Item(qty=qty, net_price=price, vat=VatType(value=rate)) for qty, price, rate in rows]
    totals = calculate(IssuedDocument(type="invoice", items_list=items))
    assert totals.amount_net * 100 == sum(bases.values())
    assert totals.amount_vat * 100 == vat
    assert received_amounts(rows) == (totals.amount_net, totals.amount_vat)


@given(rows=st.lists(st.tuples(ANY, ANY, ANY), max_size=6), gross=st.booleans())
def test_receipts_add_up_whatever_they_hold(*, rows: list[tuple[Any, Any, Any]], gross: bool) -> None:
    totals = receipt_totals(rows, use_gross_prices=gross)
    with localcontext(EXACT):
        assert totals.amount_net + totals.amount_vat == totals.amount_gross
        assert sum((row[0] for row in totals.rows), ZERO) == totals.amount_net
        assert sum((row[1] for row in totals.rows), ZERO) == totals.amount_gross
