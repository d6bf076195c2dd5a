"""The pages of purchases: the list, the page and the form of an expense, what waits, and invoices as files."""

import time
from typing import Any

import pytest

from mastro.resources.received_documents.arrivals import Arrival, receive
from resources.e_invoices import BUYER, SELLER, exported, zipped
from support import Client, MakeCompany, MakeToken, OpenCall
from web.conftest import Visitor
from web.pages import Pages
from web.test_imports import finished

HOSTILE = "<script>alert(1)</script> \N{GRINNING FACE} שלום"
PATH = "/received_documents"


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


def expense(client: Client, **more: Any) -> Any:
    body = {"entity": {"name": "Bar Sport"}, "amount_net": 100, "amount_vat": 22, "date": "2026-03-01", **more}
    return client.data("POST", "received_documents", json={"data": body})


def account(client: Client) -> str:
    return str(client.data("GET", "info/payment_accounts")[0]["id"])


# who may see it


@pytest.mark.parametrize("path", [PATH, f"{PATH}/pending", f"{PATH}/import"])
def test_a_page_opens_to_who_may_read_purchases(visitor: Visitor, path: str) -> None:
    assert visitor({"fic_received_documents": "none"}).get(path).status == 403
    reader = visitor({"fic_received_documents": "read"}).get(path)
    assert reader.status == 200
    assert not reader.find("//main//form[@method='post']") or path.endswith("import")


def test_who_only_reads_cannot_write(visitor: Visitor, client: Client) -> None:
    made = expense(client)
    reader = visitor({"fic_received_documents": "read"})
    assert reader.get(f"{PATH}/new").status == 403
    assert reader.get(f"{PATH}/{made['id']}/edit").status == 403
    assert reader.post(f"{PATH}/{made['id']}/delete").status == 403
    assert not reader.get(f"{PATH}/{made['id']}").find("//main//form")


def test_another_company_sees_nothing(visitor: Visitor, make_company: MakeCompany, client: Client) -> None:
    made = expense(client)
    stranger = visitor(company=make_company(vat_number="02345678904"))
    assert stranger.get(f"{PATH}/{made['id']}").status == 404
    assert stranger.get(PATH).rows == []
    assert stranger.get(f"/app/{client.company_id}{PATH}").status == 404


# the list


def test_an_empty_list_says_what_it_is_for(pages: Pages) -> None:
    assert "Ancora nessuna spesa" in pages.get(PATH).said()
    assert "Niente da registrare" in pages.get(f"{PATH}/pending").said()
    assert "Nessun risultato" in pages.get(f"{PATH}?payment=overdue").said()


def test_the_list_shows_what_the_filter_lets_through_and_what_it_comes_to(pages: Pages, client: Client) -> None:
    expense(client, category="Bar", invoice_number="7/B")
    expense(client, entity={"name": HOSTILE}, date="2026-02-01", amount_net=1000, amount_vat=0)
    expense(client, type="passive_credit_note", entity={"name": "Resi"}, amount_net=10, amount_vat=0)
    assert len(pages.get(PATH).rows) == 3
    assert "1.090,00" in pages.said("//*[@class='tiles']")
    assert HOSTILE in pages.text.replace("&lt;", "<").replace("&gt;", ">")
    assert "<script>alert" not in pages.text
    assert [row[1] for row in pages.get(f"{PATH}?category=Bar").rows] == ["Bar Sport"]
    assert "122,00" in pages.said("//*[@class='tiles']")
    assert [row[1] for row in pages.get(f"{PATH}?type=passive_credit_note").rows] == ["Resi"]
    assert "-10,00 €" in pages.rows[0]
    assert len(pages.get(f"{PATH}?text=7/B").rows) == 1
    assert len(pages.get(f"{PATH}?from=2026-03-01").rows) == 2
    assert "non è" in pages.get(f"{PATH}?q=nonsense").said("//*[@role='alert']") or pages.find("//*[@role='alert']")


