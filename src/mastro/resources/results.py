"""Files that long work leaves: kept beside the attachments, opened by a signed link, gone after some days."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import insert, update

from mastro.api.call import Installation
from mastro.database.connection import Session
from mastro.delivery.storage import CHUNK
from mastro.resources import attachments
from mastro.resources.attachments import Kind, storage_key, storage_of

KIND: Kind = "results"


def keep(installation: Installation, company_id: int, path: Path, filename: str) -> tuple[str, int, str]:
    """Store a file, whatever its length, in a transaction of its own; its token, size and SHA-256.

    Nobody names it yet: until `hold` does, it counts as an upload that waits. Raises StorageUnavailable.
    """
    digest = hashlib.sha256()

    def chunks() -> Iterator[bytes]:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                yield chunk

    token, size = lay_aside(installation, company_id, KIND, filename, chunks())
    return token, size, digest.hexdigest()


def lay_aside(
    installation: Installation, company_id: int, kind: Kind, filename: str, chunks: Iterable[memoryview | bytes]
) -> tuple[str, int]:
    """Store a file outside of any transaction that does more; its token and size. Raises StorageUnavailable.

    It counts as an upload that waits until something names it.
    """
    hash, name = secrets.token_hex(16), attachments.file_name(filename) or "file"
    size = storage_of(installation.settings).put(storage_key(company_id, kind, hash), chunks)
    now = _stamp(installation.settings.clock())
    row = {"company_id": company_id, "hash": hash, "kind": kind, "filename": name, "size": size}

    def record() -> None:
        with installation.database.write() as session:
            session.run(insert(attachments.attachments).values(**row, uses=0, touched_at=now))

    installation.database.executor.submit(installation.database.retry, record).result()
    return attachments.make_token(hash, name), size


def hold(session: Session, company_id: int, token: str, now: dt.datetime) -> None:
    """Keep a file until it is given up."""
    _set_uses(session, company_id, token, 1, now)


def give_up(session: Session, company_id: int, token: str, now: dt.datetime) -> None:
    """Let go of a file: its link opens nothing any more, and it is deleted with the uploads that nobody named."""
    _set_uses(session, company_id, token, attachments.CONDEMNED, now)


def _set_uses(session: Session, company_id: int, token: str, uses: int, now: dt.datetime) -> None:
    found, table = attachments.read_token(token), attachments.attachments
    if found:
        named = (table.c.company_id == company_id) & (table.c.hash == found[0]) & (table.c.kind == KIND)
        session.run(update(table).where(named).values(uses=uses, touched_at=_stamp(now)))


def _stamp(moment: dt.datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"
