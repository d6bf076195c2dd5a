"""A real browser: the Chromium of the machine, and what is heard from its pages."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")

FLAGS = (
    "--no-sandbox",  # tests run as root in a container too
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
    "--disable-lcd-text",
    "--hide-scrollbars",
)

MISSING = "no Chromium on this machine (Debian: apt-get install chromium); MASTRO_CHROMIUM names another place"


def find() -> str | None:
    """Path of the browser: what MASTRO_CHROMIUM names, else one on the PATH."""
    named = os.environ.get("MASTRO_CHROMIUM")
    if named:
        return shutil.which(named)
    return next((path for path in map(shutil.which, NAMES) if path), None)


@contextmanager
def launched(executable: str, *flags: str) -> Iterator[Browser]:
    """A browser that runs without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=[*FLAGS, *flags])
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Heard:
    """What went wrong in the pages of a test, which no test may pass over in silence."""

    said: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    """Parts of messages that the test itself provokes, such as `401`."""

    def listen(self, context: BrowserContext, address: str) -> None:
        """Hear every page of the context, those that it opens later as well; `address` is all that they may ask."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self.said.append(f"uncaught: {error.error}"))
        context.on("request", lambda request: self._request(request, address))

    def unexpected(self) -> list[str]:
        """What was heard, less what the test expects."""
        return [line for line in self.said if not any(part in line for part in self.expected)]

    def _console(self, message: ConsoleMessage) -> None:
        # a page that breaks its own Content-Security-Policy says so as an error
        if message.type in {"error", "warning"}:
            place = message.location.get("url", "")
            self.said.append(f"{message.type} at {urlsplit(place).path or '?'}: {message.text}")

    def _request(self, request: Request, address: str) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and f"{parts.scheme}://{parts.netloc}" != address:
            self.said.append(f"request to another host: {request.url}")


class Keyboard:
    """A page used by keyboard alone. `mouse_used` tells whether anything was clicked all the same."""

    MOST_TABS = 300

    def __init__(self, page: Page) -> None:
        self.page = page
        page.evaluate(_WATCH_THE_MOUSE)
        page.context.add_init_script(_WATCH_THE_MOUSE)
        self._clicks: list[str] = []
        page.on("console", lambda message: self._clicks.append(message.text) if _CLICK in message.text else None)

    def press(self, *keys: str) -> "Keyboard":
        """Press keys one after the other: `press("g", "c")`, `press("Control+Enter")`."""
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def type(self, text: str) -> "Keyboard":
        """Write where the focus is."""
        self.page.keyboard.type(text)
        return self

    def reach(self, name: str, *, part: bool = False, backwards: bool = False) -> "Keyboard":
        """Go on with Tab until the focus is on what a screen reader calls so; `part`: whose name holds this.

        Fails with all the names that were passed.
        """
        passed: list[str] = []
        for _ in range(self.MOST_TABS):
            found = self.focused()
            if found == name or (part and name in found):
                return self
            passed.append(found)
            self.page.keyboard.press("Shift+Tab" if backwards else "Tab")
        raise AssertionError(f"{name!r} cannot be reached with Tab; passed: {list(dict.fromkeys(passed))}")

    def focused(self) -> str:
        """Name of what has the focus, about as a screen reader says it; empty where nothing has it."""
        return str(self.page.evaluate(_NAME_OF_THE_FOCUSED))

    @property
    def mouse_used(self) -> Sequence[str]:
        """What was clicked, for tests that promise to do without."""
        return self._clicks


_CLICK = "the mouse was used on "

_WATCH_THE_MOUSE = f"""
window.addEventListener("mousedown", event => console.debug("{_CLICK}" + event.target.tagName), true);
"""

_NAME_OF_THE_FOCUSED = """() => {
  let element = document.activeElement;
  while (element && element.shadowRoot && element.shadowRoot.activeElement) element = element.shadowRoot.activeElement;
  if (!element || element === document.body) return "";
  const byId = id => document.getElementById(id)?.innerText ?? "";
  const name = element.getAttribute("aria-label")
    || (element.getAttribute("aria-labelledby") ?? "").split(/\\s+/).map(byId).join(" ").trim()
    || [...(element.labels ?? [])].map(label => label.innerText).join(" ")
    || element.innerText || element.getAttribute("title") || element.getAttribute("placeholder")
    || element.getAttribute("name") || element.tagName;
  return name.replace(/\\s+/g, " ").trim();
}"""


def sideways(page: Page) -> list[str]:
    """What sticks out to the right where a page is wider than its window; empty where it is not."""
    found: Any = page.evaluate(_STICKING_OUT)
    return list(found)


_STICKING_OUT = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const out = [...document.querySelectorAll("body *")].filter(element => {
    if (element.getBoundingClientRect().right <= width + 0.5) return false;
    for (let box = element.parentElement; box && box !== document.body; box = box.parentElement)
      if (getComputedStyle(box).overflowX !== "visible") return false;
    return true;
  });
  const told = out.slice(0, 5).map(element => {
    const facts = `${Math.round(element.getBoundingClientRect().right)} px`;
    const name = element.tagName.toLowerCase() + [...element.classList].map(name => "." + name).join("");
    return `${name} reaches to ${facts}: ${element.innerText?.slice(0, 40) ?? ""}`;
  });
  return told.length ? told : [`the page is ${document.documentElement.scrollWidth} px wide`];
}"""
