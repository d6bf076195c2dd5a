"""What became of a document, the latest first: out of its trail, its payments and its messages."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mastro.web.language import N_, Locale
from mastro.web.sections.editor.kinds import kind_of
from mastro.web.sections.editor.labels import label_of
from mastro.web.sections.issued_documents import states

Row = Mapping[str, Any]

DONE = {
    "create": N_("Creato"),
    "update": N_("Modificato"),
    "delete": N_("Spostato nel cestino"),
    "email_sent": N_("E-mail spedita"),
    "share": N_("Link creato"),
    "unshare": N_("Link revocato"),
}
ICONS = {"create": "plus", "delete": "trash", "email_sent": "mail", "share": "link", "unshare": "link"}
MAILS = {
    "sent": (N_("E-mail spedita a %(to)s"), "mail", "ok"),
    "pending": (N_("E-mail in coda per %(to)s"), "mail", ""),
    "sending": (N_("E-mail in partenza per %(to)s"), "mail", ""),
}


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened."""

    when: str
    """As on the wire: a moment, or a day."""
    words: str
    icon: str
    tone: str = ""
    by: str = ""
    """Who did it."""
    more: str = ""


def steps(document: Row, trail: Sequence[Row], mails: Sequence[Row], say: Locale) -> list[Step]:
    """The steps, the latest first."""
    known = [entry for entry in trail if not (mails and entry["action"] == "email_sent")]  # each is told below
    found = [*_changes(document, known, say), *_payments(document, say), *_mails(mails, say)]
    if document["seen_date"]:
        found.append(Step(str(document["seen_date"]), say("Visto dal cliente"), "eye", "ok"))
    return sorted(found, key=lambda step: step.when, reverse=True)


def _changes(document: Row, trail: Sequence[Row], say: Locale) -> Iterator[Step]:
    kind = kind_of(document["type"])
    for entry in trail:
        action = entry["action"]
        if action == "status_update":
            yield _state(entry, say)
        elif action in DONE:
            icon = ICONS.get(action, "edit")
            changed = dict.fromkeys(label_of(key, say, kind) for key in entry["changes"] or ())
            keys = ", ".join(filter(None, changed))
            yield Step(entry["created_at"], say(DONE[action]), icon, by=_who(entry, say), more=keys)


def _state(entry: Row, say: Locale) -> Step:
    """A move of the electronic invoice; of those written down without their state only that there was one."""
    after = ((entry["changes"] or {}).get("ei_status") or ["", ""])[1]
    words, tone = states.E_INVOICE_STATES.get(after, ("", "info"))
    told = say("Fattura elettronica: %(state)s", state=say(words)) if words else say("Fattura elettronica aggiornata")
    return Step(entry["created_at"], told, "send", tone, by=_who(entry, say))


def _who(entry: Row, say: Locale) -> str:
    """Who did it, and with which program where it was not these pages."""
    if entry["program"] == "mastro":
        return ""
    program = entry["program_name"] or (say("token «%(name)s»", name=entry["token"]) if entry["token"] else "")
    return " · ".join(filter(None, (entry["user"]["name"], program)))


def _payments(document: Row, say: Locale) -> Iterator[Step]:
    currency = (document["currency"] or {}).get("id") or "EUR"
    for payment in document["payments_list"] or ():
        if payment["status"] == "paid":
            account = (payment["payment_account"] or {}).get("name") or ""
            words = say("Saldati %(amount)s", amount=say.money(payment["amount"], currency))
            yield Step(str(payment["paid_date"]), words, "ok", "ok", more=account)


def _mails(mails: Sequence[Row], say: Locale) -> Iterator[Step]:
    for mail in mails:
        words, icon, tone = MAILS[mail["status"]]
        if mail["status"] == "sent" and mail["delivery"] == "outbox":
            words, tone = N_("E-mail per %(to)s scritta nella cartella outbox: nessun server di posta"), "warn"
        if mail["failed"]:
            words, tone = N_("E-mail a %(to)s non spedita"), "bad"
        when = mail["sent_date"] or mail["created_at"]
        yield Step(when, say(words, to=mail["to_email"]), icon, tone, more=mail["subject"])
