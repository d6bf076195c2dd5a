"""A company that is deleted: out of everybody's reach, taken back by its owner, and after some days gone whole."""

import contextlib
import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Boolean, Integer, Table, func, insert, select
from sqlalchemy import delete as sql_delete
from starlette.testclient import TestClient

from mastro.api.call import Installation
from mastro.database import jobs as queue
from mastro.database.columns import JsonBody
from mastro.database.schema import companies, events, memberships, metadata, tokens, users
from mastro.database.schema import deletions as table_of_deletions
from mastro.jobs.purging import purge_deleted
from mastro.oauth.applications import create_application
from mastro.resources import attachments
from mastro.resources.emails import outbox_of
from support import CheckAccess, Client, Clock, MakeCompany, MakeToken, MakeUser

DAYS = 30


@pytest.fixture
def company_id(make_company: MakeCompany) -> int:
    return make_company(name="Da chiudere S.r.l.")


@pytest.fixture
def owner(client: Client, make_token: MakeToken) -> Client:
    """Its owner, with a token for all companies."""
    return client.using(make_token(every_company=True))


Join = Callable[[bytes], int]


@pytest.fixture
def join(installation: Installation, company_id: int, make_user: MakeUser) -> Join:
    """Make a user who belongs to the company with these permissions; the id."""

    def new(permissions: bytes) -> int:
        user = make_user()
        stored = {"company_id": company_id, "user_id": user, "role": "subaccount", "permissions": permissions}
        with installation.database.write() as session:
            session.run(insert(memberships), **stored)
        return user

    return new


def delete(client: Client, name: str = "Da chiudere S.r.l.") -> Any:
    return client.post("deletion", json={"data": {"name": name}})


def test_access(check_access: CheckAccess) -> None:
    check_access("POST", "deletion", needs="settings:a", json={"data": {"name": "Da chiudere S.r.l."}})


def test_a_deleted_company_is_out_of_reach_at_once_and_named_to_its_owner(owner: Client) -> None:
    told = delete(owner).json()["data"]
    assert (told["id"], told["deleted_at"], told["purge_at"]) == (
        owner.company_id,
        "2026-03-02 09:30:00",
        "2026-04-01 09:30:00",
    )
    assert owner.get("settings/company").status_code == 403
    assert owner.company_id not in [each["id"] for each in owner.data("GET", "/user/companies")["companies"]]
    assert owner.data("GET", "/user/deleted_companies") == [told]


def test_no_link_opens_anything_of_it_until_it_is_taken_back(owner: Client, http: TestClient) -> None:
    row = {"name": "Vite", "qty": 1, "net_price": 1, "vat": {"id": 0}}
    form = {"attachment": ("bolla.pdf", b"%PDF-1.4 of the company")}
    token = owner.data("POST", "issued_documents/attachment", files=form)["attachment_token"]
    document = {"type": "quote", "entity": {"name": "Verdi"}, "items_list": [row], "attachment_token": token}
    made = owner.data("POST", "issued_documents", json={"data": document})
    shared = owner.data("POST", f"issued_documents/{made['id']}/public_links", json={"data": {}})["url"]
    links = [urlsplit(url).path for url in (shared, f"{shared}.pdf", made["url"], made["attachment_url"])]
    assert [http.get(link).status_code for link in links] == [200] * 4
    delete(owner)
    assert [http.get(link).status_code for link in links] == [404] * 4
    assert owner.post(f"/user/deleted_companies/{owner.company_id}/restore").status_code == 200
    assert [http.get(link).status_code for link in links] == [200] * 4


def test_it_comes_back_with_everybody_and_everything(
    owner: Client, join: Join, make_token: MakeToken, installation: Installation
) -> None:
    owner.data("POST", "entities/clients", json={"data": {"name": "Cliente"}})
    member = join(b'{"fic_clients": "read"}')
    reader = owner.using(make_token(user_id=member))
    assert reader.get("entities/clients").status_code == 200
    delete(owner)
    assert reader.get("entities/clients").status_code == 403
    owner.data("POST", f"/user/deleted_companies/{owner.company_id}/restore")
    assert [each["name"] for each in owner.data("GET", "entities/clients")] == ["Cliente"]
    assert reader.get("entities/clients").status_code == 200
    assert reader.get("taxes").status_code == 403
    assert owner.data("GET", "/user/deleted_companies") == []
    with installation.database.read() as session:
        told = session.rows(select(events.c.type).where(events.c.company_id == owner.company_id).order_by(events.c.id))
    assert [type for (type,) in told][-2:] == ["settings.company.delete", "settings.company.restore"]


