from typing import Any

import fattureincloud_python_sdk as vendor
import pytest

from mastro.resources.company import add_member
from support import CheckAccess, Client, MakeCompany, MakeToken, MakeUser, OpenCall, Sdk

PATH = "entities/clients"


def new(client: Client, **facts: Any) -> dict[str, Any]:
    """A client, created."""
    created: dict[str, Any] = client.data("POST", PATH, json={"data": {"name": "Bianchi S.p.A.", **facts}})
    return created


def test_access(client: Client, check_access: CheckAccess) -> None:
    id = new(client)["id"]
    check_access("GET", PATH, needs="entity.clients:r")
    check_access("GET", f"{PATH}/info", needs="entity.clients:r")
    check_access("POST", PATH, needs="entity.clients:a", json={"data": {"name": "A"}})
    check_access("GET", f"{PATH}/{id}", needs="entity.clients:r")
    check_access("PUT", f"{PATH}/{id}", needs="entity.clients:a", json={"data": {}})
    check_access("DELETE", f"{PATH}/{id}", needs="entity.clients:a")


def test_a_client_of_another_company_is_not_there(
    client: Client, make_company: MakeCompany, make_token: MakeToken
) -> None:
    id = new(client)["id"]
    other = make_company()
    stranger = Client(client.http, other, make_token(company_id=other))
    for method, body in (("GET", None), ("PUT", {"data": {"name": "B"}}), ("DELETE", None)):
        assert stranger.call(method, f"{PATH}/{id}", json=body).status_code == 404
    assert client.data("GET", f"{PATH}/{id}")["name"] == "Bianchi S.p.A."


def test_the_vendors_client_creates_reads_changes_lists_and_deletes(sdk: Sdk, company_id: int) -> None:
    api = vendor.ClientsApi(sdk())
    body = vendor.Client(name="Bianchi S.p.A.", vat_number="01234567897", default_vat=vendor.VatType(id=66))
    created = api.create_client(company_id, vendor.CreateClientRequest(data=body)).data
    assert (created.name, created.country, created.default_vat.ei_type) == ("Bianchi S.p.A.", "Italia", "N2.2")
    assert api.get_client(company_id, created.id).data.vat_number == "01234567897"
    change = vendor.Client(name="Bianchi S.p.A.", email="ufficio@bianchi.example")
    changed = api.modify_client(company_id, created.id, vendor.ModifyClientRequest(data=change)).data
    assert (changed.email, changed.vat_number) == ("ufficio@bianchi.example", "01234567897")
    page = api.list_clients(company_id, q="name contains 'bianchi'")
    assert ([row.id for row in page.data], page.total) == ([created.id], 1)
    assert api.get_client_info(company_id).data.usage == 1
    api.delete_client(company_id, created.id)
    assert api.list_clients(company_id).data == []


def test_what_is_not_sent_begins_as_the_vendors(client: Client) -> None:
    created = new(client)
    assert (created["country"], created["country_iso"]) == ("Italia", "IT")
    assert (created["type"], created["e_invoice"], created["default_payment_terms_type"]) == (None, False, "standard")
    assert (created["code"], created["notes"]) == ("", "")


@pytest.mark.parametrize("country", ["Irlanda", "IE", "Ireland", "irlanda"])
def test_a_country_is_answered_by_its_italian_name(client: Client, country: str) -> None:
    created = new(client, country=country)
    assert (created["country"], created["country_iso"]) == ("Irlanda", "IE")


