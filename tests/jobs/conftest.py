"""A server whose worker runs when the test says so, on databases of its own: no other worker takes its jobs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from mastro.api.call import Installation
from mastro.app import create_app
from mastro.jobs.kinds import HANDLERS, PERIODIC
from mastro.jobs.worker import Worker
from mastro.oauth.tokens import create_personal_token
from mastro.settings import Settings
from sinks import Sink, listening
from support import Client, Clock, prepare


class Server:
    """An installation, its API, and its worker."""

    def __init__(self, database_url: str, folder: Path, **given: Any) -> None:
        self.clock = Clock()
        self.settings = Settings(
            data_dir=folder, database_url=database_url, worker=0, private_sinks=1, clock=self.clock, **given
        )
        self.app = create_app(self.settings)
        api: Any = self.app.api
        self.installation: Installation = api.installation
        self.http = TestClient(self.app, base_url="http://testserver")
        self.company_id, self.user_id, token = prepare(self.installation)
        self.client = Client(self.http, self.company_id, token)
        self.worker = Worker(self.installation, HANDLERS, PERIODIC)

    def work(self) -> None:
        """Do every job that is due, and those that follow from them."""
        while self.worker.run_due():
            pass

    def token(self, *scopes: str) -> str:
        """A token with these scopes only."""
        with self.installation.database.write() as session:
            return create_personal_token(
                session, user_id=self.user_id, company_id=self.company_id, scopes=scopes, name="t", now="2026-01-01"
            )

    def subscribe(self, sink: Sink, *types: str, **more: Any) -> str:
        """Subscribe a sink and let it be verified; the id."""
        body = {"sink": sink.address, "types": [f"it.fattureincloud.webhooks.{type}" for type in types], **more}
        id: str = self.client.data("POST", "subscriptions", json={"data": body})["id"]
        self.work()
        assert self.client.data("GET", f"subscriptions/{id}")["verified"]
        return id

    def new_client(self, name: str = "Rossi Srl") -> int:
        """Make a client through the API; its id."""
        id: int = self.client.data("POST", "entities/clients", json={"data": {"name": name}})["id"]
        return id


@pytest.fixture
def server(own_database: str, tmp_path: Path) -> Iterator[Server]:
    """A server of this test alone."""
    made = Server(own_database, tmp_path / "data")
    yield made
    made.worker.stop()
    made.http.close()
    made.installation.database.close()


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A receiver of webhooks."""
    with listening() as opened:
        yield opened


@pytest.fixture
def other_sink() -> Iterator[Sink]:
    """Another receiver."""
    with listening() as opened:
        yield opened
