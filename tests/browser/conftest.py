"""Fixtures of the tests that drive a real browser; without one they are skipped and say so.

One server and one browser per worker, signed in once. A page fails its test by a console error, a breach of its
Content-Security-Policy, an uncaught exception or a request to another host; `heard.expected` takes what is provoked.
"""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

import installed
from browser import chromium
from browser.accessibility import Axe
from browser.chromium import Heard, Keyboard
from browser.site import EMPTY, Site, prepare, running, sign_in

HERE = Path(__file__).parent

OpenPage = Callable[..., Page]

PATIENCE = 10_000
"""Milliseconds until a step of a test gives up."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium of the machine."""
    executable = chromium.find()
    if executable is None:
        pytest.skip(chromium.MISSING)
    with chromium.launched(executable) as launched:
        yield launched


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Data folders to copy, made by the first worker that asks."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "prepared"
    with folder.with_suffix(".lock").open("w") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            shutil.rmtree(folder, ignore_errors=True)
            prepare(folder)
            (folder / "done").touch()
    return folder


@pytest.fixture(scope="session")
def site(browser: Browser, prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server with the demo, shared by the tests of a worker: they may add, and count on nothing that others add."""
    with running(prepared, tmp_path_factory.mktemp("site") / "data") as served:
        yield served


@pytest.fixture
def own_site(browser: Browser, prepared: Path, tmp_path: Path) -> Iterator[Site]:
    """A server with the demo for this test alone."""
    with running(prepared, tmp_path / "data") as served:
        yield served


@pytest.fixture
def testing(own_site: Site) -> Site:
    """A server for this test alone whose companies are all in test mode."""
    for company in own_site.api("GET", "/user/companies")["companies"]:
        own_site.api("PUT", f"/c/{company['id']}/test_mode", {"enabled": True})
    return own_site


@pytest.fixture
def empty_site(browser: Browser, prepared: Path, tmp_path: Path) -> Iterator[Site]:
    """A server without any user, for this test alone."""
    with running(prepared, tmp_path / "data", kind=EMPTY) as served:
        yield served


@pytest.fixture(scope="session")
def signed_in(browser: Browser, site: Site) -> Any:
    """What a browser keeps once the demo's owner has signed in."""
    context = browser.new_context(locale="it-IT")
    sign_in(context.new_page(), site)
    kept = context.storage_state()
    context.close()
    return kept


@pytest.fixture
def heard() -> Heard:
    """What goes wrong in the test's pages: `heard.expected.append("409")` for what the test provokes."""
    return Heard()


@pytest.fixture
def open_page(browser: Browser, heard: Heard, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenPage]:
    """Open a page in a browser profile of its own: `open_page(site, storage_state=signed_in, color_scheme="dark")`.

    The arguments are those of Playwright's `new_context`; two pages are two people.
    """
    contexts: list[BrowserContext] = []

    def open_one(site: Site, **options: Any) -> Page:
        context = browser.new_context(**{"locale": "it-IT", "timezone_id": "Europe/Rome", **options})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        heard.listen(context, site.address)
        return context.new_page()

    yield open_one
    if getattr(request.node, "failed", False):
        _keep(contexts, tmp_path, request.node)
    for context in contexts:
        context.close()
    assert heard.unexpected() == []


def _keep(contexts: list[BrowserContext], folder: Path, node: Any) -> None:
    """Pictures and sources of the pages of a test that failed."""
    for number, page in enumerate(page for context in contexts for page in context.pages):
        page.screenshot(path=folder / f"page{number}.png", full_page=True)
        (folder / f"page{number}.html").write_text(page.content(), encoding="utf-8")
        node.add_report_section("teardown", "page", f"{page.url}\nsee {folder / f'page{number}.png'} and .html")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Let the fixtures know whether the test failed."""
    report: Any = yield
    if call.when == "call" and report.failed:
        item.failed = True  # type: ignore[attr-defined]
    return report


@pytest.fixture
def page(open_page: OpenPage, site: Site, signed_in: Any) -> Page:
    """A page of who is signed in as the demo's owner; `page.goto(site.url("/applications"))`."""
    return open_page(site, storage_state=signed_in)


@pytest.fixture
def visitor(open_page: OpenPage, site: Site) -> Page:
    """A page of somebody who is not signed in."""
    return open_page(site)


@pytest.fixture
def keyboard(page: Page) -> Iterator[Keyboard]:
    """The signed-in page by keyboard alone: a click fails the test."""
    used = Keyboard(page)
    yield used
    assert list(used.mouse_used) == []


@pytest.fixture(scope="session")
def axe() -> Axe:
    """Look for barriers: `axe(page)` fails with each serious or critical finding and where it is."""
    folder = installed.node_modules("axe", HERE / "axe")
    return Axe((folder / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
