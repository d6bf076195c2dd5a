"""From an empty installation to a delivered invoice: the first user, the first company, the first invoice."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from mastro.app import create_app
from mastro.oauth import first_user
from mastro.settings import Settings
from resources.issued_documents import create
from support import Client, Clock, MakeToken
from web.conftest import Visitor
from web.pages import Pages

PASSWORD = "una lunga parola d'ordine"


@pytest.fixture
def empty(own_database: str, tmp_path: Path) -> Iterator[Pages]:
    """Somebody who looks at an installation without any user."""
    settings = Settings(data_dir=tmp_path, database_url=own_database, clock=Clock())
    with TestClient(create_app(settings), base_url="http://testserver") as http:
        found = Pages(http, 1, "")
        found.settings = settings  # type: ignore[attr-defined]
        yield found


def code(pages: Pages) -> str:
    return first_user.code(pages.settings)  # type: ignore[attr-defined]


def enter(pages: Pages) -> Pages:
    pages._go("GET", f"/welcome?code={code(pages)}", {})
    pages.submit(name="Anna Rossi", email="anna@example.com", password=PASSWORD)
    pages.session = pages.cookies["mastro"]
    return pages


def company(pages: Pages, **more: str) -> Pages:
    facts = {"name": "Rossi S.r.l.", "vat_number": "12345670017", "address_street": "Via Roma 1"}
    facts |= {"address_postal_code": "40121", "address_city": "Bologna", "address_province": "BO"}
    return pages.get("/app/new").submit(**(facts | more))


def test_an_empty_installation_leads_to_its_first_user(empty: Pages) -> None:
    empty._go("GET", "/", {})
    assert empty.address.endswith("/welcome")
    assert empty.title == "Benvenuto in Mastro"


def test_only_who_reads_the_servers_output_becomes_the_first_user(empty: Pages) -> None:
    for typed in ("", "aaaa-bbbb-cccc-dddd", "\N{GRINNING FACE}"):
        empty._go("GET", "/welcome", {})
        empty.submit(code=typed, name="Eve", email="eve@example.com", password=PASSWORD)
        assert empty.status == 422
        assert "code" in empty.errors
        assert "mastro" not in empty.cookies
    assert empty.find("//input[@name='name']/@value") == ["Eve"]


def test_who_cannot_be_a_user_is_told_what_to_mend(empty: Pages) -> None:
    empty._go("GET", f"/welcome?code={code(empty)}", {})
    empty.submit(name=" ", email="anna", password="short")
    assert set(empty.errors) == {"name", "email", "password"}
    assert PASSWORD not in empty.text


def test_the_code_counts_once(empty: Pages) -> None:
    enter(empty)
    assert empty.address.endswith("/app/new")
    second = Pages(empty.http, 1, "")
    second._go("GET", f"/welcome?code={code(empty)}", {})
    assert second.title == "Accedi a Mastro"
    fields = {"code": code(empty), "name": "Eve", "email": "eve@example.com", "password": PASSWORD}
    second._go("POST", "/welcome", {}, data=fields)
    assert second.title == "Accedi a Mastro"
    assert "mastro" not in second.cookies


def test_from_nothing_to_a_delivered_invoice_and_back_to_empty_books(empty: Pages) -> None:
    enter(empty)
    empty.get("/app")
    assert empty.title == "Nuova azienda"
    company(empty)
    assert empty.title == "La prima fattura, per prova"
    empty.submit("/first_invoice", name="Consulenza <script>", net_price="1.234,50")
    assert empty.title == "La consegna"
    deadline = time.monotonic() + 15
    while "Consegnata al cliente" not in empty.said():
        assert time.monotonic() < deadline, empty.said()
        time.sleep(0.2)
        empty.get("/first_invoice/1")
    assert "1.506,09" in empty.said()
    assert empty.find("//a[contains(@href, '_RC_')]")
    assert "<script>" not in empty.text.split("<main")[1]
    empty.submit("/first_invoice/1/discard")
    assert "si comincia da zero" in empty.said()
    assert empty.get("/issued_documents/1").status == 404


@pytest.mark.parametrize("usual", ["01234567897", "12345678903"])
def test_a_company_with_a_usual_example_of_a_vat_number_is_not_its_own_customer(empty: Pages, usual: str) -> None:
    company(enter(empty), vat_number=usual)
    empty.submit("/first_invoice", name="Consulenza", net_price="10")
    assert empty.title == "La consegna"


def test_what_the_sdi_would_refuse_is_said_before_anything_is_made(empty: Pages) -> None:
    company(enter(empty), address_postal_code="", address_city="")
    empty.get("/app/1/first_invoice").submit("/first_invoice", name="Consulenza", net_price="100")
    assert empty.status == 422
    told = [each.text_content() for each in empty.find("//*[@class='wrong']/p")]
    assert told == ["00200 Manca l'elemento obbligatorio CAP.", "00200 Manca l'elemento obbligatorio Comune."]
    assert empty.find("//a[@href='/app/1/settings']")
    assert empty.get("/issued_documents/1").status == 404


def test_a_wrong_vat_number_is_said_beside_its_field_and_nothing_typed_is_lost(empty: Pages) -> None:
    company(enter(empty), vat_number="12345670018")
    assert empty.status == 422
    assert set(empty.errors) == {"vat_number"}
    assert empty.find("//input[@name='address_city']/@value") == ["Bologna"]


def test_who_was_let_into_a_company_makes_none(visitor: Visitor) -> None:
    employee = visitor({"fic_clients": "write", "fic_settings": "write"})
    assert employee.get("/app/new").status == 403
    assert employee.post("/app/new", {"name": "Mia"}).status == 403
    assert visitor().get("/app/new").status == 200


def test_a_forfettario_begins_without_vat_and_in_test_mode(visitor: Visitor) -> None:
    owner = visitor()
    owner.get("/app/new").submit(
        name="Mario Rossi", tax_code="RSSMRA80A01H501U", first_name="Mario", last_name="Rossi", regime="RF19"
    )
    assert "Ambiente di prova" in owner.said("//header")
    made = int(owner.address.split("/app/")[1].split("/")[0])
    owner.get(f"/app/{made}/settings/defaults")
    [chosen] = owner.find("//select[@name='default_vat_id']/option[@selected]")
    assert chosen.text.startswith("0%")


def test_a_token_of_one_company_makes_no_other(client: Client, make_token: MakeToken) -> None:
    sent = {"data": {"company": {"name": "Mia"}}}
    assert client.post("/user/companies", json=sent).status_code == 403
    own = client.using(make_token(every_company=True))
    made = own.data("POST", "/user/companies", json=sent)["company"]
    assert made["id"] in [company["id"] for company in own.data("GET", "/user/companies")["companies"]]


def test_an_invoice_that_was_really_sent_is_not_discarded(client: Client) -> None:
    document = create(client)
    refused = client.delete(f"issued_documents/{document['id']}/e_invoice/test")
    assert refused.status_code == 409
    assert client.get(f"issued_documents/{document['id']}").status_code == 200


def test_a_new_company_is_filled_with_demo_data_while_a_page_says_how_far_that_is(visitor: Visitor) -> None:
    owner = visitor()
    owner.get("/app/new").submit(name="Prova S.r.l.", vat_number="12345670017")
    base = owner.address.removesuffix("/first_invoice")
    owner.submit(f"{base}/demo_data")
    assert owner.find("//progress") or "È pronto" in owner.said()
    deadline = time.monotonic() + 120
    while "È pronto" not in owner.get(owner.address).said():
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert len(owner.get(f"{base}/issued_documents?type=invoice").rows) > 20
    assert owner.post(f"{base}/demo_data").status == 409
    assert "prima svuotala" in owner.said()
