"""Electronic invoices brought in from a folder: what is made, what is told, and how it is taken back."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from test_cli import EMAIL, Shell
from test_cli_fatturapa import good, zipped

SELLER = "02345678904"
CUSTOMER = "01234567897"

__all__ = ["good"]  # the fixture


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """The command line on an installation with the company of the files (id 1)."""
    shell = Shell(tmp_path / "data")
    shell.out("migrate")
    shell.out("user", "create", "--email", EMAIL, "--name", "Anna Rossi", "--password-stdin", send="correct horse\n")
    shell.out("company", "create", "--owner", EMAIL, "--name", "Officine Perugine S.r.l.", "--vat-number", SELLER)
    return shell


def bring(shell: Shell, *words: str) -> tuple[subprocess.CompletedProcess[str], list[dict[str, Any]]]:
    done = shell.run("import-xml", "--company", "1", *words)
    return done, [json.loads(line) for line in done.stdout.splitlines()]


def numbered(good: bytes, number: int) -> bytes:
    return good.replace(b"<Numero>12/A</Numero>", b"<Numero>%d/A</Numero>" % number)


def test_a_folder_becomes_documents_and_what_does_not_is_told_with_its_reason(
    shell: Shell, tmp_path: Path, good: bytes
) -> None:
    folder = tmp_path / "in"
    (folder / "old").mkdir(parents=True)
    for number in range(1, 6):
        (folder / f"{number}.xml").write_bytes(numbered(good, number))
    (folder / "old" / "1.xml").write_bytes(numbered(good, 1))
    (folder / "old" / "more.zip").write_bytes(zipped(a__xml=numbered(good, 6), b__xml=b"<html/>"))
    preview, _ = bring(shell, "--dry-run", str(folder))
    assert "would be made" in preview.stderr
    done, told = bring(shell, str(folder))
    assert done.returncode == 1
    assert "6 made, 1 there already, 1 refused" in done.stderr
    assert [(line["file"], line["status"], line["code"]) for line in told] == [
        (str(folder / "old" / "1.xml"), "duplicate", "DUPLICATE"),
        (f"{folder / 'old' / 'more.zip'}:b.xml", "refused", "UNREADABLE"),
    ]
    assert all(line["reason"] for line in told)
    undone = shell.run("import-xml", "--company", "1", "--undo", "1", "--undo", "2")
    assert (undone.returncode, "6 documents taken back" in undone.stderr) == (0, True), undone.stderr
    again, told = bring(shell, str(folder / "1.xml"))
    assert (again.returncode, told) == (0, [])


@pytest.mark.parametrize("side", ["issued", "received"])
def test_a_dry_run_tells_what_lies_loose_and_in_an_archive_as_the_run_does(
    shell: Shell, tmp_path: Path, good: bytes, side: str
) -> None:
    if side == "received":
        shell.out("company", "create", "--owner", EMAIL, "--name", "Bianchi S.p.A.", "--vat-number", CUSTOMER)
    folder = tmp_path / "in"
    (folder / "old").mkdir(parents=True)
    (folder / "1.xml").write_bytes(numbered(good, 1))
    (folder / "2.xml").write_bytes(numbered(good, 2))
    (folder / "old" / "1.xml").write_bytes(numbered(good, 1))
    (folder / "old" / "more.zip").write_bytes(zipped(a__xml=numbered(good, 1), b__xml=numbered(good, 3)))
    words = ("--company", "1" if side == "issued" else "2", "--side", side)
    runs = [shell.run("import-xml", *words, *more, str(folder)) for more in (("--dry-run",), ())]
    told = [[json.loads(line) for line in run.stdout.splitlines()] for run in runs]
    where = [[(line["file"], line["status"], line["code"]) for line in lines] for lines in told]
    assert (
        where[0]
        == where[1]
        == [
            (str(folder / "old" / "1.xml"), "duplicate", "DUPLICATE"),
            (f"{folder / 'old' / 'more.zip'}:a.xml", "duplicate", "DUPLICATE"),
        ]
    )
    assert all(line["id"] is None and line["reason"] for line in told[0])
    assert "3 would be made, 2 there already" in runs[0].stderr
    assert "3 made, 2 there already" in runs[1].stderr


def test_a_company_that_is_not_there_is_said_in_one_line(shell: Shell, tmp_path: Path, good: bytes) -> None:
    (tmp_path / "1.xml").write_bytes(good)
    done = shell.run("import-xml", "--company", "9", str(tmp_path / "1.xml"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no company 9" in done.stderr


def test_nothing_to_do_is_said(shell: Shell) -> None:
    done = shell.run("import-xml", "--company", "1")
    assert done.returncode == 2
    assert "name files or folders" in done.stderr
