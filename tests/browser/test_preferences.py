"""What a reader chooses for themselves: the theme and the language, kept by this browser."""

from playwright.sync_api import Page, expect

from browser.conftest import OpenPage
from browser.site import Site, sign_in


def lightness(page: Page) -> float:
    """0 for black, 1 for white."""
    return float(
        page.evaluate(
            """() => {
              const canvas = document.createElement("canvas").getContext("2d");
              canvas.fillStyle = getComputedStyle(document.body).backgroundColor;
              canvas.fillRect(0, 0, 1, 1);
              const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
              return (red + green + blue) / 765;
            }"""
        )
    )


def choose(page: Page, name: str) -> None:
    page.locator("[popovertarget=me]").click()
    page.locator("#me").get_by_role("button", name=name).click()


def test_the_chosen_theme_wins_over_the_machines(open_page: OpenPage, site: Site, signed_in: object) -> None:
    page = open_page(site, storage_state=signed_in, color_scheme="light")
    page.goto(site.url("/app/{company}/clients"))
    assert lightness(page) > 0.8
    choose(page, "Scuro")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert lightness(page) < 0.3
    page.goto(site.url("/app/{company}/clients/new"))
    assert lightness(page) < 0.3
    choose(page, "Automatico")
    expect(page.locator("html")).to_have_attribute("data-theme", "system")
    assert lightness(page) > 0.8


def test_the_chosen_language_stays_on_the_page_and_on_the_next(own_site: Site, open_page: OpenPage) -> None:
    page = open_page(own_site)
    sign_in(page, own_site)
    page.goto(own_site.url("/app/{company}/clients"))
    choose(page, "English")
    expect(page.get_by_role("heading", level=1)).to_have_text("Customers")
    assert page.url == own_site.url("/app/{company}/clients")
    page.goto(own_site.url("/app/{company}/clients/new"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
