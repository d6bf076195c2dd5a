"""Transform and join: what they answer, what a create makes of it, and what stays of the originals."""

from typing import Any

import fattureincloud_python_sdk as vendor
import pytest

from mastro import fatturapa
from mastro.model.company import CompanySettings, TaxProfile
from resources.issued_documents import TYPES, account_of, change, create, row
from support import CheckAccess, Client, Clock, MakeCompany, MakeToken, Sdk

WAYS = {
    "quote": {"order", "proforma", "delivery_note", "work_report", "invoice", "receipt"},
    "order": {"proforma", "delivery_note", "work_report", "invoice", "receipt"},
    "proforma": {"invoice", "receipt"},
    "delivery_note": {"proforma", "invoice", "receipt"},
    "work_report": {"proforma", "invoice", "receipt"},
    "receipt": {"invoice", "credit_note"},
    "invoice": {"delivery_note", "credit_note"},
}


def transform(client: Client, id: int, new_type: str, more: str = "") -> Any:
    return client.get(f"issued_documents/transform?original_document_id={id}&new_type={new_type}{more}")


def join(client: Client, ids: list[int], more: str = "") -> Any:
    return client.get(f"issued_documents/join?ids={','.join(map(str, ids))}{more}")


def store(client: Client, answer: Any) -> dict[str, Any]:
    """What transform or join answered, posted as it is."""
    assert answer.status_code == 200, answer.text
    stored: dict[str, Any] = client.data("POST", "issued_documents", json=answer.json())
    return stored


def get(client: Client, id: int) -> dict[str, Any]:
    document: dict[str, Any] = client.data("GET", f"issued_documents/{id}")
    return document


def test_access(client: Client, check_access: CheckAccess) -> None:
    quote = create(client, "quote")
    note = create(client, "delivery_note")
    path = f"issued_documents/transform?original_document_id={quote['id']}&new_type=invoice"
    check_access("GET", path, needs="issued_documents.quotes:r")
    check_access("GET", f"issued_documents/join?ids={note['id']}", needs="issued_documents.delivery_notes:r")


def test_a_document_of_another_company_is_not_there(
    client: Client, make_company: MakeCompany, make_token: MakeToken
) -> None:
    quote = create(client, "quote")
    other = make_company()
    stranger = Client(client.http, other, make_token(company_id=other))
    assert transform(stranger, quote["id"], "invoice").status_code == 404
    assert join(stranger, [quote["id"]]).status_code == 404
    sent = {**transform(client, quote["id"], "invoice").json()}
    assert stranger.post("issued_documents", json=sent).status_code == 404
    assert get(client, quote["id"])["merged_in"] is None


@pytest.mark.parametrize("type", TYPES)
def test_the_matrix_says_what_can_become_what(client: Client, type: str) -> None:
    entity = {"name": "Bianchi S.p.A."}
    document = create(client, type, entity=entity)
    for new_type in TYPES:
        answer = transform(client, document["id"], new_type)
        if new_type in WAYS.get(type, set()):
            made = answer.json()["data"]
            assert (made["type"], made["id"], made["number"], made["date"]) == (new_type, None, None, "2026-03-02")
        else:
            assert (answer.status_code, answer.json()["error"]["code"]) == (422, "CANNOT_TRANSFORM")


@pytest.mark.parametrize(("type", "new_type"), [(type, new) for type, ways in WAYS.items() for new in sorted(ways)])
def test_every_way_can_be_stored_as_it_was_answered(client: Client, type: str, new_type: str) -> None:
    document = create(client, type)
    answer = transform(client, document["id"], new_type)
    assert answer.json()["options"] == {"create_from": [str(document["id"])], "transform": True, "keep_copy": True}
    made = store(client, answer)
    assert (made["type"], made["number"], made["amount_gross"]) == (new_type, 1, 122)
    assert made["original_document"] == {
        "id": document["id"],
        "type": type,
        "number": 1,
        "numeration": "",
        "date": "2026-03-02",
    }
    assert get(client, document["id"])["merged_in"]["id"] == made["id"]


def test_the_vendors_client_transforms_joins_and_stores(sdk: Sdk, client: Client) -> None:
    api = vendor.IssuedDocumentsApi(sdk())
    company = client.company_id
    quote = create(client, "quote")
    made = api.transform_issued_document(company, quote["id"], "invoice", type="quote", transform_keep_copy=0)
    assert made.options.keep_copy is False
    request = vendor.CreateIssuedDocumentRequest(data=made.data, options=made.options)
    assert api.create_issued_document(company, request).data.number == 1
    notes = [create(client, "delivery_note") for _ in range(2)]
    ids = ",".join(str(note["id"]) for note in notes)
    joint = api.join_issued_documents(company, ids, group=1, type="delivery_notes")
    request = vendor.CreateIssuedDocumentRequest(data=joint.data, options=joint.options)
    stored = api.create_issued_document(company, request).data
    assert (stored.number, stored.amount_net, len(stored.items_list)) == (2, 200, 1)


