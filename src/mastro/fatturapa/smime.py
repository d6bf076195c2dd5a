"""The signature of a message (S/MIME, RFC 8551): whether the message is still what was signed, by whom and when.

Providers of certified mail sign every envelope. Whether the authority behind a certificate is one of theirs is not
asked here: that needs a list from outside.
"""

import re
from dataclasses import replace
from email.message import Message

from mastro.fatturapa import p7m
from mastro.fatturapa.signatures import Signature, detached, signatures

CLOSED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
"""Types of a message that lies within its signature."""

_LINE_END = re.compile(rb"\r?\n")


def signature_of(data: bytes, message: Message) -> Signature | None:
    """The signature of a message, of which `data` are the bytes; None for one that bears none. Never raises."""
    if message.get_content_type() in CLOSED:
        found = signatures(_decoded(message))
        return replace(found[0], form="S/MIME") if found else Signature("S/MIME", None)
    parts = message.get_payload()
    if message.get_content_type() != "multipart/signed" or not isinstance(parts, list) or len(parts) != 2:
        return None
    beside = parts[1]
    signed = _first_part(data, message.get_boundary() or "")
    envelope = p7m.der(_decoded(beside)) if isinstance(beside, Message) else None
    if signed is None or envelope is None:
        return Signature("S/MIME", None)
    return detached(envelope, _LINE_END.sub(b"\r\n", signed))


def _first_part(data: bytes, boundary: str) -> bytes | None:
    """The bytes between the first boundary and the second: what is signed, headers of the part and all."""
    edge = re.escape(b"--" + boundary.encode("ascii", "replace"))
    begin = re.search(rb"^%s[ \t]*\r?\n" % edge, data, re.MULTILINE)
    end = re.compile(rb"\r?\n%s" % edge).search(data, begin.end()) if begin else None
    return data[begin.end() : end.start()] if begin and end else None


def _decoded(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
