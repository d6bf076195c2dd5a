import datetime as dt
from decimal import Decimal
from typing import Any

import fattureincloud_python_sdk as vendor
import pytest

from mastro.api.call import Installation, internal_call
from mastro.model.entity import Entity
from mastro.model.issued_document import Payment
from mastro.model.received_document import PendingReceivedDocument, ReceivedItem
from mastro.model.settings import VatType
from mastro.resources.received_documents.pending import add_pending
from resources.events import events_of
from support import CheckAccess, Client, MakeToken, Sdk

PATH = "received_documents"
HOTEL = {"entity": {"name": "Hotel Rubino Palace"}, "amount_net": 592}
XML = b'<?xml version="1.0"?><p:FatturaElettronica/>'


def create(client: Client, **body: Any) -> Any:
    return client.data("POST", PATH, json={"data": {**HOTEL, **body}})


def refused(client: Client, **body: Any) -> Any:
    answer = client.post(PATH, json={"data": {**HOTEL, **body}})
    assert answer.status_code == 422, answer.text
    return answer.json()


def change(client: Client, id: int, **body: Any) -> Any:
    return client.data("PUT", f"{PATH}/{id}", json={"data": body})


# access


def test_access_to_received_documents(client: Client, check_access: CheckAccess) -> None:
    id = create(client)["id"]
    kind = {"params": {"type": "expense"}}
    check_access("GET", PATH, needs="received_documents:r", **kind)
    check_access("POST", PATH, needs="received_documents:a", json={"data": HOTEL})
    check_access("GET", f"{PATH}/info", needs="received_documents:r", **kind)
    check_access("POST", f"{PATH}/totals", needs="received_documents:a", json={"data": HOTEL})
    check_access("GET", f"{PATH}/{id}", needs="received_documents:r")
    check_access("PUT", f"{PATH}/{id}", needs="received_documents:a", json={"data": {}})
    check_access("POST", f"{PATH}/{id}/totals", needs="received_documents:a")
    check_access("GET", f"{PATH}/pending", needs="received_documents:r")
    check_access("GET", f"{PATH}/pending/1", needs="received_documents:r")
    check_access("DELETE", f"{PATH}/pending/1", needs="received_documents:a")
    check_access("DELETE", f"{PATH}/{id}", needs="received_documents:a")


def test_delivery_notes_of_suppliers_belong_to_the_stock(client: Client, make_token: MakeToken) -> None:
    note = create(client, type="passive_delivery_note")
    expense = create(client)
    keeper = client.using(make_token(scopes=["stock:a"]))
    assert keeper.get(f"{PATH}/{note['id']}").status_code == 200
    assert keeper.get(f"{PATH}/{expense['id']}").status_code == 403
    assert keeper.post(PATH, json={"data": HOTEL}).status_code == 403
    assert [one["id"] for one in keeper.data("GET", PATH)] == [note["id"]]
    assert keeper.get(PATH, params={"type": "expense"}).status_code == 403
    bookkeeper = client.using(make_token(scopes=["received_documents:a"]))
    assert bookkeeper.get(f"{PATH}/{note['id']}").status_code == 403
    assert [one["id"] for one in bookkeeper.data("GET", PATH)] == [expense["id"]]


# the verbs


def test_the_vendors_client_creates_reads_changes_lists_and_deletes(sdk: Sdk, company_id: int) -> None:
    api = vendor.ReceivedDocumentsApi(sdk())
    body = vendor.ReceivedDocument(
        type="expense",
        description="Soggiorno di lavoro",
        date=dt.date(2026, 3, 1),
        entity=vendor.Entity(name="Hotel Rubino Palace"),
        amount_net=592.0,
        amount_vat=0.0,
        tax_deductibility=50.0,
        payments_list=[
            vendor.ReceivedDocumentPaymentsListItem(amount=592.0, due_date=dt.date(2026, 3, 1), status="not_paid")
        ],
        items_list=None,
    )
    created = api.create_received_document(company_id, vendor.CreateReceivedDocumentRequest(data=body)).data
    assert (created.amount_gross, created.next_due_date) == (592, dt.date(2026, 3, 1))
    changed = api.modify_received_document(
        company_id,
        created.id,
        vendor.ModifyReceivedDocumentRequest(data=vendor.ReceivedDocument(category="Viaggi")),
    ).data
    assert (changed.category, changed.description) == ("Viaggi", "Soggiorno di lavoro")
    assert api.get_received_document(company_id, created.id).data.tax_deductibility == 50
    page = api.list_received_documents(company_id, type="expense", q="entity.name contains 'rubino'")
    assert [one.id for one in page.data] == [created.id]
    info = api.get_received_document_pre_create_info(company_id, type="expense").data
    assert info.categories_list == ["Viaggi"]
    assert info.default_values.detailed is False
    totals = api.get_existing_received_document_totals(
        company_id,
        created.id,
        vendor.GetExistingReceivedDocumentTotalsRequest(data=vendor.ReceivedDocument(amount_vat=20.0)),
    ).data
    assert (totals.amount_gross, totals.amount_due, totals.payments_sum) == (612, 612, 592)
    api.delete_received_document(company_id, created.id)
    assert api.list_received_documents(company_id, type="expense").data == []


