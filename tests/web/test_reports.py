"""The pages of reports: figures are those of the operations, each leads to its documents, all of it is a file too."""

from decimal import Decimal
from typing import Any

import pytest

from resources.issued_documents import create, row
from support import Client, MakeCompany, MakeToken
from web.conftest import Visitor
from web.pages import Pages

HOSTILE = "<script>alert(1)</script> \N{GRINNING FACE} שלום"

NAMES = ("vat_registers", "vat_settlement", "lipe", "stamp_duty", "sales", "purchases", "stock")


def money(amount: Any) -> str:
    """As an Italian page writes it."""
    return f"{Decimal(str(amount)):,.2f} €".translate(str.maketrans(",.", ".,"))


def sold(client: Client, **more: Any) -> Any:
    """An invoice of 100 + 22; today is 2 March 2026."""
    return create(client, **{"date": "2026-01-10", "entity": {"name": HOSTILE}, "items_list": [row(100)], **more})


def bought(client: Client) -> Any:
    sent = {"type": "expense", "date": "2026-01-20", "entity": {"name": "Carta"}, "amount_net": 50, "amount_vat": 11}
    return client.data("POST", "received_documents", json={"data": sent})


def table(page: Pages, number: int = 1) -> list[list[str]]:
    """The cells of a table, its foot last."""
    rows = page.find(f"(//table)[{number}]/tbody/tr | (//table)[{number}]/tfoot/tr")
    return [[" ".join(cell.text_content().split()) for cell in line.xpath("./td|./th")] for line in rows]


def links(page: Pages) -> list[str]:
    """Where the figures lead."""
    return [str(href) for href in page.find("//table//a/@href")]


def test_the_list_has_what_the_reader_may_read(visitor: Visitor) -> None:
    assert [a.get("href").rpartition("/")[2] for a in visitor().get("/reports").find("//ul[@class='reports']//a")] == [
        *NAMES,
        "statement",
        "payments",
    ]
    seller = visitor({"fic_issued_documents": "read", "fic_situation": "read"}).get("/reports")
    assert "Vendite" in seller.said("//ul[@class='reports']")
    assert "Liquidazione" not in seller.said()


@pytest.mark.parametrize("name", [*NAMES, "statement"])
def test_an_empty_company_has_every_report(pages: Pages, name: str) -> None:
    assert pages.get(f"/reports/{name}").status == 200


def test_a_register_is_that_of_the_operation(pages: Pages, client: Client) -> None:
    sold(client)
    sold(client, date="2026-01-12", items_list=[row(10.5)])
    query = "register=sales&from=2026-01-01&to=2026-01-31"
    data = client.data("GET", f"reports/vat_registers?{query}")
    shown = table(pages.get(f"/reports/vat_registers?{query}"))
    for entry, cells in zip(data["rows"], shown, strict=False):
        assert cells[0] == str(int(entry["protocol"]))
        assert cells[4] == HOSTILE
        assert cells[7:10] == [money(entry[key]) for key in ("taxable", "tax", "counted")]
    assert shown[-1][7:10] == [money(data[key]) for key in ("taxable", "tax", "counted")]
    assert table(pages, 2)[0][:2] == ["22%", money(data["totals"][0]["taxable"])]
    assert f"/app/{client.company_id}/reports/vat_registers?{query}&vat_type=22" in links(pages)
    assert links(pages)[0].endswith("/issued_documents/1")
    assert "<script>alert" not in pages.text
    assert "Gennaio 2026" in pages.said("//nav[@class='steps']")


def test_the_settlement_has_the_lines_of_the_lipe_and_leads_to_the_registers(pages: Pages, client: Client) -> None:
    sold(client)
    bought(client)
    data = client.data("GET", "reports/vat_settlement?year=2026&period=1")
    shown = {cells[0]: cells[2] for cells in table(pages.get("/reports/vat_settlement?year=2026&period=1"))}
    assert {code: shown[code] for code in ("VP2", "VP4", "VP5", "VP14.1")} == {
        "VP2": money(data["vp2"]),
        "VP4": money(data["vp4"]),
        "VP5": money(data["vp5"]),
        "VP14.1": money(data["vp14_debit"]),
    }
    register = next(href for href in links(pages) if "register=sales" in href)
    assert table(pages.get(register))[-1][8] == money(data["vp4"])


def test_the_tax_of_a_settlement_becomes_an_f24(pages: Pages, client: Client) -> None:
    sold(client, items_list=[row(10_000)])
    tribute = client.data("GET", "reports/vat_settlement?year=2026&period=1")["f24"]
    place = pages.get("/reports/vat_settlement?year=2026&period=1").find("//a[contains(., 'Registra')]/@href")[0]
    pages.get(place).submit()
    [form] = client.data("GET", "taxes")
    assert (form["amount"], form["due_date"]) == (tribute["amount"], tribute["pay_by"])
    assert tribute["code"] in form["description"]


