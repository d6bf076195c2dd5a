"""Overview, sales, purchases, statements, payments and stamp duty, against small books that were reckoned by hand."""

import csv
import io
import zipfile
from typing import Any

import pypdf
import pytest
from sqlalchemy import update

from mastro.api.call import Installation
from mastro.resources.issued_documents.table import documents
from resources.issued_documents import account_of, create, row
from support import CheckAccess, Client, Clock, MakeCompany, MakeToken


def get(client: Client, path: str) -> Any:
    return client.data("GET", f"reports/{path}")


def customer(client: Client, name: str = "Verdi S.r.l.") -> int:
    id: int = client.data("POST", "entities/clients", json={"data": {"name": name}})["id"]
    return id


def supplier(client: Client, name: str = "Carta S.r.l.") -> int:
    id: int = client.data("POST", "entities/suppliers", json={"data": {"name": name}})["id"]
    return id


def buy(client: Client, net: float, vat: float, **more: Any) -> dict[str, Any]:
    sent = {"type": "expense", "date": "2026-01-20", "entity": {"name": "Carta S.r.l."}, "invoice_number": "77"}
    sent |= {"amount_net": net, "amount_vat": vat, **more}
    stored: dict[str, Any] = client.data("POST", "received_documents", json={"data": sent})
    return stored


def paid(client: Client, amount: float, due: str, date: str) -> dict[str, Any]:
    account = {"id": account_of(client)}
    return {"amount": amount, "due_date": due, "status": "paid", "paid_date": date, "payment_account": account}


def due(amount: float, date: str) -> dict[str, Any]:
    return {"amount": amount, "due_date": date}


def tax(client: Client, amount: float, date: str) -> None:
    client.data("POST", "taxes", json={"data": {"amount": amount, "due_date": date, "description": "IVA gennaio"}})


def behind(client: Client, figure: dict[str, Any]) -> int:
    """How many documents the list shows that a figure leads to."""
    listing = figure["documents"]
    answer = client.get(listing["path"], params={"type": listing["type"], "q": listing["q"]})
    assert answer.status_code == 200, answer.text
    total: int = answer.json()["total"]
    return total


def test_access(client: Client, check_access: CheckAccess) -> None:
    check_access("GET", "reports/overview", needs="situation:r")
    check_access("GET", "reports/payments?direction=out", needs="received_documents:r")
    check_access("GET", "reports/purchases", needs="received_documents:r")
    check_access("GET", "reports/sales", needs="issued_documents.invoices:r")
    check_access("GET", "reports/stamp_duty", needs="issued_documents.self_invoices:r")
    one = customer(client)
    check_access("GET", f"reports/statement?client_id={one}", needs="entity.clients:r")
    check_access("GET", f"reports/last_prices?client_id={one}", needs="issued_documents.credit_notes:r")
    check_access("GET", "issued_documents/summary?type=invoice", needs="issued_documents.invoices:r")
    check_access("GET", "received_documents/summary?type=expense", needs="received_documents:r")


# the overview (today is 2 March 2026)


def test_the_overview_of_an_empty_company_is_all_zero(client: Client) -> None:
    found = get(client, "overview")
    assert (found["year"], found["issued"]["amount"], found["overdue"]["amount"], found["to_do"]) == (2026, 0, 0, [])
    assert [month["month"] for month in found["months"]] == list(range(1, 13))
    assert found["top_customers"] == []


