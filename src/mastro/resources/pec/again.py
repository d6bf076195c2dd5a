"""A message that nobody knew what to do with, tried anew: whoever has mended what was missing orders it."""

from mastro.api.call import Call
from mastro.api.errors import Busy, Conflict
from mastro.api.operation import Operation
from mastro.database.collection import encoder
from mastro.delivery.storage import StorageUnavailable
from mastro.resources import attachments
from mastro.resources.pec.intake import take_again
from mastro.resources.pec.messages import KIND, PecMessage, messages, resource


def retry_pec_message(call: Call) -> bytes:
    """Do anew what a message is for. Raises Conflict for one that was taken, and for one that is not kept here."""
    message = resource.load(call, "a")
    if message.status == "taken":
        raise Conflict("Il messaggio ha già fatto ciò per cui è arrivato.", code="ALREADY_TAKEN")
    content = _content(call, message)
    if not content:
        raise Conflict("Il messaggio non è conservato qui: è nella casella.", code="NOT_KEPT")
    take_again(call, message, content)
    assert message.id is not None  # noqa: S101  (it was stored)
    messages.update(call.session, call.company_id, message.id, message)
    return encoder.encode({"data": message})


def _content(call: Call, message: PecMessage) -> bytes:
    """The message as it came, empty where it was too long to be fetched."""
    found = attachments.read_token(message.attachment_token)
    key = attachments.storage_key(call.company_id, KIND, found[0]) if found else ""
    try:
        stored = attachments.storage_of(call.settings).get(key) if key else None
    except StorageUnavailable as error:
        raise Busy from error
    return b"".join(stored.chunks) if stored else b""


OPERATIONS = (
    Operation(
        "retryPecMessage",
        "POST",
        f"{resource.path}/{{{resource.item}}}/retry",
        retry_pec_message,
        resource.tag,
        "Retry PEC Message",
        scope="settings",
        writes=True,
        answer=PecMessage,
    ),
)
