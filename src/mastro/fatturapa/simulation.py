"""The SdI as a play: which messages it sends about a file, when, and what stands in them.

Everything follows from the order and the file, so that the same test plays the same way each time. The messages are
those of the real formats, without the signature.
"""

import datetime as dt
import hashlib
import io
import re
import zipfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from mastro.fatturapa.errors import error_of
from mastro.fatturapa.files import check_file
from mastro.fatturapa.names import message_name
from mastro.fatturapa.notices import Channel, Notice, NoticeType, SdiError, outcome_notice, write_notice
from mastro.fatturapa.read import read
from mastro.fatturapa.tree import Invoice, Tree, branch, text

Outcome = Literal["delivered", "not_delivered", "discarded", "accepted", "refused", "no_response", "waiting"]

PA_OUTCOMES: frozenset[Outcome] = frozenset({"accepted", "refused", "no_response"})
"""What only a public administration answers: between privates nobody accepts or refuses."""

TERM = dt.timedelta(days=15)
"""In which an administration may answer, counted from the delivery (DM 55/2013, annex B)."""

UNDELIVERABLE = dt.timedelta(days=10)
"""After which the SdI gives up on an office and attests that the file was sent (AT)."""

MOST_ERRORS = 200
"""Of a rejection (the schema of the messages)."""

NOBODY = frozenset({"0000000", "XXXXXXX"})
"""Recipient codes that name no channel."""

_PRIVATE_CODES: dict[str, Outcome] = {"RC00000": "delivered", "MC00000": "not_delivered", "ZZ00000": "waiting"}
_PA_CODES: dict[str, Outcome] = {
    "RC0000": "delivered",
    "MC0000": "not_delivered",
    "NEEC01": "accepted",
    "NEEC02": "refused",
    "DT0000": "no_response",
    "ZZ0000": "waiting",
}
NAMED: dict[str, Outcome] = {
    "RC": "delivered",
    "MC": "not_delivered",
    "NS": "discarded",
    "NE:EC01": "accepted",
    "NE:EC02": "refused",
    "DT": "no_response",
    "ZZ": "waiting",
}
"""Outcomes by the message that tells of them; ZZ is no message, as in the recipient codes."""

UNKNOWN_OUTCOME = f"Gli esiti sono: {', '.join(NAMED)}, NS:00404."

