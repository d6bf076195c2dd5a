import datetime as dt
from typing import Any

import fattureincloud_python_sdk as vendor
import pytest

from mastro.api.call import Installation
from resources.events import events_of
from support import CheckAccess, Client, Sdk

LEASE = {"date": "2026-03-01", "description": "Contratto d'affitto", "category": "Contratti"}


def create(client: Client, **body: Any) -> Any:
    return client.data("POST", "archive", json={"data": {**LEASE, **body}})


def test_access_to_the_archive(client: Client, check_access: CheckAccess) -> None:
    id = create(client)["id"]
    check_access("GET", "archive", needs="archive:r")
    check_access("POST", "archive", needs="archive:a", json={"data": LEASE})
    check_access("GET", f"archive/{id}", needs="archive:r")
    check_access("PUT", f"archive/{id}", needs="archive:a", json={"data": {}})
    check_access("DELETE", f"archive/{id}", needs="archive:a")


def test_the_vendors_client_creates_reads_changes_lists_and_deletes(sdk: Sdk, company_id: int) -> None:
    api = vendor.ArchiveApi(sdk())
    upload = api.upload_archive_document_attachment(
        company_id, filename="contratto.pdf", attachment=("contratto.pdf", b"%PDF-1.7")
    )
    body = vendor.ArchiveDocument(
        date=dt.date(2026, 3, 1),
        description="Contratto d'affitto",
        category="Contratti",
        attachment_token=upload.data.attachment_token,
    )
    created = api.create_archive_document(company_id, vendor.CreateArchiveDocumentRequest(data=body)).data
    assert created.attachment_url.endswith("/contratto.pdf")
    changed = api.modify_archive_document(
        company_id,
        created.id,
        vendor.ModifyArchiveDocumentRequest(data=vendor.ArchiveDocument(category="Immobili")),
    ).data
    assert (changed.category, changed.attachment_url) == ("Immobili", created.attachment_url)
    assert api.get_archive_document(company_id, created.id).data.var_date == dt.date(2026, 3, 1)
    assert [one.id for one in api.list_archive_documents(company_id, q="category = 'immobili'").data] == [created.id]
    assert vendor.InfoApi(sdk()).list_archive_categories(company_id).data == ["Immobili"]
    api.delete_archive_document(company_id, created.id)
    assert api.list_archive_documents(company_id).data == []


@pytest.mark.parametrize("key", ["date", "description", "category"])
def test_what_must_be_there_cannot_be_left_out(client: Client, key: str) -> None:
    answer = client.post("archive", json={"data": {k: v for k, v in LEASE.items() if k != key}})
    assert answer.status_code == 422
    assert list(answer.json()["error"]["validation_result"]) == [f"data.{key}"]


def test_documents_are_found_and_sorted(client: Client) -> None:
    create(client, date="2026-01-01", category="Altro")
    create(client, date="2026-02-01")
    assert [one["date"] for one in client.data("GET", "archive")] == ["2026-02-01", "2026-01-01"]
    assert [one["date"] for one in client.data("GET", "archive", params={"sort": "category"})] == [
        "2026-01-01",
        "2026-02-01",
    ]
    assert len(client.data("GET", "archive", params={"q": "date > '2026-01-15'"})) == 1
    assert client.get("archive", params={"q": "attachment_token = 'x'"}).status_code == 422


def test_every_change_is_an_event(client: Client, installation: Installation) -> None:
    id = create(client)["id"]
    client.put(f"archive/{id}", json={"data": {"category": "Altro"}})
    client.delete(f"archive/{id}")
    assert events_of(installation, client.company_id) == [
        ("archive_documents.create", id),
        ("archive_documents.update", id),
        ("archive_documents.delete", id),
    ]
