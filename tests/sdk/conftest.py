"""Clients that nobody here wrote: see `installed`."""

import shutil
from pathlib import Path

import pytest

import installed

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def clients() -> Path:
    """The Python of an environment with `mayai-fatture-cli` and `fattureincloud-mcp`."""
    return installed.python_environment("python", HERE / "clients" / "clients.lock") / "bin" / "python"


@pytest.fixture(scope="session")
def typescript() -> Path:
    """A folder with the TypeScript SDK in its `node_modules`."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("Node and npm are not installed")
    source = HERE / "typescript"

    def make(folder: Path) -> None:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(source / name, folder)
        installed.run([npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--omit=dev"], folder)

    return installed.folder_of("typescript", source / "package-lock.json", make)
