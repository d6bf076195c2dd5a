"""The archive package from the command line: made for a period, and checked."""

import zipfile
from pathlib import Path

import pytest

from test_cli import EMAIL, Shell
from test_cli_fatturapa import good
from test_cli_import_xml import SELLER

__all__ = ["good"]  # the fixture


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory, good: bytes) -> Shell:
    """An installation with one invoice in its books."""
    folder = tmp_path_factory.mktemp("archive")
    shell = Shell(folder / "data")
    shell.out("migrate")
    shell.out("user", "create", "--email", EMAIL, "--name", "Anna Rossi", "--password-stdin", send="correct horse\n")
    shell.out("company", "create", "--owner", EMAIL, "--name", "Officine Perugine S.r.l.", "--vat-number", SELLER)
    (folder / "1.xml").write_bytes(good)
    shell.out("import-xml", "--company", "1", str(folder / "1.xml"))
    return shell


def test_a_package_is_written_checked_and_found_out(shell: Shell, tmp_path: Path) -> None:
    first, second = tmp_path / "a.zip", tmp_path / "b.zip"
    for path in (first, second):
        made = shell.run("archive-package", "1", "--from", "2000-01-01", "--to", "2030-12-31", "-o", str(path))
        assert (made.returncode, "1 issued" in made.stderr) == (0, True), made.stderr
    assert first.read_bytes() == second.read_bytes()
    assert shell.run("archive-package", "--verify", str(first)).returncode == 0
    with zipfile.ZipFile(first, "a") as archive:
        comment = archive.comment
        archive.writestr("issued/another.xml", b"<a/>")
        archive.comment = comment
    found = shell.run("archive-package", "--verify", str(first))
    assert (found.returncode, found.stdout) == (1, "issued/another.xml is not in the manifest\n")


def test_what_cannot_be_packed_is_said(shell: Shell, tmp_path: Path) -> None:
    path = str(tmp_path / "a.zip")
    for words, told in (
        (("1", "-o", path), "--from"),
        (("1", "--from", "2026-02-01", "--to", "2026-01-01", "-o", path), "--to is a day after"),
        (("9", "--from", "2026-01-01", "--to", "2026-01-31", "-o", path), "no company 9"),
        ((), "name a company"),
    ):
        done = shell.run("archive-package", *words)
        assert (done.returncode, told in done.stderr) == (2, True), done.stderr
    assert not Path(path).exists()
