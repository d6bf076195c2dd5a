"""Bodies that nobody means well: refused with a 4xx that says why, and nothing of them stored."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from mastro.api.call import Installation
from mastro.database.schema import bin_, counters, events
from mastro.model.issued_document import IssuedDocument
from mastro.resources.issued_documents.table import documents
from resources.issued_documents import account_of, body, create, row
from support import Client

MANY = 9_999_999_999_999_999_999_999


def _kept(installation: Installation, company_id: int) -> list[Any]:
    """All that a refused request could have left behind."""
    kept: list[Any] = []
    with installation.database.read() as session:
        for table in (documents.table, counters, events, bin_):
            statement = select(table).where(table.c.company_id == company_id)
            kept.append(sorted(map(repr, session.rows(statement))))
    return kept


WRONG: dict[str, dict[str, Any]] = {
    "type": {"type": "parcel"},
    "type that is a list": {"type": []},
    "date": {"date": "31/12/2026"},
    "date that never was": {"date": "2026-02-30"},
    "week for a date": {"date": "2026-W01-1"},
    "object for a date": {"date": {"date": "2026-01-01 00:00:00.000000", "timezone": "UTC"}},
    "date with a tail": {"date": "2026-01-01xyz"},
    "number": {"number": "many"},
    "fraction for a number": {"number": 1.5},
    "numeration": {"numeration": "2026"},
    "currency": {"currency": {"id": "LIRE"}},
    "exchange rate": {"currency": {"id": "USD", "exchange_rate": "0"}},
    "tiny exchange rate": {"currency": {"id": "USD", "exchange_rate": "0.0000000001"}},
    "NaN for an exchange rate": {"currency": {"id": "USD", "exchange_rate": "NaN"}},
    "long exchange rate": {"currency": {"id": "USD", "exchange_rate": "1" * 5000}},
    "language": {"language": {"code": "tlh", "name": "Klingon"}},
    "percent": {"rivalsa": 101},
    "negative percent": {"withholding_tax": -1},
    "show_totals": {"show_totals": "some"},
    "entity": {"entity": []},
    "entity without name": {"entity": {}},
    "unknown entity": {"entity": {"id": 424242, "name": "x"}},
    "entity id": {"entity": {"id": -1, "name": "x"}},
    "huge entity id": {"entity": {"id": 2**63, "name": "x"}},
    "country": {"entity": {"name": "x", "country": "Atlantide"}},
    "rows": {"items_list": {}},
    "row": {"items_list": [7]},
    "too many rows": {"items_list": [row()] * 2001},
    "too many installments": {"payments_list": [{"amount": 0}] * 2001},
    "vat": {"items_list": [row(vat={"id": 999})]},
    "vat without id": {"items_list": [row(vat={"value": 17})]},
    "price": {"items_list": [row(net_price="dear")]},
    "NaN for a price": {"items_list": [row(net_price="NaN")]},
    "infinite price": {"items_list": [row(net_price="Infinity")]},
    "price of a trillion": {"items_list": [row(net_price=10**12)]},
    "price of thirty digits": {"items_list": [row(net_price=10**30)]},
    "price with VAT of a trillion": {"items_list": [row(net_price=9 * 10**11)]},
    "product of a trillion": {"items_list": [row(net_price=10**11, qty=10**11)]},
    "sum of a trillion": {"items_list": [row(net_price=7 * 10**11), row(net_price=7 * 10**11)]},
    "quantity": {"items_list": [row(qty=[])]},
    "discount": {"items_list": [row(discount={})]},
    "switch": {"use_gross_prices": "perhaps"},
    "installment": {"payments_list": [{"amount": "all"}]},
    "status": {"payments_list": [{"amount": 122, "status": "promised"}]},
    "unknown account": {"payments_list": [{"amount": 122, "payment_account": {"id": 10**9}}]},
    "paid nowhere": {"payments_list": [{"amount": 122, "status": "paid"}]},
    "payment method": {"payment_method": {"id": 10**9}},
    "template": {"template": 7},
    "extra data": {"extra_data": {"ts_status": "fine"}},
    "ei_data": {"ei_data": {"vat_kind": "Z"}},
    "ei_raw": {"ei_raw": []},
    "number in ei_raw": {"ei_raw": {"FatturaElettronicaBody": 1.5}},
    "list of lists in ei_raw": {"ei_raw": {"FatturaElettronicaBody": [[]]}},
    "deep ei_raw": {
        "ei_raw": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": 1}}}}}}}}}}}}}}
    },
    "ei_raw of a row": {"items_list": [row(ei_raw={"a": [[]]})]},
    "ei_raw of an installment": {"payments_list": [{"amount": 122, "ei_raw": {"a": False}}]},
    "NUL": {"subject": "a\x00b"},
    "NUL in ei_raw": {"ei_raw": {"a": "\x00"}},
    "NUL in a key of ei_raw": {"ei_raw": {"a\x00": "b"}},
    "margins": {"h_margins": MANY},
    "electronic quote": {"type": "quote", "e_invoice": True},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_document_is_refused_whole(
    client: Client, installation: Installation, company_id: int, wrong: dict[str, Any]
) -> None:
    stored = create(client)
    before = _kept(installation, company_id)
    answer = client.post("issued_documents", json={"data": body() | wrong})
    assert answer.status_code in {409, 422}, answer.text
    assert answer.json()["error"]["message"]
    if "type" not in wrong:
        changed = client.put(f"issued_documents/{stored['id']}", json={"data": wrong})
        assert changed.status_code in {409, 422}, changed.text
    assert _kept(installation, company_id) == before


def test_a_price_that_only_its_vat_carries_beyond_the_bound_is_named_by_that_price(client: Client) -> None:
    answer = client.post("issued_documents", json={"data": body(items_list=[row(net_price=9 * 10**11)])})
    assert list(answer.json()["error"]["validation_result"]) == ["data.items_list.0.gross_price"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b" ",
        b"null",
        b"[]",
        b"7",
        b'"data"',
        b"{",
        b"data=1",
        b"{}",
        b'{"data":null}',
        b'{"data":[]}',
        b'{"data":{"type":"invoice"}} trailing',
        b"\xff\xfe{\x00}",
        b'{"data":{"subject":"\xff"}}',
        b'{"data":{"subject":"\\ud800"}}',
        b'{"data":{"subject":"a\x00b"}}',
        b'{"data":{"number":NaN}}',
        b'{"data":{"amount_due_discount":1e999}}',
        b'{"data":{"number":' + b"1" * 5000 + b"}}",
        b'{"data":{"amount_due_discount":' + b"1" * 5000 + b"}}",
        b'{"data":{"ei_raw":{"a":' + b"1" * 5000 + b"}}}",
        b'{"data":{"ei_raw":{"a":1e999}}}',
        b'{"data":{"ei_raw":' + b'{"a":' * 2000 + b"1" + b"}" * 2000 + b"}}",
        b'{"data":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"data":{},"options":[]}',
        b'{"data":{"type":"invoice","entity":{"name":"x"}},"options":{"fix_payments":"maybe"}}',
    ],
    ids=lambda raw: raw[:40].decode("latin-1"),
)
def test_a_body_that_is_no_document_is_refused(
    client: Client, installation: Installation, company_id: int, raw: bytes
) -> None:
    stored = create(client)
    before = _kept(installation, company_id)
    answer = client.post("issued_documents", content=raw)
    assert answer.status_code == 422, answer.text
    for method, path in (("PUT", f"issued_documents/{stored['id']}"), ("POST", "issued_documents/totals")):
        if raw not in {b"", b" "} or method == "PUT":
            assert client.call(method, path, content=raw).status_code in {200, 422}, path
    totals = client.post(f"issued_documents/{stored['id']}/totals", content=raw)
    assert totals.status_code in {200, 422}, totals.text
    if answer.json()["error"]["code"] == "INVALID_JSON":
        assert answer.json()["error"]["message"] == "Invalid JSON data in request body."
        assert _kept(installation, company_id) == before


def test_every_broken_key_is_named_at_once(client: Client) -> None:
    wrong = body(date="soon", rivalsa=200, items_list=[row(), row(qty="two", vat={"id": "x"})], show_totals=1)
    errors = client.post("issued_documents", json={"data": wrong}).json()["error"]["validation_result"]
    assert set(errors) == {
        "data.date",
        "data.rivalsa",
        "data.items_list.1.qty",
        "data.items_list.1.vat.id",
        "data.show_totals",
    }
    assert errors["data.items_list.1.qty"] == ["The data.items list.1.qty field must be a number."]


def test_long_texts_are_stored_whole_and_found(client: Client) -> None:
    text = "é" * 500_000
    stored = create(client, subject=text, entity={"name": text}, items_list=[row(description=text)])
    read = client.data("GET", f"issued_documents/{stored['id']}")
    assert (read["subject"], read["entity"]["name"], read["items_list"][0]["description"]) == (text, text, text)
    found = client.get("issued_documents", params={"q": "any_subject contains 'eee'", "fields": "id"}).json()
    assert found["data"] == [{"id": stored["id"]}]


def test_strange_letters_come_back_as_they_went(client: Client) -> None:
    text = "\u202e 🧾 \u2028 Ǆ ﷺ \ufeff <script> ' \" \\ % _"
    stored = create(client, subject=text, entity={"name": text})
    assert (stored["subject"], stored["entity"]["name"]) == (text, text)
    assert client.data("GET", f"issued_documents/{stored['id']}")["subject"] == text


def test_a_body_over_the_limit_is_refused(client: Client) -> None:
    huge = b'{"data":{"subject":"' + b"x" * (10 * 1024 * 1024) + b'"}}'
    refused = client.post("issued_documents", content=huge)
    assert (refused.status_code, refused.json()["error"]["code"]) == (413, "BODY_TOO_LARGE")


@pytest.mark.parametrize("id", ["0", "-1", "x", "1.0", "9" * 30, "\u0661", "1%00", "%2e%2e"])
def test_what_can_be_no_id_is_not_found(client: Client, id: str) -> None:
    for method in ("GET", "DELETE"):
        assert client.call(method, f"issued_documents/{id}").status_code in {400, 404}
    assert client.put(f"issued_documents/{id}", json={"data": {}}).status_code in {400, 404}


@pytest.mark.parametrize("edge", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_are_dates(client: Client, edge: str) -> None:
    terms = [{"amount": 122, "payment_terms": {"days": 2**31 - 1, "type": "end_of_month"}}]
    stored = create(client, fix=False, date=edge, payments_list=terms)
    assert (stored["date"], stored["year"], stored["number"]) == (edge, int(edge[:4]), 1)
    assert client.data("GET", f"issued_documents/{stored['id']}")["payments_list"][0]["due_date"] == "9999-12-31"


def test_two_thousand_rows_are_a_document(client: Client) -> None:
    stored = create(client, items_list=[row(1)] * 2000)
    assert (stored["amount_net"], len(stored["items_list"])) == (2000, 2000)


# any body at all

TEXTS = st.one_of(st.sampled_from(["", "EUR", "2026-01-01", "1", "N4", "it", "not_paid"]), st.text(max_size=8))
NUMBERS = st.one_of(
    st.integers(-5, 130),
    st.sampled_from([2**31, 2**53, -(2**63), 10**11, 10**12, 10**25]),
    st.floats(-1e13, 1e13, allow_nan=False),
)
ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)


SIMPLE: dict[str, st.SearchStrategy[Any]] = {
    "IntType": NUMBERS,
    "DecimalType": NUMBERS,
    "BoolType": st.booleans(),
    "DateType": st.dates().map(str),
    "StrType": TEXTS,
    "NoneType": st.none(),
}


def _plausible(expected: Any, depth: int = 0) -> st.SearchStrategy[Any]:
    """Values of a field's type, now and then of any other."""
    info = msgspec.inspect.type_info(expected) if not isinstance(expected, msgspec.inspect.Type) else expected
    return st.one_of(_of(info, depth), _of(info, depth), _of(info, depth), ANYTHING)


