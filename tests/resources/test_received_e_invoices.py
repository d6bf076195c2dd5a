"""The electronic invoices of suppliers: read as XML, and what registering would make of one that waits."""

from typing import Any

import pytest

from mastro.resources.received_documents.arrivals import Arrival, receive
from resources.e_invoices import BUYER, SELLER, exported
from support import CheckAccess, Client, MakeCompany, MakeToken, OpenCall

PATH = "received_documents"


@pytest.fixture
def company_id(make_company: MakeCompany) -> int:
    """The company that the invoices are for."""
    return make_company(**BUYER)


@pytest.fixture
def xml(client: Client, make_company: MakeCompany, make_token: MakeToken) -> bytes:
    """An invoice of a supplier."""
    id = make_company(**SELLER)
    return exported(Client(client.http, id, make_token(company_id=id)))


@pytest.fixture
def waiting(xml: bytes, call: OpenCall) -> int:
    """Id of that invoice among what waits to be registered."""
    with call() as opened:
        return receive(opened, Arrival("IT02345678904_00001.xml", xml, "pec")).pending[0]


def preview(client: Client, waiting: int) -> Any:
    return client.data("GET", f"{PATH}/pending/{waiting}/registration")


def test_access(check_access: CheckAccess, waiting: int) -> None:
    check_access("GET", f"{PATH}/pending/{waiting}/e_invoice/xml", needs="received_documents:r")
    check_access("GET", f"{PATH}/pending/{waiting}/registration", needs="received_documents:a")


def test_the_xml_is_read_before_and_after_it_is_registered(client: Client, xml: bytes, waiting: int) -> None:
    answer = client.get(f"{PATH}/pending/{waiting}/e_invoice/xml")
    assert (answer.content, answer.headers["content-type"].partition(";")[0]) == (xml, "text/xml")
    body = {"data": {"entity": {"name": "Rossi"}}, "pending_id": waiting}
    made = client.data("POST", PATH, json=body)
    assert client.get(f"{PATH}/{made['id']}/e_invoice/xml").content == xml
    assert client.get(f"{PATH}/pending/{waiting}/e_invoice/xml").status_code == 404


@pytest.mark.parametrize(
    ("sent", "rows"),
    [
        ({"amount_net": 100, "amount_vat": 22}, 1),
        ({"amount_net": 100, "amount_vat": "22.01", "items_list": None}, 1),
        ({"amount_vat": 22}, 1),
        ({"amount_net": 50, "amount_vat": 11}, 0),
        ({"amount_net": 100, "amount_vat": 22, "items_list": []}, 0),
    ],
)
def test_amounts_without_rows_leave_the_e_invoice_its_rows_unless_they_are_of_something_else(
    client: Client, waiting: int, sent: dict[str, Any], rows: int
) -> None:
    facts = {"entity": {"name": "Rossi"}, "payments_list": []}
    there = [row["name"] for row in preview(client, waiting)["items_list"]]
    made = client.data("POST", PATH, json={"data": {**facts, **sent}, "pending_id": waiting})
    assert [row["name"] for row in made["items_list"]] == there[:rows]
    assert made["is_detailed"] is bool(rows)
    assert made["amount_vat"] == float(sent["amount_vat"])


def test_an_expense_that_came_on_paper_has_no_xml(client: Client) -> None:
    made = client.data("POST", PATH, json={"data": {"entity": {"name": "Bar"}, "amount_net": 10}})
    assert client.get(f"{PATH}/{made['id']}/e_invoice/xml").status_code == 404


def test_what_registering_would_make_is_told_and_nothing_is_made(client: Client, waiting: int) -> None:
    told = preview(client, waiting)
    assert (told["amount_net"], told["amount_vat"], told["amount_gross"], told["id"]) == (100, 22, 122, None)
    assert (told["entity"]["vat_number"], told["entity"]["id"]) == (SELLER["vat_number"], None)
    assert [row["vat"]["id"] for row in told["items_list"]] == [0]
    assert client.data("GET", "entities/suppliers") == []
    assert client.data("GET", PATH) == []
    assert client.data("GET", f"{PATH}/pending/{waiting}")["id"] == waiting


def test_it_is_told_whom_it_would_be_tied_to_and_what_it_would_take_over(client: Client, waiting: int) -> None:
    known = {"name": "Officine", "vat_number": SELLER["vat_number"]}
    supplier = client.data("POST", "entities/suppliers", json={"data": known})
    last = {"entity": {"id": supplier["id"], "name": "Officine"}, "category": "Consulenze", "tax_deductibility": 50}
    client.data("POST", PATH, json={"data": {**last, "amount_net": 10}})
    told = preview(client, waiting)
    assert (told["entity"]["id"], told["category"], told["tax_deductibility"]) == (supplier["id"], "Consulenze", 50)
