"""Electronic invoices as files: what is embedded in them, and that taking one in again loses nothing of it."""

import base64
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from mastro.fatturapa import from_document, read, write
from mastro.fatturapa.tree import branches
from mastro.model.company import Company
from mastro.model.issued_document import IssuedDocument
from pure.fatturapa.test_e_invoice_properties import documents
from resources.e_invoices import SELLER, exported
from resources.issued_documents import create
from support import Client, MakeCompany, MakeToken

PDF = b"%PDF-1.4 Condizioni"
BUYER_BY_CODE = {"name": "Bianchi S.p.A.", "vat_number": "01234567897", "country": "Italia"}
TEXT = {"ei_data": {"payment_method": "MP05"}, "e_invoice": True}


@pytest.fixture
def company_id(make_company: MakeCompany) -> int:
    """Who makes the files out."""
    return make_company(**SELLER)


@pytest.fixture
def other(client: Client, make_company: MakeCompany, make_token: MakeToken) -> Client:
    """The same company once more, empty."""
    id = make_company(**SELLER)
    return Client(client.http, id, make_token(company_id=id))


def attached(client: Client, name: str = "condizioni.pdf", content: bytes = PDF) -> str:
    """The token of an uploaded file."""
    answer = client.data("POST", "issued_documents/attachment", files={"attachment": (name, content)})
    token: str = answer["attachment_token"]
    return token


def xml_of(client: Client, id: int, **query: str) -> bytes:
    answer = client.get(f"issued_documents/{id}/e_invoice/xml", params=query)
    assert answer.status_code == 200, answer.text
    content: bytes = answer.content
    return content


def files_in(xml: bytes) -> list[tuple[str, str, bytes]]:
    """Name, format and content of the files in an invoice."""
    return [
        (each["NomeAttachment"], each.get("FormatoAttachment", ""), base64.b64decode(each["Attachment"]))
        for each in branches(read(xml).bodies[0], "Allegati")
    ]


def bring(client: Client, xml: bytes, **query: str) -> Any:
    return client.data("POST", "issued_documents/import", files={"attachment": ("a.xml", xml)}, params=query)


def what_it_says(xml: bytes) -> Any:
    """The tree of a file without what it says of its own way."""
    tree = read(xml).tree
    for name in ("IdTrasmittente", "ProgressivoInvio", "ContattiTrasmittente"):
        tree["FatturaElettronicaHeader"]["DatiTrasmissione"].pop(name, None)
    return tree


# files in the file


def test_the_attachment_travels_in_the_invoice_where_that_is_asked_for(client: Client) -> None:
    made = create(client, attachment_token=attached(client), **TEXT)
    assert files_in(xml_of(client, made["id"])) == []
    assert files_in(xml_of(client, made["id"], include_attachment="true")) == [("condizioni.pdf", "PDF", PDF)]


def test_a_document_without_an_attachment_takes_its_pdf_along(client: Client) -> None:
    made = create(client, **TEXT)
    [(name, format, content)] = files_in(xml_of(client, made["id"], include_attachment="1"))
    assert (name, format) == ("invoice-1-2026.pdf", "PDF")
    assert content.startswith(b"%PDF-")


def test_what_is_sent_with_its_attachment_is_the_file_that_is_answered_then(client: Client) -> None:
    client.data("PUT", "test_mode", json={"data": {"enabled": True}})
    seat = {"address_street": "Via Roma 1", "address_postal_code": "20100", "address_city": "Milano"}
    entity = {**BUYER_BY_CODE, **seat, "address_province": "MI", "ei_code": "ABC1234"}
    made = create(client, entity=entity, attachment_token=attached(client), **TEXT)
    options = {"include_attachment": True, "test_unchecked": True}
    client.data("POST", f"issued_documents/{made['id']}/e_invoice/send", json={"data": {}, "options": options})
    assert files_in(xml_of(client, made["id"])) == [("condizioni.pdf", "PDF", PDF)]


