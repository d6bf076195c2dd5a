import base64
import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import fattureincloud_python_sdk as vendor
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from mastro.api import multipart
from mastro.api.call import Installation
from mastro.api.errors import Invalid
from mastro.app import create_app
from mastro.resources import attachments
from support import CheckAccess, Client, Clock, MakeCompany, MakeToken, Sdk

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
XML = b'<?xml version="1.0"?><p:FatturaElettronica/>'

INVOICE = {
    "type": "invoice",
    "entity": {"name": "Bianchi S.p.A."},
    "items_list": [{"name": "Consulenza", "net_price": 100}],
}
EXPENSE = {"entity": {"name": "Hotel Rubino Palace"}, "amount_net": 592}
F24 = {"due_date": "2026-03-16", "amount": 840.36, "description": "IVA febbraio"}
ARCHIVED = {"date": "2026-03-01", "description": "Contratto d'affitto", "category": "Contratti"}

BODIES: dict[str, dict[str, Any]] = {
    "issued_documents": {"data": INVOICE, "options": {"fix_payments": True}},
    "received_documents": {"data": EXPENSE},
    "taxes": {"data": F24},
    "archive": {"data": ARCHIVED},
}
SCOPES = {
    "issued_documents": "issued_documents.invoices",
    "received_documents": "received_documents",
    "taxes": "taxes",
    "archive": "archive",
}
KINDS = sorted(BODIES)


def upload(client: Client, kind: str, content: bytes = PDF, name: str = "fattura.pdf", **form: str) -> Any:
    return client.post(f"{kind}/attachment", files={"attachment": (name, content)}, data=form)


def token_of(client: Client, kind: str, content: bytes = PDF, name: str = "fattura.pdf") -> str:
    answer = upload(client, kind, content, name)
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["data"]["attachment_token"]
    return token


def create(client: Client, kind: str, **more: Any) -> Any:
    body = BODIES[kind]
    return client.data("POST", kind, json={**body, "data": {**body["data"], **more}})


def opened(client: Client, address: str) -> Any:
    """The file behind a link, without any token."""
    return client.using("").get(address[address.index("/attachment/") :])


def stored_files(installation: Installation, company_id: int) -> int:
    folder = installation.settings.data_dir / "files" / "company" / str(company_id)
    return sum(1 for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("kind", KINDS)
def test_who_may_upload(client: Client, make_token: MakeToken, make_company: MakeCompany, kind: str) -> None:
    assert upload(client.using(""), kind).status_code == 401
    assert upload(client.using(make_token(scopes=["settings:a"])), kind).status_code == 403
    assert upload(client.using(make_token(scopes=[f"{SCOPES[kind]}:r"])), kind).status_code == 403
    assert upload(client.using(make_token(company_id=make_company())), kind).status_code == 403
    assert upload(client.using(make_token(scopes=[f"{SCOPES[kind]}:a"])), kind).status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_an_uploaded_file_is_bound_and_opens_by_its_link(client: Client, kind: str) -> None:
    token = token_of(client, kind)
    digest, _, name = base64.b64decode(token).decode().partition("/")
    assert (len(digest), name) == (32, "fattura.pdf")
    stored = create(client, kind, attachment_token=token)
    assert stored["attachment_url"].startswith("http")
    assert stored["attachment_url"].endswith("/fattura.pdf")
    assert client.data("GET", f"{kind}/{stored['id']}")["attachment_url"] == stored["attachment_url"]
    answer = opened(client, stored["attachment_url"])
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith('inline; filename="fattura.pdf"')


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_without_attachment_has_no_link(client: Client, kind: str) -> None:
    stored = create(client, kind)
    assert stored["attachment_url"] is None
    assert client.data("GET", kind, params={"fieldset": "detailed"})[0]["attachment_url"] is None


def test_the_vendors_client_uploads_and_binds(sdk: Sdk, company_id: int) -> None:
    api = vendor.TaxesApi(sdk())
    token = api.upload_f24_attachment(company_id, filename="delega.pdf", attachment=("delega.pdf", PDF)).data
    body = vendor.F24(
        due_date=dt.date(2026, 3, 16), amount=10.5, description="IVA", attachment_token=token.attachment_token
    )
    created = api.create_f24(company_id, vendor.CreateF24Request(data=body)).data
    assert created.attachment_url.endswith("/delega.pdf")
    api.delete_f24_attachment(company_id, created.id)
    assert api.get_f24(company_id, created.id).data.attachment_url is None


def test_bare_bytes_of_the_vendors_client_take_the_extension_of_their_name(sdk: Sdk, company_id: int) -> None:
    api = vendor.ArchiveApi(sdk())
    token = api.upload_archive_document_attachment(company_id, filename="contratto.pdf", attachment=PDF).data
    assert base64.b64decode(token.attachment_token).endswith(b"/contratto.pdf")


@pytest.mark.parametrize("name", ["senza", "pagina.html", "virus.exe", ".pdf", "fattura.pdf.svg"])
def test_a_wrong_extension_is_refused(client: Client, name: str) -> None:
    answer = upload(client, "taxes", name=name)
    assert answer.status_code == 422
    assert answer.json()["error"]["validation_result"] == {"attachment": ["Extension not valid."]}


def test_only_received_documents_take_xml(client: Client) -> None:
    assert upload(client, "taxes", XML, "IT01234567890_1.xml").status_code == 422
    assert upload(client, "received_documents", XML, "IT01234567890_1.xml").status_code == 200
    assert upload(client, "received_documents", b"\x30\x82\x01\x00" + bytes(50), "IT01_1.xml.p7m").status_code == 200


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.pdf", b"<script>alert(1)</script>"), ("a.png", PDF), ("a.docx", PDF), ("a.xls", PNG), ("a.jpg", b"GIF89a")],
)
def test_a_content_that_is_not_what_its_name_says_is_refused(client: Client, name: str, content: bytes) -> None:
    answer = upload(client, "taxes", content, name)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "WRONG_CONTENT"


