"""The command that writes the electronic invoices of a period into one package, and the one that checks it."""

import datetime as dt
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from mastro.api.call import Installation
from mastro.api.errors import ApiError
from mastro.cli.backup import telling
from mastro.cli.common import DatabaseUrl, DataDir, Failure, opened, say, settings_of
from mastro.cli.import_xml import call_of
from mastro.packages import BrokenPackage


def archive_package(
    company: Annotated[int | None, Parameter(help="Id of the company")] = None,
    *,
    first: Annotated[str, Parameter(name="--from", help="First day, such as 2026-01-01")] = "",
    last: Annotated[str, Parameter(name="--to", help="Last day")] = "",
    output: Annotated[Path | None, Parameter(name=["--output", "-o"], help="File to write")] = None,
    simulated: Annotated[
        bool, Parameter(help="Also what the simulated SdI was sent and has sent, in a folder apart", negative="")
    ] = False,
    verify: Annotated[Path | None, Parameter(help="Check this package instead, and say what is not as made")] = None,
    database: DatabaseUrl = None,
    data: DataDir = None,
) -> None:
    """Write the electronic invoices of a period, issued and received, with the SdI's messages and an index.

    With --verify each changed, missing or added file is one line, and the exit status is 1 where there is one.
    """
    if verify is not None:
        _verify(verify)
        return
    if company is None or output is None:
        raise Failure("name a company, --from, --to and the file to write with -o; or a package to check with --verify")
    if output.exists():
        raise Failure(f"{output} is there already: name a file that is not")
    from mastro.resources.archive_packages.gathering import Period  # noqa: PLC0415  (not needed by other commands)
    from mastro.resources.archive_packages.making import make  # noqa: PLC0415

    period = Period(_day("--from", first), _day("--to", last))
    if period.last < period.first:
        raise Failure("--to is a day after --from")
    settings = settings_of(database, data)
    with opened(settings) as connected, telling("Packing") as tell:
        installation = Installation(settings, connected)
        with connected.read() as session:
            user_id = call_of(installation, session, company).principal.user_id
        try:
            made = make(installation, company, user_id, period, output.absolute(), tell=tell, simulated=simulated)
        except ApiError as error:
            raise Failure(f"the files cannot be read: {error}") from error
    for problem in made.problems:
        say.print(problem, markup=False, highlight=False, soft_wrap=True)
    told = ", ".join(f"{number} {what}" for what, number in sorted(made.counted.items()))
    told = told or "nothing in these days"
    if made.left_out:
        told += f"; {made.left_out} files of the simulated SdI left out: take them with --simulated"
    say.print(f"{output}: {told}", markup=False, highlight=False, soft_wrap=True)


def _day(option: str, written: str) -> dt.date:
    from mastro.resources.archive_packages.gathering import YEARS  # noqa: PLC0415  (not needed by other commands)

    try:
        day = dt.date.fromisoformat(written)
    except ValueError:
        raise Failure(f"{option} is a day such as 2026-01-31, not {written!r}") from None
    if day.year not in YEARS:
        raise Failure(f"{option} is a day from {YEARS[0]} to {YEARS[-1]}")
    return day


def _verify(path: Path) -> None:
    from mastro.resources.archive_packages.making import differences  # noqa: PLC0415  (not needed by other commands)

    try:
        found = differences(path)
    except (BrokenPackage, OSError) as error:
        found = [str(error)]
    for each in found:
        sys.stdout.write(f"{each}\n")
    if found:
        sys.exit(1)
    say.print(f"{path}: everything is as it was made", markup=False, highlight=False, soft_wrap=True)
