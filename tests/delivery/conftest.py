"""A real S3 server on this machine: see `installed`."""

import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

import installed

LOCK = Path(__file__).parent / "s3" / "s3.lock"


@pytest.fixture(scope="session")
def s3_program() -> Path:
    """The installed `moto_server`: it needs older packages than our own lock file has."""
    return installed.python_environment("s3", LOCK) / "bin" / "moto_server"


@pytest.fixture(scope="session")
def s3_server(s3_program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an S3 server of this worker, with the bucket `files`."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    log = tmp_path_factory.mktemp("s3") / "log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [s3_program, "-H", "127.0.0.1", "-p", str(port)],
            cwd=log.parent,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(server, address, log)
        httpx2.put(f"{address}/files", timeout=30, trust_env=False).raise_for_status()
        yield address
    finally:
        server.kill()  # it keeps everything in memory: nothing is lost
        server.wait()


def _wait(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    """Return when the server answers; fail with what it said if it ended or took too long."""
    deadline = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < deadline:
        try:
            httpx2.get(address, timeout=5, trust_env=False)
        except httpx2.TransportError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"the S3 server did not start:\n{log.read_text(errors='replace')[-2000:]}")
