"""The overview: its figures are those of the report, each leads to what is behind it, and a new company is led on."""

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select

from mastro.api.call import Installation
from mastro.database.schema import companies, memberships
from mastro.resources import backups
from resources.issued_documents import create, row
from support import Client, MakeToken
from web.conftest import Visitor
from web.pages import Pages

HOSTILE = "<script>alert(1)</script> \N{GRINNING FACE} שלום"


def money(amount: Any) -> str:
    """As an Italian page writes it."""
    return f"{Decimal(str(amount)):,.2f} €".translate(str.maketrans(",.", ".,"))


def shown(amount: Any) -> str:
    """As it stands in the page."""
    return money(amount).replace(" ", "\N{NO-BREAK SPACE}")


def sell(client: Client, **more: Any) -> Any:
    """An invoice that is overdue since 10 February; today is 2 March 2026."""
    sent = {"date": "2026-01-15", "entity": {"name": HOSTILE}, "items_list": [row(100)]}
    return create(client, **{**sent, "payments_list": [{"amount": 122, "due_date": "2026-02-10"}], **more})


def cells(page: Pages, table: str) -> list[list[str]]:
    """The body and foot of the table in a part of the page."""
    return [
        [" ".join(cell.text_content().split()) for cell in line.xpath("./td|./th")]
        for line in page.find(f"{table}//table//tr[ancestor::tbody or ancestor::tfoot]")
    ]


def test_a_new_company_is_led_to_its_first_steps(pages: Pages) -> None:
    assert pages.get("").title == "Situazione"
    steps = [" ".join(link.text_content().split()) for link in pages.find("//ol[@class='first-steps']//a")]
    assert "Aggiungi un cliente" in steps
    assert "Emetti la prima fattura" in steps
    assert not pages.find("//figure[@class='chart']")


def test_a_step_that_was_taken_says_so(pages: Pages, client: Client) -> None:
    client.data("POST", "entities/clients", json={"data": {"name": "Verdi"}})
    pages.get("")
    assert "Aggiungi un cliente Fatto" in pages.said("//ol[@class='first-steps']/li[contains(., 'cliente')]")


def test_the_figures_are_those_of_the_report(pages: Pages, client: Client) -> None:
    sell(client)
    sell(client, date="2026-02-10", items_list=[row(55.55)])
    report = client.data("GET", "reports/overview")
    pages.get("")
    tiles = pages.said("//div[@class='tiles']")
    for amount in (report["issued"]["amount"], report["overdue"]["amount"], report["vat"]["vp14_debit"]):
        assert money(amount) in tiles
    shown_rows = cells(pages, "//figure")
    for month, line in zip(report["months"], shown_rows, strict=False):
        keys = ("issued", "collected", "costs", "paid")
        assert line[1:] == [money(month[key]) for key in keys]
    aging = cells(pages, "//section[@aria-labelledby='aging']")
    assert aging[-1][1] == money(report["receivables"]["total"])
    spoken = [" ".join(words.text.split()) for words in pages.find("//figure//li//span[@class='sr']")]
    assert len(spoken) == 12
    assert spoken[0] == f"Gennaio 2026: Emesso {shown_rows[0][1]}, Incassato 0,00 €, Costi 0,00 €"


def test_what_is_to_be_done_leads_to_where_it_is_done(pages: Pages, client: Client) -> None:
    sell(client)
    [link] = pages.get("").find("//ul[@class='to-do']//a")
    assert " ".join(link.text_content().split()) == "1 incasso scaduto"
    assert "payments?direction=in" in link.get("href")


def test_a_month_of_the_chart_leads_to_its_documents(pages: Pages, client: Client) -> None:
    sell(client)
    sell(client, date="2026-02-10", entity={"name": "Febbraio"})
    january = pages.get("").find("//figure//li[1]/a/@href")[0]
    assert len(pages.get(january).rows) == 1
    assert HOSTILE in pages.said("//table")


def test_a_figure_leads_to_the_documents_that_it_sums(pages: Pages, client: Client) -> None:
    sell(client)
    sell(client, payments_list=[])
    create(client, "credit_note", date="2026-01-20", items_list=[row(30)], payments_list=[])
    create(client, "quote", date="2026-01-21", entity={"name": "Preventivo"}, payments_list=[])
    sent = {"type": "expense", "date": "2026-01-20", "entity": {"name": "Carta"}, "amount_net": 50, "amount_vat": 11}
    client.data("POST", "received_documents", json={"data": sent})
    note = {"type": "passive_delivery_note", "date": "2026-01-21", "entity": {"name": "Carta"}, "amount_net": 50}
    client.data("POST", "received_documents", json={"data": {**note, "amount_vat": 11}})
    report = client.data("GET", "reports/overview")
    for key in ("issued", "costs"):
        place = pages.get("").find(f"//div[@class='tiles']//a[. = '{shown(report[key]['amount'])}']/@href")[0]
        assert len(pages.get(place).rows) == report[key]["count"]
        assert money(report[key]["amount"]) in pages.said("//div[@class='tiles']")


