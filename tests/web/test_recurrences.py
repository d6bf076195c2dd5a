"""The pages of recurring documents: the list, the page of one, its form, and the ways to them."""

import time
from typing import Any

import pytest

from mastro.api.call import Installation
from mastro.database import jobs as queue
from mastro.jobs import recurrences
from mastro.resources.recurrences.dates import JOB
from resources.issued_documents import create, row
from resources.test_recurrences import change, document_of, new, runs
from support import Client, Clock
from web.conftest import Visitor
from web.pages import Pages

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def work(installation: Installation, clock: Clock, company_id: int) -> Any:
    """Let the server's worker do what is due on a day of 2026."""

    def on(month: int, day: int) -> None:
        clock.set(2026, month, day, 1)
        recurrences.order_due(installation)
        deadline = time.monotonic() + 20
        while _waits():
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def _waits() -> bool:
        with installation.database.read() as session:
            return bool(queue.waiting(session, company_id, JOB))

    return on


def test_who_may_not_write_sees_a_recurrence_without_buttons(visitor: Visitor, client: Client) -> None:
    id = new(client)["id"]
    reader = visitor({"fic_issued_documents": "read"})
    assert reader.get(f"/recurrences/{id}").title == "Canone"
    assert reader.find("//main//form[@method='post']") == []
    for act in ("pause", "run", "skip", "restore", "delete", "edit"):
        assert reader.post(f"/recurrences/{id}/{act}", {"date": "2026-03-15"}).status == 403, act
    assert visitor({"fic_products": "write"}).get(f"/recurrences/{id}").status == 403
    assert visitor({"fic_products": "write"}).get("/recurrences").status == 403


def test_another_companys_recurrences_are_not_there(visitor: Visitor, make_company: Any, client: Client) -> None:
    id = new(client)["id"]
    stranger = visitor(company=make_company())
    assert stranger.get("/recurrences").rows == []
    for path in (f"/recurrences/{id}", f"/recurrences/{id}/edit", f"/app/{client.company_id}/recurrences/{id}"):
        assert stranger.get(path).status == 404


def test_the_list_says_what_comes_when(pages: Pages, client: Client) -> None:
    assert "Ancora nessuna ricorrenza" in pages.get("/recurrences").said()
    new(client)
    new(client, name="Trimestre", every=3, first_date="2026-03-31", end_of_month=True, paused=True)
    new(client, name="Pulizie", unit="week", every=2, first_date="2026-03-03")
    assert [[*each[:1], *each[4:7]] for each in pages.get("/recurrences?sort=name").rows] == [
        ["Canone", "Ogni mese, il giorno 15", "15/03/2026", "Attiva"],
        ["Pulizie", "Ogni 2 settimane, di mar", "03/03/2026", "Attiva"],
        ["Trimestre", "Ogni 3 mesi, l’ultimo giorno", "31/03/2026", "In pausa"],
    ]
    assert [each[0] for each in pages.get("/recurrences?state=paused").rows] == ["Trimestre"]
    assert [each[0] for each in pages.get("/recurrences?text=puli").rows] == ["Pulizie"]


def test_a_document_is_made_recurring(pages: Pages, client: Client) -> None:
    document = create(client, date="2026-02-10", subject="Canone", items_list=[row(100, description=HOSTILE)])
    pages.get(f"/issued_documents/{document['id']}")
    (href,) = pages.find("//a[contains(., 'Rendi ricorrente')]/@href")
    pages.get(href)
    assert "Prossime date: 10/03/2026, 10/04/2026, 10/05/2026" in pages.said("//*[@id='dates']")
    assert "<script>alert" not in pages.text
    pages.submit(
        name="Affitto",
        every="2",
        document__visible_subject="Affitto di {mese}",
        document__items_list__0__net_price="250,50",
        action="create",
    )
    assert pages.title == "Affitto"
    assert "Affitto di aprile" in pages.said("//*[@class='dates-to-come']")
    assert "<script>alert" not in pages.text
    [made] = client.data("GET", "recurrences", params={"fieldset": "detailed"})
    assert (made["first_date"], made["every"], made["amount_gross"]) == ("2026-02-10", 2, 305.61)
    assert made["document"]["payments_list"][0]["amount"] == 305.61


def test_an_invoice_of_today_comes_again_next_month(pages: Pages, client: Client) -> None:
    document = create(client, date="2026-03-02")
    pages.get(f"/recurrences/new?document={document['id']}").submit()
    assert [made["next_date"] for made in client.data("GET", "recurrences")] == ["2026-04-02"]