def test_only_the_owner_in_person_deletes_it_and_by_its_name(
    owner: Client, join: Join, make_token: MakeToken, installation: Installation
) -> None:
    assert delete(owner, "Un'altra S.r.l.").status_code == 422
    member = join(b'{"fic_settings": "write"}')
    assert delete(owner.using(make_token(user_id=member))).status_code == 403
    with installation.database.write() as session:
        program = tokens.update().where(tokens.c.user_id == owner.data("GET", "/user/info")["id"])
        session.run(program.values(program="an application"))
    refused = delete(owner)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "IN_PERSON")


def test_nobody_else_takes_it_back(owner: Client, make_company: MakeCompany, make_token: MakeToken) -> None:
    delete(owner)
    stranger = owner.using(make_token(company_id=make_company(), every_company=True))
    assert stranger.data("GET", "/user/deleted_companies") == []
    for id in (owner.company_id, 2**31, 2**53 - 1):
        assert stranger.post(f"/user/deleted_companies/{id}/restore").status_code == 404


class _UndoneError(Exception):
    """Rolls a transaction back."""


def test_its_jobs_rest_until_it_is_taken_back(owner: Client, installation: Installation) -> None:
    now = installation.settings.clock()
    later = now + dt.timedelta(days=1)  # out of the reach of the server's own worker
    with installation.database.write() as session:
        queue.enqueue(session, owner.company_id, "unheard of", {}, now=now, run_at=later)

    def claimed() -> list[int]:
        found: list[queue.Job] = []
        with contextlib.suppress(_UndoneError), installation.database.write() as session:
            found = queue.claim(session, now=later, limit=10_000)
            raise _UndoneError
        return [job.company_id for job in found if job.company_id == owner.company_id]

    delete(owner)
    assert claimed() == []
    owner.data("POST", f"/user/deleted_companies/{owner.company_id}/restore")
    assert claimed() == [owner.company_id]


def test_who_deletes_a_company_still_owns_every_company_of_the_installation(
    owner: Client, installation: Installation
) -> None:
    from mastro.resources.backups import owns_all

    with installation.database.write() as session:
        everything = select(companies.c.id).where(
            companies.c.id != owner.company_id, companies.c.id.not_in(select(table_of_deletions.c.company_id))
        )
        user = owner.data("GET", "/user/info")["id"]
        for (id,) in session.rows(everything):
            own = {"company_id": id, "user_id": user, "role": "master", "permissions": b"{}"}
            session.run(insert(memberships), **own)
        session.run(table_of_deletions.delete().where(table_of_deletions.c.company_id != owner.company_id))
    delete(owner)
    with installation.database.read() as session:
        others = session.rows(
            select(companies.c.id).where(
                companies.c.id != owner.company_id,
                companies.c.id.not_in(select(memberships.c.company_id).where(memberships.c.user_id == user)),
            )
        )
        assert owns_all(session, user) == (others == [])


# the end

OF_COMPANIES = [table for table in metadata.sorted_tables if "company_id" in table.c]


def _fill(installation: Installation, company: int, user: int) -> None:
    """A row of the company in each table that has rows of companies."""
    with installation.database.write() as session:
        client_id, _ = create_application(
            session, owner_id=user, name="App", redirect_uris=(), device=True, now="2026-03-02 09:30:00"
        )
        for table in OF_COMPANIES:
            if table.name not in {"memberships", "deletions"}:
                session.run(insert(table), **_row(table, company, user, client_id))


def _row(table: Table, company: int, user: int, client_id: str) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column in table.columns:
        targets = {key.column.table.name for key in column.foreign_keys}
        if column.name == "company_id":
            row[column.name] = company
        elif column.nullable and not column.primary_key:
            row[column.name] = None
        elif targets:
            row[column.name] = {"users": user, "applications": client_id}[targets.pop()]
        elif isinstance(column.type, Boolean):
            row[column.name] = False
        elif isinstance(column.type, Integer):
            row[column.name] = 9_000_000 + company
        else:
            row[column.name] = b"{}" if isinstance(column.type, JsonBody) else f"of{company}"
    return row


def _counted(installation: Installation, company: int) -> dict[str, int]:
    with installation.database.read() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table).where(table.c.company_id == company))
            for table in OF_COMPANIES
        }


