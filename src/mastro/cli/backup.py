"""Commands that keep an installation safe: back it up while it runs, check a backup, restore one."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from mastro.api.call import Installation
from mastro.cli.common import DatabaseUrl, DataDir, Failure, opened, say, settings_of
from mastro.delivery.storage import StorageUnavailable
from mastro.resources.jobs import Tell

if TYPE_CHECKING:
    from mastro.backup import Restored


@contextmanager
def telling(label: str) -> Iterator[Tell]:
    """Show how far long work is: what is yielded takes the step, how much is done and of how much."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[step]}"))
    with Progress(*columns, TimeElapsedColumn(), console=say, transient=True, disable=not say.is_terminal) as bar:
        task = bar.add_task(label, total=None, step="")
        yield lambda step, done, total: bar.update(task, completed=done, total=total, step=step)


def backup(
    *,
    to: Annotated[Path | None, Parameter(help="File to write; else a new one in the folder of backups")] = None,
    without_keys: Annotated[
        bool, Parameter(help="Leave out the keys that open sealed passwords and sign links", negative="")
    ] = False,
    database: DatabaseUrl = None,
    data: DataDir = None,
) -> None:
    """Write everything (rows, files, keys) into one file, while the server runs; print its path."""
    from mastro import backup as backups  # noqa: PLC0415  (not needed by the other commands)

    settings = settings_of(database, data)
    path = to or backups.usual_path(settings, settings.clock())
    if path.exists():
        raise Failure(f"{path} is there already: name a file that is not")
    with opened(settings) as connected, telling("Backing up") as tell:
        try:
            made = backups.recorded(
                Installation(settings, connected), path.absolute(), keys=not without_keys, tell=tell
            )
        except StorageUnavailable as error:
            raise Failure(f"the files cannot be read: {error}") from error
    for key in made.missing:
        say.print(f"missing in the storage: {key}", markup=False, highlight=False)
    say.print(f"{made.rows} rows and {made.files} files, {made.size} bytes")
    if not without_keys:
        say.print("It holds all data and the keys of this installation: keep it where only you can read it.")
    sys.stdout.write(f"{path}\n")


def restore(
    file: Annotated[Path, Parameter(help="As `mastro backup` wrote it")],
    *,
    verify: Annotated[bool, Parameter(help="Check the backup and restore nothing", negative="")] = False,
    replace: Annotated[bool, Parameter(help="Put it in the place of the data that is there", negative="")] = False,
    run_jobs: Annotated[
        bool,
        Parameter(
            help="Do what waited (mail, webhooks, invoices); else it is put aside, for it may be done", negative=""
        ),
    ] = False,
    database: DatabaseUrl = None,
    data: DataDir = None,
) -> None:
    """Restore a backup, of either database to either; the server must be stopped. `--verify` only checks it."""
    from mastro import backup as backups  # noqa: PLC0415  (not needed by the other commands)

    settings = settings_of(database, data)
    if not file.is_file():
        raise Failure(f"there is no file {file}")
    try:
        with telling("Checking" if verify else "Restoring") as tell:
            if verify:
                done = backups.verify(file, tell)
            else:
                done = backups.restore(settings, file, replace=replace, run_jobs=run_jobs, tell=tell)
    except (backups.CannotRestore, StorageUnavailable) as error:
        raise Failure(str(error)) from error
    said = f"of {done.created_at} by Mastro {done.version} on {done.database}: {done.rows} rows, {done.files} files"
    say.print(f"{'Whole' if verify else 'Restored'}: the backup {said}", soft_wrap=True, highlight=False)
    for line in _warnings(done):
        say.print(line, soft_wrap=True, highlight=False)


def _warnings(done: "Restored") -> Iterator[str]:
    if done.missing:
        yield f"[yellow]{len(done.missing)} files were missing when it was made[/yellow]"
    if done.other_key:
        yield (
            "[yellow]The secret key here is not the backup's:[/yellow] set MASTRO_SECRET_KEY as it was, or enter the "
            "passwords of mail servers again."
        )
    if done.held:
        yield f"{done.held} jobs that waited are put aside: see `mastro jobs list`, do one with `mastro jobs retry`."
    for path in done.aside:
        yield f"What was there is kept in {path}; delete it when it is not needed."
