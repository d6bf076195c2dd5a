"""What the types and states of documents are called, and the tone of each."""

from collections.abc import Mapping

from mastro.web.language import N_, Locale
from mastro.web.listing import Cell, Row

TYPES: Mapping[str, tuple[str, str]] = {
    "invoice": (N_("Fattura"), N_("Nuova fattura")),
    "credit_note": (N_("Nota di credito"), N_("Nuova nota di credito")),
    "quote": (N_("Preventivo"), N_("Nuovo preventivo")),
    "order": (N_("Ordine"), N_("Nuovo ordine")),
    "proforma": (N_("Proforma"), N_("Nuova proforma")),
    "delivery_note": (N_("DDT"), N_("Nuovo DDT")),
    "receipt": (N_("Ricevuta"), N_("Nuova ricevuta")),
    "work_report": (N_("Rapporto di intervento"), N_("Nuovo rapporto di intervento")),
    "supplier_order": (N_("Ordine a fornitore"), N_("Nuovo ordine a fornitore")),
    "self_own_invoice": (N_("Autofattura"), N_("Nuova autofattura")),
    "self_supplier_invoice": (N_("Autofattura per conto del fornitore"), N_("Nuova autofattura per il fornitore")),
}
"""Type → what one is called, and what a new one is."""

ENDS = {
    "7": N_("Per 7 giorni"),
    "30": N_("Per 30 giorni"),
    "90": N_("Per 90 giorni"),
    "date": N_("Fino a una data"),
    "never": N_("Senza scadenza"),
}
"""When a link that one makes can end: days from today, on a date that is typed, or never."""

PAID_TYPES = frozenset({"invoice", "proforma", "receipt", "credit_note"})
"""Types that are paid."""

E_INVOICE_STATES: Mapping[str, tuple[str, str]] = {
    "attempt": (N_("In preparazione"), "info"),
    "missing": (N_("Da inviare"), "warn"),
    "not_sent": (N_("Da inviare"), "warn"),
    "pending": (N_("In attesa"), "info"),
    "processing": (N_("In elaborazione"), "info"),
    "sent": (N_("Inviata"), "info"),
    "accepted": (N_("Consegnata"), "ok"),
    "not_delivered": (N_("Mancata consegna"), "warn"),
    "error": (N_("Errore"), "bad"),
    "discarded": (N_("Scartata"), "bad"),
    "rejected": (N_("Rifiutata"), "bad"),
    "no_response": (N_("Decorrenza termini"), "ok"),
    "manual_accepted": (N_("Accettata a mano"), "ok"),
    "manual_rejected": (N_("Rifiutata a mano"), "bad"),
}
"""State of an e-invoice → words and tone."""


def type(row: Row, say: Locale) -> Cell:
    """What the document is."""
    words = TYPES[row["type"]][0]
    return Cell(say(words))


def number(row: Row, say: Locale) -> Cell:
    """The number as it is printed; a document without one is a draft."""
    text = f"{row['number']}{row.get('numeration') or ''}" if row.get("number") is not None else say("Bozza")
    return Cell(text)


def e_invoice(row: Row, say: Locale) -> Cell:
    """The state of the e-invoice; nothing for a document that is none."""
    words, tone = E_INVOICE_STATES.get(row.get("ei_status") or "", ("", ""))
    return Cell(say(words), f"badge {tone}") if words and row.get("e_invoice") else Cell("")


def payment(row: Row, say: Locale, today: str) -> Cell:
    """Whether it is paid, and if not, since or until when it is due."""
    if row.get("type") not in PAID_TYPES:
        return Cell("")
    due = row.get("next_due_date")
    if not due:
        return Cell(say("Saldato"), "badge ok")
    if str(due) < today:
        return Cell(say("Scaduto %(date)s", date=say.date(due)), "badge bad")
    return Cell(say("Scade %(date)s", date=say.date(due)), "badge")
