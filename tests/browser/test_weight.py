"""What a page weighs on the wire when it is opened for the first time."""

from typing import Any

import pytest
from playwright.sync_api import Page

from browser.conftest import OpenPage
from browser.site import Site

MOST_BYTES = 150_000


def weight(page: Page, address: str) -> dict[str, int]:
    """Bytes of a page and of all that it loads, compressed as they came, by address."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    asked: dict[str, str] = {}
    came: dict[str, int] = {}
    session.on("Network.requestWillBeSent", lambda event: asked.update({event["requestId"]: event["request"]["url"]}))
    session.on(
        "Network.loadingFinished",
        lambda event: came.update({asked[event["requestId"]]: int(event["encodedDataLength"])}),
    )
    page.goto(address, wait_until="networkidle")
    return came


@pytest.mark.parametrize("path", ["/login", "/app/{company}", "/app/{company}/clients"])
def test_the_first_page_is_light(path: str, open_page: OpenPage, site: Site, signed_in: Any) -> None:
    page = open_page(site, storage_state=None if path == "/login" else signed_in)
    came = weight(page, site.url(path))
    assert len(came) > 1, "the style sheet has not been counted"
    assert sum(came.values()) <= MOST_BYTES, came


def test_what_was_loaded_once_is_not_asked_for_again(page: Page, site: Site) -> None:
    page.goto(site.url("/applications"), wait_until="networkidle")
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    asked: dict[str, str] = {}
    cached: set[str] = set()
    session.on("Network.requestWillBeSent", lambda event: asked.update({event["requestId"]: event["request"]["url"]}))
    session.on("Network.requestServedFromCache", lambda event: cached.add(event["requestId"]))
    session.on(
        "Network.responseReceived",
        lambda event: cached.add(event["requestId"]) if event["response"].get("fromDiskCache") else None,
    )
    page.goto(site.url("/applications"), wait_until="networkidle")
    static = {key for key, url in asked.items() if "/static/" in url}
    assert static
    assert static <= cached
