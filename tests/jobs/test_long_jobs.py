"""Long jobs: asked for by a request, done by a worker, looked at, left, ended and forgotten."""

import datetime as dt
import hashlib
import os
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert

from mastro.api.call import internal_call
from mastro.api.errors import Conflict
from mastro.database.schema import memberships
from mastro.jobs import cleaning, long
from mastro.jobs.worker import Worker
from mastro.oauth.tokens import create_personal_token
from mastro.resources import jobs
from mastro.resources.jobs import Failed, Outcome, Task, Work
from mastro.resources.user import create_user

Start = Callable[..., int]


@pytest.fixture
def start(server: Any) -> Start:
    """Ask for work of the kind `count`, which is done as the test says; its id."""

    def begin(work: Work, *, user_id: int | None = None, **more: Any) -> int:
        server.worker.handlers = {**server.worker.handlers, "count": long.handler(work)}
        with server.installation.database.write() as session:
            user = server.user_id if user_id is None else user_id
            call = internal_call(server.installation, session, company_id=server.company_id, user_id=user)
            return jobs.start(call, "count", {"to": 3}, **more).id or 0

    return begin


def _writes(task: Task) -> Outcome:
    path = task.folder / "counted.txt"
    path.write_text("one two three", encoding="ascii")
    return Outcome({"counted": task.job.options["to"]}, path, "counted.txt")


def test_a_job_waits_until_a_worker_does_it_and_leaves_a_file_that_its_link_opens(server: Any, start: Start) -> None:
    id = start(_writes)
    waiting = server.client.data("GET", f"jobs/{id}")
    assert (waiting["state"], waiting["progress"], waiting["file"]) == ("waiting", 0, None)
    server.work()
    done = server.client.data("GET", f"jobs/{id}")
    assert (done["state"], done["progress"], done["result"]) == ("done", 100, {"counted": 3})
    assert (done["file"]["filename"], done["file"]["size"]) == ("counted.txt", 13)
    assert done["file"]["sha256"] == hashlib.sha256(b"one two three").hexdigest()
    assert "counted.txt" in done["file"]["url"]
    assert not done["file"]["token"]
    path = done["file"]["url"].removeprefix(server.settings.address)
    assert server.http.get(path).content == b"one two three"


def test_the_progress_is_told_while_the_work_goes_on(server: Any, start: Start) -> None:
    seen = []

    def counts(task: Task) -> Outcome:
        for done in (1, 2, 3):
            task.tell("counting", done, 4)
            row = server.client.data("GET", f"jobs/{task.job.id}")
            seen.append((row["state"], row["step"], row["progress"]))
            time.sleep(long.TELL_SECONDS)
        return Outcome()

    start(counts)
    server.work()
    assert seen == [("running", "counting", 25), ("running", "counting", 50), ("running", "counting", 75)]


def test_a_job_that_is_ended_stops_at_its_next_word_and_leaves_nothing(server: Any, start: Start) -> None:
    reached = []

    def counts(task: Task) -> Outcome:
        server.client.call("DELETE", f"jobs/{task.job.id}")
        task.tell("counting", 1, 2)
        reached.append("the end")
        return _writes(task)

    id = start(counts)
    server.work()
    assert reached == []
    row = server.client.data("GET", f"jobs/{id}")
    assert (row["state"], row["file"]) == ("cancelled", None)
    assert list((server.settings.data_dir / "work").iterdir()) == []


def test_work_that_cannot_be_done_says_why_and_is_not_tried_again(server: Any, start: Start) -> None:
    tried = []

    def fails(_: Task) -> Outcome:
        tried.append(1)
        raise Failed("There is nothing to count.", code="NOTHING")

    id = start(fails)
    server.work()
    server.clock.advance(days=1)
    server.work()
    row = server.client.data("GET", f"jobs/{id}")
    assert (row["state"], row["error_code"], row["error"]) == ("failed", "NOTHING", "There is nothing to count.")
    assert len(tried) == 1


def test_work_that_stumbles_is_tried_again_and_given_up_after_some_attempts(server: Any, start: Start) -> None:
    tried = []

    def stumbles(_: Task) -> Outcome:
        tried.append(1)
        raise ZeroDivisionError("secret words")

    id = start(stumbles)
    server.work()
    waiting = server.client.data("GET", f"jobs/{id}")
    assert (waiting["state"], waiting["error_code"]) == ("waiting", "UNEXPECTED")
    assert "secret" not in waiting["error"]
    for _ in range(6):
        server.clock.advance(hours=1)
        server.work()
    assert server.client.data("GET", f"jobs/{id}")["state"] == "failed"
    assert len(tried) == long.MOST_ATTEMPTS


