"""An invoice made recurring in the browser, by keyboard alone; its dates follow what is typed."""

from playwright.sync_api import expect

from browser.chromium import Keyboard
from browser.conftest import OpenPage
from browser.site import Site, sign_in


def test_an_invoice_is_made_recurring_by_keyboard_alone(own_site: Site, open_page: OpenPage) -> None:
    sent = {"type": "invoice", "entity": {"name": "Tastiera S.r.l."}, "date": "2026-10-15"}
    row = {"name": "Canone", "net_price": 100, "vat": {"id": 0}}
    paid = {"amount": 122, "payment_terms": {"days": 30}}
    document = own_site.api("POST", "issued_documents", {**sent, "items_list": [row], "payments_list": [paid]})
    page = open_page(own_site)
    sign_in(page, own_site)
    keyboard = Keyboard(page)
    page.goto(own_site.url(f"/app/{{company}}/issued_documents/{document['id']}"))
    keyboard.reach("Altre azioni").press("Enter")
    keyboard.reach("Rendi ricorrente").press("Enter")
    page.wait_for_url("**/recurrences/new?*")
    page.wait_for_load_state()
    dates = page.locator("#dates")
    expect(dates).to_contain_text("15/11/2026, 15/12/2026, 15/01/2027")
    keyboard.reach("Ogni", part=True).type("3")
    expect(dates).to_contain_text("15/11/2026, 15/02/2027, 15/05/2027")
    keyboard.reach("L’ultimo giorno del mese").press("Space")
    expect(dates).to_contain_text("30/11/2026, 28/02/2027, 31/05/2027")
    keyboard.reach("Oggetto sul documento").type("Canone fino al {al}")
    keyboard.reach("Salva").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Canone fino al")
    expect(page.locator(".dates-to-come")).to_contain_text("Canone fino al 30/11/2026")
    keyboard.reach("Crea ora").press("Enter", "Tab")
    keyboard.reach("Crea ora").press("Enter")
    expect(page.locator("[aria-labelledby=history]")).to_contain_text("Creato")
    expect(page.locator(".dates-to-come li").first).to_contain_text("28/02/2027")
    assert list(keyboard.mouse_used) == []
