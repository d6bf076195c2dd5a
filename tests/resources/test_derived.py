"""What follows from documents: stock, and the cashbook made anew."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import httpx2
import pytest
from sqlalchemy import delete, select

from mastro.api.call import Installation
from mastro.database.schema import events
from mastro.resources import setup
from mastro.resources.derived.cash import cashbook_entries
from mastro.resources.derived.stock import stock_movements
from resources.issued_documents import account_of, body, change, create, row
from support import Client


def product(client: Client, **facts: Any) -> int:
    sent = {"name": "Sedia", "net_price": 100, "in_stock": True, "stock_initial": 10, **facts}
    id: int = client.data("POST", "products", json={"data": sent})["id"]
    return id


def stock(client: Client, id: int) -> Any:
    return client.data("GET", f"products/{id}")["stock_current"]


def moving(id: int, qty: float = 3, **more: Any) -> dict[str, Any]:
    return row(product_id=id, qty=qty, stock=True, **more)


@pytest.mark.parametrize(
    ("type", "left"),
    [
        ("invoice", 7),
        ("receipt", 7),
        ("delivery_note", 7),
        ("work_report", 7),
        ("credit_note", 13),
        ("quote", 10),
        ("proforma", 10),
        ("order", 10),
        ("supplier_order", 10),
    ],
)
def test_goods_leave_with_what_delivers_them_and_come_back_with_a_credit_note(
    client: Client, type: str, left: int
) -> None:
    id = product(client)
    create(client, type, items_list=[moving(id)])
    assert stock(client, id) == left


def test_only_rows_with_the_mark_and_products_with_stock_move(client: Client) -> None:
    id, service = product(client), product(client, in_stock=False)
    create(client, items_list=[row(product_id=id, qty=3), moving(service), moving(999), row(stock=True)])
    assert (stock(client, id), stock(client, service)) == (10, None)


def test_a_change_a_delete_and_the_way_back_move_the_stock(client: Client) -> None:
    id, other = product(client), product(client)
    invoice = create(client, items_list=[moving(id), moving(id, 0.5)])
    assert stock(client, id) == 6.5
    sent = {"data": {"items_list": [moving(id, 1), moving(other, 2)]}, "options": {"fix_payments": True}}
    client.data("PUT", f"issued_documents/{invoice['id']}", json=sent)
    assert (stock(client, id), stock(client, other)) == (9, 8)
    change(client, invoice["id"], notes="Grazie")
    client.delete(f"issued_documents/{invoice['id']}")
    assert (stock(client, id), stock(client, other)) == (10, 10)
    client.data("POST", f"bin/issued_documents/{invoice['id']}/recover")
    assert (stock(client, id), stock(client, other)) == (9, 8)


@pytest.mark.parametrize(("type", "left"), [("expense", 13), ("passive_delivery_note", 13), ("passive_credit_note", 7)])
def test_goods_come_with_what_a_supplier_sends(client: Client, type: str, left: int) -> None:
    id = product(client)
    rows = [{"product_id": id, "name": "Sedia", "net_price": 50, "qty": 3, "vat": {"id": 0}, "stock": 1}]
    sent = {"type": type, "entity": {"name": "Fornitore"}, "items_list": rows}
    received = client.data("POST", "received_documents", json={"data": sent})
    assert stock(client, id) == left
    client.delete(f"received_documents/{received['id']}")
    assert stock(client, id) == 10


def test_a_movement_is_told_of(client: Client, installation: Installation) -> None:
    id = product(client)
    invoice = create(client, items_list=[moving(id)])
    change(client, invoice["id"], notes="Grazie")

    def told() -> int:
        with installation.database.read() as session:
            found = select(events.c.id).where(
                events.c.company_id == client.company_id, events.c.type == "products.stock_update"
            )
            return len(session.rows(found))

    assert told() == 1
    client.delete(f"issued_documents/{invoice['id']}")
    assert told() == 2


def test_a_product_that_is_counted_from_some_day_on_knows_what_moved_before(client: Client) -> None:
    id = product(client, in_stock=False)
    create(client, items_list=[moving(id)])
    counted = client.data("PUT", f"products/{id}", json={"data": {"in_stock": True, "stock_initial": 5}})
    assert counted["stock_current"] == 2
    recounted = client.data("PUT", f"products/{id}", json={"data": {"stock_initial": 20}})
    assert recounted["stock_current"] == 17


def test_movements_at_the_same_moment_are_all_counted(served: str, client: Client) -> None:
    ids = [product(client), product(client)]
    account = {"id": account_of(client)}
    headers = {"Authorization": f"Bearer {client.token}"}

    def invoice() -> int:
        rows = [moving(id, 1) for id in ids]
        sent = {"data": body(items_list=rows), "options": {"fix_payments": True}}
        return httpx2.post(f"{served}/c/{client.company_id}/issued_documents", json=sent, headers=headers).status_code

    def purchase() -> int:
        rows = [{"product_id": id, "net_price": 1, "qty": 2, "stock": True} for id in reversed(ids)]
        sent = {"data": {"type": "expense", "entity": {"name": "Fornitore"}, "items_list": rows}}
        address = f"{served}/c/{client.company_id}/received_documents"
        return httpx2.post(address, json=sent, headers=headers).status_code

    def takings() -> int:
        facts = {"date": "2026-03-02", "type": "till_receipt", "payment_account": account, "amount_gross": 1}
        sent = {"data": facts, "autocomplete_number": True}
        return httpx2.post(f"{served}/c/{client.company_id}/receipts", json=sent, headers=headers).status_code

    with ThreadPoolExecutor(12) as pool:
        asked = [pool.submit(work) for _ in range(4) for work in (invoice, purchase, takings)]
    assert {each.result() for each in asked} == {200}
    assert [stock(client, id) for id in ids] == [14, 14]
    assert len(client.data("GET", "cashbook?year=2026")) == 4
    assert sorted(each["number"] for each in client.data("GET", "receipts")) == [1, 2, 3, 4]


def test_reindex_makes_cashbook_and_stock_anew(client: Client, installation: Installation) -> None:
    id = product(client)
    account = {"id": account_of(client)}
    paid = {"amount": 366, "due_date": "2026-03-31", "status": "paid", "payment_account": account}
    create(client, items_list=[moving(id)], payments_list=[paid])
    create(client, "quote", items_list=[moving(id)])
    own = {"date": "2026-03-05", "description": "Prelievo", "amount_out": 5, "payment_account_out": account}
    client.data("POST", "cashbook", json={"data": own})
    before = client.data("GET", "cashbook?year=2026")
    assert len(before) == 2
    with installation.database.write() as session:
        session.run(delete(cashbook_entries))
        session.run(delete(stock_movements))
    client.data("PUT", f"products/{id}", json={"data": {"stock_initial": 11}})
    setup.reindex(installation.database)
    assert client.data("GET", "cashbook?year=2026") == before
    assert stock(client, id) == 8
    with installation.database.read() as session:
        moved = select(stock_movements.c.quantity).where(stock_movements.c.company_id == client.company_id)
        assert [Decimal(units).scaleb(-8) for (units,) in session.rows(moved)] == [-3]


def test_words_of_documents_are_offered_again(client: Client) -> None:
    invoice = create(client, rc_center="Negozio", items_list=[row(category="Arredo")])
    create(client, "supplier_order", rc_center="Magazzino")
    assert client.data("GET", "info/revenue_centers") == ["Negozio"]
    assert client.data("GET", "info/cost_centers") == ["Magazzino"]
    assert client.data("GET", "info/product_categories?context=issued_documents") == ["Arredo"]
    client.delete(f"issued_documents/{invoice['id']}")
    assert client.data("GET", "info/revenue_centers") == []
