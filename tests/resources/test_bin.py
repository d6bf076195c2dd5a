from typing import Any

import fattureincloud_python_sdk as vendor
import pytest

from mastro.api.call import Installation
from mastro.resources import attachments
from resources.events import events_of
from support import CheckAccess, Client, Clock, MakeToken, Sdk

ISSUED, RECEIVED = "issued_documents", "received_documents"
KINDS = [ISSUED, RECEIVED]
FAMILIES = {ISSUED: "issued_documents.invoices", RECEIVED: "received_documents"}
PDF = b"%PDF-1.7"


def create(client: Client, kind: str, **body: Any) -> Any:
    facts: dict[str, Any] = {"entity": {"name": "Bianchi S.p.A."}}
    if kind == ISSUED:
        facts |= {"type": "invoice", "items_list": [{"name": "Consulenza", "net_price": 100}]}
    else:
        facts |= {"amount_net": 100, "category": "Viaggi"}
    return client.data("POST", kind, json={"data": {**facts, **body}, "options": {"fix_payments": True}})


def delete(client: Client, kind: str, id: int) -> None:
    answer = client.delete(f"{kind}/{id}")
    assert answer.status_code == 200, answer.text


def upload(client: Client, kind: str) -> str:
    answer = client.data("POST", f"{kind}/attachment", files={"attachment": ("a.pdf", PDF)})
    token: str = answer["attachment_token"]
    return token


def without_links(document: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if not key.endswith("url")}


@pytest.mark.parametrize("kind", KINDS)
def test_access_to_the_bin(client: Client, check_access: CheckAccess, kind: str) -> None:
    id = create(client, kind)["id"]
    delete(client, kind, id)
    needs = FAMILIES[kind]
    check_access("GET", f"bin/{kind}/{id}", needs=f"{needs}:r")
    check_access("POST", f"bin/{kind}/{id}/recover", needs=f"{needs}:a")
    check_access("DELETE", f"bin/{kind}/{id}", needs=f"{needs}:a")


@pytest.mark.parametrize("kind", KINDS)
def test_the_list_shows_what_the_token_may_read(client: Client, make_token: MakeToken, kind: str) -> None:
    other = "quote" if kind == ISSUED else "passive_delivery_note"
    mine, hidden = create(client, kind), create(client, kind, type=other)
    for one in (mine, hidden):
        delete(client, kind, one["id"])
    assert client.using("").get(f"bin/{kind}").status_code == 401
    assert client.using(make_token(scopes=["settings:a"])).get(f"bin/{kind}").status_code == 403
    reader = client.using(make_token(scopes=[f"{FAMILIES[kind]}:r"]))
    assert [one["id"] for one in reader.data("GET", f"bin/{kind}")] == [mine["id"]]
    assert {one["id"] for one in client.data("GET", f"bin/{kind}")} == {mine["id"], hidden["id"]}


def test_the_vendors_client_lists_reads_recovers_and_deletes_issued_documents(sdk: Sdk, client: Client) -> None:
    api, company_id = vendor.IssuedDocumentsApi(sdk()), client.company_id
    id = create(client, ISSUED)["id"]
    api.delete_issued_document(company_id, id)
    assert [one.id for one in api.list_bin_issued_documents(company_id).data] == [id]
    assert api.get_bin_issued_document(company_id, id).data.entity.name == "Bianchi S.p.A."
    api.recover_bin_issued_document(company_id, id)
    assert api.get_issued_document(company_id, id).data.number == 1
    api.delete_issued_document(company_id, id)
    api.delete_bin_issued_document(company_id, id)
    assert api.list_bin_issued_documents(company_id).data == []


def test_the_vendors_client_lists_reads_recovers_and_deletes_received_documents(sdk: Sdk, client: Client) -> None:
    api, company_id = vendor.ReceivedDocumentsApi(sdk()), client.company_id
    id = create(client, RECEIVED)["id"]
    api.delete_received_document(company_id, id)
    assert [one.id for one in api.list_bin_received_documents(company_id).data] == [id]
    assert api.get_bin_received_document(company_id, id).data.amount_net == 100
    api.recover_bin_received_document(company_id, id)
    assert api.get_received_document(company_id, id).data.amount_net == 100
    api.delete_received_document(company_id, id)
    api.delete_bin_received_document(company_id, id)
    assert api.list_bin_received_documents(company_id).data == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_recovered_document_is_the_same_as_before(client: Client, kind: str) -> None:
    before = create(client, kind, attachment_token=upload(client, kind))
    delete(client, kind, before["id"])
    assert client.get(f"{kind}/{before['id']}").status_code == 404
    assert without_links(client.data("GET", f"bin/{kind}/{before['id']}")) == without_links(before)
    recovered = client.data("POST", f"bin/{kind}/{before['id']}/recover")
    assert recovered == before == client.data("GET", f"{kind}/{before['id']}")
    assert client.get(kind, params={"type": before["type"]}).json()["total"] == 1
    assert client.data("GET", f"bin/{kind}") == []
    assert client.post(f"bin/{kind}/{before['id']}/recover").status_code == 404


def test_a_recovered_document_counts_and_is_found_again(client: Client) -> None:
    id = create(client, RECEIVED)["id"]
    delete(client, RECEIVED, id)
    assert client.data("GET", "info/received_document_categories") == []
    client.data("POST", f"bin/{RECEIVED}/{id}/recover")
    assert client.data("GET", "info/received_document_categories") == ["Viaggi"]
    assert client.get(RECEIVED, params={"type": "expense", "page": 2}).json()["total"] == 1
    assert len(client.data("GET", RECEIVED, params={"q": "amount_gross = 100"})) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_ids_are_not_given_again(client: Client, kind: str) -> None:
    id = create(client, kind)["id"]
    delete(client, kind, id)
    assert create(client, kind)["id"] > id


