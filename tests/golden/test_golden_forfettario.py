"""Years in the flat-rate regime, from documents to what to set aside, against figures that were reckoned by hand."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from resources.issued_documents import account_of, create, row
from support import Client, Clock, MakeCompany, MakeToken

YEARS = yaml.safe_load(Path(__file__).with_name("forfettario.yaml").read_text(encoding="utf-8"))

OUTSIDE = {"id": 66}
"""The VAT type of the regime."""


def issue(client: Client, asked: dict[str, Any]) -> None:
    rows = [row(vat=OUTSIDE, **each) for each in asked["rows"]]
    facts = {"items_list": rows, "date": str(asked["date"])} | ({"cassa": asked["cassa"]} if "cassa" in asked else {})
    document = create(client, asked.get("type", "invoice"), **facts)
    if "paid" in asked:
        [payment] = document["payments_list"]
        done = {"status": "paid", "paid_date": str(asked["paid"]), "payment_account": {"id": account_of(client)}}
        client.data("PUT", f"issued_documents/{document['id']}", json={"data": {"payments_list": [payment | done]}})


@pytest.mark.parametrize("case", YEARS, ids=lambda case: case["name"].replace(" ", "_"))
def test_a_year_comes_to_what_a_bookkeeper_reckons(
    case: dict[str, Any], client: Client, make_company: MakeCompany, make_token: MakeToken, clock: Clock
) -> None:
    clock.set(case["today"].year, case["today"].month, case["today"].day)
    company = make_company(regime="RF19", tax_code="VRDLGU68H08D969I")
    own = Client(client.http, company, make_token(company_id=company))
    begun = {"begun_on": str(case["settings"]["begun_on"])} if "begun_on" in case["settings"] else {}
    own.data("PUT", "settings/forfettario", json={"data": case["settings"] | begun})
    for each in case["invoices"]:
        issue(own, each)
    for each in case.get("counter", ()):
        rows = [{"amount_gross": each["amount"], "vat": OUTSIDE}]
        account = {"id": account_of(own)}
        sent = {"date": str(each["date"]), "type": "till_receipt", "items_list": rows, "payment_account": account}
        own.data("POST", "receipts", json={"data": sent})
    for each in case.get("forms", ()):
        sent = {key: each[key] for key in ("description", "amount")} | {"due_date": str(each["date"])}
        paid = {"status": "paid", "payment_account": {"id": account_of(own)}} if each["paid"] else {}
        own.data("POST", "taxes", json={"data": sent | paid})
    found = own.data("GET", "reports/forfettario?year=2026")
    assert {key: found[key] for key in case["expected"]} == case["expected"]
    assert sum(each["revenue"] for each in found["rows"]) == pytest.approx(found["revenue"])
