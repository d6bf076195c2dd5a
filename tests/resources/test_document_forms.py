"""What a form for documents asks: suggestions, the number to come, what a document comes to, a duplicate (ours)."""

import re
from typing import Any

import pytest

from support import Client, MakeToken

ROW = {"name": "Ore", "net_price": 100, "qty": 2, "vat": {"id": 0}}


def invoice(client: Client, **facts: Any) -> Any:
    data = {"type": "invoice", "entity": {"name": "Rossi"}, "items_list": [ROW], **facts}
    return client.data("POST", "issued_documents", json={"data": data, "options": {"fix_payments": True}})


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [each["name"] for each in answer.json()["data"]]


def test_customers_are_suggested_by_name_code_and_numbers(client: Client) -> None:
    client.post(
        "entities/clients", json={"data": {"name": "Bianchi S.r.l.", "code": "B7", "vat_number": "12345670017"}}
    )
    client.post("entities/clients", json={"data": {"name": "Verdi", "tax_code": "VRDGPP80A01F205X"}})
    path = "issued_documents/suggestions/entities?type=invoice"
    assert names(client.get(path)) == ["Verdi", "Bianchi S.r.l."]
    for text in ("bian", "B7", "12345670017", "bianhci"):
        assert names(client.get(path, params={"type": "invoice", "text": text})) == ["Bianchi S.r.l."], text
    assert names(client.get(path, params={"type": "invoice", "text": "vrdgpp80"})) == ["Verdi"]
    assert names(client.get(path, params={"type": "invoice", "text": "nessuno"})) == []


def test_whom_most_documents_are_for_comes_first(client: Client) -> None:
    ids = {
        name: client.data("POST", "entities/clients", json={"data": {"name": name}})["id"]
        for name in ("Rossi Uno", "Rossi Due", "Rossi Tre")
    }
    for name in ("Rossi Due", "Rossi Due", "Rossi Uno"):
        invoice(client, entity={"id": ids[name], "name": name})
    path = "issued_documents/suggestions/entities"
    expected = ["Rossi Due", "Rossi Uno", "Rossi Tre"]
    assert names(client.get(path, params={"type": "invoice"})) == expected
    assert names(client.get(path, params={"type": "invoice", "text": "rossi"})) == expected


def test_an_order_to_a_supplier_suggests_suppliers(client: Client) -> None:
    client.post("entities/clients", json={"data": {"name": "Cliente"}})
    client.post("entities/suppliers", json={"data": {"name": "Fornitore"}})
    assert names(client.get("issued_documents/suggestions/entities?type=supplier_order")) == ["Fornitore"]


def test_the_product_with_that_very_code_comes_first(client: Client) -> None:
    for code, name in (("A1", "Vite"), ("A10", "Dado"), ("", "Corso A1 avanzato")):
        client.post("products", json={"data": {"code": code, "name": name, "net_price": 1}})
    found = names(client.get("issued_documents/suggestions/products", params={"text": "a1"}))
    assert found[0] == "Vite"
    assert set(found) == {"Vite", "Dado", "Corso A1 avanzato"}


def test_suggestions_need_the_right_to_read_and_stay_in_the_company(
    client: Client, make_token: MakeToken, make_company: Any
) -> None:
    client.post("entities/clients", json={"data": {"name": "Segreto"}})
    reader = client.using(make_token(scopes=["issued_documents.invoices:r"]))
    assert reader.get("issued_documents/suggestions/entities?type=invoice").status_code == 403
    assert reader.get("issued_documents/suggestions/products").status_code == 403
    other = make_company(name="Altra")
    stranger = Client(client.http, other, make_token(company_id=other))
    assert names(stranger.get("issued_documents/suggestions/entities?type=invoice&text=segreto")) == []


@pytest.mark.parametrize("limit", ["0", "21", "x"])
def test_a_limit_is_bounded(client: Client, limit: str) -> None:
    assert client.get(f"issued_documents/suggestions/products?limit={limit}").status_code == 422


def test_the_number_to_come_is_told_with_the_reason_of_a_refusal(client: Client) -> None:
    made = invoice(client, date="2026-02-10")
    path = "issued_documents/number"
    asked = {"type": "invoice", "date": "2026-02-11"}
    assert client.data("GET", path, params=asked) == {"number": 2, "printed": "2", "code": "", "message": ""}
    assert client.data("GET", path, params={**asked, "numeration": "/A"})["printed"] == "1/A"
    taken = client.data("GET", path, params={**asked, "number": 1})
    assert taken["code"] == "NUMBER_TAKEN"
    assert "n. 1 del 10/02/2026" in taken["message"]
    assert client.data("GET", path, params={"type": "invoice", "date": "2026-02-01"})["code"] == "DATE_BEFORE_LAST"
    assert client.data("GET", path, params={**asked, "number": 1, "document_id": made["id"]})["code"] == ""
    assert client.get(path, params={**asked, "date": "soon"}).status_code == 422
    assert client.get(path, params={**asked, "number": "x"}).status_code == 422


def test_a_preview_has_the_totals_the_rows_and_the_installments_that_a_create_would_store(client: Client) -> None:
    data = {
        "type": "invoice",
        "entity": {"name": "Rossi", "default_payment_terms": 30},
        "date": "2026-01-31",
        "items_list": [ROW, {"name": "Sconto", "net_price": 50, "discount": 10, "vat": {"id": 0}}],
        "payments_list": [{"amount": 100}, {}, {}],
    }
    body = {"data": data, "options": {"fix_payments": True}}
    preview = client.data("POST", "issued_documents/preview", json=body)
    assert preview["totals"] == client.data("POST", "issued_documents/totals", json=body)
    assert preview["rows"] == [200, 45]
    stored = client.data("POST", "issued_documents", json=body)
    assert [(row["amount"], row["due_date"]) for row in preview["payments_list"]] == [
        (row["amount"], row["due_date"]) for row in stored["payments_list"]
    ]
    assert sum(row["amount"] for row in preview["payments_list"]) == pytest.approx(298.9)


