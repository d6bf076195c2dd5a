"""Requests to addresses that somebody else chose."""

import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from mastro.delivery.webhooks import MAX_ANSWER, RefusedSink, check_sink, is_public, request, with_query
from sinks import listening


@pytest.mark.parametrize(
    "sink",
    [
        "http://example.com/hook",
        "ftp://example.com/hook",
        "https://",
        "https:///hook",
        "https://user:password@example.com/",
        "https://example.com/#part",
        "https://example.com/a b",
        "https://example.com/\r\nX-Evil: 1",
        "https://esempio.com/perché",
        "https://example.com:99999/",
        "https://localhost/hook",
        "https://printer.local/",
        "https://127.0.0.1/hook",
        "https://127.1/hook",
        "https://2130706433/hook",
        "https://0x7f000001/",
        "https://10.0.0.1/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://0.0.0.0/",
        "https://100.64.0.1/",
        "https://[::1]/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://example.com/" + "a" * 2048,
    ],
)
def test_an_address_is_refused(sink: str) -> None:
    with pytest.raises(RefusedSink):
        check_sink(sink, private=False)


@pytest.mark.parametrize(
    "sink", ["https://example.com/hook?a=1", "https://example.com:8443/", "https://93.184.216.34/"]
)
def test_a_public_address_is_taken(sink: str) -> None:
    check_sink(sink, private=False)


@pytest.mark.parametrize("sink", ["http://localhost:8000/hook", "https://127.0.0.1/", "http://[::1]:9/"])
def test_a_private_address_is_taken_where_the_setting_allows_it(sink: str) -> None:
    check_sink(sink, private=True)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_a_public_address_is_known_however_it_is_wrapped(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["224.0.0.1", "240.0.0.1", "255.255.255.255", "ff02::1", "fec0::1", "::"])
def test_an_address_of_nobody_in_particular_is_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


def test_a_name_that_leads_into_a_private_network_is_refused_at_connect_time(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening() as sink:
        port = int(sink.address.split(":")[2].split("/")[0])
        _resolve(monkeypatch, "127.0.0.1")
        reply = request("POST", f"https://rebound.example.com:{port}/hook", {}, b"{}")
        assert (reply.status, reply.refused) == (0, True)
        assert reply.error == "rebound.example.com leads into a private network (127.0.0.1)"
        assert not sink.received


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    _resolve(monkeypatch, "93.184.216.34", "10.0.0.1")
    assert request("POST", "https://example.com/", {}).refused


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up = _resolve(monkeypatch, "127.0.0.1")
    with listening() as sink:
        port = sink.address.split(":")[2].split("/")[0]
        reply = request("POST", f"http://example.com:{port}/hook", {}, b"{}", private=True)
    assert reply.status == 204
    assert [host for host in looked_up if host == "example.com"] == ["example.com"]
    assert sink.received[0].headers["host"] == f"example.com:{port}"


def _resolve(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Let every name stand for these addresses; the names that were looked up."""
    looked_up: list[str] = []
    real = socket.getaddrinfo

    def answer(host: str, port: int, *rest: int, **more: int) -> object:
        looked_up.append(host)
        if host.replace(".", "").isdigit():
            return real(host, port, *rest, **more)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return looked_up


def test_a_redirect_is_not_followed() -> None:
    with listening() as sink:
        sink.statuses, sink.headers = [302], {"Location": sink.address}
        assert request("POST", sink.address, {}, b"{}", private=True).status == 302
        assert len(sink.received) == 1


def test_a_sink_that_does_not_answer_in_time_is_given_up() -> None:
    with listening() as sink:
        sink.delay = 2
        reply = request("POST", sink.address, {}, b"{}", private=True, seconds=0.3)
    assert (reply.status, reply.error) == (0, "no answer within 0.3 seconds")
    assert reply.seconds < 1


def test_a_sink_that_is_not_there_is_an_error() -> None:
    with listening() as sink:
        address = sink.address
    reply = request("POST", address, {}, b"{}", private=True)
    assert (reply.status, reply.refused) == (0, False)
    assert "refused" in reply.error.lower()


@contextmanager
def _raw_server(*parts: bytes, pause: float = 0.0) -> Iterator[str]:
    """A server that says what it is told to, part by part, whatever it is asked."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        try:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                for part in parts:
                    connection.sendall(part)
                    time.sleep(pause)
        except OSError:
            pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    listener.close()
    thread.join(timeout=5)


def test_an_answer_that_comes_byte_by_byte_ends_at_the_deadline() -> None:
    with _raw_server(b"HTTP/1.1 200 OK\r\nX-Slow: ", *[b"a"] * 20, pause=0.1) as address:
        began = time.monotonic()
        reply = request("POST", address, {}, b"{}", private=True, seconds=0.5)
        assert reply.status == 0
        assert time.monotonic() - began < 1


def test_an_endless_answer_is_cut() -> None:
    with _raw_server(b"HTTP/1.1 200 OK\r\n\r\n", *[b"a" * 65536] * 50) as address:
        reply = request("POST", address, {}, b"{}", private=True)
    assert reply.status == 200
    assert len(reply.body) == MAX_ANSWER


@pytest.mark.parametrize("answer", [b"", b"SMTP ready\r\n", b"HTTP/1.1 200 OK\r\n" + b"A: " + b"b" * 200_000])
def test_an_answer_that_is_no_http_is_an_error(answer: bytes) -> None:
    with _raw_server(answer) as address:
        reply = request("POST", address, {}, b"{}", private=True, seconds=2)
    assert reply.status == 0
    assert reply.error


def test_a_parameter_is_put_beside_those_that_are_there() -> None:
    assert with_query("https://example.com/hook", "x", "1") == "https://example.com/hook?x=1"
    assert with_query("https://example.com/hook?a=%20b", "x", "1") == "https://example.com/hook?a=%20b&x=1"
