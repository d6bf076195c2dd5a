import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest

from mastro import doctor
from mastro.database import migrations
from mastro.resources.tables import metadata
from mastro.settings import Settings


def found(settings: Settings) -> dict[str, str]:
    """State of each check by name."""
    return {check.name: check.state for check in doctor.run(settings)}


@pytest.fixture
def installed(tmp_path: Path) -> Settings:
    """A migrated installation with its key."""
    settings = Settings(data_dir=tmp_path)
    migrations.upgrade(settings.database, metadata)
    assert settings.key
    return settings


def test_a_healthy_installation_is_fine(installed: Settings) -> None:
    assert set(found(installed).values()) == {"ok"}


def test_a_place_where_nothing_is_yet_is_no_fault(tmp_path: Path) -> None:
    states = found(Settings(data_dir=tmp_path / "new"))
    assert "broken" not in states.values()
    assert states["database"] == "warning"
    assert not (tmp_path / "new").exists()


def test_a_key_that_others_can_read_is_broken(installed: Settings) -> None:
    (installed.data_dir / "secret.key").chmod(0o644)
    assert found(installed)["secret key"] == "broken"


@pytest.mark.parametrize(("key", "state"), [("short", "warning"), ("x" * 48, "ok")])
def test_a_short_key_deserves_a_look(tmp_path: Path, key: str, state: str) -> None:
    assert found(Settings(data_dir=tmp_path, secret_key=key))["secret key"] == state


def test_a_database_without_this_versions_schema_is_broken(installed: Settings) -> None:
    import sqlite3

    with sqlite3.connect(installed.data_dir / "mastro.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    assert found(installed)["schema"] == "broken"


def test_a_database_out_of_reach_is_broken(tmp_path: Path) -> None:
    states = found(Settings(data_dir=tmp_path, database_url="postgresql://nobody@127.0.0.1:1/none"))
    assert (states["database"], states["schema"]) == ("broken", "broken")


def test_a_file_that_is_no_database_is_broken(tmp_path: Path) -> None:
    (tmp_path / "mastro.db").write_bytes(b"not a database" * 100)
    assert found(Settings(data_dir=tmp_path))["database"] == "broken"


@pytest.mark.parametrize(
    ("host", "base_url", "state"),
    [
        ("127.0.0.1", "", "ok"),
        ("localhost", "", "ok"),
        ("0.0.0.0", "", "warning"),
        ("0.0.0.0", "https://fatture.example", "ok"),
        ("0.0.0.0", "http://fatture.example", "warning"),
        ("127.0.0.1", "fatture.example", "broken"),
    ],
)
def test_a_public_server_needs_to_know_its_address(tmp_path: Path, host: str, base_url: str, state: str) -> None:
    assert found(Settings(data_dir=tmp_path, host=host, base_url=base_url))["address"] == state


def test_a_clock_in_the_past_is_broken(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, clock=lambda: dt.datetime(1980, 1, 1, tzinfo=dt.UTC))
    assert found(settings)["clock"] == "broken"


def test_the_command_says_what_is_broken_and_fails(installed: Settings) -> None:
    (installed.data_dir / "secret.key").chmod(0o644)
    run = subprocess.run(
        [sys.executable, "-c", "from mastro.cli import main; main()", "doctor", "--data", str(installed.data_dir)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1, run.stderr
    assert "chmod 600" in " ".join(run.stderr.split())
