"""Lists of issued documents: filters, orders, pages and the keys that are answered, the same on both databases."""

from typing import Any

import pytest

from resources.issued_documents import create, row
from support import Client, Clock

FIELDS = {
    "type",
    "entity.id",
    "entity.name",
    "entity.vat_number",
    "entity.tax_code",
    "entity.city",
    "entity.province",
    "entity.country",
    "date",
    "number",
    "numeration",
    "any_subject",
    "amount_net",
    "amount_vat",
    "amount_gross",
    "next_due_date",
    "created_at",
    "updated_at",
}
"""What the vendor filters by; it sorts by the same without `type` and `any_subject`."""


@pytest.fixture
def archive(client: Client, clock: Clock) -> dict[str, int]:
    """Five documents that differ in every key that a list knows; ids by nickname."""
    party = client.data("POST", "entities/clients", json={"data": {"name": "Àncora S.r.l."}})["id"]
    made: dict[str, int] = {}

    def add(name: str, type: str, price: float, vat: int, entity: dict[str, Any], **more: Any) -> None:
        clock.advance(days=1)
        rows = [row(price, vat={"id": vat})]
        made[name] = create(client, type, items_list=rows, payments_list=[], entity=entity, **more)["id"]

    milan = {"address_city": "Milano", "address_province": "MI", "vat_number": "01234567897"}
    add("anchor", "invoice", 100, 0, {"name": "Àncora S.r.l.", "id": party, **milan}, subject="Canone 50%")
    add("rome", "invoice", 1000.5, 3, {"name": "Bruno", "address_city": "ROMA", "address_province": "RM"})
    paris = {"name": "Café d'Or", "country": "Francia", "tax_code": "FR123"}
    add("paris", "invoice", 20, 21, paris, date="2026-05-01", numeration="/E", visible_subject="Canone_estero")
    add("quote", "quote", 100, 0, {"name": "bruno"}, subject="Preventivo")
    add("credit", "credit_note", 1000.5, 3, {"name": "Zeta"}, subject="Storno \\ reso")
    return made


