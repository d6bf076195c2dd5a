"""The first five minutes, in a browser: from an empty database to an invoice with its notice, and the VAT register."""

from playwright.sync_api import expect

from browser.chromium import Keyboard
from browser.conftest import OpenPage
from browser.site import Site
from mastro.oauth import first_user


def test_from_an_empty_database_to_an_invoice_and_its_register_by_keyboard_alone(
    empty_site: Site, open_page: OpenPage
) -> None:
    page = open_page(empty_site)
    keyboard = Keyboard(page)
    page.goto(empty_site.url(f"/welcome?code={first_user.code(empty_site.installation.settings)}"))
    expect(page.get_by_label("Nome e cognome")).to_be_focused()
    keyboard.type("Anna Rossi").press("Tab").type("anna@example.com").press("Tab")
    keyboard.type("una lunga parola d'ordine").press("Enter")
    page.wait_for_url("**/app/new")
    keyboard.type("Rossi S.r.l.").press("Tab").type("12345670017")
    page.get_by_label("Indirizzo").focus()
    keyboard.type("Via Roma 1").press("Tab").type("40121").press("Tab").type("Bologna").press("Tab").type("BO")
    keyboard.press("Enter")
    page.wait_for_url("**/first_invoice")
    page.get_by_role("button", name="Crea e invia").focus()
    keyboard.press("Enter")
    page.wait_for_url("**/first_invoice/1")
    expect(page.get_by_text("Consegnata al cliente")).to_be_visible()  # without a reload
    expect(page.get_by_role("link", name="_RC_")).to_be_visible()
    journey = page.url
    keyboard.reach("Report").press("Enter")
    page.wait_for_url("**/reports")
    keyboard.reach("Registri IVA", part=True).press("Enter")
    page.wait_for_url("**/reports/vat_registers**")
    expect(page.get_by_role("table").first).to_contain_text("Cliente di prova S.r.l.")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Sezioni")).to_be_hidden()
    expect(page.get_by_role("table").first).to_contain_text("22,00")
    page.emulate_media(media="screen")
    keyboard.reach("Scarica").press("Enter")
    with page.expect_download() as download:
        keyboard.reach("Da stampare (PDF)").press("Enter")
    assert download.value.path().read_bytes().startswith(b"%PDF")
    page.goto(journey)
    page.get_by_role("button", name="Elimina la prova e comincia").focus()
    keyboard.press("Enter")
    expect(page.get_by_text("si comincia da zero")).to_be_visible()
    assert list(keyboard.mouse_used) == []
