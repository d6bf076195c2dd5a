"""Installments of issued documents: what must add up, what is paid where, and what a locked document still takes."""

from typing import Any

import pytest

from mastro.api.call import Installation
from mastro.model.company import CompanySettings
from mastro.resources.issued_documents.table import documents
from resources.issued_documents import TYPES, account_of, body, change, create, row
from support import Client, MakeCompany, MakeToken

MISMATCH = "Il totale dei pagamenti non corrisponde al totale da pagare."
FREE = {"quote", "delivery_note", "supplier_order"}
UNSCHEDULED = FREE | {"order", "work_report"}


def _post(client: Client, type: str = "invoice", /, *, fix: object = None, **more: Any) -> Any:
    sent: dict[str, Any] = {"data": body(type, **more)}
    if fix is not None:
        sent["options"] = {"fix_payments": fix}
    return client.post("issued_documents", json=sent)


@pytest.mark.parametrize("type", TYPES)
def test_installments_that_do_not_add_up_are_refused_with_the_totals_to_mend_them(client: Client, type: str) -> None:
    answer = _post(client, type, payments_list=[{"amount": 100}])
    if type in FREE:
        assert answer.status_code == 200
        return
    assert answer.status_code == 422
    error, totals = answer.json()["error"], answer.json()["extra"]["totals"]
    assert (error["message"], error["validation_result"]) == (MISMATCH, None)
    assert (totals["amount_due"], totals["amount_gross"], totals["payments_sum"]) == (122, 122, 100)
    assert totals["vat_list"] == {"22": {"amount_net": 100, "amount_vat": 22}}
    mended = _post(client, type, payments_list=[{"amount": totals["amount_due"]}])
    assert mended.status_code == 200


@pytest.mark.parametrize("type", TYPES)
def test_only_what_nobody_pays_at_once_may_come_without_installments(client: Client, type: str) -> None:
    answer = _post(client, type, payments_list=None)
    assert answer.status_code == (200 if type in UNSCHEDULED else 422)


def test_a_document_of_nothing_needs_no_installments(client: Client) -> None:
    assert _post(client, items_list=[], payments_list=[]).status_code == 200


@pytest.mark.parametrize("switch", [True, 1, "1", "true"])
def test_installments_are_made_to_add_up_on_request(client: Client, switch: object) -> None:
    fixed = _post(client, fix=switch, payments_list=None).json()["data"]
    (installment,) = fixed["payments_list"]
    assert (installment["amount"], installment["due_date"], installment["status"]) == (122, "2026-04-01", "not_paid")
    halves = [{"amount": 61, "due_date": "2026-05-01"}, {"amount": 60, "due_date": "2026-06-01"}]
    fixed = _post(client, fix=switch, payments_list=halves).json()["data"]
    assert [paid["amount"] for paid in fixed["payments_list"]] == [61, 61]
    assert [paid["id"] for paid in fixed["payments_list"]] == [1, 2]
    assert fixed["next_due_date"] == "2026-05-01"


@pytest.mark.parametrize("switch", ["perhaps", 2, [], {}])
def test_a_switch_is_true_or_false(client: Client, switch: object) -> None:
    refused = _post(client, fix=switch)
    assert list(refused.json()["error"]["validation_result"]) == ["options.fix_payments"]


def test_terms_come_from_the_customer_before_the_company(
    client: Client, make_company: MakeCompany, make_token: MakeToken
) -> None:
    company = make_company(settings=CompanySettings(default_payment_terms=10))
    slow = Client(client.http, company, make_token(company_id=company))
    assert create(slow, payments_list=[])["next_due_date"] == "2026-03-12"
    entity = {"name": "Lenta S.p.A.", "default_payment_terms": 30, "default_payment_terms_type": "end_of_month"}
    assert create(slow, payments_list=[], entity=entity)["next_due_date"] == "2026-04-30"


def test_an_installment_without_date_follows_its_own_terms(client: Client) -> None:
    terms = {"days": 60, "type": "end_of_month"}
    stored = create(client, fix=False, payments_list=[{"amount": 100, "payment_terms": terms}, {"amount": 22}])
    assert [paid["due_date"] for paid in stored["payments_list"]] == ["2026-05-31", "2026-03-02"]
    assert stored["payments_list"][0]["payment_terms"] == terms


def test_paid_needs_an_account_that_exists(client: Client) -> None:
    account = account_of(client)
    paid = {"amount": 122, "status": "paid"}
    for nothing in ({}, {"payment_account": None}, {"payment_account": {}}, {"payment_account_id": account}):
        refused = _post(client, payments_list=[paid | nothing])
        assert refused.status_code == 422
        assert refused.json()["error"]["message"] == "É necessario impostare il conto di saldo nel pagamento"
        assert b"\\u00c9 necessario" in refused.content  # clients match on the escaped text
    unknown = _post(client, payments_list=[{**paid, "payment_account": {"id": 10**6}}])
    assert list(unknown.json()["error"]["validation_result"]) == ["data.payments_list.0.payment_account.id"]
    stored = _post(client, payments_list=[{**paid, "payment_account": {"id": account}}]).json()["data"]
    assert stored["payments_list"][0]["paid_date"] == "2026-03-02"
    assert stored["payments_list"][0]["payment_account"]["name"]
    assert stored["next_due_date"] is None


def test_a_reversed_installment_of_a_self_invoice_needs_no_account(client: Client) -> None:
    stored = _post(client, "self_supplier_invoice", payments_list=[{"amount": 122, "status": "reversed"}]).json()[
        "data"
    ]
    assert (stored["payments_list"][0]["status"], stored["next_due_date"]) == ("reversed", None)


