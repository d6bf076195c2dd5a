from typing import Any

import fattureincloud_python_sdk as vendor
import pytest

from resources.issued_documents import account_of, change, create
from support import CheckAccess, Client, MakeCompany, MakeToken, Sdk

MARCH = "date_from=2026-03-01&date_to=2026-03-31"


def entry(client: Client, **more: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "date": "2026-03-05",
        "description": "Prelievo",
        "kind": "cashbook",
        "type": "out",
        "amount_out": 50,
        "payment_account_out": {"id": account_of(client)},
    }
    return data | more


def write(client: Client, **more: Any) -> dict[str, Any]:
    stored: dict[str, Any] = client.data("POST", "cashbook", json={"data": entry(client, **more)})
    return stored


def march(client: Client, more: str = "") -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = client.data("GET", f"cashbook?{MARCH}{more}")
    return entries


def paid(client: Client, amount: float = 122, date: str = "2026-03-10", **more: Any) -> dict[str, Any]:
    return {
        "amount": amount,
        "due_date": "2026-03-31",
        "status": "paid",
        "paid_date": date,
        "payment_account": {"id": account_of(client)},
    } | more


def test_access(client: Client, check_access: CheckAccess) -> None:
    own = write(client)
    sent = {"data": entry(client)}
    check_access("GET", f"cashbook?{MARCH}", needs="cashbook:r")
    check_access("POST", "cashbook", needs="cashbook:a", json=sent)
    check_access("GET", f"cashbook/{own['id']}", needs="cashbook:r")
    check_access("PUT", f"cashbook/{own['id']}", needs="cashbook:a", json=sent)
    check_access("DELETE", f"cashbook/{own['id']}", needs="cashbook:a")


def test_an_entry_of_another_company_is_not_there(
    client: Client, make_company: MakeCompany, make_token: MakeToken
) -> None:
    own = write(client)
    invoice = create(client, payments_list=[paid(client)])
    other = make_company()
    stranger = Client(client.http, other, make_token(company_id=other))
    assert stranger.get(f"cashbook/{own['id']}").status_code == 404
    assert stranger.get(f"cashbook/issued_document-{invoice['id']}-1").status_code == 404
    assert march(stranger) == []


def test_the_vendors_client_creates_reads_changes_lists_and_deletes(sdk: Sdk, client: Client) -> None:
    api = vendor.CashbookApi(sdk())
    company = client.company_id
    sent = vendor.CashbookEntry.from_dict(entry(client))
    created = api.create_cashbook_entry(company, vendor.CreateCashbookEntryRequest(data=sent)).data
    assert created.id == "1"
    assert (created.kind, created.type, created.amount_out) == ("cashbook", "out", 50)
    sent.amount_out = 60
    api.modify_cashbook_entry(company, created.id, vendor.ModifyCashbookEntryRequest(data=sent))
    assert api.get_cashbook_entry(company, created.id).data.amount_out == 60
    create(client, payments_list=[paid(client)])
    listed = api.list_cashbook_entries(company, "2026-03-01", "2026-03-31").data
    assert [(row.kind, row.amount_in, row.amount_out) for row in listed] == [
        ("issued_document", 122, 0),
        ("cashbook", 0, 60),
    ]
    api.delete_cashbook_entry(company, created.id)
    assert len(march(client)) == 1


def test_a_paid_installment_is_an_entry_and_an_open_one_is_not(client: Client) -> None:
    installments = [paid(client, 61), {"amount": 61, "due_date": "2026-04-30"}]
    invoice = create(client, payments_list=installments)
    (found,) = march(client)
    assert found == {
        "id": f"issued_document-{invoice['id']}-1",
        "date": "2026-03-10",
        "description": "Fattura n. 1/2026",
        "kind": "issued_document",
        "type": "in",
        "entity_name": "Bianchi S.p.A.",
        "document": {
            "id": invoice["id"],
            "type": "invoice",
            "path": f"/c/{client.company_id}/issued_documents/{invoice['id']}",
        },
        "amount_in": 61,
        "payment_account_in": invoice["payments_list"][0]["payment_account"],
        "amount_out": 0,
        "payment_account_out": None,
    }
    assert client.data("GET", f"cashbook/{found['id']}") == found
    assert client.data("GET", found["document"]["path"])["id"] == invoice["id"]


def test_paying_unpaying_deleting_and_recovering_a_document_is_seen_at_once(client: Client) -> None:
    invoice = create(client)
    assert march(client) == []
    change(client, invoice["id"], payments_list=[paid(client)])
    assert [row["amount_in"] for row in march(client)] == [122]
    change(client, invoice["id"], payments_list=[paid(client, 61), paid(client, 61, "2026-03-20")])
    assert [(row["date"], row["amount_in"]) for row in march(client)] == [("2026-03-20", 61), ("2026-03-10", 61)]
    client.delete(f"issued_documents/{invoice['id']}")
    assert march(client) == []
    client.data("POST", f"bin/issued_documents/{invoice['id']}/recover")
    assert len(march(client)) == 2
    change(client, invoice["id"], payments_list=[{"amount": 122, "due_date": "2026-04-01"}])
    assert march(client) == []


