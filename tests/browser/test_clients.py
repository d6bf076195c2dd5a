"""Customers: made by keyboard alone, without JavaScript, and with everything that people put into a name."""

from playwright.sync_api import expect

from browser.accessibility import Axe
from browser.chromium import Keyboard, sideways
from browser.conftest import OpenPage
from browser.site import Site, sign_in

ODD = (
    "<script>document.title = 'taken over'</script><img src=x onerror=alert(1)> '\"{{ 7 * 7 }} 🧾 "
    "شركة المثال للتجارة \u202eabc\u202c " + "SocietàPerAzioniSenzaSpazi" * 5
)[:200]
"""A script, a picture that fails, quotes, a template, an emoji, right-to-left text; as long as a name may be."""


def test_a_customer_is_made_by_keyboard_alone(keyboard: Keyboard, site: Site) -> None:
    page = keyboard.page
    page.goto(site.url("/app/{company}/clients"))
    keyboard.reach("Nuovo cliente").press("Enter")
    page.wait_for_url("**/clients/new")
    page.wait_for_load_state()
    keyboard.reach("Nome o ragione sociale", part=True).type("Officine Tastiera S.r.l.")
    keyboard.reach("Salva").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Officine Tastiera S.r.l.")


def test_a_customer_is_made_without_javascript(open_page: OpenPage, site: Site, signed_in: object) -> None:
    page = open_page(site, storage_state=signed_in, java_script_enabled=False)
    page.goto(site.url("/app/{company}/clients/new"))
    page.locator("input[name=name]").fill("Senza Script S.n.c.")
    page.locator("main form button.primary").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Senza Script S.n.c.")


def test_whatever_a_name_holds_is_shown_as_it_is(open_page: OpenPage, own_site: Site, axe: Axe) -> None:
    fields = ("name", "address_street", "address_city", "address_extra", "contact_person", "notes", "code", "phone")
    made = own_site.api("POST", "entities/clients", {field: ODD[:50] if field == "code" else ODD for field in fields})
    page = open_page(own_site, viewport={"width": 320, "height": 700})
    sign_in(page, own_site)
    for path in ("clients", *(f"clients/{made['id']}{tab}" for tab in ("", "/statement", "/documents", "/edit"))):
        page.goto(own_site.url(f"/app/{{company}}/{path}"))
        assert page.title() != "taken over"
        axe(page)
        assert sideways(page) == [], path
    expect(page.locator("input[name=name]")).to_have_value(made["name"])


def test_a_page_of_a_long_list_fits_a_phone(own_site: Site, open_page: OpenPage, axe: Axe) -> None:
    for number in range(120):
        own_site.api("POST", "entities/clients", {"name": f"Cliente {number:04}"})
    page = open_page(own_site, viewport={"width": 375, "height": 812})
    sign_in(page, own_site)
    page.goto(own_site.url("/app/{company}/clients"))
    assert page.get_by_role("row").count() > 50
    assert sideways(page) == []
    axe(page)


def test_a_spreadsheet_with_a_wrong_row_comes_in_and_is_taken_back(own_site: Site, open_page: OpenPage) -> None:
    page = open_page(own_site)
    sign_in(page, own_site)
    page.goto(own_site.url("/app/{company}/import"))
    table = b"Ragione sociale;Giorni pagamento\nOfficine Foglio;30\nOfficine Sbagliate;presto\n"
    page.set_input_files("input[type=file]", {"name": "clienti.csv", "mimeType": "text/csv", "buffer": table})
    page.get_by_role("button", name="Carica").click()
    page.locator("button[value=run]").click()
    expect(page.get_by_text("Importazione eseguita.")).to_be_visible()  # the bar goes on by itself
    with page.expect_download() as download:
        page.get_by_role("link", name="Scarica le righe rifiutate").click()
    assert b"Officine Sbagliate" in download.value.path().read_bytes()
    page.get_by_role("button", name="Annulla l’importazione").first.click()
    page.locator("#undo button.danger").click()
    expect(page.locator(".flash")).to_contain_text("annullata")
