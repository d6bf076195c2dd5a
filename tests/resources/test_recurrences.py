"""Documents that come again and again: the rule, the model, and what a person does about a date."""

from typing import Any

import pytest

from pure.pdf.reading import pages_of
from resources.e_invoices import CUSTOMER
from resources.issued_documents import account_of, body, create, row
from support import CheckAccess, Client, Clock, MakeCompany, MakeToken


def new(client: Client, **facts: Any) -> dict[str, Any]:
    """A recurrence of every month from 15 March 2026 on, of an invoice of 122 euro due in 30 days."""
    model = body(payments_list=[{"amount": 122, "payment_terms": {"days": 30}}], subject="Canone")
    data = {"document": model, "first_date": "2026-03-15", **facts}
    made: dict[str, Any] = client.data("POST", "recurrences", json={"data": data})
    return made


def refused(client: Client, **facts: Any) -> dict[str, Any]:
    answer = client.post("recurrences", json={"data": {"document": body(), "first_date": "2026-03-15", **facts}})
    assert answer.status_code == 422, answer.text
    found: dict[str, Any] = answer.json()["error"]["validation_result"]
    return found


def change(client: Client, id: int, **facts: Any) -> dict[str, Any]:
    changed: dict[str, Any] = client.data("PUT", f"recurrences/{id}", json={"data": facts})
    return changed


