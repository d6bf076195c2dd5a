"""Electronic invoices brought in as files: what becomes of each, what is refused and why, and that it can be undone."""

from typing import Any

import pytest

from mastro.fatturapa import read
from resources.e_invoices import BUYER, CUSTOMER, SELLER, exported, zipped
from resources.issued_documents import create
from support import CheckAccess, Client, Clock, MakeCompany, MakeToken


@pytest.fixture
def company_id(make_company: MakeCompany) -> int:
    """The company of the files."""
    id: int = make_company(**SELLER)
    return id


@pytest.fixture
def other(client: Client, make_company: MakeCompany, make_token: MakeToken) -> Client:
    """The same company once more, empty: a program that somebody moves to."""
    id = make_company(**SELLER)
    return Client(client.http, id, make_token(company_id=id))


@pytest.fixture
def buyer(client: Client, make_company: MakeCompany, make_token: MakeToken) -> Client:
    """The customer, where the same file is a purchase."""
    id = make_company(**BUYER)
    return Client(client.http, id, make_token(company_id=id))


def bring(client: Client, content: bytes, name: str = "fattura.xml", side: str = "issued", **query: Any) -> Any:
    """The report of an import."""
    answer = client.post(f"{side}_documents/import", files={"attachment": (name, content)}, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def listed(client: Client, side: str = "issued") -> Any:
    return client.get(f"{side}_documents").json()["data"]


def what_it_says(xml: bytes) -> Any:
    """The tree of a file without what it says of its own way."""
    tree = read(xml).tree
    for name in ("IdTrasmittente", "ProgressivoInvio", "ContattiTrasmittente"):
        tree["FatturaElettronicaHeader"]["DatiTrasmissione"].pop(name, None)
    return tree


# access


@pytest.mark.parametrize("side", ["issued", "received"])
def test_an_import_needs_the_scope_to_write(side: str, check_access: CheckAccess) -> None:
    needs = "issued_documents.invoices:a" if side == "issued" else "received_documents:a"
    check_access("POST", f"{side}_documents/import", needs=needs, files={"attachment": ("a.xml", b"<a/>")})
    check_access("DELETE", f"{side}_documents/import/1", needs=needs)


# what is issued

DOCUMENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "plain": ("invoice", {}),
    "series": ("invoice", {"number": 7, "numeration": "/PA"}),
    "credit note": ("credit_note", {}),
    "discount": ("invoice", {"items_list": [{"name": "Sedia", "net_price": 33.33, "qty": 3, "discount": 10}]}),
    "fund and withholding": (
        "invoice",
        {"cassa": 4, "ei_cassa_type": "TC01"}
        | {"withholding_tax": 20, "withholding_tax_taxable": 100, "ei_withholding_tax_causal": "A"},
    ),
    "split payment": ("invoice", {"use_split_payment": True, "ei_data": {"payment_method": "MP05", "vat_kind": "S"}}),
    "exempt": ("invoice", {"items_list": [{"name": "Visita", "net_price": 100, "vat": {"id": 78}}], "stamp_duty": 2}),
}


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_the_reverse_of_our_own_export_loses_nothing(kind: str, client: Client, other: Client) -> None:
    type, more = DOCUMENTS[kind]
    xml = exported(client, type, **more)
    original = client.data("GET", "issued_documents/1")
    [line] = bring(other, xml)["documents"]
    assert (line["status"], line["reason"], line["differences"]) == ("created", "", [])
    made = other.data("GET", f"issued_documents/{line['id']}")
    for key in ("type", "number", "numeration", "date", "amount_net", "amount_vat", "amount_gross", "stamp_duty"):
        assert made[key] == original[key], key
    again = other.get(f"issued_documents/{line['id']}/e_invoice/xml").content
    assert what_it_says(again) == what_it_says(xml)


def test_what_the_sdi_has_is_locked_and_what_it_has_not_is_not(client: Client, other: Client) -> None:
    xml = exported(client)
    sent = bring(other, xml)["documents"][0]["id"]
    document = other.data("GET", f"issued_documents/{sent}")
    assert (document["locked"], document["ei_status"]) == (True, "sent")
    again = bring(other, exported(client), sent="0")["documents"][0]["id"]
    document = other.data("GET", f"issued_documents/{again}")
    assert (document["locked"], document["ei_status"]) == (False, "not_sent")