def test_an_attachment_that_no_invoice_can_hold_is_refused(client: Client) -> None:
    made = create(client, attachment_token=attached(client, content=PDF + b" " * 3_500_000), **TEXT)
    refused = client.get(f"issued_documents/{made['id']}/e_invoice/xml", params={"include_attachment": "1"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "ATTACHMENT_TOO_LARGE")
    assert files_in(xml_of(client, made["id"])) == []


def test_what_is_in_the_invoice_becomes_the_attachment_of_its_document(client: Client, other: Client) -> None:
    made = create(client, attachment_token=attached(client), **TEXT)
    xml = xml_of(client, made["id"], include_attachment="1")
    assert bring(other, xml, dry_run="1")["documents"][0]["differences"] == []
    [line] = bring(other, xml)["documents"]
    assert line["differences"] == []
    address = other.data("GET", f"issued_documents/{line['id']}")["attachment_url"]
    assert address.endswith("/condizioni.pdf")
    assert other.using("").get(address[address.index("/attachment/") :]).content == PDF
    assert what_it_says(xml_of(other, line["id"], include_attachment="1")) == what_it_says(xml)


def test_several_files_become_one_archive_and_a_broken_one_is_told(client: Client, other: Client) -> None:
    def block(name: str, content: str) -> str:
        return f"<Allegati><NomeAttachment>{name}</NomeAttachment><Attachment>{content}</Attachment></Allegati>"

    encoded = base64.b64encode(PDF).decode()
    blocks = block("a.pdf", encoded) + block("A.pdf", encoded) + block("b.pdf", "%%%")
    xml = exported(client).replace(b"</FatturaElettronicaBody>", f"{blocks}</FatturaElettronicaBody>".encode())
    [line] = bring(other, xml)["documents"]
    assert line["differences"] == ["FatturaElettronicaBody[1]/Allegati"]
    address = other.data("GET", f"issued_documents/{line['id']}")["attachment_url"]
    assert address.endswith("/allegati.zip")


# there and back


def as_the_format_can_say(document: IssuedDocument) -> IssuedDocument:
    """The document without what no element tells: the rows that a fund is not charged on.

    Told are those outside VAT (N1) and, where tax is withheld, those that it is not withheld from.
    """
    withheld = bool(document.withholding_tax or document.other_withholding_tax)
    for row in document.items_list or ():
        if row.vat and not row.vat.value:
            row.not_taxable = None
        if not withheld:
            row.apply_withholding_taxes = None
    return document


@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(document=documents().map(as_the_format_can_say))
def test_whatever_we_write_comes_back_as_the_same_invoice(other: Client, document: IssuedDocument) -> None:
    xml = write(from_document(document, Company(**SELLER), progressive="1"))
    report = bring(other, xml)
    [line] = report["documents"]
    try:
        assert (line["status"], line["reason"], line["differences"]) == ("created", "", []), xml.decode()
        assert what_it_says(xml_of(other, line["id"])) == what_it_says(xml)
    finally:
        if report["id"]:
            other.data("DELETE", f"issued_documents/import/{report['id']}")


# the simplified invoice

SIMPLE = {"e_invoice": True, "ei_data": {"document_type": "TD07"}}


def test_a_simplified_invoice_is_chosen_by_its_type_and_comes_back_as_it_was(client: Client, other: Client) -> None:
    rows = [{"name": "Pranzo", "gross_price": 12.35, "qty": 3, "vat": {"id": 3}}, {"name": "Caffè", "gross_price": 1.2}]
    made = create(client, entity=BUYER_BY_CODE, items_list=rows, use_gross_prices=True, **SIMPLE)
    xml = xml_of(client, made["id"])
    assert (read(xml).format, b"<Importo>37.05</Importo>" in xml) == ("FSM10", True)
    [line] = bring(other, xml)["documents"]
    assert (line["status"], line["reason"], line["differences"]) == ("created", "", [])
    document = other.data("GET", f"issued_documents/{line['id']}")
    assert (document["amount_gross"], document["ei_data"]["document_type"]) == (made["amount_gross"], "TD07")
    assert what_it_says(xml_of(other, line["id"])) == what_it_says(xml)


def test_a_document_that_cannot_be_simplified_says_what_is_in_the_way(client: Client) -> None:
    made = create(client, entity=BUYER_BY_CODE, withholding_tax=20, **SIMPLE)
    refused = client.get(f"issued_documents/{made['id']}/e_invoice/xml")
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "NOT_AN_E_INVOICE")
    assert "ritenuta" in refused.json()["error"]["message"]


def test_a_simplified_invoice_that_is_too_large_is_found_by_the_check(client: Client) -> None:
    row = {"name": "Cena", "net_price": 400, "vat": {"id": 0}}
    made = create(client, entity=BUYER_BY_CODE, items_list=[row], **SIMPLE)
    refused = client.get(f"issued_documents/{made['id']}/e_invoice/xml_verify")
    assert refused.status_code == 422
    assert [each["code"] for each in refused.json()["extra"]["findings"] if each["code"] == "00460"] == ["00460"]
