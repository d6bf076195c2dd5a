"""The command line: `mastro serve`, `migrate`, `demo`, `routes`, `doctor`, `worker`, `jobs`,
`fatturapa`, `import-xml`, and what makes users, companies and tokens.

The `create` commands print only the new id (the token) on standard output, so that scripts can use them; everything
said to people goes to standard error. What cannot be done is said in one line, and the exit status is 2.
"""

import sys

from alembic.util import CommandError
from cyclopts import App, CycloptsError
from rich.markup import escape
from sqlalchemy.exc import SQLAlchemyError

from mastro.cli import archive_package, backup, create, export, fatturapa, import_xml, installation, jobs, reset
from mastro.cli.common import Failure, say
from mastro.database.connection import Unavailable
from mastro.settings import WrongSetting

app = App(
    name="mastro",
    help="An open server that speaks the Fatture in Cloud API v2. Start with `mastro demo`, then `mastro serve`.",
    help_epilogue="Options come also from the environment: MASTRO_DATA_DIR, MASTRO_DATABASE_URL, MASTRO_PORT …",
)
for command in (
    installation.serve,
    installation.migrate,
    installation.demo,
    installation.reindex,
    installation.routes,
    installation.doctor,
    jobs.worker,
    import_xml.import_xml,
    archive_package.archive_package,
    backup.backup,
    backup.restore,
    export.export,
):
    app.command(command)
for name, function, text in (
    ("user", create.user, "Make users: `mastro user create`; let one in again: `mastro user reset`."),
    ("company", create.company, "Make companies: `mastro company create`."),
    ("token", create.token, "Make bearer tokens for programs: `mastro token create`."),
    ("app", create.application, "Register applications that users may let in: `mastro app create`."),
):
    group = App(name=name, help=text)
    group.command(function, name="create")
    if name == "user":
        group.command(reset.user, name="reset")
    app.command(group)

queue = App(
    name="jobs", help="See the jobs that wait or were put aside: `mastro jobs list`; wake one: `mastro jobs retry`."
)
queue.command(jobs.show, name="list")
queue.command(jobs.retry, name="retry")
queue.default(jobs.show)
app.command(queue)

invoices = App(
    name="fatturapa",
    help="Check electronic invoices: `mastro fatturapa check`; read one: `mastro fatturapa show`.",
)
invoices.command(fatturapa.check, name="check")
invoices.command(fatturapa.show, name="show")
app.command(invoices)


def main() -> None:
    """Run a command; what it cannot do is said in one line, without a traceback."""
    try:
        app(exit_on_error=False, print_error=False)
    except (CycloptsError, Failure, WrongSetting) as error:
        _fail(str(error))
    except (CommandError, SQLAlchemyError, Unavailable, ModuleNotFoundError) as error:
        _fail(_database_trouble(error))
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error))


def _database_trouble(error: Exception) -> str:
    """Why the database cannot be used, in the first line of the driver's own words."""
    if isinstance(error, ModuleNotFoundError):
        if error.name != "psycopg":
            raise error
        return "PostgreSQL needs one more package: pip install 'mastro[postgresql]'"
    if isinstance(error, CommandError):
        return f"the database was made by another version of Mastro: {error}"
    words = str(getattr(error, "orig", None) or error).strip().splitlines()
    return f"cannot use the database: {words[0] if words else type(error).__name__}"


def _fail(message: str) -> None:
    say.print(f"[red]mastro:[/red] {escape(' '.join(message.split()))}", soft_wrap=True, highlight=False)
    sys.exit(2)


__all__ = ["app", "main"]
