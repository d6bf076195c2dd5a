"""Where files are kept: a folder, a bucket of any S3-compatible store, or memory; the same four methods for each.

Keys are ours (`company/7/taxes/3f…`), never a name that somebody sent. Files are written once and never changed.
"""

import datetime as dt
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import MemoryStore, ObjectStore, S3Store

CHUNK = 256 * 1024
"""Bytes that are handed on at a time."""

_KEY = re.compile(r"[a-z0-9_]+(/[a-z0-9_]+)*")

RETRY: Any = {
    "max_retries": 4,
    "backoff": {"base": 2, "init_backoff": dt.timedelta(seconds=0.2), "max_backoff": dt.timedelta(seconds=3)},
    "retry_timeout": dt.timedelta(seconds=30),
}
"""How long a bucket that does not answer is asked again: somebody waits for the end of an upload."""


class StorageUnavailable(Exception):
    """The storage cannot be reached, or refuses us; the message says why."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file as it is read: its length, and its content piece by piece."""

    size: int
    chunks: Iterator[bytes]


class Storage(Protocol):
    """Keeps files. Every method raises StorageUnavailable where the storage does not do its work."""

    def put(self, key: str, content: Iterable[memoryview | bytes]) -> int:
        """Keep a file under a key; how many bytes it has. It is there as a whole, or not at all."""
        ...

    def get(self, key: str) -> Stored | None:
        """A file, None where there is none of this key."""
        ...

    def delete(self, key: str) -> None:
        """Remove a file; nothing happens where there is none."""
        ...

    def exists(self, key: str) -> bool:
        """True where there is a file of this key."""
        ...


def checked(key: str) -> str:
    """A key, as it is. Raises ValueError for one that could lead out of its folder: no such key is ever made."""
    if len(key) > 500 or not _KEY.fullmatch(key):
        raise ValueError(f"{key!r} is no key of a file")
    return key


class Folder:
    """Files in a folder of this machine. An answered upload survives a power cut, as a row of the database does."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def _path(self, key: str) -> Path:
        return self.root / checked(key)

    def put(self, key: str, content: Iterable[memoryview | bytes]) -> int:
        """See `Storage.put`."""
        path = self._path(key)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        size = 0
        with _os_errors():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                with draft.open("wb") as file:
                    draft.chmod(0o600)
                    for chunk in content:
                        size += file.write(chunk)
                    file.flush()
                    os.fsync(file.fileno())
                draft.replace(path)
            finally:
                draft.unlink(missing_ok=True)
            _sync_folder(path.parent)
        return size

    def get(self, key: str) -> Stored | None:
        """See `Storage.get`."""
        try:
            file = self._path(key).open("rb")  # closed by the iterator that reads it
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except OSError as error:
            raise StorageUnavailable(str(error)) from error

        def chunks() -> Iterator[bytes]:
            with file:
                while chunk := file.read(CHUNK):
                    yield chunk

        return Stored(os.fstat(file.fileno()).st_size, chunks())

    def delete(self, key: str) -> None:
        """See `Storage.delete`."""
        with _os_errors():
            self._path(key).unlink(missing_ok=True)

    def exists(self, key: str) -> bool:
        """See `Storage.exists`."""
        return self._path(key).is_file()


@contextmanager
def _os_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageUnavailable(str(error)) from error


def _sync_folder(folder: Path) -> None:
    """Make the name of a new file as durable as its content; Windows keeps folders in order by itself."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Objects:
    """Files as the objects of a store: a bucket, or this process's memory."""

    def __init__(self, store: ObjectStore) -> None:
        self.store = store

    def put(self, key: str, content: Iterable[memoryview | bytes]) -> int:
        """See `Storage.put`. Long files go up in parts, of which the store makes one object at the end."""
        size = 0

        def counted() -> Iterator[memoryview | bytes]:
            nonlocal size
            for chunk in content:
                size += len(chunk)
                yield chunk

        one = isinstance(content, list) and len(content) == 1  # needs no parts, and no requests to begin and end them
        try:
            with _store_errors():
                obstore.put(self.store, checked(key), next(counted()) if one else counted())
        except FileNotFoundError as error:  # it is the bucket that is not there
            raise StorageUnavailable(f"{self.store}: there is no such bucket") from error
        return size

    def get(self, key: str) -> Stored | None:
        """See `Storage.get`."""
        try:
            with _store_errors():
                found = obstore.get(self.store, checked(key))
        except FileNotFoundError:
            return None

        def chunks() -> Iterator[bytes]:
            with _store_errors():
                for part in found.stream(min_chunk_size=CHUNK):
                    view = memoryview(part)
                    for start in range(0, len(view), CHUNK):
                        yield bytes(view[start : start + CHUNK])

        return Stored(found.meta["size"], chunks())

    def delete(self, key: str) -> None:
        """See `Storage.delete`."""
        try:
            with _store_errors():
                obstore.delete(self.store, checked(key))
        except FileNotFoundError:
            return

    def exists(self, key: str) -> bool:
        """See `Storage.exists`."""
        try:
            with _store_errors():
                obstore.head(self.store, checked(key))
        except FileNotFoundError:
            return False
        return True


@contextmanager
def _store_errors() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:  # also what obstore's NotFoundError is
        raise
    except (BaseError, OSError) as error:
        # the first line says what happened; those after it repeat the request
        raise StorageUnavailable(str(error).partition("\n")[0]) from error


def in_memory() -> Objects:
    """Files that are gone with the process."""
    return Objects(MemoryStore())


def open_storage(
    url: str, folder: Path, *, endpoint: str = "", region: str = "", key: str = "", secret: str = ""
) -> Storage:
    """The storage at `s3://bucket/prefix`, or the folder where the address is empty.

    `endpoint` is the address of a store that is not Amazon's. Without `key` and `secret` those of the machine count
    (`AWS_ACCESS_KEY_ID`, the role of the instance …). Raises ValueError for an address of another kind.
    """
    if not url:
        return Folder(folder)
    parts = urlsplit(url)
    if parts.scheme == "memory":
        return in_memory()
    if parts.scheme != "s3" or not parts.netloc or parts.query or parts.fragment:
        raise ValueError(f"{url!r}: files are kept at s3://bucket/prefix, or in a folder without any address")
    config: dict[str, Any] = {"region": region or "us-east-1"}
    if endpoint:
        config["endpoint"] = endpoint
    if key and secret:
        config |= {"access_key_id": key, "secret_access_key": secret}
    options: Any = {"allow_http": endpoint.startswith("http://"), "timeout": "30s", "connect_timeout": "5s"}
    prefix = parts.path.strip("/") or None
    store = S3Store(parts.netloc, prefix=prefix, config=config, client_options=options, retry_config=RETRY)  # type: ignore[arg-type]
    return Objects(store)
