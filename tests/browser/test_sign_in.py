"""Signing in and out, as people do it."""

from playwright.sync_api import Page, expect

from browser.chromium import Heard, Keyboard
from browser.site import Site


def test_somebody_signs_in_by_keyboard_alone_and_comes_where_they_wanted(visitor: Page, site: Site) -> None:
    keyboard = Keyboard(visitor)
    visitor.goto(site.url("/app/{company}/clients"))
    expect(visitor.locator("input[name=email]")).to_be_focused()
    keyboard.type(site.email).press("Tab").type(site.password).press("Enter")
    visitor.wait_for_url(site.url("/app/{company}/clients"))
    assert list(keyboard.mouse_used) == []


def test_a_wrong_password_is_told_beside_the_field_and_the_address_is_kept(
    visitor: Page, site: Site, heard: Heard
) -> None:
    heard.expected.append("401")
    visitor.goto(site.url("/login"))
    visitor.locator("input[name=email]").fill("somebody@example.com")
    visitor.get_by_label("Password").fill("wrong")
    visitor.get_by_label("Password").press("Enter")
    expect(visitor.get_by_role("alert")).to_be_visible()
    expect(visitor.locator("input[name=email]")).to_have_value("somebody@example.com")
    expect(visitor.get_by_label("Password")).to_be_focused()


def test_who_is_not_signed_in_sees_no_page_of_a_company(visitor: Page, site: Site) -> None:
    visitor.goto(site.url("/app/{company}/clients/1"))
    expect(visitor.get_by_label("Password")).to_be_visible()
    assert "/login?next=" in visitor.url
