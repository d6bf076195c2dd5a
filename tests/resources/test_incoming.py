"""Electronic invoices that come in: kept as they came, told apart, waiting or registered as the company wants."""

import base64
from typing import Any

import pytest
from sqlalchemy import select

from mastro.api.call import Installation
from mastro.fatturapa import UnreadableError
from mastro.resources.attachments import attachments
from mastro.resources.received_documents.arrivals import Arrival, Received, receive
from resources.e_invoices import BUYER, SELLER, exported
from resources.events import events_of
from support import CheckAccess, Client, MakeCompany, MakeToken, OpenCall

PATH = "received_documents"
PDF = b"%PDF-1.4 Bolla"


@pytest.fixture
def company_id(make_company: MakeCompany) -> int:
    """The company that the invoices are for."""
    return make_company(**BUYER)


@pytest.fixture
def seller(client: Client, make_company: MakeCompany, make_token: MakeToken) -> Client:
    """Who makes them out."""
    id = make_company(**SELLER)
    return Client(client.http, id, make_token(company_id=id))


def arrives(call: OpenCall, content: bytes, sdi_id: str = "", name: str = "IT02345678904_00001.xml") -> Received:
    with call() as opened:
        return receive(opened, Arrival(name, content, "pec", sdi_id))


def register_at_once(client: Client, **more: bool) -> None:
    client.data("PUT", "settings/incoming", json={"data": {"auto_register": True, **more}})


def waiting(client: Client) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = client.data("GET", f"{PATH}/pending", params={"fieldset": "detailed"})
    return listed


def with_files(xml: bytes, *files: tuple[str, bytes]) -> bytes:
    """The same invoice with files in it."""
    blocks = "".join(
        f"<Allegati><NomeAttachment>{name}</NomeAttachment><Attachment>{base64.b64encode(content).decode()}"
        "</Attachment></Allegati>"
        for name, content in files
    )
    return xml.replace(b"</FatturaElettronicaBody>", f"{blocks}</FatturaElettronicaBody>".encode())


def opened(client: Client, address: str) -> Any:
    return client.using("").get(address[address.index("/attachment/") :])


# the setting


def test_access_to_the_settings_of_what_comes_in(check_access: CheckAccess) -> None:
    check_access("GET", "settings/incoming", needs="settings:r")
    check_access("PUT", "settings/incoming", needs="settings:a", json={"data": {}})


def test_what_comes_in_waits_unless_the_company_wants_otherwise(
    client: Client, seller: Client, call: OpenCall, installation: Installation
) -> None:
    settings = client.data("GET", "settings/incoming")
    assert settings == {"auto_register": False, "create_suppliers": True, "as_last_time": True}
    done = arrives(call, exported(seller))
    assert [each["id"] for each in waiting(client)] == done.pending
    assert client.data("GET", PATH, params={"type": "expense"}) == []
    assert ("received_documents.e_invoices.receive", done.pending[0]) in events_of(installation, client.company_id)
    assert client.data("GET", "entities/suppliers") == []


def test_a_switch_that_is_left_out_stays_as_it_is(client: Client) -> None:
    register_at_once(client, create_suppliers=False)
    changed = client.data("PUT", "settings/incoming", json={"data": {"as_last_time": False}})
    assert changed == {"auto_register": True, "create_suppliers": False, "as_last_time": False}
    assert client.put("settings/incoming", json={"data": {"auto_register": "perhaps"}}).status_code == 422


# registered by itself


def test_an_invoice_is_registered_whole_with_a_new_supplier(
    client: Client, seller: Client, call: OpenCall, installation: Installation
) -> None:
    register_at_once(client)
    xml = exported(seller, payments_list=[{"amount": 122, "due_date": "2026-05-31"}])
    done = arrives(call, xml)
    assert (done.pending, len(done.registered), waiting(client)) == ([], 1, [])
    made = client.data("GET", f"{PATH}/{done.registered[0]}")
    assert (made["invoice_number"], made["amount_net"], made["amount_vat"], made["e_invoice"]) == ("1", 100, 22, True)
    assert (made["ei_reception_date"], made["next_due_date"]) == ("2026-03-02", "2026-05-31")
    assert [(row["name"], row["vat"]["id"]) for row in made["items_list"]] == [("Consulenza", 0)]
    [supplier] = client.data("GET", "entities/suppliers")
    assert (supplier["id"], supplier["vat_number"]) == (made["entity"]["id"], "02345678904")
    assert opened(client, made["attachment_url"]).content == xml
    happened = [type for type, _ in events_of(installation, client.company_id)]
    assert "received_documents.create" in happened
    assert "received_documents.e_invoices.receive" not in happened


