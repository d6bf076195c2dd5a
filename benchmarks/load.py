"""A light load generator: keep-alive connections over raw sockets, one request in flight on each."""

import socket
from collections.abc import Sequence
from types import TracebackType
from typing import Self

CONNECTIONS = 8
BUFFER_BYTES = 1 << 20


class UnexpectedAnswer(Exception):
    """The server answered something else than 200, which must not be counted as work done."""


def request(method: str, target: str, *, token: str = "", body: bytes = b"") -> bytes:
    """Write a request of HTTP/1.1 as bytes."""
    lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Connection:
    """One keep-alive connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=120)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = bytearray(BUFFER_BYTES)

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def receive(self) -> bytes:
        """Read one answer whole and return its body."""
        head_end, filled = -1, 0
        while head_end < 0:
            filled += self._read(filled)
            head_end = self.buffer.find(b"\r\n\r\n", 0, filled)
        head = bytes(self.buffer[:head_end]).lower()
        start = head_end + 4
        end = start + int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        while filled < end:
            filled += self._read(filled)
        body = bytes(self.buffer[start:end])
        if not head.startswith(b"http/1.1 200"):
            raise UnexpectedAnswer(f"{head.decode().splitlines()[0]}: {body[:2000].decode(errors='replace')}")
        return body

    def _read(self, filled: int) -> int:
        if filled == len(self.buffer):
            self.buffer.extend(bytes(len(self.buffer)))
        with memoryview(self.buffer) as view:
            count = self.socket.recv_into(view[filled:])
        if count == 0:
            raise UnexpectedAnswer("the server closed the connection")
        return count


class Load:
    """Several connections to one server."""

    def __init__(self, port: int, connections: int = CONNECTIONS) -> None:
        self.connections = [Connection(port) for _ in range(connections)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection in self.connections:
            connection.socket.close()

    def run(self, requests: Sequence[bytes], count: int) -> None:
        """Send `count` requests, going round through `requests`, and read every answer."""
        width = len(self.connections)
        for index in range(count + width):
            connection = self.connections[index % width]
            if index >= width:
                connection.receive()
            if index < count:
                connection.send(requests[index % len(requests)])

    def ask(self, data: bytes) -> bytes:
        """Send one request and return the body of its answer."""
        self.connections[0].send(data)
        return self.connections[0].receive()
