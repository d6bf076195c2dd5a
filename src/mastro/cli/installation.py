"""Commands about the installation as a whole: run it, bring its database forward, fill it with a demo, look into it."""

import inspect
import os
import socket
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from mastro import doctor as checks
from mastro.api.call import Installation
from mastro.cli.common import DatabaseUrl, DataDir, Failure, exists, opened, progress, say, settings_of, upgrade
from mastro.database import migrations
from mastro.oauth import first_user
from mastro.resources import setup
from mastro.resources.operations import OPERATIONS
from mastro.resources.user import EmailTaken
from mastro.settings import Settings

MAX_PORT = 65535
MAX_WORKERS = 64
STOP_SECONDS = 10
"""How long running requests may take to end after the server was told to stop."""

SOURCE = Path(__file__).parents[1]


def serve(
    *,
    host: Annotated[str | None, Parameter(help="Address to listen on [MASTRO_HOST]")] = None,
    port: Annotated[int | None, Parameter(help="Port to listen on [MASTRO_PORT]")] = None,
    workers: Annotated[int | None, Parameter(help="Processes that answer requests [MASTRO_WORKERS]")] = None,
    database: DatabaseUrl = None,
    data: DataDir = None,
) -> None:
    """Answer requests until stopped. The database is migrated first."""
    import uvicorn  # noqa: PLC0415  (a server is not needed by the other commands)

    settings = settings_of(database, data, host=host, port=port, workers=workers)
    _check_address(settings)
    upgrade(settings)
    assert settings.key  # noqa: S101  (made before the processes part, so that they share it)
    _hand_on(settings)
    say.print(
        f"Mastro answers at [bold]{settings.address}[/bold] (API reference: {settings.address}/docs)", soft_wrap=True
    )
    _welcome(settings)
    uvicorn.run(
        "mastro.app:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers if settings.workers > 1 else None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        timeout_graceful_shutdown=STOP_SECONDS,
        # a worker that starts on a busy machine is not dead yet, and replacing it makes the machine busier
        timeout_worker_healthcheck=60,
    )


def _welcome(settings: Settings) -> None:
    """Say how the first user is made, where there is none."""
    with opened(settings) as connected, connected.read() as session:
        if first_user.is_due(session):
            say.print(
                f"There is no user yet. Make the first one at [bold]{first_user.link(settings)}[/bold]", soft_wrap=True
            )


def _hand_on(settings: Settings) -> None:
    """Put what the command line gave into the environment: worker processes build their settings from it."""
    given = {
        "MASTRO_DATABASE_URL": settings.database,
        "MASTRO_DATA_DIR": str(settings.data_dir),
        "MASTRO_HOST": settings.host,
        "MASTRO_PORT": str(settings.port),
    }
    os.environ |= given
    for name in given:
        os.environ.pop(f"{name}_FILE", None)  # it would win over the variable


def _check_address(settings: Settings) -> None:
    """Refuse an address that cannot be listened on, before anything else is done."""
    if not 1 <= settings.port <= MAX_PORT:
        raise Failure(f"the port must be a number from 1 to {MAX_PORT}, not {settings.port}")
    if not 1 <= settings.workers <= MAX_WORKERS:
        raise Failure(f"there can be 1 to {MAX_WORKERS} workers, not {settings.workers}")
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        socket.create_server((settings.host, settings.port), family=family).close()
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise Failure(f"cannot listen on {settings.host}:{settings.port}: {reason}") from error


def migrate(*, database: DatabaseUrl = None, data: DataDir = None) -> None:
    """Bring the database to this version's schema; make it where there is none."""
    settings = settings_of(database, data)
    before = migrations.current(settings.database) if exists(settings) else None
    upgrade(settings)
    say.print(f"schema: {before or 'none'} → {migrations.head()}")


def demo(
    *,
    seed: Annotated[int, Parameter(help="Another number gives other data")] = 1,
    if_empty: Annotated[
        bool,
        Parameter(help="Make nothing where there is a user already; say again how to get at the demo", negative=""),
    ] = False,
    database: DatabaseUrl = None,
    data: DataDir = None,
) -> None:
    """Make demo companies with a year of business, and say how to sign in and call the API."""
    from mastro import demo as demos  # noqa: PLC0415  (its data are not needed by the other commands)

    settings = settings_of(database, data)
    upgrade(settings)
    with opened(settings) as connected:
        installation = Installation(settings, connected)
        if if_empty and not demos.is_empty(installation):
            made = demos.noted(installation)
            if made is None:
                say.print("The database has data already: no demo company was made.")
                return
        else:
            with progress("Making a year of business") as advance:
                try:
                    made = demos.create(installation, seed=seed, progress=advance)
                except EmailTaken as error:
                    raise Failure(f"{error}: the demo is there already") from error
    sys.stdout.write(demos.welcome(settings, made))  # as it is: a wrapped line could not be pasted
    sys.stdout.flush()


def reindex(*, database: DatabaseUrl = None, data: DataDir = None) -> None:
    """Fill every searchable column and counter anew from the stored bodies."""
    with opened(settings_of(database, data)) as connected, progress("Reindexing") as advance:
        done = setup.reindex(connected, advance)
    say.print(f"{done} rows reindexed")


def routes() -> None:
    """Print every address with the file and line of the function behind it."""
    table = Table("verb", "address", "operation", "function")
    for operation in OPERATIONS:
        function = inspect.unwrap(operation.handler)
        code = getattr(function, "__func__", function)
        file = Path(inspect.getsourcefile(code) or "?")
        place = f"{file.relative_to(SOURCE)}:{inspect.getsourcelines(code)[1]}"
        table.add_row(operation.method, operation.path, operation.id, place)
    Console(width=200 if not sys.stdout.isatty() else None).print(table)


def doctor(*, database: DatabaseUrl = None, data: DataDir = None) -> None:
    """Check this installation and say what to mend; exit status 1 where something is broken."""
    settings = settings_of(database, data)
    broken = False
    for check in checks.run(settings):
        mark = {"ok": "[green]ok[/green]", "warning": "[yellow]warning[/yellow]", "broken": "[red]broken[/red]"}[
            check.state
        ]
        say.print(f"{mark:>8}  {check.name}: {check.said}")
        broken = broken or check.state == "broken"
    sys.exit(1 if broken else 0)
