"""Numbers of issued documents: given, asked for, refused with the vendor's 409s, and taken by many writers at once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from mastro.model.company import CompanySettings
from resources.issued_documents import body, change, create
from support import Client, Clock, MakeCompany, MakeToken

WRITERS = 16
EACH = 4


def _refused(client: Client, type: str = "invoice", **more: Any) -> tuple[int, str, str]:
    answer = client.post("issued_documents", json={"data": body(type, **more)})
    error = answer.json()["error"]
    return answer.status_code, error["code"], error["message"]


def test_numbers_count_by_type_year_and_numeration(client: Client) -> None:
    numbers = [
        create(client, type, date=date, numeration=numeration)["number"]
        for type, date, numeration in (
            ("invoice", "2026-01-10", ""),
            ("invoice", "2026-01-11", ""),
            ("invoice", "2026-01-12", "/A"),
            ("credit_note", "2026-01-12", ""),
            ("invoice", "2027-01-01", ""),
            ("quote", "2026-01-01", ""),
            ("invoice", "2026-01-12", ""),
            ("self_own_invoice", "2026-01-12", ""),
            ("self_supplier_invoice", "2026-01-12", ""),
        )
    ]
    assert numbers == [1, 2, 1, 1, 1, 1, 3, 1, 2]


def test_a_number_that_is_asked_for_is_given_and_the_next_one_follows(client: Client) -> None:
    assert create(client, number=41)["number"] == 41
    assert create(client)["number"] == 42
    assert client.data("GET", "issued_documents/info", params={"type": "invoice"})["numerations"]["2026"] == {"": 43}


def test_a_taken_number_is_refused_for_every_type(client: Client) -> None:
    create(client, number=7)
    create(client, "quote", number=7)
    words = "Esiste già una fattura con lo stesso numero (n. 7 del 02/03/2026)."
    assert _refused(client, number=7) == (409, "NUMBER_TAKEN", words)
    assert _refused(client, "quote", number=7)[1] == "NUMBER_TAKEN"
    assert create(client, number=7, numeration="/B")["number"] == 7


def test_invoices_follow_their_dates_and_quotes_need_not(client: Client) -> None:
    create(client, date="2026-03-10")
    status, code, words = _refused(client, date="2026-03-09")
    assert (status, code) == (409, "DATE_BEFORE_LAST")
    assert words.startswith("Esiste già una fattura con data successiva")
    create(client, number=5, date="2026-03-12")
    status, code, words = _refused(client, number=3, date="2026-03-20")
    assert code == "NUMBER_BELOW_EARLIER"
    assert "data antecedente ma numero superiore" in words
    assert create(client, number=3, date="2026-03-11")["number"] == 3
    create(client, "quote", date="2026-03-10")
    assert create(client, "quote", date="2026-01-01")["number"] == 2


def test_a_company_may_number_against_the_dates_but_never_twice(
    client: Client, make_company: MakeCompany, make_token: MakeToken
) -> None:
    company = make_company(settings=CompanySettings(number_checks="off"))
    free = Client(client.http, company, make_token(company_id=company))
    create(free, date="2026-03-10")
    assert create(free, date="2026-01-01")["number"] == 2
    assert _refused(free, number=2)[1] == "NUMBER_TAKEN"


@pytest.mark.parametrize("numeration", ["2026", "/é", "A ", "/" + "x" * 20])
def test_a_numeration_that_could_not_be_told_from_a_number_is_refused(client: Client, numeration: str) -> None:
    refused = client.post("issued_documents", json={"data": body(numeration=numeration)})
    assert refused.json()["error"]["validation_result"] == {
        "data.numeration": ["data.numeration format is invalid"],
    }


@pytest.mark.parametrize("number", [0, -1, 2**31, 10**30])
def test_a_number_that_can_be_none_is_refused(client: Client, number: int) -> None:
    refused = client.post("issued_documents", json={"data": body(number=number)})
    assert refused.status_code == 422
    assert "data.number" in refused.json()["error"]["validation_result"]


def test_deleting_the_last_document_gives_its_number_back(client: Client) -> None:
    first, last = create(client), create(client)
    client.delete(f"issued_documents/{last['id']}")
    again = create(client)
    assert (again["number"], again["id"] != last["id"]) == (2, True)
    client.delete(f"issued_documents/{first['id']}")
    assert create(client)["number"] == 3
    assert create(client, number=1)["number"] == 1


def test_a_refused_document_burns_no_number(client: Client) -> None:
    create(client)
    assert client.post("issued_documents", json={"data": body(payments_list=[])}).status_code == 422
    assert client.post("issued_documents", json={"data": body(entity={"name": ""})}).status_code == 422
    assert create(client)["number"] == 2


# modify


def test_a_document_keeps_its_number_until_its_year_changes(client: Client) -> None:
    create(client, date="2027-01-01", number=9)
    stored = create(client, date="2026-02-01")
    assert change(client, stored["id"], date="2026-02-03")["number"] == 1
    moved = change(client, stored["id"], date="2027-01-02")
    assert (moved["number"], moved["year"]) == (10, 2027)
    assert create(client, date="2026-02-01")["number"] == 1


def test_a_document_may_change_its_number_and_its_numeration(client: Client) -> None:
    create(client)
    stored = create(client)
    assert change(client, stored["id"], number=5)["number"] == 5
    moved = change(client, stored["id"], numeration="/A")
    assert (moved["number"], moved["numeration"]) == (5, "/A")
    assert change(client, stored["id"], number=None)["number"] == 1
    assert create(client)["number"] == 2


def test_a_modify_cannot_take_a_number_or_leave_the_order_of_dates(client: Client) -> None:
    first, second = create(client, date="2026-03-01"), create(client, date="2026-03-05")
    taken = client.put(f"issued_documents/{second['id']}", json={"data": {"number": 1}})
    assert (taken.status_code, taken.json()["error"]["code"]) == (409, "NUMBER_TAKEN")
    late = client.put(f"issued_documents/{first['id']}", json={"data": {"date": "2026-03-06"}})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "NUMBER_BELOW_EARLIER")
    early = client.put(f"issued_documents/{second['id']}", json={"data": {"date": "2026-02-28"}})
    assert (early.status_code, early.json()["error"]["code"]) == (409, "DATE_BEFORE_LAST")
    assert client.data("GET", f"issued_documents/{first['id']}")["date"] == "2026-03-01"


# delivery notes


def test_a_delivery_note_attached_to_an_invoice_shares_the_series_of_delivery_notes(client: Client) -> None:
    assert create(client, "delivery_note", numeration="/A")["numeration"] == ""
    attached = create(client, delivery_note=True)
    assert (attached["number"], attached["dn_number"], attached["dn_date"]) == (1, 2, "2026-03-02")
    assert create(client, "delivery_note")["number"] == 3
    assert create(client, delivery_note=True, dn_number=10)["dn_number"] == 10
    assert create(client, "delivery_note")["number"] == 11
    info = client.data("GET", "issued_documents/info", params={"type": "invoice"})
    assert info["dn_numerations"]["2026"] == {"": 12}
    for sent in (("delivery_note", {"number": 10}), ("invoice", {"delivery_note": True, "dn_number": 3})):
        assert _refused(client, sent[0], **sent[1])[:2] == (409, "NUMBER_TAKEN")
    assert change(client, attached["id"], subject="x")["dn_number"] == 2
    refused = client.post("issued_documents", json={"data": body(delivery_note=True, dn_number=0)})
    assert list(refused.json()["error"]["validation_result"]) == ["data.dn_number"]


# many writers


def _post(address: str, token: str, type: str, numeration: str) -> tuple[int, Any]:
    sent = {"data": body(type, numeration=numeration)}
    with httpx2.Client(timeout=60, headers={"Authorization": f"Bearer {token}"}) as browser:
        answer = browser.post(address, json=sent)
    return answer.status_code, answer.json()


def test_sixteen_writers_at_once_leave_no_gap_no_twin_and_no_deadlock(
    client: Client, served: str, company_id: int, make_token: MakeToken
) -> None:
    address, token = f"{served}/c/{company_id}/issued_documents", make_token()
    jobs = [("invoice", ""), ("invoice", "/A"), ("quote", ""), ("invoice", "")] * (WRITERS * EACH // 4)
    with ThreadPoolExecutor(WRITERS) as pool:
        answers = list(pool.map(lambda job: _post(address, token, *job), jobs))
    assert Counter(status for status, _ in answers) == {200: WRITERS * EACH}
    given: dict[tuple[str, str], list[int]] = {}
    for _, answer in answers:
        data = answer["data"]
        given.setdefault((data["type"], data["numeration"]), []).append(data["number"])
    assert {series: sorted(numbers) for series, numbers in given.items()} == {
        ("invoice", ""): list(range(1, WRITERS * EACH // 2 + 1)),
        ("invoice", "/A"): list(range(1, WRITERS * EACH // 4 + 1)),
        ("quote", ""): list(range(1, WRITERS * EACH // 4 + 1)),
    }
    assert len({answer["data"]["id"] for _, answer in answers}) == WRITERS * EACH
    assert client.get("issued_documents").json()["total"] == WRITERS * EACH


def test_writers_that_create_change_and_delete_at_once_never_meet_on_a_number(
    client: Client, served: str, company_id: int, make_token: MakeToken, clock: Clock
) -> None:
    address, token = f"{served}/c/{company_id}/issued_documents", make_token()
    fixed = [create(client)["id"] for _ in range(WRITERS)]

    def work(index: int) -> list[int]:
        with httpx2.Client(timeout=60, headers={"Authorization": f"Bearer {token}"}) as browser:
            new = browser.post(address, json={"data": body()})
            moved = browser.put(f"{address}/{fixed[index]}", json={"data": {"numeration": "/M", "number": None}})
            gone = browser.delete(f"{address}/{new.json()['data']['id']}") if index % 2 else new
        return [new.status_code, moved.status_code, gone.status_code]

    with ThreadPoolExecutor(WRITERS) as pool:
        statuses = [status for answers in pool.map(work, range(WRITERS)) for status in answers]
    assert set(statuses) == {200}
    rows = [
        document
        for page in (1, 2)
        for document in client.get("issued_documents", params={"type": "invoice", "page": page}).json()["data"]
    ]
    numbers = Counter((document["numeration"], document["number"]) for document in rows)
    assert max(numbers.values()) == 1
    assert sorted(number for numeration, number in numbers if numeration == "/M") == list(range(1, WRITERS + 1))
    assert len(rows) == WRITERS + WRITERS // 2