def _of(info: Any, depth: int) -> st.SearchStrategy[Any]:
    match type(info).__name__:
        case "UnionType":
            return st.one_of([_of(arm, depth) for arm in info.types])
        case "StructType":
            keys = {field.encode_name: _plausible(field.type, depth + 1) for field in info.fields if depth < 3}
            return st.fixed_dictionaries({}, optional=keys)
        case "ListType":
            return st.lists(_of(info.item_type, depth), max_size=3)
        case "LiteralType":
            return st.sampled_from(info.values)
        case "Metadata":
            return _of(info.type, depth)
        case name:
            return SIMPLE.get(name, ANYTHING)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    data=_plausible(IssuedDocument),
    mended=st.booleans(),
    options=st.one_of(st.none(), st.just({"fix_payments": True}), ANYTHING),
)
def test_whatever_is_sent_the_server_answers(client: Client, data: Any, mended: object, options: Any) -> None:
    account = account_of(client)
    if mended and isinstance(data, dict):  # so that more than the first check is reached
        data = {**data, "type": "invoice", "entity": {"name": "Bianchi"}, "number": None, "numeration": ""}
        data["payments_list"] = [{"amount": 1, "status": "paid", "payment_account": {"id": account}}]
        options = {"fix_payments": True}
    raw = json.dumps({"data": data, "options": options}).encode()
    created = client.post("issued_documents", content=raw)
    assert created.status_code < 500, raw
    assert client.post("issued_documents/totals", content=raw).status_code < 500, raw
    if created.status_code != 200:
        return
    id = created.json()["data"]["id"]
    assert client.data("GET", f"issued_documents/{id}")["id"] == id
    again = client.put(f"issued_documents/{id}", json={"data": {}})
    assert (again.status_code, again.json()) == (200, created.json()), raw
    for path in ("totals", "e_invoice/xml"):
        method = "POST" if path == "totals" else "GET"
        assert client.call(method, f"issued_documents/{id}/{path}").status_code < 500, raw
    assert client.put(f"issued_documents/{id}", content=raw).status_code < 500, raw
    assert client.delete(f"issued_documents/{id}").status_code == 200
