"""Purchases and the centre of e-invoices in a browser: from a supplier's test invoice to the cashbook, from a rejection
to a delivery, and the form of an expense by keyboard.
"""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from browser.accessibility import Axe
from browser.chromium import Heard, Keyboard, sideways
from browser.conftest import OpenPage
from browser.site import Site, sign_in, until

QUEUE = "/app/{company}/e_invoices"


@pytest.fixture
def desk(testing: Site, open_page: OpenPage) -> Page:
    """A page of its owner."""
    page = open_page(testing, viewport={"width": 1280, "height": 800})
    sign_in(page, testing)
    return page


def test_a_suppliers_invoice_comes_is_registered_paid_and_in_the_cashbook(desk: Page, testing: Site, axe: Axe) -> None:
    desk.goto(testing.url(f"{QUEUE}/simulator"))
    axe(desk)
    desk.get_by_label("Descrizione").fill("Consulenza sul bilancio")
    desk.get_by_label("Imponibile").fill("1.000,00")
    desk.get_by_role("button", name="Falla arrivare").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Da registrare")
    until(lambda: testing.api("GET", "received_documents/pending"))
    desk.reload()
    desk.locator("table.list a.row-link").first.click()
    paper = desk.locator("article.e-invoice")
    expect(paper).to_contain_text("Consulenza sul bilancio")
    axe(desk)
    desk.set_viewport_size({"width": 320, "height": 700})
    assert sideways(desk) == []
    desk.set_viewport_size({"width": 1280, "height": 800})
    desk.get_by_label("Categoria").first.fill("Consulenze")
    desk.get_by_role("button", name="Registra", exact=True).click()
    desk.wait_for_url(re.compile(r"/received_documents/\d+$"))
    axe(desk)
    desk.get_by_role("button", name="Salda", exact=True).first.click()
    desk.locator("form[action*='/settle'] button.primary").first.click()
    expect(desk.get_by_role("status").first).to_contain_text("Rata saldata")
    expect(desk.locator("main")).to_contain_text("Pagata il 15/10/2026")
    entries = testing.api("GET", "cashbook?date_from=2026-10-15&date_to=2026-10-15")
    paid = [each for each in entries if each["kind"] == "received_document"]
    assert [each["amount_out"] for each in paid] == [testing.api("GET", "received_documents")[0]["amount_gross"]]
    desk.get_by_role("status").first.get_by_role("button", name="Annulla").click()
    expect(desk.locator("main")).to_contain_text("Da saldare")


def test_a_rejected_invoice_is_mended_sent_again_and_delivered(desk: Page, testing: Site, axe: Axe) -> None:
    found = testing.api("GET", "issued_documents?type=invoice&fieldset=detailed&per_page=100")
    party = next(e["entity"] for e in found if e["entity"]["type"] == "company" and len(e["entity"]["ei_code"]) == 7)
    sold = {"items_list": [{"name": "Consulenza", "net_price": 100}], "ei_data": {"payment_method": "MP05"}}
    due = {"payments_list": [{"amount": 122, "due_date": "2026-11-15"}], "date": "2026-10-15"}
    invoice = {"type": "invoice", "e_invoice": True, "entity": party, **sold, **due}
    document = testing.api("POST", "issued_documents", invoice)
    address = f"issued_documents/{document['id']}"
    desk.goto(testing.url(f"{QUEUE}?state=to_send"))
    row = desk.locator("tr", has=desk.locator(f"a[href$='/{address}']"))
    row.get_by_role("checkbox").check()
    bar = desk.locator("#bulk")
    bar.get_by_label("Esito richiesto").select_option("discarded")
    bar.get_by_label("Codice di scarto").fill("00423")
    bar.get_by_role("button", name="Invia allo SdI").click()
    expect(desk.locator("table")).to_contain_text("In viaggio")
    until(lambda: testing.api("GET", address)["ei_status"] == "discarded")
    desk.goto(testing.url(f"{QUEUE}?state=discarded"))
    expect(desk.locator("table")).to_contain_text("00423")
    axe(desk)
    row = desk.locator("tr", has=desk.locator(f"a[href$='/{address}']"))
    row.get_by_role("link", name="Notifica di scarto").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Notifica di scarto")
    axe(desk)
    desk.get_by_role("link", name="Correggi la fattura").click()
    desk.wait_for_url(re.compile(rf"/{address}/edit$"))
    expect(desk.get_by_role("heading", level=1)).to_be_visible()
    desk.goto(testing.url(f"{QUEUE}?state=discarded"))
    row.get_by_role("button", name="Invia di nuovo").click()
    row.get_by_role("dialog").get_by_role("button", name="Invia").click()
    until(lambda: testing.api("GET", address)["ei_status"] in {"accepted", "not_delivered"})
    files = testing.api("GET", f"{address}/e_invoice/notices")
    assert len({each["e_invoice_file_name"] for each in files}) == 2


