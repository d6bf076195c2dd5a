"""The pages of price lists and of the prices in one."""

from typing import Any

import pytest

from support import Client
from web.conftest import Visitor
from web.pages import Pages

HOSTILE = "<script>alert(1)</script>"


def product(client: Client, name: str = "Sedia", **facts: Any) -> int:
    id: int = client.data("POST", "products", json={"data": {"name": name, "net_price": 10, **facts}})["id"]
    return id


def new(client: Client, **facts: Any) -> str:
    id: str = client.data("POST", "price_lists", json={"data": {"name": "Ingrosso", **facts}})["id"]
    return id


def prices(client: Client, id: str) -> dict[str, Any]:
    return {key: item["price"] for key, item in client.data("GET", f"price_lists/{id}/items").items()}


def inputs(pages: Pages) -> dict[str, str]:
    return {each.get("name"): each.get("value") for each in pages.find("//td//input[@inputmode]")}


def test_who_may_not_change_products_sees_prices_without_inputs(visitor: Visitor, client: Client) -> None:
    id = new(client)
    product(client)
    reader = visitor({"fic_products": "read"})
    assert reader.get("/price_lists").find("//a[@data-new]") == []
    assert (reader.get(f"/price_lists/{id}").status, inputs(reader)) == (200, {})
    assert reader.post(f"/price_lists/{id}", {"1.price": "3", "act": "save"}).status == 403
    assert reader.post(f"/price_lists/{id}/delete").status == 403
    assert visitor({"fic_products": "none"}).get(f"/price_lists/{id}").status == 403
    assert prices(client, id) == {}


def test_another_companys_price_lists_are_not_there(visitor: Visitor, make_company: Any, client: Client) -> None:
    id = new(client)
    stranger = visitor(company=make_company())
    assert stranger.get("/price_lists").rows == []
    for path in (f"/price_lists/{id}", f"/price_lists/{id}/edit", f"/app/{client.company_id}/price_lists/{id}"):
        assert stranger.get(path).status == 404


def test_a_list_is_made_changed_and_deleted(pages: Pages, client: Client) -> None:
    pages.get("/price_lists/new").submit(name=HOSTILE, type="sell", prices_type="gross", valid_to="2026-12-31")
    assert pages.title == HOSTILE
    assert "<script>alert" not in pages.text
    [made] = client.data("GET", "price_lists")
    assert (made["prices_type"], made["valid_from"], made["valid_to"]) == ("gross", None, "2026-12-31")
    assert pages.get("/price_lists").rows == [[HOSTILE, "Vendita", "Lordi, con IVA", "Fino al 31/12/2026", ""]]
    pages.get(f"/price_lists/{made['id']}/edit").submit(name="Estate", is_default="on")
    assert pages.get("/price_lists").rows[0][::4] == ["Estate", "Predefinito"]
    pages.get(f"/price_lists/{made['id']}").submit(f"/price_lists/{made['id']}/delete")
    assert client.data("GET", "price_lists") == []


def test_a_list_that_ends_before_it_begins_is_told_at_its_input(pages: Pages, client: Client) -> None:
    pages.get("/price_lists/new").submit(name="Estate", valid_from="2026-02-01", valid_to="2026-01-31")
    assert pages.status == 422
    assert pages.errors == {"valid_to": "La fine non può venire prima dell'inizio."}
    assert pages.find("//input[@name='name']/@value") == ["Estate"]
    assert client.data("GET", "price_lists") == []


def test_several_prices_are_set_at_once_and_an_empty_one_goes(pages: Pages, client: Client) -> None:
    id = new(client)
    one, two, three = (product(client, name) for name in ("A", "B", "C"))
    client.put(f"price_lists/{id}/items", json={"data": {one: {"price": 8}, three: {"price": 9}}})
    pages.get(f"/price_lists/{id}")
    assert [row[3:] for row in pages.rows] == [["", "-20%"], ["", ""], ["", "-10%"]]
    pages.submit("", {f"{one}.price": "", f"{two}.price": "1.234,565", "act": "save"})
    assert prices(client, id) == {str(two): 1234.565, str(three): 9}
    assert "2 prezzi cambiati." in pages.text
    assert inputs(pages) == {f"{one}.price": "", f"{two}.price": "1.234,565", f"{three}.price": "9"}