@pytest.mark.parametrize("by", ["customer", "month"])
def test_sales_are_those_of_the_operation_and_lead_to_the_documents(pages: Pages, client: Client, by: str) -> None:
    sold(client)
    sold(client, date="2026-02-10", entity={"name": "Verdi"})
    data = client.data("GET", f"reports/sales?by={by}&from=2026-01-01&to=2026-12-31")
    shown = table(pages.get(f"/reports/sales?by={by}"))
    assert [cells[2] for cells in shown[:-1]] == [money(each["net"]) for each in data["rows"]]
    assert shown[-1][2] == money(data["net"]) == money(200)
    assert bool(pages.find("//figure[@class='chart']")) == (by == "month")
    behind = next(href for href in links(pages) if "issued_documents" in href)
    assert len(pages.get(behind).rows) == 1


def test_sales_by_product_sum_the_rows(pages: Pages, client: Client) -> None:
    sold(client)
    assert table(pages.get("/reports/sales?by=product"))[0][:4] == ["Consulenza", "1", "1", money(100)]


def test_purchases_lead_to_the_supplier(pages: Pages, client: Client) -> None:
    bought(client)
    assert table(pages.get("/reports/purchases"))[0][:3] == ["Carta", "1", money(50)]
    assert "received_documents" in " ".join(links(pages))


def test_a_statement_is_found_by_name(pages: Pages, client: Client) -> None:
    id = client.data("POST", "entities/clients", json={"data": {"name": HOSTILE}})["id"]
    sold(client, entity={"id": id, "name": HOSTILE})
    pages.get("/reports/statement?text=alert")
    [found] = pages.find("//ul[@class='whose']//a")
    assert found.text == HOSTILE
    pages.get(found.get("href"))
    assert table(pages)[-1][-1] == money(122)
    assert "Partite aperte" in pages.said()
    assert pages.get("/reports/statement?client_id=999999").status == 422


def test_periods_go_by_month_quarter_year_and_freely(pages: Pages) -> None:
    assert "Marzo 2026" in pages.get("/reports/vat_registers").said("//nav[@class='steps']")
    pages.get(pages.find("//a[@rel='prev']/@href")[0])
    assert "Febbraio 2026" in pages.said("//nav[@class='steps']")
    quarter = next(a for a in pages.find("//a") if a.text == "Trimestre").get("href")
    assert "1° trimestre 2026" in pages.get(quarter).said("//nav[@class='steps']")
    pages.get("/reports/vat_registers?from=2026-01-05&to=2026-01-11")
    assert "dal 05/01/2026 al 11/01/2026" in pages.said("//nav[@class='steps']")
    assert "from=2026-01-12&to=2026-01-18" in pages.find("//a[@rel='next']/@href")[0]
    assert pages.get("/reports/vat_registers?from=2026-02-01&to=2026-01-01").status == 422
    assert pages.get("/reports/vat_registers?from=0001-01-01&to=0001-01-02").status == 200


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("format", "begin"), [("xlsx", b"PK"), ("pdf", b"%PDF"), ("csv", b"")])
def test_every_report_is_a_file(pages: Pages, client: Client, name: str, format: str, begin: bytes) -> None:
    sold(client)
    files = [href for href in pages.get(f"/reports/{name}").find("//a/@href") if f"format={format}" in href]
    pages.get(files[0])
    assert (pages.status, pages.answer.content[: len(begin)]) == (200, begin)


def test_the_overview_is_a_file(pages: Pages) -> None:
    assert pages.get("/reports/overview/file?year=2026&format=pdf").answer.content.startswith(b"%PDF")


def test_what_is_no_report_is_not_there(pages: Pages) -> None:
    assert pages.get("/reports/nothing").status == 404
    assert pages.get("/reports/nothing/file").status == 404


def test_reports_are_refused_without_permission(visitor: Visitor, make_company: Any) -> None:
    for name in NAMES:
        assert visitor({"fic_clients": "read"}).get(f"/reports/{name}").status == 403
        assert visitor({"fic_clients": "read"}).get(f"/reports/{name}/file").status == 403
    stranger = visitor(company=make_company())
    assert stranger.get(f"/app/{visitor().company_id}/reports/sales").status == 404


def test_the_lipe_shows_its_lines_what_is_wrong_and_then_the_file(pages: Pages, client: Client) -> None:
    sold(client)
    pages.get("/reports/lipe?year=2026&quarter=1")
    shown = {cells[0]: cells[2:] for cells in table(pages)}
    assert shown["VP4"] == [money(22), money(0), money(0)]
    assert "year=2026&period=1" in links(pages)[0]
    assert "manca il dichiarante" in pages.said("//ul[@class='remarks']")
    assert not pages.find("//a[contains(@href, 'format=xml')]")
    person = {"declarant_tax_code": "CNTLRA80A41F205U", "declarant_role": "1"}
    client.data("PUT", "settings/vat", json={"data": person})
    pages.get("/reports/lipe?year=2026&quarter=1")
    pages.get(pages.find("//a[contains(@href, 'format=xml')]/@href")[0])
    assert "<iv:ImportoDaVersare>22,00<" in pages.text
    assert 'filename="IT12345670017_LI_26101.xml"' in pages.answer.headers["content-disposition"]


