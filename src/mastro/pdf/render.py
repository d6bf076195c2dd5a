"""Layout of a sheet by Typst: the JSON of what is printed in, the bytes of a PDF out."""

import datetime as dt
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import typst

from mastro.model.company import Company
from mastro.model.issued_document import IssuedDocument
from mastro.pdf.build import build_sheet
from mastro.pdf.fonts import fonts
from mastro.pdf.labels import labels_of
from mastro.pdf.logo import Logo, read_logo
from mastro.pdf.sheet import Kind, Sheet

TEMPLATES = Path(__file__).parent / "templates"
EPOCH = dt.date(1970, 1, 1)

PICTURE_PPI = 144
"""Dots per inch of a page as a picture: sharp at the width that a screen gives it."""


class LayoutError(Exception):
    """Typst refused a sheet: a fault of the templates, since no document's data is ever source code to them."""


def render(
    document: IssuedDocument,
    company: Company,
    *,
    kind: Kind = "document",
    language: str = "it",
    logo: bytes | None = None,
    sample: bool = False,
) -> bytes:
    """The PDF of a document: itself, its delivery note, or as accompanying invoice.

    `language` is a code; one that has no labels prints in English. `logo` is a PNG, JPEG or SVG, and one that cannot
    be printed is left out. A `sample` says across every page that it is one. The same input gives the same bytes.
    """
    labels = labels_of(language)
    picture = read_logo(logo)
    layout = "delivery_note" if document.type == "delivery_note" else kind
    day = document.date or EPOCH
    if picture is not None:
        sheet = build_sheet(document, company, kind, labels, logo=picture, sample=sample)
        try:
            with _folder(picture) as root:
                return compile_sheet(sheet, root / f"{layout}.typ", day)
        except LayoutError:  # a picture broken after its head; without it, any other fault comes up again
            pass
    sheet = build_sheet(document, company, kind, labels, logo=None, sample=sample)
    return compile_sheet(sheet, TEMPLATES / f"{layout}.typ", day)


def pictures(
    document: IssuedDocument,
    company: Company,
    *,
    kind: Kind = "document",
    language: str = "it",
    logo: bytes | None = None,
    sample: bool = False,
) -> list[bytes]:
    """The same pages as pictures, each a PNG."""
    layout = "delivery_note" if document.type == "delivery_note" else kind

    def drawn(picture: Logo | None) -> list[bytes]:
        sheet = build_sheet(document, company, kind, labels_of(language), logo=picture, sample=sample)
        return _drawn(msgspec.json.encode(sheet).decode(), layout, picture)

    picture = read_logo(logo)
    if picture is not None:
        try:
            return drawn(picture)
        except LayoutError:  # as in `render`
            pass
    return drawn(None)


@lru_cache(maxsize=8)
def _drawn(sheet: str, layout: str, logo: Logo | None) -> list[bytes]:
    """Kept for a moment: a page that shows a document asks for its pictures one by one."""
    try:
        with _folder(logo) as root:
            drawn = typst.compile(
                root / f"{layout}.typ",
                root=root,
                font_paths=fonts(),
                format="png",
                ppi=PICTURE_PPI,
                sys_inputs={"sheet": sheet},
            )
    except typst.TypstError as error:
        raise LayoutError(error.message) from error
    return drawn if isinstance(drawn, list) else [drawn]


@contextmanager
def _folder(logo: Logo | None) -> Iterator[Path]:
    """The templates; with a logo in a folder of their own, because Typst reads pictures only from below its root."""
    if logo is None:
        yield TEMPLATES
        return
    with TemporaryDirectory(prefix="mastro-pdf-") as folder:
        root = Path(folder)
        for template in TEMPLATES.glob("*.typ"):
            shutil.copyfile(template, root / template.name)
        (root / f"logo.{logo.extension}").write_bytes(logo.content)
        yield root


def compile_sheet(sheet: Sheet, template: Path, day: dt.date) -> bytes:
    """Run Typst; the document's date stands in for the time of printing, so that bytes can be compared."""
    noon = dt.datetime.combine(day, dt.time(12), dt.UTC)
    try:
        return typst.compile(
            template,
            root=template.parent,
            font_paths=fonts(),
            format="pdf",
            sys_inputs={"sheet": msgspec.json.encode(sheet).decode()},
            timestamp=max(noon, dt.datetime(1970, 1, 1, tzinfo=dt.UTC)),
        )
    except typst.TypstError as error:
        raise LayoutError(error.message) from error
