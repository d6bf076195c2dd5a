"""The stock over a period, against a small warehouse that was reckoned by hand."""

from typing import Any

from resources.issued_documents import create, row
from support import CheckAccess, Client, MakeCompany, MakeToken


def stocked(client: Client, name: str, initial: float, **more: Any) -> int:
    data = {"name": name, "in_stock": True, "stock_initial": initial, **more}
    id: int = client.data("POST", "products", json={"data": data})["id"]
    return id


def sell(client: Client, product: int, quantity: float, date: str, type: str = "invoice") -> None:
    rows = [row(net_price=10, qty=quantity, product_id=product, stock=True)]
    create(client, type=type, date=date, items_list=rows, **({} if type == "delivery_note" else {"payments_list": []}))


def buy(client: Client, product: int, quantity: float, date: str) -> None:
    rows = [{"product_id": product, "name": "Vite", "qty": quantity, "net_price": 2, "vat": {"id": 0}, "stock": True}]
    sent = {"type": "expense", "date": date, "entity": {"name": "Carta S.r.l."}, "is_detailed": True}
    client.data("POST", "received_documents", json={"data": sent | {"items_list": rows}})


def get(client: Client, query: str = "") -> Any:
    return client.data("GET", f"reports/stock{query}")


def test_access(client: Client, check_access: CheckAccess) -> None:
    check_access("GET", "reports/stock", needs="stock:r")


def test_a_year_begins_with_what_was_there_and_ends_with_what_is_left(client: Client) -> None:
    screws = stocked(client, "Viti", 100, code="V1", net_cost=1.5, measure="pz")
    sell(client, screws, 10, "2025-12-31")
    sell(client, screws, 30, "2026-01-01")
    buy(client, screws, 50, "2026-01-20")
    sell(client, screws, 5, "2026-01-31", "delivery_note")
    sell(client, screws, 7, "2026-02-01")
    stored = client.data("GET", f"products/{screws}")
    assert stored["stock_current"] == 98
    january = get(client, "?from=2026-01-01&to=2026-01-31")
    (line,) = january["rows"]
    figures = {key: line[key] for key in ("opening", "loaded", "unloaded", "closing", "value")}
    assert figures == {"opening": 90, "loaded": 50, "unloaded": 35, "closing": 105, "value": 157.5}
    assert (line["code"], line["measure"], january["value"]) == ("V1", "pz", 157.5)
    (line,) = get(client, "?from=2025-01-01&to=2025-12-31")["rows"]
    assert (line["opening"], line["unloaded"], line["closing"]) == (100, 10, 90)


def test_only_stocks_above_zero_with_a_cost_are_worth_something(client: Client) -> None:
    short = stocked(client, "Bulloni", 1, net_cost=2)
    stocked(client, "Dadi", 4)
    client.data("POST", "products", json={"data": {"name": "Consulenza"}})
    sell(client, short, 3, "2026-01-10")
    found = get(client)
    assert [(line["name"], line["closing"], line["value"]) for line in found["rows"]] == [
        ("Bulloni", -2, -4),
        ("Dadi", 4, None),
    ]
    assert (found["value"], found["below_zero"], found["without_cost"]) == (0, 1, 1)


def test_a_company_sees_only_its_own_stock(client: Client, make_company: MakeCompany, make_token: MakeToken) -> None:
    other = make_company()
    product = stocked(client, "Viti", 100)
    theirs = Client(client.http, other, make_token(company_id=other))
    same = stocked(theirs, "Dadi", 7)
    sell(client, product, 5, "2026-01-10")
    assert same == product  # ids are counted by company
    assert [(line["name"], line["closing"]) for line in get(theirs)["rows"]] == [("Dadi", 7)]


def test_the_stock_is_a_file(client: Client) -> None:
    stocked(client, "Viti", 100, net_cost=1.5)
    text = client.get("reports/stock?format=csv&from=2026-01-01&to=2026-12-31").content.decode("utf-8-sig")
    assert "Viti" in text
    assert "150,00" in text
