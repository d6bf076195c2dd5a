"""The channel that is a person: files handed in elsewhere, and the notices of the SdI uploaded."""

import io
import time
import zipfile
from typing import Any

import pytest

from mastro import fatturapa
from mastro.fatturapa import simulation
from mastro.fatturapa.notices import Notice, NoticeType
from pec_mail import WHEN
from resources.issued_documents import create
from support import CheckAccess, Client, MakeCompany, MakeToken

SEAT = {
    "address_street": "Via Roma 1",
    "address_postal_code": "20100",
    "address_city": "Milano",
    "address_province": "MI",
}
CUSTOMER = SEAT | {
    "name": "Bianchi S.p.A.",
    "vat_number": "01234567897",
    "tax_code": "01234567897",
    "country": "Italia",
    "ei_code": "ABC1234",
}
OFFICE = CUSTOMER | {"name": "Comune di Roma", "type": "pa", "ei_code": "UFABCD"}

SDI_ID = "123456789012"

Files = dict[str, bytes]


@pytest.fixture
def company_id(make_company: MakeCompany) -> int:
    return make_company(name="Rossi S.r.l.", **SEAT)


def path(document: dict[str, Any], verb: str) -> str:
    return f"issued_documents/{document['id']}/e_invoice/{verb}"


def prepare(client: Client, entity: dict[str, Any] | None = None) -> dict[str, Any]:
    """An invoice whose file waits for a person."""
    ei_data = {"payment_method": "MP05"}
    document = create(client, entity=entity or CUSTOMER, e_invoice=True, ei_data=ei_data)
    send(client, document)
    return document


def send(client: Client, document: dict[str, Any]) -> None:
    client.data("POST", path(document, "send"), json={"data": {}})
    deadline = time.monotonic() + 20
    while status(client, document) != "pending":
        assert time.monotonic() < deadline
        time.sleep(0.03)


def status(client: Client, document: dict[str, Any]) -> str:
    return str(client.data("GET", f"issued_documents/{document['id']}")["ei_status"])


def hand_in(client: Client, document: dict[str, Any], **data: str) -> Any:
    return client.post(path(document, "handed_in"), json={"data": data})


def notice(
    client: Client, document: dict[str, Any], type: NoticeType, outcome: Any = "delivered", code: str = ""
) -> tuple[str, bytes]:
    """What the SdI says of the file that was handed in."""
    answer = client.get(path(document, "xml"))
    name = answer.headers["content-disposition"].partition('filename="')[2].rstrip('"')
    sent = simulation.Sent(name, answer.content, SDI_ID, WHEN)
    return simulation.message(sent, simulation.Order(outcome, code), type, WHEN)


def upload(client: Client, files: Files | list[tuple[str, bytes]], where: str) -> Any:
    named = files.items() if isinstance(files, dict) else files
    return client.post(where, files=[("attachment", (name, content)) for name, content in named])


def types(client: Client, document: dict[str, Any]) -> list[str]:
    return [each["type"] for each in client.data("GET", path(document, "notices"))]


def archive(files: Files) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return held.getvalue()


# handing in


def test_who_may_hand_in_and_upload(client: Client, check_access: CheckAccess) -> None:
    document = prepare(client)
    needs = "issued_documents.invoices:a"
    check_access("POST", path(document, "handed_in"), needs=needs, json={"data": {}})
    files = {"attachment": ("a.xml", b"x")}
    check_access("POST", path(document, "notices"), needs=needs, files=files)
    check_access("POST", path(document, "signed"), needs=needs, files=files)
    check_access("POST", path(document, "withdraw"), needs=needs)
    check_access("POST", "issued_documents/e_invoice/notices", needs=needs, files=files)


def test_a_file_that_was_handed_in_is_sent_and_said_twice_it_stays_so(client: Client) -> None:
    document = prepare(client)
    for body in ({"json": {"data": {}}}, {}, {"json": {"data": {"sdi_id": SDI_ID}}}):
        answer = client.post(path(document, "handed_in"), **body)  # type: ignore[arg-type]
        assert answer.status_code == 200, answer.text
        assert answer.json()["data"]["ei_status"] == "sent"
    assert status(client, document) == "sent"
    assert client.data("GET", f"issued_documents/{document['id']}")["locked"] is True


def test_what_was_not_prepared_cannot_have_been_handed_in(client: Client) -> None:
    document = create(client, entity=CUSTOMER, e_invoice=True, ei_data={"payment_method": "MP05"})
    answer = hand_in(client, document)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "NOT_SENT")