@pytest.mark.parametrize(
    ("written", "number", "numeration"),
    [("12", 12, ""), ("12/A", 12, "/A"), ("0012", 12, ""), ("FPR 12/2026", 12, "FPR /2026"), ("A-7", 7, "A-")],
)
def test_a_number_of_any_form_stays_what_it_is(
    written: str, number: int, numeration: str, client: Client, other: Client
) -> None:
    xml = exported(client).replace(b"<Numero>1</Numero>", f"<Numero>{written}</Numero>".encode())
    [line] = bring(other, xml)["documents"]
    assert (line["status"], line["number"], line["differences"]) == ("created", written, [])
    made = other.data("GET", f"issued_documents/{line['id']}")
    assert (made["number"], made["numeration"]) == (number, numeration)
    again = other.get(f"issued_documents/{line['id']}/e_invoice/xml").content
    assert f"<Numero>{written}</Numero>".encode() in again
    assert bring(other, xml)["documents"][0]["status"] == "duplicate"


def test_what_is_there_already_is_told_by_its_id(client: Client, other: Client) -> None:
    xml = exported(client)
    first = bring(other, xml)["documents"][0]["id"]
    report = bring(other, xml)
    assert (report["created"], report["duplicates"], report["refused"], report["id"]) == (0, 1, 0, None)
    assert (report["documents"][0]["id"], report["documents"][0]["code"]) == (first, "DUPLICATE")
    assert len(listed(other)) == 1


def test_a_number_of_another_document_is_not_taken_from_it(client: Client, other: Client) -> None:
    xml = exported(client, date="2026-03-10")
    create(other, date="2026-03-02")
    [line] = bring(other, xml)["documents"]
    assert (line["status"], line["code"]) == ("refused", "NUMBER_TAKEN")


def test_an_invoice_of_another_company_is_refused(client: Client, buyer: Client) -> None:
    [line] = bring(buyer, exported(client))["documents"]
    assert (line["status"], line["code"]) == ("refused", "OTHER_COMPANY")
    assert listed(buyer) == []


def test_rows_that_are_not_the_sum_are_refused(client: Client, other: Client) -> None:
    xml = exported(client).replace(b"<Imposta>22.00</Imposta>", b"<Imposta>23.00</Imposta>")
    [line] = bring(other, xml)["documents"]
    assert (line["status"], line["code"]) == ("refused", "AMOUNTS_DIFFER")
    assert "22" in line["reason"]
    assert "23" in line["reason"]


def test_an_archive_is_taken_in_the_order_of_dates_and_one_bad_file_keeps_none_back(
    client: Client, other: Client
) -> None:
    first, second = exported(client, date="2026-03-02"), exported(client, date="2026-03-05")
    report = bring(other, zipped(second, b"<html/>", first), "tutte.zip")
    assert (report["created"], report["refused"]) == (2, 1)
    by_file = {line["file"]: line for line in report["documents"]}
    assert by_file["2.xml"]["code"] == "UNREADABLE"
    assert by_file["3.xml"]["id"] < by_file["1.xml"]["id"]
    assert [(each["number"], each["date"]) for each in listed(other)] == [(2, "2026-03-05"), (1, "2026-03-02")]


def test_a_dry_run_tells_what_would_happen_and_makes_nothing(client: Client, other: Client) -> None:
    xml = exported(client)
    report = bring(other, zipped(xml, xml), "due.zip", dry_run="1")
    assert (report["id"], report["created"], report["duplicates"], report["dry_run"]) == (None, 1, 1, True)
    assert report["documents"][0]["id"] is None
    assert listed(other) == []
    assert bring(other, xml)["documents"][0]["id"] == 1  # not even an id was used


# undo


def test_an_undo_takes_back_everything_and_leaves_nothing_in_the_bin(client: Client, other: Client) -> None:
    report = bring(other, zipped(exported(client), exported(client)), "due.zip")
    assert len(listed(other)) == 2
    assert other.data("DELETE", f"issued_documents/import/{report['id']}") == {"undone": 2}
    assert listed(other) == []
    assert other.data("GET", "bin/issued_documents") == []
    assert other.call("DELETE", f"issued_documents/import/{report['id']}").status_code == 404
    assert bring(other, exported(client, number=1, numeration="/B"))["created"] == 1


def test_an_undo_reaches_what_lies_in_the_bin_by_now(client: Client, other: Client) -> None:
    report = bring(other, exported(client), sent="0")
    assert other.delete("issued_documents/1").status_code == 200
    assert len(other.data("GET", "bin/issued_documents")) == 1
    other.data("DELETE", f"issued_documents/import/{report['id']}")
    assert other.data("GET", "bin/issued_documents") == []


def test_an_undo_does_not_take_away_the_work_that_was_done_since(client: Client, other: Client, clock: Clock) -> None:
    report = bring(other, exported(client), sent="0")
    clock.advance(minutes=1)
    other.data("PUT", "issued_documents/1", json={"data": {"notes": "Grazie"}})
    refused = other.call("DELETE", f"issued_documents/import/{report['id']}")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "CHANGED_SINCE")
    assert len(listed(other)) == 1


def test_an_import_of_one_side_is_not_undone_from_the_other(client: Client, other: Client) -> None:
    report = bring(other, exported(client))
    assert other.call("DELETE", f"received_documents/import/{report['id']}").status_code == 404


