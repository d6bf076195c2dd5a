"""Recurring documents made by the worker: on their day, once, in order, in somebody's name, whatever happens."""

import datetime as dt
import threading
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import delete, insert, update

from jobs.conftest import Server
from jobs.test_kill import Site
from mastro.database import jobs as queue
from mastro.database.collection import encoder
from mastro.database.connection import connect
from mastro.database.schema import companies, memberships
from mastro.jobs import kinds, recurrences
from mastro.jobs.worker import Worker
from mastro.model.company import Company
from mastro.oauth.tokens import create_personal_token
from mastro.resources import setup
from mastro.resources.company import load_company
from mastro.resources.recurrences import making
from mastro.resources.recurrences.dates import JOB
from mastro.resources.recurrences.table import recurrences as rows_of_recurrences
from mastro.resources.user import create_user
from mastro.settings import ROME
from resources.e_invoices import CUSTOMER
from resources.issued_documents import body, create
from resources.test_recurrences import change, document_of, new, runs
from support import Client, Clock

rows = rows_of_recurrences.table


@pytest.fixture
def due(server: Server) -> Any:
    """Let the worker do what is due at a day."""

    def on(month: int = 0, day: int = 0, year: int = 2026) -> list[tuple[str, str]]:
        if month:
            server.clock.set(year, month, day, 0, 10)
        recurrences.order_due(server.installation)
        server.work()
        return [(run["date"], run["state"]) for run in runs(server.client)]

    return on


def documents(client: Client, type: str = "invoice") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.data("GET", "issued_documents", params={"type": type, "sort": "number"})
    return found


def test_a_document_is_made_on_its_day_and_not_before(server: Server, due: Any) -> None:
    id = new(server.client)["id"]
    assert due(3, 14) == []
    assert due(3, 15) == [("2026-03-15", "done")]
    assert due(3, 16) == [("2026-03-15", "done")]
    (made,) = documents(server.client)
    assert (made["date"], made["number"], made["amount_gross"]) == ("2026-03-15", 1, 122)
    after = server.client.data("GET", f"recurrences/{id}")
    assert (after["next_date"], after["wake_on"]) == ("2026-04-15", "2026-04-15")
    assert document_of(server.client, runs(server.client)[0])["payments_list"][0]["due_date"] == "2026-04-14"


def test_what_begins_today_is_made_at_once(server: Server) -> None:
    new(server.client, first_date="2026-03-02")
    server.work()
    assert [made["date"] for made in documents(server.client)] == ["2026-03-02"]


def test_the_day_begins_in_rome(server: Server) -> None:
    new(server.client)
    server.clock.now = dt.datetime(2026, 3, 14, 22, 59, tzinfo=dt.UTC).astimezone(Clock.START.tzinfo)
    recurrences.order_due(server.installation)
    server.work()
    assert documents(server.client) == []
    server.clock.now = dt.datetime(2026, 3, 14, 23, 1, tzinfo=dt.UTC).astimezone(Clock.START.tzinfo)
    recurrences.order_due(server.installation)
    server.work()
    assert [made["date"] for made in documents(server.client)] == ["2026-03-15"]


def test_it_is_among_the_tasks_that_every_worker_runs(server: Server) -> None:
    new(server.client)
    server.clock.set(2026, 3, 15, 6)
    for future in server.worker.run_periodic():
        future.result()
    server.work()
    assert len(documents(server.client)) == 1


def test_looking_again_leaves_no_second_job(server: Server) -> None:
    ids = [new(server.client)["id"] for _ in range(2)]
    server.clock.set(2026, 3, 15)
    for _ in range(3):
        recurrences.order_due(server.installation)
    with server.installation.database.read() as session:
        waiting = queue.waiting(session, server.company_id, JOB)
    assert [job.payload["recurrence_id"] for job in waiting] == ids


# dates that passed


@pytest.mark.parametrize(
    ("missed", "expected"),
    [
        ("all", [("2026-03-15", "done"), ("2026-04-15", "done"), ("2026-05-15", "done")]),
        ("last", [("2026-03-15", "missed"), ("2026-04-15", "missed"), ("2026-05-15", "done")]),
        ("skip", [("2026-03-15", "missed"), ("2026-04-15", "missed"), ("2026-05-15", "missed")]),
    ],
)
def test_dates_that_passed_are_caught_up_with_by_the_rule(
    server: Server, due: Any, missed: str, expected: list[tuple[str, str]]
) -> None:
    id = new(server.client, missed=missed)["id"]
    change(server.client, id, paused=True)
    assert due(5, 20) == []
    change(server.client, id, paused=False)
    assert due() == expected
    assert server.client.data("GET", f"recurrences/{id}")["next_date"] == "2026-06-15"