@pytest.mark.parametrize(
    ("type", "side"), [("invoice", "in"), ("receipt", "in"), ("proforma", "in"), ("credit_note", "out")]
)
def test_money_goes_the_way_of_the_documents_type(client: Client, type: str, side: str) -> None:
    create(client, type, payments_list=[paid(client)])
    (found,) = march(client)
    assert (found["type"], found[f"amount_{side}"]) == (side, 122)


def test_a_quote_moves_no_money(client: Client) -> None:
    create(client, "quote", fix=False, payments_list=[paid(client)])
    assert march(client) == []


def test_a_credit_note_with_negative_rows_is_money_out_all_the_same(client: Client) -> None:
    rows = [{"name": "Storno", "net_price": -100, "vat": {"id": 0}}]
    create(client, "credit_note", items_list=rows, payments_list=[paid(client, -122)])
    (found,) = march(client)
    assert (found["type"], found["amount_out"]) == ("out", 122)


def test_foreign_money_is_counted_in_euro(client: Client) -> None:
    create(client, currency={"id": "USD", "exchange_rate": "1.25"}, payments_list=[paid(client)])
    assert march(client)[0]["amount_in"] == 97.6


def test_purchases_taxes_and_receipts_are_in_the_cashbook(client: Client) -> None:
    expense = {
        "type": "expense",
        "entity": {"name": "Fornitore S.r.l."},
        "date": "2026-03-01",
        "invoice_number": "77",
        "amount_net": 100,
        "amount_vat": 22,
        "payments_list": [paid(client)],
    }
    received = client.data("POST", "received_documents", json={"data": expense})
    credit = {**expense, "type": "passive_credit_note"}
    client.data("POST", "received_documents", json={"data": credit})
    account = {"id": account_of(client)}
    f24 = {"due_date": "2026-03-16", "amount": 300, "description": "IVA", "status": "paid", "payment_account": account}
    tax = client.data("POST", "taxes", json={"data": f24})
    takings = {"date": "2026-03-02", "type": "till_receipt", "payment_account": account, "amount_gross": 12.2}
    receipt = client.data("POST", "receipts", json={"data": takings})
    found = {(row["kind"], row["type"]): row for row in march(client)}
    assert set(found) == {("received_document", "out"), ("received_document", "in"), ("tax", "out"), ("receipt", "in")}
    assert found["received_document", "out"]["amount_out"] == 122
    assert found["received_document", "out"]["entity_name"] == "Fornitore S.r.l."
    assert found["tax", "out"]["amount_out"] == 300
    assert found["receipt", "in"]["amount_in"] == 12.2
    client.put(f"taxes/{tax['id']}", json={"data": {"status": "not_paid"}})
    client.delete(f"receipts/{receipt['id']}")
    client.delete(f"received_documents/{received['id']}")
    assert [(row["kind"], row["type"]) for row in march(client)] == [("received_document", "in")]
    client.data("POST", f"bin/received_documents/{received['id']}/recover")
    assert len(march(client)) == 2


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_an_entry_of_a_document_is_changed_in_the_document(client: Client, method: str) -> None:
    create(client, payments_list=[paid(client)])
    (found,) = march(client)
    answer = client.call(method, f"cashbook/{found['id']}", json={"data": {"description": "x"}})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "DERIVED_ENTRY")
    assert found["document"]["path"] in answer.json()["error"]["message"]
    assert march(client) == [found]


def test_a_transfer_between_two_accounts_is_one_entry(client: Client) -> None:
    accounts = client.data("GET", "info/payment_accounts")
    moved = write(
        client,
        type=None,
        amount_in=50,
        payment_account_in={"id": accounts[1]["id"]},
        payment_account_out={"id": accounts[0]["id"]},
    )
    assert (moved["amount_in"], moved["amount_out"]) == (50, 50)
    assert [row["id"] for row in march(client, "&type=in")] == [moved["id"]]
    assert [row["id"] for row in march(client, "&type=out")] == [moved["id"]]
    assert [row["id"] for row in march(client, f"&payment_account_id={accounts[1]['id']}")] == [moved["id"]]


def test_the_account_of_a_side_without_amount_is_null(client: Client) -> None:
    stored = write(client, payment_account_in={"id": account_of(client)})
    assert (stored["payment_account_in"], stored["amount_in"]) == (None, 0)


