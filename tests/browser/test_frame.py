"""What surrounds every page: shortcuts, the palette, menus, the switch of companies, parts of pages that fail."""

import re

import pytest
from playwright.sync_api import Page, expect

from browser.chromium import Heard, Keyboard
from browser.conftest import OpenPage
from browser.site import Site, sign_in


def an_invoice(site: Site) -> dict[str, object]:
    """An invoice whose amount no other one has."""
    found = site.api("GET", "issued_documents?type=invoice&per_page=100")
    amounts = [one["amount_gross"] for one in found]
    return next(one for one in found if amounts.count(one["amount_gross"]) == 1 and one["amount_gross"] > 100)


def italian(amount: object) -> str:
    return f"{amount:.2f}".replace(".", ",")


@pytest.mark.parametrize("by", ["number", "amount"])
def test_an_invoice_is_opened_from_the_palette_by_keyboard(by: str, keyboard: Keyboard, site: Site) -> None:
    page, invoice = keyboard.page, an_invoice(site)
    page.goto(site.url("/app/{company}/clients"))
    keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    keyboard.type(f"numero:{invoice['number']}" if by == "number" else italian(invoice["amount_gross"]))
    wanted = page.locator(f"#palette a[href$='/issued_documents/{invoice['id']}']")
    expect(wanted).to_be_visible()
    for _ in range(20):
        if wanted.get_attribute("aria-selected") == "true":
            break
        keyboard.press("ArrowDown")
    keyboard.press("Enter")
    page.wait_for_url(f"**/issued_documents/{invoice['id']}")


def test_the_palette_gives_the_focus_back(keyboard: Keyboard, site: Site) -> None:
    page = keyboard.page
    page.goto(site.url("/app/{company}/clients"))
    keyboard.reach("Nuovo cliente").press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    assert keyboard.focused() == "Nuovo cliente"


def test_shortcuts_are_listed_changed_and_turned_off(keyboard: Keyboard, site: Site) -> None:
    page = keyboard.page
    page.goto(site.url("/app/{company}/suppliers"))
    keyboard.reach("Nuovo fornitore").press("?")
    listed = page.locator("#shortcuts")
    expect(listed).to_contain_text("Vai alla sezione")
    keyboard.reach("Cambia i tasti: Clienti").press("Enter", "x")
    expect(listed.locator("[aria-pressed]")).to_have_count(0)
    expect(listed.locator("[data-name='go c'] [data-keys]")).to_have_text(re.compile(r"^x\s*$"))
    keyboard.press("Escape")
    expect(listed).to_be_hidden()
    assert keyboard.focused() == "Nuovo fornitore"
    keyboard.press("x")
    page.wait_for_url("**/clients")
    page.wait_for_load_state()

    keyboard.press("?").reach("Disattiva tutte").press("Space", "Escape")
    expect(listed).to_be_hidden()
    keyboard.press("g", "f", "n", "?", "Control+k")
    expect(listed).to_be_hidden()
    expect(page.locator("#palette")).to_be_hidden()
    assert page.url.endswith("/clients")


def test_keys_that_are_taken_are_not_taken_twice(keyboard: Keyboard, site: Site) -> None:
    page = keyboard.page
    page.goto(site.url("/app/{company}/shortcuts"))
    keyboard.reach("Cambia i tasti: Clienti").press("Enter", "n")
    expect(page.locator("main [data-name='go c']")).to_contain_text("Già usata per: Nuovo")
    page.reload()
    expect(page.locator("main [data-name='go c']")).to_contain_text("g c")


def test_function_keys_are_chosen_all_at_once_and_leave_the_browsers_own_alone_until_then(
    keyboard: Keyboard, site: Site
) -> None:
    page = keyboard.page
    left = """(key) => {
      const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
      document.body.dispatchEvent(event);
      return !event.defaultPrevented;
    }"""
    document = site.url("/app/{company}/issued_documents/128")
    page.goto(document)
    assert page.evaluate(left, "F1")
    assert page.evaluate(left, "F3")
    assert page.url == document
    keyboard.press("F4")
    page.wait_for_url("**/128/email")
    page.goto(site.url("/app/{company}/shortcuts"))
    keyboard.reach("Usa i tasti F1", part=True).press("Enter")
    expect(page.locator("main [data-name=print] kbd")).to_have_text("F3")
    page.goto(site.url("/app/{company}/clients"))
    assert page.evaluate(left, "F3")  # nothing to print here
    keyboard.press("F1")
    page.wait_for_url("**/clients/new")
    page.wait_for_load_state()
    keyboard.reach("Nome o ragione sociale", part=True).type("Tasti Funzione").press("F2")
    page.wait_for_url(re.compile(r"/clients/\d+$"))
    page.goto(document)
    assert page.locator("[data-print]").count() == 1
    page.evaluate(
        """document.querySelector("[data-print]").addEventListener("click", (event) => {
          event.preventDefault();
          document.title = "F3";
        })"""
    )
    keyboard.press("F3")
    assert page.title() == "F3"


