"""The pages of payments: what is due as list and calendar, with the figures of the report; settled and taken back."""

from typing import Any

import pytest

from resources.issued_documents import account_of, create
from support import Client
from web.conftest import Visitor
from web.pages import Pages

HOSTILE = "<script>alert(1)</script> \N{GRINNING FACE} שלום"
TWO = [{"amount": 22, "due_date": "2026-02-10"}, {"amount": 100, "due_date": "2026-04-01"}]


def sold(client: Client, **more: Any) -> Any:
    """An invoice with an installment overdue since 10 February and one due on 1 April; today is 2 March 2026."""
    return create(client, **{"date": "2026-01-10", "entity": {"name": HOSTILE}, "payments_list": TWO, **more})


def form(client: Client, **more: Any) -> Any:
    sent = {"amount": 50, "due_date": "2026-03-16", "description": "IVA", **more}
    return client.data("POST", "taxes", json={"data": sent})


def parts(page: Pages) -> list[str]:
    """The headings of the list."""
    return [" ".join(row.text_content().split()) for row in page.find("//tr[contains(@class, 'part')]/th")]


def keys(page: Pages) -> list[str]:
    """The rows that can be ticked."""
    return [str(key) for key in page.find("//input[@name='ids']/@value")]


def settle(page: Pages, client: Client, *which: str, **more: str) -> Pages:
    """Tick rows and settle them."""
    fields: Any = {"ids": list(which), "paid_date": "2026-03-01", "payment_account": str(account_of(client)), **more}
    return page.post("/payments/settle", fields)


def test_nothing_to_settle_says_so(pages: Pages) -> None:
    assert "Tutto saldato" in pages.get("/payments").said()
    assert "Nessuna scadenza" in pages.get("/payments?state=paid").said()


def test_what_is_overdue_comes_first_then_week_by_week(pages: Pages, client: Client) -> None:
    sold(client)
    sold(client, payments_list=[{"amount": 122, "due_date": "2026-04-03"}])
    assert parts(pages.get("/payments")) == ["Scaduti", "Settimana dal 30/03/2026 al 05/04/2026"]
    assert parts(pages.get("/payments?by=month")) == ["Scaduti", "Aprile 2026"]
    assert HOSTILE in pages.said("//table")
    assert "<script>alert" not in pages.text


def test_the_totals_are_those_of_the_report(pages: Pages, client: Client) -> None:
    sold(client)
    totals = client.data("GET", "reports/payments?state=unpaid")["totals"]
    assert totals == {"open": 100, "overdue": 22, "paid": 0, "total": 122}
    assert pages.get("/payments").said("//div[@class='tiles']") == (
        "Scaduto 22,00 € Non ancora scaduto 100,00 € Totale 122,00 €"
    )
    assert [len(keys(pages.get(f"/payments?state={state}"))) for state in ("overdue", "open", "all")] == [1, 1, 2]


def test_money_out_has_expenses_and_taxes(pages: Pages, client: Client) -> None:
    form(client)
    [row] = [row for row in pages.get("/payments?direction=out").rows if "IVA" in row]
    assert "F24" in row
    assert pages.find("//table//a/@href") == [f"/app/{client.company_id}/taxes/1"]


def test_ticked_rows_are_settled_and_taken_back(pages: Pages, client: Client) -> None:
    sold(client)
    sold(client)
    rows = keys(pages.get("/payments?state=overdue"))
    settle(pages, client, *rows)
    assert pages.said("//h1") == "Pagamenti saldati"
    assert "2 saldati, 44,00 € in tutto" in pages.said()
    assert [row[2] for row in pages.rows] == ["Saldato", "Saldato"]
    entries = client.data("GET", "cashbook?date_from=2026-03-01&date_to=2026-03-01")
    assert [entry["amount_in"] for entry in entries] == [22, 22]
    back: Any = {"ids": keys(pages)}
    pages.post("/payments/reopen", back)
    assert "2 pagamenti di nuovo da saldare" in pages.said("//*[@class='flash']")
    assert client.data("GET", "reports/payments?state=overdue")["totals"]["overdue"] == 44


