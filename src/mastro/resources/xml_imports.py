"""Electronic invoices brought in as files: issued or received documents made of them, tried first, and undone whole.

An import is one transaction. A document that cannot be made is told with its reason, and the others are made all the
same; with `dry_run` everything is done and taken back, so that the preview is what would happen and no guess.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from sqlalchemy import text

from mastro.api.call import Call
from mastro.api.errors import MAX_REASON, ApiError, Conflict, NotFound, TooLarge, invalid, reason_of
from mastro.api.multipart import parse
from mastro.api.operation import Operation, Parameter
from mastro.database import bin as bin_
from mastro.database.collection import Collection, encoder
from mastro.database.fields import exact, time
from mastro.fatturapa import Invoice, UnreadableError, archives, read
from mastro.fatturapa.tree import text as text_at
from mastro.model.base import Body, Id, Timestamp
from mastro.resources import attachments, from_xml
from mastro.resources.company import load_company
from mastro.resources.from_xml import Refused
from mastro.resources.issued_documents import originals
from mastro.resources.issued_documents.documents import derived as derived_of_issued
from mastro.resources.issued_documents.documents import resource as issued
from mastro.resources.received_documents.documents import derived as derived_of_received
from mastro.resources.received_documents.documents import resource as received

Side = Literal["issued", "received"]
Status = Literal["created", "duplicate", "refused"]

MOST_DOCUMENTS = 1000
"""Of one import: it is one transaction, and others wait for it."""


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
    created_at: Timestamp = ""


imports = Collection(
    "xml_imports",
    XmlImport,
    exact("side", required=True),
    time("created_at", required=True),
    indexes=(("created_at",),),
)


# doing


def import_file(
    call: Call, side: Side, filename: str, data: bytes, *, dry_run: bool = False, sent: bool = True
) -> XmlImport:
    """Make documents of a file: XML, signed XML, or a zip archive of them; the report.

    The call's transaction must be one that writes. `sent` says that the SdI has what was issued. Raises Invalid for a
    file of which nothing can be read, TooLarge for one of too many documents.
    """
    resource = _SIDES[side].resource
    resource.collection.lock(call.session, call.company_id)
    done = XmlImport(side=side, filename=filename, dry_run=dry_run, created_at=call.timestamp)
    call.session.run(_SAVE_ALL)
    for name, content, found, place in _in_order(filename, data):
        if isinstance(found, str):
            line = ImportedDocument(file=name, status="refused", code="UNREADABLE", reason=found[:MAX_REASON])
        else:
            line = _import_one(call, side, name, b"" if dry_run else content, found, place, sent=sent)
        done.documents.append(line)
    counted = Counter(line.status for line in done.documents)
    done.created, done.duplicates, done.refused = counted["created"], counted["duplicate"], counted["refused"]
    if dry_run:
        call.session.run(_UNDO_ALL)
        for line in done.documents:
            line.id = line.id if line.status == "duplicate" else None
    elif done.created:
        done.id = imports.next_id(call.session, call.company_id, done)
        imports.insert(call.session, call.company_id, done.id, done)
    call.session.run(_FORGET_ALL)
    return done


_SAVE_ALL, _UNDO_ALL, _FORGET_ALL = (text(f"{verb} whole_import") for verb in ("SAVEPOINT", "ROLLBACK TO", "RELEASE"))
_SAVE, _UNDO, _FORGET = (text(f"{verb} one_document") for verb in ("SAVEPOINT", "ROLLBACK TO", "RELEASE"))

_Found = tuple[str, bytes, Invoice | str, int]
"""Name and content of a file, its invoice or why it cannot be read, and the place of the document in it."""


def _in_order(filename: str, data: bytes) -> list[_Found]:
    """The documents of a file, the oldest first: numbers must follow the dates."""
    found: list[_Found] = []
    for name, content in _files(filename, data):
        if archives.is_archive(content):
            found.append((name, content, "The file is an archive within an archive.", 0))
            continue
        try:
            invoice = read(content)
        except UnreadableError as error:
            found.append((name, content, str(error), 0))
            continue
        if not invoice.bodies:
            found.append((name, content, "The file has no FatturaElettronicaBody.", 0))
        found += ((name, content, invoice, place) for place in range(len(invoice.bodies)))
        if len(found) > MOST_DOCUMENTS:
            raise TooLarge(f"The file has more than {MOST_DOCUMENTS} documents: split it.")
    return sorted(found, key=_age)


def _age(found: _Found) -> tuple[str, int, str]:
    _, _, invoice, place = found
    if isinstance(invoice, str):
        return "", 0, ""
    general = invoice.bodies[place]
    number = text_at(general, "DatiGenerali", "DatiGeneraliDocumento", "Numero")
    return text_at(general, "DatiGenerali", "DatiGeneraliDocumento", "Data")[:10], from_xml.number_of(number)[0], number


def _files(filename: str, data: bytes) -> list[tuple[str, bytes]]:
    """The files of an archive, or the one file. Raises Invalid for an archive that cannot be opened."""
    if not archives.is_archive(data):
        return [(filename, data)]
    try:
        return archives.members(data)
    except UnreadableError as error:
        raise invalid("attachment", str(error), code="WRONG_CONTENT") from None


def _import_one(
    call: Call, side: Side, name: str, content: bytes, invoice: Invoice, place: int, *, sent: bool
) -> ImportedDocument:
    """Make one document, or nothing of it at all."""
    general = invoice.bodies[place]
    number = text_at(general, "DatiGenerali", "DatiGeneraliDocumento", "Numero")
    line = ImportedDocument(file=name, body=place + 1, number=number)
    company, _ = load_company(call.session, call.company_id)
    call.session.run(_SAVE)
    try:
        if side == "issued":
            made = from_xml.make_issued(call, company, invoice, place, sent=sent)
        else:
            made = from_xml.make_received(call, company, invoice, place, name, content)
    except (Refused, ApiError) as error:
        call.session.run(_UNDO)
        _refuse(line, error)
    else:
        line.id, line.entity_name, line.differences = made.id, made.entity_name, made.differences
    call.session.run(_FORGET)
    return line


def _refuse(line: ImportedDocument, error: Refused | ApiError) -> None:
    line.status, line.code = "refused", error.code
    line.reason = reason_of(error)
    if isinstance(error, Refused) and error.existing is not None:
        line.status, line.id = "duplicate", error.existing


# undoing


@dataclass(frozen=True, slots=True)
class _Side:
    """What documents of one side are stored with."""

    resource: Any
    path: str
    scope: str
    remove: Callable[[Call, Any], None]


def _remove_issued(call: Call, old: Any) -> None:
    attachments.release(call, "issued_documents", old.attachment_token)
    derived_of_issued.deleted(call, old)
    originals.part(call, issued, old)


def _remove_received(call: Call, old: Any) -> None:
    attachments.release(call, "received_documents", old.attachment_token)
    derived_of_received.deleted(call, old)


_SIDES: dict[Side, _Side] = {
    "issued": _Side(issued, issued.path, "issued_documents.invoices", _remove_issued),
    "received": _Side(received, received.path, "received_documents", _remove_received),
}


def undo(call: Call, side: Side, id: int) -> int:
    """Take back everything that an import made, locked or not, and leave nothing in the bin; how many there were.

    Raises NotFound, or Conflict where somebody has changed one of the documents since: their work would be lost.
    """
    place = _SIDES[side]
    collection = place.resource.collection
    collection.lock(call.session, call.company_id)
    done = imports.get(call.session, call.company_id, id)
    if done is None or done.side != side:
        raise NotFound("Import not found.")
    made = [line.id for line in done.documents if line.status == "created" and line.id is not None]
    there = [(each, collection.get(call.session, call.company_id, each)) for each in made]
    changed = [each for each, old in there if old is not None and old.updated_at != done.created_at]
    if changed:
        words = f"These documents were changed after the import: {', '.join(map(str, changed[:20]))}."
        raise Conflict(words, code="CHANGED_SINCE")
    for each, old in there:
        if old is None:
            _remove_from_bin(call, place, each)
            continue
        call.require(place.resource.scope_of(old), "a")
        place.remove(call, old)
        collection.delete(call.session, call.company_id, each, old)
        call.emit(place.resource.event_of(old, "delete"), each)
    imports.delete(call.session, call.company_id, id, done)
    return len(made)


def _remove_from_bin(call: Call, place: _Side, id: int) -> None:
    """Delete for good what somebody has deleted since."""
    collection = place.resource.collection
    stored = bin_.get(call.session, call.company_id, collection.name, id)
    if stored is not None:
        old = collection.decoder.decode(stored)
        kind: attachments.Kind = "issued_documents" if place.resource is issued else "received_documents"
        attachments.release(call, kind, old.attachment_token)
        bin_.remove(call.session, call.company_id, collection.name, id)


# operations


class UndoneImport(Body):
    """The answer to an undo."""

    undone: int = 0


def _switch(call: Call, name: str, *, default: bool) -> bool:
    """A switch of the query. Raises Invalid for what is none."""
    value = call.query.get(name, "").lower()
    if value not in {"", "0", "false", "1", "true"}:
        raise invalid(name, f"The {name} field must be true or false.")
    return value in {"1", "true"} if value else default


def _import(side: Side) -> Callable[[Call], bytes]:
    def handler(call: Call) -> bytes:
        """Make documents of electronic invoices (xml, p7m, zip): answer what became of each, and the id to undo it by.

        The file is the field `attachment` of a multipart form. A document that is there already, is another company's
        or cannot be made is told with its reason, and does not keep the others from being made.
        """
        call.require(_SIDES[side].scope, "a")
        file = parse(call.content_type, call.raw).get("attachment")
        if file is None or file.filename is None or not file.size:
            raise invalid("attachment", "The attachment field is required.")
        if file.size > call.settings.attachment_limit:
            raise TooLarge(f"The file is longer than the {call.settings.attachment_limit} bytes that are allowed.")
        name = attachments.file_name(file.filename) or "file"
        flags = {"dry_run": _switch(call, "dry_run", default=False), "sent": _switch(call, "sent", default=True)}
        done = import_file(call, side, name, b"".join(file.content), **flags)
        return encoder.encode({"data": done})

    return handler


def _undo(side: Side) -> Callable[[Call], bytes]:
    def handler(call: Call) -> bytes:
        """Take back an import: every document that it made is deleted, and leaves nothing in the bin."""
        call.require(_SIDES[side].scope, "a")
        return encoder.encode({"data": UndoneImport(undone=undo(call, side, call.id("import_id")))})

    return handler


_DRY_RUN = Parameter("dry_run", {"type": "boolean", "default": False}, "Answer what would become of it, make nothing")
_SENT = Parameter(
    "sent",
    {"type": "boolean", "default": True},
    "Whether the SdI has the documents: then they are locked, and their e-invoice stays what the file is",
)
_FORM = {"attachment": {"type": "string", "format": "binary"}}


def _operations(side: Side) -> Iterator[Operation]:
    place, name = _SIDES[side], side.capitalize()
    query = (_DRY_RUN, _SENT) if side == "issued" else (_DRY_RUN,)
    yield Operation(
        f"import{name}Documents",
        "POST",
        f"{place.path}/import",
        _import(side),
        place.resource.tag,
        f"Import {name} Documents",
        writes=True,
        query=query,
        form=_FORM,
        answer=XmlImport,
    )
    yield Operation(
        f"undo{name}DocumentsImport",
        "DELETE",
        f"{place.path}/import/{{import_id}}",
        _undo(side),
        place.resource.tag,
        f"Undo Import Of {name} Documents",
        writes=True,
        answer=UndoneImport,
    )


OPERATIONS = (*_operations("issued"), *_operations("received"))