def test_what_is_filtered_is_kept_under_a_name_and_taken_along(pages: Pages, client: Client) -> None:
    expense(client, category="Bar")
    expense(client, category="Treni", amount_net=7)
    pages.get(f"{PATH}?category=Treni").submit(f"{PATH}/filters", name="I treni")
    assert "Filtro salvato" in pages.said("//*[@class='flash']")
    [href] = pages.get(PATH).find("//*[@id='saved']//a/@href")
    assert len(pages.get(href).rows) == 1
    [sheet] = pages.find("//a[contains(@href, 'format=csv')]/@href")
    text = pages.get(sheet).text
    assert "Treni" in text
    assert "Bar" not in text.replace("Bar Sport", "")
    [action] = pages.get(PATH).find("//*[@id='saved']//form/@action")
    pages.submit(action)
    assert not pages.find("//*[@id='saved']//a")


def test_the_totals_of_a_long_list_are_a_part_of_the_page(pages: Pages, client: Client) -> None:
    expense(client)
    pages.get(PATH, **{"HX-Request": "true", "HX-Target": "totals"})
    assert pages.text.strip().startswith('<div class="tiles" id="totals"')
    assert "122,00" in pages.text


def test_several_are_settled_at_once_with_a_result_for_each_and_an_undo(pages: Pages, client: Client) -> None:
    first, second = expense(client), expense(client, amount_net=200, amount_vat=0)
    paid = {"status": "paid", "amount": 50, "paid_date": "2026-03-01", "payment_account": {"id": int(account(client))}}
    third = expense(client, amount_net=50, amount_vat=0, payments_list=[paid])
    ids = "&".join(f"ids={each['id']}" for each in (first, second, third))
    pages.get(PATH)
    pages._go(  # several inputs of one name
        "POST",
        f"/app/{client.company_id}{PATH}/settle",
        {"content-type": "application/x-www-form-urlencoded"},
        content=f"{ids}&paid_date=2026-03-05&payment_account={account(client)}",
    )
    assert [row[-1].split(" ")[0] for row in pages.rows] == ["Saldata", "Saldata", "Non"]
    assert "322,00" in pages.said()
    now = client.data("GET", f"received_documents/{first['id']}")
    assert [(each["status"], each["paid_date"]) for each in now["payments_list"]] == [("paid", "2026-03-05")]
    entries = client.data("GET", "cashbook?date_from=2026-03-05&date_to=2026-03-05")
    assert sorted(each["amount_out"] for each in entries) == [122, 200]
    pages.submit(f"{PATH}/unsettle")
    assert client.data("GET", "cashbook?date_from=2026-03-05&date_to=2026-03-05") == []
    assert client.data("GET", f"received_documents/{third['id']}")["next_due_date"] is None


def test_a_wrong_date_settles_nothing_and_is_told(pages: Pages, client: Client) -> None:
    made = expense(client)
    fields = {"ids": str(made["id"]), "paid_date": "ieri", "payment_account": account(client)}
    pages.post(f"{PATH}/settle", fields)
    assert "Non saldata" in pages.rows[0][-1]
    assert client.data("GET", f"received_documents/{made['id']}")["next_due_date"]


# one expense


def test_an_expense_is_written_changed_copied_and_deleted_with_an_undo(pages: Pages, client: Client) -> None:
    pages.get(f"{PATH}/new").submit(
        entity__name=HOSTILE, date="01/03/2026", amount_net="1.000,00", amount_vat="220", category="Arredi"
    )
    assert "Salvato" in pages.said("//*[@class='flash']")
    assert "<script>alert" not in pages.text
    [made] = client.data("GET", "received_documents?fieldset=detailed")
    assert (made["amount_gross"], made["category"], made["entity"]["name"]) == (1220, "Arredi", HOSTILE)
    assert [each["amount"] for each in made["payments_list"]] == [1220]
    [supplier] = client.data("GET", "entities/suppliers")
    assert made["entity"]["id"] == supplier["id"]
    here = f"{PATH}/{made['id']}"
    pages.get(f"{here}/edit").submit(amount_vat="100")
    assert client.data("GET", f"received_documents/{made['id']}")["amount_gross"] == 1100
    pages.get(f"{PATH}/new?from={made['id']}").submit()
    assert len(client.data("GET", "received_documents")) == 2
    assert len(client.data("GET", "entities/suppliers")) == 1
    pages.get(here).submit(f"{here}/delete")
    assert client.get(f"received_documents/{made['id']}").status_code == 404
    pages.submit(f"{here}/recover")
    assert client.data("GET", f"received_documents/{made['id']}")["amount_gross"] == 1100


