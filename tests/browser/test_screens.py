"""What holds for every screen: no barriers, no scrolling sideways, nothing from elsewhere, a strict policy."""

from typing import Any

import pytest

from browser.accessibility import Axe
from browser.chromium import sideways
from browser.conftest import OpenPage
from browser.screens import SCREENS, THEMES, Screen, show
from browser.site import Site

ALL = [pytest.param(screen, id=screen.name) for screen in SCREENS]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("screen", ALL)
def test_a_screen_has_no_barriers(
    screen: Screen, theme: str, open_page: OpenPage, site: Site, signed_in: Any, axe: Axe
) -> None:
    page = open_page(site, storage_state=signed_in if screen.signed_in else None, color_scheme=theme)
    show(page, site.url(screen.path), screen)
    axe(page)


@pytest.mark.parametrize("width", [375, 320])
@pytest.mark.parametrize("screen", ALL)
def test_a_screen_fits_a_narrow_window(
    screen: Screen, width: int, open_page: OpenPage, site: Site, signed_in: Any
) -> None:
    page = open_page(
        site,
        storage_state=signed_in if screen.signed_in else None,
        viewport={"width": width, "height": 812},
        has_touch=True,
    )
    show(page, site.url(screen.path), screen)
    assert sideways(page) == []


@pytest.mark.parametrize("screen", ALL)
def test_the_policy_of_a_screen_allows_nothing_inline_and_nobody_else(
    screen: Screen, open_page: OpenPage, site: Site, signed_in: Any
) -> None:
    page = open_page(site, storage_state=signed_in if screen.signed_in else None)
    response = page.goto(site.url(screen.path))
    assert response
    assert response.status == 200
    policy = response.headers["content-security-policy"]
    directives = {name: rest.split() for name, _, rest in (part.strip().partition(" ") for part in policy.split(";"))}
    assert directives["default-src"] == ["'none'"]
    assert directives["base-uri"] == ["'none'"]
    assert directives["frame-ancestors"] == ["'none'"]
    allowed = {source for sources in directives.values() for source in sources}
    assert allowed <= {"'none'", "'self'", "data:", "blob:"}