def test_one_job_of_a_kind_is_under_way_at_a_time(server: Any, start: Start) -> None:
    start(_writes)
    with pytest.raises(Conflict):
        start(_writes)
    start(_writes, alone=False)
    server.work()
    start(_writes)


def test_a_job_is_seen_by_who_asked_for_it_and_by_the_owner_of_the_company(server: Any, start: Start) -> None:
    def colleague(email: str) -> tuple[int, str]:
        with server.installation.database.write() as session:
            id = create_user(session, email=email, name="Bruno", password="", now="2026-01-01")
            member = {"company_id": server.company_id, "user_id": id, "role": "employee"}
            session.run(insert(memberships).values(**member, permissions=b'{"fic_clients":"write"}'))
            given: dict[str, Any] = {"company_id": server.company_id, "scopes": (), "name": "t", "now": "2026-01-01"}
            return id, create_personal_token(session, user_id=id, **given)

    bruno, brunos = colleague("bruno@example.com")
    _, carlas = colleague("carla@example.com")
    id = start(_writes, user_id=bruno)
    for token, seen in ((brunos, 200), (carlas, 403), (server.client.token, 200), ("", 401)):
        assert server.client.using(token).get(f"jobs/{id}").status_code == seen
    lists = [len(server.client.using(token).data("GET", "jobs")) for token in (brunos, carlas, server.client.token)]
    assert lists == [1, 0, 1]
    assert server.client.using(carlas).delete(f"jobs/{id}").status_code == 403


def test_a_job_that_needs_a_scope_is_not_seen_without_it(server: Any, start: Start) -> None:
    id = start(_writes, scope="settings:a")
    assert server.client.using(server.token("products:r")).get(f"jobs/{id}").status_code == 403
    assert server.client.using(server.token("products:r")).data("GET", "jobs") == []
    assert server.client.using(server.token("settings:a")).get(f"jobs/{id}").status_code == 200


def test_another_companys_job_is_not_there(server: Any, start: Start) -> None:
    id = start(_writes)
    assert server.client.get(f"jobs/{id + 1}").status_code == 404
    assert server.client.call("GET", f"/c/{server.company_id + 1}/jobs/{id}").status_code == 403


def test_a_job_is_forgotten_with_its_file_when_its_days_are_over(server: Any, start: Start) -> None:
    id = start(_writes)
    server.work()
    file = server.client.data("GET", f"jobs/{id}")["file"]
    server.clock.advance(days=server.settings.result_days - 1)
    _clean(server)
    assert len(_files(server)) == 1
    server.clock.advance(days=1, seconds=1)
    _clean(server)
    assert server.client.get(f"jobs/{id}").status_code == 404
    assert _files(server) == []
    assert server.http.get(file["url"].removeprefix(server.settings.address)).status_code == 404


def test_a_job_that_is_deleted_takes_its_link_with_it_at_once(server: Any, start: Start) -> None:
    id = start(_writes)
    server.work()
    url = server.client.data("GET", f"jobs/{id}")["file"]["url"]
    assert server.client.delete(f"jobs/{id}").status_code == 200
    assert server.client.get(f"jobs/{id}").status_code == 404
    assert server.http.get(url.removeprefix(server.settings.address)).status_code == 404


def test_the_work_of_a_process_that_died_is_done_by_another(server: Any, start: Start) -> None:
    class Died(BaseException):
        pass

    def dies(_: Task) -> Outcome:
        raise Died

    id = start(dies)
    [taken] = server.worker._take()
    with pytest.raises(Died):
        taken.result()
    assert server.client.data("GET", f"jobs/{id}")["state"] == "running"
    server.clock.advance(minutes=1)
    other = Worker(server.installation, {"count": long.handler(_writes)})
    other.run_due()
    other.stop()
    assert server.client.data("GET", f"jobs/{id}")["state"] == "done"


def _clean(server: Any) -> None:
    cleaning.forget_long_jobs(server.installation)
    cleaning.expire_uploads(server.installation)


def _files(server: Any) -> list[str]:
    folder = server.settings.data_dir / "files"
    return [path.name for path in folder.rglob("*") if path.is_file()]


def test_only_old_folders_of_work_count_as_left_over(server: Any) -> None:
    folder = server.settings.data_dir / "work"
    (folder / "new").mkdir(parents=True)
    (folder / "old").mkdir()
    past = (dt.datetime.now(dt.UTC) - dt.timedelta(days=4)).timestamp()

    os.utime(folder / "old", (past, past))
    long.sweep(server.installation)
    assert [path.name for path in folder.iterdir()] == ["new"]
