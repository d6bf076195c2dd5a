"""What holds when many requests come at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx2

from support import Client


def _together(count: int, work: Callable[[int], int]) -> list[int]:
    with ThreadPoolExecutor(count) as pool:
        return sorted(pool.map(work, range(count)))


def test_a_code_is_taken_once(served: str, client: Client) -> None:
    headers = {"Authorization": f"Bearer {client.token}"}
    address = f"{served}/c/{client.company_id}/entities/clients"

    def create(_number: int) -> int:
        return httpx2.post(address, json={"data": {"name": "A", "code": "C1"}}, headers=headers).status_code

    assert _together(8, create) == [200] + [409] * 7
    assert client.get("entities/clients").json()["total"] == 1


def test_ids_follow_each_other_without_gap_or_twin(served: str, client: Client) -> None:
    headers = {"Authorization": f"Bearer {client.token}"}
    address = f"{served}/c/{client.company_id}/products"

    def create(number: int) -> int:
        body = {"data": {"name": f"P{number}", "category": f"C{number % 3}"}}
        id: int = httpx2.post(address, json=body, headers=headers).json()["data"]["id"]
        return id

    assert _together(24, create) == list(range(1, 25))
    assert client.get("products", params={"per_page": 1}).json()["total"] == 24
    assert client.data("GET", "info/product_categories", params={"context": "products"}) == ["C0", "C1", "C2"]


def test_changes_of_different_keys_at_the_same_moment_are_all_kept(served: str, client: Client) -> None:
    headers = {"Authorization": f"Bearer {client.token}"}
    id = client.data("POST", "products", json={"data": {"name": "A"}})["id"]
    address = f"{served}/c/{client.company_id}/products/{id}"
    keys = ("code", "measure", "description", "category", "notes")

    def change(number: int) -> int:
        return httpx2.put(address, json={"data": {keys[number]: "changed"}}, headers=headers).status_code

    assert _together(5, change) == [200] * 5
    product = client.data("GET", f"products/{id}")
    assert [product[key] for key in keys] == ["changed"] * 5
