"""The logo: which bytes are a picture that can be printed, and how large it stands on the page.

A logo that cannot be printed is left out: an invoice without it is better than none.
"""

import re
import struct
from decimal import Decimal

import msgspec
from lxml import etree

LARGEST = 4_000_000
"""Bytes of a picture."""
LARGEST_DRAWING = 500_000
"""Bytes of an SVG, which costs time by what it says, not by its size."""
MOST_PIXELS = 25_000_000
"""Width times height: the decoder needs four bytes for each."""

BOX_WIDTH, BOX_HEIGHT = 62.0, 20.0
"""Millimetres that a logo fills one way or the other."""

SVG = "{http://www.w3.org/2000/svg}"
HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
COSTLY = frozenset(SVG + name for name in ("filter", "foreignObject", "pattern", "script"))
"""Elements that a logo does not need and that can make the drawing slow or more than a drawing."""
LENGTH = re.compile(r"\s*(\d{1,6}(?:\.\d{1,6})?)\s*(px|pt|mm|cm|in)?\s*")

JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG markers whose segment begins with the size of the picture."""
JPEG_BARE = frozenset({0x01, 0xFF, *range(0xD0, 0xD9)})
"""JPEG markers without a segment."""


class Logo(msgspec.Struct, frozen=True):
    """A picture ready to be printed."""

    content: bytes
    extension: str
    width: float
    """Millimetres on the page."""
    height: float


def read_logo(content: bytes | None) -> Logo | None:
    """A PNG, JPEG or SVG with its size on the page; None for anything else, or too large, or broken at its head."""
    if not content or len(content) > LARGEST:
        return None
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return scaled(content, "png", png_size(content))
    if content.startswith(b"\xff\xd8\xff"):
        return scaled(content, "jpg", jpeg_size(content))
    drawing = read_drawing(content)
    return None if drawing is None else scaled(drawing[0], "svg", drawing[1])


def scaled(content: bytes, extension: str, size: tuple[float, float] | None) -> Logo | None:
    """Fit a picture of that size into the box, keeping its shape."""
    if size is None:
        return None
    width, height = size
    if width <= 0 or height <= 0 or (extension != "svg" and width * height > MOST_PIXELS):
        return None
    factor = min(BOX_WIDTH / width, BOX_HEIGHT / height)
    return Logo(content, extension, round(width * factor, 2), round(height * factor, 2))


def png_size(content: bytes) -> tuple[int, int] | None:
    """Width and height from the header chunk."""
    if len(content) < 33 or content[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Width and height from the first frame header."""
    place = 2
    while place + 9 <= len(content) and content[place] == 0xFF:
        marker = content[place + 1]
        if marker in JPEG_BARE:
            place += 1 if marker == 0xFF else 2
            continue
        if marker in JPEG_SIZES:
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return width, height
        place += 2 + int(struct.unpack(">H", content[place + 2 : place + 4])[0])
    return None


def read_drawing(content: bytes) -> tuple[bytes, tuple[float, float]] | None:
    """An SVG written anew without what reaches outside of it, and its size; None where it is none or asks too much."""
    if len(content) > LARGEST_DRAWING or b"<svg" not in content:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root.tag != SVG + "svg" or any(is_refused(element) for element in root.iter()) or has_nested_uses(root):
        return None
    size = drawing_size(root)
    return None if size is None else (etree.tostring(root), size)


def is_refused(element: etree._Element) -> bool:
    """Whether an element is an entity, costly, or a link to something outside the drawing."""
    if isinstance(element, etree._Entity) or element.tag in COSTLY:  # noqa: SLF001 - lxml names its types so
        return True
    targets = (element.get(name) for name in HREFS)
    inner = ("#", "data:image/png;base64,", "data:image/jpeg;base64,")
    return element.tag != SVG + "a" and any(target and not target.startswith(inner) for target in targets)


def has_nested_uses(root: etree._Element) -> bool:
    """Whether a `use` repeats something that has a `use` in it: a few of those, and the drawing grows without end."""
    named = {element.get("id"): element for element in root.iter(etree.Element) if element.get("id")}
    for use in root.iter(SVG + "use"):
        for name in HREFS:
            target = named.get((use.get(name) or "")[1:])
            if target is not None and next(target.iter(SVG + "use"), None) is not None:
                return True
    return False


def drawing_size(root: etree._Element) -> tuple[float, float] | None:
    """Width and height in any unit: only their ratio counts. From the view box, else from the attributes."""
    try:
        box = [float(Decimal(number)) for number in re.split(r"[\s,]+", (root.get("viewBox") or "").strip())]
    except ArithmeticError:
        box = []
    if len(box) == 4 and box[2] > 0 and box[3] > 0:
        return box[2], box[3]
    width, height = (LENGTH.fullmatch(root.get(name) or "") for name in ("width", "height"))
    return (float(width[1]), float(height[1])) if width and height else None
