"""The bin: deleted documents, issued and received, until they are recovered or deleted for good."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import bindparam, select

from mastro import numeration
from mastro.api.call import Call
from mastro.api.errors import Conflict, NotFound
from mastro.api.fields import Computed, splice
from mastro.api.operation import PAGE, PER_PAGE, Operation, Parameter
from mastro.api.paging import Page, envelope, page_of
from mastro.api.resource import Resource
from mastro.api.scopes import DOCUMENT_SCOPES
from mastro.database import bin as bin_
from mastro.database.connection import Prepared
from mastro.model.base import Body
from mastro.model.issued_document import IssuedDocument
from mastro.model.received_document import ReceivedDocument
from mastro.numeration import Numbered, Series
from mastro.resources import attachments
from mastro.resources.issued_documents import public_links
from mastro.resources.issued_documents.documents import resource as issued_documents
from mastro.resources.received_documents import other_files
from mastro.resources.received_documents.documents import links as received_links
from mastro.resources.received_documents.documents import resource as received_documents
from mastro.resources.received_documents.table import SCOPES, tokens_of
from mastro.resources.search_terms import terms_of

B = TypeVar("B", bound=Body)

TAG = "Bin"


def _anything(_call: Call, _body: Any) -> None:
    """Refuse nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin(Generic[B]):
    """The bin of one kind of documents."""

    resource: Resource[B]
    release: Callable[[Call, Any], None]
    """Gives up the files of a document that goes for good."""
    families: tuple[str, ...]
    """Scope families of which a reader needs one: what the others cover is left out of the list."""
    computed: Callable[[Call, Any], Computed]
    """Keys that are not stored."""
    refuse: Callable[[Call, Any], None] = _anything
    """Raises ApiError for a document that cannot come back."""

    def _load(self, call: Call, level: str) -> tuple[int, bytes, B]:
        """The document of the path. Raises NotFound, or Forbidden where its scope is not covered."""
        id = call.id(self.resource.item)
        collection = self.resource.collection
        if level == "a":
            collection.lock(call.session, call.company_id)
        stored = bin_.get(call.session, call.company_id, collection.name, id)
        if stored is None:
            raise NotFound(f"{self.resource.name} not found.")
        body = collection.decoder.decode(stored)
        call.require(self.resource.scope_of(body), level)
        return id, stored, body

    def _shown(self, call: Call, stored: bytes, body: B) -> bytes:
        return b"".join(splice(stored, self.computed(call, body), None))

    def list(self, call: Call) -> bytes:
        """The deleted documents that the token may read, what was deleted last comes first.

        As the vendor's list it is whole unless a `page` or its length is asked for; `text` (ours) narrows it to those
        that a search would find by these words.
        """
        if not any(call.may(family, "r") for family in self.families):
            call.require(self.families[0], "r")
        found = self._found(call)
        paged = call.query.get("page") or call.query.get("per_page")
        page = page_of(call.query) if paged else Page(1, max(1, len(found)))
        shown = [
            (self._shown(call, stored, body),) for stored, body in self._bodies(call, found[page.offset :][: page.size])
        ]
        return envelope([*shown], page, len(found), call.url, call.query)

    def _found(self, call: Call) -> Sequence[int]:
        """The ids of those that are asked for and may be read."""
        found = bin_.ids(call.session, call.company_id, self.resource.collection.name)
        terms = terms_of(call.query.get("text", ""))
        if not terms and all(call.may(family, "r") for family in self.families):
            return found
        words = self.resource.collection.search.words if self.resource.collection.search else lambda _: ()
        return [
            body.id  # type: ignore[attr-defined]  # each document has one
            for _, body in self._bodies(call, found)
            if call.may(self.resource.scope_of(body), "r") and all(any(map(term.fits, words(body))) for term in terms)
        ]

    def _bodies(self, call: Call, ids: Sequence[int]) -> Iterator[tuple[bytes, B]]:
        """As stored and as struct, one at a time: the bin may hold much."""
        collection = self.resource.collection
        for id in ids:
            stored = bin_.get(call.session, call.company_id, collection.name, id)
            if stored is not None:
                yield stored, collection.decoder.decode(stored)

    def get(self, call: Call) -> bytes:
        """A deleted document."""
        _, stored, body = self._load(call, "r")
        return b'{"data":%s}' % self._shown(call, stored, body)

    def delete(self, call: Call) -> bytes:
        """Delete a document for good, with its attachment."""
        id, _, body = self._load(call, "a")
        bin_.remove(call.session, call.company_id, self.resource.collection.name, id)
        self.release(call, body)
        call.emit(self.resource.event_of(body, "purge"), id)
        return b"{}"

    def recover(self, call: Call) -> bytes:
        """Bring a document back under its old id and number; refused where the number is another's by now."""
        id, _, body = self._load(call, "a")
        self.refuse(call, body)
        bin_.remove(call.session, call.company_id, self.resource.collection.name, id)
        body.updated_at = call.timestamp  # type: ignore[attr-defined]  # whoever polls for changes sees it again
        stored = self.resource.collection.restore(call.session, call.company_id, id, body)
        self.resource.stored(call, body, None)
        call.emit(self.resource.event_of(body, "create"), id)
        return self.resource.show(call, id, stored)

    def operations(self) -> tuple[Operation, ...]:
        """The four operations."""
        singular, plural = self.resource.name, self.resource.plural
        path = self.resource.path.replace("/c/{company_id}/", "/c/{company_id}/bin/")
        item = f"{path}/{{{self.resource.item}}}"
        body = self.resource.collection.body
        return (
            Operation(
                f"ListBin{plural}",
                "GET",
                path,
                self.list,
                TAG,
                f"List {plural} In The Bin",
                slow=True,
                query=(Parameter("text", {"type": "string"}, "Words to search for, as in the search"), PAGE, PER_PAGE),
                answer=list[body],  # type: ignore[valid-type]  # a type made at run time
                paginated=True,
            ),
            Operation(f"GetBin{singular}", "GET", item, self.get, TAG, f"Get {singular} In The Bin", answer=body),
            Operation(
                f"DeleteBin{singular}", "DELETE", item, self.delete, TAG, f"Delete {singular} For Good", writes=True
            ),
            Operation(
                f"RecoverBin{singular}",
                "POST",
                f"{item}/recover",
                self.recover,
                TAG,
                f"Recover {singular}",
                writes=True,
                answer=body,
            ),
        )


