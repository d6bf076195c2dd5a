"""Programs that nobody here wrote, installed at test time from lock files into folders of their own.

They need not agree with our own lock file. Where one cannot be installed, its tests are skipped and say why.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from uv import find_uv_bin


def folder_of(name: str, lock: Path, make: Callable[[Path], None]) -> Path:
    """Folder of what a lock file installs, by its content; one worker makes it, the others wait."""
    folder = Path(sys.prefix) / "clients" / f"{name}-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            (folder / "done").touch()
    return folder


def run(command: list[str], folder: Path) -> None:
    """Run an installer in its folder; a failure removes what it left and skips the test."""
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=180)
    except (OSError, subprocess.SubprocessError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        said = str(getattr(error, "stderr", "") or error).strip().splitlines()
        pytest.skip(f"{Path(command[0]).name} cannot install it here: {said[0] if said else error}")


def python_environment(name: str, lock: Path) -> Path:
    """An environment of Python packages; its programs are in `bin`."""

    def make(folder: Path) -> None:
        uv, python = find_uv_bin(), str(folder / "bin" / "python")
        run([uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(folder)], folder)
        run([uv, "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", str(lock)], folder)

    return folder_of(name, lock, make)


def node_modules(name: str, source: Path) -> Path:
    """A folder whose `node_modules` holds what the `package-lock.json` in `source` names."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("Node and npm are not installed")

    def make(folder: Path) -> None:
        for file in ("package.json", "package-lock.json"):
            shutil.copy(source / file, folder)
        run([npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--omit=dev"], folder)

    return folder_of(name, source / "package-lock.json", make)