def test_what_another_channel_carries_is_not_handed_in_by_a_person(client: Client) -> None:
    client.data("PUT", "test_mode", json={"data": {"enabled": True}})
    document = create(
        client, entity=CUSTOMER | {"ei_code": "ZZ00000"}, e_invoice=True, ei_data={"payment_method": "MP05"}
    )
    client.data("POST", path(document, "send"), json={"data": {}})
    answer = hand_in(client, document)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "OTHER_CHANNEL")


def test_what_the_sdi_has_answered_is_not_handed_in_again(client: Client) -> None:
    document = prepare(client)
    upload(client, dict([notice(client, document, "RC")]), path(document, "notices"))
    answer = hand_in(client, document)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "SDI_HAS_ANSWERED")
    assert status(client, document) == "accepted"


@pytest.mark.parametrize("sdi_id", ["x" * 37, "12 34", "<a>", "è"])
def test_an_identifier_that_can_be_none_is_refused(client: Client, sdi_id: str) -> None:
    document = prepare(client)
    answer = hand_in(client, document, sdi_id=sdi_id)
    assert list(answer.json()["error"]["validation_result"]) == ["data.sdi_id"]
    assert status(client, document) == "pending"


def test_a_file_that_nobody_has_handed_in_is_taken_back_and_the_next_has_another_name(client: Client) -> None:
    document = prepare(client)
    before = client.get(path(document, "xml")).headers["content-disposition"]
    answer = client.data("POST", path(document, "withdraw"))
    assert answer["ei_status"] == "not_sent"
    assert client.data("GET", f"issued_documents/{document['id']}")["locked"] is False
    again = client.post(path(document, "withdraw"))
    assert (again.status_code, again.json()["error"]["code"]) == (409, "NOT_WAITING")

    send(client, document)
    assert client.get(path(document, "xml")).headers["content-disposition"] != before


def test_another_identifier_than_before_is_refused_unless_it_replaces_the_wrong_one(client: Client) -> None:
    document = prepare(client)
    hand_in(client, document, sdi_id="999999999999")
    for data in ({}, {"replaces": "111111111111"}):
        answer = hand_in(client, document, sdi_id=SDI_ID, **data)
        error, extra = answer.json()["error"], answer.json()["extra"]
        assert (answer.status_code, error["code"], extra) == (409, "OTHER_SDI_ID", {"sdi_id": "999999999999"})
        assert "data.replaces" in error["message"]
    assert hand_in(client, document, sdi_id=SDI_ID, replaces="999999999999").status_code == 200
    assert upload(client, dict([notice(client, document, "RC")]), path(document, "notices")).status_code == 200


def test_what_was_taken_back_is_not_handed_in_and_the_words_say_so(client: Client) -> None:
    document = prepare(client)
    client.data("POST", path(document, "withdraw"))
    answer = hand_in(client, document)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "WITHDRAWN")
    assert "ritirato" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("entity", "type", "outcome", "becomes"),
    [
        (CUSTOMER, "RC", "delivered", "accepted"),
        (CUSTOMER, "MC", "not_delivered", "not_delivered"),
        (CUSTOMER, "NS", "discarded", "discarded"),
        (OFFICE, "RC", "delivered", "sent"),
        (OFFICE, "NE", "refused", "rejected"),
    ],
)
def test_the_sdis_word_about_a_file_that_was_taken_back_counts_and_the_reason_says_so(
    client: Client, entity: dict[str, Any], type: NoticeType, outcome: str, becomes: str
) -> None:
    locked = becomes not in {"discarded", "rejected"}
    document = prepare(client, entity)
    file = dict([notice(client, document, type, outcome)])
    client.data("POST", path(document, "withdraw"))
    (line,) = upload(client, file, path(document, "notices")).json()["data"]
    assert (line["status"], line["ei_status"]) == ("taken", becomes)
    found = client.data("GET", f"issued_documents/{document['id']}")
    assert (found["ei_status"], found["locked"]) == (becomes, locked)
    reason = client.data("GET", path(document, "error_reason"))["reason"]
    assert reason.startswith("Il file era stato ritirato")
    assert "modificato" not in reason
    assert client.post(path(document, "send"), json={"data": {}}).status_code == (409 if locked else 200)


def test_a_document_that_was_changed_after_its_file_was_taken_back_says_that_the_file_counts(client: Client) -> None:
    document = prepare(client)
    file = dict([notice(client, document, "RC")])
    there = client.get(path(document, "xml")).content
    client.data("POST", path(document, "withdraw"))
    client.data("PUT", f"issued_documents/{document['id']}", json={"data": {"visible_subject": "Un altro oggetto"}})
    upload(client, file, path(document, "notices"))
    assert status(client, document) == "accepted"
    assert "modificato dopo" in client.data("GET", path(document, "error_reason"))["reason"]
    assert client.get(path(document, "xml")).content == there


