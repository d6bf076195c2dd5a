"""Write a new migration from what the models have and the last migration does not: `make migration m="add …"`."""

import subprocess
import sys
import tempfile
from pathlib import Path

from mastro.database import migrations
from mastro.resources.tables import metadata

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'empty.db'}"
        migrations.upgrade(url, metadata)
        migrations.revision(url, metadata, sys.argv[1])
    versions = str(Path(migrations.__file__).parent / "versions")
    for tool in ("format", "--quiet"), ("check", "--fix", "--quiet"):
        subprocess.run(("ruff", *tool, versions), check=True)  # noqa: S603, S607  (no input from outside)
