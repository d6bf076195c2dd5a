"""What holds for every screen: no barriers in either theme, no scrolling sideways, and a strict policy.

A screen is loaded once and then looked at in all ways: there are many of them.
"""

import pytest

from browser.accessibility import CONTRAST, Axe
from browser.chromium import sideways
from browser.conftest import OpenPage
from browser.screens import SCREENS, Screen, show
from browser.site import Site

NARROW = (375, 320)
"""Widths in pixels: a phone of today, and the narrowest that WCAG asks for."""


@pytest.mark.parametrize("screen", [pytest.param(screen, id=screen.name) for screen in SCREENS])
def test_a_screen_is_for_everybody_and_for_a_phone(
    screen: Screen, open_page: OpenPage, request: pytest.FixtureRequest, axe: Axe
) -> None:
    site: Site = request.getfixturevalue("empty_site" if screen.empty else "site")
    page = open_page(
        site,
        storage_state=request.getfixturevalue("signed_in") if screen.signed_in and not screen.empty else None,
        viewport={"width": 1280, "height": 800},
        color_scheme="light",
        reduced_motion="reduce",
    )
    response = show(page, site.url(screen.path), screen)
    assert response.status == 200
    breaches = unsafe(response.headers.get("content-security-policy", ""))

    findings = axe.findings(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    findings += [f"in the dark: {finding}" for finding in axe.findings(page, rules=CONTRAST)]
    for width in NARROW:
        page.set_viewport_size({"width": width, "height": 812})
        findings += [f"at {width} px: {place}" for place in sideways(page)]
    assert not findings + breaches, "\n".join(findings + breaches)


def unsafe(policy: str) -> list[str]:
    """What a Content-Security-Policy allows beyond our own files, or fails to forbid."""
    directives = {name: rest.split() for name, _, rest in (part.strip().partition(" ") for part in policy.split(";"))}
    missing = [
        f"policy without {name} 'none'"
        for name in ("default-src", "base-uri", "frame-ancestors")
        if directives.get(name) != ["'none'"]
    ]
    allowed = {source for sources in directives.values() for source in sources}
    return missing + [f"policy allows {source}" for source in allowed - {"'none'", "'self'", "data:", "blob:"}]


@pytest.mark.parametrize(
    "policy",
    [
        "",
        "default-src 'self'; base-uri 'none'; frame-ancestors 'none'",
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; style-src 'self' 'unsafe-inline'",
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; script-src https://cdn.example",
    ],
)
def test_a_weak_policy_is_seen(policy: str) -> None:
    assert unsafe(policy)
