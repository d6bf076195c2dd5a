"""The command that brings in electronic invoices by the thousand, and the one that takes them back."""

import io
import json
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from sqlalchemy import bindparam, select

from mastro.api.call import Call, Installation, internal_call
from mastro.api.errors import ApiError, reason_of
from mastro.cli.common import DatabaseUrl, DataDir, Failure, opened, progress, say, settings_of
from mastro.cli.fatturapa import NOT_A_FILE, Unopened, content_of, walk
from mastro.database.connection import Prepared, Session
from mastro.database.schema import memberships
from mastro.resources.from_xml import Wish
from mastro.resources.xml_imports.making import import_file
from mastro.resources.xml_imports.table import ImportedDocument, Side, XmlImport
from mastro.resources.xml_imports.undoing import undo as take_back

BATCH_FILES = 200
BATCH_BYTES = 32 * 1024 * 1024
"""Files that are one import: enough to be quick, few enough that a server on the same database can go on."""

MAX_COMPANY = 2**31 - 1

Batch = dict[str, tuple[Path, bytes]]
"""Path and content by the name that a file has in the archive of the batch."""


def import_xml(
    files: Annotated[list[Path] | None, Parameter(help="Files (xml, p7m, zip) and folders", negative="")] = None,
    *,
    company: Annotated[int, Parameter(help="Id of the company whose books they go to")],
    side: Annotated[Side, Parameter(help="What the company issued, or what it received")] = "issued",
    dry_run: Annotated[bool, Parameter(help="Say what would become of them, make nothing", negative="")] = False,
    not_sent: Annotated[bool, Parameter(help="Issued ones that the SdI has not got yet", negative="")] = False,
    no_entities: Annotated[bool, Parameter(help="Add no customer or supplier to the registry", negative="")] = False,
    undo: Annotated[list[int] | None, Parameter(help="Take back the import with this id instead", negative="")] = None,
    database: DatabaseUrl = None,
    data: DataDir = None,
) -> None:
    """Make documents of electronic invoices; what was not made is one JSON line each, with file and reason.

    The ids that undo it are told at the end. The exit status is 1 where something was refused; what is there already
    is told too, and is no failure.
    """
    if bool(files) == bool(undo):
        raise Failure("name files or folders to bring in, or with --undo an import to take back")
    wish = Wish(sent=not not_sent, create_entities=not no_entities, known={} if dry_run else None)
    order = Order(company, side, dry_run, wish)
    counted: Counter[str] = Counter()
    ids: list[str] = []
    with opened(settings_of(database, data)) as connected:
        installation = Installation(settings_of(database, data), connected)
        if undo:
            _undo(installation, order, undo)
            return
        with progress("Importing") as advance:
            for batch in _batches(files or []):
                if isinstance(batch, ImportedDocument):
                    done = XmlImport(documents=[batch])
                else:
                    done = _bring_in(installation, order, batch)
                for line in done.documents:
                    _tell(line)
                    counted[line.status] += 1
                ids += [f"--undo {done.id}"] if done.id else []
                advance(counted.total())
    words = "would be made" if dry_run else "made"
    said = f"{counted['created']} {words}, {counted['duplicate']} there already, {counted['refused']} refused"
    say.print(said + (f"; take them back with {' '.join(ids)}" if ids else ""), soft_wrap=True, highlight=False)
    sys.exit(1 if counted["refused"] else 0)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done with every file."""

    company: int
    side: Side
    dry_run: bool
    wish: Wish


def _batches(paths: list[Path]) -> Iterator[Batch | ImportedDocument]:
    """The files, some at a time: memory does not grow with their number. An archive is a batch of its own.

    One that cannot be opened comes as what is told of it.
    """
    batch: Batch = {}
    size = 0
    for path in walk(paths):
        try:
            content = content_of(path)
        except Unopened as error:
            yield ImportedDocument(file=str(path), status="refused", code=NOT_A_FILE, reason=str(error))
            continue
        alone = path.suffix.lower() == ".zip"
        full = len(batch) >= BATCH_FILES or size + len(content) > BATCH_BYTES
        if batch and (alone or full or path.name in batch):
            yield batch
            batch, size = {}, 0
        if alone:
            yield {path.name: (path, content)}
            continue
        batch[path.name] = path, content
        size += len(content)
    if batch:
        yield batch


def _as_one_file(batch: Batch) -> tuple[str, bytes]:
    """Name and content of what is imported: an archive as it is, files as an archive of them."""
    name, (path, content) = next(iter(batch.items()))
    if path.suffix.lower() == ".zip":
        return name, content
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for each, (_, content) in batch.items():
            archive.writestr(each, content)
    return f"{path.parent.name or 'files'}.zip", held.getvalue()


def _bring_in(installation: Installation, order: Order, batch: Batch) -> XmlImport:
    """One import, in one transaction. Raises Failure where there is no such company."""
    name, content = _as_one_file(batch)

    def work() -> XmlImport:
        with installation.database.write() as session:
            call = call_of(installation, session, order.company)
            return import_file(call, order.side, name, content, dry_run=order.dry_run, wish=order.wish)

    try:
        done = installation.database.retry(work)
    except ApiError as error:  # of the archive as a whole
        line = ImportedDocument(file=name, status="refused", code=error.code, reason=reason_of(error))
        done = XmlImport(refused=1, documents=[line])
    for line in done.documents:
        line.file = str(batch[line.file][0]) if line.file in batch else f"{next(iter(batch.values()))[0]}:{line.file}"
    return done


def call_of(installation: Installation, session: Session, company: int) -> Call:
    """A call in the name of the company's owner. Raises Failure where there is no such company."""
    known = 1 <= company <= MAX_COMPANY
    owner = session.scalar(_OWNER, company_id=company) if known else None
    if owner is None:
        raise Failure(f"there is no company {company}")
    return internal_call(installation, session, company_id=company, user_id=owner)


_OWNER = Prepared(
    select(memberships.c.user_id)
    .where(memberships.c.company_id == bindparam("company_id"), memberships.c.role == "master")
    .order_by(memberships.c.user_id)
    .limit(1)
)


def _tell(line: ImportedDocument) -> None:
    """Print what was not made."""
    if line.status != "created":
        told = {"file": line.file, "body": line.body, "status": line.status, "number": line.number}
        sys.stdout.write(json.dumps({**told, "id": line.id, "code": line.code, "reason": line.reason}) + "\n")


def _undo(installation: Installation, order: Order, ids: list[int]) -> None:
    def work() -> int:
        with installation.database.write() as session:
            call = call_of(installation, session, order.company)
            return sum(take_back(call, order.side, id) for id in ids)

    try:
        say.print(f"{installation.database.retry(work)} documents taken back")
    except ApiError as error:
        raise Failure(str(error)) from error
