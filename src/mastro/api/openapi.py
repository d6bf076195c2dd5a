"""The API's own description, OpenAPI 3.1, made from the operations and the structs that they take and answer."""

from typing import Any

import msgspec

from mastro.api.operation import JSON, Operation
from mastro.api.scopes import ALL_SCOPES, FAMILIES, READ_ONLY_FAMILIES

_REF = "#/components/schemas/{name}"
_ERRORS = {
    "400": "Malformed request",
    "401": "No token, or an unknown or expired one",
    "403": "Scope or permission missing",
    "404": "Not found",
    "405": "Wrong verb",
    "409": "Contradicts what is there",
    "413": "Body too large",
    "422": "Invalid",
    "429": "Too many requests",
    "500": "Unexpected error",
    "503": "Busy, or a store of files that cannot be reached now: the same request may pass in a moment",
}
_PAGING = {
    "current_page": {"type": "integer"},
    "first_page_url": {"type": "string"},
    "from": {"type": ["integer", "null"]},
    "last_page": {"type": "integer"},
    "last_page_url": {"type": "string"},
    "next_page_url": {"type": ["string", "null"]},
    "path": {"type": "string"},
    "per_page": {"type": "integer"},
    "prev_page_url": {"type": ["string", "null"]},
    "to": {"type": ["integer", "null"]},
    "total": {"type": "integer"},
}


def describe(operations: tuple[Operation, ...], *, address: str, version: str) -> dict[str, Any]:
    """The OpenAPI document of these operations, served at `address`."""
    types = _types(operations)
    schemas_of, components = msgspec.json.schema_components(types, ref_template=_REF, schema_hook=_anything)
    by_type = dict(zip(map(repr, types), schemas_of, strict=True))
    components["Error"] = _error_schema()
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, by_type)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Mastro",
            "version": version,
            "description": "A superset of the Fatture in Cloud API v2, on your own machine.",
        },
        "servers": [{"url": address}],
        "paths": paths,
        "components": {
            "schemas": {name: _with_numbers(schema) for name, schema in sorted(components.items())},
            "securitySchemes": _security_schemes(address),
        },
    }


def _anything(type: object) -> dict[str, Any]:
    """The schema of what has no shape of its own."""
    assert type is object, type  # noqa: S101  (the only type of the structs that JSON Schema has no word for)
    return {"description": "Any JSON value"}


def _types(operations: tuple[Operation, ...]) -> list[Any]:
    types: dict[str, Any] = {}
    for operation in operations:
        for one in (operation.body, operation.answer):
            if one is not None:
                types[repr(one)] = one
    return list(types.values())


def _with_numbers(schema: Any) -> Any:
    """A schema whose decimals are numbers, as they are on the wire."""
    if isinstance(schema, list):
        return [_with_numbers(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("format") == "decimal":
        rest = {key: value for key, value in schema.items() if key not in {"format", "type"}}
        return {"type": "number", **rest, **_bounds(rest)}
    return {key: _with_numbers(value) for key, value in schema.items() if key not in {"ge", "le"}}


def _bounds(schema: dict[str, Any]) -> dict[str, Any]:
    return {"minimum": schema.pop("ge"), "maximum": schema.pop("le")} if "ge" in schema else {}


def _operation(operation: Operation, by_type: dict[str, Any]) -> dict[str, Any]:
    answer = by_type.get(repr(operation.answer), {"type": "object"})
    described: dict[str, Any] = {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": (operation.handler.__doc__ or "").strip(),
        "parameters": _parameters(operation),
        "security": [{"OAuth2": [operation.needs] if operation.needs else []}, {"Token": []}],
        "responses": {
            "200": {"description": "Done", "content": _content(operation, answer)},
            **{
                status: {"description": said, "content": {JSON: {"schema": {"$ref": "#/components/schemas/Error"}}}}
                for status, said in _ERRORS.items()
            },
        },
    }
    if operation.form is not None:
        form = {"schema": {"type": "object", "properties": operation.form}}
        described["requestBody"] = {"required": True, "content": {"multipart/form-data": form}}
    if operation.body is not None:
        properties = {"data": by_type[repr(operation.body)], **(operation.options or {})}
        described["requestBody"] = {
            "required": True,
            "content": {JSON: {"schema": {"type": "object", "required": ["data"], "properties": properties}}},
        }
    return described


def _content(operation: Operation, answer: dict[str, Any]) -> dict[str, Any]:
    """What the answer is, by media type."""
    files = {media_type: {"schema": {"type": "string"}} for media_type in operation.also_as}
    return {operation.media_type: {"schema": _envelope(operation, answer)}, **files}


def _envelope(operation: Operation, answer: dict[str, Any]) -> dict[str, Any]:
    if operation.media_type != JSON:
        return {"type": "string"}
    if operation.answer is None:
        return {"type": "object"}
    properties = {"data": _with_numbers(answer), **(operation.answer_extra or {})}
    return {"type": "object", "properties": {**(_PAGING if operation.paginated else {}), **properties}}


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    names = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": operation.id_types.get(name, "integer")}}
        for name in names
    ]
    others = [
        {"name": p.name, "in": place, "required": p.required, "schema": p.schema, "description": p.description}
        for place, parameters in (("query", operation.query), ("header", operation.headers))
        for p in parameters
    ]
    return path + others


def _error_schema() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["error"],
        "properties": {
            "error": {
                "type": "object",
                "properties": {
                    "message": {"type": "string"},
                    "code": {"type": "string", "description": "Stable: match on this, not on the message"},
                    "validation_result": {"type": ["object", "null"]},
                },
            },
            "extra": {"type": "object"},
        },
    }


def _security_schemes(address: str) -> dict[str, Any]:
    scopes = {
        scope: f"Read and write {scope[:-2]}" if scope.endswith(":a") else f"Read {scope[:-2]}" for scope in ALL_SCOPES
    }
    scopes |= {f"{family}:r": f"Read {family}" for family in FAMILIES if family not in READ_ONLY_FAMILIES}
    return {
        "Token": {"type": "http", "scheme": "bearer"},
        "OAuth2": {
            "type": "oauth2",
            "flows": {
                "authorizationCode": {
                    "authorizationUrl": f"{address}/oauth/authorize",
                    "tokenUrl": f"{address}/oauth/token",
                    "scopes": scopes,
                }
            },
        },
    }
