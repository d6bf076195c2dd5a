"""Which SdI document types (TD01 …) each document of the API can become, and the table that the pre-create info shows.

`codes_for` follows the SdI: for TD21 and TD27 seller and customer are the same (check 00472), for the others of a
self-invoice they differ (00471). The two flags of `info` are the API's own and wider; clients read them, so they are
kept.
"""

import msgspec

from mastro.italy.codes import table
from mastro.model.issued_document import DocumentType

_CODES: dict[DocumentType, tuple[str, ...]] = {
    "invoice": ("TD01", "TD02", "TD03", "TD05", "TD06", "TD24", "TD25", "TD26"),
    "credit_note": ("TD04",),
    "self_own_invoice": ("TD27", "TD21", "TD26"),
    "self_supplier_invoice": ("TD17", "TD16", "TD18", "TD19", "TD20", "TD22", "TD23", "TD28", "TD29"),
}

_OWN = frozenset({"TD02", "TD03", "TD04", "TD05", "TD06", "TD21", "TD24", "TD25", "TD26", "TD27"})
_NOT_SUPPLIER = frozenset({"TD21"})

ON_BEHALF = "fattura in nome e per conto"
"""What TD01 means as a self-invoice: the customer issues it in the supplier's name (art. 21, c. 1, DPR 633/1972)."""


class TypeInfo(msgspec.Struct, frozen=True):
    """One entry of `documents_type_info`."""

    self_own_invoice: bool
    self_supplier_invoice: bool
    description: str
    description_self_invoice: str | msgspec.UnsetType = msgspec.UNSET


def codes_for(document_type: DocumentType) -> tuple[str, ...]:
    """Return the TD codes that a document may carry, the usual one first; none for what is no electronic invoice."""
    return _CODES.get(document_type, ())


def default_code(document_type: DocumentType) -> str | None:
    """Return the TD code that a document carries when nobody says which, or None.

    None too for `self_supplier_invoice`: whether goods or services, from where, only its author knows.
    """
    if document_type == "self_supplier_invoice":
        return None
    return next(iter(codes_for(document_type)), None)


def info() -> dict[str, TypeInfo]:
    """Return TD code → flags and Italian description, as the pre-create info shows it."""
    return {
        code: TypeInfo(
            self_own_invoice=code in _OWN,
            self_supplier_invoice=code not in _NOT_SUPPLIER,
            description=f"{code} - {known.it}",
            description_self_invoice=f"{code} - {ON_BEHALF}" if code == "TD01" else msgspec.UNSET,
        )
        for code, known in table("TipoDocumento").items()
    }