def test_money_is_counted_in_cents(client: Client) -> None:
    stored = create(client, fix=False, payments_list=[{"amount": 40.671}, {"amount": 40.66666}, {"amount": 40.66}])
    assert [paid["amount"] for paid in stored["payments_list"]] == [40.67, 40.67, 40.66]


def test_a_payment_is_split_by_writing_the_list_anew(client: Client) -> None:
    stored = create(client, fix=False)
    first = {**stored["payments_list"][0], "amount": 100}
    changed = change(client, stored["id"], payments_list=[first, {"amount": 22, "due_date": "2026-03-05"}])
    assert [(paid["id"], paid["amount"]) for paid in changed["payments_list"]] == [(1, 100), (2, 22)]
    assert changed["next_due_date"] == "2026-03-05"
    turned = changed["payments_list"][::-1]
    assert change(client, stored["id"], payments_list=turned)["payments_list"] == turned


def test_rows_that_change_what_is_due_need_installments_that_follow(client: Client) -> None:
    stored = create(client)
    rows = {"items_list": [row(200)]}
    refused = client.put(f"issued_documents/{stored['id']}", json={"data": rows})
    assert (refused.status_code, refused.json()["extra"]["totals"]["amount_due"]) == (422, 244)
    assert client.data("GET", f"issued_documents/{stored['id']}") == stored
    fixed = client.data(
        "PUT", f"issued_documents/{stored['id']}", json={"data": rows, "options": {"fix_payments": True}}
    )
    assert (fixed["payments_list"][0]["amount"], fixed["payments_list"][0]["id"]) == (244, 1)


# locked documents


@pytest.fixture
def locked(client: Client, installation: Installation, company_id: int) -> dict[str, Any]:
    """An invoice as it is after it was sent to the SdI."""
    stored = create(client, e_invoice=True, subject="Inviata", ei_data={"payment_method": "MP05"})
    with installation.database.write() as session:
        document = documents.get(session, company_id, stored["id"])
        assert document
        document.locked, document.ei_status = True, "sent"
        documents.update(session, company_id, stored["id"], document, document)
    sent: dict[str, Any] = client.data("GET", f"issued_documents/{stored['id']}")
    assert (sent["locked"], sent["ei_status"]) == (True, "sent")
    return sent


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Altro"},
        {"items_list": [row(101)]},
        {"items_list": []},
        {"entity": {"name": "Altri"}},
        {"entity": {"name": ""}},
        {"number": 9},
        {"date": "2026-03-01"},
        {"e_invoice": False},
        {"ei_raw": {"FatturaElettronicaBody": {}}},
        {"payments_list": [{"amount": 122}], "notes": "x"},
    ],
    ids=str,
)
def test_a_locked_document_says_what_it_said(client: Client, locked: dict[str, Any], change: dict[str, Any]) -> None:
    refused = client.put(f"issued_documents/{locked['id']}", json={"data": change})
    assert refused.status_code == 403
    assert refused.json()["error"] == {
        "message": "Forbidden: document is not editable",
        "code": "DOCUMENT_LOCKED",
    }
    assert client.data("GET", f"issued_documents/{locked['id']}") == locked


def test_a_locked_document_takes_its_payments(client: Client, locked: dict[str, Any]) -> None:
    paid = [{**locked["payments_list"][0], "status": "paid", "payment_account": {"id": account_of(client)}}]
    changed = change(client, locked["id"], payments_list=paid)
    assert {key for key in changed if changed[key] != locked[key]} == {"payments_list", "next_due_date"}
    short = client.put(f"issued_documents/{locked['id']}", json={"data": {"payments_list": [{"amount": 1}]}})
    assert (short.status_code, short.json()["error"]["message"]) == (422, MISMATCH)


def test_a_locked_document_takes_its_whole_self_with_other_payments(client: Client, locked: dict[str, Any]) -> None:
    paid = [{**locked["payments_list"][0], "due_date": "2026-07-01"}]
    assert change(client, locked["id"], **{**locked, "payments_list": paid})["next_due_date"] == "2026-07-01"
    assert change(client, locked["id"], is_marked=True)["is_marked"] is True


def test_a_locked_document_is_not_deleted(client: Client, locked: dict[str, Any]) -> None:
    assert client.delete(f"issued_documents/{locked['id']}").status_code == 403
    assert client.get(f"issued_documents/{locked['id']}").status_code == 200


def test_only_invoices_credit_notes_and_self_invoices_are_electronic(client: Client) -> None:
    taken = {type for type in TYPES if _post(client, type, fix=True, e_invoice=True).status_code == 200}
    assert taken == {"invoice", "credit_note", "self_own_invoice", "self_supplier_invoice"}
    stored = create(client, e_invoice=True)
    assert stored["ei_status"] == "not_sent"
    assert change(client, stored["id"], e_invoice=False)["ei_status"] is None


def test_what_was_received_stays_so_when_a_paid_document_grows(client: Client) -> None:
    paid = {"amount": 122, "status": "paid", "payment_account": {"id": account_of(client)}}
    stored = create(client, fix=False, payments_list=[paid])
    rows = {"items_list": [row(net_price=1000)]}
    grown = client.put(
        f"issued_documents/{stored['id']}", json={"data": rows, "options": {"fix_payments": True}}
    ).json()["data"]
    assert [(p["amount"], p["status"]) for p in grown["payments_list"]] == [(122, "paid"), (1098, "not_paid")]
    assert grown["next_due_date"] is not None


def test_a_paid_installment_that_is_sent_with_a_new_document_is_fitted_to_it(client: Client) -> None:
    paid = {"amount": 121.99, "status": "paid", "payment_account": {"id": account_of(client)}}
    stored = _post(client, fix=True, payments_list=[paid]).json()["data"]
    assert [(p["amount"], p["status"]) for p in stored["payments_list"]] == [(122, "paid")]
