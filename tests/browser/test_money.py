"""The money of a company in the browser: the overview's chart, settling, reports and the books, by keyboard alone."""

from playwright.sync_api import Page, expect

from browser.chromium import Keyboard, sideways
from browser.conftest import OpenPage
from browser.site import Site, sign_in

HOSTILE = "<script>document.title='taken over'</script> 🧾 " + "SenzaSpazi" * 15


def test_the_chart_says_its_values_where_the_focus_is_and_leads_to_the_documents(
    keyboard: Keyboard, site: Site
) -> None:
    page = keyboard.page
    page.goto(site.url("/app/{company}"))
    month = keyboard.reach("Marzo 2026: Emesso", part=True)
    tip = page.locator(".tip:visible")
    expect(tip).to_contain_text("Marzo 2026")
    expect(tip).to_contain_text("Incassato")
    month.press("Enter")
    page.wait_for_url("**/issued_documents?*")
    expect(page.get_by_role("table")).to_be_visible()
    dates = page.locator("td.date").all_inner_texts()
    assert dates
    assert all("/03/2026" in date for date in dates)


def test_payments_are_settled_and_taken_back_by_keyboard_alone(own_site: Site, open_page: OpenPage) -> None:
    page = open_page(own_site)
    sign_in(page, own_site)
    keyboard = Keyboard(page)
    page.goto(own_site.url("/app/{company}/payments?direction=out"))
    before = total(page)
    assert before != "0,00 €"
    keyboard.reach("Seleziona tutte le righe").press("Space")
    expect(page.locator(".bulk")).to_contain_text("Righe selezionate:")
    keyboard.reach("Segna come saldati").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Pagamenti saldati")
    expect(page.locator("tbody .badge.bad")).to_have_count(0)
    keyboard.reach("Annulla: di nuovo da saldare").press("Enter")
    expect(page.locator(".flash")).to_contain_text("di nuovo da saldare")
    page.goto(own_site.url("/app/{company}/payments?direction=out"))
    assert total(page) == before
    assert list(keyboard.mouse_used) == []


def total(page: Page) -> str:
    """What is to be settled in all, as the page says it."""
    return page.locator(".tile", has_text="Totale").locator(".figure").inner_text().replace("\N{NO-BREAK SPACE}", " ")


def test_an_f24_is_written_settled_and_found_in_the_cashbook_by_keyboard_alone(keyboard: Keyboard, site: Site) -> None:
    page = keyboard.page
    page.goto(site.url("/app/{company}/taxes"))
    keyboard.press("n")
    page.wait_for_url("**/taxes/new")
    page.wait_for_load_state()
    keyboard.reach("Descrizione", part=True).type("IVA da tastiera")
    keyboard.reach("Importo", part=True).type("1.234,50")
    keyboard.reach("Salva").press("Enter")
    expect(page.locator(".flash")).to_contain_text("Salvato")
    keyboard.reach("IVA da tastiera", part=True).press("Space")
    keyboard.reach("Segna come pagati").press("Enter")
    expect(page.locator("tbody")).to_contain_text("IVA da tastiera")
    expect(page.locator("tbody .badge.ok")).to_have_count(1)
    keyboard.press("g", "n")
    page.wait_for_url("**/cashbook")
    expect(page.locator("tbody")).to_contain_text("IVA da tastiera")
    expect(page.locator("tbody tr", has_text="IVA da tastiera")).to_contain_text("1.234,50")


def test_a_receipt_is_written_by_keyboard_alone(keyboard: Keyboard, site: Site) -> None:
    page = keyboard.page
    page.goto(site.url("/app/{company}/receipts/new"))
    keyboard.reach("Importo 1", part=True).type("122")
    keyboard.reach("Salva").press("Enter")
    expect(page.locator(".flash")).to_contain_text("Corrispettivo salvato")
    expect(page.locator("tfoot")).to_contain_text("122,00")


def test_a_register_is_reached_turned_back_a_month_and_downloaded_by_keyboard_alone(
    keyboard: Keyboard, site: Site
) -> None:
    page = keyboard.page
    page.goto(site.url("/app/{company}"))
    keyboard.press("g", "r")
    page.wait_for_url("**/reports")
    keyboard.reach("Registri IVA", part=True).press("Enter")
    page.wait_for_url("**/reports/vat_registers")
    keyboard.reach("Periodo precedente").press("Enter")
    expect(page.locator(".period strong")).to_have_text("Settembre 2026")
    keyboard.reach("Scarica").press("Enter")
    with page.expect_download() as download:
        keyboard.reach("Foglio di calcolo (XLSX)").press("Enter")
    assert download.value.suggested_filename == "vat_sales_2026-09-01_2026-09-30.xlsx"


def test_a_register_is_printed_without_the_frame(site: Site, page: Page) -> None:
    page.goto(site.url("/app/{company}/reports/vat_registers"))
    page.emulate_media(media="print")
    for hidden in (".bar", ".sections", ".period", ".tabs"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("table").first).to_be_visible()


def test_everything_reads_and_settles_without_javascript(own_site: Site, open_page: OpenPage) -> None:
    page = open_page(own_site, java_script_enabled=False)
    sign_in(page, own_site)
    page.goto(own_site.url("/app/{company}"))
    expect(page.locator(".chart rect.s0").first).to_be_attached()
    page.goto(own_site.url("/app/{company}/payments"))
    page.locator("input[name=ids]").first.check()
    page.locator(".bulk button.primary").click()
    expect(page.locator("tbody .badge.ok")).to_have_count(1)


def test_long_names_and_big_amounts_fit_a_phone(own_site: Site, open_page: OpenPage) -> None:
    item = {"name": "x", "net_price": 123_456_789_012, "vat": {"id": 0}}
    sent = {"type": "invoice", "date": "2026-10-15", "entity": {"name": HOSTILE[:200]}, "items_list": [item]}
    amount = {"amount": 150_617_282_594.64, "due_date": "2026-10-15"}
    own_site.api("POST", "issued_documents", {**sent, "payments_list": [amount]})
    page = open_page(own_site, viewport={"width": 320, "height": 700})
    sign_in(page, own_site)
    for path in ("", "/payments", "/payments/calendar", "/reports/sales", "/reports/vat_registers", "/cashbook"):
        page.goto(own_site.url("/app/{company}" + path))
        assert page.title() != "taken over"
        assert sideways(page) == [], path
