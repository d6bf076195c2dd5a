"""What a form starts from: the defaults of a new document, a stored one, or what is made of one or several others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mastro.web.operations import Operations
from mastro.web.sections.editor.kinds import Kind, kind_of

Document = dict[str, Any]


@dataclass(slots=True)
class Start:
    """The document before anything is typed, and what the form offers."""

    kind: Kind
    document: Document
    info: Document
    """Answer of the pre-create info."""
    id: int | None = None
    options: Document = field(default_factory=dict)
    """What the create says of the documents that this one is made from."""

    @property
    def locked(self) -> bool:
        """True where only the payments may change: the SdI has the rest."""
        return bool(self.id and self.document.get("locked"))


def new(api: Operations, query: Mapping[str, str], *, offers: bool = True) -> Start:
    """A document that is not stored: empty, or made from those that `from` names.

    Without `offers` it is only to be calculated: nothing to choose from, and nothing but what the form says.
    """
    ids = query.get("from", "")
    if not ids:
        kind = kind_of(query.get("type", "invoice"))
        if not offers:
            return Start(kind, {}, {})
        info = info_of(api, kind)
        return Start(kind, _blank(kind, info, api.installation.settings.clock().date().isoformat()), info)
    made = _made(api, ids, query)
    document = made["data"]
    for key in ("items_list", "payments_list"):
        for number, row in enumerate(document.get(key) or (), 1):
            row["id"] = number  # so that a row that comes back from the form finds what the form does not show
    kind = kind_of(document["type"])
    return Start(kind, document, info_of(api, kind) if offers else {}, options=made.get("options") or {})


def _made(api: Operations, ids: str, query: Mapping[str, str]) -> Any:
    if "," in ids:
        return api("joinIssuedDocuments", query={"ids": ids, "group": query.get("group")})
    type = query.get("type")
    if type:
        original = api("getIssuedDocument", path={"document_id": ids}, query={"fields": "type"})["data"]
        if kind_of(type).type != original["type"]:
            kept = query.get("keep_copy")
            asked = {"original_document_id": ids, "new_type": kind_of(type).type, "transform_keep_copy": kept}
            return api("transformIssuedDocument", query=asked)
    return api("duplicateIssuedDocument", query={"original_document_id": ids})


def stored(api: Operations, id: int, *, offers: bool = True) -> Start:
    """A document that is stored."""
    document = api("getIssuedDocument", path={"document_id": id})["data"]
    kind = kind_of(document["type"])
    return Start(kind, document, info_of(api, kind) if offers else {}, id)


def info_of(api: Operations, kind: Kind) -> Document:
    """What a form of this kind offers."""
    found: Document = api("getIssuedDocumentPreCreateInfo", query={"type": kind.type})["data"]
    return found


def _blank(kind: Kind, info: Document, today: str) -> Document:
    """A new document: a row, an installment by the usual terms, and what the company usually does."""
    usual = info["default_values"]
    row = {"vat": info["items_default_values"]["vat"], "apply_withholding_taxes": True}
    document: Document = {"type": kind.type, "date": today, "items_list": [row]}
    document |= {"notes": usual["notes"], "use_gross_prices": usual["use_gross_prices"], "show_payments": True}
    document |= {
        "show_payment_method": True,
        "show_totals": "all",
        "currency": {"id": "EUR"},
        "language": {"code": "it"},
    }
    if kind.taxed:
        for key in ("rivalsa", "cassa", "withholding_tax", "withholding_tax_taxable", "other_withholding_tax"):
            document[key] = usual[key]
        document |= {key: usual[key] for key in ("ei_cassa_type", "ei_withholding_tax_causal")}
    method = usual["payment_method"]
    if kind.payable:
        account = method and method.get("default_payment_account")
        document |= {"payment_method": method, "payments_list": [{"status": "not_paid", "payment_account": account}]}
    if kind.electronic:
        data = {"document_type": usual["ei_default_document_type"] or ""}
        document |= {
            "e_invoice": True,
            "ei_data": data | {"payment_method": method["ei_payment_method"] if method else ""},
        }
    return document
