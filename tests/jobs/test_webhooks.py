"""Webhooks from end to end: a change through the API, the worker, and a receiver that answers."""

import datetime as dt
import re
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from mastro.database import schema
from mastro.jobs import slow_sinks
from mastro.oauth.tokens import issue
from sinks import CHALLENGE, Sink

PREFIX = "it.fattureincloud.webhooks."


def _deliveries(server: Any, id: str) -> Any:
    return server.client.data("GET", f"subscriptions/{id}/deliveries")


# verification


@pytest.mark.parametrize("method", ["header", "query"])
def test_a_sink_that_repeats_the_challenge_is_verified(server: Any, sink: Sink, method: str) -> None:
    server.subscribe(sink, "entities.clients.create", verification_method=method)
    (asked,) = sink.verifications
    assert asked.headers["user-agent"] == "FattureInCloud/API-WEBHOOK"
    assert asked.headers["authorization"].startswith("Bearer ")
    place = asked.headers.get(CHALLENGE) if method == "header" else asked.path.partition(f"{CHALLENGE}=")[2]
    assert re.fullmatch(r"[0-9a-f]{64}", place or "")
    assert (CHALLENGE in asked.headers) == (method == "header")


def test_a_verified_sink_is_welcomed(server: Any, sink: Sink) -> None:
    server.subscribe(sink, "entities.clients.create")
    assert [one.headers["ce-type"] for one in sink.received if one.method == "POST"] == [
        f"{PREFIX}subscriptions.welcome"
    ]


def test_a_sink_that_does_not_repeat_the_challenge_hears_nothing(server: Any, sink: Sink) -> None:
    sink.willing = False
    body = {"sink": sink.address, "types": [f"{PREFIX}entities.clients.create"]}
    id = server.client.data("POST", "subscriptions", json={"data": body})["id"]
    server.work()
    server.new_client()
    server.work()
    assert not server.client.data("GET", f"subscriptions/{id}")["verified"]
    assert [one.method for one in sink.received] == ["GET"]
    (entry,) = _deliveries(server, id)
    assert entry["state"] == "failed"
    assert entry["error"] == "the sink did not repeat the challenge as `verification`"


def test_a_sink_is_asked_five_times_ten_minutes_apart(server: Any, sink: Sink) -> None:
    sink.willing = False
    body = {"sink": sink.address, "types": [f"{PREFIX}entities.clients.create"]}
    path = f"subscriptions/{server.client.data('POST', 'subscriptions', json={'data': body})['id']}/verify"
    for _ in range(4):
        server.work()
        early = server.client.post(path, json={"data": {}})
        assert early.json()["error"]["code"] == "VERIFICATION_TOO_EARLY"
        assert 0 < int(early.headers["retry-after"]) <= 601
        server.clock.advance(minutes=10)
        assert server.client.post(path, json={"data": {"verification_method": "query"}}).status_code == 200
    server.work()
    assert len(sink.verifications) == 5
    server.clock.advance(hours=1)
    assert server.client.post(path, json={"data": {}}).json()["error"]["code"] == "VERIFICATION_EXHAUSTED"


def test_a_sink_that_changes_its_mind_is_verified_by_a_later_attempt(server: Any, sink: Sink) -> None:
    sink.willing = False
    body = {"sink": sink.address, "types": [f"{PREFIX}entities.clients.create"]}
    id = server.client.data("POST", "subscriptions", json={"data": body})["id"]
    server.work()
    sink.willing = True
    server.clock.advance(minutes=10)
    server.client.post(f"subscriptions/{id}/verify")
    server.work()
    server.new_client()
    server.work()
    assert len(sink.events) == 1


def test_a_new_sink_is_asked_before_it_hears_anything(server: Any, sink: Sink, other_sink: Sink) -> None:
    id = server.subscribe(sink, "entities.clients.create")
    changed = server.client.data("PUT", f"subscriptions/{id}", json={"data": {"sink": other_sink.address}})
    assert not changed["verified"]
    server.new_client()
    server.work()
    assert len(other_sink.verifications) == 1
    assert not sink.events + other_sink.events
    server.new_client()
    server.work()
    assert len(other_sink.events) == 1
    assert not sink.events


# events


