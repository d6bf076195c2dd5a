"""A mailbox read on a real server: by UID, without a trace, and never further than it should."""

import datetime as dt
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from mail import certificate
from mailbox_server import BOX, PASSWORD, Mailbox, behind_tls, mailbox
from mastro.delivery.imap import MOST_BYTES, Imap, LoginRefused, MailboxFailure

LONG_AGO = dt.date(2020, 1, 1)


def message(number: int, body: str = "x") -> bytes:
    return f"Subject: {number}\r\nMessage-ID: <{number}@example.it>\r\n\r\n{body}\r\n".encode()


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Mailbox]:
    with mailbox(tmp_path) as opened:
        yield opened


def server(port: int, **more: Any) -> Imap:
    given = {"host": "127.0.0.1", "security": "none", "user": BOX, "password": PASSWORD, "public_only": False}
    return Imap(port=port, **(given | more))


def test_messages_are_read_in_order_byte_by_byte_and_stay_unread(box: Mailbox) -> None:
    sent = [message(1), message(2, "\u00e8" * 1000), message(3)]
    box.deliver(*sent)
    with server(box.port).open() as visit:
        uids = visit.uids(0, LONG_AGO)
        assert [visit.fetch(uid) for uid in uids] == sent
        assert [visit.size(uid) for uid in uids] == list(map(len, sent))
        assert uids == sorted(uids)
    assert box.unread() == 3


def test_what_is_behind_the_cursor_is_not_seen_again(box: Mailbox) -> None:
    box.deliver(message(1), message(2))
    with server(box.port).open() as visit:
        first, last = visit.uids(0, LONG_AGO)
        assert visit.uids(first, LONG_AGO) == [last]
        assert visit.uids(last, LONG_AGO) == []
        assert visit.uids(last + 1000, LONG_AGO) == []


def test_mail_of_days_before_is_left_alone(box: Mailbox) -> None:
    box.deliver(message(1))
    with server(box.port).open() as visit:
        assert visit.uids(0, dt.datetime.now(dt.UTC).date() + dt.timedelta(days=2)) == []


def test_a_message_that_is_gone_is_none(box: Mailbox) -> None:
    with server(box.port).open() as visit:
        assert visit.fetch(4711) is None
        assert visit.size(4711) is None


def test_a_box_that_was_numbered_anew_has_another_validity(box: Mailbox) -> None:
    with server(box.port).open() as visit:
        before = visit.uid_validity
    box.restart()
    with server(box.port).open() as visit:
        assert visit.uid_validity != before


def test_a_wrong_password_is_told_from_other_failures(box: Mailbox) -> None:
    for password in ("falsa", "pàrola", 'x" OR "'):
        with pytest.raises(LoginRefused), server(box.port, password=password).open():
            pass


def test_a_folder_that_there_is_not_is_a_failure(box: Mailbox) -> None:
    with pytest.raises(MailboxFailure) as failure, server(box.port, folder="Nessuna").open():
        pass
    assert not isinstance(failure.value, LoginRefused)


def test_an_error_of_whoever_reads_is_no_failure_of_the_mailbox(box: Mailbox) -> None:
    with pytest.raises(OSError, match="disk full"), server(box.port).open():
        raise OSError("disk full")


def test_a_server_that_is_not_there_is_a_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(MailboxFailure, match="refused"), server(port).open():
        pass


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "::1"])
def test_a_company_cannot_send_the_installation_into_its_own_network(host: str) -> None:
    with pytest.raises(MailboxFailure, match="internet at large"), server(993, host=host, public_only=True).open():
        pass


# encryption


def test_starttls_and_tls_need_a_certificate_that_somebody_vouches_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = certificate(tmp_path)
    files = (trusted, trusted.with_suffix(".key"))
    with mailbox(tmp_path, files) as box, mailbox(tmp_path) as plain, behind_tls(plain.port, context) as tls_port:
        ways = {"starttls": box.port, "tls": tls_port}
        for security, port in ways.items():
            with pytest.raises(MailboxFailure, match="certificate"), server(port, security=security).open():
                pass
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        for security, port in ways.items():
            with server(port, security=security).open() as visit:
                assert visit.uids(0, LONG_AGO) == []


# servers that do us no good


@contextmanager
def hostile(*answers: bytes, drip: bool = False, told: list[bytes] | None = None) -> Iterator[int]:
    """A server that gives these answers, one to each line that it is told; with `drip` then a byte now and then."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listening.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"* OK ready\r\n")
            for answer in answers:
                line = lines.readline()
                if told is not None:
                    told.append(line)
                connection.sendall(answer.replace(b"TAG", line.split(b" ")[0]))
            while drip:
                connection.sendall(b"*")
                time.sleep(0.05)
            lines.readline()

    def guarded() -> None:
        with suppress(OSError):
            serve()

    threading.Thread(target=guarded, daemon=True).start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.close()


CAPABLE = b"* CAPABILITY IMAP4rev1\r\nTAG OK done\r\n"


def test_a_server_without_starttls_gets_no_password_in_clear() -> None:
    told: list[bytes] = []
    with (
        hostile(CAPABLE, *[b"TAG OK done\r\n"] * 5, told=told) as port,
        pytest.raises(MailboxFailure, match="TLS"),
        server(port, security="starttls").open(),
    ):
        pass
    assert not any(b"LOGIN" in line or PASSWORD.encode() in line for line in told)


def test_a_server_that_announces_more_than_there_can_be_is_left() -> None:
    bomb = b"* 1 FETCH (BODY[] {%d}\r\n" % (MOST_BYTES + 1)
    with hostile(CAPABLE, bomb) as port, pytest.raises(MailboxFailure, match="more than"), server(port).open():
        pass


def test_a_server_that_drips_is_left_in_the_end() -> None:
    began = time.monotonic()
    with (
        hostile(CAPABLE, drip=True) as port,
        pytest.raises(MailboxFailure),
        server(port, timeout=5, seconds=1).open(),
    ):
        pass
    assert time.monotonic() - began < 4


def test_a_server_that_says_nothing_is_left_after_the_timeout() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(MailboxFailure, match="timed out"),
        server(silent.getsockname()[1], timeout=1).open(),
    ):
        pass


@pytest.mark.parametrize("answer", [b"TAG NO [UNAVAILABLE] later\r\n", b"TAG NO [INUSE] in use\r\n"])
def test_a_login_that_may_work_later_is_not_a_wrong_password(answer: bytes) -> None:
    with hostile(CAPABLE, answer) as port, pytest.raises(MailboxFailure) as failure, server(port).open():
        pass
    assert not isinstance(failure.value, LoginRefused)


def test_a_server_without_lasting_numbers_is_not_read() -> None:
    with (
        hostile(CAPABLE, b"TAG OK done\r\n", b"* 0 EXISTS\r\nTAG OK [READ-ONLY] done\r\n") as port,
        pytest.raises(MailboxFailure, match="UIDVALIDITY"),
        server(port).open(),
    ):
        pass
