"""What every command shares, and none needs a database for: the voice, the one kind of failure, two options."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

say = Console(stderr=True)
"""What is said to people; standard output is for what scripts read."""

DatabaseUrl = Annotated[
    str | None, Parameter(help="sqlite:///file or postgresql://user@host/name [MASTRO_DATABASE_URL]")
]
DataDir = Annotated[Path | None, Parameter(name="--data", help="Folder of the data [MASTRO_DATA_DIR]")]


class Failure(Exception):
    """A command cannot be done; the message says why and what to do."""
