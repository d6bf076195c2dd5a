"""Every attempt to send an electronic invoice: the file as it left, byte by byte, and what was answered to it."""

import base64
import re
from typing import Annotated

import msgspec

from mastro.api.call import Call
from mastro.api.errors import invalid
from mastro.database.collection import Collection
from mastro.database.fields import exact, integer, time
from mastro.fatturapa import Invoice, Notice, p7m
from mastro.fatturapa.errors import error_of
from mastro.fatturapa.notices import NoticeType
from mastro.fatturapa.simulation import PA_OUTCOMES, channel_of
from mastro.fatturapa.simulation import Outcome as Ending
from mastro.model.base import Body, Id, Timestamp
from mastro.model.issued_document import EInvoiceStatus, IssuedDocument

MAX_ATTEMPTS = 36**5 - 1
"""File names that a company has: five letters or digits (SdI code 00001)."""


class Outcome(Body):
    """What was answered to a file, in words that say what to do."""

    type: str = ""
    """RC, NS, MC … of the SdI; empty where the channel itself answered."""
    code: str = ""
    """The SdI's, such as 00423."""
    reason: str = ""
    solution: str = ""
    ei_status: EInvoiceStatus | None = None
    """What the document became by it."""
    date: Timestamp = ""


class StoredNotice(Body):
    """A message of the SdI, as it came."""

    file_name: str = ""
    type: str = ""
    """RC, NS, MC …"""
    date: Timestamp = ""
    content: str = ""
    """Base64: an attestation is an archive, and signed messages are kept byte by byte."""


Delay = Annotated[int, msgspec.Meta(ge=0, le=366 * 86400)]
"""Seconds, a year at most."""


class TestOutcome(Body):
    """What the simulated SdI is to do with a file (test mode)."""

    __test__ = False  # its name is no test's

    outcome: Ending = "delivered"
    code: str = ""
    """Of a rejection, such as 00423; 00404 where none is chosen."""
    delay: Delay = 0
    """Seconds until the SdI first speaks."""
    answer_delay: Delay = 0
    """Seconds from the delivery to the answer of a public administration."""
    repeated: bool = False
    """True to have every message come twice."""


class PlannedNotice(Body):
    """A message that the simulated SdI will send."""

    type: NoticeType
    at: str
    """ISO time on the test clock."""


class Transmission(Body):
    """One attempt."""

    id: Id | None = None
    document_id: Id | None = None
    file_name: str = ""
    """Never used twice, also after a rejection."""
    channel: str = ""
    carried: bool = False
    """True once the channel has taken the file."""
    sdi_id: str = ""
    """How the channel's answers call the file."""
    message_id: str = ""
    """Message-ID under which it travels by certified mail."""
    handed: int = 0
    """How often it was handed to a server of certified mail, whatever came of it."""
    in_doubt_since: Timestamp = ""
    """When it was last handed over, where nobody has said yet whether it left."""
    outcomes: list[Outcome] = msgspec.field(default_factory=list)
    """In the order in which they came."""
    xml: str = ""
    """The file, which is UTF-8."""
    signed: str = ""
    """The same file as a person has signed it, in base64; empty where nobody has."""
    notices: list[StoredNotice] = msgspec.field(default_factory=list)
    """Every message about it, in the order in which they came."""
    received_at: str = ""
    """When the simulated SdI took it: ISO time on the test clock."""
    test_outcome: TestOutcome | None = None
    plan: list[PlannedNotice] = msgspec.field(default_factory=list)
    """What the simulated SdI will still say."""
    created_at: Timestamp = ""
    updated_at: Timestamp = ""


transmissions = Collection(
    "e_invoice_transmissions",
    Transmission,
    integer("document_id", required=True),
    exact("file_name", required=True),
    exact("sdi_id", required=True),
    time("created_at", required=True),
    indexes=(("document_id", "id"), ("sdi_id",)),
    unique=(("file_name",),),
)

_LATEST = (("id", True),)


def last_of(call: Call, document: IssuedDocument) -> Transmission | None:
    """The attempt that counts for a document: the latest (see `that_counts`). None where it was never sent."""
    rows = transmissions.page(
        call.session, call.company_id, equals={"document_id": document.id}, order=_LATEST, limit=1
    )
    return that_counts(call, transmissions.decoder.decode(rows[0][0])) if rows else None


def that_counts(call: Call, latest: Transmission) -> Transmission:
    """The latest attempt; where it was taken back an earlier one that the SdI has all the same."""
    if not was_withdrawn(latest):
        return latest
    earlier = all_of(call, latest.document_id or 0)
    return next((each for each in earlier if each.outcomes and each.outcomes[-1].ei_status not in _OPEN), latest)


def was_withdrawn(sent: Transmission) -> bool:
    """Whether a file was taken back, and nobody has heard of it since."""
    return bool(sent.outcomes) and sent.outcomes[-1].ei_status == "not_sent"