@pytest.mark.parametrize(
    ("facts", "path"),
    [
        ({"name": ""}, "data.name"),
        ({"country": "Atlantide"}, "data.country"),
        ({"type": "person", "name": "Mario"}, "data.first_name"),
        ({"type": "ghost"}, "data.type"),
        ({"vat_number": 12}, "data.vat_number"),
        ({"default_vat": {"id": 998}}, "data.default_vat.id"),
        ({"default_payment_method": {"id": 998}}, "data.default_payment_method.id"),
        ({"default_payment_method": {"name": "Baratto"}}, "data.default_payment_method.name"),
        ({"intent_declaration_protocol_date": "31/12/2026"}, "data.intent_declaration_protocol_date"),
        ({"default_payment_terms": 10**12}, "data.default_payment_terms"),
    ],
)
def test_what_cannot_be_is_refused_with_the_path_of_the_key(client: Client, facts: dict[str, Any], path: str) -> None:
    answer = client.post(PATH, json={"data": {"name": "Bianchi", **facts}})
    assert answer.status_code == 422, answer.text
    assert list(answer.json()["error"]["validation_result"]) == [path]


def test_every_broken_key_is_told_at_once(client: Client) -> None:
    answer = client.post(PATH, json={"data": {"name": 1, "type": "x", "e_invoice": "x"}})
    assert set(answer.json()["error"]["validation_result"]) == {"data.name", "data.type", "data.e_invoice"}


@pytest.mark.parametrize(
    "content", [b"", b"name=Bianchi", b"[]", b'{"data": ', b"\xff\xfe", b"{" * 100_000, b'{"data":{"name":"\\ud800"}}']
)
def test_a_body_that_is_no_json_object_is_refused(client: Client, content: bytes) -> None:
    answer = client.post(PATH, content=content)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "INVALID_JSON"


@pytest.mark.parametrize("body", [{}, {"data": None}, {"data": []}, {"data": "x"}])
def test_a_body_without_data_is_refused(client: Client, body: dict[str, Any]) -> None:
    assert "data" in client.post(PATH, json=body).json()["error"]["validation_result"]


def test_a_code_and_a_vat_number_are_had_once(client: Client, sdk: Sdk) -> None:
    first = new(client, code="C1", vat_number="01234567897")
    for facts in ({"code": "c1"}, {"vat_number": "01234567897"}):
        assert client.post(PATH, json={"data": {"name": "B", **facts}}).status_code == 409
    second = new(client, code="C2")
    answer = client.put(f"{PATH}/{second['id']}", json={"data": {"code": "C1"}})
    assert answer.status_code == 409
    assert "C1" in answer.json()["error"]["message"]
    # its own code does not stand in the way of another change, nor does another company's
    assert client.put(f"{PATH}/{first['id']}", json={"data": {"code": "C1", "type": "company"}}).status_code == 200


def test_a_change_keeps_what_is_not_sent_and_null_empties(client: Client) -> None:
    id = new(client, phone="02 1234", notes="vecchio", default_vat={"id": 66})["id"]
    changed = client.data("PUT", f"{PATH}/{id}", json={"data": {"notes": None, "default_vat": None, "unknown": 1}})
    assert (changed["phone"], changed["notes"], changed["default_vat"]) == ("02 1234", "", None)


def test_read_only_keys_are_ignored(client: Client) -> None:
    created = new(client, id=4711, created_at=5, updated_at=["x"])
    assert created["id"] != 4711
    assert created["created_at"] == "2026-03-02 09:30:00"


def test_a_client_keeps_its_payment_method_when_the_settings_lose_it(client: Client) -> None:
    method = client.data("GET", "settings/payment_methods")[0]
    created = new(client, default_payment_method={"id": method["id"]})
    assert created["default_payment_method"]["ei_payment_method"] == "MP05"
    assert new(client, default_payment_method={"name": "Contanti"})["default_payment_method"]["id"] == 2
    client.delete(f"settings/payment_methods/{method['id']}")
    whole = client.data("GET", f"{PATH}/{created['id']}")
    changed = client.data("PUT", f"{PATH}/{created['id']}", json={"data": {**whole, "notes": "x"}})
    assert changed["default_payment_method"] == created["default_payment_method"]


