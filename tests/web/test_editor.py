"""The document editor, as a form without a script: filled in, worked on by its buttons, saved or refused."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mastro.api.scopes import DOCUMENT_SCOPES
from mastro.web.language import LOCALES
from support import Client, MakeCompany
from web.conftest import Visitor
from web.pages import Pages

HOSTILE = "<script>alert(1)</script> \N{GRINNING FACE} שלום " + "lungo" * 30
NEW = "/issued_documents/new?type=invoice"


SEAT = {"address_street": "Via Roma 1", "address_postal_code": "20100", "address_city": "Milano"}
CUSTOMER = {**SEAT, "name": "Bianchi S.p.A.", "vat_number": "01234567897", "country": "Italia", "ei_code": "ABC1234"}


@pytest.fixture
def company_id(make_company: MakeCompany) -> int:
    return make_company(name="Rossi S.r.l.", **SEAT, address_province="MI")


def filled(pages: Pages, **more: str) -> dict[str, str]:
    """The fields of the form that is open, as a browser would send them, with some changed."""
    form = pages.tree.get_element_by_id("document")
    kept = {name: value for name, value in form.form_values() if ".NEW." not in name}
    return {**kept, **{name.replace("__", "."): value for name, value in more.items()}}


def press(pages: Pages, do: str, **more: str) -> Pages:
    """Press a button of the form that is open."""
    return pages.post(pages.address, {**filled(pages, **more), "do": do})


def only(client: Client, **query: str) -> Any:
    [row] = client.data("GET", "issued_documents", params={"type": "invoice", **query})
    return client.data("GET", f"issued_documents/{row['id']}")


def value(pages: Pages, name: str) -> str:
    return filled(pages).get(name, "")


ROW = {"items_list__0__name": "Consulenza", "items_list__0__qty": "2", "items_list__0__net_price": "1.000,50"}


def test_an_invoice_is_written_and_saved(pages: Pages, client: Client) -> None:
    press(pages.get(NEW), "save", entity__name="Rossi S.r.l.", visible_subject="Lavori", **ROW)
    made = only(client)
    assert pages.address == f"/app/{pages.company_id}/issued_documents/{made['id']}"
    assert (made["entity"]["name"], made["number"], made["visible_subject"]) == ("Rossi S.r.l.", 1, "Lavori")
    assert (made["amount_net"], made["amount_gross"], made["e_invoice"]) == (2001, 2441.22, True)
    assert [payment["amount"] for payment in made["payments_list"]] == [2441.22]


@pytest.mark.parametrize("type", DOCUMENT_SCOPES)
def test_a_document_of_every_type_is_written_saved_and_changed(pages: Pages, client: Client, type: str) -> None:
    press(pages.get(f"/issued_documents/new?type={type}"), "save", entity__name="Rossi", **ROW)
    [made] = client.data("GET", "issued_documents", params={"type": type})
    assert made["amount_net"] == 2001
    press(pages.get(f"/issued_documents/{made['id']}/edit"), "save", subject="Cambiato")
    assert client.data("GET", f"issued_documents/{made['id']}")["subject"] == "Cambiato"


def test_what_is_refused_keeps_what_was_typed_and_says_where(pages: Pages, client: Client) -> None:
    press(pages.get(NEW), "save", **{**ROW, "items_list__0__qty": "molte", "visible_subject": HOSTILE})
    assert pages.status == 422
    assert pages.errors == {"items_list.0.qty": "Scrivi un numero, per esempio 1.234,56."}
    assert value(pages, "items_list.0.qty") == "molte"
    assert value(pages, "visible_subject") == HOSTILE
    assert "<script>alert" not in pages.text
    assert pages.find("//a[@href='#f-items_list-0-qty']")
    press(pages, "save", items_list__0__qty="3")
    assert pages.errors == {"_find": "Scegli o scrivi per chi è il documento."}
    assert client.data("GET", "issued_documents", params={"type": "invoice"}) == []


@pytest.mark.parametrize(
    ("typed", "it", "en"),
    [
        ("1e9", "Scrivi un numero, per esempio 1.234,56.", "Type a number, such as 1,234.56."),
        ("9" * 400, "Scrivi un numero, per esempio 1.234,56.", "Type a number, such as 1,234.56."),
        (
            "9" * 40,
            "Scrivi un numero sotto mille miliardi, con dieci decimali al massimo.",
            "Type a number below a thousand billion, with ten decimals at most.",
        ),
    ],
)
def test_a_number_that_is_none_or_too_long_is_refused_in_the_readers_words(
    visitor: Visitor, typed: str, it: str, en: str
) -> None:
    for language, words in (("it", it), ("en", en)):
        reader = visitor(language=language)
        name = "items_list.0.net_price"
        row = {"items_list__0__name": "Ore", "items_list__0__net_price": typed, "items_list__0__qty": "1"}
        press(reader.get(NEW), "save", entity__name="Rossi", **row)
        assert (reader.status, reader.errors) == (422, {name: words})
        assert value(reader, name) == typed
        reader.post("/issued_documents/totals?type=invoice", filled(reader))
        shown = json.loads(reader.find("//*[@id='totals']/@data-errors")[0])
        assert shown == {name: words}


def test_prices_have_two_decimals_at_least_and_say_their_currency(pages: Pages, client: Client) -> None:
    rows = [{"name": "a", "net_price": 12}, {"name": "b", "net_price": 0.12345}]
    data = {"type": "quote", "entity": {"name": "Rossi"}, "items_list": rows, "currency": {"id": "USD"}}
    made = client.data("POST", "issued_documents", json={"data": data})
    pages.get(f"/issued_documents/{made['id']}/edit")
    assert [value(pages, f"items_list.{place}.net_price") for place in (0, 1)] == ["12,00", "0,12345"]
    assert pages.said("//*[@id='price-currency']") == "USD"
    assert pages.find("//*[@id='f-items_list-0-net_price']/../label/@data-currency") == ["USD"]
    client.data("POST", "products", json={"data": {"name": "Vite", "net_price": 0.5}})
    assert "0,50 €" in pages.get("/issued_documents/suggestions/products?text=vite").said("//li").replace("\xa0", " ")


def test_a_document_for_a_supplier_calls_the_other_party_so(pages: Pages, client: Client) -> None:
    new = "/issued_documents/new?type=supplier_order"
    press(pages.get(new), "save", **ROW)
    assert pages.said("//div[@role='alert']//li") == "Fornitore: Scegli o scrivi per chi è il documento."
    press(pages.get(new), "save", entity__name="Rossi", **ROW)
    pages.get("/issued_documents?type=supplier_order")
    heads = [each.text_content().strip() for each in pages.find("//table//th")]
    assert "Fornitore" in heads
    assert "Cliente" not in heads
    assert "Cliente" in pages.get("/issued_documents?type=supplier_order,order").said()


def test_keys_are_called_as_on_the_readers_keyboard(visitor: Visitor) -> None:
    keys = "//p[contains(@class, 'keys')]"
    assert "Ctrl+Canc elimina Ctrl+Invio salva" in visitor().get(NEW).said(keys)
    assert "Ctrl+Del delete Ctrl+Enter save" in visitor(language="en").get(NEW).said(keys)


def test_rows_that_say_nothing_are_left_out(pages: Pages, client: Client) -> None:
    press(press(press(pages.get(NEW), "add_row", **ROW), "add_row"), "save", entity__name="Rossi")
    assert [row["name"] for row in only(client)["items_list"]] == ["Consulenza"]


def test_the_buttons_of_the_rows_work_without_a_script(pages: Pages) -> None:
    press(pages.get(NEW), "add_row", items_list__0__name="a")
    press(pages, "add_row", items_list__1__name="b")
    press(pages, "row_up:1", items_list__2__name="c")
    press(pages, "copy_row:2")
    press(pages, "remove_row:0")
    press(pages, "row_down:0")
    press(pages, "row_down:99")
    names = [value(pages, f"items_list.{index}.name") for index in range(4)]
    assert names == ["c", "a", "c", ""]
    assert value(pages, "items_list.0.vat.id") == "0"


def test_rows_are_in_the_order_in_which_they_are_sent(pages: Pages, client: Client) -> None:
    fields = filled(pages.get(NEW), entity__name="Rossi")
    fields = {name: text for name, text in fields.items() if not name.startswith("items_list.")}
    fields |= {"items_list.7.name": "prima", "items_list.2.name": "seconda", "items_list.30.name": "terza"}
    pages.post(NEW, {**fields, "do": "save"})
    assert [row["name"] for row in only(client)["items_list"]] == ["prima", "seconda", "terza"]


def test_a_customer_is_found_and_taken_with_what_is_usual(pages: Pages, client: Client) -> None:
    methods = client.data("GET", "info/payment_methods")
    facts = {
        "name": "Bianchi S.p.A.",
        "vat_number": "12345670017",
        "address_city": "Bologna",
        "default_payment_terms": 60,
        "default_payment_terms_type": "end_of_month",
        "default_payment_method": {"id": methods[2]["id"]},
        "default_vat": {"id": 3},
        "default_discount": 5,
        "e_invoice": True,
    }
    made = client.data("POST", "entities/clients", json={"data": facts})
    press(pages.get(NEW), "find_entity", _find="bianch")
    [button, new] = pages.find("//ul[@class='found']//button")
    assert new.get("value") == "new_entity"
    press(pages, button.get("value"), date="2026-03-10")
    assert value(pages, "entity.id") == str(made["id"])
    assert value(pages, "entity.vat_number") == "12345670017"
    assert value(pages, "payment_method.id") == str(methods[2]["id"])
    assert value(pages, "payments_list.0.due_date") == "2026-05-31"
    assert (value(pages, "items_list.0.vat.id"), value(pages, "items_list.0.discount")) == ("3", "5")
    press(pages, "date", date="2026-04-10")
    assert value(pages, "payments_list.0.due_date") == "2026-06-30"
    press(pages, "no_entity")
    assert value(pages, "entity.name") == value(pages, "entity.vat_number") == value(pages, "entity.id") == ""


def test_a_new_customer_is_added_to_the_address_book_with_the_document(pages: Pages, client: Client) -> None:
    press(pages.get(NEW), "new_entity", _find="Nuova Cliente", **ROW)
    assert value(pages, "_save_entity") == "on"
    press(pages, "save", entity__vat_number="12345670017")
    [added] = client.data("GET", "entities/clients")
    assert (added["name"], added["vat_number"], added["e_invoice"]) == ("Nuova Cliente", "12345670017", True)
    assert only(client)["entity"]["id"] == added["id"]
    press(pages.get(NEW), "new_entity", _find="Altra", **ROW)
    press(pages, "save", entity__vat_number="12345670017")
    assert pages.status == 422
    assert "entity.vat_number" in pages.errors
    assert len(client.data("GET", "issued_documents", params={"type": "invoice"})) == 1


def test_a_customer_who_is_completed_on_a_document_is_completed_in_the_address_book_where_asked(
    pages: Pages, client: Client
) -> None:
    made = client.data("POST", "entities/clients", json={"data": {"name": "Bianchi", "email": "b@example.com"}})
    press(pages.get(NEW), f"entity:{made['id']}", **ROW)
    assert value(pages, "_save_entity") != "on"
    press(pages, "save", entity__address_city="Torino")
    here = f"/issued_documents/{only(client)['id']}/edit"
    assert client.data("GET", f"entities/clients/{made['id']}")["address_city"] in {None, ""}
    press(pages.get(here), "save", entity__address_city="Torino", entity__email="", _save_entity="on")
    entry = client.data("GET", f"entities/clients/{made['id']}")
    assert (entry["address_city"], entry["email"]) == ("Torino", "b@example.com")
    assert only(client)["entity"]["address_city"] == "Torino"


@pytest.mark.parametrize("typed", ["bianchi s.p.a.", " C-1", "IT 01234567897", "bnchnn80a01h501x"])
def test_who_is_named_exactly_is_taken(pages: Pages, client: Client, typed: str) -> None:
    facts = {**CUSTOMER, "code": "C-1", "tax_code": "BNCHNN80A01H501X"}
    made = client.data("POST", "entities/clients", json={"data": facts})
    client.data("POST", "entities/clients", json={"data": {"name": "Bianchi S.p.A. Due"}})
    press(pages.get(NEW), "save", _find=typed, **ROW)
    assert only(client)["entity"]["id"] == made["id"]


def test_who_is_not_named_exactly_is_asked_for(pages: Pages, client: Client) -> None:
    made = client.data("POST", "entities/clients", json={"data": CUSTOMER})
    press(pages.get(NEW), "save", _find="Bianchi <b>", **ROW)
    assert pages.status == 422
    assert pages.errors == {"_find": "Chi intendi con «Bianchi <b>»?"}
    assert [each.get("value") for each in pages.find("//ul[@class='found']//button")] == [
        f"entity:{made['id']}",
        "new_entity",
    ]
    assert "Nuovo cliente «Bianchi <b>»" in pages.said("//ul[@class='found']")
    assert client.data("GET", "issued_documents", params={"type": "invoice"}) == []
    press(pages, f"entity:{made['id']}")
    press(pages, "save")
    assert only(client)["entity"]["id"] == made["id"]
    assert len(client.data("GET", "entities/clients")) == 1


def test_two_of_the_same_name_are_a_choice(pages: Pages, client: Client) -> None:
    both = [client.data("POST", "entities/clients", json={"data": {"name": "Rossi"}})["id"] for _ in range(2)]
    press(pages.get(NEW), "save", _find="rossi", **ROW)
    asked = {each.get("value") for each in pages.find("//ul[@class='found']//button")}
    assert asked == {*(f"entity:{id}" for id in both), "new_entity"}


def test_a_supplier_is_asked_for_among_the_suppliers(pages: Pages, client: Client) -> None:
    client.data("POST", "entities/clients", json={"data": {"name": "Bianchi cliente"}})
    made = client.data("POST", "entities/suppliers", json={"data": {"name": "Bianchi fornitore"}})
    press(pages.get("/issued_documents/new?type=supplier_order"), "save", _find="Bianchi", **ROW)
    asked = [each.get("value") for each in pages.find("//ul[@class='found']//button")]
    assert asked == [f"entity:{made['id']}", "new_entity"]
    assert "Nuovo fornitore «Bianchi»" in pages.said("//ul[@class='found']")


def test_who_may_not_see_the_address_book_writes_a_name(visitor: Visitor, client: Client) -> None:
    writer = visitor({"fic_issued_documents": "write"})
    press(writer.get(NEW), "save", _find="Una Cliente", **ROW)
    assert (only(client)["entity"]["name"], client.data("GET", "entities/clients")) == ("Una Cliente", [])


def test_who_may_not_add_to_the_address_book_is_not_offered_it(visitor: Visitor, client: Client) -> None:
    writer = visitor({"fic_issued_documents": "write", "fic_clients": "read"})
    press(writer.get(NEW), "new_entity", _find="Una Cliente", **ROW)
    press(writer, "save")
    assert (only(client)["entity"]["name"], client.data("GET", "entities/clients")) == ("Una Cliente", [])


def test_a_product_fills_its_row(pages: Pages, client: Client) -> None:
    data = {"name": "Vite", "code": "V8", "net_price": 0.12345, "measure": "pz", "default_vat": {"id": 3}}
    made = client.data("POST", "products", json={"data": {**data, "description": "Inox"}})
    press(pages.get(NEW), "find_product:0", items_list__0__name="v8")
    press(pages, f"product:0:{made['id']}", items_list__0__qty="12")
    row = {key: value(pages, f"items_list.0.{key}") for key in ("name", "net_price", "measure", "vat.id", "qty")}
    assert row == {"name": "Vite", "net_price": "0,12345", "measure": "pz", "vat.id": "3", "qty": "12"}


def test_a_script_gets_only_the_fields_that_change(pages: Pages, client: Client) -> None:
    made = client.data("POST", "products", json={"data": {"name": "Vite", "net_price": 2}})
    fields = {**filled(pages.get(NEW)), "do": f"product:0:{made['id']}"}
    answer = pages.post(NEW, fields, Accept="application/json").answer.json()
    assert answer["set"]["items_list.0.name"] == "Vite"
    assert "entity.name" not in answer["set"]


def test_prices_change_with_their_switch(pages: Pages) -> None:
    press(pages.get(NEW), "prices", use_gross_prices="on", **{**ROW, "items_list__0__net_price": "100"})
    assert value(pages, "items_list.0.gross_price") == "122,00"
    press(pages, "prices", use_gross_prices="off")
    assert value(pages, "items_list.0.net_price") == "100,00"


def test_installments_are_split_and_always_add_up(pages: Pages, client: Client) -> None:
    row = {**ROW, "items_list__0__net_price": "100", "items_list__0__qty": "1"}
    split = {"_split_count": "3", "_split_first": "30", "_split_every": "30", "_split_end": "on"}
    press(pages.get(NEW), "split", date="2026-03-10", entity__name="Rossi", **row, **split)
    days = [value(pages, f"payments_list.{index}.due_date") for index in range(3)]
    assert days == ["2026-04-30", "2026-05-31", "2026-06-30"]
    press(pages, "save", payments_list__1__amount="50")
    amounts = [payment["amount"] for payment in only(client)["payments_list"]]
    assert amounts == [36, 50, 36]


def test_what_an_installment_becomes_is_told_before_it_is_saved(pages: Pages) -> None:
    row = {**ROW, "items_list__0__net_price": "100", "items_list__0__qty": "1"}
    press(pages.get(NEW), "recalculate", payments_list__0__amount="50", **row)
    shares = json.loads(pages.find("//*[@id='totals']/@data-shares")[0])
    assert shares[0][0] == "122,00"
    assert shares[0][2].startswith("Diventa 122,00.")


def test_the_number_to_come_and_why_one_is_refused_are_shown(pages: Pages, client: Client) -> None:
    press(pages.get(NEW), "save", entity__name="Rossi", **ROW)
    pages.get(NEW)
    assert pages.said("//*[@id='number-about']") == "Sarà il n. 2"
    press(pages, "recalculate", number="1")
    assert "Esiste già una fattura con lo stesso numero" in pages.said("//*[@id='number-about']")
    press(pages, "save", entity__name="Rossi", number="1", **ROW)
    assert list(pages.errors) == ["number"]


def test_keys_that_the_form_does_not_show_stay(pages: Pages, client: Client) -> None:
    raw = {"FatturaElettronicaBody": {"DatiGenerali": {"DatiSAL": {"RiferimentoFase": "1"}}}}
    items = [
        {"name": "a", "net_price": 1, "vat": {"id": 0}, "ei_raw": {"RiferimentoAmministrazione": "X"}},
        {"name": "b", "net_price": 2, "vat": {"id": 0}},
    ]
    data = {"type": "invoice", "entity": {"name": "Rossi"}, "items_list": items, "ei_raw": raw, "cassa2": 4}
    made = client.data("POST", "issued_documents", json={"data": data, "options": {"fix_payments": True}})
    press(press(pages.get(f"/issued_documents/{made['id']}/edit"), "row_down:0"), "save", notes="uno\ndue & tre")
    after = client.data("GET", f"issued_documents/{made['id']}")
    assert [row["name"] for row in after["items_list"]] == ["b", "a"]
    assert after["items_list"][1]["ei_raw"] == {"RiferimentoAmministrazione": "X"}
    assert (after["ei_raw"], after["cassa2"], after["notes"]) == (raw, 4, "uno<br>due &amp; tre")


RAW = '{"FatturaElettronicaBody": {"DatiGenerali": {"DatiSAL": {"RiferimentoFase": "1"}}}}'


def test_further_elements_of_the_electronic_invoice_are_written_as_json(pages: Pages, client: Client) -> None:
    facts = {f"entity.{key}": text for key, text in CUSTOMER.items()}
    raws = {"ei_raw": RAW, "items_list__0__ei_raw": '{"RiferimentoAmministrazione": "R1"}'}
    raws["payments_list__0__ei_raw"] = '{"CodicePagamento": "P1"}'
    press(pages.get(NEW), "preview_xml", **ROW, **facts, **raws)
    told = pages.said("//pre[@class='xml']")
    for words in ("<RiferimentoFase>1<", "<RiferimentoAmministrazione>R1<", "<CodicePagamento>P1<"):
        assert words in told
    assert client.data("GET", "issued_documents", params={"type": "invoice"}) == []
    press(pages, "save")
    made = only(client)
    assert made["ei_raw"] == json.loads(RAW)
    assert made["items_list"][0]["ei_raw"] == {"RiferimentoAmministrazione": "R1"}
    assert made["payments_list"][0]["ei_raw"] == {"CodicePagamento": "P1"}
    press(pages.get(f"/issued_documents/{made['id']}/edit"), "save", subject="Altro")
    assert {**only(client), "subject": "", "updated_at": ""} == {**made, "updated_at": ""}
    press(pages.get(f"/issued_documents/{made['id']}/edit"), "save", ei_raw="", items_list__0__ei_raw=" ")
    after = only(client)
    assert (after["ei_raw"], after["items_list"][0]["ei_raw"]) == (None, None)
    assert after["payments_list"][0]["ei_raw"] == {"CodicePagamento": "P1"}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ('{"a": "1"\n  "b": "2"}', "Riga 2, colonna 3: manca una virgola o una parentesi."),
        ("{a: 1}", "Riga 1, colonna 2: qui serve un nome tra virgolette doppie."),
        ('{"a": }', "Riga 1, colonna 7: qui serve un valore."),
        ('{"a": "x', "Riga 1, colonna 7: manca la virgoletta di chiusura."),
        ("[1]", "Scrivi un oggetto, per esempio "),
        ('{"a": "1", "a": "2"}', "La chiave «a» è scritta due volte."),
        ("[" * 100_000, "Questi dati sono troppo annidati"),
        ('{"a": 1.5}', "Questi dati non possono stare nella fattura elettronica"),
    ],
)
def test_what_is_wrong_with_the_json_is_said_by_line_and_column(pages: Pages, typed: str, words: str) -> None:
    press(pages.get(NEW), "save", entity__name="Rossi", ei_raw=typed, **ROW)
    assert pages.status == 422
    assert pages.errors["ei_raw"].startswith(words)
    press(pages, "preview_xml")
    assert words in pages.said("//*[@id='advanced']//*[@role='alert']")


def test_a_broken_tree_of_a_row_is_shown_in_its_row(pages: Pages) -> None:
    press(pages.get(NEW), "save", entity__name="Rossi", items_list__0__ei_raw="{", **ROW)
    assert list(pages.errors) == ["items_list.0.ei_raw"]
    assert "Riga 1, altri dati della fattura elettronica" in pages.said("//*[@role='alert']")


def test_the_preview_says_what_is_missing(pages: Pages) -> None:
    press(pages.get(NEW), "preview_xml", **ROW)
    assert "Scegli o scrivi per chi è il documento." in pages.said("//*[@id='advanced']//*[@role='alert']")
    press(pages.get(NEW), "preview_xml", entity__name="Rossi", e_invoice="off", **ROW)
    assert "Il documento non è una fattura elettronica" in pages.said("//*[@id='advanced']//*[@role='alert']")


def test_a_save_that_changes_nothing_changes_nothing(pages: Pages, client: Client) -> None:
    rows = [{"name": "a", "net_price": 1.23456, "qty": 1000, "vat": {"id": 3}, "discount": 2.5}, {"name": "b"}]
    data = {"type": "invoice", "entity": {**CUSTOMER, "bank_name": "X"}, "items_list": rows, "notes": "<b>x</b>"}
    body = {"data": data, "options": {"fix_payments": True}}
    made = client.data("POST", "issued_documents", json=body)
    press(pages.get(f"/issued_documents/{made['id']}/edit"), "save")
    after = client.data("GET", f"issued_documents/{made['id']}")
    assert {**after, "updated_at": ""} == {**made, "updated_at": ""}


def stored(pages: Pages, client: Client, **more: str) -> Any:
    """An invoice with two rows that was made on the form."""
    second = {"items_list__1__name": "Viaggio", "items_list__1__qty": "1", "items_list__1__net_price": "50"}
    press(press(pages.get(NEW), "add_row", entity__name="Rossi", **ROW), "save", **second, **more)
    return only(client)


def changed_by_another(client: Client, made: Any, **data: Any) -> None:
    client.data("PUT", f"issued_documents/{made['id']}", json={"data": data, "options": {"fix_payments": True}})


def test_what_two_people_change_in_different_places_is_all_kept(pages: Pages, client: Client) -> None:
    made = stored(pages, client)
    pages.get(f"/issued_documents/{made['id']}/edit")
    first, second = made["items_list"]
    changed_by_another(client, made, visible_subject="Suo", items_list=[{**first, "qty": 3}, second, {"name": "Suo"}])
    press(pages, "save", subject="Mio", items_list__0__discount="10", items_list__1__name="Viaggio e vitto")
    assert pages.said("//*[@class='flash']/span") == "Salvato, con le modifiche che Anna Rossi ha fatto intanto."
    after = only(client)
    assert (after["visible_subject"], after["subject"]) == ("Suo", "Mio")
    rows = [(row["name"], row["qty"], row["discount"]) for row in after["items_list"]]
    assert rows == [("Consulenza", 3, 10), ("Viaggio e vitto", 1, 0), ("Suo", 1, 0)]
    assert [each["amount"] for each in after["payments_list"]] == [after["amount_gross"]]


def test_where_two_people_change_the_same_thing_one_chooses(pages: Pages, client: Client) -> None:
    made = stored(pages, client)
    edit = f"/issued_documents/{made['id']}/edit"
    pages.get(edit)
    first, second = made["items_list"]
    theirs = [{**first, "qty": 9, "net_price": 7}, {**second, "description": "Suo"}]
    changed_by_another(client, made, visible_subject="Di un altro", rc_center="Nord", items_list=theirs)
    one = {name: text for name, text in filled(pages).items() if not name.startswith("items_list.1.")}
    mine = {"items_list.0.qty": "4", "items_list.0.net_price": "5,5", "visible_subject": "Mio", "subject": "Solo mio"}
    pages.post(edit, {**one, **mine, "do": "save"})
    assert pages.status == 409
    asked = {item.get("name") for item in pages.find("//*[contains(@class, 'conflict')]//input[@type='radio']")}
    row = f"_choice.items_list/{first['id']}"
    gone = f"_choice.items_list/{second['id']}"
    assert asked == {f"{row}/qty", f"{row}/net_price", gone, "_choice.visible_subject"}
    told = pages.said("//*[contains(@class, 'conflict')]")
    for words in ("Anna Rossi", "Di un altro", "Mio", "Riga 1, quantità", "Eliminata", "Viaggio", "Centro di ricavo"):
        assert words in told
    kept = [value(pages, name) for name in ("subject", "visible_subject", "items_list.0.qty", "rc_center")]
    assert kept == ["Solo mio", "Mio", "4", "Nord"]
    assert client.data("GET", f"issued_documents/{made['id']}")["visible_subject"] == "Di un altro"
    choices = {f"{row}/qty": "theirs", f"{row}/net_price": "mine", gone: "theirs", "_choice.visible_subject": "theirs"}
    press(pages, "recalculate", **choices)
    assert [value(pages, name) for name in ("items_list.0.qty", "items_list.1.description")] == ["9", "Suo"]
    press(pages, "save")
    after = client.data("GET", f"issued_documents/{made['id']}")
    assert (after["visible_subject"], after["subject"], after["rc_center"]) == ("Di un altro", "Solo mio", "Nord")
    rows = [(row["name"], row["qty"], row["net_price"], row["description"]) for row in after["items_list"]]
    assert rows == [("Consulenza", 9, 5.5, ""), ("Viaggio", 1, 50, "Suo")]


def test_ones_own_version_stands_where_nothing_else_is_chosen(pages: Pages, client: Client) -> None:
    made = stored(pages, client)
    pages.get(f"/issued_documents/{made['id']}/edit")
    changed_by_another(client, made, visible_subject="Suo", items_list=[made["items_list"][1]])
    press(pages, "save", visible_subject="Mio", items_list__0__name="Consulenza mia")
    assert pages.status == 409
    press(pages, "save")
    after = only(client)
    assert after["visible_subject"] == "Mio"
    assert sorted(row["name"] for row in after["items_list"]) == ["Consulenza mia", "Viaggio"]


def test_what_was_sent_meanwhile_is_not_changed_behind_ones_back(pages: Pages, client: Client) -> None:
    press(pages.get(NEW), "save", **ROW, **{f"entity.{key}": text for key, text in CUSTOMER.items()})
    made = only(client)
    pages.get(f"/issued_documents/{made['id']}/edit")
    fields = filled(pages, visible_subject="Troppo tardi")
    client.data("POST", f"issued_documents/{made['id']}/e_invoice/send", json={"data": {}})
    pages.post(f"/issued_documents/{made['id']}/edit", {**fields, "do": "save"})
    assert pages.status == 422
    assert "inviato allo SdI" in pages.said("//*[@role='alert']")


def test_of_a_document_that_was_sent_only_the_payments_change(pages: Pages, client: Client) -> None:
    press(pages.get(NEW), "save", **ROW, **{f"entity.{key}": text for key, text in CUSTOMER.items()})
    made = only(client)
    client.data("POST", f"issued_documents/{made['id']}/e_invoice/send", json={"data": {}})
    assert client.data("GET", f"issued_documents/{made['id']}")["locked"] is True
    pages.get(f"/issued_documents/{made['id']}/edit")
    assert not pages.find("//*[@name='visible_subject']")
    account = client.data("GET", "info/payment_accounts")[0]["id"]
    paid = {"payments_list__0__status": "paid", "payments_list__0__payment_account__id": str(account)}
    press(pages, "save", **paid)
    assert client.data("GET", f"issued_documents/{made['id']}")["payments_list"][0]["status"] == "paid"


def test_a_document_is_made_from_others(pages: Pages, client: Client) -> None:
    made = []
    for name in ("a", "b"):
        data = {"type": "order", "entity": {"name": "Rossi"}, "items_list": [{"name": name, "net_price": 5}]}
        made.append(client.data("POST", "issued_documents", json={"data": data})["id"])
    press(pages.get(f"/issued_documents/new?from={made[0]}"), "save")
    assert len(client.data("GET", "issued_documents", params={"type": "order"})) == 3
    press(pages.get(f"/issued_documents/new?from={made[0]}&type=invoice"), "save")
    assert only(client)["original_document"]["id"] == made[0]
    press(pages.get(f"/issued_documents/new?from={made[0]},{made[1]}&type=invoice"), "save")
    both = client.data("GET", "issued_documents", params={"type": "invoice", "sort": "-id"})[0]
    joined = client.data("GET", f"issued_documents/{both['id']}")
    assert [row["name"] for row in joined["items_list"]] == ["a", "b"]
    assert [each["id"] for each in joined["original_documents"]] == made


def test_the_editor_opens_to_who_may_write_such_documents(visitor: Visitor, client: Client) -> None:
    reader = visitor({"fic_issued_documents": "read"})
    assert reader.get(NEW).status == 403
    assert reader.post(NEW, {"do": "save", "entity.name": "x", "items_list.0.name": "y"}).status == 403
    assert reader.post("/issued_documents/totals?type=invoice", {}).status == 403
    assert client.data("GET", "issued_documents", params={"type": "invoice"}) == []
    writer = visitor({"fic_issued_documents": "write"})
    assert writer.get(NEW).status == 200
    assert writer.get("/issued_documents/suggestions/entities?type=invoice").status == 403


def test_another_companys_document_is_not_there(visitor: Visitor, client: Client, make_company: MakeCompany) -> None:
    data = {"type": "quote", "entity": {"name": "Segreto"}, "items_list": []}
    made = client.data("POST", "issued_documents", json={"data": data})
    stranger = visitor(company=make_company())
    assert stranger.get(f"/issued_documents/{made['id']}/edit").status == 404
    assert stranger.get(f"/issued_documents/new?from={made['id']}").status == 404
    assert "Segreto" not in stranger.text


def test_the_editor_speaks_english(visitor: Visitor) -> None:
    reader = visitor(language="en")
    press(reader.get(NEW), "save", items_list__0__name="Work", items_list__0__net_price="1,000.50")
    assert reader.title == "New invoice"
    assert reader.errors == {"_find": "The entity.name field must not be empty."}
    assert "€1,000.50" in reader.said("//*[@id='totals']")


def test_a_file_is_taken_for_the_document(pages: Pages) -> None:
    pages.post("/issued_documents/attachment", files={"attachment": ("nota.pdf", b"%PDF-1.4 x", "application/pdf")})
    answer = pages.answer.json()
    assert answer["name"] == "nota.pdf"
    fields = {"entity__name": "Rossi", "attachment_token": answer["token"], **ROW}
    press(pages.get(NEW), "recalculate", **fields)
    assert "nota.pdf" in pages.said("//*[@id='attachment-name']")


def test_a_file_is_sent_with_the_form_where_there_is_no_script(pages: Pages, client: Client) -> None:
    files = {"attachment": ("nota.pdf", b"%PDF-1.4 x", "application/pdf")}
    fields = filled(pages.get(NEW), entity__name="Rossi", **ROW)
    pages.post(NEW, {**fields, "do": "add_row"}, files=files)
    assert "nota.pdf" in pages.said("//*[@id='attachment-name']")
    rows = {f"items_list.{number}.name": f"Riga {number}" for number in range(1, 120)}
    pages.post(NEW, {**filled(pages), **rows, "do": "save"}, files={"nothing": ("", b"", "application/octet-stream")})
    made = only(client)
    assert len(made["items_list"]) == 120
    assert made["attachment_url"]
    edit = f"/issued_documents/{made['id']}/edit"
    pages.post(edit, {**filled(pages.get(edit)), "do": "save"}, files={"attachment": ("x.exe", b"MZ", "x/y")})
    assert pages.status == 422
    assert list(pages.errors) == ["attachment"]
    long = {"attachment": ("lungo.pdf", b"%PDF-1.4" + b"x" * 8_400_000, "application/pdf")}
    pages.post(edit, {**filled(pages.get(edit)), "do": "save", "subject": "Resta"}, files=long)
    assert (pages.status, list(pages.errors), value(pages, "subject")) == (422, ["attachment"], "Resta")


# totals

rates = st.sampled_from(["", "4", "20", "22"])
row = st.fixed_dictionaries(
    {
        "qty": st.decimals(Decimal(0), Decimal(99), places=3, allow_nan=False),
        "price": st.decimals(Decimal("-999.99999"), Decimal("99999.99999"), places=5, allow_nan=False),
        "discount": st.sampled_from([Decimal(0), Decimal(10), Decimal("33.33")]),
        "vat": st.sampled_from([0, 3, 4, 5]),
        "not_taxable": st.booleans(),
        "apply_withholding_taxes": st.booleans(),
    }
)
document = st.fixed_dictionaries(
    {
        "rows": st.lists(row, min_size=1, max_size=6),
        "use_gross_prices": st.booleans(),
        "use_split_payment": st.booleans(),
        "rivalsa": rates,
        "cassa": rates,
        "withholding_tax": rates,
        "stamp_duty": st.sampled_from(["", "2"]),
    }
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=document)
def test_the_totals_of_the_form_are_those_of_the_api(pages: Pages, client: Client, drawn: dict[str, Any]) -> None:
    say = LOCALES["it"]
    price = "gross_price" if drawn["use_gross_prices"] else "net_price"
    fields, items = {}, []
    for index, each in enumerate(drawn["rows"]):
        prefix = f"items_list.{index}."
        fields |= {prefix + "qty": say.number(each["qty"]), prefix + price: say.number(each["price"])}
        fields |= {prefix + "discount": say.number(each["discount"]), prefix + "vat.id": str(each["vat"])}
        ticks = ("not_taxable", "apply_withholding_taxes")
        fields |= {prefix + key: "on" if each[key] else "off" for key in ticks}
        item = {"qty": str(each["qty"]), price: str(each["price"]), "discount": str(each["discount"])}
        items.append({**item, "vat": {"id": each["vat"]}, **{key: each[key] for key in ticks}})
    keys = ("rivalsa", "cassa", "withholding_tax", "stamp_duty")
    fields |= {key: drawn[key] for key in keys}
    fields |= {key: "on" if drawn[key] else "off" for key in ("use_gross_prices", "use_split_payment")}
    data = {"type": "invoice", "items_list": items, **{key: drawn[key] or None for key in keys}}
    data |= {key: drawn[key] for key in ("use_gross_prices", "use_split_payment")}
    expected = client.data("POST", "issued_documents/totals", json={"data": data})
    pages.post("/issued_documents/totals?type=invoice", {"type": "invoice", **fields})
    assert pages.status == 200
    money = {key: say.money(Decimal(str(expected[key]))) for key in ("amount_due", "amount_gross", "taxable_amount")}
    shown = pages.find("//*[@id='totals']")[0]
    assert shown.get("data-due") == money["amount_due"]
    said = pages.said("//*[@id='totals']")
    assert f"Totale documento{money['amount_gross']}".replace("\xa0", " ") in said.replace(
        "Totale documento ", "Totale documento"
    )
    for rate, amounts in expected["vat_list"].items():
        line = f"IVA {rate.replace('.', ',')}% su {say.money(Decimal(str(amounts['amount_net'])))}".replace("\xa0", " ")
        assert line in said
        assert say.money(Decimal(str(amounts["amount_vat"]))).replace("\xa0", " ") in said
