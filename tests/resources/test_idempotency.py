"""`Idempotency-Key` on creates."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from support import Client


def _create(client: Any, key: str, name: str = "Rossi Srl") -> Any:
    return client.post("entities/clients", json={"data": {"name": name}}, headers={"Idempotency-Key": key})


def test_a_create_that_is_sent_twice_is_done_once(client: Any) -> None:
    first, second = _create(client, "k1"), _create(client, "k1")
    assert first.status_code == second.status_code == 200
    assert second.content == first.content
    assert second.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert client.get("entities/clients").json()["total"] == 1


def test_the_same_key_with_another_body_is_refused(client: Any) -> None:
    _create(client, "k1")
    refused = _create(client, "k1", "Bianchi Srl")
    assert refused.status_code == 422
    assert refused.json()["error"]["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert client.get("entities/clients").json()["total"] == 1


def test_the_same_key_at_another_address_or_with_another_query_is_refused(client: Client) -> None:
    row = {"name": "Vite", "qty": 1, "net_price": 1, "vat": {"id": 0}}
    model = {"type": "quote", "entity": {"name": "Rossi Srl"}, "items_list": [row]}
    order = {"data": {"document": model, "first_date": "2026-03-15"}}
    first, second = (client.data("POST", "recurrences", json=order)["id"] for _ in range(2))
    headers = {"Idempotency-Key": "k1"}
    assert client.post(f"recurrences/{first}/run", json={}, headers=headers).status_code == 200
    for address in (f"recurrences/{second}/run", f"recurrences/{first}/run?limit=1"):
        refused = client.post(address, json={}, headers=headers)
        assert (refused.status_code, refused.json()["error"]["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert client.post(f"recurrences/{first}/run", json={}, headers=headers).headers["idempotent-replayed"] == "true"
    assert client.get("issued_documents?type=quote").json()["total"] == 1


def test_a_refused_create_may_be_sent_again_with_its_key(client: Any) -> None:
    assert _create(client, "k1", "").status_code == 422
    assert _create(client, "k1", "Rossi Srl").status_code == 200


def test_a_key_belongs_to_its_operation(client: Any) -> None:
    _create(client, "k1")
    other = client.post("entities/suppliers", json={"data": {"name": "Rossi Srl"}}, headers={"Idempotency-Key": "k1"})
    assert other.status_code == 200
    assert "idempotent-replayed" not in other.headers


def test_a_key_is_forgotten_after_a_day(client: Any, clock: Any) -> None:
    _create(client, "k1")
    clock.advance(hours=23, minutes=59)
    assert _create(client, "k1").headers.get("idempotent-replayed") == "true"
    clock.advance(minutes=2)
    assert "idempotent-replayed" not in _create(client, "k1").headers
    assert client.get("entities/clients").json()["total"] == 2


def test_an_overlong_key_is_refused(client: Any) -> None:
    assert _create(client, "k" * 256).json()["error"]["code"] == "IDEMPOTENCY_KEY_TOO_LONG"


def test_twelve_requests_at_once_with_one_key_make_one_client(client: Any) -> None:
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: _create(client, "k1"), range(12)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert client.get("entities/clients").json()["total"] == 1
