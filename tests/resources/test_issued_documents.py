"""The five verbs on issued documents: what is stored, completed, kept on a modify, and left behind by a delete."""

from typing import Any

import pytest
from sqlalchemy import select

from mastro.api.call import Installation
from mastro.database.schema import bin_, events
from resources.issued_documents import TYPES, account_of, body, change, create, row
from support import Client, Clock


def _events(installation: Installation, company_id: int) -> list[tuple[str, int]]:
    statement = select(events.c.type, events.c.resource_id).where(events.c.company_id == company_id)
    with installation.database.read() as session:
        return [(row[0], row[1]) for row in session.rows(statement.order_by(events.c.id))]


@pytest.mark.parametrize("type", TYPES)
def test_each_of_the_eleven_types_is_created_read_changed_listed_and_deleted(client: Client, type: str) -> None:
    stored = create(client, type)
    assert (stored["type"], stored["number"], stored["year"], stored["date"]) == (type, 1, 2026, "2026-03-02")
    assert client.data("GET", f"issued_documents/{stored['id']}") == stored
    assert change(client, stored["id"], notes="<p>Grazie</p>")["notes"] == "<p>Grazie</p>"
    listed = client.get("issued_documents", params={"type": type}).json()
    assert ([found["id"] for found in listed["data"]], listed["total"]) == ([stored["id"]], 1)
    gone = client.delete(f"issued_documents/{stored['id']}")
    assert (gone.status_code, gone.json()) == (200, {})
    assert client.get(f"issued_documents/{stored['id']}").status_code == 404
    assert client.get("issued_documents", params={"type": type}).json()["total"] == 0


def test_what_is_not_sent_has_the_vendors_defaults(client: Client) -> None:
    stored = create(client, rc_center=None, notes=None)
    assert stored["currency"] == {"id": "EUR", "symbol": "€", "exchange_rate": "1.00000", "html_symbol": "&euro;"}
    assert stored["language"] == {"code": "it", "name": "Italiano"}
    assert (stored["entity"]["country"], stored["entity"]["country_iso"]) == ("Italia", "IT")
    assert (stored["subject"], stored["notes"], stored["rc_center"], stored["numeration"]) == ("", "", "", "")
    assert (stored["show_totals"], stored["show_payments"], stored["show_payment_method"]) == ("all", True, True)
    assert (stored["e_invoice"], stored["use_gross_prices"], stored["use_split_payment"]) == (False, False, False)
    assert (stored["ei_status"], stored["locked"], stored["is_marked"], stored["delivery_note"]) == (
        None,
        False,
        False,
        False,
    )
    assert stored["template"]["type"] == "standard"
    item = stored["items_list"][0]
    assert (item["id"], item["qty"], item["discount"], item["gross_price"]) == (1, 1, 0, 122)
    assert (item["apply_withholding_taxes"], item["not_taxable"], item["stock"]) == (True, False, False)


def test_a_row_carries_the_whole_vat_type_whatever_the_client_says_of_it(client: Client) -> None:
    stored = create(client, items_list=[row(vat={"id": 3, "value": 99, "description": "mine"})])
    vat = stored["items_list"][0]["vat"]
    assert (vat["id"], vat["value"], vat["is_disabled"]) == (3, 10, False)
    assert vat["description"] != "mine"
    assert stored["amount_vat"] == 10


def test_a_vat_type_is_also_found_by_its_rate_and_natura(client: Client) -> None:
    rows = [row(vat={"value": 10}), row(vat={"value": 0, "ei_type": "N2.2"}), row(vat=None), row(vat={})]
    sent = {"data": body(items_list=rows), "options": {"fix_payments": True}}
    refused = client.post("issued_documents", json=sent)
    assert refused.status_code == 422
    assert refused.json()["error"]["validation_result"] == {
        "data.items_list.3.vat.id": ["The data.items_list.3.vat.id field is required"]
    }
    stored = create(client, items_list=rows[:3])
    assert [(item["vat"]["value"], item["vat"]["ei_type"]) for item in stored["items_list"]] == [
        (10, ""),
        (0, "N2.2"),
        (22, ""),
    ]