def _found(client: Client, archive: dict[str, int], **query: Any) -> list[str]:
    answer = client.get("issued_documents", params=query)
    assert answer.status_code == 200, answer.text
    names = {id: name for name, id in archive.items()}
    found = [names[document["id"]] for document in answer.json()["data"]]
    assert answer.json()["total"] == len(found)
    return found


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("type = 'quote'", {"quote"}),
        ("type <> 'invoice'", {"quote", "credit"}),
        ("entity.id is not null", {"anchor"}),
        ("entity.id = null", {"rome", "paris", "quote", "credit"}),
        ("entity.id <> 999", {"anchor", "rome", "paris", "quote", "credit"}),
        ("entity.name = 'BRUNO'", {"rome", "quote"}),
        ("entity.name contains 'ancora'", {"anchor"}),
        ("entity.name starts with 'CAFE'", {"paris"}),
        ("entity.name like '%''or'", {"paris"}),
        ("entity.name not contains 'r'", {"credit"}),
        ("entity.name >= 'bruno' and entity.name < 'c'", {"rome", "quote"}),
        ("entity.vat_number = '01234567897'", {"anchor"}),
        ("entity.vat_number is null", {"rome", "paris", "quote", "credit"}),
        ("entity.tax_code = 'fr123'", {"paris"}),
        ("entity.city = 'roma' or entity.city = 'milano'", {"rome", "anchor"}),
        ("entity.province = 'mi'", {"anchor"}),
        ("entity.country = 'francia'", {"paris"}),
        ("entity.country ends with 'lia'", {"anchor", "rome", "quote", "credit"}),
        ("date >= '2026-05-01'", {"paris"}),
        ("date = '2026-03-04'", {"rome"}),
        ("date like '2026-03-%'", {"anchor", "rome", "quote", "credit"}),
        ("number = 2", {"rome"}),
        ("number >= 2 or number < 1", {"rome"}),
        ("numeration = '/e'", {"paris"}),
        ("numeration is not null", {"paris"}),
        ("any_subject contains 'canone'", {"anchor", "paris"}),
        ("any_subject contains '50%'", {"anchor"}),
        ("any_subject contains 'e_e'", {"paris"}),
        ("any_subject contains 'o \\ r'", {"credit"}),
        ("any_subject is null", {"anchor", "rome", "paris", "quote", "credit"}),
        ("any_subject not contains 'canone'", {"rome", "quote", "credit"}),
        ("amount_net = 1000.5", {"rome", "credit"}),
        ("amount_net > 1000.499 and amount_net < 1000.501", {"rome", "credit"}),
        ("amount_net = 1000.501", set()),
        ("amount_vat = 0", {"paris"}),
        ("amount_gross < 122 or amount_gross > 122", {"rome", "paris", "credit"}),
        ("amount_gross >= 122.00 and amount_gross <= 122", {"anchor", "quote"}),
        ("next_due_date is null", {"quote"}),
        ("next_due_date > '2026-05-15'", {"paris"}),
        ("created_at > '2026-03-05 09:30:00'", {"quote", "credit"}),
        ("created_at <= '2026-03-03 09:30:00'", {"anchor"}),
        ("updated_at starts with '2026-03-06'", {"quote"}),
        ("(type = 'invoice' or type = 'quote') and amount_net = 100", {"anchor", "quote"}),
    ],
)
def test_a_filter_finds_the_same_on_both_databases(
    client: Client, archive: dict[str, int], q: str, expected: set[str]
) -> None:
    assert set(_found(client, archive, q=q)) == expected


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("entity.id", ["rome", "paris", "quote", "credit", "anchor"]),
        ("entity.name", ["anchor", "rome", "quote", "paris", "credit"]),
        ("-entity.name", ["credit", "paris", "quote", "rome", "anchor"]),
        ("entity.vat_number", ["rome", "paris", "quote", "credit", "anchor"]),
        ("-entity.tax_code", ["paris", "credit", "quote", "rome", "anchor"]),
        ("entity.city", ["paris", "quote", "credit", "anchor", "rome"]),
        ("entity.province,-entity.name", ["credit", "paris", "quote", "anchor", "rome"]),
        ("entity.country", ["paris", "anchor", "rome", "quote", "credit"]),
        ("date", ["anchor", "rome", "quote", "credit", "paris"]),
        ("-date", ["paris", "credit", "quote", "rome", "anchor"]),
        ("number,-date", ["paris", "credit", "quote", "anchor", "rome"]),
        ("-numeration", ["paris", "credit", "quote", "rome", "anchor"]),
        ("amount_net", ["paris", "anchor", "quote", "rome", "credit"]),
        ("-amount_vat", ["credit", "rome", "quote", "anchor", "paris"]),
        ("amount_gross,-id", ["paris", "quote", "anchor", "credit", "rome"]),
        ("next_due_date", ["quote", "anchor", "rome", "credit", "paris"]),
        ("-next_due_date", ["paris", "credit", "rome", "anchor", "quote"]),
        ("created_at", ["anchor", "rome", "paris", "quote", "credit"]),
        ("-updated_at", ["credit", "quote", "paris", "rome", "anchor"]),
        ("id", ["anchor", "rome", "paris", "quote", "credit"]),
        ("", ["paris", "credit", "quote", "rome", "anchor"]),
    ],
)
def test_an_order_is_the_same_on_both_databases(
    client: Client, archive: dict[str, int], sort: str, expected: list[str]
) -> None:
    assert _found(client, archive, sort=sort) == expected


def test_the_list_knows_every_key_that_the_vendor_filters_by_and_sorts_by(client: Client) -> None:
    for name in FIELDS:
        assert client.get("issued_documents", params={"q": f"{name} is null"}).status_code == 200, name
        sortable = name not in {"type", "any_subject"}
        answer = client.get("issued_documents", params={"sort": f"-{name}"})
        assert answer.status_code == (200 if sortable else 422), name


@pytest.mark.parametrize(
    "q",
    [
        "name = 'x'",
        "acme",
        'entity.name = "x"',
        "number = ",
        "number = 'many'",
        "number = 1.5",
        "number = 99999999999999999999999",
        "amount_net = 1000000000000000000",
        "amount_net like '1%'",
        "date > 5",
        "date = 'soon'",
        "entity.name = true",
        "number = 1 and",
        "(number = 1",
        "number in (1, 2)",
        "number = -1",
    ],
)
def test_a_wrong_filter_is_refused_with_the_reason(client: Client, q: str) -> None:
    refused = client.get("issued_documents", params={"q": q})
    assert refused.status_code == 422, refused.text
    assert refused.json()["error"]["code"] == "INVALID_QUERY"
    assert refused.json()["error"]["message"].startswith("Invalid query")


def test_a_syntax_error_says_where_it_is(client: Client) -> None:
    message = client.get("issued_documents", params={"q": "number = 1 et date"}).json()["error"]["message"]
    assert message.startswith("Invalid query syntax")
    assert "12" in message


