"""The files that came in, as they came: told apart by what the SdI calls them and by their hash, kept to be handed on.

A file is kept whatever becomes of its documents: it is what the law wants preserved, not what was made of it.
"""

import base64
import datetime as dt
import hashlib

from mastro.api.call import Call
from mastro.database.collection import Collection
from mastro.database.fields import date, exact
from mastro.model.base import Body, Id, Timestamp
from mastro.resources.received_documents import other_files


class IncomingFile(Body):
    """An electronic invoice, or several in one file, as it came in."""

    id: Id | None = None
    file_name: str = ""
    sha256: str = ""
    size: int = 0
    channel: str = ""
    """`simulator`, `pec`, `manual`; `import` for one that was brought in as a file."""
    sdi_id: str = ""
    """IdentificativoSdI; empty where the channel does not tell it."""
    received_on: dt.date | None = None
    """The day on which it came in; of an imported one, whose day nobody knows, the day of the invoice."""
    attachment_token: str = ""
    metadata_file_name: str = ""
    metadata: str = ""
    """The message of the SdI about the file (MT) in base64; empty where none came with it."""
    created_at: Timestamp = ""


incoming_files = Collection(
    "incoming_files",
    IncomingFile,
    exact("sha256", required=True),
    exact("sdi_id", required=True),
    date("received_on", required=True),
    extra=(exact("attachment_token", required=True),),
    indexes=(("sha256",), ("sdi_id",), ("received_on", "id")),
)


def known(call: Call, content: bytes, sdi_id: str = "") -> IncomingFile | None:
    """The same file, if it came in before."""
    names = {"sdi_id": sdi_id} if sdi_id else {}
    for equals in (names, {"sha256": hashlib.sha256(content).hexdigest()}):
        if equals:
            rows = incoming_files.page(call.session, call.company_id, equals=equals, order=(("id", False),), limit=1)
            if rows:
                return incoming_files.decoder.decode(rows[0][0])
    return None


def keep(
    call: Call,
    *,
    file_name: str,
    content: bytes,
    token: str,
    channel: str,
    received_on: dt.date,
    sdi_id: str = "",
    metadata: tuple[str, bytes] | None = None,
) -> IncomingFile:
    """Note a file that came in, whose content is stored under `token`; `metadata` is name and content of its MT."""
    file = IncomingFile(
        file_name=file_name,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        channel=channel,
        sdi_id=sdi_id,
        received_on=received_on,
        attachment_token=token,
        created_at=call.timestamp,
    )
    if metadata is not None:
        file.metadata_file_name, file.metadata = metadata[0], base64.b64encode(metadata[1]).decode()
    other_files.hold(call, token)
    file.id = incoming_files.next_id(call.session, call.company_id, file)
    incoming_files.insert(call.session, call.company_id, file.id, file)
    return file


def forget(call: Call, id: int) -> None:
    """Let go of a file that should not have come in: its import was taken back."""
    file = incoming_files.get(call.session, call.company_id, id)
    if file is not None:
        other_files.release_one(call, file.attachment_token)
        incoming_files.delete(call.session, call.company_id, id, file)
