"""The archive: any other document that a company keeps."""

import datetime as dt
from typing import ClassVar

import msgspec

from mastro.api.call import Call
from mastro.api.fields import Computed
from mastro.api.resource import Resource
from mastro.database.collection import Collection
from mastro.database.connection import Row
from mastro.database.fields import date, exact, integer, text
from mastro.database.search import Searchable
from mastro.model.base import Body, Id
from mastro.resources import attachments, found_by

KIND: attachments.Kind = "archive"


class ArchiveDocument(Body):
    """A document of the archive: a file with its date and what it is."""

    READ_ONLY: ClassVar[frozenset[str]] = frozenset({"id", "attachment_url"})
    REQUIRED: ClassVar[tuple[str, ...]] = ("date", "description", "category")

    id: Id | None = None
    date: dt.date | None = None
    description: str = ""
    category: str = ""
    attachment_url: str | msgspec.UnsetType | None = msgspec.UNSET
    attachment_token: str = ""


archive = Collection(
    "archive",
    ArchiveDocument,
    integer("id", filterable=False, sortable=False, required=True),
    date("date", required=True),
    text("category", required=True),
    text("description", required=True),
    extra=(exact("attachment_token", required=True),),
    indexes=(("date", "id"), ("category", "date")),
    vocabulary={"archive.category": lambda document: (document.category,)},
    search=Searchable(found_by.archived, "archive"),
)


def _prepare(call: Call, new: ArchiveDocument, old: ArchiveDocument | None) -> None:
    attachments.bind(call, KIND, new, old)


def _computed(call: Call, row: Row) -> Computed:
    return {"attachment_url": attachments.link_json(call, KIND, row[0])}


resource = Resource(
    collection=archive,
    path="/c/{company_id}/archive",
    item="document_id",
    name="ArchiveDocument",
    plural="ArchiveDocuments",
    scope="archive",
    events="archive_documents",
    tag="Archive",
    prepare=_prepare,
    deleted=lambda call, old: attachments.release(call, KIND, old.attachment_token),
    order=(("date", True), ("id", True)),
    outgoing=("attachment_token",),
    computed=_computed,
)

OPERATIONS = (
    *resource.operations(),
    attachments.upload_operation(
        "uploadArchiveDocumentAttachment", resource.path, resource.tag, KIND, scopes=("archive",)
    ),
)
