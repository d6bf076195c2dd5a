"""Attachments: files that are uploaded first and bound to a document by their token, and the links that open them.

A file is stored under a key of ours and has a row here. `uses` says how many documents name it: 0 for an upload that
waits, or that nobody names any more, and such files are deleted after some days (`expire_uploads`). So no file goes
before the transaction that gives it up has committed.
"""

import base64
import binascii
import datetime as dt
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, Protocol, get_args
from urllib.parse import quote

import msgspec
import structlog
from sqlalchemy import BigInteger, Column, Index, Integer, Table, bindparam, delete, insert, select, update

from mastro.api.call import Call, Installation
from mastro.api.errors import Busy, TooLarge, invalid
from mastro.api.links import verify
from mastro.api.multipart import Part, parse
from mastro.api.operation import Operation
from mastro.api.resource import Resource
from mastro.database.collection import encoder
from mastro.database.columns import PlainText
from mastro.database.connection import Prepared, Row, Session, first_column
from mastro.database.deletions import is_deleted
from mastro.database.schema import companies, metadata
from mastro.delivery.storage import Storage, StorageUnavailable, Stored, open_storage
from mastro.model.base import Body
from mastro.resources.file_types import BEGIN, TYPES, USUAL, extension_of
from mastro.settings import Settings

log = structlog.get_logger()

Kind = Literal["issued_documents", "received_documents", "taxes", "archive", "results", "pec", "logo"]

KINDS: tuple[str, ...] = get_args(Kind)

WRONG_EXTENSION = "Extension not valid."

MAX_NAME = 120
"""Characters of a file name that are kept."""

MAX_TOKEN = 1000

_recorder = ThreadPoolExecutor(2, thread_name_prefix="uploads")

CONDEMNED = -1
"""`uses` of a file that is being deleted: nobody can bind it any more."""