def test_an_invoice_of_the_last_day_comes_on_last_days(pages: Pages, client: Client) -> None:
    document = create(client, date="2026-02-28")
    pages.get(f"/recurrences/new?document={document['id']}").submit()
    [made] = client.data("GET", "recurrences")
    assert (made["end_of_month"], made["next_date"]) == (True, "2026-03-31")


def test_the_model_is_chosen_among_the_documents(pages: Pages, client: Client) -> None:
    create(client, subject="Canone")
    create(client, "quote", subject="Preventivo", payments_list=[])
    pages.get("/recurrences/new")
    assert (pages.title, len(pages.rows)) == ("Scegli il modello", 2)
    pages.get("/recurrences/new?choose=1&text=preventivo")
    (href,) = pages.find("//table//a[contains(@class, 'row-link')]/@href")
    assert pages.get(href).title == "Nuova ricorrenza"


def test_another_document_becomes_the_model(pages: Pages, client: Client) -> None:
    id = new(client)["id"]
    other = create(client, items_list=[row(300)])
    pages.get(f"/recurrences/{id}/edit?document={other['id']}").submit()
    found = client.data("GET", f"recurrences/{id}")
    assert (found["amount_gross"], found["document_id"], found["first_date"]) == (366, other["id"], "2026-03-15")


def test_rows_of_the_model_are_added_and_taken_away(pages: Pages, client: Client) -> None:
    exempt = next(each for each in client.data("GET", "info/vat_types") if each["value"] == 10)
    model = [row(100, name="Canone", vat={"id": exempt["id"]}), row(50, name="Spese", vat={"id": exempt["id"]})]
    document = create(client, date="2026-02-10", items_list=model)
    more = {"document.items_list.2.name": "Pulizie", "document.items_list.2.net_price": "30"}
    fresh = f"/recurrences/new?document={document['id']}"
    pages.get(fresh).submit("", more, document__items_list__1__name="")
    [made] = client.data("GET", "recurrences", params={"fieldset": "detailed"})
    rows = [(each["name"], each["net_price"], each["vat"]["value"]) for each in made["document"]["items_list"]]
    assert rows == [("Canone", 100, 10), ("Pulizie", 30, 10)]
    assert made["amount_gross"] == 143
    pages.get(f"/recurrences/{made['id']}/edit").submit(name="Affitto")
    assert len(client.data("GET", f"recurrences/{made['id']}")["document"]["items_list"]) == 2


def test_what_was_typed_wrong_is_said_at_its_input_and_nothing_is_lost(pages: Pages, client: Client) -> None:
    document = create(client, date="2026-02-10")
    fresh = f"/recurrences/new?document={document['id']}"
    pages.get(fresh).submit(every="x", name="Affitto", document__items_list__0__net_price="tanto")
    assert pages.status == 422
    assert list(pages.errors) == ["every", "document.items_list.0.net_price"]
    assert pages.find("//input[@name='name']/@value") == ["Affitto"]
    assert pages.find("//input[@name='document.items_list.0.net_price']/@value") == ["tanto"]
    pages.get(fresh).submit(every="13", document__visible_subject="{mesi}", action="create_and_email")
    assert list(pages.errors) == ["every"]
    pages.get(fresh).submit(document__visible_subject="Canone di {mesi}")
    assert "{mesi} non sta per nulla" in pages.errors["document.visible_subject"]
    pages.get(fresh).submit(action="create_and_email")
    assert "indirizzo" in pages.errors["email.recipient_email"]
    assert client.data("GET", "recurrences") == []


def test_the_form_tells_the_next_dates_while_it_is_filled_in(pages: Pages) -> None:
    rule = {"every": "3", "unit": "month", "first_date": "2026-01-31", "end_of_month": "on", "last_date": "2026-08-01"}
    asked = {"HX-Request": "true", "HX-Target": "dates"}
    pages.post("/recurrences/dates", rule, **asked)
    assert pages.said("//*[@id='dates']") == "Prossime date: 30/04/2026, 31/07/2026"
    pages.post(
        "/recurrences/dates", {**rule, "last_date": "01/01/2025"}, **{"HX-Request": "true", "HX-Target": "dates"}
    )
    assert "viene prima della prima" in pages.said("//*[@id='dates']")


