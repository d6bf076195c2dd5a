"""The lists of issued documents, the page of one, and what is done with one or with many."""

import io
import zipfile
from typing import Any

import pytest

from mastro.web.sections.issued_documents import bulk, lists
from resources.e_invoices import CUSTOMER
from resources.issued_documents import account_of, create, row
from support import Client, Clock, MakeCompany
from web.conftest import Visitor
from web.pages import Pages

HOSTILE = "<script>alert(1)</script> \N{GRINNING FACE} שלום"
SENDING = {"attempt", "pending"}
"""States of a file that leaves: the worker may have been faster than the test."""

DUE = {"payments_list": [{"amount": 122, "due_date": "2026-04-01"}]}


@pytest.fixture
def company_id(make_company: MakeCompany) -> int:
    """A company whose invoices the SdI would take."""
    seat = {"address_street": "Via Roma 1", "address_postal_code": "20100", "address_city": "Milano"}
    return make_company(name="Rossi S.r.l.", address_province="MI", **seat)


def _invoice(client: Client, **more: Any) -> dict[str, Any]:
    facts = {"e_invoice": True, "entity": CUSTOMER, "ei_data": {"payment_method": "MP05"}, "date": "2026-03-01"}
    return create(client, "invoice", **{**facts, **DUE, **more})


# the list


def test_an_empty_list_says_what_it_is_for(pages: Pages) -> None:
    assert pages.get("/issued_documents?type=invoice").status == 200
    assert "Ancora nessun documento" in pages.said()
    assert pages.find("//a[contains(@href, '/issued_documents/new?type=invoice')]")


def test_a_row_that_was_shown_before_shows_what_changed_since(visitor: Visitor, client: Client, clock: Clock) -> None:
    clock.set(2026, 3, 2)
    invoice, path = _invoice(client), "/issued_documents?type=invoice"

    def shown() -> str:
        return " ".join(visitor().get(path).rows[0])

    assert "Scade 01/04/2026" in shown()
    client.data("PUT", f"issued_documents/{invoice['id']}", json={"data": {"entity": {**CUSTOMER, "name": "Nuova"}}})
    assert "Nuova" in shown()
    clock.set(2026, 4, 2)
    assert "Scaduto 01/04/2026" in shown()
    assert "Overdue" in " ".join(visitor(language="en").get(path).rows[0])


def test_a_list_is_narrowed_by_what_is_chosen_and_says_it_as_q(visitor: Visitor, client: Client, clock: Clock) -> None:
    clock.set(2026, 5, 1)
    pages = visitor()
    _invoice(client, entity={**CUSTOMER, "name": "Bianchi"})
    _invoice(
        client, entity={**CUSTOMER, "name": "Verdi"}, date="2026-04-20", payments_list=[{"due_date": "2026-06-01"}]
    )
    create(client, "quote", entity={"name": "Bianchi"})
    assert len(pages.get("/issued_documents?type=invoice").rows) == 2
    assert [cells[3] for cells in pages.get("/issued_documents?type=invoice&payment=overdue").rows] == ["Bianchi"]
    assert pages.said("//textarea[@name='q']") == "next_due_date < '2026-05-01'"
    assert [cells[3] for cells in pages.get("/issued_documents?type=invoice&text=verd").rows] == ["Verdi"]
    assert [cells[3] for cells in pages.get("/issued_documents?type=invoice&to=2026-03-31").rows] == ["Bianchi"]
    assert len(pages.get("/issued_documents?text=bianchi").rows) == 2
    assert "122,00" in pages.get("/issued_documents?type=invoice&q=entity.name%20%3D%20'verdi'").said(
        "//*[@class='tiles']"
    )


def test_marked_documents_are_found(pages: Pages, client: Client) -> None:
    first, second = _invoice(client), _invoice(client)
    place = f"/issued_documents/{second['id']}"
    pages.get(place).submit(f"{place}/mark")
    assert [cells[1] for cells in pages.get("/issued_documents?type=invoice&marked=1").rows] == [str(second["number"])]
    _tick(pages, "mark", first)
    assert len(pages.get("/issued_documents?type=invoice&marked=1").rows) == 2
    _tick(pages, "unmark", first, second)
    assert "Nessun risultato" in pages.get("/issued_documents?type=invoice&marked=1").said()


def test_a_filter_that_cannot_be_read_is_told_and_kept(pages: Pages) -> None:
    pages.get("/issued_documents?type=invoice&q=nothing%20is%20here")
    assert pages.status == 200
    assert pages.find("//*[@role='alert']")
    assert pages.said("//textarea[@name='q']") == "nothing is here"


