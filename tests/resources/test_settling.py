"""Settling: one installment at a time, of what is sold, bought or owed to the state."""

from typing import Any

import pytest

from resources.issued_documents import account_of, create
from support import CheckAccess, Client, MakeCompany, MakeToken

DUE = [{"amount": 22, "due_date": "2026-02-10"}, {"amount": 100, "due_date": "2026-04-01"}]


def act(client: Client, step: str, **data: Any) -> Any:
    return client.post(f"payments/{step}", json={"data": data})


def settle(client: Client, **data: Any) -> Any:
    answer = act(client, "settle", **data)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def sold(client: Client) -> tuple[int, list[int]]:
    """An invoice with two installments: its id and theirs."""
    document = create(client, date="2026-01-10", payments_list=DUE)
    return document["id"], [each["id"] for each in document["payments_list"]]


def bought(client: Client) -> tuple[int, int]:
    sent = {"type": "expense", "date": "2026-01-20", "entity": {"name": "Carta"}, "amount_net": 100, "amount_vat": 22}
    document = client.data("POST", "received_documents", json={"data": sent})
    return document["id"], document["payments_list"][0]["id"]


def form(client: Client) -> int:
    sent = {"amount": 50, "due_date": "2026-03-16", "description": "IVA"}
    id: int = client.data("POST", "taxes", json={"data": sent})["id"]
    return id


def test_access(client: Client, check_access: CheckAccess) -> None:
    account = {"id": account_of(client)}
    id, (first, _) = sold(client)
    sale = {"kind": "issued_document", "document_id": id, "installment_id": first, "payment_account": account}
    check_access("POST", "payments/settle", needs="issued_documents.invoices:a", json={"data": sale})
    expense, payment = bought(client)
    cost = {"kind": "received_document", "document_id": expense, "installment_id": payment, "payment_account": account}
    check_access("POST", "payments/settle", needs="received_documents:a", json={"data": cost})
    tax = {"kind": "tax", "document_id": form(client)}
    check_access("POST", "payments/settle", needs="taxes:a", json={"data": tax})


def test_an_installment_is_settled_and_the_others_stay(client: Client) -> None:
    id, (first, second) = sold(client)
    account = account_of(client)
    done = settle(
        client,
        kind="issued_document",
        document_id=id,
        installment_id=first,
        payment_account={"id": account},
        paid_date="2026-02-20",
    )
    assert (done["status"], done["paid_date"], done["payment_account"]["id"]) == ("paid", "2026-02-20", account)
    stored = client.data("GET", f"issued_documents/{id}")
    assert [(each["id"], each["status"]) for each in stored["payments_list"]] == [(first, "paid"), (second, "not_paid")]
    [entry] = client.data("GET", "cashbook?date_from=2026-02-01&date_to=2026-02-28")
    assert (entry["amount_in"], entry["payment_account_in"]["id"]) == (22, account)


def test_an_expense_and_a_form_are_settled_today(client: Client) -> None:
    id, payment = bought(client)
    account = {"id": account_of(client)}
    one = {"kind": "received_document", "document_id": id, "installment_id": payment, "payment_account": account}
    assert settle(client, **one)["paid_date"] == "2026-03-02"
    tax = form(client)
    assert settle(client, kind="tax", document_id=tax, payment_account=account)["status"] == "paid"
    assert client.data("GET", f"taxes/{tax}")["payment_account"]["id"] == account["id"]


def test_what_was_settled_can_be_opened_again(client: Client) -> None:
    id, (first, _) = sold(client)
    one = {"kind": "issued_document", "document_id": id, "installment_id": first}
    settle(client, **one, payment_account={"id": account_of(client)})
    assert act(client, "reopen", **one).json()["data"]["status"] == "not_paid"
    payment = client.data("GET", f"issued_documents/{id}")["payments_list"][0]
    assert (payment["status"], payment["paid_date"]) == ("not_paid", None)
    assert client.data("GET", "cashbook?date_from=2026-01-01&date_to=2026-12-31") == []


def test_nothing_is_settled_or_opened_twice(client: Client) -> None:
    tax = {"kind": "tax", "document_id": form(client)}
    assert act(client, "reopen", **tax).status_code == 409
    settle(client, **tax)
    assert act(client, "settle", **tax).status_code == 409