def test_a_row_that_is_refused_keeps_no_other_from_being_settled(pages: Pages, client: Client) -> None:
    sold(client)
    [late] = keys(pages.get("/payments?state=overdue"))
    settle(pages, client, late)
    [other] = keys(pages.get("/payments"))
    settle(pages, client, late, other, "issued_document.999999.1", "nonsense")
    assert [row[2] for row in pages.rows] == [
        "Non saldato Il pagamento è già saldato.",
        "Saldato",
        "Non saldato Non trovato: forse è stato eliminato.",
        pages.rows[3][2],
    ]
    assert pages.rows[3][2].startswith("Non saldato")
    assert client.data("GET", "reports/payments?state=unpaid")["rows"] == []


def test_a_broken_date_settles_nothing(pages: Pages, client: Client) -> None:
    sold(client)
    settle(pages, client, *keys(pages.get("/payments")), paid_date="31/02/2026")
    assert all(row[2].startswith("Non saldato") for row in pages.rows)
    assert len(client.data("GET", "reports/payments?state=unpaid")["rows"]) == 2


def test_nothing_ticked_says_so(pages: Pages, client: Client) -> None:
    sold(client)
    assert "Nessuna riga selezionata" in settle(pages.get("/payments"), client).said("//*[@class='flash']")


def test_the_calendar_shows_the_days_of_a_month(pages: Pages, client: Client) -> None:
    sold(client)
    assert pages.get("/payments/calendar?month=2026-04").title == "Aprile 2026"
    [day] = pages.find("//td[.//ul]")
    assert " ".join(day.text_content().split()) == f"1 100,00 € {HOSTILE}"
    assert pages.find("//td//*[@aria-current='date']") == []
    assert pages.get("/payments/calendar").find("//*[@aria-current='date']/@datetime") == ["2026-03-02"]
    assert pages.get(f"/payments/calendar?month={'9' * 40}").title == "Marzo 2026"
    assert len(pages.get("/payments/calendar?month=2026-13").find("//td")) >= 28


@pytest.mark.parametrize(("format", "begin"), [("xlsx", b"PK"), ("pdf", b"%PDF"), ("csv", b"")])
def test_the_list_is_a_file_too(pages: Pages, client: Client, format: str, begin: bytes) -> None:
    sold(client)
    pages.get(f"/payments/file?direction=in&state=unpaid&format={format}")
    assert pages.status == 200
    assert pages.answer.content.startswith(begin)
    assert f".{format}" in pages.answer.headers["content-disposition"]


def test_who_may_only_read_settles_nothing(visitor: Visitor, pages: Pages, client: Client) -> None:
    sold(client)
    late = keys(pages.get("/payments"))
    reader = visitor({"fic_issued_documents": "read", "fic_situation": "read"})
    assert keys(reader.get("/payments")) == []
    assert len(reader.rows) == 4
    settle(reader, client, *late)
    assert all(row[2].startswith("Non saldato") for row in reader.rows)
    assert visitor({"fic_situation": "read"}).get("/payments").status == 403
    buyer = visitor({"fic_received_documents": "read"})
    assert buyer.get("/payments").status == 200
    assert buyer.find("//nav[@class='tabs']//a[@aria-current]")[0].text == "Da pagare"


def test_a_list_of_many_has_pages(pages: Pages, client: Client) -> None:
    for number in range(201):
        form(client, description=f"F24 {number:03}", due_date="2026-03-16")
    assert len(keys(pages.get("/payments?direction=out"))) == 200
    assert pages.find("//a[@rel='next']")
    assert len(keys(pages.get(pages.find("//a[@rel='next']/@href")[0]))) == 1
    assert pages.get("/payments?direction=out&page=999").find("//a[@rel='prev']")
