"""The VAT registers and the settlement, against small books that were reckoned by hand."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resources.issued_documents import account_of, change, create, row
from support import CheckAccess, Client, MakeCompany, MakeToken

Rows = list[dict[str, Any]]

EXEMPT = {"value": 0, "ei_type": "N4"}
REVERSE = {"value": 0, "ei_type": "N6.1"}


def register(client: Client, name: str, more: str = "", year: int = 2026) -> dict[str, Any]:
    span = "" if "from=" in more else f"&from={year}-01-01&to={year}-12-31"
    found: dict[str, Any] = client.data("GET", f"reports/vat_registers?register={name}{span}{more}")
    return found


def settlement(client: Client, period: int, year: int = 2026) -> dict[str, Any]:
    found: dict[str, Any] = client.data("GET", f"reports/vat_settlement?year={year}&period={period}")
    return found


def buy(client: Client, net: float, vat: float, **more: Any) -> dict[str, Any]:
    sent = {
        "type": "expense",
        "date": "2026-01-20",
        "entity": {"name": "Carta S.r.l.", "vat_number": "01234567890"},
        "invoice_number": "77",
        "amount_net": net,
        "amount_vat": vat,
        **more,
    }
    stored: dict[str, Any] = client.data("POST", "received_documents", json={"data": sent})
    return stored


def amounts(found: dict[str, Any]) -> list[tuple[Any, str, str, float, float, float]]:
    return [(t["rate"], t["natura"], t["treatment"], t["taxable"], t["tax"], t["counted"]) for t in found["totals"]]


def paid(client: Client, amount: float, date: str) -> dict[str, Any]:
    account = {"id": account_of(client)}
    return {"amount": amount, "due_date": date, "status": "paid", "paid_date": date, "payment_account": account}


def test_access(client: Client, check_access: CheckAccess) -> None:
    check_access("GET", "reports/vat_registers?register=purchases", needs="received_documents:r")
    check_access("GET", "reports/vat_registers?register=receipts", needs="receipts:r")
    check_access("GET", "settings/vat", needs="settings:r")


def test_sales_need_invoices_and_credit_notes(client: Client, make_token: MakeToken) -> None:
    one, both = ["issued_documents.invoices:r"], ["issued_documents.invoices:r", "issued_documents.credit_notes:r"]
    path = "reports/vat_registers?register=sales"
    assert client.using(make_token(scopes=one)).get(path).status_code == 403
    assert client.using(make_token(scopes=both)).get(path).status_code == 200


def test_a_company_sees_only_its_own_register(client: Client, make_company: MakeCompany, make_token: MakeToken) -> None:
    create(client, date="2026-01-10")
    other = make_company()
    stranger = Client(client.http, other, make_token(company_id=other))
    assert register(stranger, "sales")["rows"] == []
    assert settlement(stranger, 1)["vp4"] == 0


def test_sales_stand_by_day_with_a_row_per_vat_type_and_credit_notes_below_zero(client: Client) -> None:
    create(client, date="2026-01-10", items_list=[row(100), row(50), row(30, vat=EXEMPT)])
    create(client, "credit_note", date="2026-02-05", items_list=[row(40)])
    create(client, "quote", date="2026-01-11")
    create(client, "proforma", date="2026-01-11")
    found = register(client, "sales")
    shown = [
        (r["protocol"], r["date"], r["number"], r["rate"], r["natura"], r["taxable"], r["tax"]) for r in found["rows"]
    ]
    assert shown == [
        (1, "2026-01-10", "1", 22, "", 150, 33),
        (1, "2026-01-10", "1", 0, "N4", 30, 0),
        (2, "2026-02-05", "1", 22, "", -40, -8.8),
    ]
    assert found["rows"][0]["party"] == "Bianchi S.p.A."
    assert amounts(found) == [(22, "", "", 110, 24.2, 24.2), (0, "N4", "", 30, 0, 0)]
    assert (found["documents"], found["taxable"], found["tax"], found["counted"]) == (2, 140, 24.2, 24.2)


def test_the_rows_of_one_vat_type_keep_their_numbers(client: Client) -> None:
    create(client, date="2026-01-10", items_list=[row(100)])
    create(client, date="2026-01-11", items_list=[row(50, vat={"value": 10}), row(7, vat=EXEMPT)])
    ten = register(client, "sales", "&vat_type=10")
    assert [(each["protocol"], each["taxable"]) for each in ten["rows"]] == [(2, 50)]
    assert (ten["taxable"], ten["tax"], ten["documents"]) == (50, 5, 1)
    assert register(client, "sales", "&vat_type=N4")["taxable"] == 7
    assert register(client, "sales", "&vat_type=4")["rows"] == []
    assert client.get("reports/vat_registers?register=sales&vat_type=all").status_code == 422


def test_a_credit_note_with_negative_rows_takes_back_all_the_same(client: Client) -> None:
    create(client, "credit_note", date="2026-02-05", items_list=[row(-40)])
    assert amounts(register(client, "sales")) == [(22, "", "", -40, -8.8, -8.8)]


def test_cassa_is_part_of_what_is_taxed_and_a_withholding_changes_no_vat(client: Client) -> None:
    create(client, date="2026-01-10", cassa=4, withholding_tax=20)
    assert amounts(register(client, "sales")) == [(22, "", "", 104, 22.88, 22.88)]


def test_foreign_money_stands_in_euro(client: Client) -> None:
    create(client, date="2026-01-10", currency={"id": "USD", "exchange_rate": "1.25"})
    assert amounts(register(client, "sales")) == [(22, "", "", 80, 17.6, 17.6)]


def test_the_tax_of_a_split_payment_is_in_the_register_and_not_owed(client: Client) -> None:
    create(client, date="2026-01-10", use_split_payment=True)
    assert amounts(register(client, "sales")) == [(22, "", "split", 100, 22, 0)]
    found = settlement(client, 1)
    assert (found["vp2"], found["vp4"]) == (100, 0)


def test_deferred_tax_is_owed_with_the_money(client: Client) -> None:
    installments = [paid(client, 61, "2026-02-15"), {"amount": 61, "due_date": "2026-04-30"}]
    invoice = create(client, date="2026-01-10", e_invoice=True, ei_data={"vat_kind": "D"}, payments_list=installments)
    assert amounts(register(client, "sales")) == [(22, "", "deferred", 100, 22, 0)]
    assert [settlement(client, month)["vp4"] for month in (1, 2, 3)] == [0, 11, 0]
    assert settlement(client, 1)["vp2"] == 100
    (collected,) = register(client, "sales", "&from=2026-02-01&to=2026-02-28")["collected"]
    assert (collected["paid_on"], collected["taxable"], collected["tax"]) == ("2026-02-15", 50, 11)
    change(client, invoice["id"], payments_list=[paid(client, 61, "2026-02-15"), paid(client, 61, "2026-03-20")])
    assert [settlement(client, month)["vp4"] for month in (1, 2, 3)] == [0, 11, 11]


def test_a_self_invoice_of_reverse_charge_is_in_both_registers(client: Client) -> None:
    create(client, "self_supplier_invoice", date="2026-01-15", items_list=[row(200)])
    buy(client, 200, 0, items_list=[{"name": "Rottami", "qty": 1, "net_price": 200, "vat": REVERSE}])
    assert amounts(register(client, "sales")) == [(22, "", "reverse", 200, 44, 44)]
    assert amounts(register(client, "purchases")) == [
        (22, "", "reverse", 200, 44, 44),
        (0, "N6.1", "to_integrate", 200, 0, 0),
    ]
    found = settlement(client, 1)
    assert (found["vp2"], found["vp3"]) == (0, 200)  # bought once, and no sale
    assert (found["vp4"], found["vp5"], found["vp14_debit"]) == (44, 44, 0)


def test_a_self_invoice_for_own_use_is_a_sale_alone(client: Client) -> None:
    create(client, "self_own_invoice", date="2026-01-15")
    assert amounts(register(client, "sales")) == [(22, "", "", 100, 22, 22)]
    assert register(client, "purchases")["rows"] == []


def test_purchases_say_what_is_deducted_and_what_is_not(client: Client) -> None:
    buy(client, 100, 22, vat_deductibility=40)
    rows = [
        {"name": "Carta", "qty": 2, "net_price": 50, "vat": {"id": 0}},
        {"name": "Telefono", "qty": 1, "net_price": 100, "vat": {"id": 0}, "deductibility_vat_percentage": 50},
        {"name": "Francobolli", "qty": 1, "net_price": 10, "vat": EXEMPT},
    ]
    buy(client, 0, 0, amount_net=None, amount_vat=None, invoice_number="78", items_list=rows)
    found = register(client, "purchases")
    assert [(r["taxable"], r["tax"], r["counted"]) for r in found["rows"]] == [
        (100, 22, 8.8),
        (100, 22, 22),
        (100, 22, 11),
        (10, 0, 0),
    ]
    assert (found["tax"], found["counted"], found["undeductible"]) == (66, 41.8, 24.2)
    assert settlement(client, 1)["vp5"] == 41.8


def test_a_suppliers_credit_note_takes_the_deduction_back(client: Client) -> None:
    buy(client, 100, 22, type="passive_credit_note")
    assert amounts(register(client, "purchases")) == [(22, "", "", -100, -22, -22)]


def test_amounts_without_rows_tell_their_rate_if_it_is_one(client: Client) -> None:
    buy(client, 123.45, 27.16)
    buy(client, 100, 4, invoice_number="2")
    buy(client, 200, 26, invoice_number="3")
    assert [r["rate"] for r in register(client, "purchases")["rows"]] == [22, 4, None]


def test_what_has_neither_vat_nor_number_is_no_document_of_the_register(client: Client) -> None:
    buy(client, 1500, 0, invoice_number="", description="Stipendi")
    assert register(client, "purchases")["rows"] == []


def test_an_invoice_from_abroad_without_tax_waits_for_its_self_invoice(client: Client) -> None:
    buy(client, 300, 0, entity={"name": "Papier GmbH", "country": "Germania"})
    assert amounts(register(client, "purchases")) == [(0, "", "to_integrate", 300, 0, 0)]
    assert settlement(client, 1)["vp3"] == 0


def test_receipts_have_a_register_of_their_own(client: Client) -> None:
    rows = [{"amount_gross": 122, "vat": {"id": 0}}, {"amount_gross": 11, "vat": {"value": 10}}]
    sent = {"date": "2026-01-07", "type": "till_receipt", "use_gross_prices": True, "items_list": rows}
    client.data("POST", "receipts", json={"data": {**sent, "payment_account": {"id": account_of(client)}}})
    create(client, "receipt", date="2026-01-08")
    found = register(client, "receipts")
    assert amounts(found) == [(22, "", "", 200, 44, 44), (10, "", "", 10, 1, 1)]
    assert register(client, "sales")["rows"] == []
    assert settlement(client, 1)["vp4"] == 45


def test_the_numbers_of_a_register_go_on_through_the_year_and_begin_again_with_the_next(client: Client) -> None:
    for date in ("2025-12-30", "2026-01-10", "2026-01-11", "2026-02-01"):
        create(client, date=date)
    numbers = [r["protocol"] for r in register(client, "sales", "&from=2026-01-11&to=2026-12-31")["rows"]]
    assert numbers == [2, 3]
    both = register(client, "sales", "&from=2025-12-01&to=2026-01-31")["rows"]
    assert [(r["date"][:4], r["protocol"]) for r in both] == [("2025", 1), ("2026", 1), ("2026", 2)]


def test_the_register_follows_a_change_the_bin_and_the_way_back(client: Client) -> None:
    invoice = create(client, date="2026-01-10")
    change(client, invoice["id"], items_list=[row(200)], payments_list=[{"amount": 244, "due_date": "2026-04-01"}])
    assert register(client, "sales")["tax"] == 44
    client.delete(f"issued_documents/{invoice['id']}")
    assert register(client, "sales")["rows"] == []
    client.data("POST", f"bin/issued_documents/{invoice['id']}/recover")
    assert register(client, "sales")["tax"] == 44


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("register=other", "register"),
        ("", "register"),
        ("register=sales&from=2026-13-01", "from"),
        ("register=sales&from=2026-03-01&to=2026-02-01", "to"),
        ("register=sales&from=2000-01-01&to=2026-02-01", "to"),
        ("register=sales&format=docx", "format"),
        ("register=sales&format=csv&language=de", "language"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_by_name(client: Client, query: str, key: str) -> None:
    answer = client.get(f"reports/vat_registers?{query}")
    assert answer.status_code == 422
    assert list(answer.json()["error"]["validation_result"]) == [key]


# the settlement


def quarterly(client: Client, **years: Any) -> None:
    client.data("PUT", "settings/vat", json={"data": {"period": "quarterly", "years": years}})


def test_a_month_takes_over_the_credit_of_the_one_before(client: Client) -> None:
    buy(client, 1000, 220)
    create(client, date="2026-02-10", items_list=[row(2000)])
    january, february = settlement(client, 1), settlement(client, 2)
    assert (january["vp6_credit"], january["vp14_credit"], january["f24"]) == (220, 220, None)
    assert (february["vp4"], february["vp8"], february["vp14_debit"]) == (440, 220, 220)
    assert february["f24"] == {
        "code": "6002",
        "description": "IVA mensile febbraio",
        "year": 2026,
        "amount": 220,
        "pay_by": "2026-03-16",
    }


def test_a_small_debt_is_paid_with_the_next_one(client: Client) -> None:
    create(client, date="2026-01-10", items_list=[row(400)])
    create(client, date="2026-02-10", items_list=[row(400)])
    january, february = settlement(client, 1), settlement(client, 2)
    assert (january["vp14_debit"], january["carried_on"], january["f24"]) == (88, 88, None)
    assert (february["vp7"], february["vp14_debit"], february["f24"]["amount"]) == (88, 176, 176)


def test_a_quarter_costs_one_percent_and_has_a_code_of_its_own(client: Client) -> None:
    quarterly(client)
    create(client, date="2026-01-10", items_list=[row(1000)])
    create(client, date="2026-03-31", items_list=[row(1000)])
    found = settlement(client, 1)
    assert (found["date_from"], found["date_to"]) == ("2026-01-01", "2026-03-31")
    assert (found["vp4"], found["vp12"], found["vp14_debit"]) == (440, 4.4, 444.4)
    assert (found["f24"]["code"], found["f24"]["pay_by"]) == ("6031", "2026-05-18")  # the 16th is a Saturday


def test_the_last_quarter_is_paid_with_the_annual_return_less_the_advance(client: Client) -> None:
    quarterly(client, **{"2026": {"advance": 100}})
    create(client, date="2026-11-10", items_list=[row(1000)])
    found = settlement(client, 4)
    assert (found["vp12"], found["vp13"], found["vp14_debit"]) == (0, 100, 120)
    assert (found["f24"]["code"], found["f24"]["pay_by"]) == ("6099", "2027-03-16")


def test_the_credit_of_the_year_before_counts_from_the_first_period_on(client: Client) -> None:
    quarterly(client, **{"2026": {"credit_brought_forward": 300}})
    create(client, date="2026-01-10", items_list=[row(1000)])
    first, second = settlement(client, 1), settlement(client, 2)
    assert (first["vp9"], first["vp12"], first["vp14_credit"]) == (300, 0, 80)
    assert (second["vp8"], second["vp9"], second["vp14_credit"]) == (80, 0, 80)


def test_a_company_settles_by_month_until_it_says_otherwise(client: Client) -> None:
    assert client.data("GET", "settings/vat") == {
        "period": "monthly",
        "interest": 1,
        "declarant_tax_code": "",
        "declarant_role": "",
        "years": {},
    }
    quarterly(client, **{"2026": {"advance": 100}})
    assert client.data("GET", "settings/vat") == {
        "period": "quarterly",
        "interest": 1,
        "declarant_tax_code": "",
        "declarant_role": "",
        "years": {"2026": {"credit_brought_forward": 0, "advance": 100, "advance_method": ""}},
    }


def test_settings_that_cannot_be_are_refused(client: Client) -> None:
    def put(**data: Any) -> int:
        status: int = client.put("settings/vat", json={"data": data}).status_code
        return status

    assert put(period="weekly") == 422
    assert put(years={"26": {}}) == 422
    assert put(years={"2026": {"advance": -1}}) == 422
    assert put(years={"2026": {"advance": "many"}}) == 422
    assert put(years={"2026": 7}) == 422
    assert put(years={"2026": {"advance": None}}) == 200  # not set
    assert put(years={"2026": {"advance": 1}}) == 200
    assert client.data("PUT", "settings/vat", json={"data": {"years": {"2027": {}}}})["years"].keys() == {
        "2026",
        "2027",
    }


# any books

RATES = st.sampled_from([{"id": 0}, {"value": 10}, {"value": 4}, EXEMPT])
PRICES = st.decimals("0.01", "9999.99", places=2).map(float)
ROWS = st.lists(st.builds(lambda price, vat: row(price, vat=vat), PRICES, RATES), min_size=1, max_size=4)
DOCUMENT = st.tuples(st.sampled_from(["invoice", "credit_note"]), ROWS, st.booleans(), st.sampled_from([0, 4]))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(books=st.lists(DOCUMENT, min_size=1, max_size=4))
def test_the_registers_totals_are_the_sums_of_the_documents(client: Client, books: list[Any]) -> None:
    before = register(client, "sales", year=2027)
    taxable, tax = Decimal(str(before["taxable"])), Decimal(str(before["tax"]))
    for type, rows, gross, cassa in books:
        for each in rows if gross else ():
            each["gross_price"] = each.pop("net_price")
        stored = create(client, type, date="2027-05-05", items_list=rows, use_gross_prices=gross, cassa=cassa)
        sign = -1 if type == "credit_note" else 1
        taxable += sign * (Decimal(str(stored["amount_net"])) + Decimal(str(stored["amount_cassa"])))
        tax += sign * Decimal(str(stored["amount_vat"]))
    after = register(client, "sales", year=2027)
    assert (Decimal(str(after["taxable"])), Decimal(str(after["tax"]))) == (taxable, tax)
    by_type = after["totals"]
    assert sum(Decimal(str(t["tax"])) for t in by_type) == tax
    assert Decimal(str(settlement(client, 5, 2027)["vp4"])) == tax


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    bought=st.lists(
        st.tuples(PRICES, PRICES, st.lists(st.tuples(PRICES, RATES), max_size=3), st.integers(0, 100)),
        min_size=1,
        max_size=4,
    )
)
def test_the_purchases_sum_to_the_suppliers_own_cents(client: Client, bought: list[Any]) -> None:
    taxable, tax = Decimal(0), Decimal(0)
    before = register(client, "purchases", year=2028)
    for net, vat, rows, part in bought:
        items = [{"name": "x", "qty": 1, "net_price": price, "vat": rate} for price, rate in rows]
        stored = buy(
            client, net, vat, date="2028-05-05", items_list=items, vat_deductibility=part, auto_calculate=False
        )
        taxable += Decimal(str(stored["amount_net"]))
        tax += Decimal(str(stored["amount_vat"]))
    after = register(client, "purchases", year=2028)
    assert Decimal(str(after["taxable"])) - Decimal(str(before["taxable"])) == taxable
    assert Decimal(str(after["tax"])) - Decimal(str(before["tax"])) == tax
    assert Decimal(str(after["undeductible"])) == Decimal(str(after["tax"])) - Decimal(str(after["counted"]))
