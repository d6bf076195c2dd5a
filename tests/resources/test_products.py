from decimal import Decimal
from typing import Any

import fattureincloud_python_sdk as vendor
import pytest

from mastro.api.call import Installation
from mastro.resources import setup
from mastro.resources.products import move_stock
from support import CheckAccess, Client, Clock, MakeCompany, MakeToken, OpenCall, Sdk

VAT_22 = {"id": 0}


def new(client: Client, **facts: object) -> dict[str, Any]:
    """A product, created."""
    created: dict[str, Any] = client.data("POST", "products", json={"data": {"name": "Sedia", **facts}})
    return created


def test_access(client: Client, check_access: CheckAccess) -> None:
    product = new(client)
    body = {"data": {"name": "Sedia"}}
    check_access("GET", "products", needs="products:r")
    check_access("POST", "products", needs="products:a", json=body)
    check_access("GET", f"products/{product['id']}", needs="products:r")
    check_access("PUT", f"products/{product['id']}", needs="products:a", json=body)
    check_access("DELETE", f"products/{product['id']}", needs="products:a")


def test_a_product_of_another_company_is_not_there(
    client: Client, make_company: MakeCompany, make_token: MakeToken
) -> None:
    product = new(client)
    other = make_company()
    stranger = Client(client.http, other, make_token(company_id=other))
    assert stranger.get(f"products/{product['id']}").status_code == 404
    assert stranger.data("GET", "products") == []


def test_the_vendors_client_creates_reads_changes_lists_and_deletes(sdk: Sdk, company_id: int) -> None:
    api = vendor.ProductsApi(sdk())
    body = vendor.Product(name="Tavolo", code="T1", net_price=100, default_vat=vendor.VatType(id=0), in_stock=True)
    created = api.create_product(company_id, vendor.CreateProductRequest(data=body)).data
    assert (created.gross_price, created.default_vat.value) == (122, 22)
    assert api.get_product(company_id, created.id).data.name == "Tavolo"
    change = vendor.ModifyProductRequest(data=vendor.Product(name="Tavolo", net_price=200))
    assert api.modify_product(company_id, created.id, change).data.gross_price == 244
    assert [row.code for row in api.list_products(company_id, q="code = 'T1'").data] == ["T1"]
    api.delete_product(company_id, created.id)
    assert api.list_products(company_id).total == 0


def test_the_gross_price_is_calculated_from_the_net_one(client: Client) -> None:
    product = new(client, net_price=9.99, default_vat=VAT_22)
    assert product["gross_price"] == 12.1878
    assert product["use_gross_price"] is False


def test_the_net_price_is_calculated_from_the_gross_one_where_that_counts(client: Client) -> None:
    product = new(client, net_price=1, gross_price=100, use_gross_price=True, default_vat=VAT_22)
    assert (product["net_price"], product["gross_price"]) == (81.96721311, 100)


def test_a_gross_price_alone_counts(client: Client) -> None:
    assert new(client, gross_price=12.20, default_vat=VAT_22)["net_price"] == 10


@pytest.mark.parametrize(
    ("change", "prices"),
    [
        ({"gross_price": 244}, (200, 244)),
        ({"net_price": 50}, (50, 61)),
        ({"net_price": 50, "gross_price": 1000}, (50, 61)),
        ({"default_vat": {"id": 4}}, (100, 104)),
        ({"name": "Sgabello"}, (100, 122)),
    ],
)
def test_the_price_that_is_changed_leads_the_other(
    client: Client, change: dict[str, object], prices: tuple[int, int]
) -> None:
    product = new(client, net_price=100, default_vat=VAT_22)
    changed = client.data("PUT", f"products/{product['id']}", json={"data": change})
    assert (changed["net_price"], changed["gross_price"]) == prices


def test_a_product_without_vat_type_takes_the_companys_default(client: Client) -> None:
    product = new(client, net_price=100)
    assert product["default_vat"]["id"] == 0
    assert product["gross_price"] == 122


def test_a_vat_type_is_also_found_by_rate_and_natura(client: Client) -> None:
    assert new(client, default_vat={"value": 10})["default_vat"]["id"] == 3
    exempt = new(client, default_vat={"value": 0, "ei_type": "N4"})["default_vat"]
    assert exempt["ei_type"] == "N4"


@pytest.mark.parametrize(
    ("facts", "path"),
    [
        ({"name": ""}, "data.name"),
        ({"default_vat": {"id": 999}}, "data.default_vat.id"),
        ({"default_vat": {"value": 17}}, "data.default_vat.id"),
        ({"default_vat": {}}, "data.default_vat.id"),
        ({"default_vat": {"value": 101}}, "data.default_vat.value"),
        ({"net_price": "much"}, "data.net_price"),
        ({"net_price": 10**12}, "data.net_price"),
        ({"in_stock": "perhaps"}, "data.in_stock"),
        ({"code": "a\x00b"}, "data.code"),
    ],
)
def test_what_cannot_be_is_refused_with_the_path_of_the_key(
    client: Client, facts: dict[str, object], path: str
) -> None:
    answer = client.post("products", json={"data": {"name": "Sedia", **facts}})
    assert answer.status_code == 422
    assert list(answer.json()["error"]["validation_result"]) == [path]


