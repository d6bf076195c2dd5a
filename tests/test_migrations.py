"""Upgrades: a database of any earlier version comes to this one with everything that was in it."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import BigInteger, Boolean, Integer, LargeBinary, MetaData, Table, create_engine, func, insert, select

from mastro.database import migrations
from mastro.resources.tables import metadata

SCRIPTS = list(ScriptDirectory(str(Path(migrations.__file__).parent)).walk_revisions())[::-1]
REVISIONS = [script.revision for script in SCRIPTS]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'mastro.db'}"
    import psycopg

    uri: str = request.getfixturevalue("postgres")
    name = f"upgrade_{abs(hash(request.node.name)) % 10**9}_{request.getfixturevalue('worker_id')}"
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return uri.replace("/postgres?", f"/{name}?")


def _engine(url: str) -> Any:
    return create_engine(migrations.driver_url(url))


def _value(column: Any, number: int) -> object:
    if isinstance(column.type, Boolean):
        return False
    if isinstance(column.type, (Integer, BigInteger)):
        return number
    if isinstance(column.type, LargeBinary):
        return b"{}"
    return {} if column.type.__class__.__name__ == "JSON" else str(number)


def _fill(url: str) -> dict[str, int]:
    """Put three rows into every table as it is now, parents first; how many each has."""
    engine = _engine(url)
    found = MetaData()
    found.reflect(engine)
    with engine.begin() as connection:
        for table in found.sorted_tables:
            if table.name != "alembic_version":
                for number in (1, 2, 3):
                    connection.execute(insert(table).values({c.name: _value(c, number) for c in table.columns}))
    engine.dispose()
    return {table.name: 3 for table in found.sorted_tables if table.name != "alembic_version"}


def _count(url: str, name: str) -> int:
    engine = _engine(url)
    with engine.connect() as connection:
        table = Table(name, MetaData(), autoload_with=connection)
        counted: int = connection.execute(select(func.count()).select_from(table)).scalar_one()
    engine.dispose()
    return counted


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_database_of_an_earlier_version_loses_nothing(empty_database: str, revision: str) -> None:
    migrations.upgrade(empty_database, metadata, revision)
    rows = _fill(empty_database)
    migrations.upgrade(empty_database, metadata)
    assert migrations.current(empty_database) == migrations.head()
    assert {name: _count(empty_database, name) for name in rows} == rows


def test_the_migrated_schema_is_the_models(empty_database: str) -> None:
    migrations.upgrade(empty_database, metadata)
    assert migrations.differences(empty_database, metadata) == []


def test_migrations_follow_one_another_in_one_line() -> None:
    assert SCRIPTS[0].down_revision is None
    for before, after in itertools.pairwise(SCRIPTS):
        assert after.down_revision == before.revision


def test_servers_that_start_together_migrate_once(empty_database: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: migrations.upgrade(empty_database, metadata), range(4)))
    assert migrations.current(empty_database) == migrations.head()
