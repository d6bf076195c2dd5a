"""Everything of a company as one package: what is in it, what is not, who may have it, and how it is looked at."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import python_calamine
from sqlalchemy import insert, update

from mastro import fatturapa, packages
from mastro.database.schema import companies, memberships
from mastro.model.company import CompanySettings, SmtpSettings
from mastro.oauth.tokens import create_personal_token
from mastro.resources.company import load_company, store_settings
from mastro.resources.exports.package import LEFT_OUT
from mastro.resources.setup import collections
from mastro.resources.user import create_user

CUSTOMER = {
    "name": '=HYPERLINK("x") & Figli',
    "type": "company",
    "vat_number": "01234567897",
    "tax_code": "01234567897",
    "address_street": "Via Verdi 2",
    "address_postal_code": "00100",
    "address_city": "Roma",
    "address_province": "RM",
    "country": "Italia",
    "ei_code": "ABC1234",
}
SEAT = {"address_street": "Via Roma 1", "address_postal_code": "20100", "address_city": "Milano"}


@pytest.fixture
def busy(server: Any) -> Any:
    """A server whose company has a client, an invoice that was sent, one that was not, a quote and an attachment."""
    with server.installation.database.write() as session:
        company, _ = load_company(session, server.company_id)
        for name, value in {**SEAT, "address_province": "MI"}.items():
            setattr(company, name, value)
        from mastro.database.collection import encoder

        body = encoder.encode(company)
        session.run(update(companies).where(companies.c.id == server.company_id).values(body=body))
    client = server.client
    client.data("PUT", "test_mode", json={"data": {"enabled": True}})
    client.data("POST", "entities/clients", json={"data": CUSTOMER})
    sent = _document(client, "invoice", e_invoice=True, ei_data={"payment_method": "MP05"})
    client.data("POST", f"issued_documents/{sent['id']}/e_invoice/send", json={"data": {}})
    server.work()
    client.data("POST", "test_mode/clock", json={"data": {"days": 30}})
    server.work()
    _document(client, "invoice", e_invoice=True, ei_data={"payment_method": "MP05"})
    _document(client, "quote")
    _archive(client, b"%PDF-1.7 the receipt")
    return server


def _archive(client: Any, content: bytes) -> None:
    file = {"attachment": ("../ricevuta.pdf", content, "application/pdf")}
    token = client.data("POST", "archive/attachment", data={"filename": "ricevuta.pdf"}, files=file)["attachment_token"]
    document = {"date": "2026-03-01", "description": "Ricevuta", "category": "Varie", "attachment_token": token}
    client.data("POST", "archive", json={"data": document})


def _document(client: Any, type: str, **more: Any) -> dict[str, Any]:
    body = {
        "type": type,
        "entity": CUSTOMER,
        "items_list": [{"name": "Consulenza", "net_price": 100, "vat": {"id": 0}}],
        "payments_list": [{"amount": 122, "due_date": "2026-04-01"}],
    }
    made: dict[str, Any] = client.data("POST", "issued_documents", json={"data": body | more})
    return made


def _export(server: Any, folder: Path, **order: Any) -> packages.Package:
    """The package that was asked for, fetched by its link and checked."""
    job = server.client.data("POST", "exports", json={"data": order})
    server.work()
    done = server.client.data("GET", f"exports/{job['id']}")
    assert (done["state"], done["progress"], done["error"]) == ("done", 100, "")
    path = folder / "export.zip"
    path.write_bytes(server.http.get(done["file"]["url"].removeprefix(server.settings.address)).content)
    package = packages.Package(path)
    assert list(package.differences()) == []
    return package


def _names(package: packages.Package, prefix: str) -> list[str]:
    return sorted(name.removeprefix(prefix) for name in package.entries if name.startswith(prefix))


def test_a_package_holds_every_resource_as_the_api_serves_it(busy: Any, tmp_path: Path) -> None:
    package = _export(busy, tmp_path)
    names = {collection.name for collection in collections()}
    assert {f"{name}.json" for name in names - set(LEFT_OUT)} < set(_names(package, "data/"))
    stored = json.loads(package.read("data/issued_documents.json"))
    assert [each["type"] for each in stored] == ["invoice", "invoice", "quote"]
    served = busy.client.data("GET", f"issued_documents/{stored[0]['id']}", params={"fieldset": "detailed"})
    assert {key: stored[0][key] for key in ("number", "amount_gross", "items_list", "ei_status")} == {
        key: served[key] for key in ("number", "amount_gross", "items_list", "ei_status")
    }
    assert json.loads(package.read("data/users.json"))[0]["email"] == "anna@example.com"
    assert len(json.loads(package.read("data/events.json"))) >= 5
    assert package.about["name"] == "Rossi S.r.l."
    assert package.about["problems"] == []


def test_a_package_holds_e_invoices_as_they_were_sent_with_their_notices(busy: Any, tmp_path: Path) -> None:
    package = _export(busy, tmp_path)
    sent = _names(package, "e_invoices/2026/")
    [notice] = [name for name in sent if "_RC_" in name]
    [file] = [name for name in sent if name != notice]
    served = busy.client.get("issued_documents/1/e_invoice/xml")
    assert package.read(f"e_invoices/2026/{file}") == served.content
    assert fatturapa.read_notice(package.read(f"e_invoices/2026/{notice}")).type == "RC"
    [waiting] = _names(package, "e_invoices/not_sent/")
    assert b"<Numero>2" in package.read(f"e_invoices/not_sent/{waiting}")


def test_a_package_holds_pdfs_and_attachments_under_names_that_lead_nowhere_else(busy: Any, tmp_path: Path) -> None:
    package = _export(busy, tmp_path)
    assert _names(package, "pdf/") == [
        "invoice/2026/invoice-1-2026.pdf",
        "invoice/2026/invoice-2-2026.pdf",
        "quote/2026/quote-1-2026.pdf",
    ]
    assert package.read("pdf/quote/2026/quote-1-2026.pdf").startswith(b"%PDF")
    assert package.read("attachments/archive/ricevuta.pdf") == b"%PDF-1.7 the receipt"
    [row] = json.loads(package.read("data/attachments.json"))
    [document] = json.loads(package.read("data/archive.json"))
    assert row == {"file": "attachments/archive/ricevuta.pdf", "attachment_token": document["attachment_token"]}
    assert not [name for name in package.entries if name.startswith("/") or ".." in name]


def test_pdfs_can_be_left_out(busy: Any, tmp_path: Path) -> None:
    assert _names(_export(busy, tmp_path, pdf=False), "pdf/") == []


def test_lists_are_spreadsheets_with_real_numbers_and_no_formulas(busy: Any, tmp_path: Path) -> None:
    package = _export(busy, tmp_path, pdf=False, language="en")
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(package.read("xlsx/issued_documents.xlsx")))
    head, first, *rest = book.get_sheet_by_index(0).to_python()
    shown = dict(zip(head, first, strict=True))
    assert (shown["Name"], shown["Gross"], shown["Number"]) == (CUSTOMER["name"], 122, 1)
    assert shown["Date"].isoformat() == "2026-03-02"
    assert len(rest) == 2
    with zipfile.ZipFile(io.BytesIO(package.read("xlsx/issued_documents.xlsx"))) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_no_password_is_in_a_package(busy: Any, tmp_path: Path) -> None:
    with busy.installation.database.write() as session:
        settings = CompanySettings(smtp=SmtpSettings(host="mail.example.com", password="v3ry-s3cret"))
        store_settings(session, busy.company_id, settings)
    package = _export(busy, tmp_path, pdf=False)
    assert b"mail.example.com" in package.read("data/settings.json")
    assert not [name for name in package.entries if b"password" in package.read(name)]


def test_another_companys_data_is_not_in_a_package(busy: Any, tmp_path: Path) -> None:
    from mastro.model.company import Company
    from mastro.resources import setup

    with busy.installation.database.write() as session:
        other = setup.new_company(
            session, Company(name="Altra Azienda"), owner_id=busy.user_id, now="2026-01-01 00:00:00"
        )
        given: dict[str, Any] = {"company_id": other, "scopes": (), "name": "t", "now": "2026-01-01"}
        token = create_personal_token(session, user_id=busy.user_id, **given)
    body = {"data": {"name": "Cliente Altrui"}}
    assert busy.client.using(token).call("POST", f"/c/{other}/entities/clients", json=body).status_code == 200
    package = _export(busy, tmp_path, pdf=False)
    assert not [name for name in package.entries if b"Altr" in package.read(name)]


def test_only_the_owner_with_a_token_for_everything_may_have_a_package(busy: Any, tmp_path: Path) -> None:
    client = busy.client
    with busy.installation.database.write() as session:
        id = create_user(session, email="bruno@example.com", name="Bruno", password="", now="2026-01-01")
        member = {"company_id": busy.company_id, "user_id": id, "role": "subaccount", "permissions": b"{}"}
        session.run(insert(memberships).values(**member))
        given: dict[str, Any] = {"company_id": busy.company_id, "scopes": (), "name": "t", "now": "2026-01-01"}
        colleague = create_personal_token(session, user_id=id, **given)
    _export(busy, tmp_path, pdf=False)
    [job] = client.data("GET", "exports")
    for token, status in (("", 401), (colleague, 403), (busy.token("settings:a"), 403)):
        as_them = client.using(token)
        assert as_them.post("exports", json={"data": {}}).status_code == status
        assert as_them.get("exports").status_code == status
        assert as_them.get(f"exports/{job['id']}").status_code == status
        assert as_them.get(f"jobs/{job['id']}").status_code == status
    assert client.call("GET", f"/c/{busy.company_id + 1}/exports").status_code == 403


def test_a_second_package_is_asked_for_when_the_first_is_done(busy: Any) -> None:
    client = busy.client
    client.data("POST", "exports", json={"data": {"pdf": False}})
    refused = client.post("exports", json={"data": {"pdf": False}})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "JOB_UNDER_WAY")
    busy.work()
    client.data("POST", "exports", json={"data": {"pdf": False}})
    busy.work()
    assert [each["state"] for each in client.data("GET", "exports")] == ["done", "done"]


def test_a_file_that_is_missing_is_told_and_the_rest_is_there(busy: Any, tmp_path: Path) -> None:
    for path in (busy.settings.data_dir / "files").rglob("*"):
        if path.is_file():
            path.unlink()
    for content in (b"%PDF-1.7 two", b"%PDF-1.7 three"):
        _archive(busy.client, content)
    package = _export(busy, tmp_path, pdf=False)
    assert package.about["problems"] == ["attachment ricevuta.pdf: it is not in the storage"]
    files = [each["file"] for each in json.loads(package.read("data/attachments.json"))]
    assert files == ["attachments/archive/ricevuta.pdf", "attachments/archive/ricevuta-2.pdf"]
