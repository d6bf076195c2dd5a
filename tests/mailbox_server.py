"""A real IMAP server on loopback that nobody here wrote, its box kept in memory: a new start numbers it anew."""

import imaplib
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

BOX, PASSWORD = "rossi@pec.example.it", "segreto lungo"


class Mailbox:
    """A box, and the server that it lies on."""

    def __init__(self, folder: Path, certificate: tuple[Path, Path] | None = None) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.certificate = certificate
        self.log = folder / "imap.log"
        self.password = PASSWORD
        self.mail: list[bytes] = []
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server, with all mail that it had."""
        tls = ["--cert", *map(str, self.certificate[:1]), "--key", str(self.certificate[1])] if self.certificate else []
        command = [Path(sys.executable).parent / "pymap", "--host", "127.0.0.1", "--port", str(self.port)]
        command += tls or ["--no-tls"]
        command += ["--no-service", "admin", "--no-service", "managesieve"]
        command += ["dict", "--demo-user", BOX, "--demo-password", self.password]
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.2).close()
            except OSError:
                assert self._process.poll() is None, self.log.read_text(errors="replace")
                assert time.monotonic() < deadline, "the IMAP server did not start"
                time.sleep(0.05)
            else:
                break
        had, self.mail = self.mail, []
        self.deliver(*had)

    def stop(self) -> None:
        """End the server; its box is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def restart(self) -> None:
        """Number all mail anew, under another UIDVALIDITY."""
        self.stop()
        self.start()

    def deliver(self, *messages: bytes) -> None:
        """Put messages into the box, the oldest first."""
        if not messages:
            return
        with imaplib.IMAP4("127.0.0.1", self.port, 10) as client:
            if self.certificate:
                client.starttls(_trusting())
            client.login(BOX, self.password)
            for message in messages:
                status, said = client.append("INBOX", "", "", message)
                assert status == "OK", said
        self.mail += messages

    def unread(self) -> int:
        """How many messages nobody has marked as read."""
        with imaplib.IMAP4("127.0.0.1", self.port, 10) as client:
            client.login(BOX, self.password)
            client.select("INBOX", readonly=True)
            return len(client.search(None, "UNSEEN")[1][0].split())


def _trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@contextmanager
def mailbox(folder: Path, certificate: tuple[Path, Path] | None = None) -> Iterator[Mailbox]:
    """A running server with an empty box."""
    box = Mailbox(folder, certificate)
    box.start()
    try:
        yield box
    finally:
        box.stop()


@contextmanager
def behind_tls(port: int, context: ssl.SSLContext) -> Iterator[int]:
    """A port on which a server answers under TLS from the first byte: its own server speaks plainly behind it."""
    listening = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                plain, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=_carry, args=(plain, port, context), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listening.getsockname()[1]
    finally:
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()


def _carry(plain: socket.socket, port: int, context: ssl.SSLContext) -> None:
    """Carry what either side says to the other, until one ends."""
    with (
        suppress(OSError),
        context.wrap_socket(plain, server_side=True) as front,
        socket.create_connection(("127.0.0.1", port)) as back,
    ):
        threading.Thread(target=_copy, args=(back, front), daemon=True).start()
        _copy(front, back)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)
