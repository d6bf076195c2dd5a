"""Commands on files of electronic invoices: check them as the SdI would, show one to people. No database is needed."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from mastro import fatturapa
from mastro.cli.voice import Failure
from mastro.fatturapa import Finding, UnreadableError
from mastro.fatturapa.archives import LARGEST_SUM
from mastro.fatturapa.show import show as as_text
from mastro.settings import rome_now

EXTENSIONS = (".xml", ".p7m", ".zip")
"""Files of a folder that are taken for invoices, in small letters."""

NOT_A_FILE = "FILE"
"""Code of what the SdI has none for: the file could not be opened at all."""

WRONG_NAME = "00001"

LanguageOption = Annotated[Literal["en", "it"], Parameter(help="Language of the messages")]
Sending = Annotated[
    bool,
    Parameter(help="As if sent today: also the file's name, its dates and the signing certificate", negative=""),
]


class Unopened(Exception):
    """A file cannot be opened, or is larger than any that is sent."""


def check(
    files: Annotated[list[Path], Parameter(help="Files (xml, p7m, zip), and folders to look through for them")],
    *,
    sending: Sending = False,
    language: LanguageOption = "en",
) -> None:
    """Check electronic invoices: one JSON line per file, exit status 0 where all are valid and 1 where not.

    A line is {"file", "format", "valid", "errors": [{"code", "path", "message"}]}; warnings do not make a file invalid
    and are left to `mastro fatturapa show`. `format` is null where no invoice can be read. Files are read one at a
    time.
    """
    if not files:
        raise Failure("name at least one file or folder")
    valid = True
    for path in walk(files):
        line = _verdict(path, language, sending=sending)
        valid = valid and bool(line["valid"])
        sys.stdout.write(json.dumps(line) + "\n")  # in ASCII: names of files are bytes of any kind
    sys.stdout.flush()
    sys.exit(0 if valid else 1)


def walk(paths: list[Path]) -> Iterator[Path]:
    """The files that are named, and those of the folders that are, by name; links to folders are not followed."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for folder, folders, names in os.walk(path):
            folders.sort()
            yield from (Path(folder, name) for name in sorted(names) if name.lower().endswith(EXTENSIONS))


def _verdict(path: Path, language: Literal["en", "it"], *, sending: bool) -> dict[str, object]:
    """What is printed of a file. One that cannot be opened is not valid, and does not keep the others waiting."""
    try:
        data = content_of(path)
    except Unopened as error:
        problem = {"code": NOT_A_FILE, "path": "", "message": str(error)}
        return {"file": str(path), "format": None, "valid": False, "errors": [problem]}
    errors = [found for found in _findings(path, data, sending=sending) if found.severity == "error"]
    return {
        "file": str(path),
        "format": _format(data),
        "valid": not errors,
        "errors": [
            {
                "code": found.code,
                "path": found.path,
                "message": found.message_it if language == "it" else found.message_en,
            }
            for found in errors
        ],
    }


def content_of(path: Path) -> bytes:
    """Raises Unopened with the reason."""
    try:
        if not path.is_file():  # a pipe or a device would be waited for
            raise Unopened("There is no such file." if not path.exists() else "This is not a file.")
        with path.open("rb") as file:
            data = file.read(LARGEST_SUM + 1)
    except (OSError, ValueError) as error:
        raise Unopened(getattr(error, "strerror", None) or str(error)) from error
    if len(data) > LARGEST_SUM:
        raise Unopened(f"The file has more than {LARGEST_SUM} bytes.")
    return data


def _findings(path: Path, data: bytes, *, sending: bool) -> list[Finding]:
    if sending:
        return fatturapa.check_file(data, path.name, now=rome_now())
    # a file that only lies in a folder, or came from a supplier, may have any name; in an archive too
    return [found for found in fatturapa.check_file(data) if found.code != WRONG_NAME]


def _format(data: bytes) -> str | None:
    """FPR12, FPA12, FSM10; of an archive all that are in it, with commas between; None where there is no invoice."""
    try:
        return ",".join(sorted({invoice.format for invoice in fatturapa.read_all(data)} - {""})) or None
    except UnreadableError:
        return None


def show(
    file: Annotated[Path, Parameter(help="A file: xml, p7m, zip")],
    *,
    sending: Sending = False,
    language: LanguageOption = "en",
) -> None:
    """Print an electronic invoice as people read it, with everything that the SdI would find in it."""
    try:
        data = content_of(file)
        invoices = fatturapa.read_all(data)
    except (Unopened, UnreadableError) as error:
        raise Failure(f"{file}: {error}") from error
    findings = _findings(file, data, sending=sending)
    for number, invoice in enumerate(invoices, 1):
        # what was found in an archive names the member, and stands once, below the last
        sys.stdout.write(as_text(invoice, findings if number == len(invoices) else None, language))
        if number < len(invoices):
            sys.stdout.write("\n")
    sys.stdout.flush()
