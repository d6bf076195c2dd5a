"""Our description against the vendor's: every path, operation id, parameter and key of an answer is there."""

import json
from functools import cache
from importlib.metadata import version
from typing import Any

import pytest

import vendor_openapi as vendor
from mastro.api.openapi import describe
from mastro.resources.operations import OPERATIONS
from mastro.web.reference import render

NOT_HERE = {
    "attachment_preview_url": "previews are pictures made by the vendor's own service",
}


@cache
def ours() -> dict[str, Any]:
    made = describe(OPERATIONS, address="http://localhost", version=version("mastro"))
    loaded: dict[str, Any] = json.loads(json.dumps(made))
    return loaded


@cache
def by_id() -> dict[str, tuple[str, str, dict[str, Any]]]:
    return {operation["operationId"]: (verb, path, operation) for verb, path, operation in vendor.operations(ours())}


def cases() -> list[Any]:
    if not vendor.FILE.exists():
        return [pytest.param("", "", {}, marks=pytest.mark.skip(reason="the vendor's openapi.yaml is not there"))]
    return [
        pytest.param(verb, path, operation, id=operation["operationId"])
        for verb, path, operation in vendor.operations(vendor.document())
    ]


@pytest.mark.parametrize(("verb", "path", "operation"), cases())
def test_an_operation_has_its_address_and_parameters(verb: str, path: str, operation: dict[str, Any]) -> None:
    assert operation["operationId"] in by_id()
    our_verb, our_path, our = by_id()[operation["operationId"]]
    assert (our_verb, our_path) == (verb, path)
    theirs = {_parameter(p, vendor.document()) for p in operation["parameters"]}
    assert theirs <= {_parameter(p, ours()) for p in our["parameters"]}


def _parameter(parameter: dict[str, Any], root: dict[str, Any]) -> tuple[str, str]:
    parameter = vendor.resolve(parameter, root)
    return parameter["in"], parameter["name"]


@pytest.mark.parametrize(("verb", "path", "operation"), cases())
def test_an_answer_has_every_key_of_the_vendors(verb: str, path: str, operation: dict[str, Any]) -> None:
    theirs = vendor.success(operation, vendor.document())
    mine = vendor.success(by_id()[operation["operationId"]][2], ours())
    if theirs is None:
        return
    assert mine is not None
    assert mine[0] == theirs[0]
    missing = vendor.keys(theirs[1], vendor.document()) - vendor.keys(mine[1], ours())
    assert {key for key in missing if key.rpartition(".")[2] not in NOT_HERE} == set()


@pytest.mark.parametrize(("verb", "path", "operation"), cases())
def test_a_body_takes_every_key_of_the_vendors(verb: str, path: str, operation: dict[str, Any]) -> None:
    body = operation.get("requestBody")
    if body is None:
        return
    content = vendor.resolve(body, vendor.document())["content"]
    mine = by_id()[operation["operationId"]][2]["requestBody"]["content"]
    for media, described in content.items():
        assert media in mine
        missing = vendor.keys(described["schema"], vendor.document()) - vendor.keys(mine[media]["schema"], ours())
        assert {key for key in missing if key.rpartition(".")[2] not in NOT_HERE} == set()


def test_our_description_has_names_for_its_schemas_and_no_reference_into_nowhere() -> None:
    schemas = ours()["components"]["schemas"]
    assert "IssuedDocument" in schemas
    for name in {part.rpartition("/")[2] for part in _references(ours())}:
        assert name in schemas


def test_the_page_for_people_says_every_key_of_the_options_of_a_body() -> None:
    page = render(ours())
    options = by_id()["createIssuedDocument"][2]["requestBody"]["content"]["application/json"]["schema"]["properties"]
    for key, described in options["options"]["properties"].items():
        assert f"<code>{key}</code>" in page
        assert described["description"] in page


def _references(node: Any) -> set[str]:
    if isinstance(node, dict):
        inner = set().union(*(_references(value) for value in node.values())) if node else set()
        return inner | ({node["$ref"]} if isinstance(node.get("$ref"), str) else set())
    if isinstance(node, list):
        return set().union(*(_references(value) for value in node)) if node else set()
    return set()


def test_amounts_are_numbers_in_our_description() -> None:
    amount = ours()["components"]["schemas"]["IssuedDocument"]["properties"]["amount_net"]
    assert {arm["type"] for arm in amount["anyOf"]} == {"number", "null"}
