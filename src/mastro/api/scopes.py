"""Who may do what: the scopes of a token, cut down to what its user is permitted in the company."""

from functools import lru_cache

import msgspec

DOCUMENT_SCOPES = {
    "invoice": "invoices",
    "quote": "quotes",
    "proforma": "proformas",
    "receipt": "receipts",
    "delivery_note": "delivery_notes",
    "credit_note": "credit_notes",
    "order": "orders",
    "work_report": "work_reports",
    "supplier_order": "supplier_orders",
    "self_own_invoice": "self_invoices",
    "self_supplier_invoice": "self_invoices",
}
"""Type of an issued document → the last part of its scope."""

_SECTIONS: dict[str, tuple[str, ...]] = {
    "fic_clients": ("entity.clients",),
    "fic_suppliers": ("entity.suppliers",),
    "fic_products": ("products",),
    "fic_stock": ("stock",),
    "fic_issued_documents": tuple(f"issued_documents.{name}" for name in dict.fromkeys(DOCUMENT_SCOPES.values())),
    "fic_received_documents": ("received_documents",),
    "fic_receipts": ("receipts",),
    "fic_taxes": ("taxes",),
    "fic_calendar": ("calendar",),
    "fic_archive": ("archive",),
    "fic_cashbook": ("cashbook",),
    "fic_settings": ("settings",),
    "fic_emails": ("emails",),
    "fic_situation": ("situation",),
}
"""Section of a user's permissions → the scopes that it covers."""

READ_ONLY_FAMILIES = frozenset({"emails", "situation"})

FAMILIES = tuple(scope for scopes in _SECTIONS.values() for scope in scopes)

ALL_SCOPES = tuple(f"{family}:{'r' if family in READ_ONLY_FAMILIES else 'a'}" for family in FAMILIES)
"""Everything that a token can be given."""

SECTIONS = tuple(_SECTIONS)

Scopes = frozenset[str]
"""`family:r` and `family:a`, the second always with the first."""


def known(scope: str) -> bool:
    """True for a scope that exists."""
    family, _, level = scope.rpartition(":")
    return family in FAMILIES and level in {"r", "a"}


@lru_cache(maxsize=1024)
def effective(granted: str, role: str, permissions: bytes) -> Scopes:
    """What a token may do: its scopes (separated by spaces) within its user's permissions (JSON, level per section)."""
    token = frozenset(_expand(granted.split()))
    if role == "master":
        return token
    return token & frozenset(_permitted(msgspec.json.decode(permissions)))


def _expand(scopes: list[str]) -> list[str]:
    return [*scopes, *(f"{scope[:-2]}:r" for scope in scopes if scope.endswith(":a"))]


def _permitted(permissions: dict[str, object]) -> list[str]:
    scopes: list[str] = []
    for section, families in _SECTIONS.items():
        level = permissions.get(section)
        if section == "fic_issued_documents" and level == "detailed":
            detailed = permissions.get("fic_issued_documents_detailed")
            if isinstance(detailed, dict):
                for name, inner in detailed.items():
                    scopes += _at_level((f"issued_documents.{name}",), inner)
        else:
            scopes += _at_level(families, level)
    return scopes


def _at_level(families: tuple[str, ...], level: object) -> list[str]:
    if level == "write":
        return [f"{family}:{letter}" for family in families for letter in "ra"]
    return [f"{family}:r" for family in families] if level == "read" else []
