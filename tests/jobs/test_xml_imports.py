"""Electronic invoices brought in by a job: its progress, its report, what an interruption leaves, and the way back."""

from typing import Any

import pytest

from mastro.jobs import long
from mastro.resources.xml_imports import work
from resources.e_invoices import exported, zipped


@pytest.fixture
def xml(server: Any) -> bytes:
    """An invoice of the company, which does not have it any more."""
    content = exported(server.client)
    for document in listed(server):
        server.client.delete(f"issued_documents/{document['id']}")
        server.client.delete(f"bin/issued_documents/{document['id']}")
    return content


def numbered(xml: bytes, number: int) -> bytes:
    assert b"<Numero>1</Numero>" in xml
    return xml.replace(b"<Numero>1</Numero>", b"<Numero>%d</Numero>" % number)


def some(xml: bytes, count: int) -> bytes:
    return zipped(*(numbered(xml, number) for number in range(1, count + 1)))


def start(server: Any, content: bytes = b"", *, side: str = "issued", **query: Any) -> Any:
    files = {"files": {"attachment": ("fatture.zip", content)}} if content else {}
    return server.client.post(f"{side}_documents/import/start", params=query, **files)


def done(server: Any, content: bytes = b"", **query: Any) -> dict[str, Any]:
    """The job, once it has come to its end."""
    answer = start(server, content, **query)
    assert answer.status_code == 200, answer.text
    server.work()
    found: dict[str, Any] = server.client.data("GET", f"jobs/{answer.json()['data']['id']}")
    return found


def listed(server: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = server.client.data("GET", "issued_documents", params={"per_page": 100})
    return found


def test_a_job_of_an_import_needs_the_scope_to_write(server: Any, xml: bytes) -> None:
    reader = server.client.using(server.token("issued_documents.invoices:r"))
    path = "issued_documents/import/start"
    assert reader.post(path, files={"attachment": ("a.xml", xml)}).status_code == 403
    assert server.client.using("").post(path, files={"attachment": ("a.xml", xml)}).status_code == 401
    assert server.client.post("received_documents/import/start").status_code == 422


def test_a_file_comes_in_by_a_job_and_is_taken_back_as_one_import(
    server: Any, xml: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "AT_ONCE", 2)
    job = done(server, some(xml, 5))
    told = {key: job["result"][key] for key in ("created", "duplicates", "refused")}
    assert (job["state"], told) == ("done", {"created": 5, "duplicates": 0, "refused": 0})
    id = job["result"]["import_id"]
    report = server.client.data("GET", f"issued_documents/import/{id}")
    assert [line["number"] for line in report["documents"]] == ["1", "2", "3", "4", "5"]
    assert sorted(line["id"] for line in report["documents"]) == sorted(each["id"] for each in listed(server))
    assert server.client.data("DELETE", f"issued_documents/import/{id}")["undone"] == 5
    assert listed(server) == []


def test_a_job_does_not_tell_its_file_nor_what_the_token_may_do(server: Any, xml: bytes) -> None:
    started = start(server, xml).json()["data"]
    server.work()
    for job in (started, *server.client.data("GET", "jobs"), server.client.data("GET", f"jobs/{started['id']}")):
        assert job["options"]["filename"] == "fatture.zip"
        assert not {"attachment_token", "scopes"} & set(job["options"])


def test_a_trial_makes_nothing_tells_what_would_be_made_and_its_file_is_brought_in_without_another_upload(
    server: Any, xml: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "AT_ONCE", 1)
    content = zipped(xml, xml + b"\n", numbered(xml, 2), b"<broken/>")
    tried = done(server, content, dry_run="true")
    report = tried["result"]["report"]
    assert sorted(line["status"] for line in report["documents"]) == ["created", "created", "duplicate", "refused"]
    assert [line["id"] for line in report["documents"]] == [None] * 4
    assert len(report["entities"]) == 1
    assert (listed(server), tried["result"]["import_id"]) == ([], None)
    made = done(server, trial=tried["id"])
    assert [made["result"][key] for key in ("created", "duplicates", "refused")] == [2, 1, 1]
    assert len(listed(server)) == 2


def test_an_import_of_what_is_all_there_leaves_its_report_with_the_job(server: Any, xml: bytes) -> None:
    done(server, xml)
    job = done(server, xml)
    assert (job["state"], job["result"]["import_id"]) == ("done", None)
    [line] = job["result"]["report"]["documents"]
    assert (line["status"], line["id"]) == ("duplicate", listed(server)[0]["id"])
    assert len(server.client.data("GET", "issued_documents/import")) == 1


def test_an_interrupted_import_goes_on_where_it_was(server: Any, xml: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "AT_ONCE", 2)
    import_some, calls = work.import_some, []

    def dies(*words: Any) -> None:
        calls.append(words)
        if len(calls) == 2:
            raise MemoryError
        import_some(*words)

    monkeypatch.setattr(work, "import_some", dies)
    answer = start(server, some(xml, 5)).json()["data"]
    server.work()
    [half] = server.client.data("GET", "issued_documents/import")
    assert half["created"] == 2
    refused = server.client.delete(f"issued_documents/import/{half['id']}")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "JOB_UNDER_WAY")
    server.clock.advance(hours=1)
    server.work()
    job = server.client.data("GET", f"jobs/{answer['id']}")
    assert (job["state"], job["result"]["created"]) == ("done", 5)
    assert len(listed(server)) == 5
    assert server.client.data("DELETE", f"issued_documents/import/{half['id']}")["undone"] == 5


