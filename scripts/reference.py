"""Write the generated pages of `docs/reference/`: `make docs`. A test compares them with what is committed.

`coverage.json` is written by a run of all tests with `--coverage-page`; the page is made from it and from the
operations, the settings page from the source of `Settings`.
"""

import ast
import inspect
import json
import sys
from collections.abc import Iterator
from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from typing import Any

from mastro import settings as settings_module
from mastro.api.operation import Operation
from mastro.resources.operations import OPERATIONS
from mastro.settings import Settings

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "reference"

Heard = dict[str, list[str]]
"""Tests by the id of the operation that answered them with success, the first of each file."""


def vendors_operations() -> frozenset[str]:
    """The ids of the vendor's operations, as its own Python client has them: in snake case."""
    import fattureincloud_python_sdk as vendor  # noqa: PLC0415  (only developers have it)

    names = {
        method
        for name, api in inspect.getmembers(vendor, inspect.isclass)
        if name.endswith("Api")
        for method in vars(api)
        if not method.startswith("_")
    }
    return frozenset(name for name in names if not name.endswith(("_with_http_info", "_without_preload_content")))


def snake(id: str) -> str:
    """An operation id as the client names its method: `listF24` → `list_f24`."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in id).lstrip("_")


def coverage(heard: Heard) -> str:
    """The page that shows for each operation of the vendor which function answers and which test calls it."""
    vendors = vendors_operations()
    theirs = [operation for operation in OPERATIONS if snake(operation.id) in vendors]
    tested = [operation for operation in theirs if heard.get(operation.id)]
    lines = [
        "# Coverage of the vendor's API",
        "",
        "Made by `make docs`; do not edit.",
        "",
        f"The vendor's API has {len(vendors)} operations. Mastro answers **{len(theirs)} of {len(vendors)}**;",
        f"tests call **{len(tested)}** of them with success, and hold each such answer against the vendor's schema.",
        "*SDK* is a test with the vendor's own Python client, which checks every field of the answer; *API* is another",
        "test that calls it. Most have more than one: `docs/reference/coverage.json` has the first of each file.",
        "",
    ]
    tags = dict.fromkeys(operation.tag for operation in theirs)
    for tag in tags:
        lines += [f"## {tag}", "", "| operation | address | function | SDK | API |", "|---|---|---|---|---|"]
        lines += [_row(operation, heard.get(operation.id, [])) for operation in theirs if operation.tag == tag]
        lines.append("")
    ours = [operation for operation in OPERATIONS if snake(operation.id) not in vendors]
    lines += ["## Beyond the vendor's", "", "| operation | address | function | SDK | API |", "|---|---|---|---|---|"]
    lines += [_row(operation, heard.get(operation.id, [])) for operation in ours]
    return "\n".join(lines) + "\n"


def _row(operation: Operation, tests: list[str]) -> str:
    sdk = next((test for test in tests if test.startswith("tests/sdk/")), "")
    stem = (_declared_in(operation) or "").rpartition("/")[2].removesuffix(".py")
    others = [test for test in tests if not test.startswith(("tests/sdk/", "tests/contract/"))]
    api = next((test for test in others if stem and stem in test), others[0] if others else "")
    address = f"`{operation.method} {operation.path}`"
    return f"| {operation.id} | {address} | {_function(operation)} | {_test(sdk)} | {_test(api)} |"


def _declared_in(operation: Operation) -> str | None:
    """The module of the resource that an operation belongs to, below `resources/`."""
    for name, module in sorted(sys.modules.items()):
        if name.startswith("mastro.resources.") and name != "mastro.resources.operations":
            declared = vars(module).get("OPERATIONS", ())
            if any(each is operation for each in declared):
                return name.removeprefix("mastro.resources.").replace(".", "/") + ".py"
    return None


def _function(operation: Operation) -> str:
    """The function that answers, by file and name: a line number would change with every edit above it."""
    function: Any = inspect.unwrap(operation.handler)
    code = getattr(function, "__func__", function)
    source = Path(inspect.getsourcefile(code) or "").relative_to(ROOT)
    shown = f"[`{code.__qualname__.replace('.<locals>.', ' → ')}`](../../{source.as_posix()})"
    declared = _declared_in(operation)
    if declared and not source.as_posix().endswith(declared):
        shown += f" of [`{declared}`](../../src/mastro/resources/{declared})"
    return shown


def _test(test: str) -> str:
    if not test:
        return ""
    file, _, name = test.partition("::")
    return f"[{name.removeprefix('test_').replace('_', ' ')}](../../{file})"


def settings() -> str:
    """The page of the settings, from the fields of `Settings` and the docstrings below them."""
    said = dict(_docstrings())
    lines = [
        "# Settings",
        "",
        "Made by `make docs` from `src/mastro/settings.py`; do not edit.",
        "",
        "Each setting is an environment variable; a secret can come from a file:",
        "`MASTRO_SECRET_KEY_FILE=/run/secrets/key`.",
        "The options of the command line win over the environment.",
        "",
        "| variable | default | meaning |",
        "|---|---|---|",
    ]
    lines += [
        f"| `MASTRO_{setting.name.upper()}` | {_default(setting.default)} | {said.get(setting.name, '')} |"
        for setting in fields(Settings)
        if setting.name != "clock"
    ]
    return "\n".join(lines) + "\n"


def _default(value: object) -> str:
    if isinstance(value, int) and value >= 1024 * 1024 and value % (1024 * 1024) == 0:
        return f"`{value}` ({value // (1024 * 1024)} MiB)"
    return f"`{value}`" if str(value) else ""


def _docstrings() -> Iterator[tuple[str, str]]:
    """(field, what stands below it), on one line."""
    tree = ast.parse(inspect.getsource(settings_module))
    body = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == Settings.__name__).body
    for field, below in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            words = below.value.value if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) else ""
            yield field.target.id, " ".join(str(words).split()).replace("|", "\\|")


def pages() -> dict[Path, str]:
    """Every generated page by its file."""
    heard = json.loads((FOLDER / "coverage.json").read_text(encoding="utf-8"))
    return {FOLDER / "coverage.md": coverage(heard), FOLDER / "settings.md": settings()}


if __name__ == "__main__":
    for file, text in pages().items():
        file.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{file.relative_to(ROOT)}\n")
