"""FatturaPA, the Italian electronic invoice: write it, read it, check it before the SdI does."""

from mastro.fatturapa.check import check
from mastro.fatturapa.embedded import as_one, embedded
from mastro.fatturapa.files import check_file, read_all
from mastro.fatturapa.findings import Finding
from mastro.fatturapa.from_document import (
    Attachment,
    NotAnInvoiceError,
    RawTreeError,
    Transmitter,
    file_name,
    from_document,
    key_finder,
)
from mastro.fatturapa.names import (
    FileName,
    MessageName,
    message_name,
    parse_file_name,
    parse_message_name,
)
from mastro.fatturapa.notices import (
    Notice,
    check_notice,
    outcome_notice,
    read_notice,
    write_notice,
)
from mastro.fatturapa.read import UnreadableError, read
from mastro.fatturapa.signatures import Signature, signatures
from mastro.fatturapa.to_document import readings, to_document
from mastro.fatturapa.tree import Invoice, Tree
from mastro.fatturapa.write import NotWritableError, write

__all__ = [
    "Attachment",
    "FileName",
    "Finding",
    "Invoice",
    "MessageName",
    "NotAnInvoiceError",
    "NotWritableError",
    "Notice",
    "RawTreeError",
    "Signature",
    "Transmitter",
    "Tree",
    "UnreadableError",
    "as_one",
    "check",
    "check_file",
    "check_notice",
    "embedded",
    "file_name",
    "from_document",
    "key_finder",
    "message_name",
    "outcome_notice",
    "parse_file_name",
    "parse_message_name",
    "read",
    "read_all",
    "read_notice",
    "readings",
    "signatures",
    "to_document",
    "write",
    "write_notice",
]
