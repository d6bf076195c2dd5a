"""The pages of daily receipts, F24, cashbook and archive."""

from typing import Any

import pytest

from support import Client
from web.conftest import Visitor
from web.pages import Pages

HOSTILE = "<script>alert(1)</script> \N{GRINNING FACE} שלום"


@pytest.mark.parametrize("path", ["/receipts", "/taxes", "/cashbook", "/archive"])
def test_an_empty_section_says_what_it_is_for(pages: Pages, path: str) -> None:
    assert pages.get(path).status == 200
    assert pages.find("//main//a[contains(@class, 'primary')]")
    assert "Ness" in pages.said() or "Ancora" in pages.said() or "vuoto" in pages.said()


@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("/receipts", "fic_receipts"),
        ("/taxes", "fic_taxes"),
        ("/cashbook", "fic_cashbook"),
        ("/archive", "fic_archive"),
    ],
)
def test_a_section_opens_to_who_may_read_it(visitor: Visitor, path: str, section: str) -> None:
    assert visitor({section: "none"}).get(path).status == 403
    reader = visitor({section: "read"}).get(path)
    assert reader.status == 200
    assert not reader.find("//a[@data-new]")
    assert reader.get(f"{path}/new").find("//main//button[contains(@class, 'primary')]") == []
    assert visitor({section: "write"}).get(path).find("//a[@data-new]")


@pytest.mark.parametrize("path", ["/receipts", "/taxes", "/cashbook", "/archive"])
def test_another_company_is_not_there(visitor: Visitor, make_company: object, path: str) -> None:
    stranger = visitor(company=make_company())  # type: ignore[operator]
    ours = visitor()
    answer = stranger.get(f"/app/{ours.company_id}{path}")
    assert answer.status == 404


def test_an_f24_is_written_paid_and_deleted(pages: Pages, client: Client) -> None:
    pages.get("/taxes/new").submit(description=HOSTILE, amount="1.234,50", due_date="16/03/2026")
    assert pages.status == 200
    assert "Salvato" in pages.said("//*[@class='flash']")
    assert pages.rows[0][1] == HOSTILE
    assert "1.234,50" in pages.rows[0][-1]
    assert "<script>alert" not in pages.text
    [form] = client.data("GET", "taxes")
    pages.post(f"/taxes/{form['id']}/settle")
    assert client.data("GET", f"taxes/{form['id']}")["status"] == "paid"
    pages.get(f"/taxes/{form['id']}").submit(f"/taxes/{form['id']}/delete")
    assert client.data("GET", "taxes") == []


def test_a_refused_form_keeps_what_was_typed_and_says_where(pages: Pages) -> None:
    pages.get("/taxes/new").submit(description="IVA", amount="molto", due_date="2026-03-16")
    assert pages.status == 422
    assert pages.errors == {"amount": "Scrivi un numero, per esempio 1.234,56."}
    assert pages.find("//input[@name='description']/@value") == ["IVA"]
    assert pages.find("//input[@name='amount']/@value") == ["molto"]
    pages.submit(amount="10")
    assert pages.rows[0][1] == "IVA"


def test_receipts_of_a_day_go_to_the_months_and_to_the_cashbook(pages: Pages, client: Client) -> None:
    pages.get("/receipts/new").submit(
        date="2026-03-01", items_list__0__amount_gross="122", items_list__1__amount_gross="1.220,00"
    )
    assert "salvato" in pages.said("//*[@class='flash']")
    assert "1.342,00" in pages.said("//tfoot")
    assert "1.100,00" in pages.said("//tfoot")
    [receipt] = client.data("GET", "receipts")
    assert receipt["amount_gross"] == 1342
    pages.get("/cashbook?date_from=2026-03-01&date_to=2026-03-31")
    assert "1.342,00" in pages.rows[0][-2]
    pages.get(f"/receipts/{receipt['id']}").submit(items_list__0__amount_gross="222")
    assert client.data("GET", f"receipts/{receipt['id']}")["amount_gross"] == 1442


def test_another_row_is_added_without_saving(pages: Pages, client: Client) -> None:
    before = len(pages.get("/receipts/new").find("//fieldset//select"))
    pages.submit("/receipts/new", {"add": "1"}, items_list__0__amount_gross="10")
    assert len(pages.find("//fieldset//select")) > before
    assert pages.find("//input[@name='items_list.0.amount_gross']/@value") == ["10,00"]
    assert client.data("GET", "receipts") == []


def test_a_transfer_moves_money_between_two_accounts(pages: Pages, client: Client) -> None:
    accounts = {account["name"]: account["id"] for account in client.data("GET", "info/payment_accounts")}
    first, second = list(accounts)[:2]
    pages.get("/cashbook/new").submit(
        date="2026-03-02",
        description="Versamento",
        amount_in="500",
        payment_account_in__id=str(accounts[second]),
        amount_out="500",
        payment_account_out__id=str(accounts[first]),
    )
    assert f"{first} → {second}" in pages.rows[0]
    pages.get("/cashbook?date_from=2026-03-02&date_to=2026-03-02")
    assert "-500,00" in pages.said("//*[contains(@class, 'tile bad')]")


