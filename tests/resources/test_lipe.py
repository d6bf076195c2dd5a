"""The communication of the settlements of VAT: from the books to the file."""

from typing import Any

from lxml import etree
from sqlalchemy import update

from mastro.api.call import Installation
from mastro.resources.issued_documents.table import documents
from resources.issued_documents import create, row
from support import VAT_NUMBER, CheckAccess, Client, Clock, MakeCompany, MakeToken

PERSON = "CNTLRA80A41F205U"


def lipe(client: Client, query: str = "year=2026&quarter=1") -> Any:
    return client.data("GET", f"reports/lipe?{query}")


def settings(client: Client, **data: Any) -> None:
    client.data("PUT", "settings/vat", json={"data": data})


def buy(client: Client, net: float, vat: float, date: str) -> None:
    sent = {"type": "expense", "date": date, "entity": {"name": "Carta"}, "amount_net": net, "amount_vat": vat}
    client.data("POST", "received_documents", json={"data": sent})


def found(data: Any) -> list[tuple[str, str]]:
    return [(each["line"], each["severity"]) for each in data["findings"]]


def test_access(client: Client, check_access: CheckAccess) -> None:
    for needs in ("issued_documents.invoices:r", "received_documents:r", "receipts:r"):
        check_access("GET", "reports/lipe", needs=needs)


def test_a_company_sees_only_its_own(client: Client, make_company: MakeCompany, make_token: MakeToken) -> None:
    create(client, date="2026-01-10", items_list=[row(1000)])
    company = make_company()
    other = Client(client.http, company, make_token(company_id=company))
    assert [module["vp4"] for module in lipe(other)["modules"]] == [0, 0, 0]


def test_a_quarter_by_month_has_a_module_for_each_and_a_file(client: Client, clock: Clock) -> None:
    clock.set(2026, 4, 10)
    settings(client, declarant_tax_code=PERSON.lower(), declarant_role="1")
    create(client, date="2026-01-10", items_list=[row(1000)])
    buy(client, 2000, 440, "2026-03-20")
    data = lipe(client, "")
    assert (data["year"], data["quarter"], data["send_by"], data["ready"]) == (2026, 1, "2026-06-01", True)
    assert [(m["number"], m["month"], m["vp14_debit"], m["vp14_credit"]) for m in data["modules"]] == [
        (1, 1, 220, 0),
        (0, 2, 0, 0),
        (2, 3, 0, 440),
    ]
    assert data["findings"] == []
    answer = client.get("reports/lipe?year=2026&quarter=1&format=xml")
    assert answer.headers["content-disposition"] == f'attachment; filename="{data["file_name"]}"'
    assert data["file_name"] == f"IT{VAT_NUMBER}_LI_26101.xml"
    root = etree.fromstring(answer.content)
    assert [each.text for each in root.iter("{*}Mese")] == ["1", "3"]
    assert [each.text for each in root.iter("{*}ImportoDaVersare", "{*}ImportoACredito")] == ["220,00", "440,00"]
    assert [each.text for each in root.iter("{*}CFDichiarante")] == [PERSON]


def test_quarters_by_choice_pay_interest_and_end_with_the_fifth(client: Client, clock: Clock) -> None:
    clock.set(2027, 1, 20)
    advance = {"2026": {"advance": 100, "advance_method": "previsionale"}}
    settings(client, period="quarterly", declarant_tax_code=PERSON, declarant_role="1", years=advance)
    create(client, date="2026-02-10", items_list=[row(1000)])
    create(client, date="2026-11-10", items_list=[row(1000)])
    [first], [last] = lipe(client)["modules"], lipe(client, "")["modules"]
    assert (first["quarter"], first["vp12"], first["vp14_debit"]) == (1, 2.2, 222.2)
    assert (last["quarter"], last["period"], last["vp13"], last["vp14_debit"]) == (5, 4, 100, 0)
    root = etree.fromstring(client.get("reports/lipe?year=2026&quarter=4&format=xml").content)
    assert [each.text for each in root.iter("{*}Trimestre", "{*}Metodo", "{*}Acconto")] == ["5", "2", "100,00"]


