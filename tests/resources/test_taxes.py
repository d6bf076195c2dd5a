import datetime as dt
from typing import Any

import fattureincloud_python_sdk as vendor
import pytest

from mastro.api.call import Installation
from resources.events import events_of
from support import CheckAccess, Client, MakeCompany, Sdk

VAT = {"due_date": "2026-03-16", "amount": 840.36, "description": "IVA febbraio"}


def create(client: Client, **body: Any) -> Any:
    return client.data("POST", "taxes", json={"data": {**VAT, **body}})


def test_access_to_taxes(client: Client, check_access: CheckAccess) -> None:
    id = create(client)["id"]
    check_access("GET", "taxes", needs="taxes:r")
    check_access("POST", "taxes", needs="taxes:a", json={"data": VAT})
    check_access("GET", f"taxes/{id}", needs="taxes:r")
    check_access("PUT", f"taxes/{id}", needs="taxes:a", json={"data": {}})
    check_access("DELETE", f"taxes/{id}", needs="taxes:a")


def test_the_vendors_client_creates_reads_changes_lists_and_deletes(sdk: Sdk, client: Client) -> None:
    api, company_id = vendor.TaxesApi(sdk()), client.company_id
    (account, *_) = client.data("GET", "info/payment_accounts")
    body = vendor.F24(
        due_date=dt.date(2026, 3, 16),
        amount=840.36,
        description="IVA febbraio",
        status="paid",
        payment_account=vendor.PaymentAccount(id=account["id"], name=account["name"]),
    )
    created = api.create_f24(company_id, vendor.CreateF24Request(data=body)).data
    assert (created.amount, created.payment_account.name) == (840.36, account["name"])
    changed = api.modify_f24(company_id, created.id, vendor.ModifyF24Request(data=vendor.F24(amount=810.62))).data
    assert (changed.amount, changed.description, changed.status) == (810.62, "IVA febbraio", "paid")
    assert api.get_f24(company_id, created.id).data.due_date == dt.date(2026, 3, 16)
    page = api.list_f24(company_id, q="status = 'paid'")
    assert ([one.id for one in page.data], page.aggregated_data.amount) == ([created.id], 810.62)
    api.delete_f24(company_id, created.id)
    assert api.list_f24(company_id).data == []


def test_the_sum_is_that_of_the_whole_list_not_of_the_page(client: Client, make_company: MakeCompany) -> None:
    for amount in (0.1, 0.2, 1000):
        create(client, amount=amount)
    create(client, amount=77, status="paid")
    page = client.get("taxes", params={"q": "status = 'not_paid'", "per_page": 1}).json()
    assert (len(page["data"]), page["total"], page["aggregated_data"]) == (1, 3, {"amount": 1000.3})
    assert client.get("taxes").json()["aggregated_data"] == {"amount": 1077.3}
    assert client.get("taxes", params={"q": "amount > 5000"}).json()["aggregated_data"] == {"amount": 0}


def test_they_are_found_and_sorted(client: Client) -> None:
    for day, description in (("2026-03-16", "IVA"), ("2026-06-30", "IRPEF saldo"), ("2026-11-30", "IRPEF acconto")):
        create(client, due_date=day, description=description)

    def listed(**query: str) -> list[str]:
        return [one["description"] for one in client.data("GET", "taxes", params=query)]

    assert listed() == ["IRPEF acconto", "IRPEF saldo", "IVA"]
    assert listed(sort="due_date") == ["IVA", "IRPEF saldo", "IRPEF acconto"]
    assert listed(q="description contains 'irpef' and due_date < '2026-07-01'") == ["IRPEF saldo"]
    assert client.get("taxes", params={"q": "payment_account = 1"}).status_code == 422


@pytest.mark.parametrize("key", ["due_date", "amount", "description"])
def test_what_must_be_there_cannot_be_left_out_or_cleared(client: Client, key: str) -> None:
    answer = client.post("taxes", json={"data": {k: v for k, v in VAT.items() if k != key}})
    assert answer.status_code == 422
    assert list(answer.json()["error"]["validation_result"]) == [f"data.{key}"]
    id = create(client)["id"]
    assert client.put(f"taxes/{id}", json={"data": {key: None}}).status_code == 422


@pytest.mark.parametrize(
    "sent", [{"status": "forse"}, {"amount": "x"}, {"amount": 10**12}, {"payment_account": {"id": 9**9}}]
)
def test_what_cannot_be_is_refused(client: Client, sent: dict[str, Any]) -> None:
    assert client.post("taxes", json={"data": {**VAT, **sent}}).status_code == 422


def test_an_account_that_is_gone_does_not_keep_its_taxes_from_changes(client: Client) -> None:
    account = client.data("POST", "settings/payment_accounts", json={"data": {"name": "Carta"}})
    id = create(client, payment_account={"id": account["id"]})["id"]
    client.delete(f"settings/payment_accounts/{account['id']}")
    changed = client.data("PUT", f"taxes/{id}", json={"data": {"status": "paid"}})
    assert changed["payment_account"]["name"] == "Carta"


def test_every_change_is_an_event(client: Client, installation: Installation) -> None:
    id = create(client)["id"]
    client.put(f"taxes/{id}", json={"data": {"status": "paid"}})
    client.delete(f"taxes/{id}")
    assert [event for event, _ in events_of(installation, client.company_id)] == [
        "taxes.create",
        "taxes.update",
        "taxes.delete",
    ]
    assert client.get(f"taxes/{id}").status_code == 404