def test_an_entry_of_a_document_is_changed_there(pages: Pages, client: Client) -> None:
    body = {"description": "IVA", "amount": 10, "due_date": "2026-03-02", "status": "paid"}
    client.data("POST", "taxes", json={"data": body})
    [entry] = client.data("GET", "cashbook?date_from=2026-03-01&date_to=2026-03-31")
    assert "si modifica lì" in pages.get(f"/cashbook/{entry['id']}").said()
    assert not pages.find("//main//button[contains(@class, 'primary')]")
    assert pages.get("/cashbook?date_from=2026-03-01&date_to=2026-03-31").find("//a[@class='row-link']/@href") == [
        f"/app/{client.company_id}/taxes/1"
    ]


def test_a_file_goes_to_the_archive(pages: Pages, client: Client) -> None:
    fields = {"description": "Contratto", "category": "Contratti", "date": "2026-03-02"}
    file = {"attachment": ("contratto.pdf", b"%PDF-1.7 text", "application/pdf")}
    assert "1 documento archiviato" in pages.post("/archive/new", fields, file).said("//*[@class='flash']")
    [document] = client.data("GET", "archive?fieldset=detailed")
    assert document["attachment_url"]
    assert pages.get("/archive?category=Contratti").rows == [["Contratto", "Contratti", "02/03/2026"]]


def test_a_file_that_is_not_taken_is_refused_at_its_input(pages: Pages, client: Client) -> None:
    fields = {"description": "Programma", "category": "X", "date": "2026-03-02"}
    pages.post("/archive/new", fields, {"attachment": ("virus.exe", b"MZ", "application/octet-stream")})
    assert pages.status == 422
    assert "attachment" in pages.errors
    assert client.data("GET", "archive") == []


def test_several_files_go_to_the_archive_at_once(pages: Pages, client: Client) -> None:
    fields = {"description": "", "category": "Contratti", "date": "2026-03-02"}
    files = [("attachment", (f"{name}.pdf", b"%PDF-1.7 text", "application/pdf")) for name in ("uno", "due")]
    pages.post("/archive/new", fields, files)  # type: ignore[arg-type]  # several files of one input
    assert "2 documenti archiviati" in pages.said("//*[@class='flash']")
    assert sorted(row[0] for row in pages.rows) == ["due.pdf", "uno.pdf"]


def test_a_file_that_is_refused_keeps_no_other_from_the_archive(pages: Pages, client: Client) -> None:
    fields = {"description": "Pratica", "category": "Contratti", "date": "2026-03-02"}
    files = [("attachment", (name, b"%PDF-1.7", "application/octet-stream")) for name in ("uno.pdf", "virus.exe")]
    pages.post("/archive/new", fields, files)  # type: ignore[arg-type]  # several files of one input
    assert pages.status == 422
    assert "Archiviati: 1. Non archiviati: virus.exe:" in pages.said("//*[@role='alert']")
    assert [each["description"] for each in client.data("GET", "archive")] == ["Pratica uno.pdf"]


def test_ticked_f24_forms_are_settled(pages: Pages, client: Client) -> None:
    for words in ("IVA", "IRPEF"):
        body = {"description": words, "amount": 10, "due_date": "2026-03-02"}
        client.data("POST", "taxes", json={"data": body})
    account = client.data("GET", "info/payment_accounts")[0]["id"]
    keys: Any = pages.get("/taxes").find("//input[@name='ids']/@value")
    pages.post("/payments/settle", {"ids": keys, "payment_account": str(account)})
    assert [row[2] for row in pages.rows] == ["Saldato", "Saldato"]
    assert {form["status"] for form in client.data("GET", "taxes")} == {"paid"}
    assert not pages.get("/taxes").find("//input[@name='ids']")


@pytest.mark.parametrize("format", ["xlsx", "csv"])
def test_the_books_are_files_too(pages: Pages, client: Client, format: str) -> None:
    body = {"description": "IVA", "amount": 10, "due_date": "2026-03-02", "status": "paid"}
    client.data("POST", "taxes", json={"data": body})
    pages.get("/receipts/new").submit(date="2026-03-01", items_list__0__amount_gross="122")
    for path in ("/receipts", "/taxes", "/cashbook"):
        [place] = [href for href in pages.get(path).find("//a/@href") if f"format={format}" in href]
        pages.get(place)
        assert pages.status == 200
        assert f".{format}" in pages.answer.headers["content-disposition"]


def test_a_new_f24_can_come_filled_in(pages: Pages) -> None:
    pages.get("/taxes/new?description=6001+IVA&amount=1234.50&due_date=2026-03-16")
    values = {field.get("name"): field.get("value") for field in pages.find("//main//form//input")}
    assert (values["description"], values["amount"], values["due_date"]) == ("6001 IVA", "1234.50", "2026-03-16")


def test_pages_speak_english(visitor: Visitor) -> None:
    english = visitor(language="en")
    assert english.get("/receipts").title == "Daily receipts"
    assert english.get("/cashbook").title == "Cashbook"
    assert english.find("//html/@lang") == ["en"]