def test_a_filter_is_saved_under_a_name_and_opened_again(pages: Pages, client: Client, visitor: Visitor) -> None:
    _invoice(client)
    pages.get("/issued_documents?type=invoice&payment=unpaid").submit(
        "/issued_documents/filters", name="Da <b>incassare"
    )
    assert "Filtro salvato" in pages.said("//*[@class='flash']")
    [link] = pages.find("//*[@id='saved']//a")
    assert link.text_content() == "Da <b>incassare"
    assert "payment=unpaid" in link.get("href")
    assert visitor({"fic_issued_documents": "read"}).get("/issued_documents").find("//*[@id='saved']//a") == []
    [form] = pages.find("//*[@id='saved']//form/@action")
    assert pages.post(form.removeprefix(f"/app/{pages.company_id}")).find("//*[@id='saved']//a") == []


def test_the_list_is_a_file(pages: Pages, client: Client) -> None:
    _invoice(client, entity={**CUSTOMER, "name": "Verdi"})
    _invoice(client)
    pages.get("/issued_documents?type=invoice&text=verdi")
    [address] = [href for href in pages.find("//main//a/@href") if "format=csv" in href]
    pages.get(address)
    assert "Verdi" in pages.text
    assert "Bianchi" not in pages.text


def test_the_totals_of_a_long_list_come_after_it(pages: Pages, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "SUMMED_AT_ONCE", 0)
    _invoice(client)
    pages.get("/issued_documents?type=invoice")
    assert len(pages.rows) == 1
    assert "122,00" not in pages.said("//*[@id='totals']")
    [address] = pages.find("//*[@id='totals']/@hx-get")
    [link] = pages.find("//*[@id='totals']//a/@href")
    assert "122,00" in pages.get(link).said("//*[@id='totals']")
    pages.get(address, **{"HX-Request": "true", "HX-Target": "totals"})
    assert "122,00" in pages.text
    assert "<table" not in pages.text


def test_a_list_shows_what_its_type_has(pages: Pages, client: Client) -> None:
    create(client, "quote")
    pages.get("/issued_documents?type=quote")
    assert not pages.find("//button[@value='settle' or @value='send']")
    assert "Pagamento" not in pages.said("//table")
    _invoice(client)
    pages.get("/issued_documents?type=invoice")
    assert len(pages.find("//button[@value='settle' or @value='send']")) == 2
    assert "Pagamento" in pages.said("//table")


def test_a_list_is_narrowed_to_a_customer(pages: Pages, client: Client) -> None:
    customer = client.data("POST", "entities/clients", json={"data": {"name": HOSTILE}})
    _invoice(client, entity={**CUSTOMER, "id": customer["id"]})
    _invoice(client)
    pages.get(f"/issued_documents?type=invoice&client={customer['id']}")
    assert len(pages.rows) == 1
    assert "alert(1)" in pages.said("//main//*[@class='badge info']")
    assert "<script>alert" not in pages.text
    assert len(pages.get("/issued_documents?type=invoice&client=x").rows) == 2


def test_a_fragment_is_the_list_alone(pages: Pages, client: Client) -> None:
    _invoice(client)
    pages.get("/issued_documents?type=invoice", **{"HX-Request": "true", "HX-Target": "list"})
    assert "<html" not in pages.text
    assert len(pages.rows) == 1


def test_who_may_not_read_a_type_does_not_see_it(visitor: Visitor, client: Client) -> None:
    id = _invoice(client)["id"]
    stranger = visitor({"fic_clients": "read"})
    assert stranger.get("/issued_documents?type=invoice").status == 403
    assert stranger.get(f"/issued_documents/{id}").status == 403
    assert stranger.get(f"/issued_documents/{id}/pages/1").status == 403


# the page of a document


def test_the_page_shows_what_it_looks_like_and_what_it_says(pages: Pages, client: Client) -> None:
    made = _invoice(client, subject=HOSTILE, items_list=[row(name=HOSTILE)])
    pages.get(f"/issued_documents/{made['id']}")
    assert pages.status == 200
    assert pages.title == f"Fattura {made['number']}"
    assert "<script>alert" not in pages.text
    assert HOSTILE in pages.text.replace("&lt;", "<").replace("&gt;", ">")
    assert "122,00" in pages.said("//*[@id='payments']")
    [picture] = pages.find("//img[@class='sheet']/@src")
    assert pages.http.get(picture, headers={"Cookie": f"mastro={pages.session}"}).content.startswith(b"\x89PNG")


