"""Bodies of issued documents, as short as the API takes them, for the tests of that resource."""

from typing import Any

from support import Client

TYPES = (
    "invoice",
    "quote",
    "proforma",
    "receipt",
    "delivery_note",
    "credit_note",
    "order",
    "work_report",
    "supplier_order",
    "self_own_invoice",
    "self_supplier_invoice",
)


def row(price: float = 100, **more: Any) -> dict[str, Any]:
    """A row of one piece at 22 %."""
    return {"name": "Consulenza", "net_price": price, "vat": {"id": 0}} | more


def body(type: str = "invoice", /, **more: Any) -> dict[str, Any]:
    """A document with one row of 100 + 22 % VAT, due in one installment."""
    data: dict[str, Any] = {
        "type": type,
        "entity": {"name": "Bianchi S.p.A."},
        "items_list": [row()],
        "payments_list": [{"amount": 122, "due_date": "2026-04-01"}],
    }
    return data | more


def create(client: Client, type: str = "invoice", /, *, fix: bool = True, **more: Any) -> dict[str, Any]:
    """A stored document; installments are made to add up unless `fix` is false."""
    sent: dict[str, Any] = {"data": body(type, **more)}
    if fix:
        sent["options"] = {"fix_payments": True}
    stored: dict[str, Any] = client.data("POST", "issued_documents", json=sent)
    return stored


def change(client: Client, id: int, /, **data: Any) -> dict[str, Any]:
    """A document after a modify that sends just these keys."""
    changed: dict[str, Any] = client.data("PUT", f"issued_documents/{id}", json={"data": data})
    return changed


def account_of(client: Client) -> int:
    """Id of a payment account of the company."""
    id: int = client.data("GET", "info/payment_accounts")[0]["id"]
    return id
