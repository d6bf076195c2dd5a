"""What is left when a server is killed without warning: every answered write, and every event on its way."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import select

from mastro.api.call import Installation
from mastro.database.connection import connect
from mastro.database.schema import events
from mastro.settings import Settings
from sinks import Sink, listening
from support import prepare

LOAD_SECONDS = 2.0
WRITERS = 4
PATIENCE = 40
"""Seconds for all that was left to be told: a worker counts as gone after 10."""

PREFIX = "it.fattureincloud.webhooks."


class Process:
    """`mastro serve` or `mastro worker` in a process of its own."""

    def __init__(self, database_url: str, folder: Path, command: str, *, port: int, **variables: str) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MASTRO_")}
        environment |= {
            "MASTRO_DATABASE_URL": database_url,
            "MASTRO_DATA_DIR": str(folder),
            "MASTRO_PORT": str(port),
            "MASTRO_PRIVATE_SINKS": "1",
            **variables,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mastro", command], env=environment, stdout=subprocess.DEVNULL
        )
        if command == "serve":
            self._wait(port)

    def _wait(self, port: int) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            assert self.process.poll() is None, "the server ended by itself"
            try:
                socket.create_connection(("127.0.0.1", port), 0.2).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError("the server did not start")

    def kill(self) -> None:
        """End it without warning."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)


@contextmanager
def running(*arguments: Any, **more: Any) -> Iterator[Process]:
    """A process that ends with the block."""
    process = Process(*arguments, **more)
    try:
        yield process
    finally:
        if process.process.poll() is None:
            process.kill()


class Site:
    """A company on a database, reached over a port."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.database_url, self.folder = database_url, folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        installation = Installation(Settings(database_url=database_url, data_dir=folder), connect(database_url))
        self.company_id, _, self.token = prepare(installation)
        installation.database.close()

    def running(self, command: str = "serve", **variables: str) -> Any:
        """The server or a worker."""
        return running(self.database_url, self.folder, command, port=self.port, **variables)

    def api(self) -> httpx2.Client:
        """A client of the API."""
        return httpx2.Client(
            base_url=f"http://127.0.0.1:{self.port}/c/{self.company_id}/",
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=20,
            trust_env=False,
        )

    def subscribe(self, sink: Sink, type: str) -> None:
        """Subscribe a sink and wait until it is verified."""
        with self.api() as api:
            answer = api.post("subscriptions", json={"data": {"sink": sink.address, "types": [PREFIX + type]}})
            id = answer.json()["data"]["id"]
            deadline = time.monotonic() + 10
            while not api.get(f"subscriptions/{id}").json()["data"]["verified"]:
                assert time.monotonic() < deadline, "the sink was not verified"
                time.sleep(0.05)

    def written(self, type: str) -> set[int]:
        """The resources of every event of a type that was committed."""
        database = connect(self.database_url)
        with database.read() as session:
            rows = session.rows(
                select(events.c.resource_id).where(events.c.company_id == self.company_id, events.c.type == type)
            )
        database.close()
        return {id for (id,) in rows}


def _write_until_killed(site: Site, answered: dict[int, int], stop: threading.Event) -> None:
    body = {"data": {"type": "invoice", "entity": {"name": "Rossi Srl"}, "items_list": []}}
    with site.api() as api:
        while not stop.is_set():
            try:
                answer = api.post("issued_documents", json=body)
            except httpx2.HTTPError:
                return
            if answer.status_code == 200:
                data = answer.json()["data"]
                answered[data["id"]] = data["number"]


def _all_invoices(site: Site) -> dict[int, int]:
    found: dict[int, int] = {}
    with site.api() as api:
        page = 1
        while True:
            query = {"type": "invoice", "fields": "id,number", "per_page": 100, "page": page}
            answer = api.get("issued_documents", params=query).json()
            found |= {row["id"]: row["number"] for row in answer["data"]}
            if page >= answer["last_page"]:
                return found
            page += 1


def _told(sink: Sink) -> set[int]:
    return {id for event in sink.events for id in event.json["data"]["ids"]}


def test_a_server_that_is_killed_under_load_loses_nothing(own_database: str, tmp_path: Path) -> None:
    site, answered, stop = Site(own_database, tmp_path / "data"), dict[int, int](), threading.Event()
    with listening() as sink:
        with site.running() as process:
            site.subscribe(sink, "issued_documents.invoices.create")
            writers = [
                threading.Thread(target=_write_until_killed, args=(site, answered, stop)) for _ in range(WRITERS)
            ]
            for writer in writers:
                writer.start()
            time.sleep(LOAD_SECONDS)
            process.kill()
            stop.set()
            for writer in writers:
                writer.join()
        assert len(answered) > WRITERS
        with site.running():
            stored = _all_invoices(site)
            assert {id: number for id, number in stored.items() if id in answered} == answered
            assert sorted(stored.values()) == list(range(1, len(stored) + 1))
            committed = site.written("issued_documents.invoices.create")
            assert committed == set(stored)
            deadline = time.monotonic() + PATIENCE
            while _told(sink) != committed and time.monotonic() < deadline:
                time.sleep(0.1)
            assert _told(sink) == committed


def test_an_event_that_was_committed_and_not_sent_is_sent_by_the_next_worker(own_database: str, tmp_path: Path) -> None:
    site = Site(own_database, tmp_path / "data")
    with listening() as sink:
        with site.running():
            site.subscribe(sink, "entities.clients.create")
        with site.running(MASTRO_WORKER="0") as process, site.api() as api:
            id = api.post("entities/clients", json={"data": {"name": "Rossi Srl"}}).json()["data"]["id"]
            process.kill()
        assert not sink.events
        with site.running("worker"):
            (event,) = sink.wait_for(1, PATIENCE)
        assert event.json["data"]["ids"] == [id]


def test_an_event_that_was_being_sent_is_sent_again(own_database: str, tmp_path: Path) -> None:
    site = Site(own_database, tmp_path / "data")
    with listening() as sink:
        with site.running() as process:
            site.subscribe(sink, "entities.clients.create")
            sink.delay = 5
            with site.api() as api:
                api.post("entities/clients", json={"data": {"name": "Rossi Srl"}})
            sink.wait_for(1)
            process.kill()
        sink.delay = 0
        with site.running("worker"):
            first, second = sink.wait_for(2, PATIENCE)
        assert first.headers["ce-id"] == second.headers["ce-id"]