def test_without_a_copy_the_original_goes_to_the_bin(client: Client) -> None:
    quote = create(client, "quote")
    made = store(client, transform(client, quote["id"], "invoice", "&transform_keep_copy=0"))
    assert client.get(f"issued_documents/{quote['id']}").status_code == 404
    binned = client.data("GET", f"bin/issued_documents/{quote['id']}")
    assert binned["merged_in"]["id"] == made["id"]
    client.delete(f"issued_documents/{made['id']}")
    client.data("POST", f"bin/issued_documents/{quote['id']}/recover")
    assert get(client, quote["id"])["merged_in"] is None


def test_moving_an_original_to_the_bin_needs_its_write_scope(client: Client, make_token: MakeToken) -> None:
    quote = create(client, "quote")
    sent = transform(client, quote["id"], "invoice", "&transform_keep_copy=0").json()
    scopes = ["issued_documents.quotes:r", "issued_documents.invoices:a"]
    assert client.using(make_token(scopes=scopes)).post("issued_documents", json=sent).status_code == 403
    sent["options"]["keep_copy"] = True
    assert client.using(make_token(scopes=scopes)).post("issued_documents", json=sent).status_code == 200
    blind = make_token(scopes=["issued_documents.invoices:a"])
    assert client.using(blind).post("issued_documents", json=sent).status_code == 403


def test_a_delete_unties_and_the_way_back_ties_again(client: Client) -> None:
    order = create(client, "order")
    invoice = store(client, transform(client, order["id"], "invoice"))
    changed = change(client, invoice["id"], numeration="/B")
    assert get(client, order["id"])["merged_in"]["numeration"] == changed["numeration"]
    client.delete(f"issued_documents/{invoice['id']}")
    assert get(client, order["id"])["merged_in"] is None
    client.data("POST", f"bin/issued_documents/{invoice['id']}/recover")
    assert get(client, order["id"])["merged_in"]["id"] == invoice["id"]


def test_ties_are_no_clients_to_write(client: Client) -> None:
    other = create(client, "quote")
    link = {"id": other["id"], "type": "quote"}
    invoice = create(client, merged_in=link, original_document=link, original_documents=[link])
    assert (invoice["merged_in"], invoice["original_document"], invoice["original_documents"]) == (None, None, None)
    assert change(client, invoice["id"], merged_in=link)["merged_in"] is None


# what is carried over


def test_settled_installments_stay_behind_and_the_rest_adds_up(client: Client) -> None:
    installments = [
        {
            "amount": 22,
            "due_date": "2026-03-02",
            "status": "paid",
            "payment_account": {"id": account_of(client)},
        },
        {"amount": 50, "due_date": "2026-01-31"},
        {"amount": 50, "due_date": "2026-05-31", "payment_terms": {"days": 60, "type": "standard"}},
    ]
    proforma = create(client, "proforma", payments_list=installments)
    made = transform(client, proforma["id"], "invoice").json()["data"]
    fresh = [(each["amount"], each["due_date"], each["status"]) for each in made["payments_list"]]
    assert fresh == [(50, "2026-03-02", "not_paid"), (72, "2026-05-01", "not_paid")]
    assert {each["id"] for each in made["payments_list"]} == {None}
    assert made["next_due_date"] == "2026-03-02"


def test_a_quote_gets_an_installment_by_the_customers_terms(client: Client) -> None:
    terms = {"default_payment_terms": 60, "default_payment_terms_type": "end_of_month"}
    quote = create(client, "quote", entity={"name": "Bianchi", **terms}, payments_list=[])
    (only,) = transform(client, quote["id"], "invoice").json()["data"]["payments_list"]
    assert (only["amount"], only["due_date"]) == (122, "2026-05-31")


def test_what_belongs_to_the_original_alone_stays_with_it(client: Client, clock: Clock) -> None:
    order = create(client, "order", numeration="/X", is_marked=True, delivery_note=True, notes="Grazie")
    clock.advance(days=40)
    made = transform(client, order["id"], "invoice").json()["data"]
    assert (made["date"], made["numeration"], made["is_marked"], made["delivery_note"]) == (
        "2026-04-11",
        "",
        False,
        False,
    )
    assert made["notes"] == "Grazie"
    assert made["items_list"][0]["id"] is None
    assert made["created_at"] == ""


