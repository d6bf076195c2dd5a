"""The two address books: where their pages are, their operations and what they are called."""

from dataclasses import dataclass

from mastro.model.entity import Client, Supplier
from mastro.resources.reports.common import PURCHASES, SALES
from mastro.web.language import N_


@dataclass(frozen=True, slots=True)
class Registry:
    """One of the two address books."""

    path: str
    scope: str
    key: str
    """What the operations call one: `client` gives the path key `client_id`."""
    name: str
    """What the operation ids call one, such as `Client`."""
    body: type[Supplier]
    documents: str
    """Section of the documents that are listed on the card."""
    kind: str
    """Of the documents that it pays or gets paid by."""
    new_document: str
    """Type of the document that the card offers to write."""
    money: tuple[str, ...]
    """Scope families that the statement needs."""
    title: str
    new: str
    new_document_words: str

    @property
    def item(self) -> str:
        """Key of the path."""
        return f"{self.key}_id"

    def at(self, id: object) -> dict[str, object]:
        """The path of an operation on one entry."""
        return {self.item: id}


CLIENTS = Registry(
    path="/clients",
    scope="entity.clients",
    key="client",
    name="Client",
    body=Client,
    documents="issued_documents",
    kind="issued_document",
    new_document="invoice",
    money=SALES,
    title=N_("Clienti"),
    new=N_("Nuovo cliente"),
    new_document_words=N_("Nuova fattura"),
)
SUPPLIERS = Registry(
    path="/suppliers",
    scope="entity.suppliers",
    key="supplier",
    name="Supplier",
    body=Supplier,
    documents="received_documents",
    kind="received_document",
    new_document="supplier_order",
    money=PURCHASES,
    title=N_("Fornitori"),
    new=N_("Nuovo fornitore"),
    new_document_words=N_("Nuovo ordine a fornitore"),
)
