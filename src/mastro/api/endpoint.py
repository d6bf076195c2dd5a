"""The edge of the API: opens the transaction, asks who calls, runs the operation and answers."""

import asyncio
import contextvars
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import parse_qsl

import structlog
from starlette.types import Receive, Scope, Send

from mastro.api.call import Call, Installation, authenticate, membership, scopes_in
from mastro.api.errors import ApiError, BadRequest, Busy, Forbidden, MethodNotAllowed, NotFound, TooLarge
from mastro.api.operation import JSON, Answer, Operation, Router
from mastro.database.connection import Duplicate, Session, Unavailable

log = structlog.get_logger()

MAX_QUERY = 16_384


class Api:
    """The operations as an ASGI application."""

    def __init__(self, installation: Installation, operations: tuple[Operation, ...]) -> None:
        self.installation = installation
        self.router = Router(operations)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            answer = await self._answer(scope, receive)
        except ApiError as error:
            answer = Answer(error.body(), status=error.status, headers=error.headers)
        except Unavailable:
            busy = Busy()
            answer = Answer(busy.body(), status=busy.status, headers=busy.headers)
        except Exception:
            log.exception("unexpected error", method=scope["method"], path=scope["path"])
            answer = Answer(ApiError().body(), status=500)
        headers = [
            (b"content-type", answer.media_type.encode()),
            (b"content-length", b"%d" % len(answer.body)),
            (b"cache-control", b"no-cache, private"),
        ]
        headers += [(name.lower().encode(), value.encode("latin-1")) for name, value in answer.headers.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        operation, path = self._find(scope)
        raw = await self._read(scope, receive)
        call = self._caller(operation, path, scope, raw)
        database = self.installation.database
        transaction = database.write if operation.writes else database.read

        def work() -> bytes | Answer:
            return database.retry(lambda: _in_transaction(transaction, call))

        if database.embedded and not operation.writes and not operation.slow:
            result = work()
        else:
            # writes take turns in the database's own threads; what is slow without writing takes any other
            executor = database.executor if operation.writes or not database.embedded else None
            context = contextvars.copy_context()
            result = await asyncio.get_running_loop().run_in_executor(executor, context.run, work)
        return result if isinstance(result, Answer) else Answer(result)

    def _find(self, scope: Scope) -> tuple[Operation, dict[str, str]]:
        found = self.router.find(scope["path"])
        if found is None:
            raise NotFound("The address does not exist.")
        verbs, values = found
        verb = verbs.get(scope["method"])
        if verb is None:
            raise MethodNotAllowed(headers={"Allow": ", ".join(sorted(verbs))})
        operation, names = verb
        return operation, dict(zip(names, values, strict=True))

    async def _read(self, scope: Scope, receive: Receive) -> bytes:
        """The body of the request, at most as long as the installation allows."""
        if scope["method"] == "GET":
            return b""
        limit = self.installation.settings.body_limit
        for name, value in scope["headers"]:
            if name == b"content-length" and value.isdigit() and int(value) > limit:
                raise _too_large(limit)
        parts: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise BadRequest("The client closed the connection before the end of the body.")
            part = message.get("body", b"")
            size += len(part)
            if size > limit:
                raise _too_large(limit)
            parts.append(part)
            if not message.get("more_body"):
                return parts[0] if len(parts) == 1 else b"".join(parts)

    def _caller(
        self, operation: Operation, path: dict[str, str], scope: Scope, raw: bytes
    ) -> Callable[[Session], bytes | Answer]:
        """What is to be done inside the transaction."""
        headers = scope["headers"]
        authorization = _header(headers, b"authorization")
        query = _query(scope["query_string"])
        installation = self.installation

        def run(session: Session) -> bytes | Answer:
            now = installation.settings.clock()
            timestamp = now.strftime("%Y-%m-%d %H:%M:%S")
            principal = authenticate(session, authorization, timestamp)
            company_id, role, permissions = 0, "master", b"{}"
            company = path.get("company_id")
            if company is not None:
                if not (company.isascii() and company.isdigit() and len(company) < 10):
                    raise Forbidden("The token does not give access to this company.")
                company_id = int(company)
                role, permissions = membership(session, principal, company_id)
            call = Call(
                installation=installation,
                session=session,
                principal=principal,
                company_id=company_id,
                scopes=scopes_in(principal, role, permissions),
                role=role,
                permissions=permissions,
                path=path,
                query=query,
                raw=raw,
                address=scope["path"],
                now=now,
                content_type=_header(headers, b"content-type"),
            )
            if operation.needs and operation.needs not in call.scopes:
                raise Forbidden(f"The scope {operation.needs} is required.")
            return operation.handler(call)

        return run


def _in_transaction(
    transaction: Callable[[], AbstractContextManager[Session]], work: Callable[[Session], bytes | Answer]
) -> bytes | Answer:
    try:
        with transaction() as session:
            return work(session)
    except Duplicate as error:  # two requests at the same moment: the second runs again and finds the first one's row
        raise Unavailable(str(error)) from error


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body of the request is longer than the {limit} bytes that this server accepts.")


def _header(headers: list[tuple[bytes, bytes]], wanted: bytes) -> str:
    for name, value in headers:
        if name == wanted:
            return value.decode("latin-1")
    return ""


def _query(raw: bytes) -> dict[str, str]:
    if not raw:
        return {}
    if len(raw) > MAX_QUERY:
        raise BadRequest(f"The query is longer than {MAX_QUERY} bytes.")
    try:
        pairs: list[tuple[str, Any]] = parse_qsl(raw.decode("latin-1"), keep_blank_values=True, errors="strict")
    except ValueError:  # UnicodeDecodeError is one
        raise BadRequest("The query is not valid UTF-8.") from None
    if any("\x00" in key or "\x00" in value for key, value in pairs):
        raise BadRequest("The query must not hold the character NUL.")
    return dict(pairs)


__all__ = ["JSON", "Api"]
