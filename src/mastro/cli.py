"""The command line: `mastro serve`, `migrate`, `demo`, `routes`, `doctor`, and what makes users, companies and tokens.

The `create` commands print only the new id (the token) on standard output, so that scripts can use them; everything said
to people goes to standard error.
"""

import inspect
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from mastro import doctor as checks
from mastro.api.call import Installation
from mastro.database import migrations
from mastro.database.connection import Database, Session, connect
from mastro.identifiers import check_tax_code, check_vat_number
from mastro.model.company import Company
from mastro.oauth.tokens import create_personal_token
from mastro.resources import company as companies
from mastro.resources import setup
from mastro.resources.operations import OPERATIONS
from mastro.resources.tables import metadata
from mastro.resources.user import create_user, user_by_email
from mastro.settings import Settings, WrongSetting

app = App(name="mastro", help="Mastro: an open server that speaks the Fatture in Cloud API v2.")
user_app = App(name="user", help="Users of this installation.")
company_app = App(name="company", help="Companies of this installation.")
token_app = App(name="token", help="Bearer tokens for programs.")
app.command(user_app)
app.command(company_app)
app.command(token_app)

say = Console(stderr=True)

DatabaseUrl = Annotated[
    str | None, Parameter(help="sqlite:///file or postgresql://user@host/name [MASTRO_DATABASE_URL]")
]
DataDir = Annotated[Path | None, Parameter(name="--data", help="Folder of the data [MASTRO_DATA_DIR]")]


class Failure(Exception):
    """A command cannot be done; the message says why and what to do."""


def _settings(database: str | None = None, data: Path | None = None, **given: object) -> Settings:
    return Settings.from_environment(environment=None, database_url=database, data_dir=data, **given)


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    """The database, at this version's schema."""
    if migrations.current(settings.database) != migrations.head():
        raise Failure("the database is not at this version's schema: run `mastro migrate` first")
    database = connect(settings.database)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def _transaction(settings: Settings) -> Iterator[Session]:
    with _database(settings) as database, database.write() as session:
        yield session


def _now(settings: Settings) -> str:
    return settings.clock().strftime("%Y-%m-%d %H:%M:%S")


@app.command
def serve(
    *,
    host: str | None = None,
    port: int | None = None,
    workers: int | None = None,
    database: DatabaseUrl = None,
    data: DataDir = None,
) -> None:
    """Answer requests until stopped. The database is migrated first.

    Parameters
    ----------
    host
        Address to listen on [MASTRO_HOST].
    port
        Port to listen on [MASTRO_PORT].
    workers
        Processes that answer requests [MASTRO_WORKERS].
    """
    import os  # noqa: PLC0415

    import uvicorn  # noqa: PLC0415  (a server is not needed by the other commands)

    settings = _settings(database, data, host=host, port=port, workers=workers)
    migrations.upgrade(settings.database, metadata)
    assert settings.key  # noqa: S101  (made before the processes part, so that they share it)
    # worker processes build their settings from the environment, like any other start
    os.environ |= {
        "MASTRO_DATABASE_URL": settings.database,
        "MASTRO_DATA_DIR": str(settings.data_dir),
        "MASTRO_HOST": settings.host,
        "MASTRO_PORT": str(settings.port),
    }
    say.print(f"Mastro answers at [bold]{settings.address}[/bold] (API reference: {settings.address}/docs)")
    uvicorn.run(
        "mastro.app:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers if settings.workers > 1 else None,
        log_level="warning",
        access_log=False,
        server_header=False,
    )


@app.command
def migrate(*, database: DatabaseUrl = None, data: DataDir = None) -> None:
    """Bring the database to this version's schema; make it where there is none."""
    settings = _settings(database, data)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    before = migrations.current(settings.database) if _exists(settings) else None
    migrations.upgrade(settings.database, metadata)
    say.print(f"schema: {before or 'none'} → {migrations.head()}")


def _exists(settings: Settings) -> bool:
    prefix = "sqlite:///"
    return not settings.database.startswith(prefix) or Path(settings.database.removeprefix(prefix)).exists()


@app.command
def demo(*, database: DatabaseUrl = None, data: DataDir = None, seed: int = 1, if_empty: bool = False) -> None:
    """Make a demo company with a year of business, and say how to sign in and call the API.

    Parameters
    ----------
    seed
        Another number gives other data.
    if_empty
        Do nothing where the database has a user already.
    """
    from mastro import demo as demos  # noqa: PLC0415  (its data are not needed by the other commands)

    settings = _settings(database, data)
    migrate(database=database, data=data)
    with _database(settings) as opened:
        installation = Installation(settings, opened)
        if if_empty and not demos.is_empty(installation):
            say.print("The database has data already: no demo company was made.")
            return
        with _progress("Making a year of business") as advance:
            made = demos.create(installation, seed=seed, progress=advance)
    say.print(demos.welcome(settings, made))