def test_what_is_no_form_is_refused(client: Client) -> None:
    boundary = {"Content-Type": "multipart/form-data; boundary=x"}
    head = b'--x\r\nContent-Disposition: form-data; name="attachment"; filename="a.pdf"\r\n\r\n'
    for content, headers in (
        (b"{}", {"Content-Type": "application/json"}),
        (b"", boundary),
        (b"nonsense", boundary),
        (head + PDF, boundary),  # ends before the form does
        (b'--x\r\nContent-Disposition: form-data; name="filename"\r\n\r\na.pdf\r\n--x--\r\n', boundary),
        (head + b"\r\n--x--\r\n", boundary),  # an empty file
        (b"--x\r\n" + b"A: b\r\n" * 5000 + b"\r\n--x--\r\n", boundary),
        (PDF, {"Content-Type": "multipart/form-data"}),
    ):
        answer = client.post("taxes/attachment", content=content, headers=headers)
        assert answer.status_code == 422, answer.text


PIECES = st.sampled_from(
    [
        b"--x",
        b"--",
        b"\r\n",
        b"\r\n\r\n",
        b'Content-Disposition: form-data; name="attachment"; filename="a.pdf"',
        b'Content-Disposition: form-data; name="filename"',
        b"Content-Disposition: form-data; filename*=UTF-8''%FF",
        b'Content-Disposition: form-data; name="\xff"; filename="\xff.pdf"',
        b"Content-Disposition",
        b":",
        b"%PDF-1.7",
        b"\x00",
        b"\r",
        b"\xff\xfe",
    ]
)


@given(st.lists(PIECES | st.binary(max_size=4), max_size=14).map(b"".join))
@settings(max_examples=1500, deadline=None)
def test_whatever_is_sent_as_a_form_is_read_or_refused(raw: bytes) -> None:
    try:
        form = multipart.parse("multipart/form-data; boundary=x", raw)
        for part in form.values():
            assert part.begin(8) == b"".join(part.content)[:8]
            assert part.text is not None
    except Invalid:
        pass


@given(st.text(max_size=40), st.integers(0, 60))
def test_a_file_in_a_form_is_read_as_it_was_sent(text: str, times: int) -> None:
    content = b"\r\n--x-\r\n-\r" + text.encode() * times
    head = b'--xyz\r\nContent-Disposition: form-data; name="attachment"; filename="a.pdf"\r\n\r\n'
    form = multipart.parse("multipart/form-data; boundary=xyz", head + content + b"\r\n--xyz--\r\n")
    if b"--xyz" not in content:
        assert b"".join(form["attachment"].content) == content
        assert form["attachment"].size == len(content)