def test_a_price_that_was_not_touched_does_not_take_anothers_change_back(pages: Pages, client: Client) -> None:
    id = new(client)
    one, two = product(client, "A"), product(client, "B")
    pages.get(f"/price_lists/{id}")
    client.put(f"price_lists/{id}/items", json={"data": {one: {"price": 5}}})
    pages.submit("", {f"{two}.price": "6", "act": "save"})
    assert prices(client, id) == {str(one): 5, str(two): 6}


def test_a_price_that_is_none_is_told_at_its_input_and_nothing_is_saved_or_lost(pages: Pages, client: Client) -> None:
    id = new(client)
    one, two = product(client, "A"), product(client, "B")
    pages.get(f"/price_lists/{id}").submit("", {f"{one}.price": "tanto", f"{two}.price": "6"})
    assert (pages.status, pages.errors) == (422, {f"{one}.price": "Scrivi un numero, per esempio 1.234,56."})
    assert inputs(pages) == {f"{one}.price": "tanto", f"{two}.price": "6"}
    assert prices(client, id) == {}
    pages.get(f"/price_lists/{id}").submit("", {f"{one}.price": "1" + "0" * 12})
    assert pages.errors == {f"{one}.price": "Scrivi un numero sotto mille miliardi."}


def test_the_filter_narrows_the_products_and_saving_keeps_it(pages: Pages, client: Client) -> None:
    id = new(client)
    product(client, "Sedia"), product(client, "Tavolo")
    pages.get(f"/price_lists/{id}?text=tavo")
    assert [row[0] for row in pages.rows] == ["Tavolo"]
    [name] = inputs(pages)
    pages.submit("", {name: "7", "act": "save"})
    assert [row[0] for row in pages.rows] == ["Tavolo"]
    assert "Nessun risultato" in pages.get(f"/price_lists/{id}?text=armadio").said()


@pytest.mark.parametrize("act", ["fill", "enter"])
def test_a_percentage_fills_the_prices_without_saving_them(pages: Pages, client: Client, act: str) -> None:
    id = new(client)
    one, two, three = (
        product(client, name, net_price=price) for name, price in (("A", 9.99), ("B", 0.0125), ("C", 300))
    )
    pages.get(f"/price_lists/{id}").submit("", {"percent": "-10", "act": act})
    assert inputs(pages) == {f"{one}.price": "8,99", f"{two}.price": "0,0113", f"{three}.price": "270"}
    assert "non ancora salvati" in pages.said()
    assert prices(client, id) == {}
    pages.submit("", {"act": "enter"})
    assert prices(client, id) == {str(one): 8.99, str(two): 0.0113, str(three): 270}


def test_a_percentage_that_cannot_be_is_told_at_its_input(pages: Pages, client: Client) -> None:
    id = new(client)
    product(client)
    for wrong in ("tanto", "-101", "1001", ""):
        pages.get(f"/price_lists/{id}").submit("", {"percent": wrong, "act": "fill"})
        assert (pages.status, list(pages.errors)) == (422, ["percent"])


def test_a_list_stands_beside_the_price_that_it_replaces(pages: Pages, client: Client) -> None:
    product(client, net_price=10, net_cost=4)
    for facts, base in (
        ({}, "10"),
        ({"prices_type": "gross"}, "12,2"),
        ({"type": "purchase"}, "4"),
    ):
        assert pages.get(f"/price_lists/{new(client, **facts)}").rows[0][2] == base


def test_products_lead_to_the_price_lists(pages: Pages) -> None:
    assert pages.get("/products").find("//main//a[contains(@href, '/price_lists')]")
    assert "Ancora nessun listino" in pages.get("/price_lists").said()