# what is received


def test_what_one_issues_the_other_receives_with_rows_payments_and_the_file(client: Client, buyer: Client) -> None:
    xml = exported(client, payments_list=[{"amount": 122, "due_date": "2026-05-31"}])
    [line] = bring(buyer, xml, side="received")["documents"]
    assert (line["status"], line["entity_name"]) == ("created", "Officine Perugine S.r.l.")
    made = buyer.data("GET", f"received_documents/{line['id']}")
    assert (made["type"], made["invoice_number"], made["e_invoice"]) == ("expense", "1", True)
    assert (made["amount_net"], made["amount_vat"], made["amount_gross"]) == (100, 22, 122)
    assert made["entity"]["vat_number"] == "02345678904"
    assert [(row["name"], row["net_price"]) for row in made["items_list"]] == [("Consulenza", 100)]
    assert [(each["amount"], each["due_date"]) for each in made["payments_list"]] == [(122, "2026-05-31")]
    assert buyer.http.get(made["attachment_url"]).content == xml


def test_a_credit_note_of_a_supplier_is_one(client: Client, buyer: Client) -> None:
    [line] = bring(buyer, exported(client, "credit_note"), side="received")["documents"]
    assert buyer.data("GET", f"received_documents/{line['id']}")["type"] == "passive_credit_note"


def test_a_purchase_is_made_once_and_undone_whole(client: Client, buyer: Client) -> None:
    xml = exported(client)
    report = bring(buyer, xml, side="received")
    again = bring(buyer, xml, side="received")
    assert (again["duplicates"], again["documents"][0]["id"]) == (1, report["documents"][0]["id"])
    assert buyer.data("DELETE", f"received_documents/import/{report['id']}") == {"undone": 1}
    assert listed(buyer, "received") == []
    assert bring(buyer, xml, side="received")["created"] == 1


def test_a_purchase_of_another_company_is_refused(client: Client, other: Client) -> None:
    [line] = bring(other, exported(client), side="received")["documents"]
    assert (line["status"], line["code"]) == ("refused", "OTHER_COMPANY")


# what is no import


@pytest.mark.parametrize("side", ["issued", "received"])
def test_a_form_without_a_file_is_refused(side: str, client: Client) -> None:
    answer = client.post(f"{side}_documents/import", data={"filename": "a.xml"}, files={"other": ("a.xml", b"<a/>")})
    assert answer.status_code == 422
    assert "attachment" in answer.json()["error"]["validation_result"]


def test_a_switch_is_true_or_false(client: Client) -> None:
    answer = client.post("issued_documents/import", files={"attachment": ("a.xml", b"<a/>")}, params={"dry_run": "si"})
    assert answer.status_code == 422


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", zipped(zipped(b"<a/>"))])
def test_a_broken_archive_and_one_within_another_make_nothing(content: bytes, client: Client) -> None:
    answer = client.post("issued_documents/import", files={"attachment": ("a.zip", content)})
    if answer.status_code == 200:
        assert answer.json()["data"]["documents"][0]["code"] == "UNREADABLE"
    else:
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "WRONG_CONTENT")
    assert listed(client) == []


# what was done is looked at


@pytest.mark.parametrize("side", ["issued", "received"])
def test_imports_are_read_with_the_scope_to_read(
    side: str, client: Client, other: Client, buyer: Client, check_access: CheckAccess
) -> None:
    needs = "issued_documents.invoices:r" if side == "issued" else "received_documents:r"
    check_access("GET", f"{side}_documents/import", needs=needs)
    company = other if side == "issued" else buyer
    report = bring(company, exported(client), side=side)
    [listed] = company.data("GET", f"{side}_documents/import")
    assert (listed["id"], listed["filename"], listed["created"]) == (report["id"], "fattura.xml", 1)
    assert "documents" not in listed
    assert company.data("GET", f"{side}_documents/import/{report['id']}") == report
    wrong = "received" if side == "issued" else "issued"
    assert company.data("GET", f"{wrong}_documents/import") == []
    assert company.get(f"{wrong}_documents/import/{report['id']}").status_code == 404


# customers and suppliers

TIED = pytest.mark.parametrize(
    ("side", "kind", "name", "vat_number"),
    [("issued", "clients", "Bianchi S.p.A.", "01234567897"), ("received", "suppliers", SELLER["name"], "02345678904")],
)


