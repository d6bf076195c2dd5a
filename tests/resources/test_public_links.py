"""Links to a document that somebody makes, with an end: what they open, until when, and who may make them."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from mastro.api.call import Installation
from resources.events import events_of
from resources.issued_documents import create
from support import CheckAccess, Client, Clock, MakeCompany, MakeToken


def share(client: Client, id: int, expires_on: str | None = None) -> dict[str, Any]:
    made: dict[str, Any] = client.data(
        "POST", f"issued_documents/{id}/public_links", json={"data": {"expires_on": expires_on}}
    )
    return made


def links_of(client: Client, id: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.data("GET", f"issued_documents/{id}/public_links")
    return found


def path(link: dict[str, Any]) -> str:
    return urlsplit(link["url"]).path


def test_access_to_the_links(client: Client, check_access: CheckAccess) -> None:
    id = create(client)["id"]
    for _ in range(3):
        share(client, id)
    needs = "issued_documents.invoices"
    check_access("GET", f"issued_documents/{id}/public_links", needs=f"{needs}:r")
    check_access("POST", f"issued_documents/{id}/public_links", needs=f"{needs}:a", json={"data": {}})
    check_access("DELETE", f"issued_documents/{id}/public_links/1", needs=f"{needs}:a")


def test_a_link_opens_the_page_the_pictures_and_the_files_of_its_document(client: Client, http: TestClient) -> None:
    made, other = create(client), create(client, "quote")
    link = share(client, made["id"])
    assert (link["active"], link["expires_on"], link["opened"], link["opened_at"]) == (True, None, 0, None)
    assert "Fattura 1" in http.get(path(link)).text
    assert http.get(f"{path(link)}.pdf").content.startswith(b"%PDF")
    assert http.get(f"{path(link)}/pages/1").content.startswith(b"\x89PNG")
    assert http.get(f"{path(link)}.xml").status_code == 404
    assert "Preventivo" in http.get(path(share(client, other["id"]))).text


@pytest.mark.parametrize("end", ["", ".pdf", ".xml", "/pages/1"])
def test_a_link_ends_after_its_last_day(client: Client, http: TestClient, clock: Clock, end: str) -> None:
    id = create(client, e_invoice=True)["id"]
    link = share(client, id, "2026-03-03")
    clock.set(2026, 3, 3, 23, 59)
    assert http.get(f"{path(link)}{end}").status_code != 410
    clock.set(2026, 3, 4, 0, 0)
    over = http.get(f"{path(link)}{end}")
    assert over.status_code == 410
    assert end or "non è più attivo" in over.text
    [listed] = links_of(client, id)
    assert (listed["active"], listed["url"]) == (False, "")


def test_a_revoked_link_says_so_and_the_others_go_on(client: Client, http: TestClient) -> None:
    id = create(client)["id"]
    first, second = share(client, id), share(client, id)
    assert client.delete(f"issued_documents/{id}/public_links/{first['id']}").status_code == 200
    assert client.delete(f"issued_documents/{id}/public_links/{first['id']}").status_code == 200
    over = http.get(path(first), headers={"Accept-Language": "en"})
    assert (over.status_code, "no longer active" in over.text) == (410, True)
    assert "noindex" in over.headers["x-robots-tag"]
    assert http.get(path(second)).status_code == 200
    assert [(each["id"], each["active"]) for each in links_of(client, id)] == [
        (second["id"], True),
        (first["id"], False),
    ]
    assert links_of(client, id)[1]["revoked_at"] == "2026-03-02 09:30:00"


def test_it_says_when_it_was_opened_last(client: Client, http: TestClient, clock: Clock) -> None:
    id = create(client)["id"]
    link, other = share(client, id), share(client, id)
    http.get(path(link))
    clock.advance(days=2)
    http.get(path(link))
    http.head(path(link))
    assert [(each["opened"], each["opened_at"]) for each in links_of(client, id)] == [
        (0, None),
        (2, "2026-03-04 09:30:00"),
    ]
    assert client.data("GET", f"issued_documents/{id}")["seen_date"] == "2026-03-02"
    assert http.get(path(other)).status_code == 200


def test_a_link_that_was_made_up_opens_nothing(client: Client, http: TestClient, make_company: MakeCompany) -> None:
    id = create(client)["id"]
    link, other = share(client, id), share(client, id)
    mine = f"/doc/{client.company_id}."
    assert path(link).startswith(f"{mine}{link['id']}.link-")
    swapped = path(link).replace(f"{mine}{link['id']}.", f"{mine}{other['id']}.")
    for forged in (swapped, path(link)[:-1], f"{mine}{link['id']}.link-", f"{mine}{id}.document", "/doc/è-1"):
        assert http.get(forged).status_code == 404
    assert http.get(path(link)).status_code == 200


def test_the_link_of_a_deleted_document_opens_nothing_until_it_comes_back(client: Client, http: TestClient) -> None:
    id = create(client)["id"]
    link = share(client, id)
    client.delete(f"issued_documents/{id}")
    assert http.get(path(link)).status_code == 404
    client.post(f"bin/issued_documents/{id}/recover")
    assert http.get(path(link)).status_code == 200
    client.delete(f"issued_documents/{id}")
    client.delete(f"bin/issued_documents/{id}")
    assert http.get(path(link)).status_code == 404


@pytest.mark.parametrize("day", ["2026-03-01", "2037-01-01", "domani"])
def test_a_wrong_end_is_refused(client: Client, day: str) -> None:
    id = create(client)["id"]
    answer = client.post(f"issued_documents/{id}/public_links", json={"data": {"expires_on": day}})
    assert answer.status_code == 422
    assert "data.expires_on" in answer.json()["error"]["validation_result"]


def test_a_document_has_a_bounded_number_of_open_links(client: Client) -> None:
    id = create(client)["id"]
    made = [share(client, id) for _ in range(20)]
    assert (
        client.post(f"issued_documents/{id}/public_links", json={"data": {}}).json()["error"]["code"]
        == "TOO_MANY_LINKS"
    )
    client.delete(f"issued_documents/{id}/public_links/{made[0]['id']}")
    assert share(client, id)["active"]


def test_a_link_belongs_to_its_document_and_company(
    client: Client, make_company: MakeCompany, make_token: MakeToken
) -> None:
    first, second = create(client)["id"], create(client)["id"]
    link = share(client, first)
    assert client.delete(f"issued_documents/{second}/public_links/{link['id']}").status_code == 404
    assert client.delete(f"issued_documents/{first}/public_links/999").status_code == 404
    assert links_of(client, second) == []
    company = make_company()
    stranger = Client(client.http, company, make_token(company_id=company))
    assert stranger.get(f"issued_documents/{first}/public_links").status_code == 404


def test_nothing_in_the_database_opens_a_document(client: Client, installation: Installation) -> None:
    link = share(client, create(client)["id"])
    with installation.database.read() as session:
        statement = text("SELECT body FROM public_links WHERE company_id = :company")
        [(stored,)] = session.rows(statement, company=client.company_id)
    assert b'"url":""' in stored
    assert link["url"].rpartition("-")[2].encode() not in stored


def test_sharing_and_revoking_stand_in_the_trail(client: Client, installation: Installation) -> None:
    id = create(client)["id"]
    link = share(client, id)
    client.delete(f"issued_documents/{id}/public_links/{link['id']}")
    assert events_of(installation, client.company_id)[-2:] == [
        ("issued_documents.invoices.share", id),
        ("issued_documents.invoices.unshare", id),
    ]