@contextmanager
def _progress(label: str) -> Iterator[Callable[[int], None]]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed}"), TimeElapsedColumn())
    with Progress(*columns, console=say, transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done: bar.update(task, completed=done)


@app.command
def reindex(*, database: DatabaseUrl = None, data: DataDir = None) -> None:
    """Fill every searchable column and counter anew from the stored bodies."""
    settings = _settings(database, data)
    with _database(settings) as opened, _progress("Reindexing") as advance:
        done = setup.reindex(opened, advance)
    say.print(f"{done} rows reindexed")


@app.command
def routes() -> None:
    """Print every address with the file and line of the function behind it."""
    table = Table("verb", "address", "operation", "function")
    for operation in OPERATIONS:
        function = inspect.unwrap(operation.handler)
        code = getattr(function, "__func__", function)
        file = Path(inspect.getsourcefile(code) or "?")
        place = f"{file.relative_to(Path(__file__).parent)}:{inspect.getsourcelines(code)[1]}"
        table.add_row(operation.method, operation.path, operation.id, place)
    Console(width=200 if not sys.stdout.isatty() else None).print(table)


@app.command
def doctor(*, database: DatabaseUrl = None, data: DataDir = None) -> None:
    """Check this installation and say what to mend; exit status 1 where something is broken."""
    settings = _settings(database, data)
    broken = False
    for check in checks.run(settings):
        mark = {"ok": "[green]ok[/green]", "warning": "[yellow]warning[/yellow]", "broken": "[red]broken[/red]"}[
            check.state
        ]
        say.print(f"{mark:>8}  {check.name}: {check.said}")
        broken = broken or check.state == "broken"
    sys.exit(1 if broken else 0)


@user_app.command(name="create")
def user_create(
    *, email: str, name: str, password_stdin: bool = False, database: DatabaseUrl = None, data: DataDir = None
) -> None:
    """Make a user and print the id.

    Parameters
    ----------
    email
        Address that the user signs in with.
    name
        First and last name.
    password_stdin
        Read the password from standard input; without it one is made and said on standard error.
    """
    settings = _settings(database, data)
    if password_stdin:
        password = sys.stdin.readline().rstrip("\n")
        if len(password) < 8:
            raise Failure("a password needs at least 8 characters")
    else:
        password = secrets.token_urlsafe(12)
    with _transaction(settings) as session:
        id = create_user(session, email=email, name=name, password=password, now=_now(settings))
    if not password_stdin:
        say.print(f"password: {password}")
    print(id)


@company_app.command(name="create")
def company_create(
    *,
    owner: str,
    name: str,
    vat_number: str = "",
    tax_code: str = "",
    regime: str = "RF01",
    address: str = "",
    postal_code: str = "",
    city: str = "",
    province: str = "",
    email: str = "",
    certified_email: str = "",
    first_name: str = "",
    last_name: str = "",
    database: DatabaseUrl = None,
    data: DataDir = None,
) -> None:
    """Make a company and print the id.

    Parameters
    ----------
    owner
        E-mail address of the user who owns it.
    name
        Name as on documents.
    vat_number
        Partita IVA, 11 digits.
    tax_code
        Codice fiscale; the VAT number where it is left out.
    regime
        Tax regime of the FatturaPA table, such as RF01 (ordinary) or RF19 (forfettario).
    first_name
        First name, for a natural person.
    last_name
        Last name, for a natural person.
    """
    settings = _settings(database, data)
    for value, check in ((vat_number, check_vat_number), (tax_code, check_tax_code)):
        if value and not check(value).valid:
            raise Failure(f"{check(value).en} / {check(value).it}")
    company = Company(
        name=name,
        vat_number=vat_number,
        tax_code=tax_code or vat_number,
        regime=regime,
        address_street=address,
        address_postal_code=postal_code,
        address_city=city,
        address_province=province,
        email=email,
        certified_email=certified_email,
        first_name=first_name,
        last_name=last_name,
    )
    with _transaction(settings) as session:
        found = user_by_email(session, owner)
        if found is None:
            raise Failure(f"there is no user {owner}: make one with `mastro user create`")
        id = setup.new_company(session, company, owner_id=found[0], now=_now(settings))
    print(id)


@token_app.command(name="create")
def token_create(
    *,
    email: str,
    company: int,
    scope: list[str] | None = None,
    name: str = "command line",
    database: DatabaseUrl = None,
    data: DataDir = None,
) -> None:
    """Make a bearer token that does not expire, and print it: it is shown only here.

    Parameters
    ----------
    email
        User whom the token speaks for.
    company
        Company that it reaches.
    scope
        Such as entity.clients:r; may be given several times. Without it: everything.
    name
        What the token is for.
    """
    settings = _settings(database, data)
    with _transaction(settings) as session:
        found = user_by_email(session, email)
        if found is None:
            raise Failure(f"there is no user {email}")
        companies.load_company(session, company)
        token = create_personal_token(
            session, user_id=found[0], company_id=company, scopes=tuple(scope or ()), name=name, now=_now(settings)
        )
    print(token)


def main() -> None:
    """Run a command; what it cannot do is said in one line, without a traceback."""
    try:
        app()
    except (Failure, WrongSetting, ValueError) as error:
        say.print(f"[red]mastro:[/red] {error}", markup=True)
        sys.exit(2)


__all__ = ["app", "main"]
