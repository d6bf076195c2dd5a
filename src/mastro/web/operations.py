"""The operations of the API in process: what a page asks and changes goes through the same functions as a request.

There is no second implementation of a rule: the user's permissions, the checks, the events and the answers are those of
`mastro.resources`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from mastro.api.call import PAGES, Call, Installation, Principal
from mastro.api.errors import Forbidden
from mastro.api.operation import Answer, Operation
from mastro.api.scopes import ALL_SCOPES, Scopes, effective
from mastro.database.connection import Session
from mastro.resources.operations import OPERATIONS

BY_ID: dict[str, Operation] = {operation.id: operation for operation in OPERATIONS}
GRANTED = " ".join(ALL_SCOPES)

decode = msgspec.json.Decoder(float_hook=Decimal).decode
"""JSON of an answer, numbers as Decimal."""

_encode = msgspec.json.Encoder(decimal_format="number").encode


class Rows(msgspec.Struct):
    """The answer of a list operation, its rows as they come."""

    data: list[msgspec.Raw]
    total: int
    current_page: int
    last_page: int


_decode_rows = msgspec.json.Decoder(Rows).decode


def scopes_of(role: str, permissions: bytes) -> Scopes:
    """What a member of a company may do there."""
    return effective(GRANTED, role, permissions)


def refuse(operation: Operation, scopes: Scopes) -> None:
    """Raise Forbidden where the scope that an operation names is not among these."""
    if operation.needs and operation.needs not in scopes:
        raise Forbidden(f"The scope {operation.needs} is required.")


@dataclass(slots=True)
class Operations:
    """The operations for one user in one company, within one transaction."""

    installation: Installation
    session: Session
    user_id: int
    company_id: int
    role: str
    permissions: bytes

    def __call__(
        self,
        operation: str,
        *,
        path: Mapping[str, object] | None = None,
        query: Mapping[str, object] | None = None,
        data: object = None,
        raw: bytes = b"",
        content_type: str = "application/json",
        **beside: object,
    ) -> Any:
        """The decoded JSON of the answer, numbers as Decimal; `beside` are keys that stand beside `data` (options …).
        `raw` with its `content_type` is a body that is no JSON.

        Keys of the query that are None or "" are left out. Raises ApiError, as the API does.
        """
        answer = self.answer(operation, path=path, query=query, data=data, raw=raw, content_type=content_type, **beside)
        return decode(answer.body) if answer.body else {}

    def rows(self, operation: str, query: Mapping[str, object]) -> Rows:
        """The answer of a list operation whose rows are only shown. Raises ApiError."""
        return _decode_rows(self.answer(operation, query=query).body)

    def answer(
        self,
        operation: str,
        *,
        path: Mapping[str, object] | None = None,
        query: Mapping[str, object] | None = None,
        data: object = None,
        raw: bytes = b"",
        content_type: str = "application/json",
        **beside: object,
    ) -> Answer:
        """The answer as it would go over the wire. Raises ApiError."""
        if data is not None or beside:
            raw = _encode({"data": data, **beside})
        found = BY_ID[operation]
        parts = {"company_id": str(self.company_id), **{key: str(value) for key, value in (path or {}).items()}}
        scopes = scopes_of(self.role, self.permissions)
        refuse(found, scopes)
        call = Call(
            installation=self.installation,
            session=self.session,
            principal=Principal(self.user_id, self.company_id, GRANTED, self.role, self.permissions, PAGES),
            company_id=self.company_id,
            scopes=scopes,
            role=self.role,
            permissions=self.permissions,
            path=parts,
            query={key: _text(value) for key, value in (query or {}).items() if value not in (None, "")},
            raw=raw,
            address=found.path.format(**parts),
            now=self.installation.settings.clock(),
            content_type=content_type,
        )
        result = found.handler(call)
        return result if isinstance(result, Answer) else Answer(result)


def _text(value: object) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
