"""Migrations: the schema brought forward, on either database, by one command.

`upgrade` and `revision` are handed the metadata of all tables by their caller, because the resources, which declare
most of them, stand above this package.
"""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, create_engine, make_url
from sqlalchemy.pool import NullPool

from mastro.database.connection import make_file


def driver_url(url: str) -> str:
    """A database URL with the driver that SQLAlchemy itself is to use."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed.render_as_string(hide_password=False)


def engine_of(url: str) -> Engine:
    """SQLAlchemy's own way to a database, whose connections are not kept."""
    return create_engine(driver_url(url), poolclass=NullPool)


def _config(connection: Connection | None = None, metadata: MetaData | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    config.attributes["metadata"] = metadata
    return config


def upgrade(url: str, metadata: MetaData, revision: str = "head") -> None:
    """Bring the database to a revision; on an empty one, make every table."""
    if make_url(url).get_backend_name() == "sqlite":
        make_file(url)
    with engine_of(url).begin() as connection:
        upgrade_on(connection, metadata, revision)


def upgrade_on(connection: Connection, metadata: MetaData, revision: str = "head") -> None:
    """The same in the transaction of a connection."""
    if connection.dialect.name == "postgresql":
        # two servers that start together: the second waits and finds nothing left to do
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7770001)")
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    command.upgrade(_config(connection, metadata), revision)


def current(url: str) -> str | None:
    """Revision of a database, None for an empty one."""
    with engine_of(url).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """Revision that this version of the program wants."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    assert revision  # noqa: S101  (there is always a first migration)
    return revision


def knows(revision: str) -> bool:
    """True for a revision that this version of the program can bring forward."""
    return any(script.revision == revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def differences(url: str, metadata: MetaData) -> list[object]:
    """What the migrated database has otherwise than the models say; empty when they agree."""
    with engine_of(url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def revision(url: str, metadata: MetaData, message: str) -> None:
    """Write a new migration from the difference between a database and the models."""
    with engine_of(url).begin() as connection:
        config = _config(connection, metadata)
        number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
        command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")


def last_refill() -> str:
    """The latest revision that brought columns or tables which follow from bodies of rows that were there.

    A migration says so by `REFILL = True`; who upgrades then fills them, because bodies are the resources' to read.
    """
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return next(script.revision for script in scripts if getattr(script.module, "REFILL", False))
