"""Issued documents as PDF: a document and its company in, the bytes of a printable file out.

`sheet` turns the document into what is printed, text by text; the Typst templates beside it lay that out.
"""

from mastro.pdf.logo import read_logo
from mastro.pdf.render import LayoutError, pictures, render
from mastro.pdf.sheet import Kind

__all__ = ["Kind", "LayoutError", "pictures", "read_logo", "render"]