def test_read_only_keys_are_ignored_whatever_they_hold(client: Client) -> None:
    written = {"id": "x", "year": "then", "amount_net": {}, "amount_gross": 7, "url": 12, "locked": True}
    stored = create(client, **written, created_at=5, ei_status="sent", seen_date=1)
    assert (stored["amount_net"], stored["amount_gross"], stored["locked"]) == (100, 122, False)
    assert (stored["ei_status"], stored["seen_date"], stored["created_at"]) == (None, None, "2026-03-02 09:30:00")
    assert stored["url"].startswith("http")


def test_unknown_keys_and_nulls_are_no_errors(client: Client) -> None:
    stored = create(client, revenue_center="Nord", visible_subject=None, withholding_tax=None, ei_data=None)
    assert "revenue_center" not in stored
    assert (stored["visible_subject"], stored["withholding_tax"], stored["ei_data"]) == ("", None, None)


def test_what_is_missing_is_told_at_once(client: Client) -> None:
    refused = client.post("issued_documents", json={"data": {"items_list": []}})
    assert refused.status_code == 422
    assert refused.json() == {
        "error": {
            "message": "Invalid request.",
            "code": "VALIDATION_ERROR",
            "validation_result": {
                "data.type": ["The data.type field is required."],
                "data.entity": ["The data.entity field is required."],
            },
        }
    }


def test_payments_are_checked_before_the_name_of_the_customer(client: Client) -> None:
    sent = {"data": body(entity={"name": " "}, payments_list=[])}
    first = client.post("issued_documents", json=sent).json()["error"]
    assert first["message"] == "Il totale dei pagamenti non corrisponde al totale da pagare."
    second = client.post("issued_documents", json={**sent, "options": {"fix_payments": True}})
    assert second.status_code == 422
    assert second.json()["error"]["validation_result"] == {
        "data.entity.name": ["The entity.name field must not be empty."]
    }


# the other party


def test_the_other_party_is_a_copy_that_the_registry_does_not_fill(client: Client) -> None:
    known = client.data("POST", "entities/clients", json={"data": {"name": "Verdi", "vat_number": "01234567897"}})
    nameless = client.post("issued_documents", json={"data": body(entity={"id": known["id"]})})
    assert nameless.status_code == 422
    assert "entity.name" in nameless.text
    stored = create(client, entity={"id": known["id"], "name": "Verdi e figli"})
    assert (stored["entity"]["name"], stored["entity"]["vat_number"]) == ("Verdi e figli", "")


def test_on_request_the_other_party_is_filled_from_the_registry(client: Client) -> None:
    facts = {"name": "Verdi", "vat_number": "01234567897", "address_city": "Como", "default_payment_terms": 60}
    known = client.data("POST", "entities/clients", json={"data": facts})
    options = {"entity_autocomplete": True, "fix_payments": True}
    sent = {"data": body(entity={"id": known["id"], "address_city": "Lecco"}, payments_list=[]), "options": options}
    stored = client.data("POST", "issued_documents", json=sent)
    entity = stored["entity"]
    assert (entity["name"], entity["vat_number"], entity["address_city"]) == ("Verdi", "01234567897", "Lecco")
    assert stored["payments_list"][0]["due_date"] == "2026-05-01"  # 60 days, as agreed with Verdi


@pytest.mark.parametrize(("type", "registry"), [("invoice", "clients"), ("supplier_order", "suppliers")])
def test_an_unknown_entity_is_refused_and_one_of_the_other_registry_too(
    client: Client, type: str, registry: str
) -> None:
    id = client.data("POST", f"entities/{registry}", json={"data": {"name": "Verdi"}})["id"]
    assert create(client, type, entity={"id": id, "name": "Verdi"})["entity"]["id"] == id
    refused = client.post("issued_documents", json={"data": body(type, entity={"id": id + 1, "name": "Verdi"})})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "UNKNOWN_ENTITY")
    other = "quote" if type == "supplier_order" else "supplier_order"
    assert (
        client.post("issued_documents", json={"data": body(other, entity={"id": id, "name": "V"})}).status_code == 422
    )


def test_a_country_is_taken_as_name_or_code_and_refused_as_anything_else(client: Client) -> None:
    for sent in ({"country": "Francia"}, {"country": "FR"}, {"country_iso": "FR"}):
        entity = create(client, "quote", entity={"name": "Dupont", **sent})["entity"]
        assert (entity["country"], entity["country_iso"]) == ("Francia", "FR")
    refused = client.post("issued_documents", json={"data": body(entity={"name": "X", "country": "Atlantide"})})
    assert refused.json()["error"]["validation_result"] == {
        "data.entity.country": ["data.entity.country field is not valid"]
    }


