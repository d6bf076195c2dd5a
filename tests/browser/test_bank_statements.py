"""A bank statement in the browser: uploaded, matched and divided by keyboard alone."""

import re
from pathlib import Path

from playwright.sync_api import expect

from browser.chromium import Keyboard
from browser.conftest import OpenPage
from browser.site import Site, sign_in


def statement(folder: Path, site: Site) -> tuple[Path, list[str]]:
    """A statement that pays two open invoices, one by its number and one by the name and the amount."""
    rows = site.api("GET", "reports/payments?direction=in&state=unpaid")["rows"]
    first, second = [row for row in rows if row["amount"] > 100][:2]
    lines = [
        f"14/10/2026;BONIFICO {first['party']} SALDO FATTURA {first['number']};{first['amount']:.2f}".upper(),
        f"15/10/2026;INCASSO DIVERSI;{second['amount'] - 1:.2f}",
    ]
    path = folder / "estratto.csv"
    path.write_text("\n".join(["Data;Descrizione;Importo", *lines]), encoding="utf-8")
    return path, [first["number"], second["number"]]


def test_a_statement_is_matched_by_keyboard_alone(own_site: Site, open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(own_site)
    sign_in(page, own_site)
    keyboard = Keyboard(page)
    path, (first, second) = statement(tmp_path, own_site)
    page.goto(own_site.url("/app/{company}/bank_statements"))
    page.locator("input[type=file]").set_input_files(path)
    keyboard.reach("Carica").press("Enter")
    expect(page.locator("h1")).to_have_text("estratto.csv")
    keyboard.reach("Tieni i movimenti").press("Enter")
    expect(page.locator(".flash")).to_contain_text("2 movimenti da abbinare.")

    expect(page.locator(":focus")).to_contain_text("Accetta")
    expect(page.locator(".movements tbody tr").first).to_contain_text(f"numero {first} nella causale")
    page.keyboard.press("Enter")
    expect(page.locator(".flash")).to_contain_text("Movimento abbinato.")
    expect(page.locator(".movements tbody tr")).to_have_count(1)

    page.keyboard.press("ArrowDown")
    keyboard.reach("INCASSO DIVERSI", part=True).press("Enter")
    page.locator("#others").wait_for()
    page.wait_for_load_state()
    keyboard.reach("Numero, nome o importo", part=True).type(second)
    page.keyboard.press("Enter")
    page.wait_for_url("**text=*")
    page.wait_for_load_state()
    box = page.locator("[name='tick.0']")
    box.focus()
    page.keyboard.press("Space")
    expect(page.locator(".left")).to_have_text(re.compile("Restano da abbinare -1,00"))
    page.locator("summary", has_text="Una parte è altro").focus()
    page.keyboard.press("Enter")
    keyboard.reach("Importo", part=True).type("-1")
    expect(page.locator(".left")).to_have_text("Gli importi tornano.")
    keyboard.reach("Abbina ai documenti scelti").press("Enter")
    expect(page.locator("main")).to_contain_text("Tutto abbinato")
    page.wait_for_load_state()
    keyboard.reach("Annulla", part=True).press("Enter")
    expect(page.locator(".movements tbody tr")).to_have_count(1)
    assert list(keyboard.mouse_used) == []


def test_all_that_is_sure_is_accepted_and_taken_back_without_javascript(own_site: Site, open_page: OpenPage) -> None:
    page = open_page(own_site, java_script_enabled=False)
    sign_in(page, own_site)
    page.goto(own_site.url("/app/{company}/bank_statements/1"))
    before = page.locator(".tabs [aria-current]").inner_text()
    page.get_by_role("link", name="Accetta le sicure").click()
    page.get_by_role("button", name="Accetta le proposte scelte").click()
    expect(page.locator("tbody .badge.bad")).to_have_count(0)
    assert page.locator("tbody .badge.ok").count() > 0
    page.get_by_role("button", name="Annulla: di nuovo da abbinare").click()
    assert page.locator(".tabs [aria-current]").inner_text() == before
