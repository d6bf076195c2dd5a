"""Subscriptions to events: what a sink may be, what types there are, and who may ask for them."""

import base64
from typing import Any

import fattureincloud_python_sdk as vendor
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from mastro.api.scopes import ALL_SCOPES
from mastro.resources import event_types
from support import CheckAccess, Client, MakeToken, Sdk

PREFIX = "it.fattureincloud.webhooks."
SINK = "https://sink.invalid/hook"


def _body(*types: str, **more: Any) -> dict[str, Any]:
    return {"data": {"sink": SINK, "types": [PREFIX + type for type in types], **more}}


def _create(client: Client, *types: str, **more: Any) -> Any:
    answer = client.post("subscriptions", json=_body(*types, **more))
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_only_a_token_of_the_company_may_subscribe(check_access: CheckAccess) -> None:
    check_access("GET", "subscriptions")


def test_a_subscription_is_answered_as_it_is_stored(client: Client) -> None:
    made = _create(client, "entities.clients.create")
    assert made["warnings"] == []
    assert made["data"] == {
        "id": made["data"]["id"],
        "sink": SINK,
        "verified": False,
        "types": [f"{PREFIX}entities.clients.create"],
        "config": {"mapping": "binary", "payload": "ids"},
        "verification_method": "header",
    }
    assert made["data"]["id"].startswith("SUB")
    assert client.data("GET", f"subscriptions/{made['data']['id']}") == made["data"]
    assert client.data("GET", "subscriptions") == [made["data"]]


def test_a_client_cannot_verify_a_subscription_by_saying_so(client: Client) -> None:
    made = _create(client, "entities.clients.create", id="SUB900", verified=True)["data"]
    assert not made["verified"]
    assert made["id"] != "SUB900"
    changed = client.data("PUT", f"subscriptions/{made['id']}", json={"data": {"verified": True, "id": "SUB900"}})
    assert not changed["verified"]
    assert changed["id"] == made["id"]


@pytest.mark.parametrize(
    ("group", "count"),
    [("entities.all.create", 2), ("issued_documents.all.update", 11), ("issued_documents.all.email_sent", 11)],
)
def test_a_group_is_taken_apart(client: Client, group: str, count: int) -> None:
    types = _create(client, group)["data"]["types"]
    assert len(types) == count
    verb = group.rpartition(".")[2]
    assert all(name.endswith(f".{verb}") and ".all." not in name for name in types)


def test_the_email_group_has_supplier_orders_too(client: Client) -> None:
    types = _create(client, "issued_documents.all.email_sent")["data"]["types"]
    assert f"{PREFIX}issued_documents.supplier_orders.email_sent" in types


@pytest.mark.parametrize("kind", ["self_invoices", "self_own_invoices", "self_supplier_invoices"])
def test_every_name_of_the_self_invoices_is_taken(client: Client, kind: str) -> None:
    assert _create(client, f"issued_documents.{kind}.create")["data"]["types"] == [
        f"{PREFIX}issued_documents.{kind}.create"
    ]


def test_every_type_of_the_vendor_is_taken(client: Client) -> None:
    names = [type.value for type in vendor.EventType]
    made = client.post("subscriptions", json={"data": {"sink": SINK, "types": names}}).json()
    assert made["warnings"] == []
    groups = {PREFIX + group for group in event_types.GROUPS}
    assert set(made["data"]["types"]) == set(names) - groups


def test_unknown_types_are_left_out_with_a_warning(client: Client) -> None:
    made = _create(client, "entities.clients.create", "entities.create")
    assert made["data"]["types"] == [f"{PREFIX}entities.clients.create"]
    assert made["warnings"] == [f"The type {PREFIX}entities.create does not exist: it was left out."]


def test_a_type_without_the_prefix_is_unknown(client: Client) -> None:
    body = {"data": {"sink": SINK, "types": ["entities.clients.create", f"{PREFIX}taxes.create"]}}
    made = client.post("subscriptions", json=body).json()
    assert made["data"]["types"] == [f"{PREFIX}taxes.create"]
    assert len(made["warnings"]) == 1


