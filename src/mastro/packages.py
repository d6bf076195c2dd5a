"""Packages: zip archives that carry a manifest with the SHA-256 of every entry, written and checked as a stream.

The manifest is the last entry, and the comment of the archive holds its hash: a changed, missing or added entry is
found, and so is a package that is cut off. That finds accidents; it does not prove who made the package.
"""

import contextlib
import datetime as dt
import hashlib
import json
import os
import secrets
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Self

CHUNK = 256 * 1024

MANIFEST = "manifest.json"

_COMMENT = "sha256:"

_LOCAL = struct.Struct("<26xHH")
"""What stands before an entry: 26 bytes, then the lengths of its name and of what the archive notes with it."""

_END = 22
"""Bytes of the record that ends an archive, its comment aside."""

_UNREADABLE = (zipfile.BadZipFile, EOFError, OSError, zlib.error, RuntimeError)  # RuntimeError: it is encrypted
BROKEN = (*_UNREADABLE, KeyError, ValueError, TypeError, AttributeError)
"""What reading a damaged archive raises."""


class BrokenPackage(Exception):
    """The file is no package, or a damaged one; the message says what is wrong."""


class Writer:
    """Writes a package. Memory grows with the number of entries, by a kilobyte each, not with their length."""

    def __init__(self, file: IO[bytes], *, moment: dt.datetime) -> None:
        self.archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self.date = moment.timetuple()[:6]
        self.entries: dict[str, tuple[int, str]] = {}

    @contextlib.contextmanager
    def entry(self, name: str, *, compress: bool = True) -> Iterator["Entry"]:
        """An entry to be written piece by piece; one at a time. `compress` is for what is not compressed already."""
        if name in self.entries:
            raise ValueError(f"{name} is in the package already")
        info = zipfile.ZipInfo(name, (self.date[0], *self.date[1:]))
        info.compress_type = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
        info.external_attr = 0o600 << 16
        with self.archive.open(info, "w", force_zip64=True) as stream:
            entry = Entry(stream)
            yield entry
        self.entries[name] = entry.size, entry.digest.hexdigest()

    def add(self, name: str, content: bytes | Iterable[bytes], *, compress: bool = True) -> None:
        """Write an entry from its content, or from the pieces of it."""
        with self.entry(name, compress=compress) as entry:
            for piece in (content,) if isinstance(content, bytes) else content:
                entry.write(piece)

    def free_name(self, name: str) -> str:
        """The name, or with a number before its extension where it is taken."""
        stem, dot, extension = name.rpartition(".")
        number, free = 1, name
        while free in self.entries:
            number += 1
            free = f"{stem}-{number}{dot}{extension}" if stem and "/" not in extension else f"{name}-{number}"
        return free

    def close(self, about: dict[str, Any]) -> None:
        """Write the manifest: what the package is `about`, and every entry with its size and hash."""
        head = json.dumps(about, ensure_ascii=False, indent=1)[:-2]
        digest = hashlib.sha256()
        info = zipfile.ZipInfo(MANIFEST, (self.date[0], *self.date[1:]))
        info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
        with self.archive.open(info, "w", force_zip64=True) as stream:
            for piece in self._manifest(head):
                digest.update(piece)
                stream.write(piece)
        self.archive.comment = f"{_COMMENT}{digest.hexdigest()}".encode()
        self.archive.close()

    def _manifest(self, head: str) -> Iterator[bytes]:
        yield f'{head},\n "entries": ['.encode()
        for number, (name, (size, sha256)) in enumerate(self.entries.items()):
            line = json.dumps({"name": name, "size": size, "sha256": sha256}, ensure_ascii=False)
            yield f"{',' if number else ''}\n  {line}".encode()
        yield b"\n ]\n}\n"


