"""The same promises of every storage: a folder, memory, and a bucket of a real S3 server on this machine."""

import os
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mastro.delivery.storage import CHUNK, Folder, Storage, StorageUnavailable, in_memory, open_storage

KEY = "company/7/taxes/0123456789abcdef"


@pytest.fixture(params=["folder", "memory", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "folder":
        return Folder(tmp_path / "files")
    if request.param == "memory":
        return in_memory()
    return bucket(request.getfixturevalue("s3_server"), f"s3://files/mastro/{uuid.uuid4()}")


def bucket(address: str, url: str) -> Storage:
    return open_storage(url, Path("unused"), endpoint=address, key="k", secret="s")


def content_of(storage: Storage, key: str = KEY) -> bytes:
    stored = storage.get(key)
    assert stored is not None
    content = b"".join(stored.chunks)
    assert len(content) == stored.size
    return content


def test_a_file_is_kept_read_and_deleted(storage: Storage) -> None:
    assert not storage.exists(KEY)
    assert storage.put(KEY, [memoryview(b"una fattura")]) == 11
    assert storage.exists(KEY)
    assert content_of(storage) == b"una fattura"
    storage.delete(KEY)
    assert not storage.exists(KEY)
    assert storage.get(KEY) is None


def test_deleting_what_is_not_there_does_nothing(storage: Storage) -> None:
    storage.delete(KEY)
    storage.delete("company/99/taxes/none")


def test_a_long_file_goes_and_comes_in_pieces(storage: Storage) -> None:
    piece = os.urandom(1024 * 1024)
    assert storage.put(KEY, (memoryview(piece) for _ in range(7))) == 7 * len(piece)
    stored = storage.get(KEY)
    assert stored is not None
    chunks = list(stored.chunks)
    assert len(chunks) > 1
    assert max(len(chunk) for chunk in chunks) <= CHUNK
    assert b"".join(chunks) == piece * 7


def test_what_fails_half_way_leaves_no_file(storage: Storage) -> None:
    def broken() -> Iterator[bytes]:
        yield b"the beginning"
        raise RuntimeError("the client is gone")

    with pytest.raises((RuntimeError, StorageUnavailable)):
        storage.put(KEY, broken())
    assert not storage.exists(KEY)


def test_files_of_two_keys_do_not_meet(storage: Storage) -> None:
    storage.put(KEY, [b"a"])
    storage.put(f"{KEY}0", [b"b"])
    assert (content_of(storage), content_of(storage, f"{KEY}0")) == (b"a", b"b")


@pytest.mark.parametrize(
    "key",
    ["../secret", "/etc/passwd", "company//7", "company/7/..", "Company/7", "", "a" * 501, "company/7/a.pdf", "a\n"],
)
def test_a_key_that_could_lead_elsewhere_is_refused(storage: Storage, key: str) -> None:
    for use in (storage.get, storage.exists, storage.delete, lambda key: storage.put(key, [b"x"])):
        with pytest.raises(ValueError, match="is no key of a file"):
            use(key)


# the folder


def test_nobody_else_reads_the_files_of_the_folder(tmp_path: Path) -> None:
    Folder(tmp_path).put(KEY, [b"una fattura"])
    assert (tmp_path / KEY).stat().st_mode & 0o077 == 0
    assert [path.name for path in (tmp_path / KEY).parent.iterdir()] == [KEY.rpartition("/")[2]]


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("not a folder")
    with pytest.raises(StorageUnavailable):
        Folder(tmp_path / "files").put(KEY, [b"x"])
    assert Folder(tmp_path / "files").get(KEY) is None


# buckets


def test_a_bucket_that_is_not_there_says_so(s3_server: str) -> None:
    storage = bucket(s3_server, "s3://none-of-ours")
    with pytest.raises(StorageUnavailable):
        storage.put(KEY, [b"x"])


def test_a_bucket_keeps_files_under_its_prefix(s3_server: str) -> None:
    bucket(s3_server, "s3://files/one/two").put(KEY, [b"x"])
    assert bucket(s3_server, "s3://files").exists(f"one/two/{KEY}")
    assert not bucket(s3_server, "s3://files/other").exists(KEY)


@pytest.mark.slow
def test_a_server_that_does_not_answer_says_so_within_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
    storage = bucket(address, "s3://files")
    with pytest.raises(StorageUnavailable):
        storage.put(KEY, [b"x"])


@pytest.mark.parametrize("url", ["ftp://host/x", "s3://", "/var/files", "s3://bucket/x?y=1", "bucket"])
def test_an_address_of_another_kind_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="s3://bucket/prefix"):
        open_storage(url, tmp_path)


def test_without_an_address_files_are_in_the_folder(tmp_path: Path) -> None:
    storage: Any = open_storage("", tmp_path / "files")
    storage.put(KEY, [b"x"])
    assert (tmp_path / "files" / KEY).read_bytes() == b"x"