@pytest.mark.parametrize("missed", ["all", "last", "skip"])
def test_the_day_itself_is_not_one_that_passed(server: Server, due: Any, missed: str) -> None:
    new(server.client, missed=missed)
    assert due(3, 15) == [("2026-03-15", "done")]


def test_a_late_document_keeps_its_date_while_the_sdi_still_takes_it(server: Server, due: Any) -> None:
    new(server.client)
    due(3, 15 + making.DAYS_TO_SEND)
    due(4, 15 + making.DAYS_TO_SEND + 1)
    assert [made["date"] for made in documents(server.client)] == ["2026-03-15", "2026-04-28"]


def test_a_late_document_follows_the_dates_of_its_series(server: Server, due: Any) -> None:
    new(server.client)
    server.clock.set(2026, 3, 17)
    create(server.client, date="2026-03-16")
    due(3, 18)
    assert [made["date"] for made in documents(server.client)] == ["2026-03-16", "2026-03-18"]


def test_texts_stand_for_the_date_that_was_meant(server: Server, due: Any) -> None:
    new(server.client, document=body(visible_subject="Canone {mese}"))
    due(4, 10)
    (made,) = documents(server.client)
    assert (made["date"], made["visible_subject"]) == ("2026-04-10", "Canone marzo")


# reminders


def test_a_reminder_waits_until_somebody_makes_the_document_or_lets_it_be(server: Server, due: Any) -> None:
    id = new(server.client, action="remind")["id"]
    assert due(3, 15) == [("2026-03-15", "due")]
    assert due(4, 15) == [("2026-03-15", "due"), ("2026-04-15", "due")]
    assert documents(server.client) == []
    assert server.client.data("GET", f"recurrences/{id}")["to_do"] == 2
    server.client.data("POST", f"recurrences/{id}/run", json={"data": {"date": "2026-03-15"}})
    after = server.client.data("POST", f"recurrences/{id}/skip", json={"data": {"date": "2026-04-15"}})
    assert (after["to_do"], after["next_date"]) == (0, "2026-05-15")
    assert due() == [("2026-03-15", "done"), ("2026-04-15", "skipped")]
    assert [made["date"] for made in documents(server.client)] == ["2026-04-15"]


def test_a_date_is_announced_and_then_done(server: Server, due: Any) -> None:
    id = new(server.client, remind_days=5)["id"]
    assert due(3, 9) == []
    assert due(3, 10) == [("2026-03-15", "coming")]
    assert server.client.data("GET", f"recurrences/{id}")["to_do"] == 1
    assert due(3, 11) == [("2026-03-15", "coming")]
    assert due(3, 15) == [("2026-03-15", "done")]
    assert server.client.data("GET", f"recurrences/{id}")["to_do"] == 0


def test_an_announced_date_can_be_skipped_and_a_change_announces_it_anew(server: Server, due: Any) -> None:
    id = new(server.client, remind_days=5)["id"]
    due(3, 10)
    change(server.client, id, first_date="2026-03-20")
    assert due() == []
    assert due(3, 15) == [("2026-03-20", "coming")]
    server.client.data("POST", f"recurrences/{id}/skip")
    assert due(3, 20) == [("2026-03-20", "skipped")]
    assert documents(server.client) == []


# what else is done


def test_a_document_goes_out_by_mail_to_the_address_of_that_day(server: Server, due: Any) -> None:
    customer = server.client.data("POST", "entities/clients", json={"data": {"name": "Verdi", "email": "old@x.it"}})[
        "id"
    ]
    mail = {"subject": "Canone di {mese}: n. {{numero}}", "body": "<p>{{cliente}}, {mese}</p>", "send_copy": False}
    model = body(entity={"id": customer, "name": "Verdi"})
    new(server.client, action="create_and_email", email=mail, document=model)
    server.client.data("PUT", f"entities/clients/{customer}", json={"data": {"email": "new@x.it"}})
    assert due(3, 15) == [("2026-03-15", "done")]
    (sent,) = server.client.data("GET", "emails", params={"fieldset": "detailed"})
    assert (sent["to_email"], sent["subject"]) == ("new@x.it", "Canone di marzo: n. 1")
    assert "<p>Verdi, marzo</p>" in sent["content"]


