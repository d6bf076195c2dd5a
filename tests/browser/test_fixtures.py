"""The eyes and ears of the browser tests see and hear: each is shown what it has to find."""

import pytest
from playwright.sync_api import Page

from browser.accessibility import Axe
from browser.chromium import Heard, Keyboard, sideways
from browser.conftest import OpenPage
from browser.site import Site


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (
            "document.head.append(Object.assign(document.createElement('style'), {textContent: 'a { top: 0 }'}))",
            "style",
        ),
        ("document.head.append(Object.assign(document.createElement('script'), {textContent: '1'}))", "script"),
        ("document.body.append(Object.assign(new Image(), {src: '/none.png'}))", "404"),
        ("document.body.append(Object.assign(new Image(), {src: 'https://elsewhere.example/x.png'}))", "elsewhere"),
        ("setTimeout(() => { throw new Error('broken'); })", "broken"),
        ("console.error('said so')", "said so"),
    ],
)
def test_what_goes_wrong_in_a_page_is_heard(script: str, told: str, visitor: Page, site: Site, heard: Heard) -> None:
    visitor.goto(site.url("/login"))
    visitor.evaluate(script)
    visitor.wait_for_timeout(300)
    assert any(told in line for line in heard.said), heard.said
    heard.said.clear()


def test_what_a_test_expects_is_passed_over(visitor: Page, site: Site, heard: Heard) -> None:
    heard.expected.append("404")
    visitor.goto(site.url("/nothing"))
    assert heard.said
    assert heard.unexpected() == []


def test_a_barrier_is_found_and_named(visitor: Page, site: Site, axe: Axe) -> None:
    visitor.goto(site.url("/login"))
    axe(visitor)
    visitor.locator("input[name=email]").evaluate("field => { field.removeAttribute('id'); field.labels[0]?.remove() }")
    with pytest.raises(AssertionError, match=r"label \(critical\)"):
        axe(visitor)


def test_what_sticks_out_of_a_narrow_window_is_named(open_page: OpenPage, site: Site) -> None:
    page = open_page(site, viewport={"width": 320, "height": 700})
    page.goto(site.url("/login"))
    assert sideways(page) == []
    page.evaluate("() => document.querySelector('h1').style.width = '500px'")
    assert any("h1" in line for line in sideways(page))


def test_the_keyboard_reaches_by_name_and_says_what_it_passed(keyboard: Keyboard, site: Site) -> None:
    keyboard.page.goto(site.url("/docs"))
    keyboard.reach("Clients").press("Enter")
    assert keyboard.page.url.endswith("#Clients")
    keyboard.MOST_TABS = 2
    with pytest.raises(AssertionError, match="passed: "):
        keyboard.reach("There is no such button")


def test_a_click_is_seen_by_the_keyboards_watch(page: Page, site: Site) -> None:
    used = Keyboard(page)
    page.goto(site.url("/docs"))
    assert list(used.mouse_used) == []
    page.locator("summary").first.click()
    page.wait_for_timeout(100)
    assert "SUMMARY" in used.mouse_used[0]