# numbers of issued documents

_issued = issued_documents.collection.table
_IN_SERIES = Prepared(
    select(_issued.c.id).where(
        _issued.c.company_id == bindparam("company_id"),
        _issued.c.series == bindparam("kind"),
        _issued.c.year == bindparam("year"),
        _issued.c.sezionale == bindparam("sezionale"),
        _issued.c.number == bindparam("number"),
    )
)
_ATTACHED = Prepared(
    select(_issued.c.id).where(
        _issued.c.company_id == bindparam("company_id"),
        _issued.c.dn_year == bindparam("year"),
        _issued.c.dn_number == bindparam("number"),
    )
)


def _refuse_taken_number(call: Call, document: IssuedDocument) -> None:
    """Raise Conflict where another document has the number by now, or the number of the attached delivery note."""
    assert document.type  # noqa: S101
    assert document.date  # noqa: S101
    assert document.number  # noqa: S101
    _refuse_taken(
        call, numeration.series_of(document.type, document.date, document.numeration), document, document.number
    )
    if document.delivery_note and document.dn_number and document.dn_date:
        _refuse_taken(call, numeration.delivery_note_series(document.dn_date), document, document.dn_number)


def _refuse_taken(call: Call, series: Series, document: IssuedDocument, number: int) -> None:
    assert document.date  # noqa: S101
    place: dict[str, Any] = {"company_id": call.company_id, "year": series.year, "number": number}
    taken = call.session.row(_IN_SERIES, kind=series.kind, sezionale=series.numeration, **place)
    if taken is None and series.kind == "delivery_note":
        taken = call.session.row(_ATTACHED, **place)
    if taken is not None:
        found = numeration.sequence_conflict(series, number, document.date, taken=Numbered(number, document.date))
        raise Conflict(found.message if found else None, code=found.code if found else None)


def _issued_computed(call: Call, body: IssuedDocument) -> Computed:
    """A deleted document has no PDF any more; its attachment stays until it is deleted for good."""
    gone = dict.fromkeys(("url", "dn_url", "ai_url"), b"null")
    return gone | {"attachment_url": attachments.link_json(call, "issued_documents", body.attachment_token)}


def _received_computed(call: Call, body: ReceivedDocument) -> Computed:
    return received_links(call, body.attachment_token, tokens_of(body))


def _issued_release(call: Call, old: IssuedDocument) -> None:
    attachments.release(call, "issued_documents", old.attachment_token)
    public_links.forget(call.session, call.company_id, old.id or 0)


issued = Bin(
    resource=issued_documents,
    release=_issued_release,
    families=tuple(f"issued_documents.{scope}" for scope in dict.fromkeys(DOCUMENT_SCOPES.values())),
    computed=_issued_computed,
    refuse=_refuse_taken_number,
)

received = Bin(
    resource=received_documents,
    release=other_files.release,
    families=tuple(dict.fromkeys(SCOPES.values())),
    computed=_received_computed,
)

OPERATIONS = (*issued.operations(), *received.operations())