def test_a_price_above_what_a_column_holds_is_kept_in_the_body(client: Client) -> None:
    product = new(client, net_price=999_999_999_999, default_vat={"id": 21})
    assert client.data("GET", f"products/{product['id']}")["net_price"] == 999_999_999_999
    assert client.get("products", params={"q": "net_price > 90000000000"}).json()["total"] == 1
    assert client.get("products", params={"q": "net_price < 999999999999999"}).status_code == 200


def test_a_name_longer_than_an_index_takes_is_kept_whole(client: Client) -> None:
    name = "".join(chr(0x4E00 + i % 20000) for i in range(6000))
    product = new(client, name=name, code=name, category=name)
    assert client.data("GET", f"products/{product['id']}")["name"] == name


def test_the_stock_follows_what_moves_it(client: Client, call: OpenCall) -> None:
    product = new(client, in_stock=True, stock_initial=10)
    service = new(client, in_stock=False)
    assert (product["stock_current"], service["stock_current"]) == (10, None)
    with call() as moving:
        move_stock(moving, {product["id"]: Decimal("-3.5"), service["id"]: Decimal(1), 9999: Decimal(1)})
    assert client.data("GET", f"products/{product['id']}")["stock_current"] == 6.5
    assert client.data("GET", f"products/{service['id']}")["stock_current"] is None
    raised = client.data("PUT", f"products/{product['id']}", json={"data": {"stock_initial": 20, "stock_current": 1}})
    assert raised["stock_current"] == 16.5


def test_a_list_is_filtered_sorted_and_paged(client: Client) -> None:
    for name, price in (("Armadio", 300), ("Sgabello", 20.5), ("Tàvolo", 100)):
        new(client, name=name, net_price=price, category="Mobili")
    new(client, name="Consulenza", net_price=80)
    page = client.get("products", params={"q": "category = 'mobili' and net_price >= 20.5", "sort": "-net_price"})
    assert [row["name"] for row in page.json()["data"]] == ["Armadio", "Tàvolo", "Sgabello"]
    assert [row["name"] for row in client.data("GET", "products", params={"q": "name like 'tavo%'"})] == ["Tàvolo"]
    second = client.get("products", params={"sort": "name", "per_page": 3, "page": 2}).json()
    assert [row["name"] for row in second["data"]] == ["Tàvolo"]
    assert (second["total"], second["from"], second["to"], second["last_page"]) == (4, 4, 4, 2)


@pytest.mark.parametrize("query", [{"q": "measure = 'kg'"}, {"q": "name ="}, {"sort": "id_"}, {"per_page": "101"}])
def test_a_list_refuses_what_it_cannot_do(client: Client, query: dict[str, str]) -> None:
    assert client.get("products", params=query).status_code == 422


def test_fields_narrow_the_answer(client: Client) -> None:
    product = new(client, net_price=5)
    shown = client.data("GET", f"products/{product['id']}", params={"fields": "id,default_vat.value"})
    assert shown == {"id": product["id"], "default_vat": {"value": 22}}
    assert "notes" not in client.data("GET", "products")[0]
    assert "notes" in client.data("GET", "products", params={"fieldset": "detailed"})[0]


def test_times_of_creation_and_change(client: Client, clock: Clock) -> None:
    product = new(client, created_at="1999-01-01 00:00:00")
    clock.advance(hours=1)
    changed = client.data("PUT", f"products/{product['id']}", json={"data": {"notes": "x"}})
    assert changed["created_at"] == "2026-03-02 09:30:00"
    assert changed["updated_at"] == "2026-03-02 10:30:00"
    found = client.get("products", params={"q": "updated_at > '2026-03-02 10:00:00'"}).json()
    assert found["total"] == 1


def test_categories_are_those_in_use(client: Client, installation: Installation) -> None:
    def categories() -> object:
        return client.data("GET", "info/product_categories", params={"context": "products"})

    chair = new(client, category="Mobili")
    new(client, category="Mobili")
    lamp = new(client, category="àbat-jour")
    assert categories() == ["àbat-jour", "Mobili"]
    client.data("PUT", f"products/{lamp['id']}", json={"data": {"category": "Luci"}})
    client.delete(f"products/{chair['id']}")
    assert categories() == ["Luci", "Mobili"]
    setup.reindex(installation.database)
    assert categories() == ["Luci", "Mobili"]
    assert client.get("products").json()["total"] == 2
