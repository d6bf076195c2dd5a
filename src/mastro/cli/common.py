"""What the commands share that use the database: the way to it, and how far long work is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from mastro.api.errors import ApiError
from mastro.cli.voice import DatabaseUrl, DataDir, Failure, say
from mastro.database import migrations
from mastro.database.connection import Database, Session, connect
from mastro.resources import setup
from mastro.resources.tables import metadata
from mastro.settings import Settings

__all__ = [
    "DataDir",
    "DatabaseUrl",
    "Failure",
    "exists",
    "opened",
    "progress",
    "say",
    "settings_of",
    "transaction",
    "upgrade",
]

SQLITE, POSTGRESQL = "sqlite:///", "postgresql://"


def settings_of(database: str | None = None, data: Path | None = None, **given: object) -> Settings:
    """The settings: what the command line gives, else the environment, else the default.

    Raises WrongSetting for what cannot be read, Failure for a database of a kind that there is no driver for.
    """
    settings = Settings.from_environment(environment=None, database_url=database, data_dir=data, **given)
    if not settings.database.startswith((SQLITE, POSTGRESQL)):
        raise Failure(f"the URL of the database begins with {SQLITE} or {POSTGRESQL}")
    return settings


def upgrade(settings: Settings) -> None:
    """Bring the database to this version's schema, with what follows from its rows; make it where there is none.

    What was broken off before everything followed is done again.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    if settings.database.startswith(SQLITE):
        Path(settings.database.removeprefix(SQLITE)).parent.mkdir(parents=True, exist_ok=True)
    new = not exists(settings) or migrations.current(settings.database) is None
    migrations.upgrade(settings.database, metadata)
    with opened(settings) as database:
        with database.read() as session:
            filled = not new and setup.is_filled(session)
        if not filled:
            if not new:
                say.print("This version finds and counts in another way: every row is gone through once.")
            with progress("Filling columns") as advance:
                setup.reindex(database, advance)


def exists(settings: Settings) -> bool:
    """Whether there is a file to look into: looking would make an empty one."""
    return not settings.database.startswith(SQLITE) or Path(settings.database.removeprefix(SQLITE)).exists()


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The database. Raises Failure where it is not at this version's schema."""
    if not exists(settings) or migrations.current(settings.database) != migrations.head():
        raise Failure("the database is not at this version's schema: run `mastro migrate` first")
    database = connect(settings.database)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def transaction(settings: Settings) -> Iterator[Session]:
    """A transaction; what the resources refuse in it becomes a Failure."""
    try:
        with opened(settings) as database, database.write() as session:
            yield session
    except (ValueError, ApiError) as error:
        raise Failure(str(error)) from error


@contextmanager
def progress(label: str) -> Iterator[Callable[[int], None]]:
    """Show how far long work is: what is yielded takes the number of things done."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed}"), TimeElapsedColumn())
    with Progress(*columns, console=say, transient=True, disable=not say.is_terminal) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done: bar.update(task, completed=done)