def test_a_binary_event_has_its_description_in_the_headers(server: Any, sink: Sink) -> None:
    server.subscribe(sink, "entities.clients.create")
    id = server.new_client()
    server.work()
    (event,) = sink.events
    assert event.json == {"data": {"ids": [id]}}
    assert event.headers["content-type"] == "application/json"
    assert event.headers["connection"] == "close"
    assert event.headers["ce-type"] == f"{PREFIX}entities.clients.create"
    assert event.headers["ce-subject"] == f"company:{server.company_id}"
    assert event.headers["ce-specversion"] == "1.0"
    assert event.headers["ce-source"] == server.settings.address
    assert event.headers["ce-time"] == "2026-03-02T09:30:00+01:00"
    assert re.fullmatch(r"\d+:[0-9a-f-]{36}", event.headers["ce-id"])


def test_a_structured_event_has_its_description_in_the_body(server: Any, sink: Sink) -> None:
    server.subscribe(sink, "entities.clients.create", config={"mapping": "structured"})
    id = server.new_client()
    server.work()
    (event,) = sink.events
    assert event.headers["content-type"] == "application/cloudevents+json"
    assert not [name for name in event.headers if name.startswith("ce-")]
    assert re.fullmatch(r"\d+:[0-9a-f-]{36}", event.json.pop("id"))
    said = event.json
    del said["id"]
    assert said == {
        "specversion": "1.0",
        "source": server.settings.address,
        "type": f"{PREFIX}entities.clients.create",
        "subject": f"company:{server.company_id}",
        "time": "2026-03-02T09:30:00+01:00",
        "datacontenttype": "application/json",
        "data": {"ids": [id]},
    }


def test_a_full_event_carries_the_resource(server: Any, sink: Sink) -> None:
    server.subscribe(sink, "entities.clients.create", config={"payload": "full"})
    id = server.new_client("Bianchi Srl")
    server.work()
    (event,) = sink.events
    assert event.json["data"]["ids"] == [id]
    assert event.json["data"]["resources"][0]["name"] == "Bianchi Srl"


def test_an_event_is_signed_with_the_published_key(server: Any, sink: Sink) -> None:
    server.subscribe(sink, "entities.clients.create")
    server.new_client()
    server.work()
    (event,) = sink.events
    pem = server.http.get("/webhooks/public_key").text
    signed = jwt.decode(event.headers["authorization"].removeprefix("Bearer "), ECKey.import_key(pem), ["ES256"])
    assert signed.header["alg"] == "ES256"
    now = int(server.clock().timestamp())
    assert signed.claims == {
        "jti": event.headers["ce-id"],
        "iss": server.settings.address,
        "sub": f"company:{server.company_id}",
        "aud": [sink.address],
        "iat": now,
        "exp": now + 3 * 3600,
        "aid": "personal",
    }


def test_only_what_was_subscribed_is_told(server: Any, sink: Sink) -> None:
    server.subscribe(sink, "entities.clients.delete")
    id = server.new_client()
    server.client.put(f"entities/clients/{id}", json={"data": {"name": "Neri Srl"}})
    server.work()
    assert not sink.events
    server.client.delete(f"entities/clients/{id}")
    server.work()
    assert [event.json["data"]["ids"] for event in sink.events] == [[id]]


@pytest.mark.parametrize("asked", ["self_invoices", "self_own_invoices"])
def test_a_self_invoice_is_told_under_the_name_that_was_asked_for(server: Any, sink: Sink, asked: str) -> None:
    server.subscribe(sink, f"issued_documents.{asked}.create")
    body = {"type": "self_own_invoice", "entity": {"name": "Rossi Srl"}, "items_list": []}
    server.client.data("POST", "issued_documents", json={"data": body})
    server.work()
    assert [event.headers["ce-type"] for event in sink.events] == [f"{PREFIX}issued_documents.{asked}.create"]


def test_a_change_that_is_refused_is_not_told(server: Any, sink: Sink) -> None:
    server.subscribe(sink, "entities.clients.create")
    assert server.client.post("entities/clients", json={"data": {"name": ""}}).status_code == 422
    server.work()
    assert not sink.events


def test_a_deleted_subscription_hears_nothing_more(server: Any, sink: Sink) -> None:
    id = server.subscribe(sink, "entities.clients.create")
    server.new_client()
    server.client.delete(f"subscriptions/{id}")
    server.new_client()
    server.work()
    assert not sink.events


# retries