def test_what_is_not_sent_is_set(client: Client) -> None:
    stored = create(client)
    expected = {
        "type": "expense",
        "date": "2026-03-02",
        "amount_net": 592,
        "amount_vat": 0,
        "amount_gross": 592,
        "amount_withholding_tax": 0,
        "amortization": 1,
        "tax_deductibility": 100,
        "vat_deductibility": 100,
        "is_detailed": False,
        "items_list": [],
        "e_invoice": False,
        "is_marked": False,
        "next_due_date": "2026-03-02",
        "attachment_url": None,
        "attachment_preview_url": None,
        "is_from_pending_expenses": False,
    }
    assert {key: stored[key] for key in expected} == expected
    assert stored["currency"]["id"] == "EUR"


def test_basic_lists_have_payments_but_no_rows(client: Client) -> None:
    create(client, items_list=[{"name": "Camera", "net_price": 592, "vat": {"id": 0}}])
    (basic,) = client.data("GET", PATH, params={"type": "expense"})
    assert basic["items_list"] is None
    assert len(basic["payments_list"]) == 1
    assert "ei_reception_date" not in basic
    (full,) = client.data("GET", PATH, params={"type": "expense", "fieldset": "fic_view"})
    assert full["items_list"][0]["name"] == "Camera"
    assert full["ei_reception_date"] is None
    assert full["is_from_pending_expenses"] is False
    (narrow,) = client.data("GET", PATH, params={"fields": "id,amount_gross"})
    assert set(narrow) == {"id", "amount_gross"}


@pytest.mark.parametrize(
    "sent",
    [
        {"entity": None},
        {"entity": {"name": "  "}},
        {"entity": {"id": 987654, "name": "Nessuno"}},
        {"type": "invoice"},
        {"tax_deductibility": 101},
        {"vat_deductibility": -1},
        {"amount_net": 10**12},
        {"amount_net": "molto"},
        {"date": "2026-02-30"},
        {"currency": {"id": "LIRE"}},
        {"items_list": [{"vat": {"id": 987654}}]},
        {"items_list": [{"vat": {"value": 21.5}}]},
        {"items_list": [{"stock": "forse"}]},
        {"items_list": [{"qty": 999999999999, "net_price": 999999999999}]},
        {"items_list": [{}] * 2001},
        {"payments_list": [{"amount": 592, "status": "forse"}]},
        {"payments_list": [{"amount": 592, "payment_account": {"id": 987654}}]},
    ],
)
def test_a_document_that_cannot_be_is_refused(client: Client, sent: dict[str, Any]) -> None:
    refused(client, **sent)
    assert client.data("GET", PATH) == []


def test_a_supplier_that_is_gone_does_not_keep_its_documents_from_changes(client: Client) -> None:
    supplier = client.data("POST", "entities/suppliers", json={"data": {"name": "Rubino S.r.l."}})
    stored = create(client, entity={"id": supplier["id"], "name": "Rubino S.r.l."})
    client.delete(f"entities/suppliers/{supplier['id']}")
    assert change(client, stored["id"], description="pagata")["entity"]["id"] == supplier["id"]


def test_a_document_keeps_its_type(client: Client) -> None:
    note = create(client, type="passive_credit_note")
    assert change(client, note["id"], type="expense", category="Resi")["type"] == "passive_credit_note"


def test_a_supplier_is_filled_in_only_where_that_is_asked_for(client: Client) -> None:
    facts = {"name": "Rubino S.r.l.", "vat_number": "01234567897"}
    supplier = client.data("POST", "entities/suppliers", json={"data": facts})
    body = {"data": {**HOTEL, "entity": {"id": supplier["id"]}}}
    assert client.post(PATH, json=body).status_code == 422
    filled = client.data("POST", PATH, json={**body, "options": {"entity_autocomplete": True}})
    assert (filled["entity"]["name"], filled["entity"]["vat_number"]) == ("Rubino S.r.l.", "01234567897")


