"""The pages of products, the bin and the trail of changes."""

from typing import Any

from resources.issued_documents import create, row
from support import Client
from web.conftest import Visitor
from web.pages import Pages

HOSTILE = "<script>alert(1)</script> \N{GRINNING FACE} שלום"


def new(client: Client, **facts: Any) -> int:
    id: int = client.data("POST", "products", json={"data": {"name": "Vite", "net_price": 2, **facts}})["id"]
    return id


def test_products_open_to_who_may_read_them(visitor: Visitor) -> None:
    assert visitor({"fic_products": "none"}).get("/products").status == 403
    reader = visitor({"fic_products": "read"}).get("/products")
    assert (reader.status, reader.find("//a[@data-new]")) == (200, [])


def test_another_companys_products_are_not_there(visitor: Visitor, make_company: Any, client: Client) -> None:
    id = new(client)
    stranger = visitor(company=make_company())
    assert stranger.get(f"/app/{client.company_id}/products/{id}").status == 404
    assert stranger.get(f"/products/{id}").status == 404


def test_a_gross_price_makes_the_net_one(pages: Pages, client: Client) -> None:
    pages.get("/products/new").submit(
        name=HOSTILE, price="122", use_gross_price="true", code="V1", in_stock="on", stock_initial="10", measure="pz"
    )
    assert pages.title == HOSTILE
    assert "<script>alert" not in pages.text
    [product] = client.data("GET", "products", params={"fieldset": "detailed"})
    assert (product["net_price"], product["gross_price"], product["stock_current"]) == (100, 122, 10)
    pages.get(f"/products/{product['id']}/edit").submit(price="50", use_gross_price="false")
    changed = client.data("GET", f"products/{product['id']}")
    assert (changed["net_price"], changed["gross_price"]) == (50, 61)
    assert pages.get("/products").rows[0][1] == HOSTILE


def test_a_price_that_is_none_is_told_at_its_input(pages: Pages) -> None:
    pages.get("/products/new").submit(name="Vite", price="tanto")
    assert pages.errors == {"price": "Scrivi un numero, per esempio 1.234,56."}


def test_the_card_shows_stock_and_prices(pages: Pages, client: Client) -> None:
    id = new(client, in_stock=True, stock_initial=10)
    create(client, items_list=[row(3, product_id=id, qty=4, stock=True)], entity={"name": "Bianchi"})
    said = pages.get(f"/products/{id}").said()
    assert "Ultimi prezzi ai clienti" in said
    assert "Movimenti di magazzino" in said
    assert "-4" in said


def test_ticked_products_become_a_file_or_go(pages: Pages, client: Client) -> None:
    ids = [str(new(client, name=name)) for name in ("Uno", "Due")]
    pages.post("/products/bulk", {"act": "file", "ids": ids})  # type: ignore[dict-item]
    assert pages.answer.headers["content-disposition"] == 'attachment; filename="products.xlsx"'
    pages.get("/products").post("/products/bulk", {"act": "delete", "ids": ids})  # type: ignore[dict-item]
    assert client.data("GET", "products") == []


def test_a_deleted_document_comes_back_or_goes_for_good(pages: Pages, client: Client) -> None:
    for _ in range(2):
        client.delete(f"issued_documents/{create(client, entity={'name': HOSTILE})['id']}")
    assert "<script>alert" not in pages.get("/bin").text
    pages.post("/bin/issued_documents/1/recover")
    assert "ripristinato" in pages.said("//*[@class='flash']")
    assert client.get("issued_documents/1").status_code == 200
    pages.post("/bin/issued_documents/2/delete")
    assert client.data("GET", "bin/issued_documents") == []
    assert "vuoto" in pages.get("/bin").said()


def test_a_document_whose_number_is_taken_stays_in_the_bin_and_says_why(pages: Pages, client: Client) -> None:
    client.delete(f"issued_documents/{create(client)['id']}")
    create(client)
    pages.get("/bin").post("/bin/issued_documents/1/recover")
    assert pages.find("//*[@role='alert']")
    assert len(client.data("GET", "bin/issued_documents")) == 1


def test_the_bin_has_pages_and_is_searched(pages: Pages, client: Client) -> None:
    for number in range(52):
        client.delete(f"issued_documents/{create(client, entity={'name': 'Rossi' if number else 'Zeta'})['id']}")
    pages.get("/bin")
    assert len(pages.find("//tbody/tr")) == 50
    assert "Documenti emessi (52)" in pages.said("//nav[@class='tabs']")
    [older] = pages.find("//a[@rel='next']/@href")
    assert "Zeta" in pages.get(older).said("//tbody")
    for address in pages.find("//tbody//form[contains(@action, 'delete')]/@action"):
        pages.get(older).post(address)
    assert "Pagina" not in pages.said("//nav[@class='pages']")
    assert len(pages.find("//tbody/tr")) == 50
    client.delete(f"issued_documents/{create(client, entity={'name': 'Zeta'})['id']}")
    pages.get("/bin?text=zeta")
    assert len(pages.find("//tbody/tr")) == 1
    assert "Nessun risultato" in pages.get("/bin?text=nessuno").said()
    assert "vuoto" in pages.get("/bin?kind=received_documents").said()


def test_the_bin_shows_nothing_that_may_not_be_read(visitor: Visitor, client: Client) -> None:
    client.delete(f"issued_documents/{create(client)['id']}")
    reader = visitor({"fic_clients": "read"})
    assert "Fattura" not in reader.get("/bin").said()
    assert reader.post("/bin/issued_documents/1/delete").status == 403


def test_the_trail_says_who_changed_what_and_leads_there(pages: Pages, client: Client) -> None:
    id = client.data("POST", "entities/clients", json={"data": {"name": "Uno"}})["id"]
    pages.get(f"/clients/{id}/edit").submit(name=HOSTILE)
    pages.get("/audit?resource=entities.clients&action=update")
    assert "Pagine web" in pages.said("//tbody")
    assert HOSTILE in pages.said("//tbody")
    assert "<script>alert" not in pages.text
    assert pages.find(f"//a[@href='/app/{client.company_id}/clients/{id}']")
    assert "Nessun risultato" in pages.get("/audit?resource=taxes").said()


def test_the_trail_has_pages(pages: Pages, client: Client) -> None:
    for _ in range(60):
        new(client)
    [older] = pages.get("/audit?resource=products").find("//a[@rel='next']/@href")
    pages.get(older)
    assert len(pages.find("//tbody/tr")) == 10


def test_the_trail_is_for_who_may_read_the_settings(visitor: Visitor) -> None:
    assert visitor({"fic_clients": "write"}).get("/audit").status == 403


def test_the_pages_speak_english(visitor: Visitor) -> None:
    english = visitor(language="en")
    assert english.get("/products").title == "Products and services"
    assert english.get("/bin").title == "Bin"
    assert english.get("/audit").title == "Audit trail"