def test_the_overview_tells_issued_collected_costs_and_paid_by_month(client: Client) -> None:
    create(
        client,
        date="2026-01-10",
        items_list=[row(1000)],
        payments_list=[paid(client, 1220, "2026-02-10", "2026-02-12")],
    )
    create(client, "credit_note", date="2026-02-10", items_list=[row(100)], payments_list=[due(122, "2026-12-10")])
    create(client, "quote", date="2026-02-10")
    create(client, date="2025-12-31")
    buy(client, 300, 66, payments_list=[paid(client, 366, "2026-02-20", "2026-02-20")])
    receipt = {"date": "2026-03-01", "type": "till_receipt", "use_gross_prices": True}
    rows = [{"amount_gross": 61, "vat": {"id": 0}}]
    account = {"id": account_of(client)}
    client.data("POST", "receipts", json={"data": {**receipt, "items_list": rows, "payment_account": account}})
    found = get(client, "overview?year=2026")
    assert (found["issued"]["amount"], found["issued"]["count"], found["receipts"]) == (950, 2, 50)
    assert behind(client, found["issued"]) == 2
    assert (found["collected"]["amount"], found["paid"]["amount"]) == (1281, 366)
    assert (found["costs"]["amount"], behind(client, found["costs"])) == (300, 1)
    months = [(m["issued"], m["collected"], m["costs"], m["paid"]) for m in found["months"][:3]]
    assert months == [(1000, 0, 300, 0), (-100, 1220, 0, 366), (50, 61, 0, 0)]
    assert client.get(found["collected"]["documents"]["path"]).status_code == 200


def test_open_installments_are_told_by_age(client: Client) -> None:
    amounts = {"2026-03-02": 1, "2026-03-01": 2, "2026-01-31": 4, "2026-01-30": 8, "2026-01-01": 16}
    amounts |= {"2025-12-31": 32, "2025-12-02": 64, "2025-12-01": 128}
    for date, amount in amounts.items():
        create(
            client,
            date="2025-11-01",
            items_list=[row(amount, vat={"value": 0, "ei_type": "N4"})],
            payments_list=[due(amount, date)],
        )
    found = get(client, "overview")
    ages = found["receivables"]
    shown = [ages[name] for name in ("not_due", "up_to_30", "up_to_60", "up_to_90", "over_90", "total")]
    assert shown == [1, 6, 24, 96, 128, 255]
    assert found["overdue"]["amount"] == 254
    assert behind(client, found["overdue"]) == 7
    assert behind(client, ages) == 8


def test_the_to_do_list_leads_to_what_is_to_be_done(client: Client, installation: Installation) -> None:
    rejected = create(client, e_invoice=True, date="2026-02-01")
    waiting = create(client, e_invoice=True, date="2026-02-01")
    create(client, date="2026-02-01", payments_list=[due(122, "2026-02-28")])
    buy(client, 100, 22, payments_list=[due(122, "2026-03-05")])
    buy(client, 100, 22, invoice_number="78", payments_list=[due(122, "2026-06-05")])
    tax(client, 50, "2026-03-09")
    tax(client, 50, "2026-03-16")
    with installation.database.write() as session:  # as the SdI would
        discarded = update(documents.table).where(documents.table.c.id == rejected["id"]).values(ei_status="discarded")
        session.run(discarded.where(documents.table.c.company_id == client.company_id))
    found = get(client, "overview")["to_do"]
    assert [(task["task"], task["count"], task["amount"]) for task in found] == [
        ("e_invoices_rejected", 1, 122),
        ("e_invoices_to_send", 1, 122),
        ("receivables_overdue", 1, 122),
        ("payables_due", 1, 122),
        ("taxes_due", 1, 50),
    ]
    assert [behind(client, task) for task in found] == [1, 1, 1, 1, 1]
    assert found[3]["first_due"] == "2026-03-05"
    assert waiting["ei_status"] == "not_sent"


def test_the_vat_of_the_last_period_is_to_be_paid_until_there_is_a_form_for_it(client: Client) -> None:
    create(client, date="2026-02-10", items_list=[row(1000)], payments_list=[due(1220, "2026-12-31")])
    (found,) = get(client, "overview")["to_do"]
    assert (found["task"], found["amount"], found["first_due"]) == ("vat_to_pay", 220, "2026-03-16")
    assert client.data("GET", found["documents"]["path"])["f24"]["code"] == "6002"
    tax(client, 220, "2026-03-16")
    assert get(client, "overview")["to_do"] == []


