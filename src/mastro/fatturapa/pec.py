"""Certified mail (*PEC*): what a message is, and what it carries, read from its bytes.

A provider of certified mail closes what it sends in an envelope that it signs: a text for people, `daticert.xml` with
the facts, and, where a message travels, `postacert.eml` with the message as its author wrote it (technical rules of the
DM of 2 November 2005). The provider that delivers an envelope has checked its signature: what does not bear one arrives
as an anomaly, and is none of certified mail's kinds here.
"""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from typing import Literal, get_args

from lxml import etree

from mastro.fatturapa import p7m
from mastro.fatturapa.read import UnreadableError, parse_xml
from mastro.fatturapa.signatures import Signature
from mastro.fatturapa.smime import CLOSED, signature_of

Receipt = Literal[
    "accettazione",
    "non-accettazione",
    "presa-in-carico",
    "avvenuta-consegna",
    "preavviso-errore-consegna",
    "errore-consegna",
    "rilevazione-virus",
]
"""What a provider says of a message: taken from the sender, refused, passed on, put into the recipient's box, late,
undeliverable, infected."""

Kind = Receipt | Literal["posta-certificata", "anomalia", "ordinaria"]
"""Or a certified message, one of ordinary mail that a provider passed on as such, or ordinary mail itself."""

RECEIPTS: frozenset[str] = frozenset(get_args(Receipt))

LARGEST = 45_000_000
"""Bytes of a message that is read: the SdI's 30 MB, written in Base64 with its envelope."""

MOST_PARTS = 200
MOST_CONTAINERS = 40
"""Parts within parts that a message may declare; an envelope has about six, and the envelope in it as many."""

MOST_LINES = 1_000_000
"""Of a message: its 30 MB in Base64 have half as many."""

MOST_HEADERS = 100_000
LONGEST_HEADER = 64 * 1024
LONGEST_CONTENT_HEADER = 4 * 1024
"""Bytes of a header with all its lines; those that say what a part is are parsed over and over, and much shorter."""

DEEPEST = 4
"""Envelopes within envelopes: a box may pass its mail on to another."""

MOST_TEXT = 100_000
"""Characters of words that are kept."""

_CONTAINER = re.compile(rb"content-type:\s*(?:multipart|message)/", re.IGNORECASE)
_HEADER = re.compile(rb"^[A-Za-z][A-Za-z0-9-]{0,75}+:[^\n]*+(?:\n[ \t][^\n]*+)*+", re.MULTILINE)


class UnreadableMailError(ValueError):
    """A message cannot be taken apart: too long, or made to exhaust whoever tries."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that a message carries."""

    name: str
    content: bytes


@dataclass(slots=True)
class Mail:
    """A message. Of a certified one, subject, words and files are its author's and not the envelope's."""

    kind: Kind
    message_id: str = ""
    """Of the message as it lies in the box, without angle brackets."""
    reference: str = ""
    """Message-ID of the message that it speaks of or closes in, as its author gave it, without angle brackets."""
    senders: tuple[str, ...] = ()
    """Who sent it: where a box passed it on, first that box, last the author. Of a certified one, as certified."""
    recipient: str = ""
    """Of whom a receipt speaks."""
    subject: str = ""
    date: dt.datetime | None = None
    text: str = ""
    attached: tuple[Attached, ...] = ()
    error: str = ""
    """What went wrong, in the provider's words."""
    signature: Signature | None = None
    """Of the envelope, where it bears one."""

    @property
    def sender(self) -> str:
        """The author's address, in small letters; empty where it cannot be told."""
        return self.senders[-1] if self.senders else ""


def read_mail(data: bytes) -> Mail:
    """A message of a mailbox. Raises UnreadableMailError; a message that is merely broken is ordinary mail."""
    _refuse_exhausting(data)
    try:
        message = message_from_bytes(data)
        mail = _read(message, 1)
        mail.signature = signature_of(data, message)
    except RecursionError:
        raise UnreadableMailError("The message has too many parts within parts.") from None
    return mail