def test_the_bank_must_be_known_where_a_document_is_settled(client: Client) -> None:
    id, (first, _) = sold(client)
    one = {"kind": "issued_document", "document_id": id, "installment_id": first}
    assert act(client, "settle", **one).status_code == 422
    assert act(client, "settle", **one, payment_account={"id": 9_999_999}).status_code == 422
    assert client.data("GET", f"issued_documents/{id}")["payments_list"][0]["status"] == "not_paid"


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"document_id": 1, "installment_id": 1}, "data.kind"),
        ({"kind": "tax"}, "data.document_id"),
        ({"kind": "issued_document", "document_id": 1}, "data.installment_id"),
        ({"kind": "cashbook", "document_id": 1}, "data.kind"),
        ({"kind": "tax", "document_id": "x"}, "data.document_id"),
    ],
)
def test_what_is_to_be_settled_must_be_named(client: Client, data: dict[str, Any], key: str) -> None:
    answer = act(client, "settle", **data)
    assert answer.status_code == 422
    assert key in answer.json()["error"]["validation_result"]


def test_what_is_not_there_or_another_companys_is_not_settled(
    client: Client, make_company: MakeCompany, make_token: MakeToken
) -> None:
    id, (first, _) = sold(client)
    one = {"kind": "issued_document", "document_id": id, "installment_id": first}
    account = {"id": account_of(client)}
    assert act(client, "settle", **{**one, "installment_id": 999}, payment_account=account).status_code == 404
    assert act(client, "settle", **{**one, "document_id": 999_999}, payment_account=account).status_code == 404
    company = make_company()
    other = Client(client.http, company, make_token(company_id=company))
    assert act(other, "settle", **one, payment_account=account).status_code == 404
    assert client.data("GET", f"issued_documents/{id}")["payments_list"][0]["status"] == "not_paid"


def test_a_part_is_paid_and_the_rest_stays_open_under_its_own_id(client: Client) -> None:
    id, (first, second) = sold(client)
    account = {"id": account_of(client)}
    one = {"kind": "issued_document", "document_id": id, "installment_id": second, "payment_account": account}
    part = settle(client, **one, amount=30)
    assert (part["amount"], part["status"], part["split_from"]) == (30, "paid", second)
    stored = client.data("GET", f"issued_documents/{id}")["payments_list"]
    assert [(each["id"], each["amount"], each["status"], each["due_date"]) for each in stored] == [
        (first, 22, "not_paid", "2026-02-10"),
        (part["installment_id"], 30, "paid", "2026-04-01"),
        (second, 70, "not_paid", "2026-04-01"),
    ]
    [entry] = client.data("GET", "cashbook?date_from=2026-03-01&date_to=2026-03-31")
    assert entry["amount_in"] == 30


def test_a_part_that_is_open_again_goes_back_into_what_it_was_split_from(client: Client) -> None:
    id, payment = bought(client)
    one = {"kind": "received_document", "document_id": id, "installment_id": payment}
    one |= {"payment_account": {"id": account_of(client)}}
    parts = [settle(client, **one, amount=amount) for amount in (20, 2)]
    for part in parts:
        back = act(client, "reopen", **one | {"installment_id": part["installment_id"], "split_from": payment})
        assert back.json()["data"]["installment_id"] == payment
    stored = client.data("GET", f"received_documents/{id}")["payments_list"]
    assert [(each["id"], each["amount"], each["status"]) for each in stored] == [(payment, 122, "not_paid")]


def test_a_part_whose_rest_was_paid_is_open_by_itself(client: Client) -> None:
    id, payment = bought(client)
    one = {"kind": "received_document", "document_id": id, "installment_id": payment}
    one |= {"payment_account": {"id": account_of(client)}}
    part = settle(client, **one, amount=22)
    settle(client, **one)
    act(client, "reopen", **one | {"installment_id": part["installment_id"], "split_from": payment})
    stored = client.data("GET", f"received_documents/{id}")["payments_list"]
    assert [(each["amount"], each["status"]) for each in stored] == [(22, "not_paid"), (100, "paid")]


@pytest.mark.parametrize("amount", [0, 0.004, -1, 122.01, 1000])
def test_what_is_no_part_of_an_installment_is_refused(client: Client, amount: float) -> None:
    id, payment = bought(client)
    one = {"kind": "received_document", "document_id": id, "installment_id": payment}
    answer = act(client, "settle", **one, payment_account={"id": account_of(client)}, amount=amount)
    assert answer.status_code == 422
    assert "data.amount" in answer.json()["error"]["validation_result"]
    assert client.data("GET", f"received_documents/{id}")["payments_list"][0]["amount"] == 122


def test_a_form_is_paid_as_a_whole(client: Client) -> None:
    tax = {"kind": "tax", "document_id": form(client), "payment_account": {"id": account_of(client)}}
    assert act(client, "settle", **tax, amount=20).status_code == 422
    assert settle(client, **tax, amount=50)["status"] == "paid"