def test_a_preview_of_a_stored_document_takes_its_other_keys_from_it(client: Client) -> None:
    made = invoice(client)
    body = {"data": {"items_list": [{**ROW, "qty": 3}]}}
    preview = client.data("POST", f"issued_documents/preview?document_id={made['id']}", json=body)
    assert preview["totals"]["amount_due"] == 366
    assert client.data("GET", f"issued_documents/{made['id']}")["amount_gross"] == 244
    assert client.post("issued_documents/preview?document_id=999999", json=body).status_code == 404
    assert client.post("issued_documents/preview", json={"data": {}}).status_code == 422


def test_a_preview_needs_the_right_to_read_such_documents(client: Client, make_token: MakeToken) -> None:
    made = invoice(client)
    quotes = client.using(make_token(scopes=["issued_documents.quotes:a"]))
    assert quotes.post("issued_documents/preview", json={"data": {"type": "invoice"}}).status_code == 403
    assert quotes.post(f"issued_documents/preview?document_id={made['id']}", json={"data": {}}).status_code == 403
    assert quotes.get(f"issued_documents/duplicate?original_document_id={made['id']}").status_code == 403
    assert quotes.get("issued_documents/number?type=invoice").status_code == 403


ELECTRONIC = {
    "type": "invoice",
    "e_invoice": True,
    "entity": {"name": "Bianchi", "vat_number": "01234567897", "ei_code": "ABC1234", "country": "Italia"},
    "items_list": [{**ROW, "ei_raw": {"RiferimentoAmministrazione": "X-1"}}],
    "ei_raw": {"FatturaElettronicaBody": {"DatiGenerali": {"DatiSAL": {"RiferimentoFase": "3"}}}},
}


def test_the_xml_of_a_document_that_is_not_stored_is_the_one_that_it_gets(client: Client) -> None:
    body = {"data": ELECTRONIC, "options": {"fix_payments": True}}
    preview = client.post("issued_documents/preview/xml", json=body)
    assert preview.headers["content-type"].startswith("text/xml")
    for words in ("<RiferimentoFase>3</RiferimentoFase>", "<RiferimentoAmministrazione>X-1</"):
        assert words in preview.text
    assert client.data("GET", "issued_documents", params={"type": "invoice"}) == []
    made = client.data("POST", "issued_documents", json=body)
    stored = client.get(f"issued_documents/{made['id']}/e_invoice/xml").text
    number = re.compile("<ProgressivoInvio>.*?<")
    assert number.sub("", preview.text) == number.sub("", stored)
    changed = {"data": {"ei_raw": {"FatturaElettronicaBody": {"DatiGenerali": {"DatiSAL": {"RiferimentoFase": "9"}}}}}}
    again = client.post(f"issued_documents/preview/xml?document_id={made['id']}", json=changed).text
    assert "<RiferimentoFase>9</" in again
    assert "X-1" in again
    assert client.get(f"issued_documents/{made['id']}/e_invoice/xml").text == stored


def test_the_xml_of_what_could_not_be_stored_is_refused_as_storing_it_would_be(
    client: Client, make_token: MakeToken
) -> None:
    def refused(*, fixed: bool = True, **more: Any) -> Any:
        body = {"data": {**ELECTRONIC, **more}, "options": {"fix_payments": fixed}}
        return client.post("issued_documents/preview/xml", json=body)

    assert refused(fixed=False).json()["error"]["code"] == "PAYMENTS_MISMATCH"
    assert list(refused(ei_raw={"A": 1.5}).json()["error"]["validation_result"]) == ["data.ei_raw"]
    assert refused(e_invoice=False).json()["error"]["code"] == "NOT_AN_E_INVOICE"
    assert client.post("issued_documents/preview/xml?document_id=999999", json={"data": {}}).status_code == 404
    quotes = client.using(make_token(scopes=["issued_documents.quotes:a"]))
    assert quotes.post("issued_documents/preview/xml", json={"data": ELECTRONIC}).status_code == 403


def test_a_duplicate_says_the_same_from_today_on(client: Client) -> None:
    account = client.data("GET", "info/payment_accounts")[0]["id"]
    paid = {"amount": 244, "status": "paid", "payment_account": {"id": account}, "payment_terms": {"days": 30}}
    made = invoice(client, date="2026-01-10", visible_subject="Lavoro", payments_list=[paid], notes="a<br>b")
    again = client.data("GET", f"issued_documents/duplicate?original_document_id={made['id']}")
    assert (again["id"], again["number"], again["date"]) == (None, None, "2026-03-02")
    assert (again["visible_subject"], again["notes"], again["type"]) == ("Lavoro", "a<br>b", "invoice")
    assert [(row["name"], row["qty"], row["net_price"]) for row in again["items_list"]] == [("Ore", 2, 100)]
    [payment] = again["payments_list"]
    assert (payment["status"], payment["amount"], payment["due_date"]) == ("not_paid", 244, "2026-04-01")
    assert client.get("issued_documents/duplicate?original_document_id=x").status_code == 422