def test_in_january_the_last_period_is_of_the_year_before(client: Client, clock: Clock) -> None:
    create(client, date="2026-12-10", items_list=[row(1000)], payments_list=[due(1220, "2027-12-31")])
    clock.set(2027, 1, 10)
    (found,) = get(client, "overview")["to_do"]
    assert (found["task"], found["first_due"]) == ("vat_to_pay", "2027-01-18")


def test_the_overview_has_the_vat_of_the_current_period(client: Client) -> None:
    create(client, date="2026-03-01")
    create(client, date="2026-04-01")
    assert (get(client, "overview")["vat"]["period"], get(client, "overview")["vat"]["vp4"]) == (3, 22)
    assert get(client, "overview?year=2025")["vat"]["period"] == 12


# sales and purchases


def test_sales_by_customer_put_the_largest_first_with_the_name_as_it_is_written(client: Client) -> None:
    small, large = customer(client, "Piccolo"), customer(client, "GRANDE S.r.l.")
    create(client, date="2026-01-10", entity={"id": small, "name": "Piccolo"})
    create(client, date="2026-01-11", entity={"id": large, "name": "GRANDE S.r.l."}, items_list=[row(400)])
    create(client, "credit_note", date="2026-01-12", entity={"id": large, "name": "GRANDE S.r.l."})
    create(client, date="2026-01-13", entity={"name": "D'Amico"})
    create(client, "proforma", date="2026-01-13", entity={"id": small, "name": "Piccolo"})
    found = get(client, "sales?by=customer")
    shown = [(r["id"], r["name"], r["count"], r["net"], r["gross"], r["share"]) for r in found["rows"]]
    assert shown[0] == (large, "GRANDE S.r.l.", 2, 300, 366, 60)
    assert {each[0]: each[1:] for each in shown[1:]} == {
        small: ("Piccolo", 1, 100, 122, 20),
        None: ("D'Amico", 1, 100, 122, 20),
    }
    assert (found["count"], found["net"], found["vat"]) == (4, 500, 110)
    assert [behind(client, r) for r in found["rows"]] == [r["count"] for r in found["rows"]]
    assert get(client, "overview")["top_customers"][0] == found["rows"][0]


def test_sales_by_month_have_every_month_of_the_period(client: Client) -> None:
    create(client, date="2026-01-10")
    create(client, date="2026-03-31")
    found = get(client, "sales?by=month&from=2026-01-05&to=2026-03-31")
    assert [(r["name"], r["count"], r["net"]) for r in found["rows"]] == [
        ("2026-01", 1, 100),
        ("2026-02", 0, 0),
        ("2026-03", 1, 100),
    ]
    assert [behind(client, r) for r in found["rows"]] == [1, 0, 1]


def test_the_months_of_a_period_go_on_to_the_last_of_the_calendar(client: Client) -> None:
    create(client, date="9999-12-31")
    for report in ("sales", "purchases"):
        found = get(client, f"{report}?by=month&from=9999-11-15&to=9999-12-31")
        assert [r["name"] for r in found["rows"]] == ["9999-11", "9999-12"]
    assert [r["count"] for r in get(client, "sales?by=month&from=9999-11-15&to=9999-12-31")["rows"]] == [0, 1]


def test_sales_by_product_and_category_sum_rows_net_of_discount_and_vat(client: Client) -> None:
    id = client.data("POST", "products", json={"data": {"name": "Sedia", "net_price": 50}})["id"]
    chair = {"product_id": id, "name": "Sedia", "category": "Mobili", "qty": 3, "discount": 10}
    create(client, date="2026-01-10", items_list=[row(50, **chair), row(20, name="Montaggio", category="Servizi")])
    gross = {**row(0, **chair), "gross_price": 61, "net_price": None, "discount": 0, "qty": 1}
    create(client, date="2026-01-11", items_list=[gross], use_gross_prices=True)
    create(client, "credit_note", date="2026-01-12", items_list=[row(50, **{**chair, "qty": 1})])
    by_product = get(client, "sales?by=product")
    assert [(r["id"], r["name"], r["quantity"], r["net"]) for r in by_product["rows"]] == [
        (id, "Sedia", 3, 140),
        (None, "Montaggio", 1, 20),
    ]
    by_category = get(client, "sales?by=category")
    assert [(r["name"], r["net"]) for r in by_category["rows"]] == [("Mobili", 140), ("Servizi", 20)]
    assert by_category["net"] == get(client, "sales?by=customer")["net"]