def test_a_server_error_is_tried_four_times_under_one_id(server: Any, sink: Sink) -> None:
    id = server.subscribe(sink, "entities.clients.create")
    sink.status = 503
    server.new_client()
    for seconds in (60, 600, 3600, 86_400):
        server.work()
        told = len(sink.events)
        server.clock.advance(seconds=seconds - 1)
        server.work()
        assert len(sink.events) == told
        server.clock.advance(seconds=1)
    assert len(sink.events) == 4
    assert len({event.headers["ce-id"] for event in sink.events}) == 1
    entry = _deliveries(server, id)[0]
    assert (entry["state"], entry["attempts"], entry["status"]) == ("failed", 4, 503)


def test_a_later_attempt_that_works_ends_the_tries(server: Any, sink: Sink) -> None:
    id = server.subscribe(sink, "entities.clients.create")
    sink.statuses = [500]
    server.new_client()
    server.work()
    entry = _deliveries(server, id)[0]
    assert entry["state"] == "waiting"
    assert entry["next_attempt_at"] == "2026-03-02 09:31:00"
    server.clock.advance(minutes=1)
    server.work()
    server.clock.advance(days=1)
    server.work()
    assert len(sink.events) == 2
    assert _deliveries(server, id)[0]["state"] == "delivered"


@pytest.mark.parametrize("status", [301, 400, 404, 429])
def test_other_answers_are_final(server: Any, sink: Sink, status: int) -> None:
    id = server.subscribe(sink, "entities.clients.create")
    sink.statuses, sink.headers = [status], {"Location": sink.address}
    server.new_client()
    server.work()
    server.clock.advance(days=1)
    server.work()
    assert len(sink.events) == 1
    entry = _deliveries(server, id)[0]
    assert (entry["state"], entry["error"]) == ("failed", f"the sink answered {status}")


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_these_answers_are_success(server: Any, sink: Sink, status: int) -> None:
    id = server.subscribe(sink, "entities.clients.create")
    sink.status = status
    server.new_client()
    server.work()
    assert _deliveries(server, id)[0]["state"] == "delivered"


def test_a_sink_that_is_gone_ends_its_subscription(server: Any, sink: Sink) -> None:
    id = server.subscribe(sink, "entities.clients.create")
    sink.statuses = [410]
    server.new_client()
    server.work()
    assert server.client.get(f"subscriptions/{id}").status_code == 404
    server.new_client()
    server.work()
    assert len(sink.events) == 1


def test_failures_for_ten_days_end_a_subscription(server: Any, sink: Sink) -> None:
    id = server.subscribe(sink, "entities.clients.create")
    sink.status = 404
    for _ in range(2):  # the later failure does not move the end
        server.new_client()
        server.work()
        server.clock.advance(days=5)
    assert server.client.get(f"subscriptions/{id}").status_code == 200
    server.new_client()
    server.work()
    assert server.client.get(f"subscriptions/{id}").status_code == 404


def test_a_success_forgives_earlier_failures(server: Any, sink: Sink) -> None:
    id = server.subscribe(sink, "entities.clients.create")
    sink.statuses = [404]
    for _ in range(2):
        server.new_client()
        server.work()
        server.clock.advance(days=6)
    sink.status = 404
    server.new_client()
    server.work()
    assert server.client.get(f"subscriptions/{id}").status_code == 200


def test_a_slow_sink_does_not_keep_the_others_waiting(server: Any, sink: Sink, other_sink: Sink) -> None:
    server.subscribe(sink, "entities.clients.create")
    server.subscribe(other_sink, "taxes.create", "products.create")
    slow_sinks.took(sink.address, 10)
    sink.delay = 1
    for number in range(6):
        server.new_client(f"Rossi {number}")
    server.client.data("POST", "products", json={"data": {"name": "Vite"}})
    server.worker.run_due()
    assert len(other_sink.events) == 1
    assert len(sink.events) == slow_sinks.AT_ONCE
    sink.delay = 0
    for _ in range(3):
        server.clock.advance(seconds=30)
        server.work()
    assert len(sink.events) == 6
    id = server.client.data("GET", "subscriptions")[0]["id"]
    assert {entry["attempts"] for entry in _deliveries(server, id)} == {1}  # waiting for the turn was no attempt


def _let_in(server: Any, scopes: str) -> str:
    """A token of an application that the owner let into the company; the grant is `grant`."""
    application: dict[str, Any] = {"client_id": "app", "secret_hash": "", "owner_id": server.user_id, "name": "App"}
    application |= {"redirect_uris": "", "device": False, "created_at": ""}
    grant: dict[str, Any] = {"id": "grant", "client_id": "app", "user_id": server.user_id, "scopes": scopes}
    grant |= {"company_id": server.company_id, "flow": "code", "state": "active", "code_hash": "", "expires_at": 0}
    with server.installation.database.write() as session:
        session.run(schema.applications.insert().values(**application))
        session.run(schema.grants.insert().values(**grant, created_at=""))
        issued = issue(
            session,
            grant_id="grant",
            client_id="app",
            user_id=server.user_id,
            company_id=server.company_id,
            scopes=scopes,
            now=server.clock(),
        )
    return str(issued["access_token"])


