"""Customers and suppliers that are the same one: found, made one, taken apart again."""

from typing import Any

from resources.issued_documents import change as change_document
from resources.issued_documents import create
from support import CheckAccess, Client, MakeToken

PATH = "entities/clients"


def new(client: Client, name: str, path: str = PATH, **facts: Any) -> int:
    id: int = client.data("POST", path, json={"data": {"name": name, **facts}})["id"]
    return id


def twins(client: Client) -> tuple[int, int]:
    """Two customers with the same tax code; the second one has an invoice and what the first one lacks."""
    kept = new(client, "Bianchi S.p.A.", tax_code="RSSMRA80A01H501U")
    gone = new(client, "BIANCHI SPA", tax_code="RSSMRA80A01H501U", email="b@example.com", code="B1", notes="Paga tardi")
    create(client, entity={"id": gone, "name": "BIANCHI SPA"})
    return kept, gone


def merge(client: Client, kept: int, *gone: int, **more: Any) -> dict[str, Any]:
    done: dict[str, Any] = client.data("POST", f"{PATH}/{kept}/merge", json={"data": {"ids": gone, **more}})
    return done


def test_access_to_merges(client: Client, check_access: CheckAccess) -> None:
    kept, gone = twins(client)
    check_access("GET", f"{PATH}/duplicates", needs="entity.clients:r")
    check_access("GET", f"{PATH}/merges", needs="entity.clients:r")
    check_access("POST", f"{PATH}/{kept}/merge", needs="entity.clients:a", json={"data": {"ids": [gone]}})
    check_access("DELETE", f"{PATH}/merges/1", needs="entity.clients:a")


def test_documents_move_only_with_the_right_to_write_them(client: Client, make_token: MakeToken) -> None:
    kept, gone = twins(client)
    clerk = client.using(make_token(scopes=["entity.clients:a", "issued_documents.invoices:r"]))
    assert clerk.post(f"{PATH}/{kept}/merge", json={"data": {"ids": [gone]}}).status_code == 403
    assert client.data("GET", f"{PATH}/{gone}")["name"] == "BIANCHI SPA"


def test_entries_with_the_same_code_are_found_the_one_with_most_documents_first(client: Client) -> None:
    kept, gone = twins(client)
    new(client, "Un altro", tax_code="")
    [group] = client.data("GET", f"{PATH}/duplicates")
    assert (group["key"], group["value"]) == ("tax_code", "RSSMRA80A01H501U")
    assert [(entry["id"], entry["documents"]) for entry in group["entries"]] == [(gone, 1), (kept, 0)]


def test_two_firms_of_one_person_are_not_the_same(client: Client) -> None:
    new(client, "Bar", tax_code="RSSMRA80A01H501U", vat_number="01234567897")
    new(client, "Officina", tax_code="RSSMRA80A01H501U", vat_number="12345670017")
    assert client.data("GET", f"{PATH}/duplicates") == []


def test_a_trial_says_what_would_become_of_it_and_makes_nothing(client: Client) -> None:
    kept, gone = twins(client)
    tried = merge(client, kept, gone, dry_run=True)
    assert (tried["id"], tried["documents"], tried["filled"]) == (None, 1, ["code", "email", "notes"])
    assert client.data("GET", f"{PATH}/{gone}")["code"] == "B1"
    assert client.data("GET", f"{PATH}/merges") == []


def test_documents_and_statement_become_those_of_the_kept_one(client: Client) -> None:
    kept, gone = twins(client)
    done = merge(client, kept, gone)
    assert client.get(f"{PATH}/{gone}").status_code == 404
    entry = client.data("GET", f"{PATH}/{kept}")
    assert (entry["name"], entry["email"], entry["code"]) == ("Bianchi S.p.A.", "b@example.com", "B1")
    [document] = client.data("GET", "issued_documents", params={"type": "invoice", "fieldset": "detailed"})
    assert (document["entity"]["id"], document["entity"]["name"]) == (kept, "BIANCHI SPA")
    statement = client.data("GET", "reports/statement", params={"client_id": kept})
    assert statement["charged"] == 122
    assert [each["id"] for each in client.data("GET", f"{PATH}/merges")] == [done["id"]]