def electronic(**facts: Any) -> dict[str, Any]:
    """The body of an invoice for the SdI."""
    return body(e_invoice=True, entity=CUSTOMER, ei_data={"payment_method": "MP05"}, **facts)


def tell_address(server: Server, **facts: str) -> None:
    """What an electronic invoice says of its seller."""
    with server.installation.database.write() as session:
        company, _ = load_company(session, server.company_id)
        address = {"address_street": "Via Po 1", "address_postal_code": "10100", "address_city": "Torino"}
        whole = msgspec.structs.replace(company, **{**address, "address_province": "TO", **facts})
        session.run(update(companies).where(companies.c.id == server.company_id).values(body=encoder.encode(whole)))


def test_an_electronic_invoice_leaves_for_the_sdi(server: Server, due: Any) -> None:
    tell_address(server)
    new(server.client, action="create_and_send", document=electronic())
    assert due(3, 15) == [("2026-03-15", "done")]
    document = document_of(server.client, runs(server.client)[0])
    assert (document["locked"], document["ei_status"] not in {None, "not_sent"}) == (True, True)


# refusals


def test_an_invoice_that_the_sdi_would_not_take_leaves_nothing_but_its_reason(server: Server, due: Any) -> None:
    tell_address(server)
    id = new(server.client, action="create_and_send", document=electronic())["id"]
    tell_address(server, address_street="", address_city="")
    assert due(3, 15) == [("2026-03-15", "failed")]
    (run,) = runs(server.client)
    assert run["error"]
    assert run["error_code"] == "XML_NOT_VALID"
    assert (documents(server.client), run["document"]) == ([], None)
    kept = server.client.data("GET", f"recurrences/{id}")
    assert (kept["to_do"], kept["next_date"]) == (1, "2026-04-15")
    tell_address(server)
    mended = server.client.data("POST", f"recurrences/{id}/run", json={"data": {"date": "2026-03-15"}})
    assert mended["to_do"] == 0
    (run,) = runs(server.client)
    assert (run["state"], run["error"], run["error_code"]) == ("done", "", "")
    assert [made["number"] for made in documents(server.client)] == [1]


def test_a_refusal_stops_neither_the_next_date_nor_other_recurrences(server: Server, due: Any) -> None:
    gone = server.client.data("POST", "entities/clients", json={"data": {"name": "Verdi"}})["id"]
    new(server.client, document=body(entity={"id": gone, "name": "Verdi"}))
    new(server.client)
    server.client.delete(f"entities/clients/{gone}")
    assert sorted(due(4, 15)) == [(f"2026-0{month}-15", state) for month in (3, 4) for state in ("done", "failed")]
    assert {run["error_code"] for run in runs(server.client, q="state = 'failed'")} == {"UNKNOWN_ENTITY"}


def test_one_companys_failure_stops_no_other(server: Server) -> None:
    """Of the first company even the unexpected happens: its rows cannot be read."""
    new(server.client)
    with server.installation.database.write() as session:
        now = "2026-01-01 00:00:00"
        other = setup.new_company(session, Company(name="Seconda S.r.l."), owner_id=server.user_id, now=now)
        token = create_personal_token(session, user_id=server.user_id, company_id=other, scopes=(), name="t", now=now)
        session.run(update(rows).where(rows.c.company_id == server.company_id).values(body=b'{"every":"x"}'))
    second = Client(server.http, other, token)
    new(second)
    server.clock.set(2026, 3, 15, 1)
    recurrences.order_due(server.installation)
    server.worker.run_due()
    assert [made["date"] for made in documents(second)] == ["2026-03-15"]
    assert documents(server.client) == []


# in whose name


def member(server: Server, permissions: dict[str, Any]) -> Client:
    """Another member of the company, through a token of its own."""
    with server.installation.database.write() as session:
        now = "2026-01-01 00:00:00"
        user_id = create_user(session, email="bruno@example.com", name="Bruno", password="", now=now)
        kept = {"company_id": server.company_id, "user_id": user_id, "role": "subaccount"}
        session.run(insert(memberships), **kept, permissions=msgspec.json.encode(permissions))
        token = create_personal_token(
            session, user_id=user_id, company_id=server.company_id, scopes=(), name="t", now=now
        )
    return server.client.using(token)


