"""Clients that nobody here wrote: see `installed`."""

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
    return installed.node_modules("typescript", HERE / "typescript")
