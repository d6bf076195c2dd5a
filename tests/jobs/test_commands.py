"""`mastro jobs`: see what waits and what was put aside, and wake it."""

import os
import subprocess
import sys
from typing import Any

from mastro.database import jobs as queue


def _mastro(server: Any, *words: str) -> subprocess.CompletedProcess[str]:
    variables = {"MASTRO_DATABASE_URL": server.settings.database, "MASTRO_DATA_DIR": str(server.settings.data_dir)}
    return subprocess.run(
        [sys.executable, "-m", "mastro", *words],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_job_that_was_put_aside_is_shown_and_woken(server: Any) -> None:
    with server.installation.database.write() as session:
        queue.enqueue(session, server.company_id, "unheard of", {}, now=server.clock())
    server.worker.run_due()
    shown = _mastro(server, "jobs", "list", "--state", "dead")
    assert shown.returncode == 0, shown.stderr
    assert "unheard of" in shown.stdout
    assert "no handler for jobs of kind unheard of" in shown.stdout
    with server.installation.database.read() as session:
        ((id, *_),) = queue.listed(session)
    assert str(id) in _mastro(server, "jobs").stdout
    assert _mastro(server, "jobs", "retry", str(id)).returncode == 0
    with server.installation.database.read() as session:
        assert [row[3] for row in queue.listed(session)] == ["queued"]


def test_a_job_that_is_not_there_cannot_be_woken(server: Any) -> None:
    refused = _mastro(server, "jobs", "retry", "7")
    assert refused.returncode == 2
    assert "there is no job 7" in refused.stderr