def test_who_is_about_to_hand_in_a_second_file_is_told_that_the_sdi_has_the_first_which_then_counts(
    client: Client,
) -> None:
    document = prepare(client)
    there = client.get(path(document, "xml")).content
    file = dict([notice(client, document, "RC")])
    client.data("POST", path(document, "withdraw"))
    send(client, document)
    upload(client, file, path(document, "notices"))
    assert status(client, document) == "pending"
    told = client.data("GET", path(document, "error_reason"))
    assert "Lo SdI ha già il file" in told["reason"]
    assert "Non consegnare" in told["solution"]
    assert client.data("POST", path(document, "withdraw"))["ei_status"] == "accepted"
    assert client.data("GET", f"issued_documents/{document['id']}")["locked"] is True
    assert client.get(path(document, "xml")).content == there
    (listed,) = client.data("GET", "e_invoices")
    assert [each["type"] for each in listed["notices"]] == ["RC"]


def test_of_several_files_that_were_taken_back_the_one_counts_that_the_sdi_has(client: Client) -> None:
    document = prepare(client)
    there = client.get(path(document, "xml")).content
    file = dict([notice(client, document, "MC", "not_delivered")])
    client.data("POST", path(document, "withdraw"))
    send(client, document)
    client.data("POST", path(document, "withdraw"))
    upload(client, file, path(document, "notices"))
    assert status(client, document) == "not_delivered"
    assert client.get(path(document, "xml")).content == there


