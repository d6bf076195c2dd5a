"""The queue of electronic invoices by what became of them, what the simulated SdI is to say, and invoices to try."""

import time
from typing import Any

import pytest

from mastro.api.call import Installation
from mastro.database.schema import memberships
from mastro.oauth.tokens import create_personal_token
from resources.issued_documents import create
from resources.test_sdi_simulator import CUSTOMER, OFFICE, SEAT, invoice, move, send
from support import CheckAccess, Client, MakeCompany, MakeToken


@pytest.fixture
def company_id(make_company: MakeCompany) -> int:
    return make_company(name="Rossi S.r.l.", **SEAT)


@pytest.fixture
def tester(client: Client) -> Client:
    client.data("PUT", "test_mode", json={"data": {"enabled": True}})
    return client


def queue(client: Client, **query: Any) -> Any:
    return client.get("e_invoices", params=query).json()


def test_access(check_access: CheckAccess, client: Client) -> None:
    check_access("GET", "e_invoices", needs="issued_documents.invoices:r", params={"type": "invoice"})
    check_access("GET", "test_mode/plan", needs="settings:r")
    assert client.get("e_invoices", params={"state": "lost"}).status_code == 422


def test_invoices_are_told_by_what_became_of_them(tester: Client) -> None:
    sent, discarded, waiting = invoice(tester), invoice(tester, CUSTOMER | {"ei_code": "NS00404"}), invoice(tester)
    create(tester)  # one that is not electronic
    send(tester, sent)
    send(tester, discarded)
    answer = queue(tester)
    assert answer["counters"] == {
        "to_send": 1,
        "in_flight": 0,
        "discarded": 1,
        "not_delivered": 0,
        "delivered": 1,
        "answered": 0,
    }
    found = {each["id"]: each for each in answer["data"]}
    assert set(found) == {sent["id"], discarded["id"], waiting["id"]}
    assert (found[waiting["id"]]["state"], found[waiting["id"]]["file_name"]) == ("to_send", "")
    told = found[discarded["id"]]
    assert (told["state"], told["ei_status"], told["outcome"]["code"]) == ("discarded", "discarded", "00404")
    assert told["outcome"]["solution"]
    assert [each["type"] for each in told["notices"]] == ["NS"]
    assert told["file_name"].endswith(".xml")
    assert told["sdi_id"]
    assert (told["entity_name"], told["amount_gross"]) == (CUSTOMER["name"], discarded["amount_gross"])
    assert [each["id"] for each in queue(tester, state="delivered")["data"]] == [sent["id"]]
    assert queue(tester, state="discarded")["total"] == 1
    assert queue(tester, q="entity.name contains 'nobody'")["counters"]["to_send"] == 0


def test_a_file_that_waits_for_a_person_is_told(client: Client) -> None:
    document = invoice(client)
    client.data("POST", f"issued_documents/{document['id']}/e_invoice/send", json={"data": {}})
    deadline = time.monotonic() + 20
    while (each := queue(client)["data"][0])["ei_status"] != "pending":
        assert time.monotonic() < deadline
        time.sleep(0.03)
    assert (each["waits_for"], each["channel"], each["state"]) == ("hand_in", "manual", "in_flight")
    client.data("POST", f"issued_documents/{document['id']}/e_invoice/handed_in", json={"data": {}})
    assert queue(client)["data"][0]["waits_for"] == ""


def test_what_the_simulated_sdi_is_to_say_is_told_in_order(tester: Client) -> None:
    office = invoice(tester, OFFICE)
    later = invoice(tester)
    send(tester, office, test_outcome={"outcome": "no_response"})
    send(tester, later, test_outcome={"outcome": "discarded", "delay": 3600})
    plan = tester.data("GET", "test_mode/plan")
    assert [(each["type"], each["document_id"]) for each in plan] == [("NS", later["id"]), ("DT", office["id"])]
    assert 3500 < plan[0]["seconds"] <= 3600
    move(tester, seconds=plan[0]["seconds"])
    assert [each["type"] for each in tester.data("GET", "test_mode/plan")] == ["DT"]
    assert queue(tester, state="discarded")["total"] == 1


# an invoice to try


@pytest.fixture
def supplier(tester: Client, installation: Installation, make_company: MakeCompany, make_token: MakeToken) -> Client:
    """Another company in test mode of the same user, who has a token for both."""
    id = make_company(name="Verdi S.r.l.", vat_number="02345678904", tax_code="02345678904", **SEAT)
    theirs = Client(tester.http, id, make_token(company_id=id))
    theirs.data("PUT", "test_mode", json={"data": {"enabled": True}})
    return theirs


@pytest.fixture
def both(tester: Client, supplier: Client, installation: Installation) -> Client:
    """Our company with a token of a member of both."""
    with installation.database.write() as session:
        owner = session.scalar(
            memberships.select()
            .with_only_columns(memberships.c.user_id)
            .where(memberships.c.company_id == tester.company_id, memberships.c.role == "master")
        )
        session.run(
            memberships.insert(), company_id=supplier.company_id, user_id=owner, role="master", permissions=b"{}"
        )
        token = create_personal_token(
            session, user_id=owner, company_id=None, scopes=(), name="both", now="2026-01-01 00:00:00"
        )
    return tester.using(token)


def arrival(supplier: Client, **more: Any) -> Any:
    return {"json": {"data": {"from_company_id": supplier.company_id, "amount_net": 100, **more}}}


def test_another_company_sends_an_invoice_to_try(both: Client, supplier: Client) -> None:
    made = both.data("POST", "test_mode/incoming", **arrival(supplier, description="Prova"))
    deadline = time.monotonic() + 20
    while not (waiting := both.data("GET", "received_documents/pending", params={"fieldset": "detailed"})):
        assert time.monotonic() < deadline
        time.sleep(0.03)
    assert (waiting[0]["supplier_name"], waiting[0]["amount_net"]) == ("Verdi S.r.l.", 100)
    theirs = supplier.data("GET", f"issued_documents/{made['document_id']}")
    assert (theirs["entity"]["name"], theirs["items_list"][0]["name"]) == ("Rossi S.r.l.", "Prova")


def test_nobody_is_made_to_send_who_does_not_belong_to_the_user(tester: Client, supplier: Client) -> None:
    assert tester.post("test_mode/incoming", **arrival(supplier)).status_code == 403
    for nobody in (2**31, 2**53 - 1):
        order = {"data": {"from_company_id": nobody, "amount_net": 100}}
        assert tester.post("test_mode/incoming", json=order).status_code == 403
    assert supplier.data("GET", "issued_documents", params={"type": "invoice"}) == []


def test_a_token_for_one_company_reaches_no_other(both: Client, supplier: Client, make_token: MakeToken) -> None:
    alone = both.using(make_token(company_id=both.company_id))
    assert alone.post("test_mode/incoming", **arrival(supplier)).status_code == 403


def test_an_invoice_to_try_needs_test_mode_on_both_sides_and_an_amount(both: Client, supplier: Client) -> None:
    assert both.post("test_mode/incoming", **arrival(supplier, amount_net=None)).status_code == 422
    assert both.post("test_mode/incoming", **arrival(both)).status_code == 422
    supplier.data("PUT", "test_mode", json={"data": {"enabled": False}})
    assert both.post("test_mode/incoming", **arrival(supplier)).status_code == 422
    both.data("PUT", "test_mode", json={"data": {"enabled": False}})
    assert both.post("test_mode/incoming", **arrival(supplier)).status_code == 409