def test_a_refused_form_keeps_what_was_typed_and_says_where(pages: Pages, client: Client) -> None:
    pages.get(f"{PATH}/new").submit(entity__name="Bar", amount_net="molto", amount_vat="2", description="Caffè")
    assert pages.status == 422
    assert pages.errors == {"amount_net": "Scrivi un numero, per esempio 1.234,56."}
    assert pages.find("//input[@name='description']/@value") == ["Caffè"]
    pages.submit(amount_net="10", entity__name="")
    assert (pages.status, list(pages.errors)) == (422, ["entity.name"])
    assert client.data("GET", "received_documents") == []
    pages.submit("", {"do": "save:new"}, entity__name="Bar")
    assert pages.status == 200


def test_a_supplier_who_is_not_named_exactly_is_asked_for(pages: Pages, client: Client) -> None:
    known = client.data("POST", "entities/suppliers", json={"data": {"name": "Bar Sport", "vat_number": "12345670017"}})
    pages.get(f"{PATH}/new").submit(entity__name="Bar Spor", amount_net="10", amount_vat="2")
    assert pages.errors == {"entity.name": "Chi intendi con «Bar Spor»?"}
    asked = {each.get("value"): each.text_content().strip() for each in pages.find("//ul[@class='found']//button")}
    assert list(asked) == [f"save:{known['id']}", "save:new"]
    assert asked["save:new"] == "Nuovo fornitore «Bar Spor»"
    assert client.data("GET", "received_documents") == []
    pages.submit("", {"do": f"save:{known['id']}"})
    [made] = client.data("GET", "received_documents?fieldset=detailed")
    assert (made["entity"]["id"], made["entity"]["name"]) == (known["id"], "Bar Sport")
    assert len(client.data("GET", "entities/suppliers")) == 1


@pytest.mark.parametrize(("box", "names"), [("on", ["Bar Sport", "Ferramenta Neri"]), ("off", ["Bar Sport"])])
def test_a_supplier_like_nobody_in_the_registry_is_new_without_a_question(
    pages: Pages, client: Client, box: str, names: list[str]
) -> None:
    client.data("POST", "entities/suppliers", json={"data": {"name": "Bar Sport"}})
    pages.get(f"{PATH}/new").submit(entity__name="Ferramenta Neri", amount_net="10", amount_vat="2", _save_entity=box)
    assert "Salvato" in pages.said("//*[@class='flash']")
    [made] = client.data("GET", "received_documents?fieldset=detailed")
    assert made["entity"]["name"] == "Ferramenta Neri"
    assert sorted(each["name"] for each in client.data("GET", "entities/suppliers")) == names


@pytest.mark.parametrize(
    "typed", [{"entity__name": "bar sport"}, {"entity__name": "Il bar", "entity__vat_number": "12345670017"}]
)
def test_a_supplier_who_is_named_exactly_is_taken(pages: Pages, client: Client, typed: dict[str, str]) -> None:
    known = client.data("POST", "entities/suppliers", json={"data": {"name": "Bar Sport", "vat_number": "12345670017"}})
    pages.get(f"{PATH}/new").submit(amount_net="10", amount_vat="2", **typed)
    [made] = client.data("GET", "received_documents?fieldset=detailed")
    assert made["entity"]["id"] == known["id"]