def test_every_change_is_an_event(client: Client, installation: Installation) -> None:
    id = create(client)["id"]
    change(client, id, description="altro")
    client.delete(f"{PATH}/{id}")
    assert events_of(installation, client.company_id) == [
        ("received_documents.create", id),
        ("received_documents.update", id),
        ("received_documents.delete", id),
    ]


def test_its_words_are_offered(client: Client) -> None:
    create(client, category="Viaggi", rc_center="Milano", items_list=[{"category": "Camere", "net_price": 592}])
    assert client.data("GET", "info/received_document_categories") == ["Viaggi"]
    assert client.data("GET", "info/cost_centers") == ["Milano"]
    assert client.data("GET", "info/product_categories", params={"context": PATH}) == ["Camere"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("invoice_number = 'A/7'", True),
        ("amount_gross > 600", True),
        ("amount_net = 592 and category is null", True),
        ("next_due_date < '2026-03-01'", False),
        ("type = 'expense' and date >= '2026-01-01'", True),
    ],
)
def test_documents_are_filtered(client: Client, query: str, found: bool) -> None:  # noqa: FBT001
    create(client, invoice_number="A/7", amount_vat=59.2)
    assert bool(client.data("GET", PATH, params={"q": query})) is found


def test_an_unknown_field_is_refused(client: Client) -> None:
    assert client.get(PATH, params={"q": "rc_center = 'x'"}).status_code == 422
    assert client.get(PATH, params={"sort": "description"}).status_code == 422
    assert client.get(PATH, params={"type": "invoice"}).status_code == 422


# amounts and payments


def test_rows_make_the_amounts(client: Client) -> None:
    rows = [
        {"name": "Carta", "net_price": 10.005, "qty": 3, "vat": {"id": 0}},
        {"name": "Libri", "net_price": 20, "vat": {"value": 4}},
    ]
    stored = create(client, amount_net=1, items_list=rows)
    assert (stored["amount_net"], stored["amount_vat"], stored["amount_gross"]) == (50.02, 7.4, 57.42)
    assert stored["is_detailed"] is True
    assert [row["vat"]["value"] for row in stored["items_list"]] == [22, 4]
    assert stored["payments_list"][0]["amount"] == 57.42


def test_without_auto_calculate_amounts_stay_as_they_were_sent(client: Client) -> None:
    sent = {"amount_net": 50, "amount_vat": 11.01, "auto_calculate": False, "items_list": [{"net_price": 49}]}
    stored = create(client, **sent, payments_list=[{"amount": 3}])
    assert (stored["amount_net"], stored["amount_gross"], stored["payments_list"][0]["amount"]) == (50, 61.01, 3)


def test_payments_must_cover_what_is_due(client: Client) -> None:
    error = refused(client, amount_vat=20, payments_list=[{"amount": 592}])
    assert error["error"]["message"] == "Il totale dei pagamenti non corrisponde al totale da pagare."
    assert (error["extra"]["totals"]["amount_due"], error["extra"]["totals"]["payments_sum"]) == (612, 592)


def test_what_is_withheld_is_not_due_to_the_supplier(client: Client) -> None:
    stored = create(client, amount_net=1000, amount_vat=220, amount_withholding_tax=200)
    assert stored["amount_gross"] == 1220
    assert [payment["amount"] for payment in stored["payments_list"]] == [1020]


def test_a_paid_payment_names_its_account(client: Client) -> None:
    error = refused(client, payments_list=[{"amount": 592, "status": "paid"}])
    assert error["error"]["message"] == "É necessario impostare il conto di saldo nel pagamento"
    (account, *_) = client.data("GET", "info/payment_accounts")
    paid = {"amount": 592, "status": "paid", "payment_account": {"id": account["id"]}}
    stored = create(client, payments_list=[paid])
    assert stored["payments_list"][0]["payment_account"]["name"] == account["name"]
    assert stored["payments_list"][0]["paid_date"] == "2026-03-02"
    assert stored["next_due_date"] is None


def test_payments_fall_due_by_their_terms(client: Client) -> None:
    terms = [
        {"amount": 300, "payment_terms": {"days": 30, "type": "end_of_month"}},
        {"amount": 292, "payment_terms": {"days": 15}},
    ]
    stored = create(client, date="2026-01-15", payments_list=terms)
    assert [payment["due_date"] for payment in stored["payments_list"]] == ["2026-02-28", "2026-01-30"]
    assert stored["next_due_date"] == "2026-01-30"


