"""Numbers given by several processes at once: the server as it is started by hand, with workers, on either database."""

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
    command = [Path(sys.executable).with_name("mastro"), "serve", "--port", str(port), "--workers", str(WORKERS)]
    environment = os.environ | {"MASTRO_DATABASE_URL": database_url, "MASTRO_DATA_DIR": str(tmp_path)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as server:
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while True:
            try:
                httpx2.get(f"{address}/user/info")
                break
            except httpx2.TransportError:
                assert time.monotonic() < deadline, "the server did not start"
                time.sleep(0.1)
        yield address
        server.terminate()
        server.wait(timeout=30)


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