def test_one_type_several_types_and_all_of_them(client: Client, archive: dict[str, int]) -> None:
    assert set(_found(client, archive, type="invoice")) == {"anchor", "rome", "paris"}
    assert set(_found(client, archive, type="invoice, quote")) == {"anchor", "rome", "paris", "quote"}
    assert len(_found(client, archive)) == 5
    assert _found(client, archive, type="invoice", q="number = 1", sort="date") == ["anchor", "paris"]
    assert _found(client, archive, type="receipt") == []
    refused = client.get("issued_documents", params={"type": "invoice,bill"})
    assert (refused.status_code, list(refused.json()["error"]["validation_result"])) == (422, ["type"])


# pages


def test_pages_follow_each_other_and_end(client: Client) -> None:
    made = [create(client)["id"] for _ in range(7)]
    seen: list[int] = []
    address: str | None = "issued_documents?type=invoice&per_page=3&sort=id"
    while address:
        page = client.get(address.removeprefix(page_base(client)) if address.startswith("http") else address).json()
        seen += [document["id"] for document in page["data"]]
        assert (page["last_page"], page["total"], page["per_page"]) == (3, 7, 3)
        address = page["next_page_url"]
    assert seen == made
    assert (page["from"], page["to"], page["current_page"]) == (7, 7, 3)
    assert "sort=id" in page["first_page_url"]
    assert page["prev_page_url"].endswith("page=2")


def page_base(client: Client) -> str:
    """What the addresses of pages begin with, up to the company."""
    url: str = client.get("issued_documents").json()["path"]
    return url.removesuffix("issued_documents")


def test_a_page_past_the_end_is_empty(client: Client) -> None:
    create(client)
    for page in (2, 10**9):
        answer = client.get("issued_documents", params={"page": page}).json()
        assert (answer["data"], answer["from"], answer["to"], answer["total"]) == ([], None, None, 1)
        assert (answer["current_page"], answer["last_page"], answer["next_page_url"]) == (page, 1, None)


@pytest.mark.parametrize(("key", "value"), [("per_page", "0"), ("per_page", "101"), ("per_page", "x"), ("page", "0")])
def test_a_page_that_cannot_be_is_refused(client: Client, key: str, value: str) -> None:
    refused = client.get("issued_documents", params={key: value})
    assert (refused.status_code, list(refused.json()["error"]["validation_result"])) == (422, [key])


def test_a_page_may_have_one_row_or_a_hundred(client: Client) -> None:
    create(client)
    for size in (1, 5, 100):
        assert client.get("issued_documents", params={"per_page": size}).json()["per_page"] == size
    assert client.get("issued_documents").json()["per_page"] == 50


# keys


def test_a_list_is_basic_and_says_that_there_is_more(client: Client) -> None:
    stored = create(client)
    (listed,) = client.get("issued_documents", params={"type": "invoice"}).json()["data"]
    assert (listed["items_list"], listed["payments_list"]) == (None, None)
    assert "ei_status" not in listed
    assert listed["url"] == stored["url"]
    assert listed["entity"]["name"] == "Bianchi S.p.A."
    assert (listed["amount_gross"], listed["number"], listed["next_due_date"]) == (122, 1, "2026-04-01")


def test_a_detailed_list_has_what_a_get_has(client: Client) -> None:
    stored = create(client)
    for fieldset in ("detailed", "fic_view"):
        listed = client.get("issued_documents", params={"fieldset": fieldset}).json()["data"]
        assert listed == [stored]
    assert client.data("GET", f"issued_documents/{stored['id']}?fieldset=basic")["items_list"] is None


def test_fields_choose_keys(client: Client) -> None:
    stored = create(client, fix=False)
    (listed,) = client.get("issued_documents", params={"fields": "payments_list"}).json()["data"]
    assert listed == {"payments_list": stored["payments_list"]}
    assert listed["payments_list"][0]["due_date"] == "2026-04-01"
    (listed,) = client.get("issued_documents", params={"fields": "id,ei_status, date"}).json()["data"]
    assert listed == {"id": stored["id"], "ei_status": None, "date": "2026-03-02"}
    chosen = client.data("GET", f"issued_documents/{stored['id']}?fields=entity.name,items_list.net_price,url,nothing")
    assert chosen == {
        "entity": {"name": "Bianchi S.p.A."},
        "items_list": [{"net_price": 100}],
        "url": stored["url"],
    }


@pytest.mark.parametrize("fields", ["number.x", "url.x", "date.y.z", ".", ",", "..", "entity.", "items_list.vat.id.x"])
def test_fields_that_are_not_there_are_no_fault_of_the_server(client: Client, fields: str) -> None:
    create(client)
    assert client.get("issued_documents", params={"fields": fields}).status_code in {200, 422}


def test_an_unknown_fieldset_is_refused(client: Client) -> None:
    refused = client.get("issued_documents", params={"fieldset": "everything"})
    assert list(refused.json()["error"]["validation_result"]) == ["fieldset"]
