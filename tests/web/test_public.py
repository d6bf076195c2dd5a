"""The page of a document for its customer: behind a signed link, without an account."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import html
from starlette.testclient import TestClient

from resources.e_invoices import CUSTOMER
from resources.issued_documents import account_of, change, create
from support import Client, Clock
from web.pages import Pages

IBAN = "IT60X0542811101000000123456"
HOSTILE = "<script>alert(1)</script>"


def _link(document: dict[str, Any]) -> str:
    return urlsplit(document["url"]).path.removesuffix(".pdf")


def _words(answer: Any, path: str = "//main") -> str:
    return " ".join(html.fromstring(answer.text).xpath(path)[0].text_content().split())


def _seen(client: Client, document: dict[str, Any]) -> str | None:
    seen: str | None = client.data("GET", f"issued_documents/{document['id']}")["seen_date"]
    return seen


def test_the_customer_sees_the_document_and_how_to_pay_it(client: Client, http: TestClient) -> None:
    facts = {"ei_data": {"bank_iban": IBAN, "bank_beneficiary": "Rossi S.r.l.", "bank_name": "Banca di prova"}}
    made = create(client, entity={**CUSTOMER, "name": HOSTILE}, date="2026-03-01", **facts)
    page = http.get(_link(made))
    assert page.status_code == 200
    assert HOSTILE not in page.text
    assert "IT60 X054 2811 1010 0000 0123 456" in _words(page, "//*[@id='pay']")
    assert "122,00" in _words(page, "//*[@id='pay']")
    assert "Fattura 1 01/03/2026" in _words(page, "//*[@id='pay']")
    assert html.fromstring(page.text).xpath("//figure/img/@src")[0].startswith("data:image/svg+xml")
    assert http.get(f"{_link(made)}/pages/1").content.startswith(b"\x89PNG")
    assert http.get(f"{_link(made)}/pages/9").status_code == 404
    assert http.get(f"{_link(made)}.pdf").content.startswith(b"%PDF")
    assert "noindex" in page.headers["x-robots-tag"]


def test_what_is_paid_asks_for_nothing(client: Client, http: TestClient) -> None:
    made = create(client)
    payment = {**made["payments_list"][0], "status": "paid", "payment_account": {"id": account_of(client)}}
    change(client, made["id"], payments_list=[payment])
    page = http.get(_link(made))
    assert "Non c’è nulla da pagare" in _words(page)
    assert not html.fromstring(page.text).xpath("//figure")


def test_a_credit_note_asks_for_nothing(client: Client, http: TestClient) -> None:
    assert not html.fromstring(http.get(_link(create(client, "credit_note"))).text).xpath("//*[@id='pay']")


def test_the_page_speaks_the_language_of_the_document(client: Client, http: TestClient) -> None:
    made = create(client, language={"code": "en"})
    page = http.get(_link(made), headers={"Accept-Language": "it"})
    assert page.headers["content-language"] == "en"
    assert _words(page, "//h1").startswith("Invoice")


def test_the_electronic_invoice_can_be_taken(client: Client, http: TestClient) -> None:
    made = create(client, e_invoice=True, entity=CUSTOMER, ei_data={"payment_method": "MP05"})
    answer = http.get(f"{_link(made)}.xml")
    assert answer.content.startswith(b"<?xml")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert http.get(f"{_link(create(client, 'quote'))}.xml").status_code == 404


def test_it_is_seen_once_and_not_by_who_issued_it(client: Client, http: TestClient, pages: Pages, clock: Clock) -> None:
    made = create(client)
    http.head(_link(made))
    http.get(_link(made), headers={"Cookie": f"mastro={pages.session}"})
    assert _seen(client, made) is None
    http.get(_link(made))
    assert _seen(client, made) == "2026-03-02"
    clock.advance(days=1)
    http.get(_link(made))
    assert _seen(client, made) == "2026-03-02"
    assert "Visto dal cliente" in pages.get(f"/issued_documents/{made['id']}").said("//ol[@class='timeline']")


def test_a_deleted_document_is_gone(client: Client, http: TestClient) -> None:
    made = create(client)
    client.delete(f"issued_documents/{made['id']}")
    assert http.get(_link(made)).status_code == 404


@pytest.mark.parametrize("end", ["", ".xml", "/pages/1"])
def test_a_link_that_is_not_ours_opens_nothing(client: Client, http: TestClient, clock: Clock, end: str) -> None:
    made, other = create(client), create(client)
    link = _link(made)
    forged = link.replace(f".{made['id']}.", f".{other['id']}.")
    assert http.get(f"{forged}{end}").status_code == 404
    assert http.get(f"/doc/nothing{end}").status_code == 404
    assert http.get(f"{link.replace('.document-', '.poster-')}{end}").status_code == 404
    clock.advance(days=400)
    assert http.get(f"{link}{end}").status_code == 404
