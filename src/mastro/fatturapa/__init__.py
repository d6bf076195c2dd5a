"""FatturaPA, the Italian electronic invoice: write it, read it, check it before the SdI does."""

from mastro.fatturapa.check import check
from mastro.fatturapa.findings import Finding
from mastro.fatturapa.from_document import (
    Attachment,
    NotAnInvoiceError,
    RawTreeError,
    Transmitter,
    file_name,
    from_document,
)
from mastro.fatturapa.read import UnreadableError, read
from mastro.fatturapa.tree import Invoice, Tree
from mastro.fatturapa.write import NotWritableError, write

__all__ = [
    "Attachment",
    "Finding",
    "Invoice",
    "NotAnInvoiceError",
    "NotWritableError",
    "RawTreeError",
    "Transmitter",
    "Tree",
    "UnreadableError",
    "check",
    "file_name",
    "from_document",
    "read",
    "write",
]
