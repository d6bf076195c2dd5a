"""Building Mastro: what the pages load in a browser is inside, and Node is needed by nobody who installs it."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from uv import find_uv_bin

ROOT = Path(__file__).parents[1]
SOURCES = (
    "LICENSE",
    "README.md",
    "hatch_build.py",
    "package-lock.json",
    "package.json",
    "pyproject.toml",
    "src/mastro",
)
VENDOR = "mastro/web/static/vendor"
LOCKS = [ROOT / "package-lock.json", *sorted((ROOT / "tests").rglob("package-lock.json"))]
NEEDED = {"htmx.min.js", "htmx.LICENSE.txt", "source-sans-3-latin.woff2", "source-sans-3.LICENSE.txt"}

NO_REGISTRY = {"npm_config_registry": "http://127.0.0.1:9", "npm_config_fetch_retries": "0"}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh checkout, as far as a build looks at it: without the libraries."""
    folder = tmp_path_factory.mktemp("source")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "vendor"))
        else:
            shutil.copy(ROOT / name, folder / name)
    return folder


def build(kind: str, source: Path, out: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [find_uv_bin(), "build", f"--{kind}", "--python", sys.executable, "-o", str(out), str(source)]
    return subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, timeout=200, check=False
    )


def vendored(wheel: Path) -> set[str]:
    with zipfile.ZipFile(next(wheel.glob("*.whl"))) as archive:
        return {Path(name).name for name in archive.namelist() if name.startswith(VENDOR)}


@pytest.fixture(scope="module")
def unpacked(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A source distribution, unpacked."""
    out = tmp_path_factory.mktemp("sdist")
    made = build("sdist", source, out)
    assert made.returncode == 0, made.stderr
    with tarfile.open(next(out.glob("*.tar.gz"))) as archive:
        archive.extractall(out, filter="data")
    return next(path for path in out.iterdir() if path.is_dir())


def test_a_wheel_is_built_from_the_source_distribution_with_no_npm_and_no_registry_of_it(
    unpacked: Path, tmp_path: Path
) -> None:
    made = build("wheel", unpacked, tmp_path, PATH=str(tmp_path), **NO_REGISTRY)
    assert made.returncode == 0, made.stderr
    assert vendored(tmp_path) >= NEEDED


def test_a_machine_without_node_builds_with_node_from_a_wheel(source: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(source, tmp_path / "source", ignore=shutil.ignore_patterns("vendor"))
    made = build("wheel", copied, tmp_path, PATH=str(tmp_path))
    assert made.returncode == 0, made.stderr
    assert vendored(tmp_path) >= NEEDED


@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
def test_a_build_that_cannot_reach_the_registry_says_so_and_leaves_nothing_half_done(
    source: Path, tmp_path: Path
) -> None:
    copied = shutil.copytree(source, tmp_path / "source", ignore=shutil.ignore_patterns("vendor"))
    made = build("wheel", copied, tmp_path, npm_config_cache=str(tmp_path / "cache"), **NO_REGISTRY)
    assert made.returncode != 0
    assert "cannot be installed from the npm registry" in made.stderr
    assert "npm config list" in made.stderr
    assert not (copied / "src" / VENDOR).exists()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.parent.name)
def test_the_lock_of_the_browsers_libraries_pins_content_and_names_no_host(lock: Path) -> None:
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    installed = {name: package for name, package in packages.items() if name}
    assert installed
    for name, package in installed.items():
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name