def test_purchases_by_supplier_month_and_category(client: Client) -> None:
    id = supplier(client)
    buy(client, 100, 22, entity={"id": id, "name": "Carta S.r.l."}, category="Cancelleria")
    buy(client, 50, 11, entity={"id": id, "name": "Carta S.r.l."}, category="cancelleria", date="2026-02-01")
    buy(client, 30, 0, type="passive_credit_note", entity={"id": id, "name": "Carta S.r.l."}, date="2026-02-02")
    (by_supplier,) = get(client, "purchases?by=supplier")["rows"]
    assert (by_supplier["id"], by_supplier["net"], by_supplier["vat"], behind(client, by_supplier)) == (id, 120, 33, 3)
    by_category = get(client, "purchases?by=category")["rows"]
    assert [(r["name"].lower(), r["net"], behind(client, r)) for r in by_category] == [
        ("cancelleria", 150, 2),
        ("", -30, 1),
    ]
    assert [r["net"] for r in get(client, "purchases?by=month&from=2026-01-01&to=2026-02-28")["rows"]] == [100, 20]


def test_sums_are_in_euro_whatever_the_currency(client: Client) -> None:
    create(client, date="2026-01-10", currency={"id": "USD", "exchange_rate": "1.25"})
    create(client, date="2026-01-11")
    assert get(client, "sales?by=month&from=2026-01-01&to=2026-01-31")["net"] == 180
    assert get(client, "sales?by=product")["net"] == 180
    assert client.data("GET", "issued_documents/summary?type=invoice")["gross"] == 219.6


# statement and prices


def test_a_statement_goes_from_the_opening_balance_to_what_is_open(client: Client) -> None:
    id = customer(client)
    who = {"id": id, "name": "Verdi S.r.l."}
    create(client, date="2025-12-10", entity=who, payments_list=[paid(client, 122, "2026-01-09", "2026-01-29")])
    half = [paid(client, 61, "2026-01-20", "2026-01-20"), due(61, "2026-02-20")]
    create(client, date="2026-01-10", entity=who, payments_list=half)
    create(
        client,
        "credit_note",
        date="2026-02-01",
        entity=who,
        items_list=[row(10)],
        payments_list=[due(12.2, "2026-03-30")],
    )
    create(client, date="2026-02-01", entity={"id": customer(client, "Altri"), "name": "Altri"})
    found = get(client, f"statement?client_id={id}&from=2026-01-01&to=2026-02-28")
    assert found["opening_balance"] == 122
    assert [(r["date"], r["what"], r["charged"], r["paid"], r["balance"]) for r in found["rows"]] == [
        ("2026-01-10", "document", 122, 0, 244),
        ("2026-01-20", "payment", 0, 61, 183),
        ("2026-01-29", "payment", 0, 122, 61),
        ("2026-02-01", "document", -12.2, 0, 48.8),
    ]
    assert (found["charged"], found["paid"], found["closing_balance"]) == (109.8, 183, 48.8)
    assert [(d["due_date"], d["amount"], d["state"]) for d in found["open_items"]] == [
        ("2026-02-20", 61, "overdue"),
        ("2026-03-30", -12.2, "open"),
    ]
    assert found["overdue"] == 61
    assert found["average_days_to_pay"] == 36.7  # (61 * 10 + 122 * 50) / 183
    assert found["average_days_late"] == 13.3  # (61 * 0 + 122 * 20) / 183


