"""The papers of a document: PDFs, their pages as pictures, and the list of documents as a spreadsheet."""

import csv
import io

import pypdf

from resources.issued_documents import create, row
from support import CheckAccess, Client


def test_papers_need_the_scope_of_the_document(client: Client, check_access: CheckAccess) -> None:
    id = create(client)["id"]
    check_access("GET", f"issued_documents/{id}/papers", needs="issued_documents.invoices:r")
    check_access("GET", f"issued_documents/{id}/pdf", needs="issued_documents.invoices:r")
    check_access("GET", f"issued_documents/{id}/pages/1", needs="issued_documents.invoices:r")


def test_a_document_is_a_pdf_and_its_pages_are_pictures(client: Client) -> None:
    made = create(client, items_list=[row(name=f"Riga {number}") for number in range(80)])
    [paper] = client.data("GET", f"issued_documents/{made['id']}/papers")
    assert paper["kind"] == "document"
    assert paper["pages"] >= 2
    pdf = client.get(f"issued_documents/{made['id']}/pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    assert pdf.content.count(b"/Type /Page\n") in {0, paper["pages"]}
    pictures = [client.get(f"issued_documents/{made['id']}/pages/{page + 1}").content for page in range(paper["pages"])]
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)
    assert len(set(pictures)) == paper["pages"]
    assert client.get(f"issued_documents/{made['id']}/pages/{paper['pages'] + 1}").status_code == 404
    assert client.get(f"issued_documents/{made['id']}/pages/0").status_code == 404


def test_an_accompanied_invoice_has_more_papers(client: Client) -> None:
    made = create(client, delivery_note=True, accompanying_invoice=True)
    papers = client.data("GET", f"issued_documents/{made['id']}/papers")
    assert [paper["kind"] for paper in papers] == ["document", "delivery_note", "accompanying_invoice"]
    note = client.get(f"issued_documents/{made['id']}/pages/1?kind=delivery_note").content
    assert note != client.get(f"issued_documents/{made['id']}/pages/1").content
    plain = create(client)["id"]
    assert client.get(f"issued_documents/{plain}/pdf?kind=delivery_note").status_code == 404
    assert client.get(f"issued_documents/{plain}/pdf?kind=poster").status_code == 422


def test_a_filtered_list_is_a_file(client: Client) -> None:
    create(client, entity={"name": "=Rossi"})
    create(client, entity={"name": "Verdi"})
    create(client, "quote", entity={"name": "Verdi"})
    answer = client.get("issued_documents/file?type=invoice&q=entity.name%20contains%20'verdi'&format=csv")
    assert answer.status_code == 200, answer.text
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text.splitlines()[0] else ","))
    assert len([line for line in rows if "Verdi" in line]) == 1
    assert "invoice" in text
    assert client.get("issued_documents/file").content.startswith(b"PK")
    assert "quote" in client.get("issued_documents/file?format=csv").text


def test_a_file_needs_the_scope_of_its_documents(check_access: CheckAccess) -> None:
    check_access("GET", "issued_documents/file?type=invoice", needs="issued_documents.invoices:r")


def test_the_papers_of_a_company_in_test_mode_say_that_they_are_samples(client: Client) -> None:
    id = create(client)["id"]

    def said() -> str:
        read = pypdf.PdfReader(io.BytesIO(client.get(f"issued_documents/{id}/pdf").content))
        return "".join(page.extract_text() for page in read.pages)

    assert "PROVA" not in said()
    plain = client.get(f"issued_documents/{id}/pages/1?kind=document").content
    client.data("PUT", "test_mode", json={"data": {"enabled": True}})
    assert "PROVA" in said()
    assert client.get(f"issued_documents/{id}/pages/1?kind=document").content != plain
