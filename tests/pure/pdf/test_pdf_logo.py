"""Which logos are printed, and that all others are left out."""

import base64
import io
import struct
import zlib

import pytest
from pypdf import PdfReader

from mastro.pdf import render
from mastro.pdf.logo import BOX_HEIGHT, BOX_WIDTH, read_logo
from pure.pdf import examples

JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSEx"
    "IQEw8QEBD/2wBDAQMDAwQDBAgEBAgQCwkLEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBD/wAARCAAE"
    "AAgDAREAAhEBAxEB/8QAFAABAAAAAAAAAAAAAAAAAAAACP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/xAAVAQEBAAAAAAAAAAAAAAAAAAAHCf/EAB"
    "QRAQAAAAAAAAAAAAAAAAAAAAD/2gAMAwEAAhEDEQA/ADoDFU3/2Q=="
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink" viewBox="0 0 30 10">{}</svg>'


def png(width: int, height: int, *, claimed: tuple[int, int] | None = None) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", *(claimed or (width, height)), 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xc0\x40\x20" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def pictures(pdf: bytes) -> int:
    return len(PdfReader(io.BytesIO(pdf)).pages[0].images)


@pytest.mark.parametrize("logo", [png(40, 20), JPEG], ids=["png", "jpeg"])
def test_a_picture_is_printed(logo: bytes) -> None:
    assert pictures(render(examples.document(), examples.STUDIO, logo=logo)) == 1
    assert pictures(render(examples.document(), examples.STUDIO)) == 0


def test_a_drawing_is_printed() -> None:
    with_logo = render(examples.document(), examples.STUDIO, logo=examples.LOGO_SVG)
    shifted = examples.LOGO_SVG.replace(b"#c2491d", b"#00ff00")
    assert with_logo != render(examples.document(), examples.STUDIO, logo=shifted)


@pytest.mark.parametrize(("width", "height"), [(400, 20), (20, 400), (62, 20), (1, 1)])
def test_a_logo_keeps_its_shape_and_fits_its_box(width: int, height: int) -> None:
    logo = read_logo(png(width, height))
    assert logo is not None
    assert logo.width <= BOX_WIDTH
    assert logo.height <= BOX_HEIGHT
    assert logo.width / logo.height == pytest.approx(width / height, rel=0.02)


def test_the_size_of_a_jpeg_is_read() -> None:
    logo = read_logo(JPEG)
    assert logo is not None
    assert logo.width / logo.height == pytest.approx(2)


@pytest.mark.parametrize(
    "logo",
    [
        b"",
        b"GIF89a....",
        b"not a picture",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff" + b"\xff" * 1000,
        JPEG[:40],
        png(1, 1, claimed=(60_000, 60_000)),
        png(1, 1, claimed=(0, 5)),
        png(2, 2) + b"\0" * 4_000_000,
        b"<svg>no namespace</svg>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 NaN -3'/>",
        SVG.format("<rect").encode(),
        SVG.format("<image href='file:///etc/passwd'/>").encode(),
        SVG.format("<image x:href='https://example.com/a.png'/>").encode(),
        SVG.format("<image x:href='data:image/svg+xml;base64,AAAA'/>").encode(),
        SVG.format("<script>1</script>").encode(),
        SVG.format("<g id='a'><rect/></g><g id='b'><use href='#a'/><use href='#a'/></g><use href='#b'/>").encode(),
        b"<!DOCTYPE svg [<!ENTITY a 'x'>]>" + SVG.format("<text>&a;</text>").encode(),
    ],
)
def test_what_is_no_safe_picture_is_left_out(logo: bytes) -> None:
    assert read_logo(logo) is None
    assert render(examples.document(), examples.STUDIO, logo=logo) == render(examples.document(), examples.STUDIO)


@pytest.mark.parametrize("logo", [png(40, 20)[:60], JPEG[:-120]], ids=["png", "jpeg"])
def test_a_picture_broken_after_its_head_is_left_out(logo: bytes) -> None:
    pdf = render(examples.document(), examples.STUDIO, logo=logo)
    assert pdf.startswith(b"%PDF")


def test_a_plain_repeat_in_a_drawing_is_fine() -> None:
    assert read_logo(SVG.format("<rect id='a'/><use x:href='#a'/>").encode()) is not None
