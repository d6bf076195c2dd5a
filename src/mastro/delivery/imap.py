"""A mailbox that is read and left as it is: by IMAP, message by message, each known by its UID.

Nothing is marked as read, moved or deleted: other people and programs use the same mailbox. How far it was read is for
the caller to remember, as the pair of UIDVALIDITY and the last UID (RFC 3501, § 2.3.1.1).
"""

import datetime as dt
import imaplib
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from imap_tools import AND, BaseMailBox, ImapToolsError, MailboxLoginError, U

from mastro.delivery.mail import Security
from mastro.delivery.network import addresses

PORTS: dict[str, int] = {"tls": 993, "starttls": 143, "none": 143}

MOST_BYTES = 50_000_000
"""Of one message; a longer one is left where it is."""

_SIZE = re.compile(rb"RFC822\.SIZE (\d{1,12})")
_LATER = re.compile(r"\[(?:UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\]", re.IGNORECASE)


class MailboxFailure(Exception):
    """The mailbox cannot be read now. The text is the server's own, or says what kept us from reaching it."""


class LoginRefused(MailboxFailure):
    """The server does not take this user with this password: another attempt needs another password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imap:
    """A mailbox on a server."""

    host: str
    port: int = 0
    """0 means the usual one."""
    security: Security = "tls"
    user: str
    password: str
    folder: str = "INBOX"
    timeout: int = 30
    """Seconds that the server may keep silent."""
    seconds: int = 300
    """Seconds that a visit may last altogether."""
    public_only: bool = True
    """True for a server that a company named: it may not reach into the network that this installation stands in."""

    @contextmanager
    def open(self) -> Iterator["Visit"]:
        """Sign in and open the folder to read. Raises LoginRefused, MailboxFailure, as everything of a visit may."""
        with _spoken(self.host):
            box = _Box(self)
        watch = threading.Timer(self.seconds, _cut, (box.client,))
        watch.daemon = True
        watch.start()
        try:
            with _spoken(self.host):
                _sign_in(box, self.user, self.password)
                box.folder.set(self.folder, readonly=True)
            yield Visit(box, self.host, _validity(box))
        finally:
            watch.cancel()
            with suppress(ImapToolsError, imaplib.IMAP4.error, OSError):
                box.client.logout()


@contextmanager
def _spoken(host: str) -> Iterator[None]:
    """Whatever goes wrong between us and the server, in its own words."""
    try:
        yield
    except MailboxLoginError as error:
        said = _said(error)
        raise (MailboxFailure if _LATER.search(said) else LoginRefused)(f"{host}: {said}") from error
    except ImapToolsError as error:
        raise MailboxFailure(f"{host}: {_said(error)}") from error
    except (imaplib.IMAP4.error, OSError, ValueError) as error:
        raise MailboxFailure(f"{host}: {str(error)[:500] or type(error).__name__}") from error


class Visit:
    """An open mailbox."""

    def __init__(self, box: "_Box", host: str, uid_validity: int) -> None:
        self._box, self._host = box, host
        self.uid_validity = uid_validity
        """While it stays the same a UID means the same message; with another all UIDs are new."""

    def uids(self, after: int, since: dt.date) -> list[int]:
        """UIDs above one, of messages that came on a day or later, in their order."""
        with _spoken(self._host):
            found = self._box.uids(AND(uid=U(str(after + 1), "*"), date_gte=since))
        # `n:*` names the last message even where its UID is below n
        return sorted({int(uid) for uid in found if uid.isdigit() and int(uid) > after})

    def size(self, uid: int) -> int | None:
        """Bytes of a message; None for one that is gone."""
        sized = _SIZE.search(b" ".join(_pieces(self._fetch(uid, "(UID RFC822.SIZE)"))))
        return int(sized[1]) if sized else None

    def fetch(self, uid: int) -> bytes | None:
        """A message, byte by byte, which does not become read by it; None for one that is gone."""
        for piece in self._fetch(uid, "(UID BODY.PEEK[])"):
            if isinstance(piece, tuple):
                return bytes(piece[1])
        return None

    def _fetch(self, uid: int, what: str) -> list[Any]:
        with _spoken(self._host):
            status, data = self._box.client.uid("FETCH", str(uid), what)
        if status != "OK":
            raise MailboxFailure(
                f"message {uid} cannot be fetched: {b' '.join(_pieces(data)).decode(errors='replace')}"
            )
        return [piece for piece in data if piece]


class _Box(BaseMailBox):
    """Of the library, with a connection of ours."""

    def __init__(self, server: Imap) -> None:
        self._server = server
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return _connect(self._server)


class _Connection(imaplib.IMAP4):
    """To the address that was checked, under the name that the certificate must bear; bounded in what it reads."""

    def __init__(self, host: str, port: int, address: str, tls: ssl.SSLContext | None, timeout: int) -> None:
        self._address, self._tls = address, tls
        super().__init__(host, port, timeout)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = socket.create_connection((self._address, self.port), timeout)
        if self._tls is None:
            return plain
        try:
            return self._tls.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise

    def read(self, size: int) -> bytes:
        """Bytes that the server has announced. Raises abort where it announces more than there can be."""
        if size > MOST_BYTES:
            raise self.abort(f"the server sends {size} bytes at once, more than {MOST_BYTES}")
        return super().read(size)


def _connect(server: Imap) -> imaplib.IMAP4:
    port = server.port or PORTS[server.security]
    failure: OSError = OSError(f"{server.host} has no address")
    tls = None if server.security == "none" else ssl.create_default_context()
    for address in addresses(server.host, port, public_only=server.public_only):
        try:
            client = _Connection(server.host, port, address, tls if server.security == "tls" else None, server.timeout)
        except OSError as error:
            failure = error
            continue
        if server.security == "starttls":
            try:
                client.starttls(tls)
            except BaseException:
                with suppress(OSError):
                    client.shutdown()
                raise
        return client
    raise failure


def _sign_in(box: _Box, user: str, password: str) -> None:
    if user.isascii() and password.isascii():
        box.login(user, password, initial_folder=None)
        return
    try:
        box.login_utf8(user, password, initial_folder=None)
    except imaplib.IMAP4.error as error:  # the library gives this one as it comes
        raise LoginRefused(str(error)) from error


def _validity(box: _Box) -> int:
    _, found = box.client.response("UIDVALIDITY")
    if not found or not isinstance(found[0], bytes) or not found[0].isdigit():
        raise MailboxFailure("the server gives its messages no lasting numbers (UIDVALIDITY)")
    return int(found[0])


def _cut(client: imaplib.IMAP4) -> None:
    """End a visit that lasts too long: whoever waits for the server is told that the connection is gone."""
    with suppress(OSError):
        client.sock.shutdown(socket.SHUT_RDWR)


def _pieces(data: list[Any]) -> list[bytes]:
    return [bytes(piece[0] if isinstance(piece, tuple) else piece) for piece in data if piece]


def _said(error: ImapToolsError) -> str:
    """What the server answered, without the library's words around it."""
    result = getattr(error, "command_result", None)
    data = result[1] if isinstance(result, tuple) and len(result) > 1 else None
    words = [piece.decode(errors="replace") for piece in data or () if isinstance(piece, bytes)]
    return " ".join(" ".join(words).split())[:500] or str(error)[:500]
