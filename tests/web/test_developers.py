"""The developers' area, the tools and long work."""

import pytest

from support import Client, MakeCompany
from web.conftest import Visitor
from web.pages import Pages

SINK = "https://example.com/hook"
TYPE = "it.fattureincloud.webhooks.entities.clients.create"


@pytest.mark.parametrize(
    "path", ["/developers", "/developers/requests", "/developers/webhooks", "/tools", "/jobs", "/export"]
)
def test_every_page_opens_in_both_languages(visitor: Visitor, path: str) -> None:
    assert visitor().get(path).status == 200
    assert visitor(language="en").get(path).status == 200


def test_a_refused_call_is_in_the_log_with_its_reason(pages: Pages, client: Client) -> None:
    answer = client.post("entities/clients", json={"data": {"vat_number": "1"}})
    assert answer.status_code == 422
    client.get("entities/clients?sort=name")
    pages.get("/developers/requests")
    assert pages.rows[0][0] == f"GET /c/{client.company_id}/entities/clients?sort=name"
    assert pages.rows[1][1] == "422"
    assert "name" in pages.rows[1][-1]
    assert [row[1] for row in pages.get("/developers/requests?errors=1").rows] == ["422"]
    assert answer.headers["x-request-id"] in pages.get("/developers/requests?columns=what,id").said()


def test_the_log_holds_no_token_and_no_body(client: Client) -> None:
    client.post("entities/clients", json={"data": {"name": "Segreto di Pulcinella"}})
    log = client.get("requests").text
    assert "Pulcinella" not in log
    assert client.token not in log


def test_the_log_of_another_company_is_not_seen(client: Client, make_company: MakeCompany, visitor: Visitor) -> None:
    client.get("entities/clients")
    other = visitor(company=make_company())
    assert str(client.company_id) not in " ".join(row[0] for row in other.get("/developers/requests").rows)


def test_a_subscription_is_made_and_deleted(pages: Pages, client: Client) -> None:
    pages.get("/developers/webhooks/new").submit(sink=SINK, types="entities.clients.create")
    assert pages.status == 200
    [made] = client.data("GET", "subscriptions")
    assert (made["sink"], made["types"]) == (SINK, [TYPE])
    assert SINK in pages.get("/developers/webhooks").said()
    pages.get(f"/developers/webhooks/{made['id']}").submit(f"/developers/webhooks/{made['id']}/delete")
    assert client.data("GET", "subscriptions") == []


def test_a_subscription_of_a_token_is_seen_by_the_owner(pages: Pages, client: Client) -> None:
    client.data("POST", "subscriptions", json={"data": {"sink": SINK, "types": [TYPE]}})
    assert SINK in pages.get("/developers/webhooks").said()


def test_a_wrong_address_is_said_at_its_input(pages: Pages) -> None:
    pages.get("/developers/webhooks/new").submit(sink="http://127.0.0.1/x", types="entities.clients.create")
    assert pages.status == 422
    assert "sink" in pages.errors
    assert "entities.clients.create" in pages.find("//textarea")[0].text


def test_an_export_is_ordered_and_followed(pages: Pages, client: Client) -> None:
    pages.get("/export").submit("/export", pdf="off")
    assert pages.status == 200
    [job] = client.data("GET", "exports")
    assert job["kind"] == "export"
    assert "Esportazione" in pages.get("/jobs").said()
    pages.submit(f"/jobs/{job['id']}/end")
    assert client.data("GET", f"jobs/{job['id']}")["state"] in {"cancelled", "done"}


def test_only_the_owner_exports(visitor: Visitor) -> None:
    member = visitor({"fic_clients": "write"})
    member.get("/export")
    assert not member.find("//main//form")
    assert not member.get("/tools").find("//a[contains(@href, '/export')]")


def test_a_test_company_is_emptied_by_its_name(pages: Pages, client: Client) -> None:
    client.data("POST", "entities/clients", json={"data": {"name": "Rossi"}})
    assert not pages.get("/developers").find("//form[contains(@action, '/reset')]")
    client.data("PUT", "test_mode", json={"data": {"enabled": True}})
    pages.get("/developers").submit("/developers/reset", name="Un'altra S.r.l.")
    assert pages.status == 422
    assert "non è cambiato nulla" in pages.said()
    assert len(client.data("GET", "entities/clients")) == 1
    pages.get("/developers").submit("/developers/reset", name="Rossi S.r.l.")
    assert "L’azienda è vuota" in pages.said()
    assert client.data("GET", "entities/clients") == []


def test_only_the_owner_empties_a_test_company(visitor: Visitor, client: Client) -> None:
    client.data("PUT", "test_mode", json={"data": {"enabled": True}})
    client.data("POST", "entities/clients", json={"data": {"name": "Rossi"}})
    member = visitor({"fic_settings": "write"})
    assert not member.get("/developers").find("//form[contains(@action, '/reset')]")
    assert member.post("/developers/reset", {"name": "Rossi S.r.l."}).status == 403
    assert len(client.data("GET", "entities/clients")) == 1