def test_due_dates_count_though_the_installments_do_not_add_up(client: Client, seller: Client, call: OpenCall) -> None:
    register_at_once(client)
    payments = [{"amount": 61, "due_date": "2026-04-30"}, {"amount": 61, "due_date": "2026-05-31"}]
    xml = exported(seller, payments_list=payments)
    assert xml.count(b"<ImportoPagamento>61.00") == 2
    [id] = arrives(call, xml.replace(b"<ImportoPagamento>61.00", b"<ImportoPagamento>60.00")).registered
    made = client.data("GET", f"{PATH}/{id}")["payments_list"]
    assert [(each["amount"], each["due_date"]) for each in made] == [(60, "2026-04-30"), (62, "2026-05-31")]


def test_the_supplier_is_the_one_with_that_vat_number(client: Client, seller: Client, call: OpenCall) -> None:
    register_at_once(client)
    known = client.data(
        "POST", "entities/suppliers", json={"data": {"name": "Officine (vecchio nome)", "vat_number": "IT02345678904"}}
    )
    done = arrives(call, exported(seller))
    made = client.data("GET", f"{PATH}/{done.registered[0]}")
    assert made["entity"]["id"] == known["id"]
    assert len(client.data("GET", "entities/suppliers")) == 1


def test_no_supplier_is_added_where_the_company_does_not_want_that(
    client: Client, seller: Client, call: OpenCall
) -> None:
    register_at_once(client, create_suppliers=False)
    done = arrives(call, exported(seller))
    assert client.data("GET", f"{PATH}/{done.registered[0]}")["entity"]["id"] is None
    assert client.data("GET", "entities/suppliers") == []


def test_a_document_is_completed_as_the_last_of_its_supplier_was(
    client: Client, seller: Client, call: OpenCall
) -> None:
    register_at_once(client)
    own = client.data("POST", "settings/vat_types", json={"data": {"value": 22, "description": "22 % indetraibile"}})
    [first] = arrives(call, exported(seller)).registered
    row = client.data("GET", f"{PATH}/{first}")["items_list"][0]
    row |= {"category": "Consulenze", "vat": {"id": own["id"]}, "deductibility_vat_percentage": 40}
    facts = {"category": "Servizi", "rc_center": "Sede", "tax_deductibility": 80, "vat_deductibility": 40}
    client.data("PUT", f"{PATH}/{first}", json={"data": {**facts, "items_list": [row]}})
    [second] = arrives(call, exported(seller)).registered
    made = client.data("GET", f"{PATH}/{second}")
    assert {key: made[key] for key in facts} == facts
    [row] = made["items_list"]
    assert (row["category"], row["vat"]["id"], row["deductibility_vat_percentage"]) == ("Consulenze", own["id"], 40)
    client.data("PUT", "settings/incoming", json={"data": {"as_last_time": False}})
    [third] = arrives(call, exported(seller)).registered
    made = client.data("GET", f"{PATH}/{third}")
    assert (made["category"], made["tax_deductibility"], made["items_list"][0]["vat"]["id"]) == ("", 100, 0)


def test_by_hand_the_same_is_done_and_what_is_sent_counts_more(client: Client, seller: Client, call: OpenCall) -> None:
    [first, second] = [*arrives(call, exported(seller)).pending, *arrives(call, exported(seller)).pending]
    facts = {"category": "Servizi", "tax_deductibility": 80}
    one = client.data("POST", PATH, json={"pending_id": first, "data": facts})
    supplier = one["entity"]["id"]
    assert client.data("GET", f"entities/suppliers/{supplier}")["name"] == SELLER["name"]
    sent = {"entity": {"name": SELLER["name"]}, "category": "Altro"}
    other = client.data("POST", PATH, json={"pending_id": second, "data": sent})
    assert (other["entity"]["id"], other["category"], other["tax_deductibility"]) == (supplier, "Altro", 80)


def test_by_hand_without_the_scope_no_supplier_is_added(
    client: Client, seller: Client, call: OpenCall, make_token: MakeToken
) -> None:
    [first] = arrives(call, exported(seller)).pending
    bookkeeper = client.using(make_token(scopes=["received_documents:a"]))
    made = bookkeeper.data("POST", PATH, json={"pending_id": first, "data": {}})
    assert made["entity"]["id"] is None
    assert client.data("GET", "entities/suppliers") == []


# twice


def test_a_file_is_taken_once_by_its_identifier_or_by_its_content(
    client: Client, seller: Client, call: OpenCall
) -> None:
    xml = exported(seller)
    first = arrives(call, xml, "111")
    assert not first.known
    for content, sdi_id in ((xml + b"\n", "111"), (xml, "222"), (xml, "")):
        again = arrives(call, content, sdi_id)
        assert (again.known, again.file_id, again.pending) == (True, first.file_id, [])
    assert len(waiting(client)) == 1