def test_what_was_paid_after_the_last_day_was_open_on_it(client: Client) -> None:
    id = customer(client)
    create(
        client,
        date="2026-01-10",
        entity={"id": id, "name": "V"},
        payments_list=[paid(client, 122, "2026-01-31", "2026-02-15")],
    )
    found = get(client, f"statement?client_id={id}&from=2026-01-01&to=2026-01-31")
    assert (found["closing_balance"], len(found["open_items"])) == (122, 1)


def test_a_suppliers_statement_tells_what_we_owe(client: Client) -> None:
    id = supplier(client)
    buy(client, 100, 22, entity={"id": id, "name": "Carta S.r.l."})
    found = get(client, f"statement?supplier_id={id}&from=2026-01-01&to=2026-12-31")
    assert (found["closing_balance"], found["rows"][0]["number"], found["name"]) == (122, "77", "Carta S.r.l.")


def test_a_statement_of_nobody_or_of_two_is_refused(
    client: Client, make_company: MakeCompany, make_token: MakeToken
) -> None:
    id = customer(client)
    other = make_company()
    stranger = Client(client.http, other, make_token(company_id=other))
    assert stranger.get(f"reports/statement?client_id={id}").status_code == 422
    for query in ("", "client_id=1&supplier_id=1", "client_id=x", "client_id=999999"):
        assert client.get(f"reports/statement?{query}").status_code == 422


def test_the_last_price_of_each_product_to_a_customer(client: Client) -> None:
    id = customer(client)
    product = client.data("POST", "products", json={"data": {"name": "Sedia", "net_price": 50}})["id"]
    chair = {"product_id": product, "name": "Sedia"}
    for date, price in (("2026-01-10", 50), ("2026-02-10", 45)):
        create(client, date=date, entity={"id": id, "name": "V"}, items_list=[row(price, **chair), row(5, name="Viti")])
    create(client, date="2026-03-01", items_list=[row(1, **chair)])
    rows = get(client, f"last_prices?client_id={id}")["rows"]
    assert [(r["name"], r["date"], r["net_price"]) for r in rows] == [
        ("Sedia", "2026-02-10", 45),
        ("Viti", "2026-02-10", 5),
    ]
    assert [r["name"] for r in get(client, f"last_prices?client_id={id}&product_id={product}")["rows"]] == ["Sedia"]


# payments


def test_the_calendar_has_each_installment_with_its_state(client: Client) -> None:
    rows = [paid(client, 22, "2026-02-10", "2026-02-12"), due(50, "2026-02-28"), due(50, "2026-03-31")]
    create(client, date="2026-01-10", payments_list=rows)
    create(client, "proforma", date="2026-01-10", payments_list=[due(122, "2026-03-01")])
    found = get(client, "payments?from=2026-02-01&to=2026-03-31")
    assert [(r["due_date"], r["state"], r["days_late"], r["amount"]) for r in found["rows"]] == [
        ("2026-02-10", "paid", 2, 22),
        ("2026-02-28", "overdue", 2, 50),
        ("2026-03-31", "open", 0, 50),
    ]
    assert found["totals"] == {"open": 50, "overdue": 50, "paid": 22, "total": 122}
    assert len(get(client, "payments?from=2026-03-01&to=2026-03-31")["rows"]) == 1
    assert [r["state"] for r in get(client, "payments?state=overdue")["rows"]] == ["overdue"]


def test_what_is_not_paid_is_found_however_old_it_is(client: Client) -> None:
    rows = [paid(client, 2, "2009-02-10", "2009-02-12"), due(20, "2009-02-28"), due(100, "2031-03-31")]
    create(client, date="2009-01-10", payments_list=rows)
    assert [r["amount"] for r in get(client, "payments?state=unpaid")["rows"]] == [20, 100]
    assert [r["amount"] for r in get(client, "payments?state=unpaid&to=2026-03-01")["rows"]] == [20]
    assert [r["amount"] for r in get(client, "payments?state=open")["rows"]] == [100]
    assert get(client, "payments?state=unpaid")["date_from"] == "2009-02-28"
    assert get(client, "payments?state=paid")["rows"] == []


