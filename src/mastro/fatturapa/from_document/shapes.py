"""What the parts of the mapping share: the document with everything already worked out of it, and small writers."""

import base64
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from mastro.fatturapa.text import ascii_, latin
from mastro.fatturapa.tree import Tree
from mastro.model.company import Company
from mastro.model.entity import Entity
from mastro.model.issued_document import EInvoiceData, IssuedDocument
from mastro.money import EXACT
from mastro.totals import Contribution, Totals, VatBucket, compute

Role = Literal["seller", "buyer", "both"]
"""Which party of the file the company is."""

BUYER_ISSUES = frozenset({"TD16", "TD17", "TD18", "TD19", "TD20", "TD22", "TD23", "TD28", "TD29"})
"""Types that the customer makes out: the supplier stays the seller, the company is the buyer (art. 17 DPR 633/1972)."""

ONESELF = frozenset({"TD21", "TD27"})
"""Types in which the company is seller and buyer (SdI code 00472)."""

SIMPLIFIED_TYPES = frozenset({"TD07", "TD08", "TD09"})
"""Types of the simplified invoice, which has a format of its own (FSM10)."""

_DEFAULT_TYPES = {"invoice": "TD01", "credit_note": "TD04", "self_own_invoice": "TD27", "self_supplier_invoice": ""}
"""An autofattura for a supplier has several possible types: it must be said."""

_ROLES: dict[str, Role] = {"self_own_invoice": "both", "self_supplier_invoice": "buyer"}

_STEPS = {places: Decimal(1).scaleb(-places) for places in (2, 8)}


class NotAnInvoiceError(ValueError):
    """The document is of a type that has no electronic invoice, or has something that its type cannot say."""

    def __init__(self, type_: str | None, reason: str = "") -> None:
        super().__init__(reason or f"A document of type {type_!r} has no electronic invoice.")
        self.type = type_


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels inside the invoice."""

    name: str
    content: bytes
    description: str = ""

    def tree(self) -> Tree:
        """The block *Allegati*."""
        stem, dot, extension = self.name.rpartition(".")
        return present(
            NomeAttachment=latin(self.name, 60),
            FormatoAttachment=ascii_(extension, 10).upper() if dot and stem else "",
            DescrizioneAttachment=latin(self.description, 100),
            Attachment=base64.b64encode(self.content).decode(),
        )


@dataclass(frozen=True, slots=True)
class Case:
    """A document and what follows from it."""

    document: IssuedDocument
    company: Company
    entity: Entity
    data: EInvoiceData
    type: str
    """TD01 … TD29, empty where the document does not say."""
    role: Role
    format: str
    totals: Totals
    buckets: list[VatBucket]
    contributions: list[Contribution]

    @property
    def withheld(self) -> bool:
        """Whether the customer withholds tax or contributions."""
        return bool(self.document.withholding_tax or self.document.other_withholding_tax)


def case_of(document: IssuedDocument, company: Company) -> Case:
    """Work out type, roles and totals. Raises NotAnInvoiceError."""
    if document.type not in _DEFAULT_TYPES:
        raise NotAnInvoiceError(document.type)
    data = document.ei_data or EInvoiceData()
    entity = document.entity or Entity()
    type_ = _declared_type(document.ei_raw) or data.document_type or _usual_type(document)
    role: Role = "buyer" if type_ in BUYER_ISSUES else "both" if type_ in ONESELF else _role_of(document)
    calculation = compute(document)
    return Case(
        document,
        company,
        entity,
        data,
        type_,
        role,
        _format(type_, entity, role),
        calculation.totals,
        calculation.vat_summary,
        calculation.contributions,
    )


def _format(type_: str, entity: Entity, role: Role) -> str:
    if type_ in SIMPLIFIED_TYPES:
        return "FSM10"
    return "FPA12" if entity.type == "pa" and role == "seller" else "FPR12"


def _role_of(document: IssuedDocument) -> Role:
    """Where the type of the file leaves it open: an autofattura that says TD01 is made out in the supplier's name."""
    return _ROLES.get(document.type or "", "seller")


def _declared_type(raw: Mapping[str, Any] | None) -> str:
    """TipoDocumento from the depth of `ei_raw`, the one place where the vendor takes it."""
    node: Any = raw
    for name in ("FatturaElettronicaBody", "DatiGenerali", "DatiGeneraliDocumento", "TipoDocumento"):
        if isinstance(node, list):
            node = node[0] if node else None
        node = node.get(name) if isinstance(node, Mapping) else None
    return node if isinstance(node, str) else ""


def _usual_type(document: IssuedDocument) -> str:
    if document.type == "invoice" and delivered_before(document):
        return "TD24"
    return _DEFAULT_TYPES[document.type or "invoice"]


def delivered_before(document: IssuedDocument) -> bool:
    """Whether an earlier delivery note is linked: the invoice is then a deferred one (art. 21 c. 4 lett. a)."""
    return bool(document.delivery_note and document.dn_date and document.date and document.dn_date < document.date)


def present(**elements: Any) -> Tree:
    """A tree of those elements that hold something."""
    return {name: value for name, value in elements.items() if value}


def decimals(value: Decimal, places: int = 2) -> str:
    """A number as the formats write it: a point, exactly two decimals, or with `places` 8 two to eight."""
    text = f"{value.quantize(_STEPS[places], ROUND_HALF_UP, EXACT):f}"
    if places > 2:
        whole, _, fraction = text.partition(".")
        text = f"{whole}.{fraction.rstrip('0'):0<2}"
    return text[1:] if text.startswith("-") and not text.strip("-0.") else text


def money(value: Decimal | None) -> str:
    """An amount with two decimals; empty where there is none."""
    return "" if value is None else decimals(value)


def date(value: dt.date | None) -> str:
    """A date as `2026-01-31`; empty where there is none."""
    return "" if value is None else value.isoformat()