def test_a_changed_amount_wants_its_payments(client: Client) -> None:
    stored = create(client)
    answer = client.put(f"{PATH}/{stored['id']}", json={"data": {"amount_net": 600}})
    assert answer.status_code == 422
    fixed = client.data(
        "PUT", f"{PATH}/{stored['id']}", json={"data": {"amount_net": 600}, "options": {"fix_payments": True}}
    )
    assert fixed["payments_list"][0]["amount"] == 600
    assert fixed["payments_list"][0]["id"] == stored["payments_list"][0]["id"]


def test_a_delivery_note_is_not_paid(client: Client) -> None:
    assert create(client, type="passive_delivery_note")["payments_list"] == []


def test_totals_of_a_document_that_is_not_stored(client: Client) -> None:
    totals = client.data("POST", f"{PATH}/totals", json={"data": {"amount_net": 100, "amount_vat": 22}})
    assert totals == {
        "amount_net": 100,
        "amount_vat": 22,
        "amount_gross": 122,
        "amount_withholding_tax": 0,
        "amount_other_withholding_tax": 0,
        "amount_due": 122,
        "payments_sum": 0,
    }
    assert client.data("GET", PATH) == []


# stock


@pytest.mark.parametrize("stock", [True, 1, 5])
def test_rows_fill_the_stock(client: Client, stock: Any) -> None:
    product = client.data("POST", "products", json={"data": {"name": "Sedia", "in_stock": True, "stock_initial": 2}})
    address = f"products/{product['id']}"
    row = {"name": "Sedia", "product_id": product["id"], "qty": 5, "net_price": 10, "stock": stock}
    stored = create(client, items_list=[row])
    assert stored["items_list"][0]["stock"] == int(stock)
    assert client.data("GET", address)["stock_current"] == 7
    client.data(
        "PUT",
        f"{PATH}/{stored['id']}",
        json={"data": {"items_list": [{**row, "qty": 6}]}, "options": {"fix_payments": True}},
    )
    assert client.data("GET", address)["stock_current"] == 8
    client.delete(f"{PATH}/{stored['id']}")
    assert client.data("GET", address)["stock_current"] == 2
    client.data("POST", f"bin/{PATH}/{stored['id']}/recover")
    assert client.data("GET", address)["stock_current"] == 8
    create(client, type="passive_credit_note", items_list=[{**row, "qty": 1}])
    assert client.data("GET", address)["stock_current"] == 7


def test_rows_without_stock_leave_it(client: Client) -> None:
    product = client.data("POST", "products", json={"data": {"name": "Sedia", "in_stock": True, "stock_initial": 2}})
    create(client, items_list=[{"product_id": product["id"], "qty": 5, "net_price": 10, "stock": False}])
    assert client.data("GET", f"products/{product['id']}")["stock_current"] == 2


# what waits


def receive(installation: Installation, company_id: int, **facts: Any) -> int:
    """An electronic invoice as its channel brings it."""
    waiting = PendingReceivedDocument(
        **{
            "type": "agyo",
            "subject": "Fattura 12/A",
            "filename": "IT01234567897_12.xml",
            "entity": Entity(name="Carta e Penna S.r.l.", vat_number="01234567897"),
            "ei_number": "12/A",
            "emission_date": dt.date(2026, 2, 27),
            "amount_net": Decimal("100.00"),
            "amount_vat": Decimal("22.01"),
            "category": "Cancelleria",
            "items_list": [ReceivedItem(name="Carta", net_price=Decimal(100), vat=VatType(value=Decimal(22)))],
            "payments_list": [
                Payment(amount=Decimal("61.00"), due_date=dt.date(2026, 3, 31)),
                Payment(amount=Decimal("61.01"), due_date=dt.date(2026, 4, 30)),
            ],
            **facts,
        }
    )
    with installation.database.write() as session:
        call = internal_call(installation, session, company_id=company_id, user_id=1)
        return add_pending(call, waiting, content=XML)


