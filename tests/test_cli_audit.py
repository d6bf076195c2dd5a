"""The check of the audit from the command line: what it prints, and its exit status."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from mastro.api.call import Installation
from mastro.database import migrations, seals
from mastro.database.connection import Database, connect
from mastro.database.events import emit
from mastro.database.schema import audit_seals, events
from mastro.jobs.sealing import seal_events
from mastro.resources.tables import metadata
from mastro.settings import ROME, Settings
from support import prepare
from test_cli import Shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """The command line on an installation with a company whose three entries are sealed."""
    shell = Shell(tmp_path / "data")
    settings = Settings(data_dir=shell.folder)
    migrations.upgrade(settings.database, metadata)
    with opened(shell) as connected:
        installation = Installation(settings, connected)
        company, user, _ = prepare(installation)
        with connected.write() as session:
            now = dt.datetime(2026, 3, 2, 9, 30, tzinfo=ROME)
            emit(session, company, "products.create", 1, 2, 3, user_id=user, now=now)
        seal_events(installation, dt.timedelta(0))
    return shell


@contextmanager
def opened(shell: Shell) -> Iterator[Database]:
    """Its database, for whoever can reach it."""
    connected = connect(Settings(data_dir=shell.folder).database)
    yield connected
    connected.close()


def test_a_whole_trail_is_verified_in_silence_on_standard_output(shell: Shell) -> None:
    done = shell.run("audit", "verify")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("company 1: 3 entries in 1 blocks as sealed; last seal ")


def test_each_thing_that_is_wrong_is_a_line_and_the_exit_status_1(shell: Shell) -> None:
    with opened(shell) as database, database.write() as session:
        session.run(update(events).where(events.c.resource_id == 2).values(user_id=9))
    done = shell.run("audit", "verify")
    assert done.returncode == 1
    assert done.stdout.startswith("company 1: entry ")
    assert done.stdout.endswith(" was changed (block 1)\n")
    assert "company 1: 3 entries in 1 blocks NOT as sealed" in done.stderr


def test_a_hash_that_was_kept_must_be_in_the_chain(shell: Shell) -> None:
    with opened(shell) as database, database.read() as session:
        kept = seals.head(session, 1).hash
    assert shell.run("audit", "verify", "--company", "1", "--head", kept).returncode == 0
    with opened(shell) as database, database.write() as session:
        session.run(delete(audit_seals))
    done = shell.run("audit", "verify", "--company", "1", "--head", kept)
    assert (done.returncode, "cut or made anew" in done.stdout) == (1, True)
    assert "3 not sealed yet" in done.stderr


@pytest.mark.parametrize("words", [("--head", "0" * 64), ("--company", "7"), ("--company", "1", "--head", "abc")])
def test_what_cannot_be_asked_is_said_in_one_line(shell: Shell, words: tuple[str, ...]) -> None:
    done = shell.run("audit", "verify", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("mastro: ")
    assert len(done.stderr.splitlines()) == 1