def test_another_year_has_its_own_figures(pages: Pages, client: Client) -> None:
    sell(client)
    assert "Emesso nel 2025" in pages.get("?year=2025").said()
    assert cells(pages, "//figure")[0][1] == "0,00 €"
    assert pages.get("?year=99999").status == 200


def test_names_are_shown_as_they_are(pages: Pages, client: Client) -> None:
    sell(client)
    pages.get("")
    assert HOSTILE in pages.said("//section[@aria-labelledby='top']")
    assert "<script>alert" not in pages.text


def test_who_may_not_see_the_overview_lands_on_what_he_may_see(visitor: Visitor) -> None:
    assert visitor({"fic_products": "read", "fic_taxes": "read"}).get("").address.endswith("/products")
    nobody = visitor({}).get("")
    assert nobody.status == 200
    assert "Chiedi a chi amministra" in nobody.said()


def test_links_lead_only_to_what_the_reader_may_see(visitor: Visitor, client: Client) -> None:
    sell(client)
    reader = visitor({"fic_situation": "read"}).get("")
    assert money(100) in reader.said("//div[@class='tiles']")
    assert reader.find("//main//div[@class='tiles']//a | //figure//a | //section//a") == []


def test_another_companys_overview_is_not_there(visitor: Visitor, make_company: Any) -> None:
    stranger = visitor(company=make_company())
    assert stranger.get(f"/app/{visitor().company_id}").status == 404


def test_only_the_owner_of_every_company_sees_when_the_last_backup_was_made(
    visitor: Visitor, installation: Installation, company_id: int
) -> None:
    assert "backup" not in visitor().get("").said()
    _own_all(installation, company_id)
    assert "nessun backup" in visitor().get("").said()
    moment = dt.datetime(2026, 3, 1, 4, 5)  # noqa: DTZ001  (Italian time, as it is shown)
    backups.record(installation, moment, path="mastro.backup")
    assert "Ultimo backup: 01/03/2026 04:05" in visitor().get("").said()
    backups.record(installation, moment.replace(day=2), path="", error="disk full")
    assert "Ultimo backup: 01/03/2026 04:05" in visitor().get("").said()


def _own_all(installation: Installation, company_id: int) -> None:
    """Make the owner of a company the owner of all of them."""
    with installation.database.write() as session:
        owned = (memberships.c.company_id == company_id, memberships.c.role == "master")
        user_id = session.scalar(select(memberships.c.user_id).where(*owned))
        others = select(companies.c.id).where(
            companies.c.id.not_in(select(memberships.c.company_id).where(memberships.c.user_id == user_id))
        )
        for (other,) in session.rows(others):
            member = {"company_id": other, "user_id": user_id, "role": "master", "permissions": b"{}"}
            session.run(insert(memberships), **member)


def test_the_overview_speaks_english(visitor: Visitor, client: Client) -> None:
    sell(client)
    english = visitor(language="en").get("")
    assert english.title == "Overview"
    assert "1 payment overdue from customers" in english.said()


def test_the_vat_of_the_last_period_leads_to_its_settlement(pages: Pages, client: Client) -> None:
    sell(client, date="2026-02-15", items_list=[row(10_000)], payments_list=[])
    place = pages.get("").find("//ul[@class='to-do']//a[contains(., 'IVA da versare')]/@href")[0]
    assert "entro il 16/03/2026" in pages.said("//ul[@class='to-do']")
    assert pages.get(place).title == "Liquidazione periodica IVA"
    assert "Febbraio 2026" in pages.said()


def test_the_first_step_is_done_once_an_invoice_could_be_written(
    visitor: Visitor, make_company: Any, make_token: MakeToken, client: Client
) -> None:
    company = make_company()
    other = Client(client.http, company, make_token(company_id=company))
    known = other.data("GET", "settings/company")["company"]
    address = {"address_street": "Via Roma 1", "address_city": "Modena", "address_postal_code": "41121"}
    told = {"address_province": "MO", "country_iso": "IT", "vat_number": "12345678903", **address}
    step = "//ol[@class='first-steps']/li[1]"
    assert "Fatto" not in visitor(company=company).get("").said(step)
    answer = other.put("settings/company", json={"data": {"company": {**known, **told}}})
    assert answer.status_code == 200, answer.text
    assert "Fatto" in visitor(company=company).get("").said(step)
