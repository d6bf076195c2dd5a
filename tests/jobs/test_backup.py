"""Backup and restore: everything comes back, on either database, and nothing half-way ever takes its place."""

import json
import sqlite3
import threading
import zipfile
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, Integer, String, cast, delete, func, insert, select
from starlette.testclient import TestClient

from mastro import backup, packages
from mastro.api.call import Installation
from mastro.app import create_app
from mastro.backup.making import LEFT_OUT, make
from mastro.backup.restoring import HELD, CannotRestore, restore, verify
from mastro.database import jobs as queue
from mastro.database import migrations
from mastro.database.columns import JsonBody
from mastro.database.connection import connect
from mastro.resources import attachments
from mastro.resources.entities.clients import clients
from mastro.resources.tables import metadata
from mastro.settings import Settings
from support import Client, prepare

_numbers = count(1)

NewDatabase = Callable[..., str]

TEXT = 'd\'oro "e" \\n\\\\ \t tab\nline — perché 😀 שלום'
BODY = '{"amount":1.10,"big":9007199254740993,"text":"a\\\\b \\u0001 è","none":null,"list":[1,2]}'


@pytest.fixture
def new_database(request: pytest.FixtureRequest, own_database: str, tmp_path: Path, worker_id: str) -> NewDatabase:
    """Makes databases with nothing in them: of the kind of the test's own one, or of the `other`."""

    def make_one(*, other: bool = False) -> str:
        number = next(_numbers)
        if own_database.startswith("sqlite") != other:
            return f"sqlite:///{tmp_path / f'new{number}' / 'mastro.db'}"
        import psycopg

        uri: str = request.getfixturevalue("postgres")
        name = f"restored_{worker_id}_{number}"
        with psycopg.connect(uri, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return uri.replace("/postgres?", f"/{name}?")

    return make_one


@pytest.fixture
def target(new_database: NewDatabase, tmp_path: Path) -> Settings:
    """An installation with nothing in it."""
    return Settings(data_dir=tmp_path / "target", database_url=new_database(), worker=0)


def _value(column: Any, number: int) -> object:
    if column.name == "kind":
        return "archive"  # of an attachment: it is part of a key in the storage
    if column.nullable and number == 2:
        return None
    if isinstance(column.type, JsonBody):
        return BODY.replace("1.10", f"{number}.10")
    if isinstance(column.type, Boolean):
        return number % 2 == 0
    if isinstance(column.type, Integer):
        return number
    return f"{number} {TEXT}" if not column.primary_key and not column.foreign_keys else str(number)


def _fill(url: str) -> None:
    """Put three rows into every table."""
    connected = connect(url)
    with connected.write() as session:
        for table in metadata.sorted_tables:
            session.run(delete(table))  # what a new installation remembers of itself
            for number in (1, 2, 3):
                values = {column.name: _value(column, number) for column in table.columns}
                if connected.kind == "sqlite":
                    json_names = [c.name for c in table.columns if isinstance(c.type, JsonBody)]
                    values |= {name: values[name].encode() for name in json_names if values[name]}  # type: ignore[attr-defined]
                session.run(insert(table), **values)
    connected.close()


def _contents(url: str) -> dict[str, list[Any]]:
    """Every row of every table, the JSON byte by byte."""
    engine = migrations.engine_of(url)
    found = {}
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            columns = [cast(c, String) if isinstance(c.type, JsonBody) else c for c in table.columns]
            statement = select(*columns).order_by(*table.primary_key.columns)
            found[table.name] = [tuple(row) for row in connection.execute(statement)]
    return found


def _installation(url: str, folder: Path, **given: Any) -> Installation:
    return Installation(Settings(data_dir=folder, database_url=url, worker=0, **given), connect(url))


@pytest.mark.parametrize("moves", [False, True])
def test_every_row_of_every_table_comes_back_on_either_database(
    own_database: str, new_database: NewDatabase, tmp_path: Path, *, moves: bool
) -> None:
    target = Settings(data_dir=tmp_path / "target", database_url=new_database(other=moves), worker=0)
    _fill(own_database)
    before = _contents(own_database)
    assert all(len(rows) == 3 for rows in before.values())
    installation = _installation(own_database, tmp_path / "source")
    made = make(installation, tmp_path / "all.zip")
    installation.database.close()
    restored = restore(target, tmp_path / "all.zip", run_jobs=True)
    assert made.rows == restored.rows == 3 * (len(before) - len(LEFT_OUT))
    after = _contents(target.database)
    assert {name: after[name] for name in before if name not in LEFT_OUT} == {
        name: rows for name, rows in before.items() if name not in LEFT_OUT
    }
    assert all(after[name] == [] for name in LEFT_OUT)
    assert migrations.current(target.database) == migrations.head()
    assert migrations.differences(target.database, metadata) == []


class Source:
    """A server with something in it."""

    def __init__(self, server: Any, folder: Path) -> None:
        self.server = server
        self.path = folder / "backup.zip"
        self.new_client("Bianchi & Figli")
        file = {"attachment": ("ricevuta.pdf", b"%PDF-1.7 the receipt", "application/pdf")}
        token = server.client.data("POST", "archive/attachment", data={"filename": "ricevuta.pdf"}, files=file)
        document = {
            "date": "2026-03-01",
            "description": "Ricevuta",
            "category": "Varie",
            "attachment_token": token["attachment_token"],
        }
        self.archived = server.client.data("POST", "archive", json={"data": document})

    def new_client(self, name: str) -> int:
        return int(self.server.new_client(name))

    def back_up(self, **given: Any) -> backup.Made:
        return make(self.server.installation, self.path, **given)


@pytest.fixture
def source(server: Any, tmp_path: Path) -> Source:
    return Source(server, tmp_path)


def _opened(settings: Settings, source: Source) -> Client:
    """The restored server, through its API."""
    client = source.server.client
    return Client(TestClient(create_app(settings), base_url="http://testserver"), client.company_id, client.token)


def _client_names(settings: Settings) -> list[str]:
    connected = connect(settings.database)
    with connected.read() as session:
        rows = session.rows(select(clients.table.c.body).order_by(clients.table.c.id))
    connected.close()
    return [json.loads(body)["name"] for (body,) in rows]


def test_a_restored_server_knows_its_tokens_and_opens_its_attachments(source: Source, target: Settings) -> None:
    source.back_up()
    restore(target, source.path)
    client = _opened(target, source)
    assert [each["name"] for each in client.data("GET", "entities/clients")] == ["Bianchi & Figli"]
    url = client.data("GET", f"archive/{source.archived['id']}")["attachment_url"]
    assert client.http.get(url.removeprefix(target.address)).content == b"%PDF-1.7 the receipt"
    assert client.data("POST", "entities/clients", json={"data": {"name": "Verdi"}})["id"] == 2
    with source.server.installation.database.read():
        assert target.key == source.server.settings.key


def test_a_restored_server_takes_new_users(source: Source, target: Settings) -> None:
    source.back_up()
    restore(target, source.path)
    connected = connect(target.database)
    with connected.write() as session:
        from mastro.resources.user import create_user

        assert create_user(session, email="new@example.com", name="N", password="", now="2026-01-01") == 2
    connected.close()


def test_files_in_a_bucket_are_backed_up_and_restored_to_a_bucket(
    own_database: str, new_database: NewDatabase, tmp_path: Path
) -> None:
    there = _installation(own_database, tmp_path / "there", storage_url="memory://there")
    company_id, _, _ = prepare(there)
    key = attachments.storage_key(company_id, "archive", "abc")
    attachments.storage_of(there.settings).put(key, [b"in the bucket"])
    row = {"company_id": company_id, "hash": "abc", "kind": "archive", "filename": "a.txt", "size": 13}
    with there.database.write() as session:
        session.run(insert(attachments.attachments).values(**row, uses=1, touched_at="2026-01-01 00:00:00"))
    assert make(there, tmp_path / "b.zip").files == 1
    there.database.close()
    here = Settings(data_dir=tmp_path / "here", database_url=new_database(), storage_url="memory://here")
    restore(here, tmp_path / "b.zip")
    stored = attachments.storage_of(here).get(key)
    assert stored is not None
    assert b"".join(stored.chunks) == b"in the bucket"


def test_a_file_that_is_missing_is_told_and_does_not_keep_the_rest_from_being_saved(source: Source) -> None:
    for path in (source.server.settings.data_dir / "files").rglob("*"):
        if path.is_file():
            path.unlink()
    made = source.back_up()
    assert (made.files, len(made.missing)) == (0, 1)
    assert verify(source.path).missing == made.missing


def test_a_backup_shows_one_moment_while_others_write(source: Source, target: Settings) -> None:
    written, stop = [], threading.Event()

    def write() -> None:
        while not stop.is_set():
            written.append(source.new_client(f"Cliente {len(written)}"))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while not written:
            pass
        before = len(written)
        for number in range(3):
            source.path = source.path.with_name(f"b{number}.zip")
            source.back_up()
        during = len(written) - before
    finally:
        stop.set()
        writer.join()
    assert during > 0
    restore(target, source.path)
    connected = connect(target.database)
    with connected.read() as session:
        rows = session.scalar(select(func.count()).select_from(clients.table))
        counted = clients.total(session, source.server.company_id)
        events = metadata.tables["events"]
        told = session.scalar(
            select(func.count()).select_from(events).where(events.c.type == "entities.clients.create")
        )
    connected.close()
    assert before <= rows <= len(written) + 1
    assert rows == counted == told


# damage


def _flip(path: Path) -> None:
    """Change one byte of the longest entry, so that the archive itself does not notice before it is read."""
    with zipfile.ZipFile(path) as archive:
        entry = max(archive.infolist(), key=lambda info: info.compress_size)
        place = entry.header_offset + 30 + len(entry.filename) + entry.compress_size // 2 + 20
    data = bytearray(path.read_bytes())
    data[place] ^= 0x20
    path.write_bytes(data)


def _cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def _rewritten(path: Path, edit: Callable[[str, bytes], bytes | None], more: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path) as archive:
        comment = archive.comment
        content = {info.filename: archive.read(info) for info in archive.infolist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content.items():
            edited = edit(name, data)
            if edited is not None:
                archive.writestr(name, edited)
        for name, data in more.items():
            archive.writestr(name, data)
        archive.comment = comment


def _lose_a_file(path: Path) -> None:
    _rewritten(path, lambda name, data: None if name.startswith("files/") else data, {})


def _add_a_file(path: Path) -> None:
    _rewritten(path, lambda _, data: data, {"files/company/1/archive/ffff": b"from somewhere"})


def _change_a_row(path: Path) -> None:
    _rewritten(path, lambda _, data: data.replace(b"Bianchi", b"Bianco!"), {})


def _change_the_manifest(path: Path) -> None:
    _rewritten(path, lambda name, data: data.replace(b"0.1", b"0.2") if name == "manifest.json" else data, {})


def _not_one(path: Path) -> None:
    path.write_bytes(b"no archive at all")


DAMAGES = (_flip, _cut_off, _lose_a_file, _add_a_file, _change_a_row, _change_the_manifest, _not_one)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__.strip("_"))
def test_a_damaged_backup_is_told_and_not_restored(
    source: Source, target: Settings, damage: Callable[[Path], None]
) -> None:
    source.back_up()
    verify(source.path)
    damage(source.path)
    with pytest.raises(CannotRestore):
        verify(source.path)
    with pytest.raises(CannotRestore):
        restore(target, source.path)
    assert not (target.data_dir / "files").exists()
    assert not (target.data_dir / "secret.key").exists()


def test_a_restore_that_fails_half_way_leaves_everything_as_it_was(
    source: Source, target: Settings, tmp_path: Path
) -> None:
    source.back_up()
    restore(target, source.path)
    before, files = _contents(target.database), _files(target)
    for name, edit in (
        ("a row that belongs to nobody", {"table": "memberships", "line": b'[77,88,"master",{}]\n'}),
        ("a row of another shape", {"table": "jobs", "line": b'["x"]\n'}),
    ):
        path = tmp_path / "wrong.zip"
        _with_line(source.path, path, **edit)  # type: ignore[arg-type]
        verify(path)
        with pytest.raises(Exception, match=r".") as caught:
            restore(target, path, replace=True)
        assert isinstance(caught.value, Exception), name
        assert _contents(target.database) == before, name
        assert _files(target) == files, name


def _files(settings: Settings) -> list[str]:
    return sorted(path.name for path in settings.data_dir.rglob("*") if path.is_file())


def _with_line(old: Path, new: Path, *, table: str, line: bytes) -> None:
    """A backup as the program would have made it, with one more row, and one more file."""
    with packages.Package(old) as package, packages.written(new, moment=_moment()) as writer:
        for name in package.entries:
            more = line if name == f"tables/{table}.jsonl" else b""
            writer.add(name, package.read(name) + more)
        writer.add("files/company/1/archive/eeee", b"new")
        about = package.about
        about["tables"][table]["rows"] += 1
        writer.close(about)


def _moment() -> Any:
    import datetime as dt

    return dt.datetime(2026, 3, 2, tzinfo=dt.UTC)


# where something is already


def test_data_that_is_there_is_replaced_only_where_that_is_said(
    source: Source, target: Settings, tmp_path: Path
) -> None:
    source.back_up()
    restore(target, source.path)
    source.new_client("Second")
    second = source.path.with_name("second.zip")
    make(source.server.installation, second)
    with pytest.raises(CannotRestore, match="--replace"):
        restore(target, second)
    assert _client_names(target) == ["Bianchi & Figli"]
    restored = restore(target, second, replace=True)
    assert _client_names(target) == ["Bianchi & Figli", "Second"]
    if target.database.startswith("sqlite"):
        [aside] = restored.aside
        with sqlite3.connect(aside) as kept:
            assert kept.execute("SELECT count(*) FROM clients").fetchone() == (1,)
        kept.close()


def test_a_database_that_is_in_use_is_not_replaced(source: Source, target: Settings) -> None:
    source.back_up()
    restore(target, source.path)
    running = connect(target.database)
    with running.read() as session:
        session.rows(select(clients.table.c.id))
    with pytest.raises(CannotRestore, match="stop the server"):
        restore(target, source.path, replace=True)
    running.close()
    restore(target, source.path, replace=True)


def test_a_database_with_tables_and_no_data_is_as_good_as_none(source: Source, target: Settings) -> None:
    source.back_up()
    migrations.upgrade(target.database, metadata)
    assert restore(target, source.path).aside == []
    assert _client_names(target) == ["Bianchi & Figli"]


# versions


def test_a_backup_of_an_earlier_version_is_brought_forward(target: Settings, tmp_path: Path) -> None:
    path = tmp_path / "old.zip"
    users = [["id", "int"], ["email", "text"], ["name", "text"], ["created_at", "text"]]
    about = {"what": "mastro backup", "format": 1, "version": "0.0.9", "revision": "0001", "database": "sqlite"}
    about |= {"created_at": "2025-01-01T00:00:00+01:00", "files": 0, "missing": [], "key_check": ""}
    with packages.written(path, moment=_moment()) as writer:
        writer.add("tables/users.jsonl", b'[7,"old@example.com","Anna","2025-01-01"]\n')
        writer.close({**about, "tables": {"users": {"rows": 1, "columns": users}}})
    restore(target, path)
    assert migrations.current(target.database) == migrations.head()
    assert _contents(target.database)["users"][0][:3] == (7, "old@example.com", "Anna")


def test_the_backup_that_an_earlier_version_left_here_can_still_be_restored(target: Settings) -> None:
    path = Path(__file__).parent / "data" / "backup-0007.zip"
    restored = restore(target, path)
    assert restored.revision == "0007"
    assert _client_names(target) == ["Bianchi & Figli"]
    assert [name for name in _files(target) if len(name) == 32] != []


def test_a_backup_of_a_newer_version_is_refused(source: Source, target: Settings, tmp_path: Path) -> None:
    source.back_up()
    newer = tmp_path / "newer.zip"
    with packages.Package(source.path) as package, packages.written(newer, moment=_moment()) as writer:
        for name in package.entries:
            writer.add(name, package.read(name))
        writer.close({**package.about, "revision": "9999", "version": "9.0"})
    with pytest.raises(CannotRestore, match=r"newer version of Mastro \(9\.0\)"):
        restore(target, newer)


# what is not done twice, and what is not told


@pytest.mark.parametrize("state", ["dead", "queued"])
def test_jobs_that_waited_are_put_aside_unless_they_are_asked_for(source: Source, target: Settings, state: str) -> None:
    server, run_jobs = source.server, state == "queued"
    with server.installation.database.write() as session:
        id = queue.enqueue(session, server.company_id, "webhook", {"a": 1}, now=server.clock())
    source.back_up()
    assert restore(target, source.path, run_jobs=run_jobs).held == (0 if run_jobs else 1)
    connected = connect(target.database)
    with connected.write() as session:
        [job] = queue.listed(session)
        assert (job[0], job[3], job[6]) == (id, state, "" if run_jobs else HELD)
        assert run_jobs or queue.wake(session, id, now=server.clock())
    connected.close()


def test_a_backup_without_keys_holds_no_key_and_says_so_when_it_is_restored(source: Source, target: Settings) -> None:
    source.back_up(keys=False)
    with zipfile.ZipFile(source.path) as archive:
        assert not [name for name in archive.namelist() if "key" in name and name.startswith("keys")]
    assert restore(target, source.path).other_key
    source.path = source.path.with_name("keys.zip")
    source.back_up()
    assert not restore(target, source.path, replace=True).other_key


def test_only_its_owner_can_read_a_backup(source: Source) -> None:
    source.back_up()
    assert source.path.stat().st_mode & 0o077 == 0


# by itself, and by a page


def test_a_backup_is_made_each_day_and_the_oldest_are_deleted(server: Any) -> None:
    settings = Settings(
        data_dir=server.settings.data_dir, database_url=server.settings.database_url, backup_keep=2, clock=server.clock
    )
    installation = Installation(settings, server.installation.database)
    folder = settings.data_dir / "backups"
    folder.mkdir(parents=True)
    (folder / "mastro-20200101-000000.backup.zip").write_bytes(b"made by hand")
    for _ in range(4):
        backup.daily(installation)
        server.clock.advance(days=1)
    names = sorted(path.name for path in folder.iterdir())
    assert names == [
        "daily-mastro-20260304-093000.backup.zip",
        "daily-mastro-20260305-093000.backup.zip",
        "mastro-20200101-000000.backup.zip",
    ]
    assert verify(folder / names[0]).rows > 0
    told = server.client.data("GET", "backups")
    assert [each["created_at"] for each in told][:2] == ["2026-03-05 09:30:00", "2026-03-04 09:30:00"]
    assert all(each["automatic"] and not each["error"] for each in told)


def test_no_backup_is_made_by_itself_where_none_is_wanted(server: Any) -> None:
    backup.daily(server.installation)
    assert not (server.settings.data_dir / "backups").exists()


def test_a_backup_that_cannot_be_made_is_written_down_with_its_reason(server: Any) -> None:
    server.settings.data_dir.mkdir(exist_ok=True)
    (server.settings.data_dir / "backups").write_text("a file in the place of the folder")
    server.client.data("POST", "backups", json={"data": {}})
    server.work()
    [failed] = server.client.data("GET", "backups")
    assert "FileExistsError" in failed["error"] or "NotADirectoryError" in failed["error"]


def test_who_owns_every_company_has_a_backup_made(server: Any) -> None:
    job = server.client.data("POST", "backups", json={"data": {}})
    server.work()
    done = server.client.data("GET", f"jobs/{job['id']}")
    assert (done["state"], done["file"]) == ("done", None)
    [made] = server.client.data("GET", "backups")
    assert made["path"] == done["result"]["path"]
    assert verify(Path(made["path"])).rows == made["rows"]


def test_a_backup_to_take_away_holds_no_keys(server: Any, tmp_path: Path) -> None:
    job = server.client.data("POST", "backups", json={"data": {"download": True}})
    server.work()
    url = server.client.data("GET", f"jobs/{job['id']}")["file"]["url"]
    (tmp_path / "taken.zip").write_bytes(server.http.get(url.removeprefix(server.settings.address)).content)
    verify(tmp_path / "taken.zip")
    with zipfile.ZipFile(tmp_path / "taken.zip") as archive:
        assert not [name for name in archive.namelist() if name.startswith("keys/")]
    assert not (server.settings.data_dir / "backups").exists()


def test_who_does_not_own_every_company_gets_no_backup(server: Any) -> None:
    assert server.client.using("").get("backups").status_code == 401
    assert server.client.using(server.token("settings:r")).post("backups", json={"data": {}}).status_code == 403
    assert server.client.using(server.token("settings:r")).get("backups").status_code == 200
    with server.installation.database.write() as session:
        from mastro.model.company import Company
        from mastro.resources import setup
        from mastro.resources.user import create_user

        other = create_user(session, email="other@example.com", name="O", password="", now="2026-01-01")
        setup.new_company(session, Company(name="Altra"), owner_id=other, now="2026-01-01 00:00:00")
    refused = server.client.post("backups", json={"data": {}})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "NOT_THE_OWNER")