@pytest.mark.parametrize("what", ["handed in", "answered"])
def test_what_somebody_else_has_is_not_taken_back(client: Client, what: str) -> None:
    document = prepare(client)
    if what == "handed in":
        hand_in(client, document)
    else:
        upload(client, dict([notice(client, document, "RC")]), path(document, "notices"))
    answer = client.post(path(document, "withdraw"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "NOT_WAITING")


# notices


def test_a_notice_that_is_uploaded_moves_the_document_and_a_second_time_nothing(client: Client) -> None:
    document = prepare(client)
    hand_in(client, document)
    file = dict([notice(client, document, "RC")])
    lines = [upload(client, file, path(document, "notices")).json()["data"] for _ in range(2)]
    name = next(iter(file))
    line = {"file_name": name, "type": "RC", "document_id": document["id"], "ei_status": "accepted", "reason": ""}
    assert lines == [[line | {"status": "taken"}], [line | {"status": "known"}]]
    assert types(client, document) == ["RC"]
    assert client.get(path(document, f"notices/{name}")).content == file[name]


def test_a_rejection_unlocks_the_document_also_where_nobody_said_that_it_was_handed_in(client: Client) -> None:
    document = prepare(client)
    upload(client, dict([notice(client, document, "NS", "discarded", "00311")]), path(document, "notices"))
    assert status(client, document) == "discarded"
    assert client.data("GET", path(document, "error_reason"))["code"] == "00311"


def test_several_notices_come_in_one_form_or_in_an_archive_in_any_order(client: Client) -> None:
    ways = []
    for documents in ([prepare(client, OFFICE) for _ in range(2)] for _ in range(2)):
        delivered = [notice(client, document, "RC") for document in documents]
        answered = [notice(client, document, "NE", "accepted") for document in documents]
        ways.append((documents, [*answered, *delivered]))
    (first, in_form), (second, packed) = ways
    where = "issued_documents/e_invoice/notices"
    for answer in (upload(client, in_form, where), upload(client, {"tutte.zip": archive(dict(packed))}, where)):
        assert [line["status"] for line in answer.json()["data"]] == ["taken"] * 4
    for document in (*first, *second):
        assert (status(client, document), sorted(types(client, document))) == ("accepted", ["NE", "RC"])


def test_an_attestation_is_an_archive_that_stays_one(client: Client) -> None:
    document = prepare(client, OFFICE)
    name, content = notice(client, document, "AT", "not_delivered")
    (line,) = upload(client, {name: content}, path(document, "notices")).json()["data"]
    assert (line["type"], line["status"], line["ei_status"]) == ("AT", "taken", "not_delivered")
    assert client.get(path(document, f"notices/{name}")).content == content


def test_a_file_that_was_signed_by_hand_is_known_by_its_name_before(client: Client) -> None:
    document = prepare(client, OFFICE)
    name, content = notice(client, document, "RC")
    signed = content.replace(b".xml</NomeFile>", b".xml.p7m</NomeFile>")
    assert signed != content
    assert upload(client, {name: signed}, "issued_documents/e_invoice/notices").status_code == 200
    assert status(client, document) == "sent"


def test_without_the_files_name_the_identifier_tells_and_any_name_will_do(client: Client) -> None:
    document = prepare(client)
    hand_in(client, document, sdi_id=SDI_ID)
    _, content = notice(client, document, "RC")
    name = content.partition(b"<NomeFile>")[2].partition(b"</NomeFile>")[0]
    other = content.replace(name, b"altro.xml")
    (line,) = upload(client, {"ricevuta (1).xml": other}, "issued_documents/e_invoice/notices").json()["data"]
    assert (line["status"], line["document_id"]) == ("taken", document["id"])
    (kept,) = client.data("GET", path(document, "notices"))
    assert kept["file_name"] == f"{name.decode()[:-4]}_RC_001.xml"
    assert client.get(path(document, f"notices/{kept['file_name']}")).content == other


# what is refused


def test_a_notice_about_another_document_is_refused_there_and_taken_where_it_belongs(client: Client) -> None:
    document, other = prepare(client), prepare(client)
    file = dict([notice(client, document, "RC")])
    answer = upload(client, file, path(other, "notices"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "WRONG_NOTICE")
    assert "non è di questo documento" in answer.json()["error"]["validation_result"]["attachment"][0]
    assert (status(client, document), status(client, other)) == ("pending", "pending")


def test_what_is_right_is_taken_beside_what_is_wrong_and_each_is_told(client: Client) -> None:
    document = prepare(client)
    tree = {"IdentificativoSdI": "1", "NomeFile": "x.xml", "CodiceDestinatario": "ABC1234", "Formato": "FPR12"}
    metadata = fatturapa.write_notice(Notice("MT", "private", tree | {"TentativiInvio": "1", "MessageId": "1"}))
    files = [notice(client, document, "RC"), ("a.xml", b"<a/>"), ("b_MT_001.xml", metadata), ("c.pdf", b"%PDF")]
    lines = upload(client, files, path(document, "notices")).json()["data"]
    assert [line["status"] for line in lines] == ["taken", "refused", "refused", "refused"]
    assert all(line["reason"] for line in lines[1:])
    assert status(client, document) == "accepted"


def test_a_notice_with_another_identifier_is_refused(client: Client) -> None:
    document = prepare(client)
    hand_in(client, document, sdi_id="999999999999")
    answer = upload(client, dict([notice(client, document, "RC")]), path(document, "notices"))
    assert answer.status_code == 422
    assert SDI_ID in answer.text
    hand_in(client, document, sdi_id=SDI_ID, replaces="999999999999")
    assert upload(client, dict([notice(client, document, "RC")]), path(document, "notices")).status_code == 200


@pytest.mark.parametrize(
    "request_",
    [
        {"content": b"x"},
        {"files": {}},
        {"files": {"attachment": ("a.xml", b"")}},
        {"data": {"attachment": "no file"}, "files": {"x": ("", b"")}},
        {"files": {"attachment": ("a.zip", b"PK\x03\x04broken")}},
        {"files": {"attachment": ("a.zip", archive({}))}},
        {"files": {"attachment": ("a.zip", archive({"b.zip": archive({"c.xml": b"<a/>"})}))}},
        {"files": {"attachment": ("a.xml", b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>')}},
    ],
)
def test_what_can_be_no_upload_is_refused(client: Client, request_: dict[str, Any]) -> None:
    for where in (path(prepare(client), "notices"), "issued_documents/e_invoice/notices"):
        answer = client.post(where, **request_)
        assert answer.status_code == 422, answer.text


def test_a_company_sees_only_its_own_files(client: Client, make_company: MakeCompany, make_token: MakeToken) -> None:
    document = prepare(client)
    file = dict([notice(client, document, "RC")])
    other = make_company(**SEAT)
    stranger = Client(client.http, other, make_token(company_id=other))
    answer = upload(stranger, file, "issued_documents/e_invoice/notices")
    assert answer.status_code == 422
    assert "non è partito da qui" in str(answer.json())
    assert status(client, document) == "pending"


def test_a_token_that_may_not_write_the_document_cannot_move_it(client: Client, make_token: MakeToken) -> None:
    document = create(client, "credit_note", entity=CUSTOMER, e_invoice=True, ei_data={"payment_method": "MP05"})
    send(client, document)
    file = dict([notice(client, document, "RC")])
    only = client.using(make_token(scopes=["issued_documents.invoices:a"]))
    answer = upload(only, file, "issued_documents/e_invoice/notices")
    assert answer.status_code == 422
    assert "issued_documents.credit_notes:a" in answer.text
    assert status(client, document) == "pending"
