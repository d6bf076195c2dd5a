"""A receiver of webhooks on this machine: keeps what it got, and answers as a test wants it to."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

CHALLENGE = "x-fic-verification-challenge"


@dataclass(frozen=True)
class Received:
    """A request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class Sink:
    """Answers `statuses` one after the other, then `status`; repeats the challenge of a verification if `willing`."""

    address: str = ""
    status: int = 204
    statuses: list[int] = field(default_factory=list)
    willing: bool = True
    delay: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)

    @property
    def events(self) -> list[Received]:
        """What was told, without verifications and welcomes."""
        return [one for one in self.received if one.method == "POST" and "subscriptions.welcome" not in event_type(one)]

    @property
    def verifications(self) -> list[Received]:
        """The requests that asked for a challenge to be repeated."""
        return [one for one in self.received if one.method == "GET"]

    def wait_for(self, count: int, seconds: float = 10) -> list[Received]:
        """The events, once there are so many."""
        deadline = time.monotonic() + seconds
        while len(self.events) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.events

    def answer(self, received: Received) -> tuple[int, bytes]:
        """Status and body for a request."""
        self.received.append(received)
        time.sleep(self.delay)
        if received.method == "POST":
            return (self.statuses.pop(0) if self.statuses else self.status), b""
        asked = parse_qs(urlsplit(received.path).query).get(CHALLENGE) or [received.headers.get(CHALLENGE, "")]
        return 200, json.dumps({"verification": asked[0] if self.willing else "no"}).encode()


def event_type(received: Received) -> str:
    """The type of an event of either mapping."""
    if received.headers["content-type"].startswith("application/cloudevents"):
        return str(received.json["type"])
    return received.headers["ce-type"]


@contextmanager
def listening() -> Iterator[Sink]:
    """A sink on a port of its own."""
    sink = Sink()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = self.rfile.read(length)
            if len(body) < length:  # the sender was killed half-way: nobody was told anything, and nobody waits
                self.close_connection = True
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, answer = sink.answer(Received(self.command, self.path, headers, body))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(answer)), **sink.headers}.items():
                self.send_header(name, value)
            with suppress(ConnectionError):  # who asked may have given up by now
                self.end_headers()
                self.wfile.write(answer)

        do_GET = do_POST = answer  # noqa: N815  (the names of http.server)

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    sink.address = f"http://127.0.0.1:{server.server_address[1]}/hook"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield sink
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
