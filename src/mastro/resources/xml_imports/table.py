"""What an import is: its report, its table, and what the documents of either side are stored with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from mastro.api.call import Call
from mastro.database.collection import Collection
from mastro.database.fields import exact, time
from mastro.model.base import Body, Id, Timestamp
from mastro.resources import attachments
from mastro.resources.issued_documents import originals, transmissions
from mastro.resources.issued_documents.documents import derived as derived_of_issued
from mastro.resources.issued_documents.documents import resource as issued
from mastro.resources.received_documents import other_files
from mastro.resources.received_documents.documents import derived as derived_of_received
from mastro.resources.received_documents.documents import resource as received

Side = Literal["issued", "received"]
Status = Literal["created", "duplicate", "refused"]


class ImportedDocument(Body):
    """What became of one document of a file."""

    file: str = ""
    """Name of the file, within the archive where it came in one."""
    body: int = 0
    """Place in the file, from 1; 0 where the file as a whole was refused."""
    status: Status = "created"
    id: Id | None = None
    """Of the document that was made; of a duplicate that of the one that is there. Null where nothing was made yet."""
    number: str = ""
    """As in the file."""
    entity_name: str = ""
    code: str = ""
    """Why it was refused, for programs."""
    reason: str = ""
    """The same in words."""
    differences: list[str] = msgspec.field(default_factory=list)
    """Elements that the electronic invoice of the document would have otherwise than the file; none as a rule."""


class ImportedEntity(Body):
    """A customer or supplier that documents of an import were tied to."""

    kind: Literal["client", "supplier"] = "client"
    id: Id | None = None
    """Null where it was not made yet."""
    name: str = ""
    vat_number: str = ""
    tax_code: str = ""
    created: bool = False
    """Whether the registry did not have it."""


class XmlImport(Body):
    """An import: what it made and what it refused."""

    id: Id | None = None
    """What undoes it; null for a dry run."""
    side: Side = "issued"
    filename: str = ""
    dry_run: bool = False
    created: int = 0
    duplicates: int = 0
    refused: int = 0
    documents: list[ImportedDocument] = msgspec.field(default_factory=list)
    entities: list[ImportedEntity] = msgspec.field(default_factory=list)
    """Each once."""
    file_ids: list[Id] = msgspec.field(default_factory=list)
    """Of the files that are kept as they came."""
    job_id: Id | None = None
    """The job that does it; null where it was done within the request."""
    created_at: Timestamp = ""


imports = Collection(
    "xml_imports",
    XmlImport,
    exact("side", required=True),
    time("created_at", required=True),
    indexes=(("created_at",),),
)


@dataclass(frozen=True, slots=True)
class ImportSide:
    """What documents of one side are stored with."""

    resource: Any
    path: str
    scope: str
    release: Callable[[Call, Any], None]
    """Gives up the files of a document."""
    remove: Callable[[Call, Any], None]
    """Takes back what follows from a document that is deleted."""


def _release_issued(call: Call, old: Any) -> None:
    attachments.release(call, "issued_documents", old.attachment_token)


def _remove_issued(call: Call, old: Any) -> None:
    derived_of_issued.deleted(call, old)
    originals.part(call, issued, old)
    transmissions.forget(call, old.id)


def _remove_received(call: Call, old: Any) -> None:
    derived_of_received.deleted(call, old)


SIDES: dict[Side, ImportSide] = {
    "issued": ImportSide(issued, issued.path, "issued_documents.invoices", _release_issued, _remove_issued),
    "received": ImportSide(received, received.path, "received_documents", other_files.release, _remove_received),
}