def test_money_out_can_be_asked_for_by_what_it_is_for(client: Client) -> None:
    buy(client, 100, 22, payments_list=[due(122, "2026-03-05")])
    tax(client, 50, "2026-03-16")
    for kind, amount in (("received_document", 122), ("tax", 50)):
        assert [r["amount"] for r in get(client, f"payments?direction=out&kind={kind}")["rows"]] == [amount]
    assert client.get("reports/payments?kind=tax").status_code == 422


def test_money_out_has_expenses_and_taxes_that_the_caller_may_see(client: Client, make_token: MakeToken) -> None:
    buy(client, 100, 22, payments_list=[due(122, "2026-03-05")])
    tax(client, 50, "2026-03-16")
    path = "payments?direction=out"
    assert [(r["kind"], r["party"], r["amount"]) for r in get(client, path)["rows"]] == [
        ("received_document", "Carta S.r.l.", 122),
        ("tax", "IVA gennaio", 50),
    ]
    reader = client.using(make_token(scopes=["received_documents:r"]))
    assert [r["kind"] for r in get(reader, path)["rows"]] == ["received_document"]


def test_what_was_reversed_is_shown_and_not_summed(client: Client) -> None:
    create(client, date="2026-01-10", payments_list=[{"amount": 122, "due_date": "2026-02-10", "status": "reversed"}])
    found = get(client, "payments")
    assert ([r["state"] for r in found["rows"]], found["totals"]["total"]) == (["reversed"], 0)


# stamp duty


def test_stamp_duty_is_owed_by_quarter_for_what_the_sdi_has(client: Client, installation: Installation) -> None:
    exempt = {"items_list": [row(100, vat={"value": 0, "ei_type": "N4"})], "e_invoice": True, "stamp_duty": 2}
    sent = create(client, date="2026-05-10", **exempt)
    create(client, date="2026-05-11", **exempt)
    create(client, date="2026-05-12", items_list=exempt["items_list"], stamp_duty=2)  # on paper
    with installation.database.write() as session:  # as the SdI would
        taken = update(documents.table).where(documents.table.c.id == sent["id"]).values(ei_status="accepted")
        session.run(taken.where(documents.table.c.company_id == client.company_id))
    found = get(client, "stamp_duty?year=2026")
    second = found["quarters"][1]
    assert (second["count"], second["amount"], second["not_sent"], second["code"]) == (1, 2, 1, "2522")
    assert (second["pay_by"], found["amount"]) == ("2026-11-30", 2)  # small: with the third quarter's
    assert behind(client, second) == 1
    assert behind(client, {"documents": second["not_sent_documents"]}) == 1
    assert found["quarters"][3]["pay_by"] == "2027-02-28"


# totals of a list


def test_the_summary_is_that_of_the_filtered_list(client: Client) -> None:
    create(
        client, date="2026-01-10", payments_list=[paid(client, 61, "2026-01-31", "2026-01-31"), due(61, "2026-02-28")]
    )
    create(client, date="2026-02-10", items_list=[row(200)])
    create(client, "credit_note", date="2026-02-11", items_list=[row(10)])
    create(client, "quote", date="2026-02-11")
    whole = client.data("GET", "issued_documents/summary?type=invoice")
    assert (whole["count"], whole["net"], whole["vat"], whole["gross"]) == (2, 300, 66, 366)
    assert (whole["paid"], whole["unpaid"], whole["overdue"]) == (61, 305, 61)
    some = client.data("GET", "issued_documents/summary", params={"type": "invoice", "q": "date > '2026-02-01'"})
    assert (some["count"], some["net"], some["paid"]) == (1, 200, 0)
    mixed = client.data("GET", "issued_documents/summary?type=invoice,credit_note")
    assert (mixed["count"], mixed["net"], mixed["unpaid"]) == (3, 290, 292.8)
    alone = client.data("GET", "issued_documents/summary?type=credit_note")
    assert (alone["net"], alone["unpaid"]) == (10, 12.2)
    assert client.data("GET", "issued_documents/summary?type=quote")["unpaid"] == 0
    assert client.get("issued_documents/summary", params={"q": "wrong = 1"}).status_code == 422
    buy(client, 100, 22)
    assert client.data("GET", "received_documents/summary?type=expense")["unpaid"] == 122


