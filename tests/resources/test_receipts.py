from typing import Any

import fattureincloud_python_sdk as vendor
import pytest

from resources.issued_documents import account_of
from support import CheckAccess, Client, Clock, MakeCompany, MakeToken, Sdk


def body(client: Client, **more: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "date": "2026-03-02",
        "type": "sales_receipt",
        "payment_account": {"id": account_of(client)},
        "use_gross_prices": True,
        "items_list": [{"amount_gross": 122, "vat": {"id": 0}, "category": "bar"}],
    }
    return data | more


def create(client: Client, *, autocomplete: bool = False, **more: Any) -> dict[str, Any]:
    sent = {"data": body(client, **more), "autocomplete_number": autocomplete}
    created: dict[str, Any] = client.data("POST", "receipts", json=sent)
    return created


def test_access(client: Client, check_access: CheckAccess) -> None:
    receipt = create(client)
    sent = {"data": body(client)}
    check_access("GET", "receipts", needs="receipts:r")
    check_access("POST", "receipts", needs="receipts:a", json=sent)
    check_access("GET", f"receipts/{receipt['id']}", needs="receipts:r")
    check_access("PUT", f"receipts/{receipt['id']}", needs="receipts:a", json=sent)
    check_access("DELETE", f"receipts/{receipt['id']}", needs="receipts:a")
    check_access("GET", "receipts/info", needs="receipts:r")
    check_access("GET", "receipts/monthly_totals?type=sales_receipt&year=2026", needs="receipts:r")


def test_a_receipt_of_another_company_is_not_there(
    client: Client, make_company: MakeCompany, make_token: MakeToken
) -> None:
    receipt = create(client)
    other = make_company()
    stranger = Client(client.http, other, make_token(company_id=other))
    assert stranger.get(f"receipts/{receipt['id']}").status_code == 404
    assert stranger.data("GET", "receipts") == []


def test_the_vendors_client_creates_reads_changes_lists_and_deletes(sdk: Sdk, client: Client) -> None:
    api = vendor.ReceiptsApi(sdk())
    company = client.company_id
    sent = vendor.Receipt.from_dict(body(client))
    created = api.create_receipt(company, vendor.CreateReceiptRequest(data=sent, autocomplete_number=True)).data
    assert (created.number, created.amount_net, created.amount_vat, created.amount_gross) == (1, 100, 22, 122)
    assert created.payment_account.name
    assert api.get_receipt(company, created.id).data.items_list[0].vat.value == 22
    sent.description = "Cassa 1"
    changed = api.modify_receipt(company, created.id, vendor.ModifyReceiptRequest(data=sent)).data
    assert changed.description == "Cassa 1"
    assert [row.id for row in api.list_receipts(company, q="description = 'cassa 1'", sort="-date").data] == [
        created.id
    ]
    months = api.get_receipts_monthly_totals(company, "sales_receipt", "2026").data
    assert (months[2].net, months[2].gross, months[2].count) == (100, 122, 1)
    api.delete_receipt(company, created.id)
    assert api.list_receipts(company).total == 0


def test_rows_of_several_rates_add_up_to_the_cent(client: Client) -> None:
    rows = [{"amount_gross": 10, "vat": {"id": 0}}, {"amount_gross": 9.99, "vat": {"id": 3}}]
    receipt = create(client, items_list=rows)
    assert (receipt["amount_net"], receipt["amount_vat"], receipt["amount_gross"]) == (17.28, 2.71, 19.99)
    assert [row["amount_net"] for row in receipt["items_list"]] == [8.2, 9.08]
    assert [row["id"] for row in receipt["items_list"]] == [1, 2]


@pytest.mark.parametrize(
    ("amounts", "stored"),
    [
        ({"amount_net": 100, "amount_vat": 10}, (100, 10, 110)),
        ({"amount_net": 100, "amount_gross": 104}, (100, 4, 104)),
        ({"amount_gross": 122}, (100, 22, 122)),
        ({"amount_net": 50}, (50, 11, 61)),
        ({"amount_vat": 4, "amount_gross": 104}, (100, 4, 104)),
    ],
)
def test_a_receipt_without_rows_has_the_amounts_that_were_sent(
    client: Client, amounts: dict[str, Any], stored: tuple[int, int, int]
) -> None:
    receipt = create(client, items_list=[], **amounts)
    assert (receipt["amount_net"], receipt["amount_vat"], receipt["amount_gross"]) == stored


def test_an_amount_that_is_changed_leads_the_others(client: Client) -> None:
    receipt = create(client, items_list=[], amount_net=100, amount_vat=10)
    changed = client.data("PUT", f"receipts/{receipt['id']}", json={"data": {"amount_gross": 244}})
    assert (changed["amount_net"], changed["amount_vat"], changed["amount_gross"]) == (200, 44, 244)
    same = client.data("PUT", f"receipts/{receipt['id']}", json={"data": {"description": "Sera"}})
    assert (same["amount_net"], same["amount_gross"]) == (200, 244)


