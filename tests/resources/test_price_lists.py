from typing import Any

import fattureincloud_python_sdk as vendor
import pytest

from resources.issued_documents import body, change, create
from support import CheckAccess, Client, MakeCompany, MakeToken, Sdk


def new(client: Client, **facts: Any) -> dict[str, Any]:
    """A price list, created."""
    created: dict[str, Any] = client.data("POST", "price_lists", json={"data": {"name": "Ingrosso", **facts}})
    return created


def product(client: Client) -> int:
    id: int = client.data("POST", "products", json={"data": {"name": "Sedia", "net_price": 10}})["id"]
    return id


def set_prices(client: Client, list_id: str, prices: object) -> Any:
    return client.put(f"price_lists/{list_id}/items", json={"data": prices})


def test_access(client: Client, check_access: CheckAccess) -> None:
    id = new(client)["id"]
    check_access("GET", "price_lists")
    check_access("POST", "price_lists", needs="products:a", json={"data": {"name": "Ingrosso"}})
    check_access("GET", f"price_lists/{id}")
    check_access("PUT", f"price_lists/{id}", needs="products:a", json={"data": {"name": "Ingrosso"}})
    check_access("GET", f"price_lists/{id}/items")
    check_access("PUT", f"price_lists/{id}/items", needs="products:a", json={"data": {}})
    check_access("DELETE", f"price_lists/{id}", needs="products:a")


def test_a_price_list_of_another_company_is_not_there(
    client: Client, make_company: MakeCompany, make_token: MakeToken
) -> None:
    id = new(client)["id"]
    other = make_company()
    stranger = Client(client.http, other, make_token(company_id=other))
    assert stranger.data("GET", "price_lists") == []
    for path in (f"price_lists/{id}", f"price_lists/{id}/items"):
        assert stranger.get(path).status_code == 404
        assert stranger.put(path, json={"data": {}}).status_code == 404


def test_the_vendors_client_reads_lists_and_prices(sdk: Sdk, client: Client) -> None:
    id = new(client, valid_from="2026-01-01", valid_to="2026-12-31", type="sell", prices_type="gross")["id"]
    chair = product(client)
    assert set_prices(client, id, {chair: {"price": 3.5}}).json() == {"data": {str(chair): {"price": 3.5}}}
    api = vendor.PriceListsApi(sdk())
    (listed,) = api.get_price_lists(client.company_id).data
    assert (listed.id, listed.name, listed.prices_type, listed.valid_from) == ("1", "Ingrosso", "gross", "2026-01-01")
    assert api.get_price_list_items(client.company_id, id).data[str(chair)].price == 3.5


def test_prices_that_are_sent_are_set_null_takes_off_and_the_others_stay(client: Client) -> None:
    id = new(client)["id"]
    one, two, three = (product(client) for _ in range(3))
    set_prices(client, id, {one: {"price": 1}, two: {"price": 2}})
    set_prices(client, id, {two: None, three: {"price": 0.00000003}})
    prices = client.data("GET", f"price_lists/{id}/items")
    assert prices == {str(one): {"price": 1}, str(three): {"price": 3e-08}}


@pytest.mark.parametrize(
    ("prices", "path"),
    [
        ([], "data"),
        ("x", "data"),
        ({"x": {"price": 1}}, "data.x"),
        ({"999": {"price": 1}}, "data.999"),
        ({"1": {"price": "1"}}, "data.1.price"),
        ({"1": {"price": True}}, "data.1.price"),
        ({"1": {"price": 10**12}}, "data.1.price"),
        ({str(n): {"price": 1} for n in range(10_001)}, "data"),
    ],
)
def test_prices_that_cannot_be_are_refused(client: Client, prices: object, path: str) -> None:
    id = new(client)["id"]
    product(client)
    answer = set_prices(client, id, prices)
    assert answer.status_code == 422
    assert list(answer.json()["error"]["validation_result"]) == [path]
    assert client.data("GET", f"price_lists/{id}/items") == {}


def test_a_body_that_is_no_json_is_refused(client: Client) -> None:
    id = new(client)["id"]
    assert client.put(f"price_lists/{id}/items", content=b"{").status_code == 422
    assert client.put(f"price_lists/{id}/items", content=b"[]").status_code == 422


def test_one_list_of_each_type_is_the_default(client: Client) -> None:
    first = new(client, is_default=True)["id"]
    purchase = new(client, is_default=True, type="purchase")["id"]
    second = new(client, is_default=True)["id"]
    defaults = {row["id"]: row["is_default"] for row in client.data("GET", "price_lists")}
    assert defaults == {first: False, purchase: True, second: True}
    client.data("PUT", f"price_lists/{first}", json={"data": {"is_default": True}})
    assert client.data("GET", f"price_lists/{second}")["is_default"] is False


def test_a_list_is_deleted_with_its_prices(client: Client) -> None:
    id = new(client)["id"]
    chair = product(client)
    set_prices(client, id, {chair: {"price": 1}})
    assert client.delete(f"price_lists/{id}").status_code == 200
    assert client.get(f"price_lists/{id}/items").status_code == 404
    assert client.data("GET", "price_lists") == []


@pytest.mark.parametrize(
    ("facts", "path"),
    [
        ({"name": ""}, "data.name"),
        ({"prices_type": "half"}, "data.prices_type"),
        ({"type": "rent"}, "data.type"),
        ({"valid_from": "soon"}, "data.valid_from"),
        ({"valid_from": "2026-02-01", "valid_to": "2026-01-31"}, "data.valid_to"),
    ],
)
def test_what_cannot_be_is_refused_with_the_path_of_the_key(client: Client, facts: dict[str, Any], path: str) -> None:
    answer = client.post("price_lists", json={"data": {"name": "Ingrosso", **facts}})
    assert answer.status_code == 422
    assert list(answer.json()["error"]["validation_result"]) == [path]


def test_clients_and_documents_name_a_list_that_there_is(client: Client) -> None:
    id = new(client)["id"]
    customer = {"name": "Rossi", "price_list_id": id}
    assert client.data("POST", "entities/clients", json={"data": customer})["price_list_id"] == id
    invoice = create(client, price_list_id=id)
    for wrong in ("2", "x", "9" * 30):
        refused = [
            client.post("entities/clients", json={"data": {**customer, "price_list_id": wrong}}),
            client.post("issued_documents", json={"data": body(price_list_id=wrong)}),
        ]
        for answer in refused:
            assert list(answer.json()["error"]["validation_result"]) == ["data.price_list_id"]
    client.delete(f"price_lists/{id}")
    assert change(client, invoice["id"], notes="Grazie")["price_list_id"] == id


def test_forms_show_the_price_lists(client: Client) -> None:
    price_list = new(client)
    assert client.data("GET", "entities/clients/info")["price_lists"] == [price_list]
    assert client.data("GET", "issued_documents/info?type=invoice")["price_lists"] == [price_list]
