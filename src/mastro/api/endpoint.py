"""The edge of the API: opens the transaction, asks who calls, runs the operation and answers."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from time import perf_counter

import structlog
from starlette.types import Receive, Scope, Send

from mastro.api import limits, recent
from mastro.api.call import Installation
from mastro.api.errors import ApiError, BadRequest, Busy, MethodNotAllowed, NotFound, TooLarge
from mastro.api.operation import Answer, Operation, Router
from mastro.api.request import Incoming, query_of
from mastro.database.connection import Duplicate, Session, Unavailable

log = structlog.get_logger()


class Api:
    """The operations as an ASGI application."""

    def __init__(self, installation: Installation, operations: tuple[Operation, ...]) -> None:
        self.installation = installation
        self.router = Router(operations)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        quota = _UNCOUNTED
        began = perf_counter()
        id = recent.next_id()
        incoming: Incoming | None = None
        try:
            incoming = self._incoming(scope, await self._read(scope, receive))
            if self.installation.settings.quotas == "vendor":
                counted = await self.installation.database.in_thread(lambda: _count(incoming))
                quota = (_UNCACHED, *_encoded(counted))
            answer = await self._answer(incoming)
        except ApiError as error:
            answer = Answer(error.body(), status=error.status, headers=error.headers)
        except Unavailable:
            busy = Busy()
            answer = Answer(busy.body(), status=busy.status, headers=busy.headers)
        except Exception:
            log.exception("unexpected error", method=scope["method"], path=scope["path"], request_id=id)
            answer = Answer(ApiError().body(), status=500)
        body, status, headers = (answer, 200, _JSON) if isinstance(answer, bytes) else _head(answer)
        headers = [*headers, (b"content-length", b"%d" % len(body)), (b"x-request-id", id.encode()), *quota]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
        if incoming is not None and incoming.program:
            self._remember(incoming, scope, id, status, perf_counter() - began, body)

    def _remember(self, incoming: Incoming, scope: Scope, id: str, status: int, seconds: float, body: bytes) -> None:
        """Keep a request of a company for its log."""
        seen = recent.Seen(
            id,
            incoming.now,
            scope["method"],
            scope["path"],
            scope["query_string"][: recent.MAX_QUERY].decode("latin-1"),
            status,
            seconds,
            incoming.user_id,
            incoming.program,
            body[: recent.MAX_ERROR] if status >= 400 else b"",
        )
        self.installation.recent.add(incoming.company_id, seen)

    def _incoming(self, scope: Scope, raw: bytes) -> Incoming:
        operation, path = self._find(scope)
        query = query_of(scope["query_string"])
        return Incoming(self.installation, operation, path, query, raw, scope["path"], scope["headers"])

    async def _answer(self, incoming: Incoming) -> bytes | Answer:
        operation, database = incoming.operation, self.installation.database
        transaction = database.write if operation.writes else database.read

        def work() -> bytes | Answer:
            return database.retry(lambda: _in_transaction(transaction, incoming.run))

        if operation.writes or not database.embedded:
            return await database.in_thread(work)
        if operation.slow:  # reads long enough to keep others waiting take a thread that does not hold up writers
            return await asyncio.get_running_loop().run_in_executor(None, work)
        return work()

    def _find(self, scope: Scope) -> tuple[Operation, dict[str, str]]:
        found = self.router.find(scope["path"])
        if found is None or "\0" in scope["path"]:  # PostgreSQL knows no text with the character NUL
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


RawHeaders = list[tuple[bytes, bytes]]

_JSON = [(b"content-type", b"application/json")]
_UNCACHED = (b"cache-control", b"no-cache, private")


def _encoded(headers: dict[str, str]) -> RawHeaders:
    return [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]


_UNCOUNTED = (_UNCACHED, *_encoded(limits.UNUSED))
"""What stands in the head of every answer where nothing is counted."""


def _head(answer: Answer) -> tuple[bytes, int, RawHeaders]:
    return answer.body, answer.status, [(b"content-type", answer.media_type.encode()), *_encoded(answer.headers)]


def _count(incoming: Incoming) -> limits.Headers:
    """Count a request against the vendor's limits, in a transaction of its own: refused requests count too."""
    now = incoming.installation.settings.clock()
    with incoming.installation.database.write() as session:
        principal = incoming.principal(session, now)
        refused: ApiError | None = None
        try:
            counted = limits.count(session, incoming.company_id, principal.program, now)
        except ApiError as error:
            refused = error
    if refused:
        raise refused
    return counted


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