def test_letters_lead_to_sections_and_never_out_of_a_text(keyboard: Keyboard, site: Site) -> None:
    page = keyboard.page
    page.goto(site.url("/app/{company}/suppliers"))
    keyboard.press("/").type("gc n?")
    expect(page.locator("#filter")).to_have_value("gc n?")
    expect(page.locator("#shortcuts")).to_be_hidden()
    keyboard.press("Tab", "g", "c")
    page.wait_for_url("**/clients")
    page.wait_for_load_state()
    keyboard.press("n")
    page.wait_for_url("**/clients/new")


def test_a_menu_is_walked_by_arrows_and_closed_by_escape(keyboard: Keyboard, site: Site) -> None:
    page = keyboard.page
    page.goto(site.url("/app/{company}/clients"))
    keyboard.reach("Cambia azienda", part=True).press("Enter")
    menu = page.locator("#companies")
    expect(menu.locator("[aria-current]")).to_be_focused()
    keyboard.press("End")
    expect(menu.locator("a").last).to_be_focused()
    keyboard.press("ArrowDown")
    expect(menu.locator("a").first).to_be_focused()
    keyboard.press("Escape")
    expect(menu).to_be_hidden()
    assert keyboard.focused().startswith("Cambia azienda")


def test_one_key_opens_the_companies_and_another_is_chosen_by_keyboard(keyboard: Keyboard, site: Site) -> None:
    page = keyboard.page
    page.goto(site.url("/app/{company}/clients"))
    keyboard.press("z")
    menu = page.locator("#companies")
    expect(menu.locator("[aria-current]")).to_be_focused()
    expect(menu.locator("[aria-current] .badge")).to_have_text("Titolare")
    other = menu.locator("a:not([aria-current]):not([href='/app/new'])").first
    for _ in range(6):
        if other.evaluate("link => link === document.activeElement"):
            break
        keyboard.press("ArrowDown")
    where = other.get_attribute("href")
    keyboard.press("Enter")
    page.wait_for_url(f"**{where}")


def test_many_companies_are_narrowed_by_typing(own_site: Site, open_page: OpenPage) -> None:
    page = open_page(own_site)
    sign_in(page, own_site)
    keyboard = Keyboard(page)
    for name in ("Città Viva S.r.l.", "Beta", "Gamma", "Delta", "Zeta"):
        own_site.api("POST", "/user/companies", {"company": {"name": name}})
    page.goto(own_site.url("/app/{company}/clients"))
    keyboard.press("z")
    expect(page.locator("#companies input")).to_be_focused()
    keyboard.type("citta v")
    expect(page.locator("#companies a:visible")).to_have_count(1)
    keyboard.press("Enter")
    page.wait_for_load_state()
    expect(page.locator(".switch")).to_contain_text("Città Viva")


def test_the_company_is_switched_and_remembered(page: Page, site: Site) -> None:
    page.goto(site.url("/app/{company}/clients"))
    page.locator("[popovertarget=companies]").click()
    other = page.locator("#companies a[href^='/app/']:not([aria-current]):not([href='/app/new'])").first
    name, where = other.locator("span").first.inner_text(), other.get_attribute("href")
    other.click()
    page.wait_for_url(f"**{where}")
    expect(page.locator(".switch")).to_contain_text(name)
    page.goto(site.url("/app"))
    assert page.url.endswith(str(where))


def test_a_part_of_a_page_that_fails_says_so_and_is_asked_for_again(page: Page, site: Site, heard: Heard) -> None:
    heard.expected += ["net::ERR", "503", "/clients", "htmx:"]
    page.goto(site.url("/app/{company}/clients"))
    page.route(re.compile("text=zzz"), lambda route: route.fulfill(status=503, body=""))
    page.locator("#filter").fill("zzz")
    trouble = page.locator("#fragment-trouble")
    expect(trouble).to_contain_text("503")
    page.unroute_all()
    trouble.get_by_role("button", name="Riprova").click()
    expect(trouble).to_be_hidden()
    expect(page.locator("#list")).not_to_contain_text("S.r.l.")
    page.route(re.compile("text=yyy"), lambda route: route.abort())
    page.locator("#filter").fill("yyy")
    expect(trouble).to_contain_text("non risponde")


def test_an_expired_session_leaves_the_page_as_it_is(page: Page, site: Site, heard: Heard) -> None:
    heard.expected += ["401"]
    page.goto(site.url("/app/{company}/clients"))
    page.context.clear_cookies()
    page.locator("#filter").fill("abc")
    trouble = page.locator("#fragment-trouble")
    expect(trouble).to_contain_text("La sessione è scaduta")
    expect(trouble.get_by_role("link", name="Accedi")).to_have_attribute("target", "_blank")
    expect(page.locator("#filter")).to_have_value("abc")
    expect(page.get_by_role("heading", level=1)).to_have_text("Clienti")
    sign_in(page.context.new_page(), site)
    expect(trouble).to_be_hidden()
    expect(page.locator("#list")).not_to_contain_text("S.r.l.")
