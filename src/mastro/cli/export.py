"""The command that writes everything of a company into one package."""

import shutil
import tempfile
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from mastro.api.call import Installation
from mastro.cli.backup import telling
from mastro.cli.common import DatabaseUrl, DataDir, Failure, opened, say, settings_of
from mastro.cli.import_xml import call_of
from mastro.delivery.storage import StorageUnavailable


def export(
    company: Annotated[int, Parameter(help="Id of the company")],
    *,
    output: Annotated[Path, Parameter(name=["--output", "-o"], help="File to write")],
    without_pdf: Annotated[bool, Parameter(help="Leave out the PDFs, which take long to make", negative="")] = False,
    language: Annotated[Literal["it", "en"], Parameter(help="Of the headings of the spreadsheets")] = "it",
    database: DatabaseUrl = None,
    data: DataDir = None,
) -> None:
    """Write everything of a company into one zip: JSON, XML, PDF, spreadsheets, attachments, and a hash of each."""
    from mastro.resources.exports.package import export as make  # noqa: PLC0415  (not needed by the other commands)

    settings = settings_of(database, data)
    if output.exists():
        raise Failure(f"{output} is there already: name a file that is not")
    with opened(settings) as connected, telling("Exporting") as tell:
        installation = Installation(settings, connected)
        with connected.read() as session:
            user_id = call_of(installation, session, company).principal.user_id
        folder = Path(tempfile.mkdtemp(dir=output.absolute().parent))
        try:
            given = {"user_id": user_id, "pdf": not without_pdf, "language": language}
            made = make(installation, company, output, folder, tell=tell, **given)  # type: ignore[arg-type]
        except StorageUnavailable as error:
            raise Failure(f"the attachments cannot be read: {error}") from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    for problem in made.problems:
        say.print(problem, markup=False, highlight=False, soft_wrap=True)
    told = ", ".join(f"{number} {what}" for what, number in made.counted.items() if number)
    say.print(f"{output}: {told}", markup=False, highlight=False, soft_wrap=True)
