"""What a document of each type has: its words, whom it is for, and which parts of the form it shows."""

from dataclasses import dataclass

from mastro.api.scopes import DOCUMENT_SCOPES
from mastro.model.issued_document import DocumentType
from mastro.resources.issued_documents.completion import E_INVOICE_TYPES
from mastro.resources.issued_documents.references import SELF_INVOICES
from mastro.totals import BARE_TYPES
from mastro.totals.payments import PAYMENT_FREE_TYPES
from mastro.web.language import N_


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of document. Texts are keys of the catalogue."""

    type: DocumentType
    one: str
    new: str

    @property
    def scope(self) -> str:
        """Scope family of its documents."""
        return f"issued_documents.{DOCUMENT_SCOPES[self.type]}"

    @property
    def for_supplier(self) -> bool:
        """True where the other party is a supplier."""
        return self.type == "supplier_order" or self.type in SELF_INVOICES

    @property
    def registry(self) -> str:
        """The address book that the other party is in: `clients` or `suppliers`."""
        return "suppliers" if self.for_supplier else "clients"

    @property
    def payable(self) -> bool:
        """True where there are installments."""
        return self.type not in PAYMENT_FREE_TYPES

    @property
    def taxed(self) -> bool:
        """True where there may be contributions, withholdings, stamp duty and split payment."""
        return self.type not in BARE_TYPES

    @property
    def electronic(self) -> bool:
        """True where it may be an electronic invoice."""
        return self.type in E_INVOICE_TYPES

    @property
    def numerated(self) -> bool:
        """True where there may be more than one series of numbers."""
        return self.type != "delivery_note"

    @property
    def accompanies(self) -> bool:
        """True where it may go with the goods: with a delivery note of its own, or as one."""
        return self.type == "invoice"

    @property
    def travels(self) -> bool:
        """True where it goes with the goods by itself."""
        return self.type == "delivery_note"


KINDS: dict[str, Kind] = {
    kind.type: kind
    for kind in (
        Kind("invoice", N_("Fattura"), N_("Nuova fattura")),
        Kind("credit_note", N_("Nota di credito"), N_("Nuova nota di credito")),
        Kind("quote", N_("Preventivo"), N_("Nuovo preventivo")),
        Kind("order", N_("Ordine"), N_("Nuovo ordine")),
        Kind("proforma", N_("Proforma (documento)"), N_("Nuova proforma")),
        Kind("delivery_note", N_("DDT"), N_("Nuovo DDT")),
        Kind("receipt", N_("Ricevuta"), N_("Nuova ricevuta")),
        Kind("work_report", N_("Rapporto di intervento"), N_("Nuovo rapporto di intervento")),
        Kind("supplier_order", N_("Ordine a fornitore"), N_("Nuovo ordine a fornitore")),
        Kind("self_own_invoice", N_("Autofattura"), N_("Nuova autofattura")),
        Kind("self_supplier_invoice", N_("Autofattura di acquisto"), N_("Nuova autofattura di acquisto")),
    )
}
"""By type, in the order in which they are offered."""


def kind_of(type: str) -> Kind:
    """The kind of a type; the menu's `self_invoice` is the one for purchases, which is the usual one."""
    return KINDS.get("self_supplier_invoice" if type == "self_invoice" else type, KINDS["invoice"])