def _refuse_exhausting(data: bytes) -> None:
    """Raise UnreadableMailError for what would cost the standard library's parser minutes, or gigabytes."""
    if len(data) > LARGEST:
        raise UnreadableMailError(f"The message has {len(data)} bytes, more than {LARGEST}.")
    if data.count(b"\n") > MOST_LINES:
        raise UnreadableMailError(f"The message has more than {MOST_LINES} lines.")
    if len(_CONTAINER.findall(data)) > MOST_CONTAINERS:
        raise UnreadableMailError(f"The message has more than {MOST_CONTAINERS} parts within parts.")
    for count, header in enumerate(_HEADER.finditer(data)):
        start, end = header.span()
        content = data[start : start + 8].lower() == b"content-"
        if end - start > (LONGEST_CONTENT_HEADER if content else LONGEST_HEADER) or count > MOST_HEADERS:
            raise UnreadableMailError("The message has headers longer, or more of them, than any mail needs.")


def assigned_address(mail: Mail, domain: str) -> str:
    """The address to which the SdI wants what is sent to it from now on: the one that its words name, or its sender.

    Only one of this domain, empty without; the words stand in Italian and English in its first answers.
    """
    words = " ".join(mail.text.split())
    wanted = (
        r"(?:indirizzo da utilizzare|use the address)[^@]{0,200}?([\w.+-]{1,64}@" + re.escape(domain) + r")(?![\w-])"
    )
    named = re.search(wanted, words, re.IGNORECASE | re.ASCII)
    if named:
        return named[1].lower()
    return mail.sender if mail.sender.rpartition("@")[2] == domain.lower() else ""


# the envelope


@dataclass(slots=True)
class _Envelope:
    """What a provider put around a message."""

    facts: etree._Element | None = None
    """`daticert.xml`; some certified messages come without."""
    message: Message | None = None
    parts: list[Message] = field(default_factory=list)


def _read(message: Message, depth: int) -> Mail:
    message = _opened(message)
    envelope = _envelope(message)
    kind = _kind(message, envelope)
    mail = Mail(kind, message_id=_id(_header(message, "Message-ID")))
    mail.reference = _id(_fact(envelope, "dati", "msgid") or _header(message, "X-Riferimento-Message-ID"))
    mail.subject, mail.date = _header(message, "Subject"), _date(message)
    if kind in RECEIPTS:
        mail.senders = _addresses(_header(message, "From"))
        mail.recipient = _address(_fact(envelope, "dati", "consegna"))
        mail.error = _fact(envelope, "dati", "errore-esteso") or _error(envelope)
        mail.text = _words(envelope.parts)
    elif kind == "posta-certificata":
        _take_out(mail, envelope, depth)
    else:
        mail.senders = _addresses(_header(message, "From"))
        mail.text, mail.attached = _words(envelope.parts), _files(envelope.parts)
    return mail


def _take_out(mail: Mail, envelope: _Envelope, depth: int) -> None:
    """Fill in what a certified message says, whose author is whom the provider names."""
    inner = envelope.message
    certified = _address(_fact(envelope, "intestazione", "mittente"))
    if inner is None:
        mail.senders = (certified,) if certified else ()
        mail.text = _words(envelope.parts)
        return
    inside = _read(inner, depth + 1) if depth < DEEPEST else Mail("ordinaria")
    author = certified or _address(_header(inner, "From"))
    mail.senders = (author, *inside.senders) if inside.kind == "posta-certificata" else (author,)
    mail.subject, mail.text, mail.attached = inside.subject, inside.text, inside.attached
    mail.date = inside.date or mail.date


def _opened(message: Message) -> Message:
    """The message in a signature that closes it in, where it is such a one (`smime.p7m`)."""
    if message.get_content_type() not in CLOSED:
        return message
    try:
        inside = message_from_bytes(p7m.content(_content(message)))
    except p7m.BrokenEnvelopeError:
        return message
    for name, value in message.items():
        if not name.lower().startswith("content-") and name not in inside:
            inside[name] = value
    return inside


def _envelope(message: Message) -> _Envelope:
    found = _Envelope()
    for part in _leaves(message):
        name = _name(part).lower()
        if part.get_content_type() == "message/rfc822":
            inside = part.get_payload()
            if found.message is None and isinstance(inside, list) and inside and isinstance(inside[0], Message):
                found.message = inside[0]
        elif name == "postacert.eml" and found.message is None:  # attached as a mere file
            found.message = message_from_bytes(_content(part))
        elif name == "daticert.xml" and found.facts is None:
            found.facts = _facts(_content(part))
        elif name != "smime.p7s":
            found.parts.append(part)
    return found


