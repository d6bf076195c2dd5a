"""What the log says, and what it never says."""

import json

import pytest
import structlog

from mastro import logs


def test_a_traceback_shows_no_local_variables(capsys: pytest.CaptureFixture[str]) -> None:
    before = structlog.get_config()
    try:
        logs.configure()
        authorization = "Bearer a/very-secret"
        try:
            raise ValueError(len(authorization))  # noqa: TRY301  (the point is a frame that holds a secret)
        except ValueError:
            structlog.get_logger().exception("unexpected error", path="/c/1")
    finally:
        structlog.configure(**before)
    line = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert line["event"] == "unexpected error"
    assert line["path"] == "/c/1"
    assert line["exception"][0]["exc_type"] == "ValueError"
    assert "very-secret" not in json.dumps(line)
