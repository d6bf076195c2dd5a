"""Reading a printed document back: its text, and where on the page it stands."""

import io
from typing import Any, NamedTuple

from pypdf import PdfReader


class Fragment(NamedTuple):
    """A piece of text on one line and where its first letter stands, in points from the lower left corner."""

    text: str
    x: float
    y: float
    least_width: float
    """Points that it takes at the very least: a quarter of the font's size for each letter."""


def plain_text(text: str) -> str:
    """Text as a reader sees it: no invisible breaks, one kind of space."""
    return text.replace("\u200b", "").replace("\xa0", " ").replace("\u202f", " ")


def pages_of(pdf: bytes) -> list[str]:
    """Text of each page."""
    return [plain_text(page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]


def fragments_of(pdf: bytes) -> list[list[Fragment]]:
    """Pieces of text of each page, with their places."""

    def read(page: Any) -> list[Fragment]:
        found: list[Fragment] = []

        def visit(text: str, cm: list[float], tm: list[float], _font: Any, size: float) -> None:
            if text.strip():
                x, y = tm[4], tm[5]
                width = len(text.strip().replace("\u200b", "")) * size * abs(tm[0] * cm[0]) / 4
                found.append(Fragment(text, x * cm[0] + y * cm[2] + cm[4], x * cm[1] + y * cm[3] + cm[5], width))

        page.extract_text(visitor_text=visit)
        return found

    return [read(page) for page in PdfReader(io.BytesIO(pdf)).pages]
