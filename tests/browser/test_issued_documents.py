"""Issued documents in the browser: filter as one types, keep the filter, settle many, send, write a message."""

from playwright.sync_api import Page, expect

from browser.chromium import Keyboard, sideways
from browser.conftest import OpenPage
from browser.site import Site, sign_in


def _invoice(site: Site, name: str, **more: object) -> int:
    """An invoice of the demo's company that the SdI would take."""
    entity = {
        "name": name,
        "vat_number": "01234567897",
        "address_street": "Via Roma 1",
        "address_postal_code": "20121",
        "address_city": "Milano",
        "address_province": "MI",
        "country": "Italia",
        "ei_code": "ABC1234",
        "email": "cliente@example.com",
    }
    rows = [{"name": "Consulenza", "net_price": 100, "vat": {"id": 0}}]
    body = {"type": "invoice", "entity": entity, "items_list": rows, "e_invoice": True, **more}
    body |= {"ei_data": {"payment_method": "MP05"}}
    body |= {"payments_list": [{"amount": 122, "due_date": "2026-01-31"}]}
    made = site.api("POST", "issued_documents", body)
    id: int = made["id"]
    return id


def _list(page: Page, site: Site, query: str = "") -> None:
    page.goto(site.url(f"/app/{{company}}/issued_documents?type=invoice{query}"))


def test_a_list_is_filtered_as_one_types_kept_and_settled(open_page: OpenPage, own_site: Site) -> None:
    for name in ("Vetreria Alfa", "Vetreria Beta"):
        _invoice(own_site, name)
    page = open_page(own_site)
    sign_in(page, own_site)
    _list(page, own_site)
    page.get_by_role("searchbox", name="Cliente, numero").fill("vetreria")
    expect(page.get_by_role("row")).to_have_count(3)
    assert "text=vetreria" in page.url
    page.get_by_label("Nome del filtro").fill("Vetrerie")
    page.get_by_role("button", name="Salva il filtro").click()
    page.get_by_role("button", name="Filtri salvati").click()
    page.get_by_role("link", name="Vetrerie").click()
    expect(page.get_by_role("row")).to_have_count(3)
    page.get_by_label("Seleziona tutte le righe").check()
    page.locator("#bulk").get_by_role("button", name="Salda").click()
    page.get_by_role("button", name="Salda (2 documenti)").click()
    expect(page.get_by_text("Riuscito per 2 documenti.")).to_be_visible()
    page.get_by_role("button", name="Annulla tutto").click()
    expect(page.get_by_text("I pagamenti sono di nuovo da saldare.")).to_be_visible()


def test_an_invoice_is_sent_and_says_how_it_stands(open_page: OpenPage, own_site: Site) -> None:
    id = _invoice(own_site, "Vetreria Alfa")
    page = open_page(own_site)
    sign_in(page, own_site)
    page.goto(own_site.url(f"/app/{{company}}/issued_documents/{id}"))
    page.get_by_role("button", name="Invia allo SdI").click()
    expect(page.get_by_role("dialog")).to_contain_text("non si può più modificare")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.get_by_role("button", name="Invia allo SdI").click()
    page.get_by_role("button", name="Invia ora").click()
    expect(page.locator(".timeline")).to_contain_text("Fattura elettronica:")
    expect(page.get_by_role("button", name="Invia allo SdI")).to_have_count(0)


def test_a_document_is_settled_and_mailed_by_keyboard_alone(keyboard: Keyboard, site: Site) -> None:
    id = _invoice(site, "Vetreria Gamma")
    page = keyboard.page
    page.goto(site.url(f"/app/{{company}}/issued_documents/{id}"))
    keyboard.reach("E-mail").press("Enter")
    page.wait_for_url("**/email")
    page.wait_for_load_state()
    keyboard.reach("Invia").press("Enter")
    expect(page.locator(".timeline")).to_contain_text("cliente@example.com")
    keyboard.reach("Salda").press("Enter")
    keyboard.reach("Conto di saldo")
    keyboard.reach("Salda").press("Enter")
    expect(page.locator("#payments")).to_contain_text("saldato il")


def test_documents_fit_a_phone(open_page: OpenPage, site: Site, signed_in: object) -> None:
    id = _invoice(site, "SocietàPerAzioniSenzaSpazi" * 6)
    page = open_page(site, storage_state=signed_in, viewport={"width": 320, "height": 700})
    for path in (f"/{id}", f"/{id}/email", f"/{id}/xml", "?type=invoice"):
        page.goto(site.url(f"/app/{{company}}/issued_documents{path}"))
        assert sideways(page) == [], path


def test_documents_read_and_settle_without_javascript(open_page: OpenPage, site: Site, signed_in: object) -> None:
    _invoice(site, "Vetreria Delta")
    page = open_page(site, storage_state=signed_in, java_script_enabled=False)
    _list(page, site, "&text=delta")
    page.locator("input[name=ids]").first.check()
    page.locator("#bulk").get_by_role("button", name="Salda").click()
    page.locator(".bulk-run button.primary").click()
    expect(page.get_by_text("Riuscito per 1 documento.")).to_be_visible()