# modify


def test_a_modify_changes_what_is_sent_and_nothing_else(client: Client, clock: Clock) -> None:
    stored = create(client, subject="Prima", notes="Nota", rivalsa=0)
    clock.advance(minutes=5)
    changed = change(client, stored["id"], subject="Dopo")
    different = {key for key in stored if stored[key] != changed[key]}
    assert different == {"subject", "updated_at"}
    assert (changed["created_at"], changed["updated_at"]) == ("2026-03-02 09:30:00", "2026-03-02 09:35:00")
    cleared = change(client, stored["id"], notes="", subject=None, rivalsa=None)
    assert (cleared["notes"], cleared["subject"], cleared["rivalsa"]) == ("", "", None)


def test_an_empty_modify_is_none(client: Client) -> None:
    stored = create(client)
    assert change(client, stored["id"]) == stored


def test_a_document_keeps_its_type_and_its_links(client: Client) -> None:
    stored = create(client, "quote")
    for type in ("invoice", None):
        changed = change(client, stored["id"], type=type, id=999, year=1999, url="https://elsewhere.example/")
        assert (changed["type"], changed["id"], changed["year"], changed["url"]) == (
            "quote",
            stored["id"],
            2026,
            stored["url"],
        )


def test_a_modify_needs_the_scope_of_the_stored_type_alone(client: Client, make_token: Any) -> None:
    stored = create(client, "quote")
    seller = client.using(make_token(scopes=["issued_documents.quotes:a"]))
    assert change(seller, stored["id"], type="invoice", subject="Preventivo")["type"] == "quote"
    other = client.using(make_token(scopes=["issued_documents.invoices:a"]))
    assert other.put(f"issued_documents/{stored['id']}", json={"data": {}}).status_code == 403


def test_rows_keep_their_identity_by_their_id(client: Client) -> None:
    stored = create(client, items_list=[row(10, name="a"), row(20, name="b"), row(30, name="c")])
    first, _, third = stored["items_list"]
    assert [item["id"] for item in stored["items_list"]] == [1, 2, 3]
    rows = [{**third, "net_price": 31}, row(5, name="new"), {**first, "id": 77}, {**third, "name": "twin"}]
    sent = {"data": {"items_list": rows}, "options": {"fix_payments": True}}
    changed = client.data("PUT", f"issued_documents/{stored['id']}", json=sent)
    assert [(item["id"], item["name"]) for item in changed["items_list"]] == [
        (3, "c"),
        (4, "new"),
        (5, "a"),
        (6, "twin"),
    ]
    assert changed["amount_net"] == 76


def test_a_document_outlives_what_it_refers_to(client: Client) -> None:
    own = client.data("POST", "settings/vat_types", json={"data": {"value": 0, "ei_type": "N4", "description": "Mio"}})
    party = client.data("POST", "entities/clients", json={"data": {"name": "Verdi"}})
    method = client.data("POST", "settings/payment_methods", json={"data": {"name": "Baratto"}})
    account = client.data("POST", "settings/payment_accounts", json={"data": {"name": "Cassetto"}})
    stored = create(
        client,
        entity={"id": party["id"], "name": "Verdi"},
        items_list=[row(vat={"id": own["id"]})],
        payment_method={"id": method["id"]},
        payments_list=[{"amount": 100, "status": "paid", "payment_account": {"id": account["id"]}}],
    )
    for path in (
        f"settings/vat_types/{own['id']}",
        f"entities/clients/{party['id']}",
        f"settings/payment_methods/{method['id']}",
        f"settings/payment_accounts/{account['id']}",
    ):
        client.delete(path)
    changed = change(client, stored["id"], subject="Ancora qui", items_list=stored["items_list"])
    assert changed["items_list"][0]["vat"]["description"] == "Mio"
    assert changed["payment_method"]["name"] == "Baratto"
    assert changed["payments_list"][0]["payment_account"]["name"] == "Cassetto"
    assert client.data("POST", f"issued_documents/{stored['id']}/totals")["amount_due"] == 100


# what a change leaves behind


