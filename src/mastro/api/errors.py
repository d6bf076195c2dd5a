"""Errors of the API: each knows its status, its stable `code` and the vendor's shape and words."""

import json
from collections.abc import Mapping
from typing import Any

Validation = dict[str, list[str]]
"""Messages by dotted path of the key, such as `data.items_list.0.vat.id`."""


class ApiError(Exception):
    """An answer that is an error."""

    status = 500
    code = "UNEXPECTED_ERROR"
    message = "An unexpected error occurred. Contact support for more information."

    def __init__(
        self,
        message: str | None = None,
        *,
        code: str | None = None,
        validation: Validation | Mapping[str, Any] | None = None,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.message = message or self.message
        self.code = code or self.code
        self.validation = validation
        self.extra = extra
        self.headers = dict(headers or {})
        super().__init__(self.message)

    def body(self) -> bytes:
        """The JSON of the answer; letters outside ASCII are escaped, as clients match on that text."""
        error: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.status in {409, 422}:
            error["validation_result"] = self.validation
        answer: dict[str, Any] = {"error": error}
        if self.extra is not None:
            answer["extra"] = self.extra
        return json.dumps(answer, default=_plain).encode()


MAX_REASON = 300
"""Characters of a reason that is kept or told beside other things."""


def reason_of(error: Exception) -> str:
    """Why something was refused, with what is said of each key."""
    if isinstance(error, ApiError) and error.validation:
        return " ".join(" ".join(messages) for messages in error.validation.values())[:MAX_REASON]
    return str(error)[:MAX_REASON]


def _plain(value: object) -> object:
    """Decimals as numbers: an error is read by people and by clients that parse floats anyway."""
    from decimal import Decimal  # noqa: PLC0415  (errors only)

    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value)


class BadRequest(ApiError):
    """The request itself is malformed."""

    status = 400
    code = "BAD_REQUEST"
    message = "Bad request."


class Unauthorized(ApiError):
    """No token, or one that is unknown or has expired."""

    status = 401
    code = "UNAUTHORIZED"
    message = "Unauthorized."


class NotAuthorized(Unauthorized):
    """The user has put the program out; the vendor says so in the words and the shape of OAuth."""

    message = "The given user is not authorized to use this application."

    def body(self) -> bytes:
        """The JSON of the answer."""
        return json.dumps({"error": "unauthorized", "error_description": self.message}).encode()


class Forbidden(ApiError):
    """The token's scope or the user's permission does not cover this."""

    status = 403
    code = "NO_PERMISSION"
    message = "You do not have permission to do this."


class NotFound(ApiError):
    """No such resource, or no such address."""

    status = 404
    code = "NOT_FOUND"
    message = "Not found."


class MethodNotAllowed(ApiError):
    """The address exists, the verb does not."""

    status = 405
    code = "METHOD_NOT_ALLOWED"
    message = "Method not allowed."


class Conflict(ApiError):
    """What is asked contradicts what is there."""

    status = 409
    code = "CONFLICT"
    message = "Conflict."


class TooLarge(ApiError):
    """The body is over the limit of this installation."""

    status = 413
    code = "BODY_TOO_LARGE"
    message = "The body of the request is too large."


class Invalid(ApiError):
    """The body or a parameter is wrong."""

    status = 422
    code = "VALIDATION_ERROR"
    message = "Invalid request."


class Busy(ApiError):
    """The database cannot take the request now; the same request may pass in a moment."""

    status = 503
    code = "BUSY"
    message = "The server is busy. Try again in a moment."

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "1"})


def invalid(path: str, message: str, *, code: str | None = None) -> Invalid:
    """A validation error of one key."""
    return Invalid(validation={path: [message]}, code=code)
