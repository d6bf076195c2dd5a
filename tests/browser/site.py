"""A running Mastro with the demo's companies, which is the same on every day and every machine."""

import datetime as dt
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from playwright.sync_api import Page

from mastro import demo
from mastro.api.call import Installation
from mastro.app import create_app
from mastro.database import migrations
from mastro.database.connection import connect
from mastro.resources.tables import metadata
from mastro.settings import ROME, Settings
from serving import serving
from support import Clock

TODAY = (2026, 10, 15, 10, 30)
"""Year, month, day, hour and minute at which the demo ends and every test of the pages begins."""

DEMO, EMPTY = "demo", "empty"


@dataclass(frozen=True)
class Site:
    """Where it answers, and how to sign in."""

    address: str
    """What the browser is to ask."""
    socket: str
    """Host and port where it listens."""
    clock: Clock
    """What time it is for the server; only a test with a server of its own may move it."""
    installation: Installation
    email: str = ""
    password: str = ""
    company_id: int = 0
    """The first company of the demo."""
    token: str = ""
    """Lets a test prepare by the API what it then looks at."""

    def api(self, method: str, path: str, data: Any = None) -> Any:
        """What the API answers as `data`; a path without a slash in front belongs to the company.

        `site.api("POST", "entities/clients", {"name": "Acme"})["id"]`
        """
        where = path if path.startswith("/") else f"/c/{self.company_id}/{path}"
        answer = httpx2.request(
            method,
            f"http://{self.socket}{where}",
            json=None if data is None else {"data": data},
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=30,
        )
        assert answer.is_success, answer.text
        return answer.json().get("data")

    def url(self, path: str) -> str:
        """Whole address of a path, in which `{company}` stands for the company's id."""
        return self.address + path.replace("{company}", str(self.company_id))


def now() -> dt.datetime:
    """The moment of the demo."""
    return dt.datetime(*TODAY, tzinfo=ROME)


def prepare(folder: Path) -> None:
    """Make a data folder with the demo, and an empty one; they are copied for whoever needs one."""
    for name in (DEMO, EMPTY):
        settings = Settings(data_dir=folder / name, clock=now)
        settings.data_dir.mkdir(parents=True)
        migrations.upgrade(settings.database, metadata)
    installation = Installation(
        Settings(data_dir=folder / DEMO, clock=now), connect(Settings(data_dir=folder / DEMO).database)
    )
    demo.create(installation)
    installation.database.close()


@contextmanager
def running(prepared: Path, data: Path, *, kind: str = DEMO, address: str = "") -> Iterator[Site]:
    """A server on a copy of a prepared folder. `address`: what its pages say that it is, where that is to be fixed."""
    shutil.copytree(prepared / kind, data)
    clock = Clock()
    clock.set(*TODAY)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        settings = Settings(
            data_dir=data,
            port=listening.getsockname()[1],
            base_url=address,
            clock=clock,
            private_sinks=1,
            secret_key="the same on every day, so that signed links are too",
        )
        application = create_app(settings)
        installation: Installation = application.api.installation  # type: ignore[attr-defined]
        made = demo.noted(installation)
        with serving(application, listening, lifespan=True) as served:
            where = (address or served, served.removeprefix("http://"))
            if made is None:
                yield Site(*where, clock, installation)
            else:
                yield Site(*where, clock, installation, made.email, made.password, made.company_id, made.token)


def sign_in(page: Page, site: Site, *, email: str = "", password: str = "") -> None:
    """Sign in as the demo's owner, or as somebody else."""
    page.goto(site.url("/login?next=/applications"))
    page.locator("input[name=email]").fill(email or site.email)
    page.locator("input[name=password]").fill(password or site.password)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(site.url("/applications"))


def until(fact: Callable[[], Any]) -> Any:
    """Wait for something to be so."""
    deadline = time.monotonic() + 15
    while not (found := fact()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found