def test_each_type_and_numeration_counts_for_itself(client: Client) -> None:
    assert create(client, autocomplete=True)["number"] == 1
    assert create(client, autocomplete=True)["number"] == 2
    assert create(client, autocomplete=True, type="till_receipt")["number"] == 1
    assert create(client, autocomplete=True, numeration="REC006")["number"] == 1
    assert create(client, autocomplete=True, date="2027-01-01")["number"] == 1
    assert create(client)["number"] is None
    assert create(client, autocomplete=True, number=10)["number"] == 10
    assert create(client, autocomplete=True)["number"] == 11


def test_a_number_is_given_once(client: Client) -> None:
    first = create(client, number=7)
    answer = client.post("receipts", json={"data": body(client, number=7)})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "NUMBER_TAKEN")
    assert create(client, number=7, type="till_receipt")["number"] == 7
    again = client.data("PUT", f"receipts/{first['id']}", json={"data": {"number": 7, "description": "x"}})
    assert again["number"] == 7
    second = create(client, number=8)
    assert client.put(f"receipts/{second['id']}", json={"data": {"number": 7}}).status_code == 409


def test_the_form_shows_next_numbers_and_the_words_in_use(client: Client) -> None:
    create(client, number=6, numeration="REC006", rc_center="Negozio Bergamo")
    create(client, number=3, type="till_receipt", date="2025-05-05")
    info = client.data("GET", "receipts/info")
    assert info["numerations"] == {"2025": {"": 4}, "2026": {"REC006": 7, "": 1}}
    assert info["numerations_by_type"] == {
        "2025": {"till_receipt": {"": 4}},
        "2026": {"sales_receipt": {"REC006": 7, "": 1}, "till_receipt": {"": 1}},
    }
    assert info["numerations_list"] == ["", "REC006"]
    assert info["rc_centers_list"] == ["Negozio Bergamo"]
    assert info["categories_list"] == ["bar"]
    assert info["payment_accounts_list"]
    assert info["vat_types_list"][0]["id"] == 0
    assert client.data("GET", "info/revenue_centers") == ["Negozio Bergamo"]


def test_a_year_has_twelve_months_whatever_was_taken(client: Client) -> None:
    create(client, date="2026-01-31")
    create(client, date="2026-12-31", items_list=[{"amount_gross": -61, "vat": {"id": 0}}])
    create(client, date="2025-12-31")
    create(client, date="2026-06-01", type="till_receipt")
    months = client.data("GET", "receipts/monthly_totals?type=sales_receipt&year=2026")
    assert len(months) == 12
    assert months[0] == {"net": 100, "gross": 122, "count": 1}
    assert months[11] == {"net": -50, "gross": -61, "count": 1}
    assert months[5] == {"net": 0, "gross": 0, "count": 0}


@pytest.mark.parametrize(
    "query", ["", "?type=sales_receipt", "?year=2026", "?type=x&year=2026", "?type=sales_receipt&year=26"]
)
def test_monthly_totals_need_a_type_and_a_year(client: Client, query: str) -> None:
    assert client.get(f"receipts/monthly_totals{query}").status_code == 422


@pytest.mark.parametrize(
    ("facts", "path"),
    [
        ({"date": None}, "data.date"),
        ({"date": "2026-02-30"}, "data.date"),
        ({"type": None}, "data.type"),
        ({"type": "receipt"}, "data.type"),
        ({"payment_account": None}, "data.payment_account"),
        ({"payment_account": {"id": 999}}, "data.payment_account.id"),
        ({"payment_account": {"name": "Nessuno"}}, "data.payment_account.name"),
        ({"items_list": [{"amount_net": 1, "vat": {"id": 999}}]}, "data.items_list.0.vat.id"),
        ({"items_list": [{"amount_net": "x"}]}, "data.items_list.0.amount_net"),
        ({"items_list": []}, "data.items_list"),
        ({"items_list": [{"amount_net": 1}] * 2001}, "data.items_list"),
        ({"number": 0}, "data.number"),
        ({"numeration": "2026"}, "data.numeration"),
        ({"items_list": [{"amount_gross": 999_999_999_999}] * 3}, "data.amount_gross"),
    ],
)
def test_what_cannot_be_is_refused_with_the_path_of_the_key(client: Client, facts: dict[str, Any], path: str) -> None:
    answer = client.post("receipts", json={"data": body(client, **facts)})
    assert answer.status_code == 422, answer.text
    assert list(answer.json()["error"]["validation_result"]) == [path]


def test_receipts_are_found_by_what_the_vendor_filters_by(client: Client, clock: Clock) -> None:
    create(client, description="Mattina", date="2026-03-01")
    clock.advance(hours=1)
    create(client, description="Sera", rc_center="Bar", type="till_receipt")

    def found(q: str) -> list[str]:
        return [row["description"] for row in client.data("GET", "receipts", params={"q": q})]

    assert found("date < '2026-03-02'") == ["Mattina"]
    assert found("type = 'till_receipt'") == ["Sera"]
    assert found("rc_center = 'bar'") == ["Sera"]
    assert found("updated_at > '2026-03-02 10:00:00'") == ["Sera"]
    assert client.get("receipts", params={"q": "number = 1"}).status_code == 422
    assert client.get("receipts", params={"sort": "type"}).status_code == 422
