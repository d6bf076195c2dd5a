"""Clients that nobody here wrote, installed at test time from lock files into folders of their own beside the packages.

They need not agree with our own lock file. Where one cannot be installed, its tests are skipped and say why.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from uv import find_uv_bin

HERE = Path(__file__).parent


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One worker makes the folder, the others wait for it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _made(name: str, source: Path) -> Path:
    """Folder of what this lock file installs; another lock file is another folder."""
    return Path(sys.prefix) / "clients" / f"{name}-{hashlib.sha256(source.read_bytes()).hexdigest()[:12]}"


def _run(command: list[str], folder: Path) -> None:
    """Run an installer; a failure removes what it left and skips the test."""
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=180)
    except (OSError, subprocess.SubprocessError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        said = str(getattr(error, "stderr", "") or error).strip().splitlines()
        pytest.skip(f"{Path(command[0]).name} cannot install it here: {said[0] if said else error}")


@pytest.fixture(scope="session")
def clients() -> Path:
    """The Python of an environment with `mayai-fatture-cli` and `fattureincloud-mcp`."""
    lock = HERE / "clients" / "clients.lock"
    folder = _made("python", lock)
    python = folder / "bin" / "python"
    with _alone(folder):
        if not (folder / "done").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            _run(
                [find_uv_bin(), "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(folder)], folder
            )
            install = ["pip", "install", "--quiet", "--python", str(python), "--require-hashes", "-r", str(lock)]
            _run([find_uv_bin(), *install], folder)
            (folder / "done").touch()
    return python


@pytest.fixture(scope="session")
def typescript() -> Path:
    """A folder with the TypeScript SDK in its `node_modules`."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("Node and npm are not installed")
    source = HERE / "typescript"
    folder = _made("typescript", source / "package-lock.json")
    with _alone(folder):
        if not (folder / "done").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            for name in ("package.json", "package-lock.json"):
                shutil.copy(source / name, folder)
            _run([npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--omit=dev"], folder)
            (folder / "done").touch()
    return folder
