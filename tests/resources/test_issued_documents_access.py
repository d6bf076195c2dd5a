"""Who may do what with issued documents: the scope of the document's type, the user's permission, the company."""

from typing import Any

import pytest

from mastro.api.call import Installation
from mastro.api.scopes import ALL_SCOPES, DOCUMENT_SCOPES
from mastro.resources.company import add_member
from resources.issued_documents import TYPES, body, create
from support import CheckAccess, Client, MakeCompany, MakeToken, MakeUser

SCOPES = sorted(set(DOCUMENT_SCOPES.values()))


def _calls(id: int, type: str) -> list[tuple[str, str, dict[str, Any], str]]:
    """Every operation on a document of a type, with the level that it needs."""
    sent = {"data": body(type), "options": {"fix_payments": True}}
    return [
        ("GET", "issued_documents", {"params": {"type": type}}, "r"),
        ("POST", "issued_documents", {"json": sent}, "a"),
        ("GET", "issued_documents/info", {"params": {"type": type}}, "r"),
        ("POST", "issued_documents/totals", {"json": {"data": body(type)}}, "r"),
        ("GET", f"issued_documents/{id}", {}, "r"),
        ("PUT", f"issued_documents/{id}", {"json": {"data": {}}}, "a"),
        ("POST", f"issued_documents/{id}/totals", {}, "r"),
        ("GET", f"issued_documents/{id}/e_invoice/xml", {}, "r"),
        ("GET", f"issued_documents/{id}/e_invoice/xml_verify", {}, "r"),
        ("DELETE", f"issued_documents/{id}", {}, "a"),
    ]


def test_access_to_issued_documents(client: Client, check_access: CheckAccess) -> None:
    id = create(client)["id"]
    for method, path, request, level in _calls(id, "invoice"):
        check_access(method, path, needs=f"issued_documents.invoices:{level}", **request)


@pytest.mark.parametrize("type", TYPES)
def test_each_type_needs_its_own_scope(client: Client, make_token: MakeToken, type: str) -> None:
    id = create(client, type)["id"]
    scope = f"issued_documents.{DOCUMENT_SCOPES[type]}"
    reader = client.using(make_token(scopes=[f"{scope}:r"]))
    others = client.using(make_token(scopes=[known for known in ALL_SCOPES if not known.startswith(f"{scope}:")]))
    writer = client.using(make_token(scopes=[f"{scope}:a"]))
    for method, path, request, level in _calls(id, type):
        refused = others.call(method, path, **request)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "NO_PERMISSION"), path
        allowed = reader if level == "r" else writer
        assert allowed.call(method, path, **request).status_code in ({422} if "/xml" in path else {200}), path
        if level == "a":
            assert reader.call(method, path, **request).status_code in {403, 404}, path


def test_a_list_of_every_type_has_those_that_the_token_may_read(client: Client, make_token: MakeToken) -> None:
    for type in TYPES:
        create(client, type)
    some = client.using(make_token(scopes=["issued_documents.quotes:r", "issued_documents.self_invoices:a"]))
    answer = some.get("issued_documents").json()
    assert {found["type"] for found in answer["data"]} == {"quote", "self_own_invoice", "self_supplier_invoice"}
    assert answer["total"] == 3
    assert client.get("issued_documents").json()["total"] == len(TYPES)
    assert client.using(make_token(scopes=["products:r"])).get("issued_documents").status_code == 403
    repeated = ",".join(["quote"] * len(TYPES))
    assert some.get("issued_documents", params={"type": repeated}).json()["total"] == 1
    assert some.get("issued_documents", params={"type": "quote,invoice"}).status_code == 403


def test_attached_delivery_notes_are_listed_as_far_as_invoices_may_be_read(
    client: Client, make_token: MakeToken
) -> None:
    note, invoice = create(client, "delivery_note")["id"], create(client, delivery_note=True)["id"]
    create(client)
    asked = {"type": "delivery_note", "inclusive": 1}
    listed = client.get("issued_documents", params=asked).json()
    assert ({found["id"] for found in listed["data"]}, listed["total"]) == ({note, invoice}, 2)
    porter = client.using(make_token(scopes=["issued_documents.delivery_notes:r"]))
    assert [found["id"] for found in porter.get("issued_documents", params=asked).json()["data"]] == [note]
    assert client.get("issued_documents", params={"type": "delivery_note"}).json()["total"] == 1


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_another_companys_document_is_not_there(
    client: Client, make_company: MakeCompany, make_token: MakeToken, method: str
) -> None:
    id = create(client, subject="Segreto")["id"]
    company = make_company()
    stranger = Client(client.http, company, make_token(company_id=company))
    request: dict[str, Any] = {"json": {"data": {}}} if method == "PUT" else {}
    answer = stranger.call(method, f"issued_documents/{id}", **request)
    assert answer.status_code == 404
    trespass = stranger.call(method, f"/c/{client.company_id}/issued_documents/{id}", **request)
    nowhere = stranger.call(method, f"/c/99999999/issued_documents/{id}", **request)
    assert (trespass.status_code, trespass.json()) == (403, nowhere.json())
    assert "Segreto" not in answer.text + trespass.text
    assert client.data("GET", f"issued_documents/{id}")["subject"] == "Segreto"


def test_two_companies_number_and_count_by_themselves(
    client: Client, make_company: MakeCompany, make_token: MakeToken
) -> None:
    company = make_company()
    other = Client(client.http, company, make_token(company_id=company))
    create(client)
    assert create(other)["number"] == 1
    assert (client.get("issued_documents").json()["total"], other.get("issued_documents").json()["total"]) == (1, 1)


def test_a_user_sees_the_types_that_his_permissions_name(
    client: Client, installation: Installation, make_user: MakeUser, make_token: MakeToken
) -> None:
    user = make_user()
    detailed = {"quotes": "write", "invoices": "read", "orders": "none"}
    permissions = {"fic_issued_documents": "detailed", "fic_issued_documents_detailed": detailed}
    with installation.database.write() as session:
        add_member(session, company_id=client.company_id, user_id=user, role="subaccount", permissions=permissions)
    for type in TYPES:
        create(client, type)
    clerk = client.using(make_token(user_id=user))
    assert clerk.post("issued_documents", json={"data": body("quote")}).status_code == 200
    assert clerk.post("issued_documents", json={"data": body("invoice")}).status_code == 403
    assert clerk.get("issued_documents", params={"type": "invoice"}).status_code == 200
    assert clerk.get("issued_documents", params={"type": "order"}).status_code == 403
    assert {found["type"] for found in clerk.get("issued_documents").json()["data"]} == {"quote", "invoice"}
    narrow = client.using(make_token(user_id=user, scopes=["issued_documents.orders:a", "issued_documents.quotes:r"]))
    assert narrow.post("issued_documents", json={"data": body("quote")}).status_code == 403
    assert narrow.get("issued_documents", params={"type": "quote"}).status_code == 200
    assert narrow.get("issued_documents", params={"type": "order"}).status_code == 403