class Entry:
    """An entry that is being written."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, piece: bytes) -> None:
        """Write the next piece."""
        self.digest.update(piece)
        self.size += len(piece)
        self.stream.write(piece)


class Package:
    """A package that is read. Every method raises BrokenPackage for one that is damaged."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, EOFError) as error:
            raise BrokenPackage(f"{path.name} is not a package, or it is cut off: {error}") from error
        self._refuse_foreign_bytes()
        self.about, self.entries = self._manifest()

    def _refuse_foreign_bytes(self) -> None:
        """Raise BrokenPackage where bytes stand before, between or behind the entries: no hash is taken of them."""
        there = sorted(self.archive.infolist(), key=lambda info: info.header_offset)
        end = 0
        with self.path.open("rb") as file:
            for info in there:
                if info.header_offset != end:
                    raise BrokenPackage(f"there are foreign bytes before {info.filename}")
                file.seek(end)
                head = file.read(_LOCAL.size)
                if len(head) < _LOCAL.size:
                    raise BrokenPackage(f"{info.filename} is cut off")
                name, extra = _LOCAL.unpack(head)
                end += _LOCAL.size + name + extra + info.compress_size
            if end != self.archive.start_dir:
                raise BrokenPackage("there are foreign bytes behind the entries")
            file.seek(-_END - len(self.archive.comment), os.SEEK_END)
            if file.read(4) != b"PK\x05\x06":
                raise BrokenPackage("there are foreign bytes at the end")

    def _manifest(self) -> tuple[dict[str, Any], dict[str, tuple[int, str]]]:
        comment = self.archive.comment.decode("ascii", "replace")
        try:
            raw = self.archive.read(MANIFEST)
            if not comment.startswith(_COMMENT) or hashlib.sha256(raw).hexdigest() != comment[len(_COMMENT) :]:
                raise BrokenPackage("the manifest is not the one that the package was closed with")
            manifest: dict[str, Any] = json.loads(raw)
            listed = {str(each["name"]): (int(each["size"]), str(each["sha256"])) for each in manifest.pop("entries")}
        except BROKEN as error:
            raise BrokenPackage(f"the manifest cannot be read: {error}") from error
        return manifest, listed

    def chunks(self, name: str) -> Iterator[bytes]:
        """The content of an entry piece by piece; its hash is checked at the end."""
        size, sha256 = self.entries[name]
        digest, seen = hashlib.sha256(), 0
        try:
            with self.archive.open(name) as stream:
                while piece := stream.read(CHUNK):
                    digest.update(piece)
                    seen += len(piece)
                    if seen > size:
                        raise BrokenPackage(f"{name} is longer than the manifest says")
                    yield piece
        except BROKEN as error:
            raise BrokenPackage(f"{name} cannot be read: {error}") from error
        if seen != size or digest.hexdigest() != sha256:
            raise BrokenPackage(f"{name} has changed: its hash is not the manifest's")

    def read(self, name: str) -> bytes:
        """The content of a short entry."""
        return b"".join(self.chunks(name))

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of an entry, without their ends."""
        rest = b""
        for piece in self.chunks(name):
            *whole, rest = (rest + piece).split(b"\n")
            yield from whole
        if rest:
            yield rest

    def differences(self) -> Iterator[str]:
        """What is changed, missing or added, one by one; nothing for a package that is as it was made."""
        there = {info.filename for info in self.archive.infolist()} - {MANIFEST}
        yield from (f"{name} is not in the manifest" for name in sorted(there - set(self.entries)))
        for name in self.entries:
            if name not in there:
                yield f"{name} is missing"
                continue
            try:
                for _ in self.chunks(name):
                    pass
            except BrokenPackage as error:
                yield str(error)

    def close(self) -> None:
        """Close the file."""
        self.archive.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextlib.contextmanager
def written(path: Path, *, moment: dt.datetime) -> Iterator[Writer]:
    """A package at a path that others cannot read; it is there as a whole, or not at all. The caller closes it."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(descriptor, "wb", CHUNK) as file:
            writer = Writer(file, moment=moment)
            try:
                yield writer
            finally:  # also where it was not finished: the archive writes its end, to a file that nobody will see
                with contextlib.suppress(ValueError):
                    writer.archive.close()
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