def test_the_vendors_client_lists_and_registers_what_waits(
    sdk: Sdk, client: Client, installation: Installation
) -> None:
    company_id = client.company_id
    id = receive(installation, company_id)
    other = receive(installation, company_id, type="mail", amount_net=Decimal(7), amount_vat=None)
    api = vendor.ReceivedDocumentsApi(sdk())
    page = api.list_pending_received_documents(company_id, type="agyo")
    assert [(one.id, one.supplier_name, one.amount_gross) for one in page.data] == [
        (id, "Carta e Penna S.r.l.", 122.01)
    ]
    waiting = api.get_pending_received_document(company_id, id).data
    assert waiting.emssion_date == dt.date(2026, 2, 27)
    listed = client.get(f"{PATH}/pending").json()
    assert listed["counters"] == {"agyo": 1, "mail": 1, "browser": 0}
    assert {one["id"] for one in listed["data"]} == {id, other}
    body = vendor.ReceivedDocument(entity=vendor.Entity(name="Carta e Penna S.r.l."), type="expense")
    request = vendor.CreateReceivedDocumentRequest(pending_id=id, data=body)
    registered = api.create_received_document(company_id, request).data
    assert (registered.amount_gross, registered.invoice_number) == (122.01, "12/A")
    assert [payment.amount for payment in registered.payments_list] == [61, 61.01]
    assert client.get(f"{PATH}/pending/{id}").status_code == 404


def test_a_registered_document_keeps_what_came_in(client: Client, installation: Installation) -> None:
    id = receive(installation, client.company_id)
    waiting = client.data("GET", f"{PATH}/pending/{id}")
    assert waiting["emission_date"] == waiting["emssion_date"] == "2026-02-27"
    stored = client.data("POST", PATH, json={"pending_id": id, "data": {}})
    expected = {
        "date": "2026-02-27",
        "category": "Cancelleria",
        "description": "Fattura 12/A",
        "is_detailed": True,
        "e_invoice": True,
        "ei_reception_date": "2026-03-02",
        "is_from_pending_expenses": True,
        "next_due_date": "2026-03-31",
        "amount_vat": 22.01,
    }
    assert {key: stored[key] for key in expected} == expected
    assert stored["items_list"][0]["vat"]["id"] == 0
    assert stored["entity"]["vat_number"] == "01234567897"
    address = stored["attachment_url"]
    file = client.using("").get(address[address.index("/attachment/") :])
    assert (file.status_code, file.content) == (200, XML)
    again = client.post(PATH, json={"pending_id": id, "data": HOTEL})
    assert again.status_code == 422
    assert list(again.json()["error"]["validation_result"]) == ["pending_id"]


def test_what_is_sent_counts_more_than_what_came_in(client: Client, installation: Installation) -> None:
    id = receive(installation, client.company_id)
    body = {"entity": {"name": "Carta e Penna"}, "amount_net": 100, "amount_vat": 22, "category": "Ufficio"}
    stored = client.data("POST", PATH, json={"pending_id": id, "data": body})
    assert (stored["amount_gross"], stored["category"], stored["entity"]["name"]) == (122, "Ufficio", "Carta e Penna")
    assert [payment["amount"] for payment in stored["payments_list"]] == [122]


def test_a_refused_registration_leaves_it_waiting(client: Client, installation: Installation) -> None:
    id = receive(installation, client.company_id)
    answer = client.post(
        PATH, json={"pending_id": id, "data": {"tax_deductibility": 1, "payments_list": [{"amount": 1}]}}
    )
    assert answer.status_code == 422
    assert client.get(f"{PATH}/pending/{id}").status_code == 200


def test_what_nobody_wants_is_taken_off_the_list(client: Client, installation: Installation) -> None:
    id = receive(installation, client.company_id)
    assert client.delete(f"{PATH}/pending/{id}").status_code == 200
    listed = client.get(f"{PATH}/pending").json()
    assert (listed["data"], listed["counters"]["agyo"]) == ([], 0)
    assert events_of(installation, client.company_id)[0] == ("received_documents.e_invoices.receive", id)


def test_what_waits_in_another_company_cannot_be_registered(
    client: Client, installation: Installation, make_company: Any
) -> None:
    id = receive(installation, make_company())
    assert client.post(PATH, json={"pending_id": id, "data": HOTEL}).status_code == 422
    assert client.get(f"{PATH}/pending", params={"type": "fax"}).status_code == 422


@pytest.mark.parametrize("id", [2**66, -1, "1; DROP TABLE x"])
def test_a_pending_document_that_can_be_none_is_refused(client: Client, id: object) -> None:
    refused = client.post("received_documents", json={"data": {"type": "expense"}, "pending_id": id})
    assert refused.status_code == 422
    assert "pending_id" in refused.json()["error"]["validation_result"]