attachments = Table(
    "attachments",
    metadata,
    Column("company_id", Integer, primary_key=True, autoincrement=False),
    Column("hash", PlainText, primary_key=True, comment="random; with company and kind the key in the storage"),
    Column("kind", PlainText, nullable=False, comment="the resource that it was uploaded for"),
    Column("filename", PlainText, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("uses", Integer, nullable=False, comment="documents that name it; below zero while it is being deleted"),
    Column("touched_at", PlainText, nullable=False, comment="uploaded, bound or given up"),
    Index(None, "company_id", "uses", "touched_at"),
)

_KEY = (attachments.c.company_id == bindparam("company"), attachments.c.hash == bindparam("token_hash"))
_INSERT = Prepared(insert(attachments))
_NAME = Prepared(select(attachments.c.filename).where(*_KEY, attachments.c.uses >= 0))
_USE = Prepared(
    update(attachments)
    .where(*_KEY, attachments.c.kind == bindparam("wanted"), attachments.c.uses >= 0)
    .values(uses=attachments.c.uses + bindparam("step", type_=Integer), touched_at=bindparam("now"))
)
_UNUSED = attachments.c.company_id == bindparam("company"), attachments.c.uses == 0
_CONDEMN = Prepared(
    update(attachments).where(*_UNUSED, attachments.c.touched_at < bindparam("before")).values(uses=CONDEMNED)
)
_CONDEMNED = Prepared(
    select(attachments.c.hash, attachments.c.kind).where(
        attachments.c.company_id == bindparam("company"), attachments.c.uses == CONDEMNED
    )
)
_FORGET = Prepared(delete(attachments).where(*_KEY))


class Bearer(Protocol):
    """A body that can name an attachment."""

    attachment_token: str


@lru_cache(maxsize=16)
def storage_of(settings: Settings) -> Storage:
    """Where this installation keeps its files."""
    return open_storage(
        settings.storage_url,
        settings.data_dir / "files",
        endpoint=settings.storage_endpoint,
        region=settings.storage_region,
        key=settings.storage_key,
        secret=settings.storage_secret,
    )


def storage_key(company_id: int, kind: str, hash: str) -> str:
    """The key of a file in the storage."""
    return f"company/{company_id}/{kind}/{hash}"


# tokens


def make_token(hash: str, filename: str) -> str:
    """The token of a file, as the vendor shapes it: base64 of `<hash>/<filename>`."""
    return base64.b64encode(f"{hash}/{filename}".encode()).decode()


def read_token(token: str) -> tuple[str, str] | None:
    """Hash and file name of a token, None for what can be none."""
    if len(token) > MAX_TOKEN:
        return None
    try:
        text = base64.b64decode(token.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    hash, slash, filename = text.partition("/")
    return (hash, filename) if slash and hash.isascii() and hash.isalnum() else None


# binding


def bind(call: Call, kind: Kind, new: Bearer, old: Bearer | None) -> None:
    """Bind the attachment that a body names, and give up the one before; a body that names none keeps its own.

    Raises Invalid for a token that is not of this company and kind.
    """
    before = old.attachment_token if old else ""
    if not new.attachment_token or new.attachment_token == before:
        new.attachment_token = before
        return
    found = read_token(new.attachment_token)
    if found is None or not _use(call, kind, found[0], +1):
        raise invalid("data.attachment_token", "The selected data.attachment token is invalid.", code="UNKNOWN_TOKEN")
    name = call.session.scalar(_NAME, company=call.company_id, token_hash=found[0])
    new.attachment_token = make_token(found[0], name)  # the name that was uploaded, whatever the token says
    release(call, kind, before)


def release(call: Call, kind: Kind, token: str) -> None:
    """One document less names a file."""
    found = read_token(token) if token else None
    if found:
        _use(call, kind, found[0], -1)


def _use(call: Call, kind: Kind, hash: str, step: int) -> bool:
    return bool(
        call.session.run(_USE, company=call.company_id, token_hash=hash, wanted=kind, step=step, now=call.timestamp)
    )


# uploading


def file_name(sent: str) -> str:
    """A name that every system takes: no folders, nothing that cannot be seen, its extension last."""
    base = sent.replace("\\", "/").rpartition("/")[2]
    clean = "".join(c for c in base if c.isprintable() and c not in '<>:"|?*').strip(" .")
    stem, dot, extension = clean.rpartition(".")
    return f"{stem[: MAX_NAME - len(extension)]}{dot}{extension}"[-MAX_NAME - 1 :]


def check_type(filename: str, begin: bytes, extensions: frozenset[str]) -> None:
    """Raise Invalid for a file that is none of these, or not what its name says."""
    extension = extension_of(filename)
    if extension not in extensions:
        raise invalid("attachment", WRONG_EXTENSION, code="WRONG_EXTENSION")
    if not TYPES[extension].begins(begin):
        words = f"The content of the file is not that of a .{extension} file."
        raise invalid("attachment", words, code="WRONG_CONTENT")


def keep(call: Call, kind: Kind, filename: str, content: bytes) -> str:
    """Store a file within a transaction that writes, for whoever receives one otherwise than by an upload; its token.

    The name is taken as it comes: what a supplier sends is kept whatever it is. Raises Busy where the storage fails.
    """
    hash, name = secrets.token_hex(16), file_name(filename) or "file"
    size = _put(call, kind, hash, [memoryview(content)])
    _record(call.session, call, kind, hash, name, size)
    return make_token(hash, name)


def _put(call: Call, kind: Kind, hash: str, content: list[memoryview]) -> int:
    try:
        return storage_of(call.settings).put(storage_key(call.company_id, kind, hash), content)
    except StorageUnavailable as error:
        log.exception("attachment not stored")
        raise Busy from error


def _record(session: Session, call: Call, kind: Kind, hash: str, filename: str, size: int) -> None:
    session.run(
        _INSERT,
        company_id=call.company_id,
        hash=hash,
        kind=kind,
        filename=filename,
        size=size,
        uses=0,
        touched_at=call.timestamp,
    )


def upload(call: Call, kind: Kind, extensions: frozenset[str]) -> bytes:
    """Store the file of a form and answer its token.

    The extension is that of the file's own name; where that has none (as with the vendor's clients that send bare
    bytes), that of the field `filename`. Raises Invalid, TooLarge, or Busy where the storage fails.
    """
    form = parse(call.content_type, call.raw)
    file = form.get("attachment")
    if file is None or file.filename is None or not file.size:
        raise invalid("attachment", "The attachment field is required.")
    if file.size > call.settings.attachment_limit:
        raise TooLarge(f"The attachment is longer than the {call.settings.attachment_limit} bytes that are allowed.")
    name = _name_of(form, file)
    check_type(name, file.begin(BEGIN), extensions)
    hash = secrets.token_hex(16)
    size = _put(call, kind, hash, file.content)
    # the row is written after the file is safe, in a transaction of its own: a bucket may take seconds, and meanwhile
    # nobody should wait for the one writer of an embedded database
    _recorder.submit(call.installation.database.retry, lambda: _record_alone(call, kind, hash, name, size)).result()
    return encoder.encode({"data": {"attachment_token": make_token(hash, name)}})


def _record_alone(call: Call, kind: Kind, hash: str, name: str, size: int) -> None:
    with call.installation.database.write() as session:
        _record(session, call, kind, hash, name, size)


def _name_of(form: dict[str, Part], file: Part) -> str:
    """The name that is shown: the field `filename`, with the extension of the file."""
    typed = file_name(form["filename"].text) if "filename" in form else ""
    own = file_name(file.filename or "")
    extension = extension_of(own) or extension_of(typed)
    if not extension or extension_of(typed) == extension:
        return typed or own
    return file_name(f"{typed}.{extension}") if typed else own


def content(call: Call, kind: Kind, hash: str) -> bytes | None:
    """The content of a file of this company, None where it is gone. Raises Busy where the storage fails."""
    try:
        stored = storage_of(call.settings).get(storage_key(call.company_id, kind, hash))
        return b"".join(stored.chunks) if stored else None
    except StorageUnavailable as error:
        raise Busy from error


# links


def link(call: Call, kind: Kind, token: str) -> str | None:
    """An absolute address that opens the file without a token; it is the same all day. None for no attachment."""
    found = read_token(token) if token else None
    if found is None:
        return None
    hash, filename = found
    signed = call.signer.sign(f"{call.company_id}.{kind}.{hash}")
    return f"{call.signer.address}/attachment/{signed}/{quote(filename, safe='')}"


def link_json(call: Call, kind: Kind, token: str) -> bytes:
    """The link as JSON, null where there is no attachment."""
    address = link(call, kind, token)
    return b"null" if address is None else f'"{address}"'.encode()


@dataclass(frozen=True, slots=True)
class LinkedFile:
    """What a link opens, as it is sent."""

    stored: Stored
    media_type: str
    headers: dict[str, str]


def linked_file(installation: Installation, signed: str) -> LinkedFile | None:
    """What a link opens; None for one that is not ours, has expired, or whose file or company is gone."""
    settings = installation.settings
    what = verify(settings.key, signed, settings.clock().date())
    parts = what.split(".") if what else []
    if len(parts) != 3 or parts[1] not in KINDS:  # a link of another sort
        return None
    company_id, kind, hash = parts
    with installation.database.read() as session:
        if is_deleted(session, int(company_id)):
            return None
        filename = session.scalar(_NAME, company=int(company_id), token_hash=hash)
    stored = storage_of(settings).get(storage_key(int(company_id), kind, hash)) if filename else None
    if stored is None:
        return None
    known = TYPES.get(extension_of(filename))
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in filename)
    place = "inline" if known and known.inline else "attachment"
    headers = {
        "Content-Disposition": f"{place}; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}",
        "Content-Length": str(stored.size),
        "Cache-Control": "private, max-age=60",
        "X-Content-Type-Options": "nosniff",
    }
    return LinkedFile(stored, known.media_type if known else "application/octet-stream", headers)


# what nobody names


def expire_uploads(installation: Installation) -> int:
    """Delete the files that nobody has named for `upload_days`; how many there were. For a scheduled job.

    A file is marked in one transaction, deleted, and forgotten in another: what an interruption leaves marked is
    deleted by the next run.
    """
    database, settings = installation.database, installation.settings
    before = (settings.clock() - dt.timedelta(days=settings.upload_days)).strftime("%Y-%m-%d %H:%M:%S")
    with database.read() as session:
        ids = first_column(session.rows(select(companies.c.id)))
    return sum(_expire(installation, company_id, before) for company_id in ids)


def _expire(installation: Installation, company_id: int, before: str) -> int:
    database, storage = installation.database, storage_of(installation.settings)

    def mark() -> list[Row]:
        with database.write() as session:
            session.run(_CONDEMN, company=company_id, before=before)
            return session.rows(_CONDEMNED, company=company_id)

    marked = database.retry(mark)
    for hash, kind in marked:
        storage.delete(storage_key(company_id, kind, hash))

    def forget() -> None:
        with database.write() as session:
            for hash, _ in marked:
                session.run(_FORGET, company=company_id, token_hash=hash)

    if marked:
        database.retry(forget)
    return len(marked)


# operations


FORM = {
    "filename": {"type": "string", "description": "Name of the file; its extension says what it is"},
    "attachment": {"type": "string", "format": "binary"},
}
"""Fields of an upload."""


class UploadedAttachment(Body):
    """The answer to an upload."""

    attachment_token: str


def upload_operation(
    id: str,
    path: str,
    tag: str,
    kind: Kind,
    *,
    scopes: tuple[str, ...],
    extensions: frozenset[str] = USUAL,
) -> Operation:
    """The upload of a resource; a token needs to be able to write one of these scopes."""

    def handler(call: Call) -> bytes:
        if not any(call.may(scope, "a") for scope in scopes):
            call.require(scopes[0], "a")
        return upload(call, kind, extensions)

    handler.__doc__ = (
        "Upload a file (multipart/form-data with `filename` and `attachment`) and answer the token that binds it: send "
        f"it as `attachment_token`. Taken are: {', '.join(f'.{name}' for name in sorted(extensions))}."
    )
    summary = f"Upload {tag} Attachment"
    return Operation(
        id, "POST", f"{path}/attachment", handler, tag, summary, slow=True, form=FORM, answer=UploadedAttachment
    )


def delete_operation(
    id: str, resource: Resource[Any], kind: Kind, *, check: Callable[[Any], None] = lambda _body: None
) -> Operation:
    """Remove the attachment of one resource; `check` raises ApiError for one that must keep it."""

    def handler(call: Call) -> bytes:
        """Remove the attachment."""
        old = resource.load(call, "a")
        check(old)
        if old.attachment_token:
            new = msgspec.structs.replace(old, attachment_token="")
            if hasattr(new, "updated_at"):
                new.updated_at = call.timestamp
            release(call, kind, old.attachment_token)
            resource.collection.update(call.session, call.company_id, old.id, new, old)
            call.emit(resource.event_of(new, "update"), old.id)
        return b"{}"

    path = f"{resource.path}/{{{resource.item}}}/attachment"
    return Operation(id, "DELETE", path, handler, resource.tag, f"Delete {resource.tag} Attachment", writes=True)
