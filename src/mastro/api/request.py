"""A request with its operation found: what happens inside its transaction, from the token to the answer."""

import datetime as dt
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from mastro.api import idempotency
from mastro.api.call import Call, Installation, Principal, authenticate
from mastro.api.errors import BadRequest, Forbidden
from mastro.api.operation import Answer, Operation
from mastro.api.scopes import effective
from mastro.database.connection import Session

MAX_QUERY = 16_384

RawHeaders = list[tuple[bytes, bytes]]


@dataclass(slots=True)
class Incoming:
    """What came over the wire, for one operation."""

    installation: Installation
    operation: Operation
    path: dict[str, str]
    query: dict[str, str]
    raw: bytes
    """Body of the request."""
    address: str
    headers: RawHeaders
    now: dt.datetime = field(init=False)
    """When its transaction began."""
    user_id: int = 0
    program: str = ""
    """Whom the request turned out to speak for, once that is known and it is a company's."""

    def principal(self, session: Session, now: dt.datetime) -> Principal:
        """Whom the token speaks for. Raises Unauthorized."""
        return authenticate(session, header(self.headers, b"authorization"), self.company_id, now)

    @property
    def company_id(self) -> int:
        """Company of the path, 0 where the address belongs to none. Raises Forbidden for what can be none."""
        company = self.path.get("company_id")
        if company is None:
            return 0
        if not (company.isascii() and company.isdigit() and len(company) < 10):
            raise Forbidden("The token does not give access to this company.")
        return int(company)

    def run(self, session: Session) -> bytes | Answer:
        """Answer within a transaction. Raises ApiError."""
        now = self.now = self.installation.settings.clock()
        company_id = self.company_id
        principal = authenticate(session, header(self.headers, b"authorization"), company_id, now)
        role, permissions = principal.role, principal.permissions
        if company_id == 0 and "company_id" not in self.path:
            role, permissions = "master", b"{}"  # what belongs to the user alone
        elif role is None or permissions is None:
            # a company that is not the token's and one that is not there look the same
            raise Forbidden("The token does not give access to this company.")
        if company_id:
            self.user_id, self.program = principal.user_id, principal.program
        call = Call(
            installation=self.installation,
            session=session,
            principal=principal,
            company_id=company_id,
            scopes=effective(principal.granted, role, permissions or b"{}"),
            role=role,
            permissions=permissions or b"{}",
            path=self.path,
            query=self.query,
            raw=self.raw,
            address=self.address,
            now=now,
            content_type=header(self.headers, b"content-type") if self.raw else "",
        )
        operation = self.operation
        if operation.headers:
            call.headers = {each.name: header(self.headers, each.name.lower().encode()) for each in operation.headers}
        if operation.needs and operation.needs not in call.scopes:
            raise Forbidden(f"The scope {operation.needs} is required.")
        if operation.method == "POST" and operation.writes:
            key = header(self.headers, b"idempotency-key")
            if key:
                return self._once(call, idempotency.key_of(key, operation.id, principal.user_id))
        return operation.handler(call)

    def _once(self, call: Call, key: str) -> bytes | Answer:
        """Do the operation, unless it was done before under the same key."""
        asked = idempotency.fingerprint(self.address, self.query, self.raw)
        known = idempotency.replay(call.session, call.company_id, key, asked, call.now)
        if known is not None:
            return known
        answer = self.operation.handler(call)
        body = answer if isinstance(answer, bytes) else answer.body
        idempotency.keep(call.session, call.company_id, key, asked, body, call.now)
        return answer


def header(headers: RawHeaders, wanted: bytes) -> str:
    """The first header of that name, "" without one."""
    for name, value in headers:
        if name == wanted:
            return value.decode("latin-1")
    return ""


def query_of(raw: bytes) -> dict[str, str]:
    """The query by key, the last value where a key comes twice. Raises BadRequest for one that is no text."""
    if not raw:
        return {}
    if len(raw) > MAX_QUERY:
        raise BadRequest(f"The query is longer than {MAX_QUERY} bytes.")
    try:
        pairs = parse_qsl(raw.decode("latin-1"), keep_blank_values=True, errors="strict")
    except ValueError:  # UnicodeDecodeError is one
        raise BadRequest("The query is not valid UTF-8.") from None
    if any("\x00" in key or "\x00" in value for key, value in pairs):
        raise BadRequest("The query must not hold the character NUL.")
    return dict(pairs)
