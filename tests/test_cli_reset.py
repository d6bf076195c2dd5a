"""`mastro user reset`: a way back in."""

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

from mastro.api.call import Installation
from mastro.database import migrations
from mastro.database.connection import connect
from mastro.oauth import second_factor, sessions, totp
from mastro.resources.tables import metadata
from mastro.settings import Settings

EMAIL = "anna@example.com"


def run(folder: Path, *words: str, send: str = "") -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MASTRO_")}
    return subprocess.run(
        [sys.executable, "-m", "mastro", "user", *words, "--email", EMAIL, "--data", str(folder)],
        input=send,
        capture_output=True,
        text=True,
        env=clean,
        timeout=60,
        check=False,
    )


def test_who_lost_password_and_second_factor_is_let_in_again(tmp_path: Path) -> None:
    migrations.upgrade(f"sqlite:///{tmp_path / 'mastro.db'}", metadata)
    assert "there is no user" in run(tmp_path, "reset").stderr
    id = int(run(tmp_path, "create", "--name", "Anna", "--password-stdin", send="correct horse\n").stdout)
    settings = Settings(data_dir=tmp_path)
    installation = Installation(settings, connect(settings.database))
    now = settings.clock()
    with installation.database.write() as session:
        secret = second_factor.enrol(installation, session, id).secret
        assert second_factor.confirm(installation, session, id, totp.code(secret, int(now.timestamp()) // 30), now)
        key = sessions.begin(session, id, now)

    def enter(password: str) -> sessions.Entry | None:
        return sessions.sign_in(installation, email=EMAIL, password=password, client="")

    entered = enter("correct horse")
    assert entered
    assert entered.waiting

    assert run(tmp_path, "reset", "--keep-password").returncode == 0
    entered = enter("correct horse")
    assert entered
    assert not entered.waiting
    with installation.database.read() as session:
        assert sessions.signed_in(session, key, now + dt.timedelta(seconds=1)) is None

    done = run(tmp_path, "reset")
    made = done.stderr.partition("password: ")[2].split()[0]
    assert done.stdout.strip() == str(id)
    assert enter("correct horse") is None
    assert enter(made)
    installation.database.close()