def test_a_document_of_another_company_is_not_there(
    visitor: Visitor, client: Client, make_company: MakeCompany
) -> None:
    id = _invoice(client)["id"]
    stranger = visitor(company=make_company())
    assert stranger.get(f"/app/{client.company_id}/issued_documents/{id}").status == 404
    assert stranger.get(f"/issued_documents/{id}").status == 404


def test_a_reader_sees_no_way_to_change_it(visitor: Visitor, client: Client) -> None:
    id = _invoice(client)["id"]
    reader = visitor({"fic_issued_documents": "read"})
    assert reader.get(f"/issued_documents/{id}").status == 200
    assert not reader.find("//main//a[contains(@href, '/edit')]")
    assert not reader.find("//form[contains(@action, '/send')]")
    assert reader.post(f"/issued_documents/{id}/send").status == 403
    assert reader.post(f"/issued_documents/{id}/delete").status == 403


def test_an_installment_is_settled_and_opened_again(pages: Pages, client: Client) -> None:
    made = _invoice(client)
    place = f"/issued_documents/{made['id']}"
    pages.get(place).submit(f"{place}/settle", account=str(account_of(client)), paid_date="2026-03-15")
    assert "saldato il 15/03/2026" in pages.said("//*[@id='payments']")
    assert client.data("GET", place[1:])["payments_list"][0]["status"] == "paid"
    assert "Saldati 122,00" in pages.said("//ol[@class='timeline']")
    pages.get(place)
    [form] = pages.find("//*[@id='payments']//form[contains(@action, '/unsettle')]/@action")
    assert form.endswith(f"{place}/unsettle")
    pages.post(f"{place}/unsettle", {"payment": str(made["payments_list"][0]["id"])})
    assert client.data("GET", place[1:])["payments_list"][0]["status"] == "not_paid"


def test_an_invoice_is_sent_and_locked(pages: Pages, client: Client) -> None:
    place = f"/issued_documents/{_invoice(client)['id']}"
    pages.get(place)
    assert "Il controllo formale non trova errori" in pages.said()
    pages.submit(f"{place}/send")
    assert client.data("GET", place[1:])["ei_status"] in SENDING
    assert "si possono cambiare solo i pagamenti" in pages.said()
    assert "Fattura elettronica: In preparazione" in pages.said("//ol[@class='timeline']")
    assert not pages.find("//form[contains(@action, '/send')]")
    assert pages.post(f"{place}/send").status == 409
    assert pages.find("//*[@role='alert']")


def test_findings_lead_to_the_input_that_mends_them(pages: Pages, client: Client) -> None:
    place = f"/issued_documents/{_invoice(client, entity={**CUSTOMER, 'address_postal_code': ''})['id']}"
    pages.get(place)
    links = pages.find("//*[@class='finding']//a/@href")
    assert f"/app/{pages.company_id}{place}/edit#f-entity-address_postal_code" in links
    assert not pages.find("//form[contains(@action, '/send')]")
    assert pages.post(f"{place}/send").status == 422


def test_the_xml_is_read_and_kept(pages: Pages, client: Client) -> None:
    place = f"/issued_documents/{_invoice(client, entity={**CUSTOMER, 'name': HOSTILE})['id']}"
    pages.get(f"{place}/xml")
    assert "Cessionario Committente" in pages.said()
    assert "TD01 (Fattura)" in pages.said()
    assert "<script>alert" not in pages.text
    assert pages.get(f"{place}/e_invoice.xml").answer.headers["content-disposition"].startswith("attachment")


def test_a_document_leaves_by_e_mail_as_it_was_written(pages: Pages, client: Client) -> None:
    place = f"/issued_documents/{_invoice(client)['id']}"
    pages.get(f"{place}/email").submit(recipient_email="nessuno")
    assert pages.status == 422
    assert "recipient_email" in pages.errors
    pages.submit(recipient_email="a@example.com", subject="Ecco", body=f"Salve\n{HOSTILE}\n{{{{allegati}}}}")
    assert pages.status == 200
    [email] = client.data("GET", "emails")
    assert email["to_email"] == "a@example.com"
    assert "&lt;script&gt;" in email["content"]
    assert "Salve<br>" in email["content"]
    assert "a@example.com" in pages.said("//ol[@class='timeline']")


def test_words_that_nobody_changed_keep_their_form(pages: Pages, client: Client) -> None:
    place = f"/issued_documents/{_invoice(client)['id']}"
    pages.get(f"{place}/email").submit(recipient_email="a@example.com")
    assert "<b>Fattura" in client.data("GET", "emails")[0]["content"]