def test_a_file_is_sent_with_the_form_and_survives_a_refusal(pages: Pages, client: Client) -> None:
    fields = {"entity.name": "Bar", "amount_net": "molto", "date": "31/01/2026", "do": "save:new"}
    pages.get(f"{PATH}/new").post(f"{PATH}/new", fields, files={"attachment": ("a.pdf", b"%PDF-1.4 x", "x/y")})
    assert (pages.status, list(pages.errors)) == (422, ["amount_net"])
    assert "a.pdf" in pages.said()
    pages.submit(amount_net="10")
    [made] = client.data("GET", "received_documents?fieldset=detailed")
    assert made["attachment_url"]
    pages.post(f"{PATH}/new", fields, files={"attachment": ("a.exe", b"MZ", "x/y")})
    assert sorted(pages.errors) == ["amount_net", "attachment"]
    pages.get(f"{PATH}/{made['id']}/edit").submit(description="Caffè")
    assert client.data("GET", f"received_documents/{made['id']}")["attachment_url"]


def test_who_was_said_to_be_new_is_not_asked_for_again(pages: Pages, client: Client) -> None:
    pages.get(f"{PATH}/new").submit("", {"do": "save:new"}, entity__name="Bar", amount_net="10", date="32/1/2026")
    assert list(pages.errors) == ["date"]
    pages.submit(date="31/01/2026", _save_entity="off")
    [made] = client.data("GET", "received_documents?fieldset=detailed")
    pages.get(f"{PATH}/{made['id']}/edit").submit(description="Caffè")
    assert pages.status == 200
    assert client.data("GET", "entities/suppliers") == []


def test_another_name_is_another_supplier(pages: Pages, client: Client) -> None:
    known = client.data("POST", "entities/suppliers", json={"data": {"name": "Bar Sport"}})
    made = expense(client, entity={"id": known["id"], "name": "Bar Sport"})
    pages.get(f"{PATH}/{made['id']}/edit").submit("", {"do": "save:new"}, entity__name="Un altro", _save_entity="on")
    after = client.data("GET", f"received_documents/{made['id']}")
    assert (after["entity"]["name"], after["entity"]["id"] == known["id"]) == ("Un altro", False)


def test_a_number_too_long_for_any_amount_is_refused_and_comes_back_as_it_was(pages: Pages) -> None:
    pages.get(f"{PATH}/new").submit(entity__name="Bar", amount_net="9" * 40, amount_vat="1e9")
    assert pages.errors == {"amount_vat": "Scrivi un numero, per esempio 1.234,56."}
    pages.submit("", {"do": "save:new"}, amount_vat="0")
    assert pages.errors == {"amount_net": "Scrivi un numero sotto mille miliardi, con dieci decimali al massimo."}
    assert pages.find("//input[@name='amount_net']/@value")[0].replace(".", "") == "9" * 40 + ",00"


def test_the_vat_of_an_amount_is_worked_out_by_the_engine(pages: Pages) -> None:
    pages.get(f"{PATH}/new").submit("", {"do": "vat"}, amount_net="99,99", _vat="0")
    assert pages.find("//input[@name='amount_vat']/@value") == ["22,00"]
    assert "121,99" in pages.said("//*[@id='totals']")


def test_rows_make_the_amounts_and_installments_add_up(pages: Pages, client: Client) -> None:
    pages.get(f"{PATH}/new").submit("", {"do": "add_row"}, entity__name="Bar")
    pages.submit(
        "", {"do": "add_row"}, items_list__0__name="Caffè", items_list__0__net_price="10", items_list__0__qty="3"
    )
    pages.submit("", {"do": "add_payment"}, payments_list__0__amount="20")
    assert pages.find("//input[@name='amount_net']/@value") == ["30,00"]
    assert "16,60" in pages.said("//*[@id='totals']")
    pages.submit("", {"do": "save:new"}, payments_list__1__due_date="2026-05-01")
    assert pages.status == 200
    [made] = client.data("GET", "received_documents?fieldset=detailed")
    assert [(row["name"], row["qty"], row["net_price"]) for row in made["items_list"]] == [("Caffè", 3, 10)]
    assert [(each["amount"], each["due_date"]) for each in made["payments_list"][1:]] == [(16.6, "2026-05-01")]


