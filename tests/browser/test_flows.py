"""What people come for, from end to end and by keyboard alone: issue and send, receive, get paid, turn a quote into an
invoice, and the accountant who looks at the books.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from browser.chromium import Keyboard
from browser.conftest import OpenPage
from browser.site import Site, sign_in, until

CUSTOMER = {
    "name": "Torrefazione Aurora S.r.l.",
    "vat_number": "01234567897",
    "address_street": "Via Roma 1",
    "address_postal_code": "20121",
    "address_city": "Milano",
    "address_province": "MI",
    "country": "Italia",
    "ei_code": "ABC1234",
    "e_invoice": True,
}


@pytest.fixture
def desk(testing: Site, open_page: OpenPage) -> Keyboard:
    """A signed-in page on the overview of a company in test mode, to be used by keyboard."""
    page = open_page(testing)
    sign_in(page, testing)
    page.goto(testing.url("/app/{company}"))
    return Keyboard(page)


def _ends_with(page: Page, pattern: str) -> None:
    page.wait_for_url(re.compile(pattern + "$"))
    page.wait_for_load_state()


def test_an_invoice_is_written_sent_delivered_and_paid(desk: Keyboard, testing: Site) -> None:
    client = testing.api("POST", "entities/clients", CUSTOMER)
    page = desk.page
    desk.press("g", "d")
    _ends_with(page, "/issued_documents")
    desk.press("n")
    page.wait_for_url("**/issued_documents/new?**")
    expect(page.locator("#f-entity")).to_be_focused()
    desk.type("aurora")
    expect(page.get_by_role("option", name="Torrefazione Aurora")).to_be_visible()
    desk.press("Enter")
    expect(page.locator("#f-items_list-0-name")).to_be_focused()
    desk.type("Consulenza").press("Escape", "Tab", "Tab", "Tab").type("1.000")
    expect(page.locator("#due")).to_have_text("1.220,00\N{NO-BREAK SPACE}€")
    desk.press("Control+Enter")
    _ends_with(page, r"/issued_documents/\d+")
    address = "issued_documents/" + page.url.rpartition("/")[2]
    assert testing.api("GET", address)["entity"]["id"] == client["id"]
    desk.reach("Invia allo SdI").press("Enter")
    desk.reach("Invia ora").press("Enter")
    expect(page.locator(".timeline")).to_contain_text("Consegnata")  # the page looks again by itself
    desk.reach("Salda").press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    desk.reach("Conto di saldo").reach("Salda").press("Enter")
    expect(page.locator("#payments")).to_contain_text("saldato il 15/10/2026")
    (installment,) = testing.api("GET", address)["payments_list"]
    assert (installment["status"], installment["amount"]) == ("paid", 1220)


def test_a_suppliers_invoice_is_noticed_registered_and_paid(desk: Keyboard, testing: Site) -> None:
    page = desk.page
    companies = testing.api("GET", "/user/companies")["companies"]
    other = next(each for each in companies if each["id"] != testing.company_id)
    arrival = {"from_company_id": other["id"], "description": "Carta da stampa", "amount_net": 250}
    testing.api("POST", "test_mode/incoming", arrival)
    until(lambda: testing.api("GET", "received_documents/pending"))
    page.reload()
    desk.reach("da registrare", part=True).press("Enter")
    _ends_with(page, "/received_documents/pending")
    desk.reach(other["name"].split()[-1], part=True).press("Tab", "Enter")  # past the box that ticks the row
    expect(page.locator("article.e-invoice")).to_contain_text("Carta da stampa")
    desk.reach("Categoria").type("Cancelleria")
    desk.reach("Registra").press("Enter")
    _ends_with(page, r"/received_documents/\d+")
    desk.reach("Salda").press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    desk.reach("Salda").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Rata saldata")
    bought = testing.api("GET", "received_documents/" + page.url.rpartition("/")[2])
    desk.reach("Prima nota").press("Enter")
    _ends_with(page, "/cashbook")
    expect(page.locator("table.list")).to_contain_text(other["name"].split()[-1])
    (entry,) = [
        each
        for each in testing.api("GET", "cashbook?date_from=2026-10-15&date_to=2026-10-15")
        if (each["document"] or {}).get("id") == bought["id"] and each["kind"] == "received_document"
    ]
    assert entry["amount_out"] == bought["amount_gross"]


def test_a_quote_becomes_an_invoice(desk: Keyboard, testing: Site) -> None:
    page = desk.page
    rows = [{"name": "Impianto", "net_price": 800, "qty": 1, "vat": {"id": 0}}]
    quote = testing.api("POST", "issued_documents", {"type": "quote", "entity": CUSTOMER, "items_list": rows})
    page.goto(testing.url(f"/app/{{company}}/issued_documents/{quote['id']}"))
    desk.reach("Altre azioni").press("Enter")
    desk.reach("Trasforma in Fattura", part=True).press("Enter")
    page.wait_for_url("**/issued_documents/new?**")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#due")).to_have_text("976,00\N{NO-BREAK SPACE}€")
    desk.press("Control+Enter")
    _ends_with(page, r"/issued_documents/\d+")
    made = testing.api("GET", "issued_documents/" + page.url.rpartition("/")[2])
    assert (made["type"], made["amount_gross"]) == ("invoice", 976)
    assert [each["id"] for each in made["original_documents"]] == [quote["id"]]


def test_the_accountant_comes_by_invitation_and_reads_the_vat_register(site: Site, open_page: OpenPage) -> None:
    read = {"fic_situation": "read", "fic_received_documents": "read", "fic_issued_documents": "read"}
    asked = {"email": "studio@example.com", "role": "subaccount", "permissions": read}
    link = site.api("POST", "invitations", asked)["link"]
    page = open_page(site)
    page.goto(link)
    accountant = Keyboard(page)
    expect(page.get_by_label("Nome e cognome")).to_be_focused()
    accountant.type("Studio Verdi").press("Tab").type("una lunga parola d'ordine").press("Enter")
    page.wait_for_url(re.compile("/app/"))
    accountant.reach("Report").press("Enter")
    _ends_with(page, "/reports")
    accountant.reach("Registri IVA", part=True).press("Enter")
    _ends_with(page, "/reports/vat_registers.*")
    expect(page.get_by_role("table").first).to_contain_text("22%")
    expect(page.get_by_role("link", name="Impostazioni")).to_have_count(0)
    assert list(accountant.mouse_used) == []
