"""The pages of customers and suppliers."""

from typing import Any

import pytest

from resources.issued_documents import create
from support import Client
from web.conftest import Visitor
from web.pages import Pages

HOSTILE = "<script>alert(1)</script> \N{GRINNING FACE} שלום " + "x" * 150
TEXTS = (
    "code",
    "contact_person",
    "vat_number",
    "tax_code",
    "address_street",
    "address_postal_code",
    "address_city",
    "address_province",
    "address_extra",
    "email",
    "certified_email",
    "phone",
    "fax",
    "bank_iban",
    "bank_name",
    "bank_swift_code",
    "shipping_address",
    "ei_code",
    "notes",
    "intent_declaration_protocol_number",
)


def new(client: Client, path: str = "entities/clients", **facts: Any) -> int:
    id: int = client.data("POST", path, json={"data": {"name": "Bianchi S.p.A.", **facts}})["id"]
    return id


@pytest.mark.parametrize(("path", "section"), [("/clients", "fic_clients"), ("/suppliers", "fic_suppliers")])
def test_the_registry_opens_to_who_may_read_it(visitor: Visitor, path: str, section: str) -> None:
    assert visitor({section: "none"}).get(path).status == 403
    reader = visitor({section: "read"}).get(path)
    assert reader.status == 200
    assert not reader.find("//a[@data-new]")
    assert visitor({section: "write"}).get(path).find("//a[@data-new]")


def test_another_companys_customers_are_not_there(visitor: Visitor, make_company: Any, client: Client) -> None:
    id = new(client)
    stranger = visitor(company=make_company())
    assert stranger.get(f"/app/{client.company_id}/clients/{id}").status == 404
    assert stranger.get(f"/clients/{id}").status == 404


def test_every_key_of_a_customer_is_in_the_form_and_is_kept(pages: Pages, client: Client) -> None:
    method = client.data("GET", "info/payment_methods")[0]["id"]
    listed = client.data("POST", "price_lists", json={"data": {"name": "Rivenditori"}})["id"]
    pages.get("/clients/new").submit(
        name="Nuova S.r.l.",
        default_vat__id="0",
        default_payment_method__id=str(method),
        default_payment_terms="30",
        default_payment_terms_type="end_of_month",
        default_discount="12,5",
        price_list_id=listed,
        discount_highlight="on",
        has_intent_declaration="on",
        intent_declaration_protocol_date="31/01/2026",
        country="Francia",
        **{key: f"{key[:4]}1" for key in TEXTS},
    )
    assert pages.title == "Nuova S.r.l."
    [entry] = client.data("GET", "entities/clients", params={"fieldset": "detailed"})
    assert {key: entry[key] for key in TEXTS} == {key: f"{key[:4]}1" for key in TEXTS}
    assert (entry["default_vat"]["value"], entry["default_payment_method"]["id"]) == (22, method)
    assert (entry["default_payment_terms"], entry["default_discount"], entry["country_iso"]) == (30, 12.5, "FR")
    assert (entry["has_intent_declaration"], entry["intent_declaration_protocol_date"]) == (True, "2026-01-31")
    before = client.data("GET", f"entities/clients/{entry['id']}")
    pages.get(f"/clients/{entry['id']}/edit").submit()
    assert {**client.data("GET", f"entities/clients/{entry['id']}"), "updated_at": ""} == {**before, "updated_at": ""}


def test_what_everybody_types_is_shown_as_it_is_everywhere(pages: Pages, client: Client) -> None:
    id = new(client, name=HOSTILE[:200], **dict.fromkeys(TEXTS, HOSTILE[:60]))
    create(client, entity={"id": id, "name": HOSTILE})
    for path in ("", f"/{id}", f"/{id}/edit", f"/{id}/statement", f"/{id}/documents", f"/{id}/prices", "/same"):
        pages.get(f"/clients{path}")
        assert pages.status == 200, path
        assert "<script>alert" not in pages.text, path
    assert pages.get("/clients").rows[0][1] == HOSTILE[:200]
    assert pages.get(f"/clients/{id}").title == HOSTILE[:200]


def test_a_refused_form_keeps_what_was_typed(pages: Pages, client: Client) -> None:
    new(client, code="C1")
    pages.get("/clients/new").submit(name="Altri", code="C1", default_payment_terms="presto", notes="resta")
    assert pages.status == 422
    assert pages.errors == {"default_payment_terms": "Scrivi un numero, per esempio 1.234,56."}
    pages.submit(default_payment_terms="30")
    assert "stesso codice" in pages.said("//*[@role='alert']")
    assert pages.find("//textarea[@name='notes']")[0].text_content().strip() == "resta"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("vat_number=12345678901", "il carattere di controllo è errato"),
        ("vat_number=12345670017", ""),
        ("vat_number=12345678901&country=Stati+Uniti+d%27America", ""),
        ("tax_code=RSSMRA80A01H501X", "il carattere di controllo è errato"),
        ("ei_code=AB", "Codice destinatario: deve avere"),
        ("bank_iban=IT00X", "IBAN"),
    ],
)
def test_a_code_that_cannot_be_right_is_told_while_it_is_typed(pages: Pages, typed: str, told: str) -> None:
    pages.get(f"/clients/checks?{typed}", **{"HX-Request": "true", "HX-Target": "checks"})
    assert pages.status == 200
    said = pages.said("//*[@id='checks']")
    assert told in said if told else said == ""