def test_dates_are_skipped_brought_back_and_done_from_the_page(pages: Pages, client: Client) -> None:
    id = new(client)["id"]
    place = f"/recurrences/{id}"
    pages.get(place).post(f"{place}/skip", {"date": "2026-04-15"})
    assert "Data saltata." in pages.text
    assert "15/04/2026 Saltata" in pages.said("//*[@class='dates-to-come']")
    (undo,) = pages.find("//form[contains(@action, '/restore?date=')]/@action")
    pages.post(undo)
    assert "Saltata" not in pages.said("//*[@class='dates-to-come']")
    pages.get(place).submit(f"{place}/run")
    assert "Fattura 1" in pages.said("//section[@aria-labelledby='history']")
    pages.post(f"{place}/run", {"date": "2026-03-15"})
    assert (pages.status, "Questa data è già stata fatta." in pages.said()) == (422, True)


def test_the_next_document_is_looked_at_before_it_is_made(pages: Pages, client: Client) -> None:
    id = new(client)["id"]
    (href,) = pages.get(f"/recurrences/{id}").find("//a[contains(@href, '/pdf')]/@href")
    assert pages.get(href).answer.content.startswith(b"%PDF")
    change(client, id, last_date="2026-03-15")
    pages.get(f"/recurrences/{id}").submit(f"/recurrences/{id}/run")
    assert pages.find("//a[contains(@href, '/pdf')]") == []
    assert (pages.get(href).status, "non ha altre date" in pages.said()) == (409, True)


def test_it_is_paused_resumed_and_deleted(pages: Pages, client: Client) -> None:
    id = new(client)["id"]
    place = f"/recurrences/{id}"
    pages.get(place).submit(f"{place}/pause")
    assert "In pausa" in pages.said("//*[@class='badges']")
    pages.post(f"{place}/resume")
    assert "Attiva" in pages.said("//*[@class='badges']")
    pages.submit(f"{place}/delete")
    assert (pages.address.endswith("/recurrences"), client.data("GET", "recurrences")) == (True, [])


def test_a_failure_says_why_and_is_tried_again(pages: Pages, client: Client, work: Any) -> None:
    customer = client.data("POST", "entities/clients", json={"data": {"name": "Verdi"}})["id"]
    made = new(client)
    model = {**made["document"], "entity": {"id": customer, "name": "Verdi"}}
    change(client, made["id"], document=model)
    client.delete(f"entities/clients/{customer}")
    work(3, 15)
    pages.get("")
    (href,) = pages.find("//a[contains(., '1 documento ricorrente non creato')]/@href")
    assert [each[-1] for each in pages.get(href).rows] == ["1 da vedere"]
    pages.get(f"/recurrences/{made['id']}")
    assert "Questo nominativo non è più in rubrica" in pages.said("//section[@aria-labelledby='history']")
    change(client, made["id"], document=made["document"])
    place = f"/recurrences/{made['id']}"
    pages.get(place).post(f"{place}/run", {"date": "2026-03-15"})
    assert [run["state"] for run in runs(client)] == ["done"]
    assert "non creato" not in pages.get("").said()


def test_a_reminder_is_on_the_overview_and_leads_to_the_document(pages: Pages, client: Client, work: Any) -> None:
    id = new(client, action="remind")["id"]
    work(3, 15)
    assert "1 documento ricorrente in scadenza" in pages.get("").said()
    place = f"/recurrences/{id}"
    pages.get(place).post(f"{place}/run", {"date": "2026-03-15"})
    document = document_of(client, runs(client)[0])
    pages.get(f"/issued_documents/{document['id']}")
    assert pages.find("//a[contains(., 'Creato da una ricorrenza')]/@href") == [f"/app/{client.company_id}{place}"]
    assert pages.find("//a[contains(., 'Rendi ricorrente')]") == []


def test_the_trail_names_recurrences(pages: Pages, visitor: Visitor, client: Client) -> None:
    id = new(client)["id"]
    change(client, id, name="Affitto")
    pages.get("/audit?resource=recurrences")
    assert pages.find(f"//a[@href='/app/{client.company_id}/recurrences/{id}']")
    clerk = visitor({"fic_settings": "read", "fic_issued_documents": "none"})
    assert "Ricorrenze" not in clerk.get("/audit").said("//table")


def test_the_pages_speak_english(visitor: Visitor, client: Client) -> None:
    id = new(client)["id"]
    page = visitor(language="en").get(f"/recurrences/{id}")
    assert "Every month, on day 15" in page.said()
    assert "Next dates" in page.said()
