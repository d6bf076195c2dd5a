"""A real S3 server on this machine, installed at test time from a lock file into a folder of its own.

It needs older packages than our own lock file has. Where it cannot be installed, its tests are skipped and say why.
"""

import fcntl
import hashlib
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from uv import find_uv_bin

LOCK = Path(__file__).parent / "s3" / "s3.lock"


def _install(folder: Path) -> None:
    """Make an environment of what the lock file names; a failure leaves nothing and skips the test."""
    shutil.rmtree(folder, ignore_errors=True)
    uv, python = find_uv_bin(), str(folder / "bin" / "python")
    for command in (
        [uv, "venv", "--quiet", "--python", sys.executable, str(folder)],
        [uv, "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", str(LOCK)],
    ):
        try:
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=180)
        except (OSError, subprocess.SubprocessError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            said = str(getattr(error, "stderr", "") or error).strip().splitlines()
            pytest.skip(f"the S3 server cannot be installed here: {said[0] if said else error}")
    (folder / "done").touch()


@pytest.fixture(scope="session")
def s3_program() -> Path:
    """The installed `moto_server`; one worker installs it, the others wait."""
    folder = Path(sys.prefix) / "clients" / f"s3-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            _install(folder)
    return folder / "bin" / "moto_server"


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