def test_a_code_that_another_entry_has_is_told(pages: Pages, client: Client) -> None:
    id = new(client, vat_number="12345670017")
    pages.get("/clients/checks?vat_number=12345670017")
    assert pages.find(f"//a[@href='/app/{client.company_id}/clients/{id}']")
    pages.get(f"/clients/checks?vat_number=12345670017&id={id}")
    assert not pages.find("//*[@id='checks']//a")


def test_a_city_is_offered_with_postal_code_and_province(pages: Pages) -> None:
    pages.get("/clients/cities?address_city=sassuo", **{"HX-Request": "true", "HX-Target": "cities"})
    assert pages.find("//option/@value") == ["Sassuolo (MO) 41049"]


def test_the_statement_shows_what_is_open_and_settles_it_with_undo(pages: Pages, client: Client) -> None:
    id = new(client)
    invoice = create(client, entity={"id": id, "name": "Bianchi"}, date="2026-03-01")
    pages.get(f"/clients/{id}/statement")
    assert "122,00" in pages.said("//tfoot")
    account = client.data("GET", "info/payment_accounts")[0]["id"]
    payment = invoice["payments_list"][0]["id"]
    sent = {"item": f"{invoice['id']}.{payment}", "paid_date": "2026-03-02", "payment_account": str(account)}
    pages.post(f"/clients/{id}/settle", sent)
    assert "Saldato" in pages.said("//*[@class='flash']")
    paid = client.data("GET", f"issued_documents/{invoice['id']}")["payments_list"][0]
    assert (paid["status"], paid["paid_date"]) == ("paid", "2026-03-02")
    [undo] = pages.find("//*[@class='flash']//form/@action")
    pages.post(undo)
    assert client.data("GET", f"issued_documents/{invoice['id']}")["payments_list"][0]["status"] == "not_paid"
    for format, begin in (("pdf", b"%PDF"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf")):
        assert pages.get(f"/clients/{id}/statement/file?format={format}").answer.content.startswith(begin)


def test_who_may_not_see_invoices_sees_no_statement(visitor: Visitor, client: Client) -> None:
    id = new(client)
    clerk = visitor({"fic_clients": "write"})
    assert clerk.get(f"/clients/{id}").status == 200
    assert clerk.find("//nav[@class='tabs']") == []
    assert clerk.get(f"/clients/{id}/statement").status == 403


def test_a_new_invoice_begins_with_the_customer_of_the_card(pages: Pages, client: Client) -> None:
    id = new(client, vat_number="12345670017")
    [link] = pages.get(f"/clients/{id}").find("//a[contains(@href, '/issued_documents/new')]/@href")
    assert pages.get(link).find("//input[@name='entity.vat_number']/@value") == ["12345670017"]


def test_ticked_rows_become_a_file_or_go(pages: Pages, client: Client) -> None:
    ids = [new(client, name=name) for name in ("Uno", "Due", "Tre")]
    pages.post("/clients/bulk", {"act": "file", "ids": [str(ids[0]), str(ids[2])]})  # type: ignore[dict-item]
    assert pages.answer.headers["content-disposition"] == 'attachment; filename="clients.xlsx"'
    pages.get("/clients").post("/clients/bulk", {"act": "delete", "ids": [str(ids[0]), str(ids[2])]})  # type: ignore[dict-item]
    assert "2 nominativi eliminati" in pages.said("//*[@class='flash']")
    assert [row[1] for row in pages.rows] == ["Due"]
    pages.post("/clients/bulk", {"act": "delete"})
    assert "Nessuna riga selezionata" in pages.said("//*[@class='flash']")


def test_twins_are_found_looked_at_merged_and_taken_apart(pages: Pages, client: Client) -> None:
    kept = new(client, tax_code="RSSMRA80A01H501U")
    gone = new(client, name="Bianchi doppione", tax_code="RSSMRA80A01H501U", email="b@example.com")
    create(client, entity={"id": gone, "name": "Bianchi"})
    pages.get("/clients/same")
    pages.post("/clients/same", {"keep": str(kept), "ids": [str(kept), str(gone)]})  # type: ignore[dict-item]
    assert "Bianchi doppione" in pages.said()
    assert "E-mail" in pages.said("//dl")
    pages.submit("/clients/same")
    assert pages.title == "Bianchi S.p.A."
    assert client.get(f"entities/clients/{gone}").status_code == 404
    [undo] = pages.find("//*[@class='flash']//form/@action")
    pages.post(undo)
    assert "annullata" in pages.said("//*[@class='flash']")
    assert client.data("GET", f"entities/clients/{gone}")["email"] == "b@example.com"


def test_suppliers_have_the_same_pages(pages: Pages, client: Client) -> None:
    id = new(client, "entities/suppliers")
    for path in ("", "/new", f"/{id}", f"/{id}/edit", f"/{id}/statement", f"/{id}/documents", f"/{id}/prices", "/same"):
        assert pages.get(f"/suppliers{path}").status == 200, path
    pages.get(f"/suppliers/{id}/edit").submit(bank_iban="IT60X0542811101000000123456")
    assert client.data("GET", f"entities/suppliers/{id}")["bank_iban"] == "IT60X0542811101000000123456"


def test_the_pages_speak_english(visitor: Visitor, client: Client) -> None:
    id = new(client)
    english = visitor(language="en")
    assert english.get("/clients").title == "Customers"
    assert "Statement" in english.get(f"/clients/{id}").said("//nav[@class='tabs']")
