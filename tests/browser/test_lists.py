"""Lists and links in the browser: filters that act by themselves, ticked rows, all results, a shared document."""

import datetime as dt

from playwright.sync_api import Page, expect

from browser.chromium import Heard
from browser.conftest import OpenPage
from browser.site import Site, sign_in
from mastro.jobs.sealing import seal_events

INVOICES = "/app/{company}/issued_documents?type=invoice"


def test_a_list_is_filtered_as_a_day_or_a_choice_is_made(page: Page, site: Site) -> None:
    page.goto(site.url(INVOICES))
    page.locator("#from").fill("2026-10-01")
    page.wait_for_url("**from=2026-10-01**")
    page.locator("#to").fill("2026-10-31")
    page.wait_for_url("**to=2026-10-31**")
    days = page.locator("tbody tr td.date").all_inner_texts()
    assert days
    assert all(day.endswith("/10/2026") for day in days[:10] if day)
    page.locator("select[name=marked]").select_option("1")
    page.wait_for_url("**marked=1**")


def test_ticked_rows_are_tinted(page: Page, site: Site) -> None:
    page.goto(site.url(INVOICES))
    first, second = page.locator("tbody tr").nth(0), page.locator("tbody tr").nth(1)
    colour = "row => getComputedStyle(row).backgroundColor"
    page.locator("h1").hover()
    plain = second.evaluate(colour)
    first.locator("input[name=ids]").check()
    page.locator("h1").hover()
    assert first.evaluate(colour) != second.evaluate(colour) == plain


def test_all_that_a_filter_finds_can_be_chosen(page: Page, site: Site) -> None:
    page.goto(site.url(INVOICES))
    everything, count = page.locator("[data-everything]"), page.locator("#bulk [data-count]")
    expect(everything).to_be_hidden()
    page.locator("[data-all]").check()
    expect(count).to_have_text("Righe selezionate: 50")
    everything.check()
    total = everything.get_attribute("data-everything") or ""
    expect(count).to_have_text(f"Righe selezionate: {total}")
    page.locator("tbody input[name=ids]").first.uncheck()
    expect(everything).to_be_hidden()
    expect(count).to_have_text("Righe selezionate: 49")
    page.locator("[data-all]").check()
    everything.check()
    page.locator("#bulk button[value=delete]").click()
    expect(page.locator("main .soft").first).to_have_text(f"{total} documenti")


def test_a_link_is_made_opened_by_its_customer_and_taken_back(
    page: Page, open_page: OpenPage, site: Site, heard: Heard
) -> None:
    page.goto(site.url("/app/{company}/issued_documents/1"))
    panel = page.locator("#share")
    expect(panel.get_by_label("Fino al")).to_be_hidden()
    panel.get_by_label("Quanto dura il link").select_option("date")
    panel.get_by_label("Fino al").fill("2026-12-31")
    panel.get_by_role("button", name="Crea un link").click()
    link = page.get_by_label("Link fino al 31/12/2026").input_value()
    customer = open_page(site)
    customer.goto(link)
    expect(customer.get_by_role("link", name="Scarica il PDF")).to_be_visible()
    page.reload()
    expect(panel).to_contain_text("Aperto l’ultima volta il 15/10/2026")
    panel.get_by_role("button", name="Revoca").click()
    expect(panel).to_contain_text("1 link non più attivo")
    heard.expected.append("410")
    over = customer.goto(link)
    assert over is not None
    assert over.status == 410
    expect(customer.get_by_role("heading", name="Questo link non è più attivo")).to_be_visible()


def test_the_trail_is_verified_and_its_seal_taken_away(open_page: OpenPage, own_site: Site) -> None:
    seal_events(own_site.installation, dt.timedelta(0))
    page = open_page(own_site)
    sign_in(page, own_site)
    page.goto(own_site.url("/app/{company}/audit"))
    page.get_by_role("link", name="Verifica").click()
    expect(page.get_by_role("status").first).to_contain_text("Tutto è come è stato sigillato")
    kept = page.get_by_label("Impronta (SHA-256)").input_value()
    page.locator("#f-head").fill(kept)
    page.locator("form button.primary").last.click()
    expect(page.locator("main")).to_contain_text("La catena contiene l’impronta conservata.")
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="Scarica il sigillo").click()
    assert kept in downloaded.value.path().read_text()


def test_the_trail_is_narrowed_as_a_choice_is_made(page: Page, site: Site) -> None:
    page.goto(site.url("/app/{company}/audit"))
    page.get_by_label("Che cosa").focus()
    page.get_by_label("Che cosa").select_option("taxes")
    page.wait_for_url("**resource=taxes**")
    expect(page.locator("tbody tr").first).to_contain_text("F24")
    expect(page.get_by_label("Che cosa")).to_be_focused()
