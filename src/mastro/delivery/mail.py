"""Where mail goes: to a server by SMTP, or, where none is set, into a folder of files that a mail program opens."""

import os
import re
import secrets
import smtplib
import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Literal, Protocol

from mastro.delivery.network import PrivateAddressError, addresses

Security = Literal["tls", "starttls", "none"]
"""`tls` from the first byte (port 465), `starttls` before anything is said (587), `none` on this machine."""

PORTS: dict[str, int] = {"tls": 465, "starttls": 587, "none": 25}


Step = Literal["connect", "tls", "login", "send"]
"""How far a message came: to the server, to a line that nobody reads, past the password, into the server's hands."""


class MailFailure(Exception):
    """The message did not leave. The text is the server's own, or says what kept us from reaching it."""

    step: Step = "send"
    """At which it failed."""


class TemporaryFailure(MailFailure):
    """Later it may work: the server said 4xx, or was not there."""


class InDoubt(TemporaryFailure):
    """The connection broke while the message was handed over: the server may have taken it."""


class PermanentFailure(MailFailure):
    """It would fail again: the server said 5xx, or cannot do what is asked of it."""


class Mailer(Protocol):
    """Takes messages."""

    @property
    def name(self) -> Literal["smtp", "outbox"]:
        """Which way this is."""
        ...

    def send(self, message: EmailMessage, sender: str, recipients: Sequence[str]) -> dict[str, str]:
        """Hand a message over; the recipients that were refused, each with the reason, where others were accepted.

        `sender` is where failures come back to. Raises TemporaryFailure or PermanentFailure where nobody gets it.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    """A mail server."""

    host: str
    port: int = 0
    """0 means the usual one."""
    security: Security = "starttls"
    user: str = ""
    password: str = ""
    timeout: int = 30
    """Seconds that the server may keep silent."""
    public_only: bool = False
    """True for a server that a company named: it may not reach into the network that this installation stands in."""
    name: Literal["smtp"] = "smtp"

    def send(self, message: EmailMessage, sender: str, recipients: Sequence[str]) -> dict[str, str]:
        """See `Mailer.send`."""
        step: Step = "connect"
        try:
            connection = self._connect()
            try:
                step = "login"
                if self.user:
                    connection.login(self.user, self.password)
                step = "send"
                refused = self._hand_over(connection, message, sender, recipients)
            finally:
                # once the server has taken a message, no failure to say goodbye makes it untaken
                with suppress(smtplib.SMTPException, OSError):
                    connection.quit()
                connection.close()
        except MailFailure as known:
            known.step = step
            raise
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            failure = self._failure(error)
            secured = isinstance(error, ssl.SSLError | smtplib.SMTPNotSupportedError | smtplib.SMTPResponseException)
            failure.step = "tls" if step == "connect" and secured else step
            raise failure from error
        return {address: _said(*answer) for address, answer in refused.items()}

    def _failure(self, error: Exception) -> MailFailure:
        """What an error of the library means for the message."""
        match error:
            case smtplib.SMTPRecipientsRefused():
                return _of_recipients(error)
            case smtplib.SMTPResponseException():
                return _of_code(error.smtp_code, error.smtp_error)
            case smtplib.SMTPNotSupportedError():
                return PermanentFailure(str(error))
            case UnicodeError():  # the library writes names and passwords in ASCII alone
                return PermanentFailure(f"{self.host}: the server's name, the user and the password are ASCII letters")
            case _:
                return TemporaryFailure(f"{self.host}: {error}")

    def _hand_over(
        self, connection: smtplib.SMTP, message: EmailMessage, sender: str, recipients: Sequence[str]
    ) -> dict[str, tuple[int, bytes]]:
        try:
            return connection.send_message(message, sender, list(recipients))
        except OSError as error:  # of which the library's own errors are some
            if isinstance(error, smtplib.SMTPException) and not isinstance(error, smtplib.SMTPServerDisconnected):
                raise
            raise InDoubt(f"{self.host}: {error}") from error

    def _connect(self) -> smtplib.SMTP:
        port = self.port or PORTS[self.security]
        try:
            found = addresses(self.host, port, public_only=self.public_only)
        except PrivateAddressError as error:
            raise PermanentFailure(str(error)) from error
        failure: OSError = OSError(f"{self.host} has no address")
        for address in found:
            try:
                return self._connect_to(address, port)
            except smtplib.SMTPException:
                raise
            except OSError as error:
                failure = error
        raise failure

    def _connect_to(self, address: str, port: int) -> smtplib.SMTP:
        if self.security == "tls":
            return _Tls(self.host, port, address, timeout=self.timeout, context=ssl.create_default_context())
        connection = _Plain(self.host, port, address, timeout=self.timeout)
        if self.security == "starttls":
            try:
                connection.starttls(context=ssl.create_default_context())
            except BaseException:
                connection.close()
                raise
        return connection


class _Plain(smtplib.SMTP):
    """Connects to the address that was checked, under the name that was asked for."""

    def __init__(self, host: str, port: int, address: str, **more: Any) -> None:
        self._address = address
        super().__init__(host, port, **more)

    def _get_socket(self, _host: str, port: int, timeout: float) -> socket.socket:
        return socket.create_connection((self._address, port), timeout)


class _Tls(smtplib.SMTP_SSL):
    """The same under TLS, for which the certificate must bear the name."""

    def __init__(self, host: str, port: int, address: str, **more: Any) -> None:
        self._address = address
        super().__init__(host, port, **more)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = socket.create_connection((self._address, port), timeout)
        try:
            return self.context.wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise


def _of_code(code: int, text: bytes | str) -> MailFailure:
    return (PermanentFailure if code >= 500 else TemporaryFailure)(_said(code, text))


def _of_recipients(error: smtplib.SMTPRecipientsRefused) -> MailFailure:
    """Nobody was accepted: temporary if one of them may be later."""
    answers = error.recipients
    text = "; ".join(f"{address}: {_said(*answer)}" for address, answer in answers.items())
    permanent = all(code >= 500 for code, _ in answers.values())
    return PermanentFailure(text) if permanent else TemporaryFailure(text)


def _said(code: int, text: bytes | str) -> str:
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    return f"{code} {words}"


@dataclass(frozen=True, slots=True)
class Outbox:
    """A folder of `.eml` files: what an installation without a mail server does with its mail."""

    folder: Path
    name: Literal["outbox"] = "outbox"

    def path(self, message: EmailMessage) -> Path:
        """The file of a message: a second attempt overwrites the first."""
        id = str(message["Message-ID"]).strip("<>")
        return self.folder / f"{re.sub(r'[^A-Za-z0-9._-]', '_', id)[:200]}.eml"

    def send(self, message: EmailMessage, sender: str, recipients: Sequence[str]) -> dict[str, str]:  # noqa: ARG002
        """See `Mailer.send`; the file is there as a whole, or not at all."""
        path = self.path(message)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                with draft.open("wb") as file:
                    draft.chmod(0o600)
                    file.write(message.as_bytes())
                    file.flush()
                    os.fsync(file.fileno())
                draft.replace(path)
            finally:
                draft.unlink(missing_ok=True)
        except OSError as error:
            raise TemporaryFailure(str(error)) from error
        return {}


@dataclass(frozen=True, slots=True)
class Closed:
    """A mail server that cannot be spoken to, and why: nothing leaves until somebody mends its settings."""

    reason: str
    name: Literal["smtp"] = "smtp"

    def send(self, message: EmailMessage, sender: str, recipients: Sequence[str]) -> dict[str, str]:  # noqa: ARG002
        """See `Mailer.send`."""
        raise PermanentFailure(self.reason)