def test_a_number_that_is_taken_meanwhile_keeps_the_document_in_the_bin(client: Client) -> None:
    first = create(client, ISSUED)
    delete(client, ISSUED, first["id"])
    second = create(client, ISSUED)
    assert second["number"] == first["number"]
    answer = client.post(f"bin/{ISSUED}/{first['id']}/recover")
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "NUMBER_TAKEN"
    assert [one["id"] for one in client.data("GET", f"bin/{ISSUED}")] == [first["id"]]
    delete(client, ISSUED, second["id"])
    assert client.data("POST", f"bin/{ISSUED}/{first['id']}/recover")["number"] == first["number"]


def test_the_number_of_an_attached_delivery_note_can_be_taken_too(client: Client) -> None:
    invoice = create(client, ISSUED, delivery_note=True)
    assert invoice["dn_number"] == 1
    delete(client, ISSUED, invoice["id"])
    note = create(client, ISSUED, type="delivery_note")
    assert note["number"] == 1
    assert client.post(f"bin/{ISSUED}/{invoice['id']}/recover").status_code == 409
    delete(client, ISSUED, note["id"])
    client.data("POST", f"bin/{ISSUED}/{invoice['id']}/recover")
    assert client.post(f"bin/{ISSUED}/{note['id']}/recover").status_code == 409


def test_the_same_number_of_another_series_is_free(client: Client) -> None:
    invoice = create(client, ISSUED)
    delete(client, ISSUED, invoice["id"])
    create(client, ISSUED, numeration="/A")
    create(client, ISSUED, type="quote")
    create(client, ISSUED, date="2025-12-01")
    assert client.data("POST", f"bin/{ISSUED}/{invoice['id']}/recover")["number"] == 1


@pytest.mark.parametrize("kind", KINDS)
def test_deleting_for_good_gives_the_attachment_up(
    client: Client, installation: Installation, clock: Clock, kind: str
) -> None:
    document = create(client, kind, attachment_token=upload(client, kind))
    delete(client, kind, document["id"])
    address = client.data("GET", f"bin/{kind}/{document['id']}")["attachment_url"]
    path = address[address.index("/attachment/") :]
    clock.advance(days=3)
    attachments.expire_uploads(installation)
    assert client.using("").get(path).content == PDF  # what is in the bin keeps its file
    assert client.delete(f"bin/{kind}/{document['id']}").status_code == 200
    assert client.get(f"bin/{kind}/{document['id']}").status_code == 404
    clock.advance(days=3)
    attachments.expire_uploads(installation)
    assert client.using("").get(path).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_every_change_is_an_event(client: Client, installation: Installation, kind: str) -> None:
    id = create(client, kind)["id"]
    delete(client, kind, id)
    client.post(f"bin/{kind}/{id}/recover")
    delete(client, kind, id)
    client.delete(f"bin/{kind}/{id}")
    prefix = FAMILIES[kind]
    assert [event for event, _ in events_of(installation, client.company_id)] == [
        f"{prefix}.{verb}" for verb in ("create", "delete", "create", "delete", "purge")
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_there_is_no_such_document(client: Client, kind: str) -> None:
    assert client.get(f"bin/{kind}/1").status_code == 404
    assert client.delete(f"bin/{kind}/1").status_code == 404
    assert client.post(f"bin/{kind}/1/recover").status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_the_list_has_pages_where_they_are_asked_for(client: Client, clock: Clock, kind: str) -> None:
    ids = [create(client, kind)["id"] for _ in range(5)]
    for id in ids:
        delete(client, kind, id)
        clock.advance(seconds=1)
    whole = client.get(f"bin/{kind}").json()
    assert [one["id"] for one in whole["data"]] == ids[::-1]
    assert (whole["total"], whole["last_page"], whole["per_page"]) == (5, 1, 5)
    second = client.get(f"bin/{kind}", params={"page": 2, "per_page": 2}).json()
    assert [one["id"] for one in second["data"]] == ids[::-1][2:4]
    assert (second["total"], second["last_page"], second["current_page"]) == (5, 3, 2)
    assert second["next_page_url"].endswith("page=3")
    assert client.get(f"bin/{kind}", params={"per_page": 101}).status_code == 422
    assert client.get(f"bin/{kind}", params={"page": 9}).json()["data"] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_list_is_searched_as_everything_is(client: Client, make_token: MakeToken, kind: str) -> None:
    other = "quote" if kind == ISSUED else "passive_delivery_note"
    mine = create(client, kind, entity={"name": "Società Zèta S.r.l."})
    hidden = create(client, kind, entity={"name": "Zeta fuori vista"}, type=other)
    for one in (mine, hidden, create(client, kind)):
        delete(client, kind, one["id"])

    def found(who: Client, text: str) -> list[int]:
        return [one["id"] for one in who.data("GET", f"bin/{kind}", params={"text": text, "page": 1})]

    assert found(client, "zeta") == [hidden["id"], mine["id"]]
    assert found(client, "zeta societ") == [mine["id"]]
    assert found(client, "zeta rossi") == []
    assert found(client, "%") == found(client, "")
    reader = client.using(make_token(scopes=[f"{FAMILIES[kind]}:r"]))
    assert found(reader, "zeta") == [mine["id"]]
    assert reader.get(f"bin/{kind}", params={"per_page": 1}).json()["total"] == 2
