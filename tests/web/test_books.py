"""The pages of daily receipts, F24, cashbook and archive."""

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
    assert pages.rows[0][0] == HOSTILE
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
    assert pages.rows[0][0] == "IVA"


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
    assert "Salvato" in pages.post("/archive/new", fields, file).said("//*[@class='flash']")
    [document] = client.data("GET", "archive?fieldset=detailed")
    assert document["attachment_url"]
    assert pages.get("/archive?category=Contratti").rows == [["Contratto", "Contratti", "02/03/2026"]]


def test_a_file_that_is_not_taken_is_refused_at_its_input(pages: Pages, client: Client) -> None:
    fields = {"description": "Programma", "category": "X", "date": "2026-03-02"}
    pages.post("/archive/new", fields, {"attachment": ("virus.exe", b"MZ", "application/octet-stream")})
    assert pages.status == 422
    assert "attachment" in pages.errors
    assert client.data("GET", "archive") == []


def test_pages_speak_english(visitor: Visitor) -> None:
    english = visitor(language="en")
    assert english.get("/receipts").title == "Daily receipts"
    assert english.get("/cashbook").title == "Cashbook"
    assert english.find("//html/@lang") == ["en"]
