"""Saved filters: each user's own, by list, one of each name."""

from typing import Any

import pytest
from sqlalchemy import insert

from mastro.api.call import Installation
from mastro.database.schema import memberships
from support import CheckAccess, Client, MakeToken, MakeUser


def _save(client: Client, **filter: str) -> dict[str, Any]:
    body = {"list": "issued_documents", "name": "Da sollecitare", "query": "payment=overdue", **filter}
    saved: dict[str, Any] = client.data("POST", "saved_filters", json={"data": body})
    return saved


def _queries(client: Client, list: str = "issued_documents") -> dict[str, str]:
    return {each["name"]: each["query"] for each in client.data("GET", f"saved_filters?list={list}")}


def test_saved_filters_need_a_token_of_the_company(check_access: CheckAccess) -> None:
    check_access("GET", "saved_filters?list=issued_documents")


def test_a_filter_is_found_again_by_its_list(client: Client) -> None:
    _save(client)
    _save(client, name="  A   mano ", query="type=invoice&q=number%20%3D%201")
    assert _queries(client) == {"A mano": "type=invoice&q=number%20%3D%201", "Da sollecitare": "payment=overdue"}
    assert _queries(client, "received_documents") == {}


def test_one_of_the_same_name_is_replaced(client: Client) -> None:
    assert _save(client)["id"] == _save(client, query="payment=paid")["id"]
    assert _queries(client) == {"Da sollecitare": "payment=paid"}


def test_a_deleted_filter_is_gone(client: Client) -> None:
    id = _save(client)["id"]
    client.delete(f"saved_filters/{id}")
    assert _queries(client) == {}
    assert client.delete(f"saved_filters/{id}").status_code == 404


def test_another_user_has_other_filters(
    client: Client, make_token: MakeToken, make_user: MakeUser, installation: Installation
) -> None:
    id = _save(client)["id"]
    user_id = make_user()
    with installation.database.write() as session:
        member = {"company_id": client.company_id, "user_id": user_id, "role": "employee", "permissions": b"{}"}
        session.run(insert(memberships), **member)
    colleague = client.using(make_token(user_id=user_id))
    assert _queries(colleague) == {}
    assert colleague.delete(f"saved_filters/{id}").status_code == 404
    _save(colleague, query="payment=paid")
    assert _queries(client) == {"Da sollecitare": "payment=overdue"}


@pytest.mark.parametrize(
    ("key", "value"),
    [("list", "../secrets"), ("list", ""), ("name", " "), ("name", "x" * 61), ("query", "x" * 4001)],
)
def test_what_is_no_filter_is_refused(client: Client, key: str, value: str) -> None:
    body = {"list": "issued_documents", "name": "Uno", "query": "q=", key: value}
    answer = client.post("saved_filters", json={"data": body})
    assert answer.status_code == 422
    assert f"data.{key}" in answer.json()["error"]["validation_result"]


def test_nobody_saves_without_end(client: Client) -> None:
    for number in range(50):
        _save(client, name=f"Filtro {number}")
    answer = client.post("saved_filters", json={"data": {"list": "issued_documents", "name": "51", "query": "q="}})
    assert answer.status_code == 422
    _save(client, name="Filtro 7", query="payment=paid")