def test_a_deleted_document_comes_back(pages: Pages, client: Client) -> None:
    place = f"/issued_documents/{_invoice(client)['id']}"
    pages.get(place).submit(f"{place}/delete")
    assert "cestino" in pages.said("//*[@class='flash']")
    assert client.get(place[1:]).status_code == 404
    pages.submit(f"{place}/recover")
    assert client.data("GET", place[1:])
    assert pages.status == 200


def test_the_ways_to_other_types_are_those_of_the_matrix(pages: Pages, client: Client) -> None:
    quote = create(client, "quote")
    ways = pages.get(f"/issued_documents/{quote['id']}").find("//*[@id='more']//a/@href")
    assert any("type=invoice" in way and f"from={quote['id']}" in way for way in ways)
    note = create(client, "credit_note")
    assert not [
        href
        for href in pages.get(f"/issued_documents/{note['id']}").find("//*[@id='more']//a/@href")
        if "type=" in href
    ]


# many at once


def _tick(pages: Pages, do: str, *documents: dict[str, Any]) -> Pages:
    return pages.post("/issued_documents/bulk", {"do": do, "ids": [str(each["id"]) for each in documents], "back": ""})  # type: ignore[dict-item]


def _confirm(pages: Pages) -> Pages:
    """Confirm what the page says that would happen."""
    [form] = [form for form in pages.tree.forms if (form.action or "").endswith("/bulk/run")]
    fields = {name: [value for key, value in form.form_values() if key == name] for name in form.fields}
    return pages.post("/issued_documents/bulk/run", fields)  # type: ignore[arg-type]


def test_many_are_settled_with_a_result_for_each_and_all_taken_back(pages: Pages, client: Client) -> None:
    first, second = _invoice(client), _invoice(client)
    quote = create(client, "quote")
    _tick(pages, "settle", first, second, quote)
    assert "Escluso" in pages.rows[2][2]
    assert client.data("GET", f"issued_documents/{first['id']}")["payments_list"][0]["status"] == "not_paid"
    fields = {"do": "settle", "account": str(account_of(client)), "paid_date": "2026-03-15"}
    ids = [str(each["id"]) for each in (first, second, quote)]
    pages.post("/issued_documents/bulk/run", {**fields, "ids": ids})  # type: ignore[dict-item]
    assert ["Fatto" in cells[2] for cells in pages.rows] == [True, True, False]
    assert client.data("GET", f"issued_documents/{second['id']}")["payments_list"][0]["paid_date"] == "2026-03-15"
    pages.submit("/issued_documents/bulk/unsettle")
    assert client.data("GET", f"issued_documents/{second['id']}")["payments_list"][0]["status"] == "not_paid"


def test_many_are_settled_into_the_account_of_each_unless_another_is_chosen(pages: Pages, client: Client) -> None:
    def new(name: str, type: str) -> Any:
        return client.data("POST", "settings/payment_accounts", json={"data": {"name": name, "type": type}})

    bank, card = new("Banca <b>mia</b>", "bank"), new("Carta", "standard")
    method = {"name": "Con carta", "default_payment_account": {"id": card["id"]}}
    by_card = client.data("POST", "settings/payment_methods", json={"data": method})
    due = {"amount": 122, "due_date": "2026-04-01"}
    named = _invoice(client, payments_list=[{**due, "payment_account": {"id": bank["id"]}}])
    usual = _invoice(client, payments_list=[due], payment_method={"id": by_card["id"]})
    _tick(pages, "settle", named, usual)
    assert [cells[2].rpartition(" · ")[2] for cells in pages.rows] == ["Banca <b>mia</b>", "Carta"]
    _confirm(pages)

    def account(document: dict[str, Any]) -> str:
        paid = client.data("GET", f"issued_documents/{document['id']}")["payments_list"][0]
        return str(paid["payment_account"]["name"])

    assert (account(named), account(usual)) == ("Banca <b>mia</b>", "Carta")
    none = _invoice(client, payments_list=[due], payment_method=None)
    _tick(pages, "settle", none)
    assert "senza un conto suo" in pages.rows[0][2]
    [proposed] = pages.find("//select[@name='otherwise']/option[@selected]/text()")
    _confirm(pages)
    assert "Fatto" in pages.rows[0][2]
    assert account(none) == proposed
    types = {each["name"]: each["type"] for each in client.data("GET", "settings/payment_accounts")}
    assert types[proposed] == "bank"