def test_types_that_are_subscribed_already_are_left_out_with_a_warning(client: Client) -> None:
    _create(client, "entities.clients.create")
    made = _create(client, "entities.all.create", "entities.clients.delete")
    assert made["data"]["types"] == [f"{PREFIX}entities.suppliers.create", f"{PREFIX}entities.clients.delete"]
    assert made["warnings"] == [f"The type {PREFIX}entities.clients.create is subscribed already: it was left out."]


def test_a_subscription_without_any_type_left_is_refused(client: Client) -> None:
    refused = client.post("subscriptions", json=_body("entities.create"))
    assert refused.status_code == 422
    assert refused.json()["error"]["code"] == "NO_TYPES"
    assert client.data("GET", "subscriptions") == []


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"types": ["x"]}, "data.sink"),
        ({"sink": SINK}, "data.types"),
        ({"sink": SINK, "types": []}, "data.types"),
        ({"sink": SINK, "types": ["x"] * 501}, "data.types"),
        ({"sink": SINK, "types": [f"{PREFIX}taxes.create"], "config": {"mapping": "xml"}}, "data.config.mapping"),
        ({"sink": SINK, "types": [f"{PREFIX}taxes.create"], "verification_method": "mail"}, "data.verification_method"),
        ({"sink": "http://sink.invalid/hook", "types": [f"{PREFIX}taxes.create"]}, "data.sink"),
        ({"sink": "https://127.0.0.1/hook", "types": [f"{PREFIX}taxes.create"]}, "data.sink"),
        ({"sink": "https://[::1]/hook", "types": [f"{PREFIX}taxes.create"]}, "data.sink"),
        ({"sink": "no address", "types": [f"{PREFIX}taxes.create"]}, "data.sink"),
    ],
)
def test_what_is_wrong_is_named(client: Client, data: dict[str, Any], key: str) -> None:
    refused = client.post("subscriptions", json={"data": data})
    assert refused.status_code == 422
    assert key in refused.json()["error"]["validation_result"]


# scopes


@pytest.mark.parametrize(
    ("type", "scopes"),
    [
        ("entities.clients.create", ["entity.clients:r"]),
        ("entities.all.create", ["entity.clients:r", "entity.suppliers:r"]),
        ("archive_documents.create", ["archive:r"]),
        ("products.stock_update", ["products:r", "stock:r"]),
        ("issued_documents.self_own_invoices.create", ["issued_documents.self_invoices:r"]),
        (
            "issued_documents.e_invoices.status_update",
            ["issued_documents.invoices:r", "issued_documents.credit_notes:r"],
        ),
    ],
)
def test_a_type_needs_the_read_scopes_of_its_family(
    client: Client, make_token: MakeToken, type: str, scopes: list[str]
) -> None:
    for missing in scopes:
        fewer = [scope for scope in ALL_SCOPES if not scope.startswith(missing[:-1])]
        refused = client.using(make_token(scopes=fewer)).post("subscriptions", json=_body(type))
        assert refused.status_code == 403
        assert missing in refused.json()["error"]["message"]
    assert client.using(make_token(scopes=scopes)).post("subscriptions", json=_body(type)).status_code == 200


def test_a_change_needs_the_scopes_of_all_types_that_remain(client: Client, make_token: MakeToken) -> None:
    id = _create(client, "entities.clients.create", "taxes.create")["data"]["id"]
    weaker = client.using(make_token(scopes=["taxes:r"]))
    change = {"data": {"sink": "https://other.invalid/"}}
    assert weaker.put(f"subscriptions/{id}", json=change).status_code == 403
    assert client.data("GET", f"subscriptions/{id}")["sink"] == SINK


# change and delete


