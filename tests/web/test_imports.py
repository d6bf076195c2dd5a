"""The pages that bring in spreadsheets and invoices."""

import time
from typing import Any

from resources.e_invoices import exported
from support import Client
from web.conftest import Visitor
from web.pages import Pages

TABLE = b"Ragione sociale;P.IVA;Giorni\nBianchi;12345670017;30\n<script>alert(1)</script>;;presto\n"


def upload(pages: Pages, content: bytes = TABLE, kind: str = "clients") -> str:
    """Send a file; the path of its import."""
    pages.get("/import").post("/import", {"resource": kind}, {"attachment": ("clienti.csv", content, "text/csv")})
    return pages.address.split(f"/app/{pages.company_id}")[1]


def finished(pages: Pages) -> None:
    """Wait on the page of a job until it is done."""
    deadline = time.monotonic() + 20
    while pages.find("//*[@id='work'][@aria-busy='true']"):
        assert time.monotonic() < deadline
        time.sleep(0.05)
        pages.get(pages.address.split(f"/app/{pages.company_id}")[1])


def test_imports_open_to_who_may_write(visitor: Visitor) -> None:
    reader = visitor({"fic_clients": "read"}).get("/import")
    assert (reader.status, reader.find("//input[@type='file']")) == (200, [])
    writer = visitor({"fic_clients": "write"}).get("/import")
    assert writer.find("//select[@name='resource']/option/@value") == ["clients"]


def test_a_file_that_is_no_table_is_refused_at_its_input(pages: Pages) -> None:
    pages.post("/import", {"resource": "clients"}, {"attachment": ("a.csv", b"", "text/csv")})
    assert (pages.status, list(pages.errors)) == (422, ["attachment"])


def test_another_companys_import_is_not_there(visitor: Visitor, pages: Pages, make_company: Any) -> None:
    path = upload(pages)
    assert visitor(company=make_company()).get(path).status == 404


def test_an_issued_invoice_comes_in_after_a_trial_and_goes_again(pages: Pages, client: Client) -> None:
    xml = exported(client)
    for document in client.data("GET", "issued_documents", params={"type": "invoice"}):
        client.delete(f"issued_documents/{document['id']}")
        client.delete(f"bin/issued_documents/{document['id']}")
    file = {"attachment": ("fattura.xml", xml, "text/xml")}
    pages.post("/import/invoices", {"act": "preview", "sent": "on"}, file)
    finished(pages)
    assert "È una prova" in pages.said()
    assert client.data("GET", "issued_documents", params={"type": "invoice"}) == []
    [again] = pages.find("//main//div[@id='work']//form/@action")
    pages.submit(again)
    finished(pages)
    [made] = client.data("GET", "issued_documents", params={"type": "invoice"})
    assert made["locked"] is True
    pages.get("/import/invoices").submit(pages.find("//form[contains(@action, '/undo')]/@action")[0])
    assert client.data("GET", "issued_documents", params={"type": "invoice"}) == []


def test_a_file_that_cannot_be_read_says_why_in_the_readers_language(visitor: Visitor) -> None:
    file = {"attachment": ("a.zip", b"PK\x03\x04no", "application/zip")}
    for language, words in (("it", "L’archivio non si può aprire"), ("en", "The archive cannot be opened")):
        pages = visitor(language=language).post("/import/invoices", {"act": "run"}, file)
        finished(pages)
        assert words in pages.said("//*[@role='alert']")


def test_the_job_of_one_side_is_no_page_of_the_other(pages: Pages, client: Client) -> None:
    pages.post("/import/invoices", {"act": "preview"}, {"attachment": ("a.xml", b"<a/>", "text/xml")})
    finished(pages)
    id = pages.address.rpartition("/")[2]
    assert pages.get(f"/received_documents/import/jobs/{id}").status == 404


def test_the_pages_speak_english(visitor: Visitor) -> None:
    english = visitor(language="en")
    assert english.get("/import").title == "Import"
    assert english.get("/import/invoices").title == "Import issued invoices"