def _leaves(message: Message) -> Iterator[Message]:
    """The parts of a message that hold no parts; an attached message counts as one, and is not looked into."""
    waiting, seen = [message], 0
    while waiting:
        part = waiting.pop()
        seen += 1
        if seen > MOST_PARTS:
            raise UnreadableMailError(f"The message has more than {MOST_PARTS} parts.")
        inside = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inside, list):
            waiting.extend(each for each in reversed(inside) if isinstance(each, Message))
        else:
            yield part


def _kind(message: Message, envelope: _Envelope) -> Kind:
    """By what the provider signed; by its headers where that is missing."""
    transport = _header(message, "X-Trasporto").lower()
    if transport == "errore":
        return "anomalia"
    said = str(envelope.facts.get("tipo", "")) if envelope.facts is not None else _header(message, "X-Ricevuta")
    said = said.strip().lower()
    if said in RECEIPTS:
        return said  # type: ignore[return-value]  # one of them
    certified = said == "posta-certificata" or transport == "posta-certificata"
    return "posta-certificata" if certified else "ordinaria"


def _facts(data: bytes) -> etree._Element | None:
    try:
        root = parse_xml(data)
    except (etree.XMLSyntaxError, UnreadableError):
        return None
    return root if root.tag == "postacert" else None


def _fact(envelope: _Envelope, *names: str) -> str:
    found = envelope.facts.findtext("/".join(names)) if envelope.facts is not None else None
    return (found or "").strip()


def _error(envelope: _Envelope) -> str:
    """The provider's word for an error: `no-dest`, `no-dominio`, `virus`, `altro`; empty for none."""
    said = str(envelope.facts.get("errore", "")) if envelope.facts is not None else ""
    return "" if said == "nessuno" else said


# words and files


def _words(parts: list[Message]) -> str:
    """The plain words of a message, its first pieces first."""
    plain = [part for part in parts if part.get_content_type() == "text/plain" and not _name(part)]
    return "\n".join(_text(part) for part in plain)[:MOST_TEXT].strip()


def _text(part: Message) -> str:
    content = _content(part)[: 4 * MOST_TEXT]
    try:
        return content.decode(part.get_content_charset() or "utf-8", errors="replace")
    except LookupError:
        return content.decode("latin-1")


def _files(parts: list[Message]) -> tuple[Attached, ...]:
    """What a message carries besides its words."""
    return tuple(
        Attached(_name(part), _content(part)) for part in parts if _name(part) or part.get_content_maintype() != "text"
    )


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _name(part: Message) -> str:
    """The name of a file without folders, whichever way it is written."""
    try:
        name = _decoded(part.get_filename() or "")
    except (ValueError, LookupError, TypeError):  # a name in a character set that there is not
        name = ""
    return name.replace("\\", "/").rpartition("/")[2].strip()


def _header(message: Message, name: str) -> str:
    return _decoded(str(message.get(name, ""))[:4000])


def _decoded(value: str) -> str:
    with suppress(HeaderParseError, ValueError, LookupError):  # a character set that there is not, and the like
        value = str(make_header(decode_header(value)))
    clean = "".join(letter if letter.isprintable() else " " for letter in value)
    return " ".join(clean.split())[:1000]


def _addresses(header: str) -> tuple[str, ...]:
    address = _address(header)
    return (address,) if address else ()


def _address(text: str) -> str:
    try:
        address = parseaddr(text[:1000])[1].strip().lower()
    except RecursionError:  # comments within comments
        return ""
    return address if "@" in address else ""


def _id(text: str) -> str:
    return text.strip().removeprefix("<").removesuffix(">").strip()


def _date(message: Message) -> dt.datetime | None:
    try:
        date = parsedate_to_datetime(_header(message, "Date"))
    except (ValueError, OverflowError):
        return None
    return date.replace(tzinfo=dt.UTC) if date.tzinfo is None else date