def test_a_change_replaces_only_what_is_sent(client: Client) -> None:
    id = _create(client, "taxes.create", "taxes.delete")["data"]["id"]
    changed = client.put(f"subscriptions/{id}", json={"data": {"config": {"mapping": "structured"}}}).json()
    assert changed["data"]["config"]["mapping"] == "structured"
    assert changed["data"]["types"] == [f"{PREFIX}taxes.create", f"{PREFIX}taxes.delete"]
    assert changed["warnings"] == []
    fewer = client.data("PUT", f"subscriptions/{id}", json={"data": {"types": [f"{PREFIX}taxes.delete"]}})
    assert fewer["types"] == [f"{PREFIX}taxes.delete"]


def test_a_deleted_subscription_is_gone_and_its_types_are_free(client: Client) -> None:
    first = _create(client, "taxes.create")["data"]["id"]
    assert client.delete(f"subscriptions/{first}").json() == {}
    assert client.get(f"subscriptions/{first}").status_code == 404
    second = _create(client, "taxes.create")["data"]
    assert second["types"] == [f"{PREFIX}taxes.create"]
    assert second["id"] != first


@pytest.mark.parametrize("id", ["SUB999", "SUB", "x", "SUB-1", "SUB99999999999999999999", "SUB9999999999999999999"])
def test_what_is_not_there_is_not_found(client: Client, id: str) -> None:
    assert client.get(f"subscriptions/{id}").status_code == 404
    assert client.post(f"subscriptions/{id}/verify", json={"data": {}}).status_code == 404
    assert client.get(f"subscriptions/{id}/deliveries").status_code == 404
    assert client.post(f"subscriptions/{id}/deliveries/DEL1/replay").status_code == 404


def test_companies_do_not_see_each_others_subscriptions(client: Client, make_company: Any, make_token: Any) -> None:
    id = _create(client, "taxes.create")["data"]["id"]
    other = make_company()
    stranger = Client(client.http, other, make_token(company_id=other))
    assert stranger.data("GET", "subscriptions") == []
    assert stranger.get(f"subscriptions/{id}").status_code == 404


def test_nothing_is_sent_to_a_subscription_that_is_not_verified(client: Client) -> None:
    id = _create(client, "taxes.create")["data"]["id"]
    assert client.post(f"subscriptions/{id}/test").json()["error"]["code"] == "NOT_VERIFIED"
    replayed = client.post(f"subscriptions/{id}/deliveries/DEL1/replay")
    assert replayed.json()["error"]["code"] == "NOT_VERIFIED"


def test_a_company_has_at_most_a_hundred_subscriptions(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mastro.resources.subscriptions.MAX_SUBSCRIPTIONS", 1)
    _create(client, "taxes.create")
    refused = client.post("subscriptions", json=_body("taxes.delete"))
    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "TOO_MANY_SUBSCRIPTIONS"


# the key


def test_the_public_key_is_published(client: Client) -> None:
    pem = client.http.get("/webhooks/public_key").content
    key = load_pem_public_key(pem)
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert key.curve.name == "secp256r1"
    assert base64.b64decode(client.http.get("/webhooks/public_key?encoding=base64").content) == pem


# the vendor's client


def test_the_vendors_client_subscribes_reads_changes_and_deletes(sdk: Sdk, company_id: int) -> None:
    api = vendor.WebhooksApi(sdk())
    wanted = vendor.WebhooksSubscription(
        sink=SINK,
        types=[vendor.EventType(f"{PREFIX}receipts.create")],
        config=vendor.WebhooksSubscriptionConfig(mapping="structured"),
    )
    made = api.create_webhooks_subscription(company_id, vendor.CreateWebhooksSubscriptionRequest(data=wanted))
    assert made.data.config.mapping == "structured"
    id = made.data.id
    assert [one.id for one in api.list_webhooks_subscriptions(company_id).data] == [id]
    wanted.sink = "https://other.invalid/"
    changed = api.modify_webhooks_subscription(company_id, id, vendor.ModifyWebhooksSubscriptionRequest(data=wanted))
    assert changed.data.sink == "https://other.invalid/"
    assert api.get_webhooks_subscription(company_id, id).data.sink == "https://other.invalid/"
    api.delete_webhooks_subscription(company_id, id)
    assert api.list_webhooks_subscriptions(company_id).data == []
