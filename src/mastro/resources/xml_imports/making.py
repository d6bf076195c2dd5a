"""The making of an import: one transaction, the oldest document first.

A document that cannot be made is told with its reason, and the others are made all the same; with `dry_run` everything
is done and taken back, so that the preview is what would happen and no guess.
"""

import dataclasses
from collections import Counter
from collections.abc import Sequence
from typing import Literal

import msgspec
from sqlalchemy import text

from mastro.api.call import Call
from mastro.api.errors import MAX_REASON, ApiError, TooLarge, invalid, reason_of
from mastro.fatturapa import Invoice, UnreadableError, archives, read
from mastro.fatturapa.tree import text as text_at
from mastro.resources import from_xml
from mastro.resources.company import load_company
from mastro.resources.entities import clients
from mastro.resources.from_xml import DUPLICATE, Made, Refused, Wish
from mastro.resources.xml_imports.table import SIDES, ImportedDocument, ImportedEntity, Side, XmlImport, imports

AS_USUAL = Wish()

Found = tuple[str, bytes, Invoice | str, int]
"""Name and content of a file, its invoice or why it cannot be read, and the place of the document in it."""

MOST_DOCUMENTS = 1000
"""Of one import: within a request it is one transaction, and others wait for it."""


def import_file(
    call: Call, side: Side, filename: str, data: bytes, *, dry_run: bool = False, wish: Wish = AS_USUAL
) -> XmlImport:
    """Make documents of a file: XML, signed XML, or a zip archive of them; the report.

    The call's transaction must be one that writes. Raises Invalid for a file of which nothing can be read, TooLarge for
    one of too many documents.
    """
    done = XmlImport(side=side, filename=filename, dry_run=dry_run, created_at=call.timestamp)
    import_some(call, done, in_order(filename, data), wish)
    if done.created and not dry_run:
        keep(call, done)
    return done


def import_some(call: Call, done: XmlImport, some: Sequence[Found], wish: Wish) -> None:
    """Make some documents of an import, which tells them; in a dry run all of it is taken back at once."""
    SIDES[done.side].resource.collection.lock(call.session, call.company_id)
    wish = dataclasses.replace(wish, keep_files=not done.dry_run)
    lines = []
    call.session.run(_SAVE_ALL)
    for name, content, found, place in some:
        if isinstance(found, str):
            line = ImportedDocument(file=name, status="refused", code="UNREADABLE", reason=found[:MAX_REASON])
        else:
            line = _import_one(call, done, (name, content), found, place, wish)
        lines.append(line)
    if done.dry_run:
        call.session.run(_UNDO_ALL)
        tried = {line.id for line in lines if line.status == "created"}
        for line in lines:
            line.id = None if line.id in tried else line.id
        for entity in done.entities:
            entity.id = None if entity.created else entity.id
    call.session.run(_FORGET_ALL)
    done.documents += lines
    counted = Counter(line.status for line in done.documents)
    done.created, done.duplicates, done.refused = counted["created"], counted["duplicate"], counted["refused"]


def keep(call: Call, done: XmlImport) -> None:
    """Store the report of an import, or how it stands now."""
    if done.id is not None:
        imports.update(call.session, call.company_id, done.id, done)
        return
    done.id = imports.next_id(call.session, call.company_id, done)
    imports.insert(call.session, call.company_id, done.id, done)


_SAVE_ALL, _UNDO_ALL, _FORGET_ALL = (text(f"{verb} whole_import") for verb in ("SAVEPOINT", "ROLLBACK TO", "RELEASE"))
_SAVE, _UNDO, _FORGET = (text(f"{verb} one_document") for verb in ("SAVEPOINT", "ROLLBACK TO", "RELEASE"))


def in_order(filename: str, data: bytes) -> list[Found]:
    """The documents of a file, the oldest first: numbers must follow the dates. Raises Invalid, TooLarge."""
    found: list[Found] = []
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


def _age(found: Found) -> tuple[str, int, str]:
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
    call: Call, done: XmlImport, file: tuple[str, bytes], invoice: Invoice, place: int, wish: Wish
) -> ImportedDocument:
    """Make one document, or nothing of it at all."""
    general = invoice.bodies[place]
    number = text_at(general, "DatiGenerali", "DatiGeneraliDocumento", "Numero")
    line = ImportedDocument(file=file[0], body=place + 1, number=number)
    company, _ = load_company(call.session, call.company_id)
    call.session.run(_SAVE)
    try:
        if done.side == "issued":
            made = from_xml.make_issued(call, company, invoice, place, wish, file)
        else:
            made = from_xml.make_received(call, company, invoice, place, wish, file)
    except (Refused, ApiError) as error:
        call.session.run(_UNDO)
        _refuse(line, error)
    else:
        line.id, line.entity_name, line.differences = made.id, made.entity_name, made.differences
        _note_party(call, done, made)
    call.session.run(_FORGET)
    return line


def _note_party(call: Call, done: XmlImport, made: Made) -> None:
    """Tell of a party once, and of a file that is kept."""
    done.file_ids += [made.file_id] if made.file_id is not None else []
    if made.party is None:
        return
    kind: Literal["client", "supplier"] = "client" if made.party.collection is clients.clients else "supplier"
    if any((each.kind, each.id) == (kind, made.party.id) for each in done.entities):
        return
    entry = made.party.collection.get(call.session, call.company_id, made.party.id)
    codes = {"name": entry.name, "vat_number": entry.vat_number, "tax_code": entry.tax_code} if entry else {}
    new = ImportedEntity(kind=kind, id=made.party.id, created=made.party.created, **codes)
    if not any(msgspec.structs.replace(new, id=None) == each for each in done.entities):  # tried before
        done.entities.append(new)


def _refuse(line: ImportedDocument, error: Refused | ApiError) -> None:
    line.status, line.code = "refused", error.code
    line.reason = reason_of(error)
    if isinstance(error, Refused) and error.code == DUPLICATE:
        line.status, line.id = "duplicate", error.existing
