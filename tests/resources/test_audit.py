"""The trail of changes: what it keeps, for whom, and how it is looked through."""

from typing import Any

import pytest
from sqlalchemy import insert

from mastro.api.call import Installation, hash_token
from mastro.api.resource import Resource
from mastro.database.schema import tokens
from mastro.oauth.applications import create_application
from mastro.oauth.tokens import new_token
from mastro.resources import audit, operations
from resources.issued_documents import create
from support import Client, Clock, MakeCompany, MakeToken, MakeUser


def trail(client: Client, **query: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.data("GET", "audit", params=query)
    return found


def make_client(client: Client, name: str = "Alfa", **data: object) -> int:
    return int(client.data("POST", "entities/clients", json={"data": {"name": name, **data}})["id"])


def rename(client: Client, id: int, name: str) -> None:
    client.data("PUT", f"entities/clients/{id}", json={"data": {"name": name}})


def test_nobody_reads_the_trail_without_a_token(client: Client) -> None:
    assert client.using("").get("audit").status_code == 401


def test_the_whole_trail_needs_the_settings_and_one_things_trail_its_own_scope(
    client: Client, make_token: MakeToken
) -> None:
    id = make_client(client)
    reader = client.using(make_token(scopes=["entity.clients:r"]))
    assert reader.get("audit").status_code == 403
    assert reader.get("audit", params={"resource": "entities.clients"}).status_code == 403
    assert [e["action"] for e in trail(reader, resource="entities.clients", id=id)] == ["create"]
    other = client.using(make_token(scopes=["products:r"]))
    assert trail(other, resource="entities.clients", id=id) == []


def test_a_company_sees_only_its_own_trail(client: Client, make_company: MakeCompany, make_token: MakeToken) -> None:
    make_client(client)
    other = make_company()
    assert trail(Client(client.http, other, make_token(company_id=other))) == []


def test_an_entry_says_who_did_what_when_and_with_what(client: Client, clock: Clock) -> None:
    id = make_client(client, "Alfa", email="a@example.com")
    clock.advance(minutes=5)
    client.data("PUT", f"entities/clients/{id}", json={"data": {"name": "Beta", "email": None}})
    changed, created = trail(client)
    assert changed["type"] == "entities.clients.update"
    assert (changed["resource"], changed["action"], changed["resource_id"]) == ("entities.clients", "update", id)
    assert changed["created_at"] == "2026-03-02 09:35:00"
    assert changed["user"]["name"] == "Anna Rossi"
    assert (changed["program"], changed["token"]) == ("personal", "test")
    assert changed["changes"] == {"name": ["Alfa", "Beta"], "email": ["a@example.com", ""]}
    assert created["action"] == "create"
    assert created["changes"] is None


def test_changes_name_what_is_inside_and_only_that_lists_changed(client: Client) -> None:
    id = create(client, date="2026-02-01")["id"]
    body = {
        "entity": {"name": "Verdi"},
        "items_list": [{"name": "Altro", "net_price": 50, "vat": {"id": 0}}],
        "visible_subject": "x" * 1000,
    }
    sent = {"data": body, "options": {"fix_payments": True}}
    client.data("PUT", f"issued_documents/{id}", json=sent)
    changes = trail(client, resource="issued_documents", id=id)[0]["changes"]
    assert changes["entity.name"] == ["Bianchi S.p.A.", "Verdi"]
    assert changes["amount_gross"] == [122, 61]
    assert changes["items_list"] is None
    assert len(changes["visible_subject"][1]) == 200
    assert "updated_at" not in changes


def test_an_update_that_changes_nothing_has_no_changes(client: Client) -> None:
    id = make_client(client)
    rename(client, id, "Alfa")
    assert trail(client)[0]["changes"] is None


def test_an_application_is_named(client: Client, installation: Installation) -> None:
    token = new_token("a")
    with installation.database.write() as session:
        owner = int(client_owner(client))
        made = create_application(
            session, owner_id=owner, name="Negozio", redirect_uris=("https://x.it/a",), device=False, now="2026-01-01"
        )
        row = {"hash": hash_token(token), "kind": "access", "user_id": owner, "company_id": client.company_id}
        session.run(
            insert(tokens).values(
                **row, scopes="entity.clients:a", program=made[0], created_at="2026-01-01 00:00:00", revoked=False
            )
        )
    make_client(client.using(token))
    assert [(e["program"], e["program_name"]) for e in trail(client)] == [(made[0], "Negozio")]
    assert client.data("GET", "audit/actors")["programs"] == [{"program": made[0], "name": "Negozio"}]


def client_owner(client: Client) -> int:
    return int(client.data("GET", "/user/info")["id"])


def test_the_trail_is_narrowed_by_resource_action_user_program_and_period(client: Client, clock: Clock) -> None:
    first = make_client(client)
    clock.advance(days=1)
    client.data("POST", "products", json={"data": {"name": "Vite"}})
    clock.advance(days=1)
    client.delete(f"entities/clients/{first}")
    types = ["entities.clients.delete", "products.create", "entities.clients.create"]
    assert [e["type"] for e in trail(client)] == types
    assert [e["type"] for e in trail(client, resource="entities.clients")] == types[::2]
    assert [e["type"] for e in trail(client, resource="entities")] == types[::2]
    assert [e["type"] for e in trail(client, resource="entit")] == []
    assert [e["type"] for e in trail(client, action="create")] == types[1:]
    assert [e["type"] for e in trail(client, **{"from": "2026-03-03"})] == types[:2]
    assert [e["type"] for e in trail(client, to="2026-03-03")] == types[1:]
    assert len(trail(client, user_id=client_owner(client))) == 3
    for nobody in (client_owner(client) + 1000, 2**31, 2**53 - 1):
        assert trail(client, user_id=nobody) == []
    assert trail(client, program="web") == []


def test_who_may_be_asked_for_is_who_is_in_the_company_or_did_something_there(
    client: Client, make_user: MakeUser, make_token: MakeToken, make_company: MakeCompany
) -> None:
    make_user(name="Altrove")
    make_company()
    make_client(client)
    actors = client.data("GET", "audit/actors")
    assert [each["id"] for each in actors["users"]] == [client_owner(client)]
    assert actors["programs"] == [{"program": "personal", "name": ""}]
    assert client.using(make_token(scopes=["entity.clients:r"])).get("audit/actors").status_code == 403


def test_pages_follow_each_other_by_a_cursor(client: Client) -> None:
    ids = [make_client(client, f"Cliente {number}") for number in range(5)]
    seen, cursor, pages = [], "", 0
    while cursor is not None:
        answer = client.get("audit", params={"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        seen += [entry["resource_id"] for entry in answer["data"]]
        cursor, pages = answer["cursor"], pages + 1
    assert seen == ids[::-1]
    assert pages == 3


def test_the_trail_of_a_received_document_is_not_mixed_with_what_waits_to_be_registered(client: Client) -> None:
    body = {"type": "expense", "entity": {"name": "Luce"}, "date": "2026-01-02", "amount_net": 10}
    id = client.data("POST", "received_documents", json={"data": body})["id"]
    assert [e["type"] for e in trail(client, resource="received_documents", id=id)] == ["received_documents.create"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("limit", "0"), ("limit", "101"), ("id", "x"), ("from", "ieri"), ("to", "9999-12-31"), ("cursor", "-1")],
)
def test_a_wrong_parameter_is_refused(client: Client, name: str, value: str) -> None:
    answer = client.get("audit", params={name: value})
    assert answer.status_code == 422
    assert name in answer.json()["error"]["validation_result"]


def test_every_resource_has_its_scope_in_the_trail() -> None:
    handlers = [getattr(operation.handler, "__self__", None) for operation in operations.OPERATIONS]
    prefixes = {each.events for each in handlers if isinstance(each, Resource) and isinstance(each.events, str)}
    known = tuple(f"{prefix}." for prefix in audit.SCOPES)
    assert {prefix for prefix in prefixes if not f"{prefix}.".startswith(known)} == set()