@pytest.mark.parametrize(("amount", "told"), [("", []), ("50,00", ["Le rate coprono 50,00 €"])])
def test_what_installments_do_not_cover_is_told_once_one_has_an_amount(
    pages: Pages, amount: str, told: list[str]
) -> None:
    rate = {"payments_list.0.amount": amount, "payments_list.0.due_date": "2026-12-31"}
    pages.post(f"{PATH}/totals", {"entity.name": "Bar", "amount_net": "100", "amount_vat": "22", **rate})
    assert "122,00" in pages.said("//*[@id='totals']")
    assert [hint.text.partition(":")[0].replace("\xa0", " ") for hint in pages.find("//*[@id='totals']/p")] == told


def test_the_totals_of_a_form_are_a_part_of_the_page(pages: Pages) -> None:
    fields = {"entity.name": "Bar", "amount_net": "100", "amount_vat": "22", "amount_withholding_tax": "20"}
    pages.post(f"{PATH}/totals", fields, **{"HX-Request": "true", "HX-Target": "totals"})
    assert pages.text.strip().startswith('<div id="totals"')
    assert "102,00" in pages.text


def test_suppliers_are_suggested_by_name_and_vat_number(pages: Pages, client: Client) -> None:
    client.data("POST", "entities/suppliers", json={"data": {"name": HOSTILE, "vat_number": "02345678904"}})
    pages.get(f"{PATH}/suppliers?text=0234")
    assert pages.find("//li/@data-name")[0] == HOSTILE
    assert "<script>alert" not in pages.text


def test_an_installment_is_settled_and_taken_back(pages: Pages, client: Client) -> None:
    made = expense(client)
    here = f"{PATH}/{made['id']}"
    settle = f"{here}/payments/{made['payments_list'][0]['id']}/settle"
    pages.get(here).submit(settle, paid_date="2026-03-04", payment_account=account(client))
    assert "Pagata il 04/03/2026" in pages.said()
    assert client.data("GET", "cashbook?date_from=2026-03-04&date_to=2026-03-04")[0]["amount_out"] == 122
    pages.cookies.clear()  # what was said once is said no more
    pages.get(here).submit(f"{PATH}/unsettle")
    assert "Da saldare" in pages.said()
    assert client.data("GET", "cashbook?date_from=2026-03-04&date_to=2026-03-04") == []


def test_a_file_is_attached_and_taken_off(pages: Pages, client: Client) -> None:
    made = expense(client)
    here = f"{PATH}/{made['id']}"
    pages.post(f"{here}/attach", {}, {"attachment": ("virus.exe", b"MZ", "application/octet-stream")})
    assert (pages.status, list(pages.errors)) == (422, ["attachment"])
    pages.post(f"{here}/attach", {}, {"attachment": ("scontrino.pdf", b"%PDF-1.7 text", "application/pdf")})
    assert "File allegato" in pages.said("//*[@class='flash']")
    assert client.data("GET", f"received_documents/{made['id']}")["attachment_url"]
    pages.get(here).submit(f"{here}/detach")
    assert not client.data("GET", f"received_documents/{made['id']}")["attachment_url"]


# what waits


def test_what_waits_is_registered_with_its_invoice_beside_the_form(pages: Pages, client: Client, waiting: int) -> None:
    assert pages.get(f"{PATH}/pending").rows[0][1:3] == ["Officine Perugine S.r.l.", "1"]
    assert "1 documento da registrare" in pages.get(PATH).said()
    pages.get(f"{PATH}/pending/{waiting}")
    paper = pages.said("//article[contains(@class, 'e-invoice')]")
    assert "TD01" in paper
    assert "Consulenza" in paper
    assert "122,00 EUR" in paper
    assert "Nuovo fornitore" in pages.said()
    pages.submit(category="Consulenze", tax_deductibility="80")
    assert "Registrato" in pages.said("//*[@class='flash']")
    assert "TD01" in pages.said("//article[contains(@class, 'e-invoice')]")
    [made] = client.data("GET", "received_documents?fieldset=detailed")
    assert (made["category"], made["tax_deductibility"], made["e_invoice"]) == ("Consulenze", 80, True)
    assert (made["amount_net"], made["amount_vat"], len(made["items_list"])) == (100, 22, 1)
    assert client.data("GET", "entities/suppliers")[0]["vat_number"] == SELLER["vat_number"]
    assert pages.get(f"{PATH}/pending").rows == []