def runs(client: Client, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.data("GET", "recurrences/runs", params={"sort": "date", **query})
    return found


def next_dates(client: Client, id: int, limit: int = 3) -> list[str]:
    found = client.data("GET", f"recurrences/{id}/next_dates", params={"limit": limit})
    return [f"{each['date']}{' skipped' if each['skipped'] else ''}" for each in found]


def document_of(client: Client, run: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = client.data("GET", f"issued_documents/{run['document']['id']}")
    return found


def test_access(client: Client, check_access: CheckAccess, clock: Clock) -> None:
    id = new(client)["id"]
    sent = {"data": {"document": body(), "first_date": "2026-03-15"}}
    check_access("POST", "recurrences", needs="issued_documents.invoices:a", json=sent)
    check_access("GET", f"recurrences/{id}", needs="issued_documents.invoices:r")
    check_access("PUT", f"recurrences/{id}", needs="issued_documents.invoices:a", json={"data": {"name": "X"}})
    check_access("GET", f"recurrences/{id}/next_dates", needs="issued_documents.invoices:r")
    check_access("GET", f"recurrences/{id}/pdf", needs="issued_documents.invoices:r")
    for act in ("skip", "run", "restore"):
        check_access("POST", f"recurrences/{id}/{act}", needs="issued_documents.invoices:a", json={"data": {}})
    check_access("DELETE", f"recurrences/{id}", needs="issued_documents.invoices:a")
    check_access("POST", "recurrences/next_dates", json=sent)
    assert runs(client) == []


def test_a_list_shows_the_recurrences_of_documents_that_one_may_read(client: Client, make_token: MakeToken) -> None:
    invoice, quote = new(client)["id"], new(client, document=body("quote", payments_list=[]))["id"]
    assert {each["id"] for each in client.data("GET", "recurrences")} == {invoice, quote}
    reader = client.using(make_token(scopes=["issued_documents.quotes:r"]))
    assert [each["id"] for each in reader.data("GET", "recurrences")] == [quote]
    assert reader.get("recurrences", params={"type": "invoice"}).status_code == 403
    assert client.using(make_token(scopes=["products:r"])).get("recurrences").status_code == 403
    for id in (invoice, quote):
        client.data("POST", f"recurrences/{id}/skip", json={"data": {}})
    assert [each["type"] for each in runs(reader)] == ["quote"]
    assert [each["id"] for each in client.data("GET", "recurrences", params={"q": "entity.name contains 'bianchi'"})]


def test_a_recurrence_of_another_company_is_not_there(
    client: Client, make_company: MakeCompany, make_token: MakeToken
) -> None:
    id = new(client)["id"]
    client.data("POST", f"recurrences/{id}/skip", json={"data": {}})
    other = make_company()
    stranger = Client(client.http, other, make_token(company_id=other))
    assert stranger.data("GET", "recurrences") == stranger.data("GET", "recurrences/runs") == []
    for act in ("", "/next_dates"):
        assert stranger.get(f"recurrences/{id}{act}").status_code == 404
    assert stranger.post(f"recurrences/{id}/run", json={"data": {}}).status_code == 404
    document = create(client)["id"]
    taken = stranger.post("recurrences", json={"data": {"document_id": document, "first_date": "2026-03-15"}})
    assert taken.status_code == 404


# the rule


def test_the_next_dates_keep_the_day_of_the_first_one(client: Client) -> None:
    made = new(client, first_date="2026-03-31")
    assert made["next_date"] == "2026-03-31"
    assert next_dates(client, made["id"]) == ["2026-03-31", "2026-04-30", "2026-05-31"]


def test_dates_before_today_are_none_that_were_missed(client: Client) -> None:
    made = new(client, first_date="2025-01-10", count=16)
    assert (made["next_date"], made["state"]) == ("2026-03-10", "active")
    assert next_dates(client, made["id"]) == ["2026-03-10", "2026-04-10"]
    assert new(client, first_date="2025-01-10", last_date="2026-01-31")["state"] == "ended"


def test_a_rule_is_looked_at_before_it_is_stored(client: Client) -> None:
    rule = {"first_date": "2026-01-31", "every": 3, "end_of_month": True}
    found = client.data("POST", "recurrences/next_dates", json={"data": rule}, params={"limit": 2})
    assert [(each["date"], each["first"], each["last"]) for each in found] == [
        ("2026-04-30", "2026-02-01", "2026-04-30"),
        ("2026-07-31", "2026-05-01", "2026-07-31"),
    ]
    answer = client.post("recurrences/next_dates", json={"data": {}})
    assert list(answer.json()["error"]["validation_result"]) == ["data.first_date"]


@pytest.mark.parametrize(
    ("facts", "key"),
    [
        ({"first_date": None}, "first_date"),
        ({"every": 0}, "every"),
        ({"every": 13}, "every"),
        ({"every": 53, "unit": "week"}, "every"),
        ({"count": 0}, "count"),
        ({"last_date": "2026-03-14"}, "last_date"),
        ({"first_date": "2200-01-01"}, "first_date"),
        ({"name": "x" * 101}, "name"),
        ({"remind_days": 61}, "remind_days"),
        ({"action": "sing"}, "action"),
        ({"document": None}, "document"),
        ({"action": "create_and_send"}, "action"),
        ({"action": "create_and_email"}, "email.recipient_email"),
        ({"email": {"recipient_email": "no address"}}, "email.recipient_email"),
        ({"email": {"subject": "one\ntwo"}}, "email.subject"),
        ({"email": {"subject": "Canone di {mesi}"}}, "email.subject"),
        ({"document": {"type": "invoice"}}, "document.entity"),
        ({"document": body(items_list=[row(vat={"id": 999})])}, "document.items_list.0.vat.id"),
        ({"document": body(subject="Canone {mese} {Anno}")}, "document.subject"),
        ({"document": body(items_list=[row(description="dal {dal} al {all}")])}, "document.items_list.0.description"),
        ({"document": body(e_invoice=True, type="quote")}, "document.e_invoice"),
    ],
)
def test_what_cannot_be_is_refused_by_its_key(client: Client, facts: dict[str, Any], key: str) -> None:
    assert list(refused(client, **facts)) == [f"data.{key}"]


def test_an_invoice_that_the_sdi_would_not_take_is_refused_when_it_is_to_be_sent(client: Client) -> None:
    model = body(e_invoice=True, entity=CUSTOMER, ei_data={"payment_method": "MP05"})
    found = refused(client, document=model, action="create_and_send")
    assert "indirizzo" in " ".join(found["data.action"]).lower()
    assert new(client, document=model, action="create")["action"] == "create"


# the model


def test_the_model_of_a_document_has_neither_number_nor_dates(client: Client) -> None:
    paid = {"amount": 122, "due_date": "2026-03-31", "status": "paid", "payment_account": {"id": account_of(client)}}
    document = create(client, date="2026-03-01", numeration="/A", payments_list=[paid], subject="Canone")
    made = new(client, document=None, document_id=document["id"])
    model = made["document"]
    assert (made["name"], made["entity"]["name"], made["amount_gross"]) == ("Canone", "Bianchi S.p.A.", 122)
    assert (model["number"], model["date"], model["numeration"]) == (None, None, "/A")
    (payment,) = model["payments_list"]
    assert (payment["due_date"], payment["status"], payment["payment_terms"]["days"]) == (None, "not_paid", 30)


def test_a_document_is_looked_at_as_a_model(client: Client, make_token: MakeToken) -> None:
    payment = {"amount": 122, "due_date": "2026-04-15"}
    document = create(client, date="2026-03-01", payments_list=[payment])
    model = client.data("GET", "recurrences/model", params={"document_id": document["id"]})
    assert (model["number"], model["date"], model["items_list"][0]["net_price"]) == (None, None, 100)
    assert model["payments_list"][0]["payment_terms"]["days"] == 45
    assert client.get("recurrences/model", params={"document_id": "999"}).status_code == 404
    assert client.get("recurrences/model", params={"document_id": "x"}).status_code == 422
    stranger = client.using(make_token(scopes=["issued_documents.quotes:r"]))
    assert stranger.get("recurrences/model", params={"document_id": document["id"]}).status_code == 403


def test_another_model_takes_the_place_of_the_first(client: Client) -> None:
    made = new(client)
    other = create(client, items_list=[row(200)])
    assert change(client, made["id"], document_id=other["id"])["amount_gross"] == 244
    model = {**made["document"], "items_list": [row(300)]}
    assert change(client, made["id"], document=model)["amount_gross"] == 366
    kept = change(client, made["id"], name="Affitto")
    assert (kept["name"], kept["amount_gross"]) == ("Affitto", 366)


# dates by hand


def test_the_next_document_is_made_early_under_the_date_of_today(client: Client) -> None:
    made = new(client)
    after = client.data("POST", f"recurrences/{made['id']}/run")
    assert after["next_date"] == "2026-04-15"
    (run,) = runs(client)
    assert (run["date"], run["state"]) == ("2026-03-15", "done")
    document = document_of(client, run)
    assert (document["date"], document["number"]) == ("2026-03-02", 1)
    assert document["payments_list"][0]["due_date"] == "2026-04-01"


def test_a_date_is_done_once(client: Client) -> None:
    id = new(client)["id"]
    wish = {"data": {"date": "2026-03-15"}}
    client.data("POST", f"recurrences/{id}/run", json=wish)
    again = client.post(f"recurrences/{id}/run", json=wish)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "ALREADY_DONE")
    assert client.post(f"recurrences/{id}/skip", json=wish).status_code == 409
    assert client.post(f"recurrences/{id}/run", json={"data": {"date": "2026-06-15"}}).status_code == 422
    assert len(client.data("GET", "issued_documents", params={"type": "invoice"})) == 1


def test_a_date_is_skipped_and_brought_back(client: Client) -> None:
    id = new(client)["id"]
    assert client.data("POST", f"recurrences/{id}/skip")["next_date"] == "2026-04-15"
    skipped = client.data("POST", f"recurrences/{id}/skip", json={"data": {"date": "2026-05-15"}})
    assert skipped["next_date"] == "2026-04-15"
    assert next_dates(client, id) == ["2026-04-15", "2026-05-15 skipped", "2026-06-15"]
    assert client.post(f"recurrences/{id}/skip", json={"data": {"date": "2026-05-16"}}).status_code == 422
    back = client.data("POST", f"recurrences/{id}/restore", json={"data": {"date": "2026-03-15"}})
    assert back["next_date"] == "2026-03-15"
    assert client.post(f"recurrences/{id}/restore", json={"data": {"date": "2026-03-15"}}).status_code == 422
    assert [run["date"] for run in runs(client)] == ["2026-05-15"]


def test_the_last_date_ends_it(client: Client) -> None:
    id = new(client, count=1)["id"]
    after = client.data("POST", f"recurrences/{id}/run")
    assert (after["state"], after["next_date"]) == ("ended", None)
    assert client.post(f"recurrences/{id}/run").json()["error"]["code"] == "RECURRENCE_ENDED"
    assert change(client, id, count=2)["next_date"] == "2026-04-15"


def test_a_paused_one_says_so_and_keeps_its_next_date(client: Client) -> None:
    id = new(client)["id"]
    paused = change(client, id, paused=True)
    assert (paused["state"], paused["next_date"], paused["wake_on"]) == ("paused", "2026-03-15", None)
    assert change(client, id, paused=False)["state"] == "active"


def test_one_that_cannot_be_made_any_more_can_be_paused_and_not_resumed(client: Client) -> None:
    customer = client.data("POST", "entities/clients", json={"data": {"name": "Verdi"}})["id"]
    id = new(client, document=body(entity={"id": customer}))["id"]
    client.delete(f"entities/clients/{customer}")
    assert change(client, id, paused=True)["entity"]["name"] == "Verdi"
    refused = client.put(f"recurrences/{id}", json={"data": {"paused": False}})
    assert list(refused.json()["error"]["validation_result"]) == ["data.document.entity.id"]
    assert client.data("GET", f"recurrences/{id}")["state"] == "paused"


def test_a_deleted_one_leaves_its_documents_and_no_dates(client: Client) -> None:
    id = new(client)["id"]
    client.data("POST", f"recurrences/{id}/run")
    assert client.delete(f"recurrences/{id}").status_code == 200
    assert (client.get(f"recurrences/{id}").status_code, runs(client)) == (404, [])
    assert len(client.data("GET", "issued_documents", params={"type": "invoice"})) == 1


def test_a_document_is_led_back_to_its_recurrence(client: Client) -> None:
    id = new(client)["id"]
    client.data("POST", f"recurrences/{id}/run")
    document = runs(client)[0]["document"]["id"]
    create(client)
    assert [run["recurrence_id"] for run in runs(client, q=f"document_id = {document}")] == [id]


# what the documents say


def test_words_in_braces_stand_for_the_time_of_the_date(client: Client) -> None:
    texts = {
        "visible_subject": "Canone {mese} {anno}, {trimestre}° trimestre",
        "notes": "{mese_precedente} {anno_mese_precedente} {{cliente}}",
        "items_list": [row(name="Affitto {mese}", description="dal {dal} al {al}")],
    }
    id = new(client, document=body(**texts), first_date="2027-01-31")["id"]
    [told] = client.data("GET", f"recurrences/{id}/next_dates", params={"limit": 1})
    assert told["texts"] == {
        "visible_subject": "Canone gennaio 2027, 1° trimestre",
        "notes": "dicembre 2026 {{cliente}}",
        "items_list.0.name": "Affitto gennaio",
        "items_list.0.description": "dal 31/01/2027 al 27/02/2027",
    }
    client.data("POST", f"recurrences/{id}/run")
    document = document_of(client, runs(client)[0])
    assert document["items_list"][0]["name"] == "Affitto gennaio"
    assert document["visible_subject"] == "Canone gennaio 2027, 1° trimestre"


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"subject": "Canone {mese} {anno}"}, "Canone"),
        ({"subject": "{mese} {anno}", "visible_subject": "Affitto"}, "Affitto"),
        ({"subject": "{mese}"}, "Bianchi S.p.A."),
    ],
)
def test_a_recurrence_without_a_name_is_called_by_what_stays(client: Client, facts: dict[str, str], name: str) -> None:
    assert new(client, document=body(**facts))["name"] == name