def test_a_merge_is_taken_back_as_if_it_had_not_been(client: Client) -> None:
    kept, gone = twins(client)
    before = [client.data("GET", f"{PATH}/{id}") for id in (kept, gone)]
    done = merge(client, kept, gone)
    other = create(client, entity={"id": kept, "name": "Bianchi S.p.A."})
    client.data("DELETE", f"{PATH}/merges/{done['id']}")
    after = [client.data("GET", f"{PATH}/{id}") for id in (kept, gone)]
    for old, now in zip(before, after, strict=True):
        assert {**old, "updated_at": ""} == {**now, "updated_at": ""}
    owners = {row["id"]: row["entity"]["id"] for row in client.data("GET", "issued_documents", params={"type": ""})}
    assert owners == {1: gone, other["id"]: kept}
    assert client.data("GET", "reports/statement", params={"client_id": gone})["charged"] == 122
    assert client.data("GET", PATH, params={"q": "code = 'B1'"})[0]["id"] == gone
    assert client.delete(f"{PATH}/merges/{done['id']}").status_code == 404


def test_what_was_changed_since_is_kept_when_a_merge_is_taken_back(client: Client) -> None:
    kept, gone = twins(client)
    third = new(client, "Verdi")
    done = merge(client, kept, gone)
    client.data("PUT", f"{PATH}/{kept}", json={"data": {"email": "nuova@example.com", "code": ""}})
    change_document(client, 1, entity={"id": third, "name": "Verdi"})
    client.data("PUT", f"{PATH}/{third}", json={"data": {"code": "B1"}})
    assert client.delete(f"{PATH}/merges/{done['id']}").status_code == 409
    client.data("PUT", f"{PATH}/{third}", json={"data": {"code": "B2"}})
    client.data("DELETE", f"{PATH}/merges/{done['id']}")
    assert client.data("GET", f"{PATH}/{kept}")["email"] == "nuova@example.com"
    assert client.data("GET", "issued_documents/1")["entity"]["id"] == third


def test_the_documents_of_a_supplier_are_what_was_received_and_ordered(client: Client) -> None:
    path = "entities/suppliers"
    kept, gone = (new(client, name, path, tax_code="12345670017") for name in ("Uno", "Due"))
    customer = new(client, "Con lo stesso numero")
    assert customer == kept  # ids of the two registries are apart
    create(client, entity={"id": customer, "name": "Cliente"})
    create(client, "supplier_order", entity={"id": gone, "name": "Due"})
    expense = {"type": "expense", "entity": {"id": gone, "name": "Due"}, "date": "2026-03-01", "amount_net": 100}
    client.data("POST", "received_documents", json={"data": {**expense, "amount_vat": 22}})
    done = client.data("POST", f"{path}/{kept}/merge", json={"data": {"ids": [gone]}})
    assert done["documents"] == 2
    assert client.data("GET", "received_documents", params={"type": "expense"})[0]["entity"]["id"] == kept
    client.data("DELETE", f"{path}/merges/{done['id']}")
    assert client.data("GET", "received_documents", params={"type": "expense"})[0]["entity"]["id"] == gone
    assert client.data("GET", "issued_documents", params={"type": "invoice"})[0]["entity"]["id"] == customer


def test_an_entry_is_not_merged_with_itself_or_with_one_that_is_not_there(client: Client) -> None:
    kept, _ = twins(client)
    for ids in ([], [kept], [9999]):
        answer = client.post(f"{PATH}/{kept}/merge", json={"data": {"ids": ids}})
        assert answer.status_code == 422
        assert list(answer.json()["error"]["validation_result"]) == ["data.ids"]
