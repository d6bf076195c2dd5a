"""Requests to addresses that somebody else chose: short, bounded, never followed elsewhere, never into our own network.

A name is resolved here, every address that it stands for is checked, and the connection goes to the address that was
checked: a name that changes its address in between (DNS rebinding) gains nothing. Redirects are answers like any other.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpcore2 as core

SECONDS = 10.0
"""How long a request may take, from the look-up of the name to the end of the answer."""
MAX_ANSWER = 64 * 1024
"""Bytes of an answer that are read; the rest is dropped."""
MAX_SINK = 2048
"""Characters of an address."""

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class RefusedSink(ValueError):
    """An address that nothing is sent to; the message says why."""


@dataclass(frozen=True, slots=True)
class Reply:
    """How a request went."""

    status: int
    """Status of the answer, 0 where there was none."""
    body: bytes = b""
    error: str = ""
    """Why there was no answer."""
    refused: bool = False
    """True where nothing was sent because of the address."""
    seconds: float = 0.0


def check_sink(sink: str, *, private: bool) -> None:
    """Refuse what can be no address of a receiver, without looking its name up. Raises RefusedSink.

    `private` lets plain http and addresses of private networks pass: for development.
    """
    if (
        len(sink) > MAX_SINK
        or not sink.isascii()
        or any(ord(letter) <= 32 or letter in '"<>\\^`{|}' for letter in sink)
    ):
        raise RefusedSink(f"it must be an address of at most {MAX_SINK} characters, all of them ASCII, without spaces")
    try:
        parts = urlsplit(sink)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise RefusedSink("it is not an address") from None
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        raise RefusedSink("it must begin with https://")
    if not host or port == 0:
        raise RefusedSink("it names no host")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise RefusedSink("it must hold no user, password or fragment")
    if private:
        return
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        raise RefusedSink(f"{host} is a name of a private network")
    literal = _literal(host)
    if literal is not None and not is_public(literal):
        raise RefusedSink(f"{host} is an address of a private network")


def _literal(host: str) -> IPAddress | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:  # 127.1 and 2130706433 are addresses, too, for whoever resolves them
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


def is_public(address: IPAddress) -> bool:
    """True for an address of the internet at large, whatever it is wrapped in."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def with_query(sink: str, name: str, value: str) -> str:
    """The address with one more parameter in its query."""
    return f"{sink}{'&' if urlsplit(sink).query else '?'}{urlencode({name: value}, quote_via=quote)}"


def request(
    method: str,
    sink: str,
    headers: dict[str, str],
    body: bytes = b"",
    *,
    private: bool = False,
    seconds: float = SECONDS,
) -> Reply:
    """Send one request and read its answer. Never raises for what the other side does."""
    began = time.monotonic()
    try:
        check_sink(sink, private=private)
        status, answer = _exchange(method, sink, headers, body, private=private, deadline=began + seconds)
    except RefusedSink as error:
        return Reply(0, error=str(error), refused=True)
    except (core.TimeoutException, TimeoutError):
        return Reply(0, error=f"no answer within {seconds:g} seconds", seconds=time.monotonic() - began)
    except (core.NetworkError, core.ProtocolError, OSError, ValueError) as error:
        said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        return Reply(0, error=said[:500], seconds=time.monotonic() - began)
    return Reply(status, answer, seconds=time.monotonic() - began)


def _exchange(
    method: str, sink: str, headers: dict[str, str], body: bytes, *, private: bool, deadline: float
) -> tuple[int, bytes]:
    network = _CheckedNetwork(private=private, deadline=deadline)
    with core.ConnectionPool(ssl_context=_tls(), network_backend=network, max_connections=1) as pool:
        sent = {"Host": urlsplit(sink).netloc, "Connection": "close", **headers}
        if body:
            sent["Content-Length"] = str(len(body))
        limits = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), SECONDS)}
        with pool.stream(method, sink, headers=list(sent.items()), content=body or None, extensions=limits) as answer:
            parts: list[bytes] = []
            size = 0
            for part in answer.iter_stream():
                parts.append(part)
                size += len(part)
                if size >= MAX_ANSWER:
                    break
            return answer.status, b"".join(parts)[:MAX_ANSWER]


@cache
def _tls() -> ssl.SSLContext:
    """Certificates are checked against those that the machine trusts; reading them takes a while, so once."""
    return ssl.create_default_context()


class _CheckedNetwork(core.NetworkBackend):
    """Connects to checked addresses only, and ends whatever lasts beyond the deadline."""

    def __init__(self, *, private: bool, deadline: float) -> None:
        self.private = private
        self.deadline = deadline
        self.plain = core.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002  (the deadline counts)
        local_address: str | None = None,
        socket_options: Iterable[core.SOCKET_OPTION] | None = None,
    ) -> core.NetworkStream:
        """Connect to the first address of a host that answers. Raises RefusedSink where any of them is private."""
        failure: Exception | None = None
        for address in self._addresses(host, port):
            try:
                stream = self.plain.connect_tcp(address, port, self._left(), local_address, socket_options)
            except (core.ConnectError, core.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._left)
        raise failure or core.ConnectError(f"{host} has no address")

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise core.ConnectError(f"{host} cannot be looked up: {error}") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        for address in addresses:
            # one private address among public ones is as good as none
            if not self.private and not is_public(ipaddress.ip_address(address.partition("%")[0])):
                raise RefusedSink(f"{host} leads into a private network ({address})")
        return addresses

    def _left(self) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise core.ReadTimeout
        return left


class _TimedStream(core.NetworkStream):
    """A connection whose every step ends at the deadline: an answer that comes byte by byte does not hold us."""

    def __init__(self, stream: core.NetworkStream, left: Any) -> None:
        self.stream = stream
        self.left = left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002  (the deadline counts)
        """See the base."""
        return self.stream.read(max_bytes, self.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002  (the deadline counts)
        """See the base."""
        self.stream.write(buffer, self.left())

    def close(self) -> None:
        """See the base."""
        self.stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002  (the deadline counts)
    ) -> core.NetworkStream:
        """See the base."""
        return _TimedStream(self.stream.start_tls(ssl_context, server_hostname, self.left()), self.left)

    def get_extra_info(self, info: str) -> Any:
        """See the base."""
        return self.stream.get_extra_info(info)