def test_a_list_is_narrowed_by_days_year_type_and_account(client: Client) -> None:
    accounts = [row["id"] for row in client.data("GET", "info/payment_accounts")]
    write(client, date="2025-12-31")
    write(client, date="2026-01-01")
    money_in = {"type": "in", "amount_out": 0, "amount_in": 5, "payment_account_in": {"id": accounts[1]}}
    write(client, date="2026-12-31", **money_in)

    def days(query: str) -> list[str]:
        return [row["date"] for row in client.data("GET", f"cashbook?{query}")]

    whole = "date_from=2025-01-01&date_to=2027-01-01"
    assert days(whole) == ["2026-12-31", "2026-01-01", "2025-12-31"]
    assert days("date_from=2026-01-01&date_to=2026-01-01") == ["2026-01-01"]
    assert days(f"{whole}&year=2026") == ["2026-12-31", "2026-01-01"]
    assert days("year=2025") == ["2025-12-31"]
    assert days(f"{whole}&type=in") == ["2026-12-31"]
    assert days(f"{whole}&type=out&payment_account_id={accounts[0]}") == ["2026-01-01", "2025-12-31"]
    assert days(f"{whole}&payment_account_id={accounts[1]}") == ["2026-12-31"]


def test_all_entries_come_at_once_unless_a_page_is_asked_for(client: Client) -> None:
    for day in range(1, 8):
        write(client, date=f"2026-03-0{day}")
    assert "total" not in client.get(f"cashbook?{MARCH}").json()
    answer = client.get(f"cashbook?{MARCH}&page=2&per_page=3").json()
    assert (answer["total"], answer["last_page"], answer["from"], answer["to"]) == (7, 3, 4, 6)
    assert [row["date"] for row in answer["data"]] == ["2026-03-04", "2026-03-03", "2026-03-02"]
    assert client.get(f"cashbook?{MARCH}&per_page=0").status_code == 422
    assert list(client.data("GET", f"cashbook?{MARCH}&fields=id,date")[0]) == ["id", "date"]


def test_the_opening_balance_is_what_came_before_the_first_day(client: Client) -> None:
    accounts = [row["id"] for row in client.data("GET", "info/payment_accounts")]
    create(client, date="2026-01-10", payments_list=[paid(client, date="2026-01-20")])
    write(client, date="2026-02-28", amount_out=22.5)
    write(client, date="2026-03-01", amount_out=1000)
    answer = client.get(f"cashbook?{MARCH}&opening_balance=1").json()
    balances = {row["payment_account"]["id"]: row["amount"] for row in answer["opening_balances"]}
    assert balances[account_of(client)] == 99.5
    assert balances[accounts[1]] == 0
    narrowed = client.get(f"cashbook?{MARCH}&opening_balance=true&payment_account_id={accounts[1]}").json()
    assert [row["payment_account"]["id"] for row in narrowed["opening_balances"]] == [accounts[1]]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "date_from=2026-03-01",
        "date_to=2026-03-01",
        "date_from=2026-02-30&date_to=2026-03-01",
        f"{MARCH}&type=both",
        f"{MARCH}&year=26",
        f"{MARCH}&payment_account_id=x",
        f"{MARCH}&payment_account_id={'9' * 30}",
        f"{MARCH}&opening_balance=maybe",
    ],
)
def test_a_list_that_cannot_be_asked_for_is_refused(client: Client, query: str) -> None:
    assert client.get(f"cashbook?{query}").status_code == 422


@pytest.mark.parametrize("id", ["0", "99", "x", "-1", "receipt-1-0", "issued_document-1", "tax-x-0", "1" * 30])
def test_an_entry_that_there_is_not_is_not_found(client: Client, id: str) -> None:
    for method in ("GET", "PUT", "DELETE"):
        assert client.call(method, f"cashbook/{id}", json={"data": {}}).status_code == 404


@pytest.mark.parametrize(
    ("facts", "path"),
    [
        ({"date": None}, "data.date"),
        ({"description": ""}, "data.description"),
        ({"amount_out": 0}, "data.amount_out"),
        ({"amount_out": -1}, "data.amount_out"),
        ({"amount_out": "x"}, "data.amount_out"),
        ({"payment_account_out": {"id": 999}}, "data.payment_account_out.id"),
        ({"type": "sideways"}, "data.type"),
        ({"kind": "salary"}, "data.kind"),
    ],
)
def test_what_cannot_be_is_refused_with_the_path_of_the_key(client: Client, facts: dict[str, Any], path: str) -> None:
    answer = client.post("cashbook", json={"data": entry(client, **facts)})
    assert answer.status_code == 422, answer.text
    assert list(answer.json()["error"]["validation_result"]) == [path]


def test_a_type_that_contradicts_the_only_amount_is_refused(client: Client) -> None:
    refused = client.post("cashbook", json={"data": entry(client, type="out", amount_in=5, amount_out=None)})
    assert refused.status_code == 422
    assert list(refused.json()["error"]["validation_result"]) == ["data.amount_out"]
    assert march(client) == []
