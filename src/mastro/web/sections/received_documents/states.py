"""What the types and states of received documents are called."""

from collections.abc import Mapping

from mastro.web.language import N_, Locale
from mastro.web.listing import Cell, Row
from mastro.web.sections.issued_documents import states as issued

TYPES: Mapping[str, tuple[str, str]] = {
    "expense": (N_("Spesa"), N_("Nuova spesa")),
    "passive_credit_note": (N_("Nota di credito ricevuta"), N_("Nuova nota di credito ricevuta")),
    "passive_delivery_note": (N_("Arrivo merce"), N_("Nuovo arrivo merce")),
    "self_invoice": (N_("Autofattura ricevuta"), N_("Nuova autofattura ricevuta")),
}
"""Type → what one is called, and what a new one is."""

PAYMENT_FREE = frozenset({"passive_delivery_note"})
"""Types that nobody pays."""


def type(row: Row, say: Locale) -> Cell:
    """What the document is."""
    words = TYPES[row["type"]][0]
    return Cell(say(words))


def payment(row: Row, say: Locale, today: str) -> Cell:
    """Whether it is paid, and if not, since or until when it is due."""
    free = row["type"] in PAYMENT_FREE
    return Cell("") if free else issued.payment({**row, "type": "invoice"}, say, today)


def electronic(row: Row, say: Locale) -> Cell:
    """Whether it came as an electronic invoice."""
    return Cell(say("Elettronica"), "badge info") if row.get("e_invoice") else Cell("")
