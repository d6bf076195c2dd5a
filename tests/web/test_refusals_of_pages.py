"""Pages that are not there."""

from starlette.testclient import TestClient

from web.pages import Pages


def test_an_address_without_a_page_says_so_in_the_readers_language(http: TestClient) -> None:
    page = http.get("/no/such/page", headers={"Accept": "text/html", "Accept-Language": "en"})
    assert page.status_code == 404
    assert "Page not found" in page.text
    assert http.get("/no/such/page", headers={"Accept": "*/*"}).text == "Not Found"


def test_a_row_that_is_not_there_is_said_within_the_company(pages: Pages) -> None:
    assert pages.get("/taxes/999").status == 404
    assert "Non trovato" in pages.title
    assert pages.find("//nav[@id='menu']")


def test_a_file_larger_than_the_server_takes_is_refused_with_its_limit_and_the_way_back(pages: Pages) -> None:
    pages.get("/bank_statements?page=1")
    pages.post("/bank_statements", {"payment_account_id": "1"}, {"attachment": ("a.csv", b"x" * (11 * 1024 * 1024))})
    assert pages.status == 413
    assert pages.title == "Il file è troppo grande"
    assert "10 MB" in pages.said()
    assert pages.find("//main//a/@href") == [f"/app/{pages.company_id}/bank_statements?page=1"]
