"""Lists as spreadsheets, and what became of a product."""

import io
from typing import Any

import pytest

from mastro import sheets
from resources.issued_documents import create, row
from support import CheckAccess, Client


def rows_of(client: Client, path: str, **query: Any) -> list[list[str]]:
    answer = client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return [list(row) for row in sheets.read(io.BytesIO(answer.content).getvalue(), "").rows if any(row)]


@pytest.mark.parametrize(
    ("path", "scope"),
    [("entities/clients", "entity.clients"), ("entities/suppliers", "entity.suppliers"), ("products", "products")],
)
def test_a_list_as_a_file_needs_the_scope_to_read(path: str, scope: str, check_access: CheckAccess) -> None:
    check_access("GET", f"{path}/file", needs=f"{scope}:r")


def test_a_file_has_what_the_filter_finds_in_its_order(client: Client) -> None:
    for name in ("Bianchi", "Azzurri", "=1+1"):
        client.data("POST", "entities/clients", json={"data": {"name": name}})
    found = rows_of(client, "entities/clients/file", q="name contains 'i'", sort="name", format="csv")
    assert [line[1] for line in found] == ["Nome", "Azzurri", "Bianchi"]
    assert [line[1] for line in rows_of(client, "entities/clients/file", ids="1,3", format="csv")][1] == "Bianchi"
    assert "'=1+1" in client.get("entities/clients/file", params={"format": "csv"}).text
    assert client.get("entities/clients/file", params={"ids": "1;2"}).status_code == 422


@pytest.mark.parametrize("path", ["entities/clients", "entities/suppliers", "products"])
def test_what_goes_out_comes_in_again(client: Client, path: str) -> None:
    client.data("POST", path, json={"data": {"name": "Uno", "code": "U1", "notes": "x"}})
    content = client.get(f"{path}/file").content
    sent = {"data": {"resource": path.rsplit("/", maxsplit=1)[-1]}, "files": {"attachment": ("lista.xlsx", content)}}
    found = client.data("POST", "table_imports", **sent)
    named = {column["name"]: column["key"] for column in found["columns"]}
    assert (found["rows"], named["Nome"], named["Codice"]) == (1, "name", "code")
    assert [name for name, key in named.items() if not key] == []


def stocked(client: Client) -> int:
    body = {"name": "Vite", "code": "V1", "net_price": 2, "in_stock": True, "stock_initial": 10}
    id: int = client.data("POST", "products", json={"data": body})["id"]
    return id


def test_the_history_of_a_product_needs_sales_and_purchases(client: Client, check_access: CheckAccess) -> None:
    id = stocked(client)
    for name in ("stock_movements", "product_prices"):
        check_access("GET", f"reports/{name}?product_id={id}", needs="products:r")
    assert client.get("reports/stock_movements?product_id=999").status_code == 422


def test_the_movements_of_a_product_lead_to_its_stock(client: Client) -> None:
    id = stocked(client)
    sold = row(2, product_id=id, qty=4, stock=True)
    create(client, items_list=[sold], date="2026-03-01", entity={"name": "Bianchi"})
    create(client, items_list=[{**sold, "qty": 1.5}], date="2026-03-02", entity={"name": "Verdi"})
    found = client.data("GET", "reports/stock_movements", params={"product_id": id})
    assert found["stock_current"] == 4.5
    assert [(line["party"], line["quantity"], line["stock"]) for line in found["rows"]] == [
        ("Verdi", -1.5, 4.5),
        ("Bianchi", -4, 6),
    ]


def test_the_last_price_to_each_customer_is_that_of_the_newest_document(client: Client) -> None:
    id = stocked(client)
    for day, name, price in (("2026-03-01", "Bianchi", 2), ("2026-03-02", "Bianchi", 3), ("2026-03-02", "Verdi", 5)):
        create(client, items_list=[row(price, product_id=id)], date=day, entity={"name": name})
    found = client.data("GET", "reports/product_prices", params={"product_id": id})["rows"]
    assert {(line["party"], line["net_price"]) for line in found} == {("Bianchi", 3), ("Verdi", 5)}
    assert client.data("GET", "reports/product_prices", params={"product_id": id, "side": "purchases"})["rows"] == []
