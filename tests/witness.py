"""Stands before the API in the tests: holds every success answer against the vendor's schema, and notes who asked.

It listens on the wire, so the in-process client, the vendor's SDKs and schemathesis are all heard alike.
"""

import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import vendor_openapi as vendor
from mastro.api.operation import JSON, Operation, Router
from mastro.resources.operations import OPERATIONS

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "coverage.json"
"""Tests by the id of the operation that answered them with success, the first of each file."""

BEYOND = {
    "listDefaultTemplates": ("data", "with `by_type` the list is a map, says the description of the parameter"),
    "CreateWebhooksSubscription": ("data.types.", "`self_invoices` is a name of the vendor's pages, not of its schema"),
}
"""Where an answer may leave the schema: the beginning of the key, and why, by operation id."""

_ROUTER = Router(OPERATIONS)
_WITNESSES: list["Witness"] = []
_HEARD: dict[str, set[str]] = {}


class Witness:
    """The API as it is, overheard."""

    def __init__(self, api: Any) -> None:
        self.api: ASGIApp = api
        self.installation = api.installation
        self.faults: list[str] = []
        """What answers of the running test do not share with the vendor's schema."""
        _WITNESSES.append(self)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the API does."""
        heard: list[Message] = []

        async def overhear(message: Message) -> None:
            heard.append(message)
            await send(message)

        await self.api(scope, receive, overhear)
        operation = _operation(scope)
        if operation and heard and heard[0]["status"] == 200:
            test = os.environ.get("PYTEST_CURRENT_TEST", "").partition("[")[0].partition(" ")[0]
            if "test_fuzz.py" not in test:  # asks everything, and knows of nothing what it means
                _HEARD.setdefault(operation.id, set()).add(test)
            body = b"".join(message.get("body", b"") for message in heard[1:])
            self.faults += [f"{scope['method']} {scope['path']}: {fault}" for fault in faults(operation, body)]


def _operation(scope: Scope) -> Operation | None:
    found = _ROUTER.find(scope["path"])
    if found is None or scope["method"] not in found[0]:
        return None
    return found[0][scope["method"]][0]


def faults(operation: Operation, body: bytes) -> list[str]:
    """Where a success answer leaves the vendor's schema; nothing for operations of our own and for other media."""
    if operation.media_type != JSON or not vendor.FILE.exists():
        return []
    validator = _validator(operation.id)
    if validator is None:
        return []
    beyond = BEYOND.get(operation.id)
    found = [
        (".".join(map(str, error.instance_path)), error.message) for error in validator.iter_errors(json.loads(body))
    ]
    return [f"{key}: {said[:200]}" for key, said in found if not (beyond and key.startswith(beyond[0]))]


@cache
def _validator(operation_id: str) -> Any:
    for _, _, described in vendor.operations(vendor.document()):
        if described["operationId"] == operation_id:
            answer = vendor.success(described, vendor.document())
            return answer and jsonschema_rs.Draft202012Validator(_plain(answer[1]))
    return None


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema of OpenAPI 3.0 as JSON Schema: references put in, `nullable` as a type.

    No key is required, as `fields` may leave out any. Any object may be null: absent objects are, in the vendor's
    examples (`payment_account: null`), although `nullable` beside a `$ref` counts for nothing in OpenAPI 3.0.
    """
    schema = vendor.resolve(schema, vendor.document())
    plain = {key: value for key, value in schema.items() if key in {"type", "enum", "minimum", "maximum"}}
    if schema.get("nullable") or plain.get("type") == "object":
        plain["type"] = [plain["type"], "null"] if "type" in plain else ["null"]
        if "enum" in plain:
            plain["enum"] = [*plain["enum"], None]
    if "properties" in schema:
        plain["properties"] = {name: _plain(inner) for name, inner in schema["properties"].items()}
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            plain[key] = _plain(schema[key])
    if "allOf" in schema:
        plain["allOf"] = [_plain(part) for part in schema["allOf"]]
    return plain


# what pytest calls


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--coverage-page` notes which tests call which operation; meant for a run of all tests."""
    parser.addoption("--coverage-page", action="store_true", help="write docs/reference/coverage.json anew")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """A test fails when a success answer that it was given does not fit the vendor's schema."""
    for witness in _WITNESSES:
        witness.faults.clear()
    yield
    heard = [fault for witness in _WITNESSES for fault in witness.faults]
    if heard:
        pytest.fail("Answers that do not fit the vendor's schema:\n" + "\n".join(heard[:20]), pytrace=False)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Take what a worker has heard."""
    _note(getattr(node, "workeroutput", {}).get("heard", {}))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand what was heard in this worker to the process that writes it down, or write it down."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["heard"] = {operation: sorted(tests) for operation, tests in _HEARD.items()}
    elif session.config.getoption("--coverage-page"):
        page = {
            operation: sorted(
                {test.partition("::")[0]: test for test in sorted(tests, reverse=True) if "::" in test}.values()
            )
            for operation, tests in sorted(_HEARD.items())
        }
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(json.dumps(page, indent=1) + "\n", encoding="utf-8")


def _note(heard: dict[str, list[str]]) -> None:
    for operation, tests in heard.items():
        _HEARD.setdefault(operation, set()).update(tests)
