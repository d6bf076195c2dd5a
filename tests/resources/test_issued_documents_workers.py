"""Numbers given by several processes at once, on either database."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from resources.issued_documents import body
from support import MakeToken

WORKERS = 3
WRITERS = 16
EACH = 3


@pytest.fixture
def workers(database_url: str, tmp_path: Path) -> Iterator[str]:
    """Address of a server of several processes on the test's database."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "mastro.app:create_app", "--factory", "--port", str(port)]
    # a busy machine may take longer than the five seconds after which a silent worker is replaced
    command += ["--workers", str(WORKERS), "--timeout-worker-healthcheck", "120", "--log-level", "error"]
    environment = os.environ | {"MASTRO_DATABASE_URL": database_url, "MASTRO_DATA_DIR": str(tmp_path)}
    server = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        _wait_for(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            server.kill()


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + 90
    while True:
        try:
            httpx2.get(f"{address}/user/info", timeout=5)
        except httpx2.TransportError:
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.2)
        else:
            return


@pytest.mark.slow
def test_several_processes_leave_no_gap_and_no_twin(workers: str, company_id: int, make_token: MakeToken) -> None:
    address, headers = f"{workers}/c/{company_id}/issued_documents", {"Authorization": f"Bearer {make_token()}"}

    def write(_: int) -> list[int]:
        with httpx2.Client(timeout=60, headers=headers) as browser:
            answers = [browser.post(address, json={"data": body(date="2026-03-02")}) for _ in range(EACH)]
        assert [answer.status_code for answer in answers] == [200] * EACH, answers[-1].text
        return [answer.json()["data"]["number"] for answer in answers]

    with ThreadPoolExecutor(WRITERS) as pool:
        numbers = sorted(number for given in pool.map(write, range(WRITERS)) for number in given)
    assert numbers == list(range(1, WRITERS * EACH + 1))
    assert httpx2.get(address, headers=headers, params={"per_page": 1}).json()["total"] == WRITERS * EACH
