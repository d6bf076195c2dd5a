"""The seals of the trail of changes: what was changed afterwards is told, on either database."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import wait
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import bindparam, delete, insert, select, update

from jobs.conftest import Server
from mastro import backup
from mastro.backup.making import make
from mastro.database import seals
from mastro.database.connection import Session, connect
from mastro.database.events import emit
from mastro.database.ids import time_id
from mastro.database.schema import audit_seals, events
from mastro.jobs.sealing import MARGIN, seal_events
from mastro.resources.audit_seals import check
from mastro.settings import Settings

AT_ONCE = dt.timedelta(0)


def seal(server: Server) -> None:
    seal_events(server.installation, AT_ONCE)


def checked(server: Server, head: str = "") -> dict[str, Any]:
    found: dict[str, Any] = server.client.data("GET", "audit/verify", params={"head": head} if head else None)
    return found


def problems(server: Server, head: str = "") -> list[tuple[str, int, str]]:
    found = checked(server, head)
    assert found["valid"] == (not found["problems"])
    return [(each["kind"], each["block"], each["entry"]) for each in found["problems"]]


def head(server: Server) -> str:
    hash: str = server.client.data("GET", "audit/seal")["hash"]
    return hash


def trail(server: Server) -> list[int]:
    """Ids of the events, the oldest first."""
    with server.installation.database.read() as session:
        mine = select(events.c.id).where(events.c.company_id == server.company_id).order_by(events.c.id)
        return [id for (id,) in session.rows(mine)]


@contextmanager
def behind(server: Server) -> Iterator[Session]:
    """What somebody does who can reach the database."""
    with server.installation.database.write() as session:
        yield session


def add(session: Session, company_id: int, id: int) -> None:
    facts = {"type": "entities.clients.create", "resource_id": 1, "user_id": 1, "created_at": "2026-03-02 09:30:00"}
    session.run(insert(events), company_id=company_id, id=id, **facts, program="web", token="", changes=None)


def one(id: int) -> Any:
    return events.c.id == bindparam("event_id", id)


@pytest.fixture
def sealed(server: Server) -> Server:
    """A server with two blocks of three entries each."""
    for _ in range(2):
        for name in ("Uno", "Due", "Tre"):
            server.new_client(name)
        seal(server)
    assert checked(server)["blocks"] == 2
    return server


def test_nobody_reads_seals_without_the_settings(server: Server) -> None:
    reader = server.client.using(server.token("products:r"))
    assert [reader.get(f"audit/{what}").status_code for what in ("seal", "verify")] == [403, 403]
    assert server.client.using("").get("audit/verify").status_code == 401
    assert server.client.get("audit/verify", params={"head": "abc"}).status_code == 422


def test_what_was_not_touched_is_as_it_was_sealed(sealed: Server) -> None:
    found = checked(sealed)
    assert found["valid"] is True
    assert (found["entries"], found["unsealed"], found["problem_count"]) == (6, 0, 0)
    assert found["seal"]["hash"] == head(sealed)
    assert found["head_found"] is None
    assert checked(sealed, head(sealed).upper())["head_found"] is True
    sealed.new_client("Quattro")
    later = checked(sealed)
    assert (later["valid"], later["unsealed"], later["unsealed_since"]) == (True, 1, "2026-03-02 09:30:00")


def test_an_older_head_that_was_kept_is_still_in_the_chain(sealed: Server) -> None:
    kept = head(sealed)
    sealed.new_client("Quattro")
    seal(sealed)
    assert head(sealed) != kept
    assert problems(sealed, kept) == []


@pytest.mark.parametrize("column", ["type", "resource_id", "user_id", "created_at", "program", "token", "changes"])
def test_a_changed_entry_is_named(sealed: Server, column: str) -> None:
    id = trail(sealed)[1]
    value: Any = {"resource_id": 77, "user_id": 77, "changes": b'{"name":["a","b"]}'}.get(column, "x")
    with behind(sealed) as session:
        to = bindparam("value", type_=events.c[column].type)
        session.run(update(events).where(one(id)).values({column: to}), value=value)
    assert problems(sealed) == [("entry_changed", 1, str(id))]


def test_a_removed_entry_is_named(sealed: Server) -> None:
    gone = [trail(sealed)[at] for at in (0, 4)]
    with behind(sealed) as session:
        for id in gone:
            session.run(delete(events).where(one(id)))
    assert problems(sealed) == [("entry_missing", 1, str(gone[0])), ("entry_missing", 2, str(gone[1]))]


@pytest.mark.parametrize(("after", "block"), [(-1, 1), (0, 1), (2, 2), (4, 2)])
def test_an_added_entry_is_named(sealed: Server, after: int, block: int) -> None:
    id = trail(sealed)[after] + 1 if after >= 0 else 7
    with behind(sealed) as session:
        add(session, sealed.company_id, id)
    assert problems(sealed) == [("entry_added", block, str(id))]


def test_two_entries_that_changed_places_are_named(sealed: Server) -> None:
    first, second = trail(sealed)[0], trail(sealed)[5]
    with behind(sealed) as session:
        for was, becomes in ((first, 1), (second, first), (1, second)):
            session.run(update(events).where(one(was)).values(id=bindparam("becomes")), becomes=becomes)
    assert problems(sealed) == [("entry_changed", 1, str(first)), ("entry_changed", 2, str(second))]


def test_a_chain_whose_end_was_cut_is_told_by_the_head_that_was_kept(sealed: Server) -> None:
    kept, ids = head(sealed), trail(sealed)
    with behind(sealed) as session:
        session.run(delete(audit_seals).where(audit_seals.c.number == bindparam("last")), last=2)
        session.run(delete(events).where(events.c.id > bindparam("last")), last=ids[2])
    assert problems(sealed) == []
    assert problems(sealed, kept) == [("head_unknown", 0, "")]


def test_a_chain_that_was_made_anew_is_told_by_the_head_that_was_kept(sealed: Server) -> None:
    kept = head(sealed)
    with behind(sealed) as session:
        session.run(delete(audit_seals))
        session.run(update(events).values(user_id=99))
    seal(sealed)
    assert problems(sealed) == []
    assert problems(sealed, kept) == [("head_unknown", 0, "")]


def test_a_missing_block_is_named_and_nothing_else(sealed: Server) -> None:
    sealed.new_client("Quattro")
    seal(sealed)
    with behind(sealed) as session:
        session.run(delete(audit_seals).where(audit_seals.c.number == bindparam("middle")), middle=2)
    assert problems(sealed) == [("block_missing", 2, "")]


@pytest.mark.parametrize("column", ["digest", "hash", "marks", "sealed_at"])
def test_a_changed_seal_is_told(sealed: Server, column: str) -> None:
    with behind(sealed) as session:
        first = audit_seals.c.number == bindparam("first", 1)
        was = session.scalar(select(audit_seals.c[column]).where(first))
        changed = ("A" if was[0] != "A" else "B") + was[1:]
        session.run(update(audit_seals).where(first).values({column: bindparam("value")}), value=changed)
    assert ("block_changed", 2 if column == "hash" else 1, "") in problems(sealed)


def test_companies_have_chains_of_their_own(sealed: Server) -> None:
    id = trail(sealed)[0] + 1
    with behind(sealed) as session:
        add(session, 77, id)
    assert problems(sealed) == []


def test_a_company_that_was_emptied_keeps_its_chain_and_says_so_in_it(sealed: Server) -> None:
    kept = head(sealed)
    sealed.client.data("PUT", "test_mode", json={"data": {"enabled": True}})
    sealed.client.data("POST", "test_mode/reset", json={"data": {"name": "Rossi S.r.l."}})
    seal(sealed)
    assert problems(sealed, kept) == []
    assert sealed.client.data("GET", "audit", params={"resource": "company"})[0]["action"] == "reset"
    assert checked(sealed)["unsealed"] == 0


def test_what_may_still_be_on_its_way_is_not_sealed(server: Server) -> None:
    server.new_client()
    seal_events(server.installation, MARGIN)
    assert checked(server)["blocks"] == 0


def test_an_event_that_comes_late_is_not_left_out(server: Server) -> None:
    """Its id was drawn before that of another, and its transaction ended after it."""
    database = server.installation.database
    if database.kind == "sqlite":
        pytest.skip("has one writer at a time")
    other = connect(database.url)
    with other.write() as late:
        emit(late, server.company_id, "products.create", 1, user_id=1, now=server.clock())
        server.new_client()
        seal(server)
        assert checked(server)["blocks"] == 0
    other.close()
    seal(server)
    assert (checked(server)["entries"], checked(server)["valid"]) == (2, True)


def test_the_hashes_can_be_worked_out_without_this_program(sealed: Server) -> None:
    sealed.client.data("PUT", "entities/clients/1", json={"data": {"name": 'L’"Aquila"\n\t\\ è 😀'}})
    seal(sealed)

    def sha256(value: object) -> str:
        return hashlib.sha256(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()

    with behind(sealed) as session:
        stored = [list(row[1:]) for row in session.rows(select(events).order_by(events.c.id))]
        chain = session.rows(select(audit_seals).order_by(audit_seals.c.number))
    previous = "0" * 64
    for company, number, last_id, entries, digest, hash, marks, sealed_at in chain:
        mine = [[*row[:-1], row[-1].decode() if row[-1] else None] for row in stored if row[0] <= last_id]
        stored = stored[len(mine) :]
        assert digest == hashlib.sha256(b"".join(bytes.fromhex(sha256(row)) for row in mine)).hexdigest()
        assert hash == sha256([previous, company, number, last_id, entries, digest, marks, sealed_at])
        previous = hash
    assert (previous, stored) == (head(sealed), [])


def test_blocks_are_bounded(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "BLOCK", 2)
    monkeypatch.setattr(seals, "PAGE", 1)
    for name in ("Uno", "Due", "Tre", "Quattro", "Cinque"):
        server.new_client(name)
    seal(server)
    found = checked(server)
    assert (found["blocks"], found["entries"], found["valid"]) == (3, 5, True)


def test_the_worker_seals_by_itself(server: Server) -> None:
    with behind(server) as session:
        add(session, server.company_id, time_id(1_600_000_000_000_000))
    wait(server.worker.run_periodic())
    assert checked(server)["entries"] == 1


def test_a_restored_backup_is_as_it_was_sealed(sealed: Server, tmp_path: Any) -> None:
    id = trail(sealed)[1]
    sealed.client.data("PUT", "entities/clients/1", json={"data": {"name": 'L\u2019"Aquila"\n\x7f è 😀'}})
    seal(sealed)
    kept = head(sealed)
    make(sealed.installation, tmp_path / "all.zip")
    target = Settings(data_dir=tmp_path / "target", database_url=f"sqlite:///{tmp_path / 'r' / 'mastro.db'}", worker=0)
    backup.restore(target, tmp_path / "all.zip")
    restored = connect(target.database)
    with restored.write() as session:
        assert check(session, sealed.company_id, kept).valid
        session.run(delete(events).where(one(id)))
        assert not check(session, sealed.company_id, kept).valid
    restored.close()