def test_an_application_that_was_put_out_hears_nothing_more(server: Any, sink: Sink) -> None:
    owner = server.client
    server.client = owner.using(_let_in(server, "entity.clients:r taxes:r"))
    id = server.subscribe(sink, "entities.clients.create")
    server.client = owner
    server.new_client()
    server.work()
    assert len(sink.events) == 1
    with server.installation.database.write() as session:
        session.run(schema.grants.update().values(state="revoked"))
    server.new_client()
    server.work()
    assert len(sink.events) == 1
    assert _deliveries(server, id)[0]["error"] == "the application may not read this any more"


def test_applications_do_not_see_each_others_subscriptions(server: Any, sink: Sink) -> None:
    id = server.subscribe(sink, "entities.clients.create")
    application = server.client.using(_let_in(server, "entity.clients:r"))
    assert application.data("GET", "subscriptions") == []
    assert application.get(f"subscriptions/{id}").status_code == 404
    assert application.delete(f"subscriptions/{id}").status_code == 404
    body = {"sink": sink.address, "types": [f"{PREFIX}entities.clients.create"]}
    made = application.post("subscriptions", json={"data": body}).json()
    assert made["warnings"] == []  # the same type is free for another application
    assert len(server.client.data("GET", "subscriptions")) == 2


@pytest.mark.parametrize(
    ("path", "body", "type"),
    [
        (
            "archive",
            {"date": "2026-03-01", "category": "Contratti", "description": "Affitto"},
            "archive_documents.create",
        ),
        ("products", {"name": "Vite"}, "products.create"),
        ("entities/suppliers", {"name": "Bianchi"}, "entities.suppliers.create"),
        ("issued_documents", {"type": "quote", "entity": {"name": "A"}}, "issued_documents.quotes.create"),
    ],
)
def test_every_family_can_be_told_in_full(server: Any, sink: Sink, path: str, body: dict[str, Any], type: str) -> None:
    server.subscribe(sink, type, config={"payload": "full"})
    id = server.client.data("POST", path, json={"data": body})["id"]
    server.work()
    (event,) = sink.events
    assert [resource["id"] for resource in event.json["data"]["resources"]] == [id]


# the log, replay and test


def test_a_delivery_can_be_replayed_under_its_id(server: Any, sink: Sink) -> None:
    id = server.subscribe(sink, "entities.clients.create")
    server.new_client()
    server.work()
    entry = _deliveries(server, id)[0]
    again = server.client.data("POST", f"subscriptions/{id}/deliveries/{entry['id']}/replay")
    assert again["state"] == "waiting"
    server.work()
    first, second = sink.events
    assert first.headers["ce-id"] == second.headers["ce-id"] == entry["event_id"]
    assert first.headers["ce-time"] == second.headers["ce-time"]
    assert first.body == second.body
    assert [one["state"] for one in _deliveries(server, id)[:2]] == ["delivered", "delivered"]


def test_a_test_event_can_be_sent(server: Any, sink: Sink) -> None:
    id = server.subscribe(sink, "entities.clients.create")
    server.client.data("POST", f"subscriptions/{id}/test")
    body = {"data": {"type": f"{PREFIX}entities.clients.create", "ids": [7]}}
    server.client.data("POST", f"subscriptions/{id}/test", json=body)
    server.work()
    told = {event.headers["ce-type"]: event.json["data"]["ids"] for event in sink.events}
    assert told == {f"{PREFIX}subscriptions.test": [], f"{PREFIX}entities.clients.create": [7]}


def test_the_log_is_shortened_to_the_days_that_are_kept(server: Any, sink: Sink) -> None:
    id = server.subscribe(sink, "entities.clients.create")
    assert len(_deliveries(server, id)) == 2
    server.clock.now = dt.datetime.now(dt.UTC) + dt.timedelta(days=29)  # entries are dated by their job's id
    _clean(server)
    assert len(_deliveries(server, id)) == 2
    server.clock.advance(days=2)
    _clean(server)
    assert _deliveries(server, id) == []


def _clean(server: Any) -> None:
    for future in server.worker.run_periodic():
        future.result()
