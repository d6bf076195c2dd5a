"""Pages of a list: which rows are asked for, and the keys that stand beside `data`."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

import msgspec

from mastro.api.errors import Invalid
from mastro.api.fields import Part

DEFAULT_PER_PAGE = 50
MAX_PER_PAGE = 100
MAX_PAGE = 10**9


@dataclass(frozen=True, slots=True)
class Page:
    """Which page is asked for, and how long it is."""

    number: int
    size: int

    @property
    def offset(self) -> int:
        """How many rows come before it."""
        return (self.number - 1) * self.size


def page_of(query: dict[str, str]) -> Page:
    """The page that a query asks for. Raises Invalid for one that cannot be."""
    return Page(
        _whole(query, "page", 1, MAX_PAGE),
        _whole(query, "per_page", DEFAULT_PER_PAGE, MAX_PER_PAGE),
    )


def _whole(query: dict[str, str], name: str, default: int, highest: int) -> int:
    text = query.get(name, "")
    if not text:
        return default
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else 0
    if not 1 <= number <= highest:
        raise Invalid(
            validation={name: [f"The {name.replace('_', ' ')} field must be an integer between 1 and {highest}."]}
        )
    return number


_text = msgspec.json.encode


def envelope(
    rows: list[tuple[Part, ...]], page: Page, total: int, url: str, query: dict[str, str], extra: bytes = b""
) -> bytes:
    """The answer of a list: the rows, each in pieces, and where the reader is among them."""
    last = max(1, -(-total // page.size))
    kept = {key: value for key, value in query.items() if key != "page"}
    prefix = f"{url}?{urlencode(kept, quote_via=quote)}&page=" if kept else f"{url}?page="

    def link(number: int) -> bytes:
        return _text(f"{prefix}{number}") if 1 <= number <= last else b"null"

    first_row = page.offset + 1 if rows else None
    return b"".join(
        (
            b'{"current_page":%d,"data":[' % page.number,
            *_joined(rows),
            b'],"first_page_url":',
            link(1),
            b',"from":',
            b"null" if first_row is None else b"%d" % first_row,
            b',"last_page":%d,"last_page_url":' % last,
            link(last),
            b',"next_page_url":',
            link(page.number + 1),
            b',"path":',
            _text(url),
            b',"per_page":%d,"prev_page_url":' % page.size,
            link(page.number - 1) if page.number <= last + 1 else link(last),
            b',"to":',
            b"null" if first_row is None else b"%d" % (page.offset + len(rows)),
            b',"total":%d' % total,
            extra,
            b"}",
        )
    )


def _joined(rows: list[tuple[Part, ...]]) -> list[Part]:
    """The pieces of all rows, with commas between the rows."""
    pieces: list[Part] = []
    for row in rows:
        pieces += row
        pieces.append(b",")
    return pieces[:-1]