def test_one_that_is_refused_stops_no_other(pages: Pages, client: Client) -> None:
    good, bad = _invoice(client), _invoice(client, entity={**CUSTOMER, "vat_number": "", "tax_code": ""})
    _tick(pages, "send", good, bad)
    assert "Escluso" in pages.rows[1][2]
    _confirm(pages)
    assert client.data("GET", f"issued_documents/{good['id']}")["ei_status"] in SENDING
    assert client.data("GET", f"issued_documents/{bad['id']}")["ei_status"] not in SENDING


def test_many_leave_by_e_mail_to_those_who_have_an_address(pages: Pages, client: Client) -> None:
    with_address = _invoice(client, entity={**CUSTOMER, "email": "a@example.com"})
    _tick(pages, "email", with_address, _invoice(client))
    assert "a@example.com" in pages.rows[0][2]
    assert "indirizzo" in pages.rows[1][2]
    _confirm(pages)
    assert [each["to_email"] for each in client.data("GET", "emails")] == ["a@example.com"]


def test_many_are_deleted_and_come_back(pages: Pages, client: Client) -> None:
    documents = [_invoice(client), _invoice(client)]
    _tick(pages, "delete", *documents)
    _confirm(pages)
    assert client.data("GET", "issued_documents?type=invoice") == []
    pages.submit("/issued_documents/bulk/recover")
    assert len(client.data("GET", "issued_documents?type=invoice")) == 2


@pytest.mark.parametrize(("kind", "begin"), [("pdf", b"%PDF"), ("xml", b"<?xml")])
def test_files_of_many_are_one_archive(pages: Pages, client: Client, kind: str, begin: bytes) -> None:
    _tick(pages, kind, _invoice(client), create(client, "quote"))
    archive = zipfile.ZipFile(io.BytesIO(pages.answer.content))
    files = [name for name in archive.namelist() if name.endswith(kind)]
    assert len(files) == (2 if kind == "pdf" else 1)
    assert archive.read(files[0]).startswith(begin)
    assert ("LEGGIMI.txt" in archive.namelist()) == (kind == "xml")


def test_several_orders_lead_to_one_invoice(pages: Pages, client: Client) -> None:
    orders = [create(client, "order"), create(client, "order")]
    _tick(pages, "join", *orders)
    assert pages.address.endswith(f"/issued_documents/new?from={orders[0]['id']}%2C{orders[1]['id']}")
    assert pages.status == 200


def test_nothing_ticked_is_told(pages: Pages) -> None:
    assert "Nessuna riga" in _tick(pages, "delete").said("//*[@class='flash']")


def test_the_pages_speak_english(visitor: Visitor, client: Client) -> None:
    id = _invoice(client)["id"]
    english = visitor(language="en")
    assert english.get(f"/issued_documents/{id}").title.startswith("Invoice ")
    assert english.get("/issued_documents?type=invoice").title == "Invoices"


def test_a_step_is_made_with_all_that_the_filter_finds(pages: Pages, client: Client) -> None:
    for number in range(53):
        create(client, "quote", entity={"name": "Altri" if number == 7 else "Bianchi"})
    pages.get("/issued_documents?type=quote&text=bianchi")
    assert pages.find("//input[@name='everything']/@data-everything") == ["52"]
    back = pages.find("//form[@id='bulk']//input[@name='back']/@value")[0]
    sent = {"do": "delete", "ids": "1", "back": back, "everything": "on"}
    pages.post("/issued_documents/bulk", sent)
    assert len(pages.rows) == 52
    fields = {"do": "delete", "ids": pages.find("//form//input[@name='ids']/@value"), "back": back}
    pages.post("/issued_documents/bulk/run", fields)
    assert [each["entity"]["name"] for each in client.data("GET", "issued_documents?type=quote")] == ["Altri"]
    pages.submit("/issued_documents/bulk/recover")
    assert client.get("issued_documents?type=quote").json()["total"] == 53


def test_a_step_with_more_than_a_form_is_about_asks_for_a_narrower_filter(
    pages: Pages, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MOST", 2)
    for _ in range(3):
        create(client, "quote")
    pages.post("/issued_documents/bulk", {"do": "delete", "ids": "1", "back": "?type=quote", "everything": "on"})
    assert "Sono più di 2 documenti" in pages.said("//*[@class='flash']")


def test_a_list_on_one_page_offers_no_more_than_its_rows(pages: Pages, client: Client) -> None:
    create(client, "quote")
    assert pages.get("/issued_documents?type=quote").find("//input[@name='everything']") == []