def test_the_same_document_in_another_file_is_marked_and_not_registered_twice(
    client: Client, seller: Client, call: OpenCall
) -> None:
    xml = exported(seller)
    [first] = arrives(call, xml).pending
    [second] = arrives(call, xml.replace(b"Consulenza", b"Consulenze")).pending
    marks = {each["id"]: each["duplicate_of"] for each in waiting(client)}
    assert marks == {first: None, second: {"kind": "pending", "id": first}}
    made = client.data("POST", PATH, json={"pending_id": first, "data": {}})
    shown = client.data("GET", f"{PATH}/pending/{second}")
    assert shown["duplicate_of"] == {"kind": "registered", "id": made["id"]}
    refused = client.post(PATH, json={"pending_id": second, "data": {}})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "DUPLICATE_DOCUMENT")
    assert refused.json()["extra"] == {"existing_id": made["id"]}
    assert [each["id"] for each in waiting(client)] == [second]
    wanted = {"pending_id": second, "data": {}, "options": {"allow_duplicate": True}}
    assert client.data("POST", PATH, json=wanted)["invoice_number"] == "1"


def test_a_document_that_was_entered_by_hand_is_the_same_too(client: Client, seller: Client, call: OpenCall) -> None:
    xml = exported(seller, date="2026-03-02", number=7)
    entity = {"name": "Officine", "vat_number": "IT 02345678904"}
    entered = {"entity": entity, "date": "2026-03-02", "invoice_number": "7", "amount_net": 100, "amount_vat": 22}
    made = client.data("POST", PATH, json={"data": {"type": "expense", **entered}})
    [id] = arrives(call, xml).pending
    assert client.data("GET", f"{PATH}/pending/{id}")["duplicate_of"] == {"kind": "registered", "id": made["id"]}
    client.delete(f"{PATH}/{made['id']}")
    assert client.data("GET", f"{PATH}/pending/{id}")["duplicate_of"] is None


def test_a_credit_note_with_the_number_of_an_invoice_is_no_duplicate(
    client: Client, seller: Client, call: OpenCall
) -> None:
    register_at_once(client)
    arrives(call, exported(seller))
    done = arrives(call, exported(seller, "credit_note"))
    assert len(done.registered) == 1


def test_what_cannot_be_registered_by_itself_waits_with_the_reason(
    client: Client, seller: Client, call: OpenCall, installation: Installation
) -> None:
    register_at_once(client)
    xml = exported(seller)
    arrives(call, xml)
    done = arrives(call, xml.replace(b"Consulenza", b"Consulenze"))
    assert done.registered == []
    [left] = waiting(client)
    assert left["id"] == done.pending[0]
    assert "registrato" in left["import_error"]
    assert ("received_documents.e_invoices.receive", left["id"]) in events_of(installation, client.company_id)


def test_what_is_no_invoice_is_refused_and_leaves_nothing(client: Client, call: OpenCall) -> None:
    with pytest.raises(UnreadableError):
        arrives(call, b"<html/>")
    assert waiting(client) == []


# files in the file


def test_files_in_an_invoice_are_the_documents_other_attachments(
    client: Client, seller: Client, call: OpenCall, installation: Installation
) -> None:
    xml = with_files(exported(seller), ("../../etc/bolla.pdf", PDF), ("note", b"Grazie"))
    [id] = arrives(call, xml).pending
    [shown] = waiting(client)
    assert [each["filename"] for each in shown["other_attachments"]] == ["bolla.pdf", "note"]
    assert opened(client, shown["other_attachments"][0]["attachment"]).content == PDF
    made = client.data("POST", PATH, json={"pending_id": id, "data": {}})
    assert [each["filename"] for each in made["other_attachments"]] == ["bolla.pdf", "note"]
    assert opened(client, made["other_attachments"][1]["attachment"]).content == b"Grazie"
    changed = client.data("PUT", f"{PATH}/{made['id']}", json={"data": {"description": "x", "other_attachments": []}})
    assert len(changed["other_attachments"]) == 2
    assert client.delete(f"{PATH}/{made['id']}").status_code == 200
    client.delete(f"/c/{client.company_id}/bin/{PATH}/{made['id']}")
    assert uses(installation, client.company_id) == {"bolla.pdf": 0, "note": 0, "IT02345678904_00001.xml": 1}


def uses(installation: Installation, company_id: int) -> dict[str, int]:
    """How many name each file of a company: the invoice itself is kept whatever becomes of its documents."""
    table = attachments
    with installation.database.read() as session:
        return dict(session.rows(select(table.c.filename, table.c.uses).where(table.c.company_id == company_id)))


def test_files_that_are_broken_or_too_long_are_left_in_the_invoice(
    client: Client, seller: Client, call: OpenCall
) -> None:
    broken = b"<Allegati><NomeAttachment>a.pdf</NomeAttachment><Attachment>%%%</Attachment></Allegati>"
    xml = exported(seller).replace(b"</FatturaElettronicaBody>", broken + b"</FatturaElettronicaBody>")
    arrives(call, xml)
    [shown] = waiting(client)
    assert shown["other_attachments"] is None