def test_what_is_wrong_keeps_the_file_back_and_says_how_to_mend_it(client: Client) -> None:
    create(client, date="2026-01-10", items_list=[row(1000)])
    data = lipe(client)  # a company without declarant, on 2 March
    assert found(data) == [("CFDichiarante", "error"), ("VP1", "warning")]
    assert not data["ready"]
    refused = client.get("reports/lipe?year=2026&quarter=1&format=xml")
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "LIPE_NOT_VALID")
    [told] = refused.json()["error"]["validation_result"]["format"]
    assert told.startswith("CFDichiarante: Per una società firma una persona")
    english = lipe(client, "year=2026&quarter=1&language=en")["findings"][1]
    assert (english["message"], english["remedy"]) == (
        "The quarter is not over yet",
        "Wait until all documents are registered.",
    )


def test_the_advance_of_december_is_asked_for_with_its_method(client: Client, clock: Clock) -> None:
    clock.set(2027, 1, 20)
    settings(client, declarant_tax_code=PERSON, declarant_role="1")
    create(client, date="2026-12-10", items_list=[row(1000)])
    assert found(lipe(client, "")) == [("VP13", "warning")]
    settings(client, years={"2026": {"advance": 88}})
    assert found(lipe(client, "")) == [("VP13", "error")]
    settings(client, years={"2026": {"advance": 88, "advance_method": "storico"}})
    assert lipe(client, "")["ready"]


def test_the_books_warn_of_discarded_invoices_and_missing_self_invoices(
    client: Client, installation: Installation, clock: Clock
) -> None:
    clock.set(2026, 4, 10)
    settings(client, declarant_tax_code=PERSON, declarant_role="1")
    sent = create(client, date="2026-01-10", items_list=[row(1000)], e_invoice=True)
    abroad = {"name": "Carta GmbH", "country": "Germania", "vat_number": "DE136695976"}
    bought = {"type": "expense", "date": "2026-02-10", "entity": abroad, "amount_net": 50, "amount_vat": 0}
    client.data("POST", "received_documents", json={"data": bought | {"invoice_number": "9"}})
    with installation.database.write() as session:  # as the SdI would
        taken = update(documents.table).where(documents.table.c.id == sent["id"]).values(ei_status="discarded")
        session.run(taken.where(documents.table.c.company_id == client.company_id))
    messages = [each["message"] for each in lipe(client)["findings"]]
    assert messages == [
        "Fatture scartate dallo SdI nel trimestre: 1",
        "Acquisti in inversione contabile: 1, autofatture: meno",
    ]
    create(client, "self_supplier_invoice", date="2026-02-10", items_list=[row(50)])
    assert len(lipe(client)["findings"]) == 1


def test_who_settles_no_vat_communicates_none(client: Client, make_company: MakeCompany, make_token: MakeToken) -> None:
    company = make_company(regime="RF19", tax_code=PERSON)
    other = Client(client.http, company, make_token(company_id=company))
    data = lipe(other, "year=2025&quarter=1")
    assert found(data) == [("VP", "error"), ("VP", "warning")]
    assert "Il regime RF19 non liquida l'IVA" in [each["message"] for each in data["findings"]]


def test_what_cannot_be_asked_for_is_refused_by_name(client: Client) -> None:
    for query, key in (("quarter=5", "quarter"), ("progressive=123456", "progressive"), ("format=exe", "format")):
        refused = client.get(f"reports/lipe?{query}")
        assert (refused.status_code, list(refused.json()["error"]["validation_result"])) == (422, [key])


def test_a_declarant_is_a_person_in_a_role(client: Client) -> None:
    for wrong in ({"declarant_tax_code": "12345670017"}, {"declarant_tax_code": "X"}, {"declarant_role": "99"}):
        assert client.put("settings/vat", json={"data": wrong}).status_code == 422
    settings(client, declarant_tax_code=PERSON, declarant_role="8")
    settings(client, period="quarterly")
    kept = client.data("GET", "settings/vat")
    assert (kept["period"], kept["declarant_tax_code"], kept["declarant_role"]) == ("quarterly", PERSON, "8")