def test_a_file_over_the_limit_is_refused(client: Client, installation: Installation) -> None:
    answer = upload(client, "taxes", PDF + bytes(installation.settings.attachment_limit))
    assert answer.status_code == 413
    assert stored_files(installation, client.company_id) == 0


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Documenti\\fattura n. 12.pdf", "fattura n. 12.pdf"),
        ("perché/così.pdf", "così.pdf"),
        ("x" * 300 + ".pdf", "x" * 117 + ".pdf"),
        ('a"b.pdf', "ab.pdf"),
    ],
)
def test_a_name_loses_what_no_system_takes(sent: str, kept: str) -> None:
    assert attachments.file_name(sent) == kept


def test_a_name_outside_ascii_reaches_the_reader(client: Client) -> None:
    token = token_of(client, "taxes", name="Perché no?.pdf")
    stored = create(client, "taxes", attachment_token=token)
    answer = opened(client, stored["attachment_url"])
    assert answer.status_code == 200
    assert "filename*=UTF-8''Perch%C3%A9%20no.pdf" in answer.headers["content-disposition"]


def test_only_what_a_browser_may_show_is_shown(client: Client) -> None:
    zipped = b"PK\x03\x04" + bytes(30)
    shown = {"a.pdf": PDF, "a.png": PNG, "a.zip": zipped, "a.xlsx": zipped, "a.xml": XML}
    for name, content in shown.items():
        token = token_of(client, "received_documents", content, name)
        stored = create(client, "received_documents", attachment_token=token)
        place = opened(client, stored["attachment_url"]).headers["content-disposition"].partition(";")[0]
        expected = "inline" if name in {"a.pdf", "a.png"} else "attachment"
        assert (name, place) == (name, expected)
        assert (stored["attachment_preview_url"] is not None) == (expected == "inline")


# tokens


@pytest.mark.parametrize("kind", KINDS)
def test_a_token_of_another_company_is_refused(
    client: Client, make_company: MakeCompany, make_token: MakeToken, kind: str
) -> None:
    other = make_company()
    stranger = Client(client.http, other, make_token(company_id=other))
    body = BODIES[kind]
    sent = {**body, "data": {**body["data"], "attachment_token": token_of(stranger, kind)}}
    answer = client.post(kind, json=sent)
    assert answer.status_code == 422
    assert list(answer.json()["error"]["validation_result"]) == ["data.attachment_token"]
    assert client.data("GET", kind) == []


@pytest.mark.parametrize("token", ["x", "!!", "YWJj", "YWJjL2EucGRm", "A" * 5000, "4pyT"])
def test_an_unknown_token_is_refused(client: Client, token: str) -> None:
    answer = client.post("taxes", json={"data": {**F24, "attachment_token": token}})
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "UNKNOWN_TOKEN"


def test_a_token_of_another_kind_is_refused(client: Client) -> None:
    token = token_of(client, "received_documents", XML, "a.xml")
    assert client.post("taxes", json={"data": {**F24, "attachment_token": token}}).status_code == 422


def test_a_token_cannot_rename_its_file(client: Client) -> None:
    digest = base64.b64decode(token_of(client, "taxes")).decode().partition("/")[0]
    renamed = base64.b64encode(f"{digest}/pagina.html".encode()).decode()
    stored = create(client, "taxes", attachment_token=renamed)
    assert stored["attachment_url"].endswith("/fattura.pdf")


