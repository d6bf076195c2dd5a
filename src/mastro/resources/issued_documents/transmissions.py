"""Every attempt to send an electronic invoice: the file as it left, byte by byte, and what was answered to it."""

import msgspec

from mastro.api.call import Call
from mastro.database.collection import Collection
from mastro.database.fields import exact, integer, time
from mastro.fatturapa import Notice
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
    outcomes: list[Outcome] = msgspec.field(default_factory=list)
    """In the order in which they came."""
    xml: str = ""
    """The file, which is UTF-8."""
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
    """The latest attempt for a document, None where it was never sent."""
    rows = transmissions.page(
        call.session, call.company_id, equals={"document_id": document.id}, order=_LATEST, limit=1
    )
    return transmissions.decoder.decode(rows[0][0]) if rows else None


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


def outcome_of(notice: Notice) -> Outcome:
    """What a message of the SdI says to the one who sent the file."""
    errors = notice.errors
    return Outcome(
        type=notice.type,
        code=errors[0].code if errors else "",
        reason="\n".join(f"{error.code} {error.description}".strip() for error in errors) or notice.description,
        solution="\n".join(error.suggestion for error in errors if error.suggestion),
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