@TIED
def test_who_is_not_known_is_added_once_and_goes_with_the_import(
    side: str, kind: str, name: str, vat_number: str, client: Client, other: Client, buyer: Client
) -> None:
    company = other if side == "issued" else buyer
    two = zipped(exported(client), exported(client))
    preview = bring(company, two, "due.zip", side=side, dry_run="1")
    [entity] = preview["entities"]
    assert (entity["kind"], entity["id"], entity["created"]) == (kind.rstrip("s"), None, True)
    assert (entity["name"], entity["vat_number"]) == (name, vat_number)
    assert company.data("GET", f"entities/{kind}") == []
    report = bring(company, two, "due.zip", side=side)
    [made] = company.data("GET", f"entities/{kind}")
    assert report["entities"] == [{**entity, "id": made["id"]}]
    for line in report["documents"]:
        assert company.data("GET", f"{side}_documents/{line['id']}")["entity"]["id"] == made["id"]
    company.data("DELETE", f"{side}_documents/import/{report['id']}")
    assert company.data("GET", f"entities/{kind}") == []


@TIED
def test_who_is_known_is_tied_and_stays(
    side: str, kind: str, name: str, vat_number: str, client: Client, other: Client, buyer: Client
) -> None:
    company = other if side == "issued" else buyer
    known = company.data(
        "POST", f"entities/{kind}", json={"data": {"name": "Come si chiama qui", "vat_number": vat_number}}
    )
    report = bring(company, exported(client), side=side, create_entities="0")
    [entity] = report["entities"]
    assert (entity["id"], entity["name"], entity["created"]) == (known["id"], "Come si chiama qui", False)
    made = company.data("GET", f"{side}_documents/{report['documents'][0]['id']}")
    assert (made["entity"]["id"], made["entity"]["name"]) == (known["id"], name)
    company.data("DELETE", f"{side}_documents/import/{report['id']}")
    assert len(company.data("GET", f"entities/{kind}")) == 1


def test_nobody_is_added_where_that_is_not_wanted(client: Client, other: Client) -> None:
    report = bring(other, exported(client), create_entities="0")
    assert (report["created"], report["entities"]) == (1, [])
    assert other.data("GET", "entities/clients") == []


def test_somebody_that_a_later_document_names_outlives_the_import(client: Client, other: Client) -> None:
    report = bring(other, exported(client))
    create(other, entity={"id": report["entities"][0]["id"], "name": "Bianchi S.p.A."})
    other.data("DELETE", f"issued_documents/import/{report['id']}")
    assert len(other.data("GET", "entities/clients")) == 1


def test_somebody_that_was_changed_outlives_the_import(client: Client, other: Client, clock: Clock) -> None:
    report = bring(other, exported(client))
    clock.advance(minutes=1)
    other.data("PUT", f"entities/clients/{report['entities'][0]['id']}", json={"data": {"notes": "Paga tardi"}})
    other.data("DELETE", f"issued_documents/import/{report['id']}")
    assert len(other.data("GET", "entities/clients")) == 1


def test_a_purchase_that_came_in_already_is_told_and_its_file_kept_once(client: Client, buyer: Client) -> None:
    xml = exported(client)
    first = bring(buyer, xml, side="received")
    again = bring(buyer, xml, side="received")
    assert (first["file_ids"], again["file_ids"]) == ([1], [])
    assert again["documents"][0]["id"] == first["documents"][0]["id"]
    buyer.data("DELETE", f"received_documents/import/{first['id']}")
    assert bring(buyer, xml, side="received")["file_ids"] == [2]


# the very file

SENT_AS = "IT02345678904_00001.xml"


def test_the_file_that_the_sdi_has_is_kept_under_its_name(client: Client, other: Client) -> None:
    xml = exported(client).replace(b"\n", b"\n\n", 1)  # as no program of ours writes it
    report = bring(other, xml, SENT_AS)
    answer = other.get(f"issued_documents/{report['documents'][0]['id']}/e_invoice/xml")
    assert answer.content == xml
    assert SENT_AS in answer.headers["content-disposition"]
    other.data("DELETE", f"issued_documents/import/{report['id']}")
    assert bring(other, xml, SENT_AS)["created"] == 1


def test_a_name_that_was_used_by_another_program_is_not_used_again(client: Client, other: Client) -> None:
    bring(other, exported(client), SENT_AS)
    other.data("PUT", "test_mode", json={"data": {"enabled": True}})
    new = create(other, e_invoice=True, entity=CUSTOMER, ei_data={"payment_method": "MP05"})
    path = f"issued_documents/{new['id']}/e_invoice"
    other.data("POST", f"{path}/send", json={"data": {}, "options": {"test_unchecked": True}})
    named = other.get(f"{path}/xml").headers["content-disposition"]
    assert "IT02345678904_" in named
    assert SENT_AS not in named


def test_a_file_under_any_other_name_is_written_anew_by_what_the_document_says(client: Client, other: Client) -> None:
    xml = exported(client).replace(b"\n", b"\n\n", 1)
    [line] = bring(other, xml, "fattura.xml")["documents"]
    again = other.get(f"issued_documents/{line['id']}/e_invoice/xml").content
    assert what_it_says(again) == what_it_says(xml)
    assert again != xml
