"""Fonts of the PDFs: Source Sans 3 where its package is installed, else the serif that Typst carries.

Fonts of the machine are never used, so that the same document gives the same bytes everywhere.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import typst

PACKAGE = "fontpkg_source_sans_3"
"""Import name of the PyPI package that ships the font files (OFL 1.1)."""

FAMILIES = ("Source Sans 3", "Libertinus Serif", "DejaVu Sans Mono")
"""In order of preference. The two that Typst carries also hold the Hebrew, Greek and Arabic that others lack."""


def font_folders() -> list[Path]:
    """Folders that hold the fonts of the project."""
    spec = find_spec(PACKAGE)
    return [Path(folder) / "files" for folder in (spec.submodule_search_locations or ())] if spec else []


@cache
def fonts() -> typst.Fonts:
    """The fonts to print with, read once: searching them takes longer than laying out a page."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=font_folders())


@cache
def families() -> list[str]:
    """Those of `FAMILIES` that are there; naming another would make Typst warn."""
    present = {font.family for font in fonts().fonts()}
    return [family for family in FAMILIES if family in present]