def test_an_invoice_from_a_delivery_note_has_the_contributions_of_the_company(
    client: Client, make_company: MakeCompany, make_token: MakeToken
) -> None:
    profile = TaxProfile(default_cassa=4, default_withholding_tax=20)  # type: ignore[arg-type]  # whole numbers do
    company = make_company(settings=CompanySettings(tax_profile=profile))
    own = Client(client.http, company, make_token(company_id=company))
    made = transform(own, create(own, "delivery_note")["id"], "invoice").json()["data"]
    assert (made["cassa"], made["withholding_tax"]) == (4, 20)
    assert (made["amount_cassa"], made["amount_gross"]) == (4, 106.88)
    assert made["payments_list"][0]["amount"] == 106.88


def test_an_invoice_is_electronic_where_the_customer_wants_it_or_it_is_asked_for(client: Client) -> None:
    usual = create(client, "quote")["id"]
    digital = create(client, "quote", entity={"name": "Bianchi", "e_invoice": True})["id"]

    def electronic(id: int, new_type: str, more: str = "") -> bool:
        made: bool = transform(client, id, new_type, more).json()["data"]["e_invoice"]
        return made

    assert not electronic(usual, "invoice")
    assert electronic(usual, "invoice", "&e_invoice=1")
    assert electronic(digital, "invoice")
    assert not electronic(digital, "invoice", "&e_invoice=0")
    assert not electronic(digital, "order")
    assert transform(client, digital, "order", "&e_invoice=1").status_code == 422


def test_a_credit_note_names_its_invoice_and_takes_the_goods_back(client: Client) -> None:
    product = client.data("POST", "products", json={"data": {"name": "Sedia", "in_stock": True, "stock_initial": 10}})
    invoice = create(client, numeration="/A", items_list=[row(product_id=product["id"], stock=True, qty=2)])
    note = store(client, transform(client, invoice["id"], "credit_note"))
    assert (note["ei_data"]["invoice_number"], note["ei_data"]["invoice_date"]) == ("1/A", "2026-03-02")
    assert client.data("GET", f"products/{product['id']}")["stock_current"] == 10


@pytest.mark.parametrize(("keep", "left"), [(1, 8), (0, 8)])
def test_goods_that_a_delivery_note_moved_are_not_moved_twice(client: Client, keep: int, left: int) -> None:
    product = client.data("POST", "products", json={"data": {"name": "Sedia", "in_stock": True, "stock_initial": 10}})
    note = create(client, "delivery_note", items_list=[row(product_id=product["id"], stock=True, qty=2)])
    store(client, transform(client, note["id"], "invoice", f"&transform_keep_copy={keep}"))
    assert client.data("GET", f"products/{product['id']}")["stock_current"] == left


# join


def test_delivery_notes_make_one_deferred_invoice(client: Client) -> None:
    first = create(client, "delivery_note", date="2026-02-10", items_list=[row(100), row(50, name="Lampada")])
    second = create(client, "delivery_note", date="2026-02-20", items_list=[row(100)])
    answer = join(client, [first["id"], second["id"]], "&type=delivery_notes&e_invoice=1")
    assert answer.json()["options"] == {
        "create_from": [str(first["id"]), str(second["id"])],
        "join_type": "delivery_notes",
    }
    made = store(client, answer)
    assert (made["amount_net"], made["amount_gross"]) == (250, 305)
    assert [each["net_price"] for each in made["items_list"]] == [100, 50, 100]
    assert made["ei_data"]["document_type"] == "TD24"
    assert made["ei_raw"]["FatturaElettronicaBody"]["DatiGenerali"]["DatiDDT"] == [
        {"NumeroDDT": "1", "DataDDT": "2026-02-10", "RiferimentoNumeroLinea": ["1", "2"]},
        {"NumeroDDT": "2", "DataDDT": "2026-02-20", "RiferimentoNumeroLinea": ["3"]},
    ]
    assert made["notes"] == "Rif. DDT n. 1 del 10/02/2026, n. 2 del 20/02/2026"
    assert made["original_document"] is None
    assert [each["id"] for each in made["original_documents"]] == [first["id"], second["id"]]
    for note in (first, second):
        assert get(client, note["id"])["merged_in"]["id"] == made["id"]
    xml = client.get(f"issued_documents/{made['id']}/e_invoice/xml").content
    assert b"<TipoDocumento>TD24</TipoDocumento>" in xml
    assert b"<NumeroDDT>2</NumeroDDT><DataDDT>2026-02-20</DataDDT>" in xml.replace(b"\n", b"").replace(b"  ", b"")
    assert fatturapa.read(xml)