_DISCARDED = re.compile(r"(?:NS|N)(\d{5})", re.ASCII)
_CODE = re.compile(r"\d{5}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to become of a file."""

    outcome: Outcome
    code: str = ""
    """Of the rejection: 00404 where none is chosen."""
    delay: int = 0
    """Seconds after which the SdI speaks for the first time."""
    answer_delay: int = 0
    """Seconds after the delivery after which an administration answers."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that the simulated SdI has."""

    file_name: str
    xml: bytes
    identifier: str
    received_at: dt.datetime

    @property
    def invoice(self) -> Invoice:
        """The invoice in it."""
        return read(self.xml)


def identifier_of(file_name: str) -> str:
    """*IdentificativoSdI*: twelve digits at most, always the same for a file."""
    return str(10**11 + int.from_bytes(hashlib.sha256(file_name.encode()).digest()[:8]) % (9 * 10**11))


def channel_of(invoice: Invoice) -> Channel:
    """Which of the two worlds an invoice goes to."""
    return "pa" if invoice.format == "FPA12" else "private"


def order_of(invoice: Invoice, *, reachable: bool = False, usual: Order | None = None) -> Order:
    """What becomes of an invoice that nobody gave an order for: by its recipient code.

    `RC00000`, `MC00000`, `ZZ00000` and `NS` with five digits to privates, `RC0000`, `MC0000`, `NEEC01`, `NEEC02`,
    `DT0000`, `ZZ0000` and `N` with five digits to an administration. Otherwise the `usual` order, where the customer
    can answer so. Without one it is delivered, but for one that names no channel to a customer who is not `reachable`.
    """
    transmission = branch(invoice.header, "DatiTrasmissione")
    code = text(transmission, "CodiceDestinatario")
    private = channel_of(invoice) == "private"
    chosen = (_PRIVATE_CODES if private else _PA_CODES).get(code)
    if chosen:
        return Order(chosen)
    discarded = _DISCARDED.fullmatch(code)
    if discarded and len(code) == (7 if private else 6):
        return Order("discarded", code=discarded[1])
    if usual and not (private and usual.outcome in PA_OUTCOMES):
        return usual
    lost = code in NOBODY and not text(transmission, "PECDestinatario") and not reachable
    return Order("not_delivered" if lost else "delivered")


def order_named(name: str) -> Order | None:
    """The order that a name of `NAMED` gives; NS may have its code behind it (`NS:00404`). None for another name."""
    kind, _, code = name.upper().partition(":")
    if kind == "NS" and (not code or _CODE.fullmatch(code)):
        return Order("discarded", code=code)
    outcome = NAMED.get(name.upper())
    return Order(outcome) if outcome else None


def faults(sent: Sent) -> list[SdiError]:
    """Why the real SdI would discard the file, as far as can be told without its registers."""
    found = check_file(sent.xml, sent.file_name, now=sent.received_at)
    return [SdiError(each.code, each.message_it, each.remedy_it) for each in found if each.severity == "error"]


def plan(
    order: Order, channel: Channel, start: dt.datetime, told: Collection[str] = ()
) -> list[tuple[NoticeType, dt.datetime]]:
    """The messages to come with their times; `told` are the types that came before, which are not sent again."""
    first = start + dt.timedelta(seconds=order.delay)
    answer = first + dt.timedelta(seconds=order.answer_delay)
    steps: dict[NoticeType, dt.datetime] = {}
    match order.outcome:
        case "discarded":
            steps = {"NS": first}
        case "not_delivered":
            steps = {"MC": first, "AT": first + UNDELIVERABLE}
        case "delivered" | "no_response":
            steps = {"RC": first, "DT": first + TERM}
        case "accepted" | "refused":
            steps = {"RC": first, "NE": answer}
        case "waiting":
            pass
    if channel == "private":  # the SdI speaks once
        steps = {type_: at for type_, at in steps.items() if type_ in {"NS", "RC", "MC"}}
    return [(type_, at) for type_, at in steps.items() if type_ not in told]


def is_over(channel: Channel, told: Collection[str]) -> bool:
    """Whether nothing more can come after these types of messages."""
    return not {"NS", "NE", "DT"}.isdisjoint(told) or (channel == "private" and not {"RC", "MC"}.isdisjoint(told))


def message(
    sent: Sent, order: Order, type_: NoticeType, at: dt.datetime, *, number: int = 1, errors: Sequence[SdiError] = ()
) -> tuple[str, bytes]:
    """Name and content of a message; a rejection gives `errors`, the order's code where there are none."""
    invoice = sent.invoice
    channel = channel_of(invoice)
    tree: Tree = {"IdentificativoSdI": sent.identifier, "NomeFile": sent.file_name}
    tree["MessageId"] = str(int(sent.identifier) + 1 + _ORDINAL.index(type_))
    if channel == "private":
        tree["Hash"] = hashlib.sha256(sent.xml).hexdigest()
    if type_ not in {"NE", "DT"}:
        tree["DataOraRicezione"] = _stamp(sent.received_at)
    if type_ in {"RC", "AT"}:
        tree["Destinatario"] = _recipient(invoice)
    tree |= _own_part(sent, order, type_, at, channel, errors)
    name = message_name(sent.file_name, type_, number)
    content = write_notice(Notice(type_, channel, tree))
    return name, _attestation(sent, name, content) if type_ == "AT" else content


_ORDINAL: tuple[NoticeType, ...] = ("RC", "NS", "MC", "NE", "DT", "AT", "MT", "EC", "SE")


def _own_part(
    sent: Sent, order: Order, type_: NoticeType, at: dt.datetime, channel: Channel, errors: Sequence[SdiError]
) -> Tree:
    match type_:
        case "RC":
            return {"DataOraConsegna": _stamp(at)}
        case "NS":
            listed = list(errors) or [error_of(order.code or "00404")]
            return {"ListaErrori": {"Errore": [_error(each, channel) for each in listed[:MOST_ERRORS]]}}
        case "MC" if channel == "private":
            words = "Non è stato possibile recapitare la fattura: è a disposizione nell'area riservata del cliente."
            return {"DataMessaADisposizione": at.date().isoformat(), "Descrizione": words}
        case "MC":
            return {"Descrizione": "Il canale dell'ufficio destinatario non risponde."}
        case "NE":
            accepted = order.outcome == "accepted"
            words = "" if accepted else "Fattura rifiutata dall'amministrazione."
            return {"EsitoCommittente": outcome_notice(sent.identifier, accepted=accepted, description=words).tree}
        case "DT":
            return {"Descrizione": "Sono trascorsi 15 giorni senza esito da parte dell'amministrazione."}
        case _:
            return {"HashFileOriginale": hashlib.sha256(sent.xml).hexdigest()}


def _error(error: SdiError, channel: Channel) -> Tree:
    if channel == "pa":
        return {"Codice": error.code, "Descrizione": error.description[:255]}
    suggestion = error.suggestion or error_of(error.code).suggestion
    return {"Codice": error.code, "Descrizione": error.description[:1000], "Suggerimento": suggestion[:2000]}


def _recipient(invoice: Invoice) -> Tree:
    party = branch(invoice.header, "CessionarioCommittente")
    # the simplified format names the customer elsewhere
    names = branch(party, "DatiAnagrafici", "Anagrafica") or branch(party, "AltriDatiIdentificativi")
    name = text(names, "Denominazione") or f"{text(names, 'Nome')} {text(names, 'Cognome')}".strip()
    return {
        "Codice": text(invoice.header, "DatiTrasmissione", "CodiceDestinatario"),
        "Descrizione": name or "Destinatario",
    }


def _stamp(moment: dt.datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _attestation(sent: Sent, name: str, content: bytes) -> bytes:
    """An attestation travels in an archive with the file that it speaks of."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for inside, data in ((sent.file_name, sent.xml), (name.removesuffix(".zip") + ".xml", content)):
            # a fixed date: the same play gives the same bytes
            archive.writestr(zipfile.ZipInfo(inside, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
