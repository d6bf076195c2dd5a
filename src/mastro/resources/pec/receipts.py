"""Receipts of the providers of certified mail about files that left by it: how far a file got on its way to the SdI.

They speak of the way only, and only until the SdI has answered: a receipt that comes after a notice changes nothing.
"""

from mastro.api.call import Call
from mastro.delivery.sdi_pec import stem_of
from mastro.fatturapa.pec import Mail
from mastro.model.issued_document import EInvoiceStatus, IssuedDocument
from mastro.resources.issued_documents.sending import transition
from mastro.resources.issued_documents.table import documents
from mastro.resources.issued_documents.transmissions import Outcome, Transmission, last_of, store, transmissions
from mastro.resources.pec.messages import PecMessage

ON_ITS_WAY: frozenset[EInvoiceStatus] = frozenset({"attempt", "pending"})

NOT_OURS = "La ricevuta riguarda un messaggio che non è partito da qui."

_STATUSES: dict[str, EInvoiceStatus] = {
    "accettazione": "pending",
    "avvenuta-consegna": "sent",
    "non-accettazione": "error",
    "errore-consegna": "error",
    "rilevazione-virus": "error",
}
"""What a document becomes by a receipt; the others (passed on, late) leave it where it is."""

_REASONS = {
    "non-accettazione": (
        "Il gestore della casella PEC non ha accettato il messaggio.",
        "Leggere la ricevuta, correggere le impostazioni della casella e inviare di nuovo.",
    ),
    "errore-consegna": (
        "Il messaggio non è stato consegnato allo SdI.",
        "Controllare l'indirizzo dello SdI nelle impostazioni e inviare di nuovo.",
    ),
    "rilevazione-virus": (
        "Il gestore della casella PEC ha rilevato un virus nel messaggio.",
        "Controllare gli allegati della fattura e inviare di nuovo.",
    ),
    "preavviso-errore-consegna": (
        "Il messaggio non è ancora stato consegnato allo SdI; il gestore della PEC continua a provare.",
        "Attendere: entro un giorno arriva la ricevuta di consegna o quella di errore.",
    ),
}


def take_receipt(call: Call, message: PecMessage, mail: Mail) -> None:
    """Move the document of a file on by a receipt about it, where the SdI has not answered yet."""
    documents.lock(call.session, call.company_id)
    sent = _sent_as(call, mail.reference)
    if sent is None:
        message.reason = NOT_OURS
        return
    message.status, message.document_id = "taken", sent.document_id
    if mail.kind in {"accettazione", "avvenuta-consegna"}:
        sent.carried, sent.in_doubt_since = True, ""
        store(call, sent)
    document = documents.get(call.session, call.company_id, sent.document_id or 0)
    if document is None or (document.ei_status or "not_sent") not in ON_ITS_WAY or not _is_last(call, document, sent):
        return
    outcome = _outcome(mail)
    if mail.kind in _STATUSES:
        transition(call, document, _STATUSES[mail.kind], outcome)
    elif outcome is not None:
        outcome.date = call.timestamp
        sent.outcomes.append(outcome)
        store(call, sent)


def _outcome(mail: Mail) -> Outcome | None:
    if mail.kind not in _REASONS:
        return None
    reason, solution = _REASONS[mail.kind]
    return Outcome(reason=f"{reason}\n{mail.error}".strip(), solution=solution)


def _is_last(call: Call, document: IssuedDocument, sent: Transmission) -> bool:
    last = last_of(call, document)
    return last is not None and last.id == sent.id


def _sent_as(call: Call, message_id: str) -> Transmission | None:
    """The attempt that left under a Message-ID."""
    equals = {"file_name": f"{stem_of(message_id)}.xml"}
    rows = transmissions.page(call.session, call.company_id, equals=equals, order=(("id", True),), limit=1)
    found = transmissions.decoder.decode(rows[0][0]) if rows else None
    return found if found is not None and found.message_id == message_id else None
