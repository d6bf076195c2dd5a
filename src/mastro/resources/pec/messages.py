"""What came into the box of certified mail: every message as it came, and what became of it."""

from typing import Literal

import msgspec

from mastro.api.call import Call, Installation
from mastro.api.errors import Conflict
from mastro.api.fields import Computed
from mastro.api.operation import Operation
from mastro.api.resource import Resource
from mastro.database import jobs
from mastro.database.collection import Collection, encoder
from mastro.database.connection import Row
from mastro.database.fields import exact, integer, text, time
from mastro.model.base import Body, Id, Timestamp
from mastro.resources import attachments, results
from mastro.resources.company import load_settings
from mastro.resources.pec import box

KIND: attachments.Kind = "pec"

JOB = "pec"
"""Kind of the jobs that visit a box."""

Status = Literal["taken", "unknown", "refused"]


class PecSignature(Body):
    """The signature of an envelope, as far as it can be verified without a list of authorities."""

    verified: bool = False
    """Whether the message is what was signed, with a certificate that was valid then."""
    reason: str = ""
    """Why it is not verified."""
    signer: str = ""
    """Whom the certificate names, as the following ones."""
    issuer: str = ""
    valid_from: Timestamp = ""
    valid_until: Timestamp = ""
    signed_at: Timestamp = ""
    """As the signer says; empty where it does not."""


class PecMessage(Body):
    """A message of the box."""

    id: Id | None = None
    status: Status = "unknown"
    """`taken`: it did what it was for. `unknown`: nobody here knows what it is for. `refused`: it could not be read."""
    kind: str = ""
    """A receipt of the providers (`accettazione`, `avvenuta-consegna` …), `posta-certificata`, `anomalia`,
    `ordinaria`."""
    subject: str = ""
    sender: str = ""
    """Its author, as the provider certifies."""
    date: Timestamp = ""
    """When it was written, as it says; empty where it does not."""
    reason: str = ""
    """Why it is not `taken`."""
    files: list[str] = msgspec.field(default_factory=list)
    """Names of what it carries."""
    signature: PecSignature | None = None
    """Of its envelope; null where it bears none."""
    document_id: Id | None = None
    """The issued document that it is about."""
    pending_ids: list[Id] = msgspec.field(default_factory=list)
    """What waits to be registered by it."""
    received_document_ids: list[Id] = msgspec.field(default_factory=list)
    """What was registered by it at once."""
    message_id: str = ""
    size: int = 0
    hash: str = ""
    """SHA-256 of the message."""
    attachment_token: str = ""
    message_url: str | msgspec.UnsetType | None = msgspec.UNSET
    """Link that opens the message as it came; null where it was too long to be fetched."""
    created_at: Timestamp = ""
    """When it was read."""


messages = Collection(
    "pec_messages",
    PecMessage,
    integer("id", required=True),
    exact("status", required=True),
    exact("kind", required=True),
    text("subject", required=True),
    text("sender", required=True),
    integer("document_id"),
    time("created_at", required=True),
    extra=(exact("hash", required=True), exact("attachment_token", required=True)),
    indexes=(("status", "id"), ("document_id",)),
    unique=(("hash",),),
)


def is_known(call: Call, hash: str) -> bool:
    """Whether a message is there already."""
    found = messages.page(call.session, call.company_id, columns=("id",), equals={"hash": hash}, order=(), limit=1)
    return bool(found)


def lay_aside(installation: Installation, company_id: int, subject: str, content: bytes) -> str:
    """Store the bytes of a message before the transaction that takes it; their token. Raises StorageUnavailable."""
    name = f"{subject[:80] or 'messaggio'}.eml"
    return results.lay_aside(installation, company_id, KIND, name, [memoryview(content)])[0]


def keep(call: Call, message: PecMessage, token: str) -> None:
    """Store a message whose bytes were laid aside; without a token where it was too long to be fetched."""
    message.created_at = call.timestamp
    if token:
        message.attachment_token = token
        attachments.bind(call, KIND, message, None)
    message.id = messages.next_id(call.session, call.company_id, message)
    messages.insert(call.session, call.company_id, message.id, message)


def _computed(call: Call, row: Row) -> Computed:
    return {"message_url": attachments.link_json(call, KIND, row[0])}


resource = Resource(
    collection=messages,
    path="/c/{company_id}/pec/messages",
    item="pec_message_id",
    name="PecMessage",
    plural="PecMessages",
    scope="settings",
    events="pec.messages",
    tag="PEC",
    order=(("id", True),),
    outgoing=("attachment_token",),
    computed=_computed,
)


class OrderedVisit(Body):
    """The answer to an order to read the box: done in a moment; `GET …/settings/sdi_channel` tells how it went."""

    ordered: bool = True


def order_visit(call: Call) -> None:
    """Leave a job that reads the company's box, unless there are two: one may be past what has just come in."""
    if len(jobs.waiting(call.session, call.company_id, JOB, limit=2)) < 2:
        jobs.enqueue(call.session, call.company_id, JOB, {}, now=call.now)


def poll_pec(call: Call) -> bytes:
    """Read the box now, also where its login was refused before. Raises Conflict where the company has none."""
    if load_settings(call.session, call.company_id).pec is None:
        raise Conflict("L'azienda non ha una casella PEC.", code="NO_PEC_BOX")
    if box.state(call.session, call.company_id, lock=True) is not None:
        order_visit(call)
    return encoder.encode({"data": OrderedVisit()})


OPERATIONS = (
    *resource.operations("list", "get"),
    Operation(
        "pollPec",
        "POST",
        "/c/{company_id}/pec/poll",
        poll_pec,
        "PEC",
        "Poll PEC",
        scope="settings",
        writes=True,
        answer=OrderedVisit,
    ),
)
