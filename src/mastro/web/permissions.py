"""The scopes in words, as the pages say what a program or a user may do."""

from collections.abc import Iterable, Mapping

from mastro.web.language import N_, Locale

FAMILIES: Mapping[str, str] = {
    "entity.clients": N_("Clienti"),
    "entity.suppliers": N_("Fornitori"),
    "products": N_("Prodotti"),
    "stock": N_("Magazzino"),
    "issued_documents.invoices": N_("Fatture"),
    "issued_documents.quotes": N_("Preventivi"),
    "issued_documents.proformas": N_("Proforma"),
    "issued_documents.receipts": N_("Ricevute"),
    "issued_documents.delivery_notes": N_("Documenti di trasporto"),
    "issued_documents.credit_notes": N_("Note di credito"),
    "issued_documents.orders": N_("Ordini"),
    "issued_documents.work_reports": N_("Rapporti di lavoro"),
    "issued_documents.supplier_orders": N_("Ordini ai fornitori"),
    "issued_documents.self_invoices": N_("Autofatture"),
    "received_documents": N_("Documenti ricevuti"),
    "receipts": N_("Corrispettivi"),
    "taxes": N_("Tasse e F24"),
    "calendar": N_("Calendario"),
    "archive": N_("Archivio"),
    "cashbook": N_("Prima nota"),
    "settings": N_("Impostazioni"),
    "emails": N_("E-mail inviate"),
    "situation": N_("Situazione dell'azienda"),
}
"""Scope family → what it is about."""

ROLES: Mapping[str, str] = {
    "master": N_("Titolare"),
    "subaccount": N_("Collaboratore"),
    "employee": N_("Dipendente"),
}
"""Role in a company → what it is called."""

READ = N_("Lettura")
WRITE = N_("Lettura e modifica")


def family_words(say: Locale, family: str) -> str:
    """What a scope family is about."""
    return say(FAMILIES[family])


def by_level(say: Locale, scopes: Iterable[str]) -> dict[str, list[str]]:
    """The scopes by what they allow: heading → what they are about. A family under both stands under the wider."""
    scopes = tuple(scopes)
    wide = {scope[:-2] for scope in scopes if scope.endswith(":a")}
    narrow = {scope[:-2] for scope in scopes} - wide
    found: dict[str, list[str]] = {}
    for heading, families in ((WRITE, wide), (READ, narrow)):
        if families:
            found[say(heading)] = [say(words) for family, words in FAMILIES.items() if family in families]
    return found