def test_an_expense_is_written_by_keyboard_alone_and_its_total_follows(keyboard: Keyboard, site: Site) -> None:
    site.api("POST", "entities/suppliers", {"name": "Tastiere Riunite S.r.l.", "vat_number": "12345670017"})
    page = keyboard.page
    page.goto(site.url("/app/{company}/received_documents/new"))
    expect(page.locator("[id='f-entity-name']:focus")).to_have_count(1)
    keyboard.type("Tastiere Ri")
    expect(page.get_by_role("option", name="Tastiere Riunite")).to_be_visible()
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    expect(page.locator("#f-entity-name")).to_have_value("Tastiere Riunite S.r.l.")
    keyboard.reach("Imponibile", part=True).type("1.234,50")
    keyboard.press("Tab")
    keyboard.type("271,59")
    expect(page.locator("#totals")).to_contain_text("1.506,09")
    keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/received_documents/\d+$"))
    made = site.api("GET", f"received_documents/{page.url.rpartition('/')[2]}")
    assert made["entity"]["name"] == "Tastiere Riunite S.r.l."
    assert made["entity"]["id"]
    assert (made["amount_gross"], [each["amount"] for each in made["payments_list"]]) == (1506.09, [1506.09])


def test_the_vat_is_worked_out_while_the_form_is_filled_in(page: Page, site: Site) -> None:
    page.goto(site.url("/app/{company}/received_documents/new"))
    page.locator("#f-amount_net").fill("100")
    page.get_by_label("Calcola l’IVA con").focus()
    page.get_by_label("Calcola l’IVA con").select_option("0")
    expect(page.locator("#f-amount_vat")).to_have_value("22,00")
    expect(page.locator("#totals")).to_contain_text("122,00")
    rate = page.get_by_label("Calcola l’IVA con")
    expect(rate).to_have_value("0")
    expect(rate).to_be_focused()
    page.locator("#f-amount_net").fill("200")
    expect(page.locator("#f-amount_vat")).to_have_value("44,00")
    expect(page.locator("#totals")).to_contain_text("244,00")
    expect(rate).to_have_value("0")
    page.locator("#f-amount_vat").fill("40")
    expect(rate).to_have_value("")
    expect(page.locator("#totals")).to_contain_text("240,00")
    page.locator("#f-amount_net").fill("100")
    expect(page.locator("#totals")).to_contain_text("140,00")


def test_a_link_to_what_is_wrong_leads_below_the_bar(
    open_page: OpenPage, site: Site, signed_in: Any, heard: Heard
) -> None:
    heard.expected.append("422")
    for scripted in (True, False):
        page = open_page(
            site, storage_state=signed_in, java_script_enabled=scripted, viewport={"width": 900, "height": 400}
        )
        page.goto(site.url("/app/{company}/received_documents/new"))
        page.get_by_label("Imponibile").fill("molto")
        page.get_by_role("button", name="Salva", exact=True).last.click()
        page.get_by_role("alert").get_by_role("link").first.click()
        label = page.locator("label[for=f-amount_net]").bounding_box()
        bar = page.locator("header.bar").bounding_box()
        assert label
        assert bar
        assert bar["y"] + bar["height"] <= label["y"] <= 380
