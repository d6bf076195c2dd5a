"""Backup, restore and export from the command line: what they print, and what they refuse."""

import re
import zipfile
from pathlib import Path

import pytest

from mastro.packages import Package
from support import VAT_NUMBER
from test_cli import EMAIL, Shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """The command line on an installation with a user and a company."""
    shell = Shell(tmp_path / "data")
    shell.out("migrate")
    shell.out("user", "create", "--email", EMAIL, "--name", "Anna Rossi", "--password-stdin", send="correct horse\n")
    shell.out("company", "create", "--owner", EMAIL, "--name", "Rossi", "--vat-number", VAT_NUMBER)
    return shell


def test_a_backup_is_made_checked_and_restored_elsewhere(shell: Shell, tmp_path: Path) -> None:
    assert "backup: there is none" in shell.run("doctor").stderr
    path = Path(shell.out("backup").strip())
    assert path.parent == shell.folder / "backups"
    assert "backup: the last one is of" in shell.run("doctor").stderr
    checked = shell.run("restore", str(path), "--verify")
    assert (checked.returncode, checked.stderr.startswith("Whole: the backup of 20")) == (0, True), checked.stderr
    elsewhere = Shell(tmp_path / "elsewhere")
    restored = elsewhere.run("restore", str(path))
    assert (restored.returncode, restored.stderr.startswith("Restored: ")) == (0, True), restored.stderr
    token = elsewhere.out("token", "create", "--email", EMAIL, "--company", "1")
    assert token.startswith("a/")
    assert (elsewhere.folder / "secret.key").read_text() == (shell.folder / "secret.key").read_text()


def test_what_is_there_is_replaced_only_on_request_and_kept_aside(shell: Shell) -> None:
    path = shell.out("backup").strip()
    shell.out("user", "create", "--email", "new@example.com", "--name", "N", "--password-stdin", send="correct horse\n")
    refused = shell.run("restore", path)
    assert (refused.returncode, "--replace" in refused.stderr) == (2, True)
    replaced = shell.run("restore", path, "--replace")
    assert replaced.returncode == 0
    aside = re.search(r"kept in (\S+\.replaced);", replaced.stderr)
    assert aside is not None
    assert Path(aside[1]).exists()
    gone = shell.run("token", "create", "--email", "new@example.com", "--company", "1")
    assert gone.returncode == 2


def test_a_damaged_backup_is_told_in_one_line(shell: Shell, tmp_path: Path) -> None:
    path = Path(shell.out("backup", "--to", str(tmp_path / "b.zip")).strip())
    path.write_bytes(path.read_bytes()[:1000])
    for words in ((str(path), "--verify"), (str(path), "--replace")):
        done = shell.run("restore", *words)
        assert done.returncode == 2
        assert done.stderr.startswith("mastro: the backup is damaged")
        assert len(done.stderr.splitlines()) == 1


def test_a_file_that_is_there_is_not_written_over(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "mine.zip").write_bytes(b"mine")
    assert shell.run("backup", "--to", str(tmp_path / "mine.zip")).returncode == 2
    assert (tmp_path / "mine.zip").read_bytes() == b"mine"
    assert shell.run("restore", str(tmp_path / "none.zip")).returncode == 2


def test_keys_can_be_left_out(shell: Shell) -> None:
    path = shell.out("backup", "--without-keys").strip()
    with zipfile.ZipFile(path) as archive:
        assert not [name for name in archive.namelist() if name.startswith("keys/")]


def test_a_company_is_exported_as_one_package(shell: Shell, tmp_path: Path) -> None:
    done = shell.run("export", "1", "-o", str(tmp_path / "all.zip"))
    assert done.returncode == 0, done.stderr
    assert "payment_methods" in done.stderr
    with Package(tmp_path / "all.zip") as package:
        assert list(package.differences()) == []
        assert package.about["name"] == "Rossi"
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["data"]
    assert shell.run("export", "1", "-o", str(tmp_path / "all.zip")).returncode == 2
    unknown = shell.run("export", "7", "-o", str(tmp_path / "none.zip"))
    assert (unknown.returncode, "there is no company 7" in unknown.stderr) == (2, True)