def test_after_its_days_nothing_of_it_is_left_and_nothing_of_another_is_gone(
    owner: Client, installation: Installation, clock: Clock, make_company: MakeCompany
) -> None:
    files = {"attachment": ("a.pdf", b"%PDF-1.4 "), "filename": (None, "a.pdf")}
    token = owner.data("POST", "taxes/attachment", files=files)["attachment_token"]
    found = attachments.read_token(token)
    assert found
    key = attachments.storage_key(owner.company_id, "taxes", found[0])
    other, user = make_company(), owner.data("GET", "/user/info")["id"]
    for company in (owner.company_id, other):
        _fill(installation, company, user)
    outbox = outbox_of(installation.settings).folder
    outbox.mkdir(exist_ok=True)
    letters = [outbox / f"{company}.1.abc_example.com.eml" for company in (owner.company_id, other)]
    for letter in letters:
        letter.write_text("Posta", encoding="utf-8")
    untouched = _counted(installation, other)
    assert all(untouched[table.name] for table in OF_COMPANIES if table.name != "deletions")

    delete(owner)
    clock.advance(days=DAYS, seconds=-1)
    purge_deleted(installation)
    assert _counted(installation, owner.company_id)["taxes"]
    assert attachments.storage_of(installation.settings).exists(key)
    clock.advance(seconds=1)
    assert owner.data("GET", "/user/deleted_companies") == []
    assert owner.post(f"/user/deleted_companies/{owner.company_id}/restore").status_code == 404
    purge_deleted(installation)

    assert {name: count for name, count in _counted(installation, owner.company_id).items() if count} == {}
    assert not attachments.storage_of(installation.settings).exists(key)
    assert [letter.exists() for letter in letters] == [False, True]
    assert _counted(installation, other) == untouched
    with installation.database.read() as session:
        assert session.row(select(companies.c.id).where(companies.c.id == owner.company_id)) is None
        assert session.row(select(users.c.id).where(users.c.id == user))
    _take_away(installation, other)


def _take_away(installation: Installation, company: int) -> None:
    """Remove made-up rows: whoever reindexes the database would stumble over them."""
    with installation.database.write() as session:
        for table in reversed(OF_COMPANIES):
            if table.name != "memberships":
                session.run(sql_delete(table).where(table.c.company_id == company))


def test_an_id_is_never_given_twice(
    owner: Client, installation: Installation, clock: Clock, make_company: MakeCompany
) -> None:
    with installation.database.read() as session:
        last = session.scalar(select(func.max(companies.c.id)))
    assert last == owner.company_id
    delete(owner)
    clock.advance(days=DAYS)
    purge_deleted(installation)
    assert make_company() > last


# leaving


def test_a_token_that_was_made_for_less_neither_leaves_nor_makes_nor_takes_back(
    owner: Client, join: Join, make_token: MakeToken
) -> None:
    member = join(b'{"fic_clients": "read"}')
    narrow = owner.using(make_token(user_id=member, scopes=["entity.clients:r"]))
    every = owner.using(make_token(scopes=["entity.clients:r"], every_company=True))
    delete(owner)
    for refused in (
        every.post("/user/companies", json={"data": {"company": {"name": "Nuova S.r.l."}}}),
        every.get("/user/deleted_companies"),
        every.post(f"/user/deleted_companies/{owner.company_id}/restore"),
    ):
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "IN_PERSON")
    assert owner.post(f"/user/deleted_companies/{owner.company_id}/restore").status_code == 200
    refused = narrow.post("leave")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "IN_PERSON")
    assert narrow.get("entities/clients").status_code == 200


def test_who_leaves_is_out_and_the_last_owner_stays(owner: Client, join: Join, make_token: MakeToken) -> None:
    member = join(b'{"fic_clients": "read"}')
    leaving = owner.using(make_token(user_id=member))
    assert leaving.post("leave").status_code == 200
    assert leaving.get("entities/clients").status_code == 403
    refused = owner.post("leave")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "LAST_OWNER")


# who makes companies


@pytest.mark.parametrize(
    ("who", "owning", "invited"), [("owners", 200, 403), ("everyone", 200, 200), ("nobody", 403, 403)]
)
def test_the_installation_says_who_makes_companies(
    owner: Client,
    join: Join,
    make_token: MakeToken,
    installation: Installation,
    monkeypatch: pytest.MonkeyPatch,
    who: str,
    owning: int,
    invited: int,
) -> None:
    monkeypatch.setattr(installation, "settings", replace(installation.settings, new_companies=who))
    member = join(b"{}")
    guest = owner.using(make_token(user_id=member, every_company=True))
    sent = {"data": {"company": {"name": "Nuova"}}}
    answers = [each.post("/user/companies", json=sent).status_code for each in (owner, guest)]
    assert answers == [owning, invited]
