"""The shape of the code: small files, small functions, a tree that the architecture page knows, nothing unfinished."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "mastro"
MODULES = sorted(path for path in SOURCE.rglob("*.py") if path.parent.name != "versions")  # migrations are generated

LONGEST_FILE = 420
LONGEST_FUNCTION = 50

LONG_FILES: dict[str, str] = {}
"""Files over the limit, each with its reason."""

LONG_FUNCTIONS: dict[str, str] = {}
"""Functions over the limit, each with its reason."""


def _name(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def test_files_are_short_or_have_a_reason_to_be_long() -> None:
    long = {_name(path) for path in MODULES if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST_FILE}
    assert long == set(LONG_FILES)


def test_functions_are_short_or_have_a_reason_to_be_long() -> None:
    long = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                if body and (node.end_lineno or 0) - body[0].lineno + 1 > LONGEST_FUNCTION:
                    long.add(f"{_name(path)}:{node.name}")
    assert long == set(LONG_FUNCTIONS)


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_begins_by_saying_what_it_is(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring
    assert len(docstring) > 10


def test_no_unfinished_business() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError)\b")
    allowed = {"database/connection.py"}  # the abstract database
    found = [
        _name(path) for path in MODULES if marks.search(path.read_text(encoding="utf-8")) and _name(path) not in allowed
    ]
    assert found == []


def test_the_architecture_page_knows_every_package() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    packages = {path.parent for path in SOURCE.rglob("__init__.py")} - {SOURCE}
    missing = [_name(path) + "/" for path in sorted(packages) if f"{path.name}/" not in page]
    assert missing == []


def test_the_architecture_page_names_no_package_that_is_gone() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    tree = page.split("```")[1]
    for name in re.findall(r"^ {2,}(\w+)/", tree, flags=re.MULTILINE):
        assert list(SOURCE.rglob(f"{name}/")), name
