"""The kinds of files that can be attached: told by their extension, and held to it by how their content begins."""

import re
from collections.abc import Callable
from dataclasses import dataclass

BEGIN = 1024
"""Bytes of a content that tell what it is."""

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
_BASE64 = re.compile(rb"[A-Za-z0-9+/=\s]+")
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of file."""

    media_type: str
    begins: Callable[[bytes], bool]
    """True for a content that begins as this kind does."""
    inline: bool = False
    """True where a browser may show it: the others are saved."""


def _with(*prefixes: bytes) -> Callable[[bytes], bool]:
    return lambda begin: begin.startswith(prefixes)


def _is_xml(begin: bytes) -> bool:
    for bom in _BOMS:
        begin = begin.removeprefix(bom)
    return begin.replace(b"\x00", b"").lstrip().startswith(b"<")


def _is_p7m(begin: bytes) -> bool:
    """A CMS envelope: DER, or its base64 with or without the lines of PEM."""
    return begin.startswith((b"\x30", b"-----BEGIN")) or bool(_BASE64.fullmatch(begin))


_JPEG = FileType("image/jpeg", _with(b"\xff\xd8\xff"), inline=True)

TYPES: dict[str, FileType] = {
    "png": FileType("image/png", _with(b"\x89PNG\r\n\x1a\n"), inline=True),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "gif": FileType("image/gif", _with(b"GIF87a", b"GIF89a"), inline=True),
    # readers look for the mark within the first kilobyte, and some programs write something before it
    "pdf": FileType("application/pdf", lambda begin: b"%PDF-" in begin, inline=True),
    "zip": FileType("application/zip", _with(*_ZIP)),
    "xls": FileType("application/vnd.ms-excel", _with(*_OLE)),
    "xlsx": FileType("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _with(*_ZIP)),
    "doc": FileType("application/msword", _with(*_OLE)),
    "docx": FileType("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _with(*_ZIP)),
    "xml": FileType("application/xml", _is_xml),
    "p7m": FileType("application/pkcs7-mime", _is_p7m),
}

USUAL = frozenset(TYPES) - {"xml", "p7m"}
"""Extensions that every resource takes."""

WITH_E_INVOICES = frozenset(TYPES)
"""Extensions of received documents: an electronic invoice is what they often come as."""


def extension_of(filename: str) -> str:
    """The extension in small letters, "" for a name without one."""
    stem, dot, extension = filename.strip().rpartition(".")
    return extension.lower() if dot and stem else ""