def test_the_next_document_is_looked_at_as_pdf(client: Client) -> None:
    made = new(client, document=body(visible_subject="Canone di {mese}"), count=1)
    shown = client.get(f"recurrences/{made['id']}/pdf")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "application/pdf")
    said = " ".join(pages_of(shown.content))
    assert "Canone di marzo" in said
    assert "15/03/2026" in said
    assert client.data("GET", "issued_documents", params={"type": "invoice"}) == []
    client.data("POST", f"recurrences/{made['id']}/run")
    assert client.get(f"recurrences/{made['id']}/pdf").json()["error"]["code"] == "RECURRENCE_ENDED"


def test_words_in_braces_speak_the_language_of_the_document(client: Client) -> None:
    model = body(visible_subject="{mese}, {dal}", language={"code": "de"})
    id = new(client, document=model, first_date="2026-03-15")["id"]
    [told] = client.data("GET", f"recurrences/{id}/next_dates", params={"limit": 1})
    assert told["texts"]["visible_subject"] == "März, 15.03.2026"


def test_the_customer_is_what_the_registry_says_at_the_time(client: Client) -> None:
    customer = client.data("POST", "entities/clients", json={"data": {**CUSTOMER, "name": "Vecchia S.r.l."}})["id"]
    id = new(client, document=body(entity={"id": customer}))["id"]
    client.data("PUT", f"entities/clients/{customer}", json={"data": {"name": "Nuova S.r.l.", "ei_code": "XYZ9876"}})
    client.data("POST", f"recurrences/{id}/run")
    entity = document_of(client, runs(client)[0])["entity"]
    assert (entity["name"], entity["ei_code"], entity["vat_number"]) == ("Nuova S.r.l.", "XYZ9876", "01234567897")
    client.delete(f"entities/clients/{customer}")
    gone = client.post(f"recurrences/{id}/run")
    assert gone.json()["error"]["code"] == "UNKNOWN_ENTITY"
    assert len(runs(client)) == 1


def test_a_customer_that_was_merged_is_the_one_it_became(client: Client) -> None:
    first, second, third = (
        client.data("POST", "entities/clients", json={"data": {"name": name}})["id"] for name in ("A", "B", "C")
    )
    id = new(client, document=body(entity={"id": first}))["id"]
    client.data("POST", f"entities/clients/{second}/merge", json={"data": {"ids": [first]}})
    client.data("POST", f"entities/clients/{third}/merge", json={"data": {"ids": [second]}})
    client.data("POST", f"recurrences/{id}/run")
    assert document_of(client, runs(client)[0])["entity"]["name"] == "C"
    assert change(client, id, name="X")["entity"] == {"id": third, "name": "C"}