def test_rows_are_grouped_where_only_the_quantity_differs(client: Client) -> None:
    first = create(client, "delivery_note", items_list=[row(100, qty=2), row(50)])
    second = create(client, "delivery_note", items_list=[row(100, qty=0.5), row(100, discount=10)])
    made = join(client, [first["id"], second["id"]], "&group=1").json()["data"]
    rows = [(each["net_price"], each["qty"], each["discount"]) for each in made["items_list"]]
    assert rows == [(100, 2.5, 0), (50, 1, 0), (100, 1, 10)]
    assert made["amount_net"] == 390
    blocks = made["ei_raw"]["FatturaElettronicaBody"]["DatiGenerali"]["DatiDDT"]
    assert [block["RiferimentoNumeroLinea"] for block in blocks] == [["1", "2"], ["1", "3"]]


def test_delivered_goods_are_billed_once(client: Client) -> None:
    note = create(client, "delivery_note")
    answer = join(client, [note["id"]])
    invoice = store(client, answer)
    for refused in (
        join(client, [note["id"]]),
        transform(client, note["id"], "receipt"),
        client.post("issued_documents", json=answer.json()),
    ):
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "ALREADY_BILLED")
    client.delete(f"issued_documents/{invoice['id']}")
    assert join(client, [note["id"]]).status_code == 200


@pytest.mark.parametrize("type", ["order", "quote", "work_report", "delivery_note"])
def test_orders_quotes_reports_and_delivery_notes_can_be_joined(client: Client, type: str) -> None:
    ids = [create(client, type)["id"] for _ in range(3)]
    made = store(client, join(client, ids))
    assert (made["type"], made["amount_gross"], made["payments_list"][0]["amount"]) == ("invoice", 366, 366)


@pytest.mark.parametrize(
    "differing",
    [
        {"entity": {"name": "Altri S.r.l."}},
        {"currency": {"id": "USD"}},
        {"use_gross_prices": True},
        {"withholding_tax": 20},
    ],
)
def test_what_one_invoice_cannot_say_is_not_joined(client: Client, differing: dict[str, Any]) -> None:
    ids = [create(client, "order")["id"], create(client, "order", **differing)["id"]]
    answer = join(client, ids)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "CANNOT_JOIN")


def test_documents_of_two_types_and_invoices_are_not_joined(client: Client) -> None:
    order, quote, invoice = (create(client, type)["id"] for type in ("order", "quote", "invoice"))
    for ids in ([order, quote], [invoice]):
        assert join(client, ids).json()["error"]["code"] == "CANNOT_JOIN"
    assert join(client, [order], "&type=quotes").status_code == 422


@pytest.mark.parametrize(
    "path",
    [
        "join",
        "join?ids=",
        "join?ids=x",
        "join?ids=1&group=2",
        "join?ids=1&type=invoices",
        f"join?ids={','.join(map(str, range(1, 202)))}",
        "transform",
        "transform?original_document_id=1",
        "transform?original_document_id=1&new_type=letter",
        "transform?original_document_id=x&new_type=invoice",
        "transform?original_document_id=1&new_type=invoice&transform_keep_copy=2",
        "transform?original_document_id=1&new_type=invoice&e_invoice=x",
        "transform?original_document_id=1&new_type=invoice&type=order",
    ],
)
def test_what_cannot_be_asked_for_is_refused(client: Client, path: str) -> None:
    assert create(client, "quote")["id"] == 1
    assert client.get(f"issued_documents/{path}").status_code == 422


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"create_from": ["99"], "transform": True}, 404),
        ({"create_from": "1", "transform": True}, 422),
        ({"create_from": ["x"]}, 422),
        ({"create_from": [True]}, 422),
        ({"create_from": ["1", "2"], "transform": True}, 422),
        ({"create_from": ["1"], "transform": "perhaps"}, 422),
        ({"create_from": ["1"], "transform": True, "keep_copy": 7}, 422),
        ({"create_from": [1], "transform": True}, 200),
        ({"create_from": []}, 200),
    ],
)
def test_a_create_checks_what_it_is_made_from(client: Client, options: dict[str, Any], status: int) -> None:
    create(client, "quote")
    create(client, "order")
    sent = transform(client, 1, "invoice").json() | {"options": options}
    assert client.post("issued_documents", json=sent).status_code == status