# files

REPORTS = (
    "overview",
    "vat_registers?register=sales",
    "vat_registers?register=purchases",
    "vat_registers?register=receipts",
    "vat_settlement?period=1",
    "sales?by=customer",
    "sales?by=product",
    "sales?by=month",
    "purchases?by=category",
    "payments",
    "payments?direction=out",
    "stamp_duty",
    "statement?client_id={client}",
    "last_prices?client_id={client}",
)


@pytest.mark.parametrize("report", REPORTS)
def test_every_report_is_a_file_in_three_formats_and_two_languages(client: Client, report: str) -> None:
    id = customer(client, '=HYPERLINK("http://x")')
    hostile = {"id": id, "name": '=HYPERLINK("http://x") #let <script> 🙂 ' + "x" * 200}
    create(client, date="2026-01-10", entity=hostile, items_list=[row(name="=1+1", category="@cat")])
    buy(client, 100, 22, category="-2+3", entity={"name": "+39 Carta"})
    path = f"reports/{report.format(client=id)}"
    joint = "&" if "?" in path else "?"
    for language in ("it", "en"):
        asked = f"{path}{joint}language={language}&format="
        text = client.get(f"{asked}csv").content.decode("utf-8-sig")
        cells = [
            cell for line in csv.reader(io.StringIO(text), delimiter=";" if language == "it" else ",") for cell in line
        ]
        assert not [cell for cell in cells if cell.startswith(("=", "@", "+"))]
        book = client.get(f"{asked}xlsx")
        assert book.headers["content-disposition"].endswith('.xlsx"')
        with zipfile.ZipFile(io.BytesIO(book.content)) as parts:
            sheets = [parts.read(name) for name in parts.namelist() if name.startswith("xl/worksheets/")]
        assert sheets
        assert not any(b"<f>" in sheet or b"hyperlink" in sheet for sheet in sheets)
        pdf = pypdf.PdfReader(io.BytesIO(client.get(f"{asked}pdf").content))
        assert "Rossi S.r.l." in pdf.pages[0].extract_text()


def test_an_italian_file_writes_numbers_and_days_as_italians_do(client: Client) -> None:
    create(client, date="2026-01-10", items_list=[row(1234.56)])
    lines = client.get("reports/vat_registers?register=sales&format=csv").content.decode("utf-8-sig").splitlines()
    assert lines[1].split(";")[:4] == ["1", "10/01/2026", "10/01/2026", "1"]
    assert lines[1].split(";")[6:10] == ["22 %", "1234,56", "271,60", "271,60"]
    english = client.get("reports/vat_registers?register=sales&format=csv&language=en").content.decode("utf-8-sig")
    assert "2026-01-10" in english
    assert "1234.56" in english


def test_the_register_of_a_later_day_does_not_change_by_itself(client: Client, clock: Clock) -> None:
    create(client, date="2026-01-10")
    before = get(client, "vat_registers?register=sales")
    clock.advance(days=400)
    assert get(client, "vat_registers?register=sales&from=2026-01-01&to=2026-12-31") == before


def test_the_description_of_the_api_names_the_files_that_a_report_can_be(client: Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    described = paths["/c/{company_id}/reports/overview"]["get"]["responses"]["200"]["content"]
    answered = {
        format: client.get(f"reports/overview?format={format}").headers["content-type"]
        for format in ("json", "csv", "xlsx", "pdf")
    }
    assert set(described) == set(answered.values())