def test_the_lipe_begins_with_the_quarter_that_ended_last_and_goes_on_by_quarters(pages: Pages) -> None:
    assert "4° trimestre 2025" in pages.get("/reports/lipe").said("//nav[@class='steps']")
    pages.get(pages.find("//a[@rel='next']/@href")[0])
    assert "1° trimestre 2026" in pages.said("//nav[@class='steps']")
    pages.submit("/reports/lipe", quarter="3")
    assert "3° trimestre 2026" in pages.said("//nav[@class='steps']")


FLAT = {"regime": "RF19", "tax_code": "VRDLGU68H08D969I"}


@pytest.fixture
def flat(client: Client, make_company: MakeCompany, make_token: MakeToken) -> Client:
    """A client of a company in the flat-rate regime."""
    company = make_company(**FLAT)
    return Client(client.http, company, make_token(company_id=company))


def test_the_flat_rate_regime_is_offered_to_who_is_in_it(visitor: Visitor, flat: Client) -> None:
    assert "Regime forfettario" in visitor(company=flat.company_id).get("/reports").said("//ul[@class='reports']")
    other = visitor().get("/reports")
    assert "Regime forfettario" not in other.said("//ul[@class='reports']")
    assert "Regime forfettario: solo per le aziende nel regime forfettario (RF19)" in other.said()
    assert other.get("/reports/forfettario").status == 409
    assert "non è nel regime forfettario" in other.said()


def test_every_figure_of_the_flat_rate_regime_leads_to_its_documents(visitor: Visitor, flat: Client) -> None:
    account = {"id": flat.data("GET", "info/payment_accounts")[0]["id"]}
    paid = {"amount": 1000, "due_date": "2026-02-01", "status": "paid", "paid_date": "2026-02-01"}
    document = create(
        flat,
        date="2026-01-10",
        entity={"name": HOSTILE},
        items_list=[row(1000, vat={"id": 66})],
        payments_list=[paid | {"payment_account": account}],
    )
    form = {"description": "INPS", "amount": 100, "due_date": "2026-02-16", "status": "paid"}
    f24 = flat.data("POST", "taxes", json={"data": form | {"payment_account": account}})
    flat.data("PUT", "settings/forfettario", json={"data": {"group": "professions"}})
    page = visitor(company=flat.company_id).get("/reports/forfettario?year=2026")
    figures = {cells[0]: cells[1] for cells in table(page)}
    assert (figures["Ricavi e compensi incassati"], figures["Reddito forfettario"]) == (money(1000), money(780))
    assert figures["Imposta sostitutiva"] == money(102)
    assert "78% di 1.000,00 €" in page.said("//table")
    assert {"#collected", "#contributions"} <= set(links(page))
    assert len(page.find("//*[@id='collected' or @id='contributions']")) == 2
    assert [f"/issued_documents/{document['id']}", f"/taxes/{f24['id']}"] == [
        href.removeprefix(f"/app/{flat.company_id}")
        for href in links(page)
        if "issued_documents" in href or "/taxes/" in href.removeprefix(f"/app/{flat.company_id}/settings")
    ]
    assert "<script>alert" not in page.text


def test_who_goes_beyond_a_limit_is_told(visitor: Visitor, flat: Client) -> None:
    account = {"id": flat.data("GET", "info/payment_accounts")[0]["id"]}
    paid = {"amount": 90000, "due_date": "2026-02-01", "status": "paid", "paid_date": "2026-02-01"}
    rows = [row(90000, vat={"id": 66})]
    create(flat, date="2026-01-10", items_list=rows, payments_list=[paid | {"payment_account": account}])
    page = visitor(company=flat.company_id).get("/reports/forfettario?year=2026")
    assert "dal prossimo anno si passa al regime ordinario" in page.said("//ul[@class='remarks']")
    assert "Manca il gruppo di attività" in page.said("//ul[@class='remarks']")


def test_reports_speak_english(visitor: Visitor, client: Client) -> None:
    sold(client)
    english = visitor(language="en").get("/reports/vat_settlement?year=2026&period=1")
    assert english.title == "Periodic VAT settlement"
    assert "VAT owed" in english.said("//table")


def test_the_stock_leads_to_its_products(pages: Pages, client: Client) -> None:
    data = {"name": "Viti", "in_stock": True, "stock_initial": 100, "net_cost": 1.5}
    id = client.data("POST", "products", json={"data": data})["id"]
    client.data("POST", "products", json={"data": {**data, "name": "Dadi", "net_cost": None}})
    pages.get("/reports/stock")
    assert [cells[-1] for cells in table(pages)] == ["", "150,00 €", "150,00 €"]
    assert [cells[-2] for cells in table(pages)][:2] == ["", "1,50 €"]
    assert any(href.endswith(f"/products/{id}") for href in links(pages))
    assert "1 prodotto in giacenza non ha un costo" in pages.said()
