"""A company in test mode is filled with a year of business, and emptied of it again."""

import time
from typing import Any

import pytest

from support import CheckAccess, Client, MakeCompany, MakeToken


def in_test_mode(client: Client) -> Client:
    client.data("PUT", "test_mode", json={"data": {"enabled": True}})
    return client


@pytest.fixture
def tester(client: Client) -> Client:
    """The test's company in test mode."""
    return in_test_mode(client)


def fill(client: Client) -> dict[str, Any]:
    """Order the data, and wait until the server's worker has made them; the job then."""
    path = f"jobs/{client.data('POST', 'test_mode/fill')['id']}"
    deadline = time.monotonic() + 120
    while (job := client.data("GET", path))["state"] in {"waiting", "running"}:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return dict(job)


def test_access(tester: Client, check_access: CheckAccess) -> None:
    check_access("POST", "test_mode/fill", needs="settings:a")


def test_an_empty_test_company_gets_a_year_of_business_which_the_reset_takes_away(tester: Client) -> None:
    job = fill(tester)
    assert (job["state"], job["error"]) == ("done", "")
    first, last = (tester.data("GET", f"issued_documents?type=invoice&sort={by}") for by in ("date", "-date"))
    assert job["result"]["documents"] > len(first) == len(last) == 50
    assert "2025-03-01" < first[0]["date"] < "2025-05-01"
    assert "2026-02-01" < last[0]["date"] <= "2026-03-02"
    assert tester.data("GET", "received_documents?type=expense")
    again = tester.post("test_mode/fill")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "NOT_EMPTY")
    tester.data("POST", "test_mode/reset", json={"data": {"name": "Rossi S.r.l."}})
    assert tester.data("GET", "issued_documents?type=invoice") == []


def test_the_business_fits_the_company_whose_settings_stay(
    make_company: MakeCompany, make_token: MakeToken, client: Client
) -> None:
    id = make_company(name="Studio Bianchi", regime="RF19")
    studio = in_test_mode(Client(client.http, id, make_token(company_id=id)))
    before = studio.data("GET", "settings/company"), studio.data("GET", "settings/vat")
    assert fill(studio)["state"] == "done"
    invoices = studio.data("GET", "issued_documents?type=invoice&per_page=100&fieldset=detailed")
    assert {invoice["amount_vat"] for invoice in invoices} == {0}
    assert (studio.data("GET", "settings/company"), studio.data("GET", "settings/vat")) == before


def test_without_the_usual_methods_it_says_so(tester: Client) -> None:
    for method in tester.data("GET", "settings/payment_methods"):
        tester.delete(f"settings/payment_methods/{method['id']}")
    assert fill(tester)["error_code"] == "NO_METHODS"


def test_a_company_that_really_sends_is_never_filled(client: Client) -> None:
    refused = client.post("test_mode/fill")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "NO_TEST_MODE")
