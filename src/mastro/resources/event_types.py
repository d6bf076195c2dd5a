"""The events that a webhook can tell of: their names on the wire, the groups among them, and the scopes they need.

Names are the vendor's, with the prefix `it.fattureincloud.webhooks.`; inside the server events go without it. For
self-invoices the vendor's pages say `self_invoices` where its schema says `self_own_invoices` and
`self_supplier_invoices`: all three are taken, and an event is told under the name that was asked for.
"""

PREFIX = "it.fattureincloud.webhooks."

WELCOME = "subscriptions.welcome"
"""Told once to every subscription that is verified."""
TEST = "subscriptions.test"
"""Told on request."""
VERIFICATION = "subscriptions.verification"
"""Name under which the log shows an attempt to verify a sink; no event."""

_CHANGES = ("create", "update", "delete")

_DOCUMENTS = {
    "invoices": "invoices",
    "quotes": "quotes",
    "proformas": "proformas",
    "receipts": "receipts",
    "delivery_notes": "delivery_notes",
    "credit_notes": "credit_notes",
    "orders": "orders",
    "work_reports": "work_reports",
    "supplier_orders": "supplier_orders",
    "self_own_invoices": "self_invoices",
    "self_supplier_invoices": "self_invoices",
}
"""Kind of document in an event → last part of its scope."""

_SELF_INVOICES = ("self_own_invoices", "self_supplier_invoices")

_PLAIN = {"received_documents": "received_documents", "receipts": "receipts", "taxes": "taxes", "cashbook": "cashbook"}
_PLAIN |= {"archive_documents": "archive", "products": "products"}
_PLAIN |= {"entities.clients": "entity.clients", "entities.suppliers": "entity.suppliers"}
"""Family of events → scope."""


def _scopes() -> dict[str, tuple[str, ...]]:
    """Every event that a subscription can be stored with → the scopes that its reader needs."""
    scopes: dict[str, tuple[str, ...]] = {}
    for kind, scope in (*_DOCUMENTS.items(), ("self_invoices", "self_invoices")):
        for verb in (*_CHANGES, "email_sent"):
            scopes[f"issued_documents.{kind}.{verb}"] = (f"issued_documents.{scope}:r",)
    for family, scope in _PLAIN.items():
        for verb in _CHANGES:
            scopes[f"{family}.{verb}"] = (f"{scope}:r",)
    scopes["products.stock_update"] = ("products:r", "stock:r")
    scopes["issued_documents.e_invoices.status_update"] = (
        "issued_documents.invoices:r",
        "issued_documents.credit_notes:r",
    )
    scopes["received_documents.e_invoices.receive"] = ("received_documents:r",)
    return scopes


SCOPES = _scopes()


def _groups() -> dict[str, tuple[str, ...]]:
    groups = {
        f"issued_documents.all.{verb}": tuple(f"issued_documents.{kind}.{verb}" for kind in _DOCUMENTS)
        for verb in (*_CHANGES, "email_sent")
    }
    for verb in _CHANGES:
        groups[f"entities.all.{verb}"] = (f"entities.clients.{verb}", f"entities.suppliers.{verb}")
    return groups


GROUPS = _groups()
"""Group of events → the events in it; a subscription is stored with these."""


def emitted(type: str) -> tuple[str, ...]:
    """The names under which the server writes the events of a type that was asked for."""
    family, _, verb = type.rpartition(".")
    if family == "issued_documents.self_invoices":
        return tuple(f"issued_documents.{kind}.{verb}" for kind in _SELF_INVOICES)
    return (type,)


def asked_as(type: str, asked: list[str]) -> str:
    """The name under which a subscription wants to hear of an event that the server wrote as `type`."""
    if type in asked:
        return type
    return next((name for name in asked if type in emitted(name)), type)