def permit(server: Server, user_id: int, permissions: dict[str, Any]) -> None:
    with server.installation.database.write() as session:
        kept = msgspec.json.encode(permissions)
        session.run(update(memberships).where(memberships.c.user_id == user_id).values(permissions=kept))


def test_it_is_done_with_the_permissions_that_its_maker_has_that_day(server: Server, due: Any) -> None:
    bruno = member(server, {"fic_issued_documents": "write"})
    made = new(bruno)
    assert due(3, 15) == [("2026-03-15", "done")]
    permit(server, made["user_id"], {"fic_issued_documents": "read"})
    assert due(4, 15)[-1] == ("2026-04-15", "failed")
    assert runs(server.client)[-1]["error_code"] == "NO_PERMISSION"
    with server.installation.database.write() as session:
        session.run(delete(memberships).where(memberships.c.user_id == made["user_id"]))
    assert due(5, 15)[-1] == ("2026-05-15", "failed")
    assert "no longer a member" in runs(server.client)[-1]["error"]
    owner = change(server.client, made["id"], name="Di nuovo")
    assert owner["user_id"] == server.user_id
    assert due(6, 15)[-1] == ("2026-06-15", "done")


def test_the_trail_says_in_whose_name_a_document_was_made(server: Server, due: Any) -> None:
    made = new(member(server, {"fic_issued_documents": "write"}))
    due(3, 15)
    document = runs(server.client)[0]["document"]["id"]
    trail = server.client.data("GET", "audit", params={"resource": "issued_documents", "id": document})
    assert [(each["action"], each["user"]["id"], each["program"]) for each in trail] == [
        ("create", made["user_id"], "mastro")
    ]


# workers


def test_many_workers_at_once_make_each_document_once(server: Server) -> None:
    ids = [new(server.client, unit="week")["id"] for _ in range(3)]
    server.clock.set(2026, 5, 1)
    for _ in range(4):
        recurrences.order_due(server.installation)
    others = [Worker(server.installation, kinds.HANDLERS) for _ in range(2)]
    threads = [threading.Thread(target=lambda each=each: [each.run_due() for _ in range(4)]) for each in others]
    for thread in threads:
        thread.start()
    server.work()
    for thread in threads:
        thread.join()
    server.work()
    for other in others:
        other.stop()
    dates = [(run["recurrence_id"], run["date"]) for run in runs(server.client, per_page=100)]
    assert len(dates) == len(set(dates)) == 21
    assert {id for id, _ in dates} == set(ids)
    assert [made["number"] for made in documents(server.client)] == list(range(1, 22))


def test_a_worker_that_is_killed_leaves_no_date_undone_and_none_done_twice(own_database: str, tmp_path: Path) -> None:
    site = Site(own_database, tmp_path)
    begin = dt.datetime.now(ROME).date() - dt.timedelta(weeks=150)
    with site.running(MASTRO_WORKER="0"), site.api() as api:
        sent = {"document": body(), "first_date": "2026-03-15", "unit": "week", "paused": True}
        id = api.post("recurrences", json={"data": sent}).json()["data"]["id"]
    _begin_earlier(site, begin.isoformat())
    every = 151
    with site.running("worker"):
        _wait_for(site, 30)  # the end of the block kills it
    assert len(made_by(site)) < every
    with site.running("worker"):
        _wait_for(site, every)
        time.sleep(1)
    assert len(made_by(site)) == every
    with site.running(MASTRO_WORKER="0"), site.api() as api:
        answer = api.get("recurrences/runs", params={"per_page": 1, "q": f"recurrence_id = {id} and state = 'done'"})
        assert answer.json()["total"] == every


def made_by(site: Site) -> set[int]:
    return site.written("issued_documents.invoices.create")


def _wait_for(site: Site, number: int) -> None:
    deadline = time.monotonic() + 60
    while len(made_by(site)) < number:
        assert time.monotonic() < deadline, len(made_by(site))
        time.sleep(0.02)


def _begin_earlier(site: Site, first: str) -> None:
    """Let a paused recurrence be one that has waited since a day, and go on."""
    database = connect(site.database_url)
    with database.write() as session:
        kept = rows_of_recurrences.get(session, site.company_id, 1)
        assert kept
        kept.paused, kept.state = False, "active"
        kept.first_date = kept.next_date = kept.wake_on = dt.date.fromisoformat(first)
        rows_of_recurrences.update(session, site.company_id, 1, kept)
    database.close()