@pytest.mark.parametrize("kind", KINDS)
def test_a_change_that_names_no_attachment_keeps_it(client: Client, kind: str) -> None:
    stored = create(client, kind, attachment_token=token_of(client, kind))
    for sent in ({}, {"attachment_token": None}, {"attachment_token": ""}, {"attachment_url": None}):
        changed = client.data("PUT", f"{kind}/{stored['id']}", json={"data": {"description": "altro", **sent}})
        assert changed["attachment_url"] == stored["attachment_url"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_token_replaces_the_attachment(client: Client, clock: Clock, kind: str) -> None:
    stored = create(client, kind, attachment_token=token_of(client, kind))
    token = token_of(client, kind, PNG, "scansione.png")
    changed = client.data("PUT", f"{kind}/{stored['id']}", json={"data": {"attachment_token": token}})
    assert opened(client, changed["attachment_url"]).content == PNG


@pytest.mark.parametrize("kind", ["issued_documents", "received_documents", "taxes"])
def test_an_attachment_is_removed(client: Client, check_access: CheckAccess, kind: str) -> None:
    stored = create(client, kind, attachment_token=token_of(client, kind))
    path = f"{kind}/{stored['id']}/attachment"
    check_access("DELETE", path, needs=f"{SCOPES[kind]}:a")
    assert client.delete(path).status_code == 200
    assert client.data("GET", f"{kind}/{stored['id']}")["attachment_url"] is None
    assert client.delete(path).status_code == 200  # there is none any more
    assert client.delete(f"{kind}/999999/attachment").status_code == 404


# links


def test_a_link_expires(client: Client, clock: Clock) -> None:
    stored = create(client, "taxes", attachment_token=token_of(client, "taxes"))
    clock.advance(days=7)
    assert opened(client, stored["attachment_url"]).status_code == 200
    clock.advance(days=1)
    assert opened(client, stored["attachment_url"]).status_code == 404


def test_a_link_that_was_changed_opens_nothing(client: Client) -> None:
    stored = create(client, "taxes", attachment_token=token_of(client, "taxes"))
    address = stored["attachment_url"][stored["attachment_url"].index("/attachment/") :]
    _, _, signed, name = address.split("/")
    company, rest = signed.split(".", 1)
    for wrong in (f"{int(company) + 1}.{rest}", signed[:-1], signed.replace("taxes", "archive"), "x", "a" * 5000):
        assert client.using("").get(f"/attachment/{wrong}/{name}").status_code == 404


# what nobody names


def test_an_upload_that_nobody_names_is_deleted_after_some_days(
    client: Client, installation: Installation, clock: Clock
) -> None:
    token = token_of(client, "taxes")
    bound = create(client, "taxes", attachment_token=token_of(client, "taxes"))
    clock.advance(days=1)
    attachments.expire_uploads(installation)
    assert stored_files(installation, client.company_id) == 2
    clock.advance(days=2)
    assert attachments.expire_uploads(installation) >= 1
    assert stored_files(installation, client.company_id) == 1
    assert client.post("taxes", json={"data": {**F24, "attachment_token": token}}).status_code == 422
    assert opened(client, client.data("GET", f"taxes/{bound['id']}")["attachment_url"]).status_code == 200


def test_a_replaced_file_goes_when_the_last_document_gave_it_up(
    client: Client, installation: Installation, clock: Clock
) -> None:
    token = token_of(client, "taxes")
    first, second = (create(client, "taxes", attachment_token=token) for _ in range(2))
    client.delete(f"taxes/{first['id']}")
    clock.advance(days=3)
    attachments.expire_uploads(installation)
    assert stored_files(installation, client.company_id) == 1
    client.delete(f"taxes/{second['id']}/attachment")
    clock.advance(days=3)
    attachments.expire_uploads(installation)
    assert stored_files(installation, client.company_id) == 0


def test_a_refused_document_leaves_its_upload_waiting(client: Client, installation: Installation, clock: Clock) -> None:
    token = token_of(client, "taxes")
    refused = client.post("taxes", json={"data": {**F24, "payment_account": {"id": 987654}, "attachment_token": token}})
    assert refused.status_code == 422
    clock.advance(days=3)
    attachments.expire_uploads(installation)
    assert stored_files(installation, client.company_id) == 0


def test_an_upload_that_cannot_be_kept_says_so(client: Client, installation: Installation, tmp_path: Path) -> None:
    (tmp_path / "files").write_text("where the folder should be")
    broken = create_app(dataclasses.replace(installation.settings, data_dir=tmp_path))
    answer = upload(Client(TestClient(broken), client.company_id, client.token), "taxes")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    api: Any = broken.api
    api.installation.database.close()