_OPEN: frozenset[EInvoiceStatus | None] = frozenset({None, "missing", "not_sent", "error", "discarded", "rejected"})
"""What was answered to a file that leaves its document the issuer's to correct."""


_CODE = re.compile(r"(?:\d{5})?", re.ASCII)


def refuse_impossible(wanted: TestOutcome, invoice: Invoice, key: str) -> None:
    """Raise Invalid for a code that is none, and for an answer of a customer who is no public administration."""
    if not _CODE.fullmatch(wanted.code):
        raise invalid(f"{key}.code", "Il codice di scarto ha cinque cifre, come 00423.")
    if wanted.outcome in PA_OUTCOMES and channel_of(invoice) == "private":
        raise invalid(
            f"{key}.outcome", "Solo una pubblica amministrazione accetta, rifiuta o lascia scadere il termine."
        )


def outgoing(transmission: Transmission) -> tuple[str, bytes]:
    """Name and content of the file as it leaves: signed, where somebody has signed it."""
    if not transmission.signed:
        return transmission.file_name, transmission.xml.encode()
    content = base64.b64decode(transmission.signed)
    wrapped = p7m.der(content) is not None
    return (f"{transmission.file_name}.p7m" if wrapped else transmission.file_name), content


def all_of(call: Call, document_id: int) -> list[Transmission]:
    """All attempts for a document, the latest first; a hundred at most."""
    rows = transmissions.page(
        call.session, call.company_id, equals={"document_id": document_id}, order=_LATEST, limit=100
    )
    return [transmissions.decoder.decode(row[0]) for row in rows]


def name_is_used(call: Call, file_name: str) -> bool:
    """Whether a file of this company has had this name: the SdI takes none twice (00002)."""
    return transmissions.total(call.session, call.company_id, equals={"file_name": file_name}) > 0


def forget(call: Call, document_id: int) -> None:
    """Delete what was sent of a document that should not have been there: its import was taken back."""
    for each in all_of(call, document_id):
        transmissions.delete(call.session, call.company_id, each.id or 0, each)


def add(call: Call, transmission: Transmission) -> int:
    """Store a new attempt under an id from `transmissions.next_id`; the id."""
    assert transmission.id is not None  # noqa: S101  (its file is named by it)
    transmission.created_at = transmission.updated_at = call.timestamp
    transmissions.insert(call.session, call.company_id, transmission.id, transmission)
    return transmission.id


def store(call: Call, transmission: Transmission) -> None:
    """Store a changed attempt."""
    assert transmission.id is not None  # noqa: S101  (it was stored)
    transmission.updated_at = call.timestamp
    transmissions.update(call.session, call.company_id, transmission.id, transmission)


SOLUTIONS: dict[tuple[str, str], str] = {
    ("MC", "pa"): "Attendere: lo SdI tenta il recapito per dieci giorni, poi attesta di avere trasmesso la fattura.",
    ("MC", "private"): "La fattura è emessa: avvisare il cliente che la trova nella sua area riservata.",
    ("AT", "pa"): "La fattura è emessa: farla avere all'amministrazione per altra via, con questa attestazione.",
    ("DT", "pa"): "La fattura è emessa: chiedere l'esito all'amministrazione per altra via.",
    ("NE", "pa"): "Correggere la fattura e inviarla di nuovo con lo stesso numero, o emettere una nota di credito.",
}
"""What to do after a message that brings no advice of its own; after NE where the invoice was refused."""


def outcome_of(notice: Notice) -> Outcome:
    """What a message of the SdI says to the one who sent the file."""
    errors = notice.errors
    suggestions = [error.suggestion for error in errors if error.suggestion]
    if not suggestions:  # those to the public administration have none
        suggestions = list(dict.fromkeys(error_of(error.code).suggestion for error in errors))
    solution = "\n".join(suggestions)
    if notice.type != "NE" or notice.outcome == "refused":
        solution = solution or SOLUTIONS.get((notice.type, notice.channel), "")
    return Outcome(
        type=notice.type,
        code=errors[0].code if errors else "",
        reason="\n".join(f"{error.code} {error.description}".strip() for error in errors) or notice.description,
        solution=solution,
    )


def status_of(notice: Notice) -> EInvoiceStatus | None:
    """The status that a message of the SdI leads to; None for one that is no answer to a file of ours (MT, EC, SE).

    Between privates nobody accepts or refuses: a delivered invoice is through. An administration has 15 days to answer
    (NE), after which the SdI says that it did not (DT).
    """
    match notice.type:
        case "NS":
            return "discarded"
        case "RC":
            return "accepted" if notice.channel == "private" else "sent"
        case "MC" | "AT":
            return "not_delivered"
        case "DT":
            return "no_response"
        case "NE":
            return {"accepted": "accepted", "refused": "rejected"}.get(notice.outcome or "")  # type: ignore[return-value]
        case _:
            return None