def test_several_are_registered_at_once_and_a_double_is_told(
    pages: Pages, client: Client, waiting: int, xml: bytes, call: OpenCall
) -> None:
    with call() as opened:
        again = receive(opened, Arrival("IT02345678904_00002.xml", xml + b"\n", "pec", "77")).pending[0]
    assert [row[-1] for row in pages.get(f"{PATH}/pending").rows] == ["Doppione", ""]
    pages._go(
        "POST",
        f"/app/{client.company_id}{PATH}/pending/register",
        {"content-type": "application/x-www-form-urlencoded"},
        content=f"ids={waiting}&ids={again}",
    )
    assert [row[-1].split(" ")[0] for row in pages.rows] == ["Registrata", "Non"]
    assert len(client.data("GET", "received_documents")) == 1
    pages.get(f"{PATH}/pending/{again}")
    assert "Sembra un doppione" in pages.said()
    assert pages.submit().status == 422
    pages.submit(_allow_duplicate="on")
    assert len(client.data("GET", "received_documents")) == 2


def test_what_nobody_wants_is_deleted(pages: Pages, client: Client, waiting: int) -> None:
    pages.get(f"{PATH}/pending/{waiting}").submit(f"{PATH}/pending/{waiting}/delete")
    assert client.data("GET", "received_documents/pending") == []
    assert "Niente da registrare" in pages.said()


# invoices as files


def test_files_are_looked_at_brought_in_and_taken_back(pages: Pages, client: Client, xml: bytes) -> None:
    file = {"attachment": ("fatture.zip", zipped(xml, b"<broken/>"), "application/zip")}
    pages.post(f"{PATH}/import", {"act": "preview", "create_entities": "on"}, file)
    finished(pages)
    assert sorted(row[-1].split(" ")[0] for row in pages.rows) == ["Da", "Rifiutata"]
    assert client.data("GET", "received_documents") == []
    pages.submit(pages.find("//main//div[@id='work']//form/@action")[0])
    finished(pages)
    assert sorted(row[-1].split(" ")[0] for row in pages.rows) == ["Importata", "Rifiutata"]
    assert len(client.data("GET", "received_documents")) == 1
    [action] = pages.find("//form[contains(@action, '/undo')]/@action")
    pages.submit(action)
    assert "documenti tolti 1" in pages.said("//*[@class='flash']")
    assert client.data("GET", "received_documents") == []


def test_no_file_is_told(pages: Pages) -> None:
    pages.get(f"{PATH}/import").submit()
    assert (pages.status, list(pages.errors)) == (422, ["attachment"])


def test_pages_speak_english(visitor: Visitor, waiting: int) -> None:
    english = visitor(language="en")
    assert english.get(PATH).title == "Expenses"
    assert english.get(f"{PATH}/pending").title == "To register"
    assert "Supplier" in english.get(f"{PATH}/pending/{waiting}").said()


def test_a_list_costs_little_more_than_its_operations(pages: Pages, client: Client) -> None:
    for number in range(60):
        expense(client, invoice_number=str(number))
    paths = ("received_documents?per_page=50", "received_documents/summary", "received_documents/pending?per_page=1")
    pages.get(PATH)

    def fastest(work: Any) -> float:
        found = []
        for _ in range(8):
            begun = time.perf_counter()
            work()
            found.append(time.perf_counter() - begun)
        return min(found)

    page = fastest(lambda: pages.get(PATH))
    assert page < 3 * sum(fastest(lambda path=path: client.get(path)) for path in paths)