def test_every_change_writes_its_event(client: Client, installation: Installation, company_id: int) -> None:
    before = len(_events(installation, company_id))
    quote = create(client, "quote")["id"]
    self_invoice = create(client, "self_supplier_invoice")["id"]
    change(client, quote, subject="x")
    client.put(f"issued_documents/{quote}", json={"data": {"date": "never"}})
    client.delete(f"issued_documents/{quote}")
    assert _events(installation, company_id)[before:] == [
        ("issued_documents.quotes.create", quote),
        ("issued_documents.self_supplier_invoices.create", self_invoice),
        ("issued_documents.quotes.update", quote),
        ("issued_documents.quotes.delete", quote),
    ]


def test_a_deleted_document_lies_in_the_bin_whole(client: Client, installation: Installation, company_id: int) -> None:
    stored = create(client, subject="Da buttare")
    client.delete(f"issued_documents/{stored['id']}", json={})
    statement = select(bin_.c.body, bin_.c.deleted_at).where(
        bin_.c.company_id == company_id, bin_.c.collection == "issued_documents", bin_.c.id == stored["id"]
    )
    with installation.database.read() as session:
        rows = session.rows(statement)
    assert len(rows) == 1
    assert b'"subject":"Da buttare"' in rows[0][0]
    assert rows[0][1] == "2026-03-02 09:30:00"
    assert client.delete(f"issued_documents/{stored['id']}").status_code == 404


def test_a_paid_invoice_goes_through_the_whole_of_its_life(client: Client) -> None:
    stored = create(client, fix=False)
    assert stored["next_due_date"] == "2026-04-01"
    installment = stored["payments_list"][0]
    paid = {**installment, "status": "paid", "payment_account": {"id": account_of(client)}, "paid_date": "2026-03-20"}
    settled = change(client, stored["id"], payments_list=[paid])
    assert settled["next_due_date"] is None
    assert settled["payments_list"][0]["id"] == installment["id"]
    assert settled["payments_list"][0]["payment_account"]["name"]
    pdf = client.get(settled["url"].removeprefix("http://127.0.0.1").partition("/")[2].join(("/", "")))
    assert (pdf.status_code, pdf.content[:5]) == (200, b"%PDF-")


# totals and info


def test_totals_of_a_new_document_store_nothing(client: Client) -> None:
    sent = {"type": "invoice", "rivalsa": 5, "cassa": 5, "withholding_tax": 5, "withholding_tax_taxable": 50}
    rows = [row(10, vat={"id": 3}), row(20)]
    answer = client.data("POST", "issued_documents/totals", json={"data": {**sent, "items_list": rows}})
    assert (answer["amount_net"], answer["amount_rivalsa"], answer["amount_cassa"]) == (30, 1.5, 1.58)
    assert answer["vat_list"] == {
        "10": {"amount_net": 10, "amount_vat": 1},
        "22": {"amount_net": 23.08, "amount_vat": 5.08},
    }
    assert client.get("issued_documents").json()["total"] == 0


def test_totals_of_a_stored_document_take_changes_that_are_not_saved(client: Client) -> None:
    stored = create(client)
    changed = client.data("POST", f"issued_documents/{stored['id']}/totals", json={"data": {"rivalsa": 20}})
    assert (changed["amount_rivalsa"], changed["amount_due"], changed["payments_sum"]) == (20, 146.4, 122)
    assert client.data("POST", f"issued_documents/{stored['id']}/totals")["amount_due"] == 122
    assert client.data("GET", f"issued_documents/{stored['id']}")["rivalsa"] is None


def test_totals_of_a_new_document_need_its_type(client: Client) -> None:
    refused = client.post("issued_documents/totals", json={"data": {"items_list": [row()]}})
    assert refused.json()["error"]["validation_result"] == {"data.type": ["The data.type field is required."]}


@pytest.mark.parametrize("type", TYPES)
def test_the_pre_create_info_knows_next_numbers_defaults_and_choices(client: Client, type: str) -> None:
    create(client, type)
    info = client.data("GET", "issued_documents/info", params={"type": type})
    assert info["numerations"]["2026"][""] == 2
    assert info["numerations"]["2027"] == {"": 1}
    assert info["items_default_values"]["vat"]["id"] == 0
    assert len(info["countries_list"]) > 200
    assert {method["name"] for method in info["payment_methods_list"]}
    assert "FatturaElettronicaBody" in info["ei_structure"]


def test_the_pre_create_info_needs_a_type(client: Client) -> None:
    for sent in ({}, {"type": "parcel"}):
        refused = client.get("issued_documents/info", params=sent)
        assert (refused.status_code, list(refused.json()["error"]["validation_result"])) == (422, ["type"])