def test_text_is_found_without_regard_to_case_and_accents(client: Client) -> None:
    new(client, name="Società Perù S.r.l.", address_city="Forlì")
    for q in ("name = 'societa peru s.r.l.'", "name contains 'PERU'", "address_city = 'forli'", "name like '%perù%'"):
        assert client.get(PATH, params={"q": q}).json()["total"] == 1, q


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("code = 'C1' or code = 'C2'", ["A", "B"]),
        ("type is null", ["B", "C"]),
        ("vat_number is not null", ["A"]),
        ("e_invoice = true", ["B"]),
        ("name <> 'A' and not_a_field = 1", None),
        ("name = 'A' AND (code = 'C1' OR code = 'C9')", ["A"]),
        ("id >= 2", ["B", "C"]),
        ("name not like 'A%'", ["B", "C"]),
        ("name = 5.5", []),
        ('name = "A"', None),
        ("created_at > '2020-01-01' and imported = false", ["A", "B", "C"]),
        ("created_at > 'yesterday'", None),
        ("code", None),
    ],
)
def test_the_list_is_filtered(client: Client, q: str, found: list[str] | None) -> None:
    new(client, name="A", code="C1", vat_number="01234567897", type="company")
    new(client, name="B", code="C2", e_invoice=True)
    new(client, name="C")
    answer = client.get(PATH, params={"q": q})
    if found is None:
        assert answer.status_code == 422
    else:
        assert [row["name"] for row in answer.json()["data"]] == found


def test_the_list_is_sorted_and_paged(client: Client) -> None:
    for name in ("b", "A", "c"):
        new(client, name=name)
    assert [row["name"] for row in client.data("GET", PATH, params={"sort": "-name"})] == ["c", "b", "A"]
    page = client.get(PATH, params={"sort": "name", "per_page": 2}).json()
    assert [row["name"] for row in page["data"]] == ["A", "b"]
    assert (page["total"], page["last_page"], page["prev_page_url"]) == (3, 2, None)
    assert page["next_page_url"].endswith(f"/c/{client.company_id}/entities/clients?sort=name&per_page=2&page=2")
    beyond = client.get(PATH, params={"page": 9}).json()
    assert (beyond["data"], beyond["from"], beyond["to"], beyond["total"]) == ([], None, None, 3)
    for wrong in ({"page": "0"}, {"per_page": "0"}, {"per_page": "101"}, {"page": "x"}, {"sort": "imported"}):
        assert client.get(PATH, params=wrong).status_code == 422


@pytest.mark.parametrize("id", ["0", "999999", "abc", "-1", "1.5", "9" * 40, "%00"])
def test_an_id_that_is_none_is_not_found(client: Client, id: str) -> None:
    assert client.get(f"{PATH}/{id}").status_code == 404


def test_a_wrong_verb_is_told_which_are_right(client: Client) -> None:
    answer = client.call("PATCH", PATH)
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) >= {"GET", "POST"}


def test_the_form_of_a_new_client_is_offered_what_it_needs(client: Client) -> None:
    new(client)
    info = client.data("GET", f"{PATH}/info")
    assert info["countries_list"][0] == "Italia"
    assert info["payment_methods_list"] == client.data("GET", "info/payment_methods")
    assert info["payment_accounts_list"] == client.data("GET", "info/payment_accounts")
    assert info["vat_types_list"] == client.data("GET", "info/vat_types")
    assert (info["price_lists"], info["limit"], info["usage"]) == ([], None, 1)


def test_a_company_permission_narrows_a_token(
    client: Client, call: OpenCall, make_user: MakeUser, make_token: MakeToken, company_id: int
) -> None:
    user = make_user()
    with call() as opened:
        add_member(
            opened.session,
            company_id=company_id,
            user_id=user,
            role="subaccount",
            permissions={"fic_clients": "read", "fic_suppliers": "none"},
        )
    assistant = client.using(make_token(user_id=user))
    assert assistant.get(PATH).status_code == 200
    assert assistant.post(PATH, json={"data": {"name": "A"}}).status_code == 403
    assert assistant.get("entities/suppliers").status_code == 403
