"""Signed files (CAdES, `.p7m`): the content taken out, however oddly it was wrapped, and the signature's facts.

Files met in the wild are DER, BER with chunks, base64 with or without line breaks, PEM, and signed more than once. The
content is therefore found by a small reader of our own that asks for nothing behind it to be right; only the
verification of the signature goes through a strict parser.
"""

import base64
import binascii
import re
from typing import NamedTuple

DEEPEST = 5
"""Signatures around signatures that are opened."""

_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_BASE64 = re.compile(rb"[A-Za-z0-9+/\s]+=*\s*")
_PEM = re.compile(rb"-----BEGIN (?:PKCS7|CMS|PKCS #7 SIGNED DATA)-----(.*?)-----END ", re.DOTALL)

_OCTETS, _OCTETS_IN_CHUNKS = 0x04, 0x24
_SEQUENCE, _SET, _CONTEXT_0 = 0x30, 0x31, 0xA0


class _Value(NamedTuple):
    """A tag and where its content lies."""

    tag: int
    start: int
    end: int
    after: int | None


class BrokenEnvelopeError(ValueError):
    """The envelope cannot be opened."""


def content(data: bytes) -> bytes:
    """The signed content of a `.p7m`, whatever its wrapping; data that is none comes back as it is.

    Raises BrokenEnvelopeError for an envelope without readable content.
    """
    for _ in range(DEEPEST):
        envelope = der(data)
        if envelope is None:
            return data
        data = opened(envelope)
    raise BrokenEnvelopeError(f"more than {DEEPEST} envelopes")


def is_cut(data: bytes) -> bool:
    """Whether an envelope, or one inside of it, ends before its end: its content may be whole, its signature is not."""
    for _ in range(DEEPEST):
        envelope = der(data)
        if envelope is None:
            return False
        try:
            if _after(envelope, _value(envelope, 0)) > len(envelope):
                return True
            data = opened(envelope)
        except (IndexError, BrokenEnvelopeError):
            return True
    return False


def der(data: bytes) -> bytes | None:
    """The binary envelope, freed of base64 and PEM; None where there is no envelope."""
    if _is_envelope(data):
        return data
    pem = _PEM.search(data)
    text = pem[1] if pem else data
    if pem or _BASE64.fullmatch(text):
        try:
            decoded = base64.b64decode(b"".join(text.split()), validate=True)
        except binascii.Error:
            return None
        return decoded if _is_envelope(decoded) else None
    return None


def _is_envelope(data: bytes) -> bool:
    return data[:1] == b"\x30" and _SIGNED_DATA in data[:32]


def opened(envelope: bytes) -> bytes:
    """The content of one binary envelope. Raises BrokenEnvelopeError."""
    try:
        return _encapsulated(envelope)
    except IndexError as error:
        raise BrokenEnvelopeError("the envelope ends in the middle") from error


def _encapsulated(data: bytes) -> bytes:
    """ContentInfo → [0] → SignedData → encapContentInfo → [0] → OCTET STRING (RFC 5652)."""
    outer = _value(data, 0)
    tagged = _value(data, _after(data, _value(data, outer.start)))
    signed = _value(data, tagged.start)
    at = signed.start
    for _ in range(2):  # version and digest algorithms
        at = _after(data, _value(data, at))
    info = _value(data, at)
    if info.tag != _SEQUENCE:
        raise BrokenEnvelopeError("no content in the envelope")
    inner = _value(data, _after(data, _value(data, info.start)))
    if inner.tag != _CONTEXT_0 or inner.start >= info.end:
        raise BrokenEnvelopeError("the signature stands alone, without the file that it signs")
    found = b"".join(_octets(data, _value(data, inner.start), 0))
    if not found:
        raise BrokenEnvelopeError("the content is empty")
    return found


def _octets(data: bytes, value: _Value, depth: int) -> list[bytes]:
    """The bytes of an OCTET STRING; chunks of chunks, as some signing programs write them, are joined."""
    if value.tag == _OCTETS:
        return [data[value.start : value.end]]
    if value.tag != _OCTETS_IN_CHUNKS or depth > DEEPEST:
        raise BrokenEnvelopeError(f"unexpected content of tag {value.tag:#x}")
    chunks: list[bytes] = []
    at = value.start
    while at < value.end and data[at : at + 2] != b"\0\0":
        chunk = _value(data, at)
        chunks.extend(_octets(data, chunk, depth + 1))
        at = _after(data, chunk)
    return chunks


def _value(data: bytes, at: int) -> _Value:
    """The value at a place."""
    tag, length = data[at], data[at + 1]
    start = at + 2
    if length < 0x80:
        return _Value(tag, start, start + length, start + length)
    if length > 0x80:
        size = length - 0x80
        start += size
        if size > 8 or start > len(data):
            raise BrokenEnvelopeError("a length beyond measure")
        end = start + int.from_bytes(data[start - size : start], "big")
        return _Value(tag, start, min(end, len(data)), end)
    # Where an indefinite length ends is looked for only by who must step over it: what follows may be broken.
    return _Value(tag, start, len(data), None)


def _after(data: bytes, value: _Value) -> int:
    """Where the next value begins."""
    return _closing(data, value.start) + 2 if value.after is None else value.after


def _closing(data: bytes, at: int) -> int:
    """Where the two zero bytes of an indefinite length stand, nested ones passed over; without recursion."""
    open_ = 1
    while True:
        if data[at : at + 2] == b"\0\0":
            open_ -= 1
            if not open_:
                return at
            at += 2
        elif data[at + 1] == 0x80:
            open_ += 1
            at += 2
        else:
            at = _after(data, _value(data, at))
