"""The command line: `mastro serve`, `migrate`, `demo`, `routes`, `doctor`, `worker`, `jobs`,
`fatturapa`, `import-xml`, and what makes users, companies and tokens.

The `create` commands print only the new id (the token) on standard output, so that scripts can use them; everything
said to people goes to standard error. What cannot be done is said in one line, and the exit status is 2.
"""

import ast
import sys
from functools import cache
from pathlib import Path

from cyclopts import App, CycloptsError
from rich.markup import escape

from mastro.cli.voice import Failure, say
from mastro.settings import WrongSetting

app = App(
    name="mastro",
    help="An open server that speaks the Fatture in Cloud API v2. Start with `mastro demo`, then `mastro serve`.",
    help_epilogue="Options come also from the environment: MASTRO_DATA_DIR, MASTRO_DATABASE_URL, MASTRO_PORT …",
)

COMMANDS = {
    "serve": "installation:serve",
    "migrate": "installation:migrate",
    "demo": "installation:demo",
    "reindex": "installation:reindex",
    "routes": "installation:routes",
    "doctor": "installation:doctor",
    "worker": "jobs:worker",
    "import-xml": "import_xml:import_xml",
    "archive-package": "archive_package:archive_package",
    "backup": "backup:backup",
    "restore": "backup:restore",
    "export": "export:export",
}
"""By name, the module and the function; a module is imported when its command is run."""

GROUPS = {
    "user": (
        "Make users: `mastro user create`; let one in again: `mastro user reset`.",
        {"create": "create:user", "reset": "reset:user"},
    ),
    "company": ("Make companies: `mastro company create`.", {"create": "create:company"}),
    "token": ("Make bearer tokens for programs: `mastro token create`.", {"create": "create:token"}),
    "app": ("Register applications that users may let in: `mastro app create`.", {"create": "create:application"}),
    "audit": (
        "Check the trail of changes against its seals: `mastro audit verify`.",
        {"verify": "audit:verify"},
    ),
    "fatturapa": (
        "Check electronic invoices: `mastro fatturapa check`; read one: `mastro fatturapa show`.",
        {"check": "fatturapa:check", "show": "fatturapa:show"},
    ),
}


def _add_all() -> None:
    for name, place in COMMANDS.items():
        _add(app, name, place)
    for name, (text, commands) in GROUPS.items():
        group = App(name=name, help=text)
        for command, place in commands.items():
            _add(group, command, place)
        app.command(group)
    text = "See the jobs that wait or were put aside: `mastro jobs list`; wake one: `mastro jobs retry`."
    app.command("mastro.cli.jobs:app", name="jobs", help=text)


def _add(group: App, name: str, place: str) -> None:
    """Add a command whose module is not imported yet. Its help is its docstring, which is read from the source."""
    module, _, function = place.partition(":")
    group.command(f"mastro.cli.{place}", name=name, help=_docstrings(module)[function])


@cache
def _docstrings(module: str) -> dict[str, str]:
    tree = ast.parse((Path(__file__).parent / f"{module}.py").read_bytes())
    return {node.name: ast.get_docstring(node) or "" for node in tree.body if isinstance(node, ast.FunctionDef)}


_add_all()


def main() -> None:
    """Run a command; what it cannot do is said in one line, without a traceback."""
    try:
        app(exit_on_error=False, print_error=False)
    except (CycloptsError, Failure, WrongSetting) as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    except Exception as error:
        trouble = _database_trouble(error)
        if trouble is None:
            raise
        _fail(trouble)


def _database_trouble(error: Exception) -> str | None:
    """Why the database cannot be used, in the first line of the driver's own words; None for another error."""
    if isinstance(error, ModuleNotFoundError):
        return (
            "PostgreSQL needs one more package: pip install 'mastro[postgresql]'" if error.name == "psycopg" else None
        )
    from alembic.util import CommandError  # noqa: PLC0415  (most commands that fail have no database)
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    from mastro.database.connection import Unavailable  # noqa: PLC0415

    if isinstance(error, CommandError):
        return f"the database was made by another version of Mastro: {error}"
    if not isinstance(error, (SQLAlchemyError, Unavailable)):
        return None
    words = str(getattr(error, "orig", None) or error).strip().splitlines()
    return f"cannot use the database: {words[0] if words else type(error).__name__}"


def _fail(message: str) -> None:
    say.print(f"[red]mastro:[/red] {escape(' '.join(message.split()))}", soft_wrap=True, highlight=False)
    sys.exit(2)


__all__ = ["app", "main"]
