"""The flat-rate regime: who may see it, what it is told, and what it recognises."""

import csv
import io
from typing import Any

import pypdf
import pytest

from mastro.italy import forfettario
from resources.issued_documents import account_of, create, row
from support import CheckAccess, Client, MakeCompany, MakeToken

OUTSIDE = {"id": 66}


@pytest.fixture
def flat(client: Client, make_company: MakeCompany, make_token: MakeToken) -> Client:
    """A client of a company in the regime."""
    company = make_company(regime="RF19", tax_code="VRDLGU68H08D969I")
    return Client(client.http, company, make_token(company_id=company))


def report(client: Client, query: str = "year=2026") -> Any:
    return client.data("GET", f"reports/forfettario?{query}")


def put(client: Client, **data: Any) -> Any:
    return client.put("settings/forfettario", json={"data": data})


def pay(client: Client, description: str, amount: float) -> None:
    sent = {"description": description, "amount": amount, "due_date": "2026-02-16", "status": "paid"}
    client.data("POST", "taxes", json={"data": sent | {"payment_account": {"id": account_of(client)}}})


def collect(client: Client, amount: float) -> dict[str, Any]:
    paid = {"amount": amount, "status": "paid", "paid_date": "2026-02-20", "due_date": "2026-02-20"}
    payments = [paid | {"payment_account": {"id": account_of(client)}}]
    return create(client, date="2026-02-10", items_list=[row(amount, vat=OUTSIDE)], payments_list=payments)


def test_access(client: Client, check_access: CheckAccess) -> None:
    for needs in ("issued_documents.invoices:r", "receipts:r", "taxes:r"):
        check_access("GET", "reports/forfettario", needs=needs)
    check_access("GET", "settings/forfettario", needs="settings:r")
    check_access("PUT", "settings/forfettario", needs="settings:a", json={"data": {}})


def test_a_company_of_another_regime_is_told_so(client: Client) -> None:
    answer = client.get("reports/forfettario")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "NOT_FORFETTARIO")


def test_a_company_sees_only_its_own(flat: Client, make_company: MakeCompany, make_token: MakeToken) -> None:
    collect(flat, 1000)
    company = make_company(regime="RF19")
    other = Client(flat.http, company, make_token(company_id=company))
    assert (report(flat)["revenue"], report(other)["revenue"]) == (1000, 0)


def test_every_figure_leads_to_what_it_is_made_of(flat: Client) -> None:
    document = collect(flat, 1000)
    pay(flat, "PXX Gestione separata", 100)
    found = report(flat)
    [money], [form] = found["rows"], found["contributions_paid"]
    assert (money["kind"], money["document_id"], money["date"]) == ("issued_document", document["id"], "2026-02-20")
    assert flat.data("GET", f"taxes/{form['document_id']}")["amount"] == 100


@pytest.mark.parametrize(
    ("description", "own", "advance"),
    [
        ("INPS 1ª rata", 10, 0),
        ("AF Artigiani: contributi fissi sul minimale", 10, 0),
        ("p10 acconto", 10, 0),
        ("INPS DM10 dipendenti", 0, 0),
        ("CXX Gestione separata: aliquota piena", 0, 0),
        ("Ritenute 1040, CF VRDLGU68H08D969I", 0, 0),
        ("1790 primo acconto", 0, 10),
        ("Imposta sostitutiva 1791", 0, 10),
        ("1792 saldo", 0, 0),
        ("Protocollo 217901", 0, 0),
    ],
)
def test_an_f24_is_told_by_its_description(flat: Client, description: str, own: float, advance: float) -> None:
    pay(flat, description, 10)
    found = report(flat)
    assert (found["contributions"], found["advances"]) == (own, advance)


def test_what_the_settings_say_is_kept_and_shown_in_the_tax_profile(flat: Client) -> None:
    assert put(flat, group="professions", contributions_percentage=26.07).status_code == 200
    assert put(flat, years={"2025": {"other_contributions": 10.005}}).status_code == 200
    assert put(flat, begun_on="2024-05-01", new_activity=True).status_code == 200
    assert flat.data("GET", "settings/forfettario") == {
        "group": "professions",
        "begun_on": "2024-05-01",
        "new_activity": True,
        "contributions_percentage": 26.07,
        "years": {"2025": {"other_contributions": 10.01}},
    }
    profile = flat.data("GET", "settings/tax_profile")
    assert (profile["profit_coefficient"], profile["contributions_percentage"]) == (78, 26.07)
    assert report(flat)["rate"] == 5
    put(flat, group="")
    assert flat.data("GET", "settings/tax_profile")["profit_coefficient"] == 0


def test_settings_that_cannot_be_are_refused(flat: Client) -> None:
    for wrong in (
        {"group": "astronauts"},
        {"contributions_percentage": 101},
        {"begun_on": "yesterday"},
        {"years": {"26": {}}},
        {"years": {"2026": {"other_contributions": -1}}},
        {"years": {str(year): {} for year in range(1970, 2070)}},
    ):
        assert put(flat, **wrong).status_code == 422


def test_the_report_is_a_file_in_three_formats_and_two_languages(flat: Client) -> None:
    put(flat, group="other")
    collect(flat, 1234.56)
    pay(flat, "=1+1 INPS", 10)
    text = flat.get("reports/forfettario?year=2026&format=csv").content.decode("utf-8-sig")
    cells = [cell for line in csv.reader(io.StringIO(text), delimiter=";") for cell in line]
    assert "1234,56" in cells
    assert not [cell for cell in cells if cell.startswith("=")]
    assert flat.get("reports/forfettario?year=2026&format=xlsx").content.startswith(b"PK")
    pdf = flat.get("reports/forfettario?year=2026&format=pdf&language=en").content
    page = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert "Substitute tax" in page
    assert "1,234.56" in page


def test_the_groups_are_those_of_the_annex() -> None:
    coefficients = {key: int(group.coefficient) for key, group in forfettario.groups().items()}
    assert coefficients == {
        "food_industry": 40,
        "trade": 40,
        "food_pedlars": 40,
        "pedlars": 54,
        "construction": 86,
        "agents": 62,
        "lodging": 40,
        "professions": 78,
        "other": 67,
    }
    assert (forfettario.limits(2022).stay, forfettario.limits(2022).leave) == (65_000, None)
