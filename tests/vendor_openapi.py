"""The vendor's OpenAPI, read from beside the checkout: the oracle of the contract tests, and no part of the project."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

FILE = Path(__file__).parents[2] / "shared" / "reference" / "openapi.yaml"

VERBS = ("get", "post", "put", "delete")


@cache
def document() -> dict[str, Any]:
    """The whole description; skips the test where it is not there."""
    if not FILE.exists():
        pytest.skip(f"the vendor's openapi.yaml is not beside the checkout ({FILE.parent})")
    loaded: dict[str, Any] = yaml.load(
        FILE.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    )
    return loaded


def resolve(node: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """Follow references until there is none."""
    while "$ref" in node:
        target: Any = root
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def operations(root: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(verb, path, operation) of a description, parameters of the path put into its operations."""
    for path, item in root["paths"].items():
        for verb in VERBS:
            if verb in item:
                shared = item.get("parameters", [])
                yield verb, path, {**item[verb], "parameters": [*shared, *item[verb].get("parameters", [])]}


def keys(schema: dict[str, Any], root: dict[str, Any], prefix: str = "", depth: int = 0) -> set[str]:
    """Dotted paths of all properties of a schema; the items of a list and the values of a map count as their own."""
    found: set[str] = set()
    schema = resolve(schema, root)
    if depth > 12:
        return found
    for part in (*schema.get("allOf", ()), *schema.get("anyOf", ()), *schema.get("oneOf", ())):
        found |= keys(part, root, prefix, depth)
    if isinstance(schema.get("items"), dict):
        found |= keys(schema["items"], root, prefix, depth + 1)
    for name, inner in schema.get("properties", {}).items():
        found.add(f"{prefix}{name}")
        found |= keys(inner, root, f"{prefix}{name}.", depth + 1)
    return found


def success(operation: dict[str, Any], root: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """Media type and schema of the answer with status 200, None where it has no body."""
    answer = resolve(operation["responses"]["200"], root)
    for media, content in answer.get("content", {}).items():
        return media, content.get("schema", {})
    return None
