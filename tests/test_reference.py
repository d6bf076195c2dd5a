"""The generated pages are the ones that the code makes, and what they claim holds."""

import ast
import json
import sys
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

import vendor_openapi as vendor

ROOT = Path(__file__).parents[1]


def _generator() -> ModuleType:
    found = spec_from_file_location("reference_pages", ROOT / "scripts" / "reference.py")
    assert found
    assert found.loader
    module = module_from_spec(found)
    sys.modules[found.name] = module
    found.loader.exec_module(module)
    return module


reference = _generator()


@pytest.mark.parametrize("file", reference.pages(), ids=lambda file: file.name)
def test_a_generated_page_is_up_to_date(file: Path) -> None:
    assert file.read_text(encoding="utf-8") == reference.pages()[file], "run `make docs`"


def _heard() -> dict[str, list[str]]:
    heard: dict[str, list[str]] = json.loads((reference.FOLDER / "coverage.json").read_text(encoding="utf-8"))
    return heard


def test_every_operation_of_the_vendor_is_answered_to_the_vendors_own_client() -> None:
    by_client = {
        reference.snake(operation)
        for operation, tests in _heard().items()
        if any(test.startswith("tests/sdk/") for test in tests)
    }
    assert len(reference.vendors_operations()) == 123
    assert reference.vendors_operations() - by_client == set()


def test_the_vendors_client_and_the_vendors_description_name_the_same_operations() -> None:
    described = {reference.snake(each["operationId"]) for _, _, each in vendor.operations(vendor.document())}
    assert described == reference.vendors_operations()


@cache
def _functions(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_test_that_the_coverage_page_names_is_there() -> None:
    for test in {test for tests in _heard().values() for test in tests}:
        file, _, name = test.partition("::")
        assert (ROOT / file).exists(), test
        assert name in _functions(file), f"{test} is gone: run all tests with --coverage-page, then `make docs`"


def test_every_setting_says_what_it_means() -> None:
    page = reference.settings()
    assert [line for line in page.splitlines() if line.startswith("| `MASTRO_") and line.endswith("|  |")] == []
