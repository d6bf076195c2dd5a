"""`multipart/form-data`: the body of an upload, read without copying the file that is in it."""

from dataclasses import dataclass, field
from typing import Any

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from mastro.api.errors import Invalid

MAX_PARTS = 20
MAX_TEXT = 64 * 1024
"""Bytes of a field that is no file."""
MAX_HEADERS = 8 * 1024
"""Bytes of the headers of one part."""

NO_FORM = "The body must be multipart/form-data."


@dataclass(slots=True)
class Part:
    """One field of a form: what was typed in, or a file."""

    name: str = ""
    filename: str | None = None
    """As the client says it; None for a field that is no file."""
    content: list[memoryview] = field(default_factory=list)
    """Pieces of the body of the request, which stays where it is."""

    @property
    def size(self) -> int:
        """Bytes of the content."""
        return sum(len(piece) for piece in self.content)

    def begin(self, length: int) -> bytes:
        """The first bytes."""
        taken = b""
        for piece in self.content:
            taken += piece[: length - len(taken)]
            if len(taken) == length:
                break
        return taken

    @property
    def text(self) -> str:
        """What was typed in. Raises Invalid for what is no text."""
        try:
            text = b"".join(self.content).decode()
        except UnicodeDecodeError:
            text = "\x00"
        if "\x00" in text:
            raise Invalid(validation={self.name: [f"The {self.name} field must be a text."]})
        return text


def parse(content_type: str, raw: bytes, *, most: int = MAX_PARTS, longest: int = MAX_TEXT) -> dict[str, Part]:
    """The parts of a form by name; of several with one name the last. Raises Invalid for what is no form.

    `most` parts, and `longest` bytes of one that is no file.
    """
    return {part.name: part for part in _read(content_type, raw, most, longest).all}


def _read(content_type: str, raw: bytes, most: int = MAX_PARTS, longest: int = MAX_TEXT) -> "_Reader":
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise Invalid(NO_FORM, code="INVALID_FORM")
    reader = _Reader(most, longest)
    try:
        parser = MultipartParser(boundary, reader.callbacks())  # type: ignore[arg-type]  # a subset of the callbacks
        parser.write(raw)
        parser.finalize()
    except (MultipartParseError, UnicodeDecodeError) as error:
        raise Invalid(f"{NO_FORM} {error}", code="INVALID_FORM") from None
    if not reader.ended:
        raise Invalid(f"{NO_FORM} The body ends before the form does.", code="INVALID_FORM")
    return reader


def parse_files(content_type: str, raw: bytes) -> list[Part]:
    """The files of a form in their order, whatever their fields are called. Raises Invalid for what is no form."""
    return [part for part in _read(content_type, raw).all if part.filename is not None and part.size]


class _Reader:
    """Collects what the parser calls out."""

    def __init__(self, most: int, longest: int) -> None:
        self.most, self.longest = most, longest
        self.all: list[Part] = []
        self.count = 0
        self.ended = False
        self.part = Part()
        self.header = b""
        self.value = b""
        self.header_bytes = 0

    def callbacks(self) -> dict[str, Any]:
        """The functions by event."""
        return {
            "on_part_begin": self.part_begin,
            "on_header_field": self.header_field,
            "on_header_value": self.header_value,
            "on_header_end": self.header_end,
            "on_part_data": self.part_data,
            "on_part_end": self.part_end,
            "on_end": self.end,
        }

    def part_begin(self) -> None:
        """A part begins."""
        self.count += 1
        if self.count > self.most:
            raise Invalid(f"A form has at most {self.most} fields.", code="INVALID_FORM")
        self.part = Part()
        self.header_bytes = 0

    def header_field(self, data: bytes, start: int, end: int) -> None:
        """A piece of a header's name."""
        self._count_header(end - start)
        self.header += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        """A piece of a header's value."""
        self._count_header(end - start)
        self.value += data[start:end]

    def _count_header(self, length: int) -> None:
        self.header_bytes += length
        if self.header_bytes > MAX_HEADERS:
            raise Invalid(f"The headers of a field have at most {MAX_HEADERS} bytes.", code="INVALID_FORM")

    def header_end(self) -> None:
        """A header is whole."""
        if self.header.lower() == b"content-disposition":
            _, options = parse_options_header(self.value)
            self.part.name = options.get(b"name", b"").decode()
            if b"filename" in options:
                self.part.filename = options[b"filename"].decode(errors="replace")
        self.header = self.value = b""

    def part_data(self, data: bytes, start: int, end: int) -> None:
        """A piece of a part's content."""
        self.part.content.append(memoryview(data)[start:end])
        if self.part.filename is None and self.part.size > self.longest:
            words = f"The {self.part.name} field has at most {self.longest} bytes."
            raise Invalid(validation={self.part.name: [words]}, code="INVALID_FORM")

    def part_end(self) -> None:
        """A part ends."""
        self.all.append(self.part)

    def end(self) -> None:
        """The form ends."""
        self.ended = True