def test_an_import_that_is_ended_leaves_what_it_has_made_to_be_taken_back(
    server: Any, xml: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "AT_ONCE", 2)
    monkeypatch.setattr(long, "TELL_SECONDS", 0)
    tell = long._Running.tell

    def ends(running: Any, *words: Any) -> None:
        if listed(server):
            server.client.delete(f"jobs/{id}")
        tell(running, *words)

    monkeypatch.setattr(long._Running, "tell", ends)
    id = start(server, some(xml, 5)).json()["data"]["id"]
    server.work()
    assert server.client.data("GET", f"jobs/{id}")["state"] == "cancelled"
    [part] = server.client.data("GET", "issued_documents/import")
    assert (part["created"], len(listed(server))) == (2, 2)
    assert server.client.data("DELETE", f"issued_documents/import/{part['id']}")["undone"] == 2
    assert listed(server) == []


def test_a_job_does_no_more_than_who_asked_for_it_may(server: Any, xml: bytes) -> None:
    note = xml.replace(b"<TipoDocumento>TD01</TipoDocumento>", b"<TipoDocumento>TD04</TipoDocumento>")
    assert note != xml
    clerk = server.client.using(server.token("issued_documents.invoices:a"))
    id = clerk.data("POST", "issued_documents/import/start", files={"attachment": ("a.zip", zipped(xml, note))})["id"]
    server.work()
    result = clerk.data("GET", f"jobs/{id}")["result"]
    assert [result[key] for key in ("created", "refused")] == [1, 1]


@pytest.mark.parametrize("trial", ["x", "99", "-1", "1" * 30])
def test_a_trial_that_there_is_not_is_refused(server: Any, trial: str) -> None:
    answer = start(server, trial=trial)
    assert (answer.status_code, list(answer.json()["error"]["validation_result"])) == (422, ["trial"])


def test_a_trial_of_the_other_side_is_none(server: Any, xml: bytes) -> None:
    tried = done(server, xml, dry_run="true")
    assert start(server, side="received", trial=tried["id"]).status_code == 422


def test_a_file_that_cannot_be_read_ends_the_job_with_the_reason(server: Any) -> None:
    job = done(server, b"PK\x03\x04broken")
    assert job["state"] == "failed"
    assert "archive" in job["error"]
