"""The electronic invoice on its way: checked, sent, locked, and moved from status to status."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, get_args

import fattureincloud_python_sdk as vendor
import pytest
from sqlalchemy import select, update

from mastro import fatturapa
from mastro.api.call import Installation
from mastro.database.collection import encoder
from mastro.database.schema import companies, events
from mastro.delivery.sdi import Receipt, SdiChannel, SdiRefused, SdiUnavailable
from mastro.fatturapa import Notice, parse_file_name
from mastro.fatturapa.notices import Channel, NoticeType
from mastro.jobs import sdi
from mastro.jobs.worker import DELAYS
from mastro.model.issued_document import EInvoiceStatus
from mastro.resources.company import load_company
from mastro.resources.issued_documents.sending import EDITABLE, TRANSITIONS, WrongTransition, progressive_of, transition
from mastro.resources.issued_documents.table import documents
from mastro.resources.issued_documents.transmissions import Outcome, outcome_of, status_of
from resources.issued_documents import create
from support import CheckAccess, Client, Clock, MakeCompany, OpenCall, Sdk

STATUSES: tuple[EInvoiceStatus, ...] = get_args(EInvoiceStatus)

CUSTOMER = {
    "name": "Bianchi S.p.A.",
    "vat_number": "01234567897",
    "tax_code": "01234567897",
    "address_street": "Via Verdi 2",
    "address_postal_code": "00100",
    "address_city": "Roma",
    "address_province": "RM",
    "country": "Italia",
    "ei_code": "ABC1234",
}


@pytest.fixture
def company_id(make_company: MakeCompany) -> int:
    return make_company(
        name="Rossi S.r.l.",
        address_street="Via Roma 1",
        address_postal_code="20100",
        address_city="Milano",
        address_province="MI",
    )


def invoice(client: Client, **more: Any) -> dict[str, Any]:
    """An invoice that the SdI would take."""
    ei_data = {"payment_method": "MP05"}
    return create(client, **{"entity": CUSTOMER, "e_invoice": True, "ei_data": ei_data, **more})


def path(document: dict[str, Any], verb: str = "send") -> str:
    return f"issued_documents/{document['id']}/e_invoice/{verb}"


def shown(client: Client, document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = client.data("GET", f"issued_documents/{document['id']}")
    return found


def wait(client: Client, document: dict[str, Any], status: str) -> dict[str, Any]:
    """The document once it has a status; the worker needs a moment."""
    deadline = time.monotonic() + 20
    while (found := shown(client, document))["ei_status"] != status:
        assert time.monotonic() < deadline, found["ei_status"]
        time.sleep(0.05)
    return found


def move(open_call: OpenCall, document: dict[str, Any], status: EInvoiceStatus, outcome: Outcome | None = None) -> bool:
    with open_call() as call:
        stored = documents.get(call.session, call.company_id, document["id"])
        assert stored is not None
        return transition(call, stored, status, outcome)


class Twin:
    """Stands for the SdI: takes files, or fails as it is told."""

    name = "twin"

    def __init__(self) -> None:
        self.files: list[tuple[str, bytes]] = []
        self.failures: list[Exception] = []

    def send(self, file_name: str, xml: bytes) -> Receipt:
        if self.failures:
            raise self.failures.pop(0)
        self.files.append((file_name, xml))
        return Receipt(f"sdi-{len(self.files)}", "sent")


@pytest.fixture
def channel(installation: Installation, company_id: int, monkeypatch: pytest.MonkeyPatch) -> Twin:
    """The channel of the test's company."""
    twin = Twin()
    opened: SdiChannel = twin
    monkeypatch.setitem(sdi.CHANNELS, "twin", lambda *_: opened)
    set_channel(installation, company_id, "twin")
    return twin


def set_channel(installation: Installation, company_id: int, name: str) -> None:
    with installation.database.write() as session:
        _, settings = load_company(session, company_id)
        settings.sdi_channel = name
        session.run(update(companies).where(companies.c.id == company_id).values(settings=encoder.encode(settings)))


def updates(installation: Installation, company_id: int) -> list[int]:
    """The documents whose change of status was told, in order."""
    with installation.database.read() as session:
        statement = select(events.c.resource_id).where(
            events.c.company_id == company_id, events.c.type == "issued_documents.e_invoices.status_update"
        )
        return [id for (id,) in session.rows(statement.order_by(events.c.id))]


# sending


def test_who_may_send(client: Client, check_access: CheckAccess) -> None:
    check_access("POST", path(invoice(client)), needs="issued_documents.invoices:a", json={"data": {}})


@pytest.mark.parametrize("body", [{"json": {"data": {}}}, {"json": {}}, {"json": {"data": None}}, {"content": b""}])
def test_an_invoice_is_sent_whatever_of_the_body_is_left_out(client: Client, body: dict[str, Any]) -> None:
    answer = client.data("POST", path(invoice(client)), **body)
    assert answer == {"name": "CARICATO", "date": "2026-03-02 09:30:00"}


def test_a_sent_invoice_is_locked_and_each_change_of_status_is_told(
    client: Client, channel: Twin, installation: Installation, company_id: int
) -> None:
    document = invoice(client)
    assert shown(client, document)["ei_status"] == "not_sent"
    client.data("POST", path(document), json={"data": {}})
    assert wait(client, document, "sent")["locked"] is True
    refused = client.put(f"issued_documents/{document['id']}", json={"data": {"visible_subject": "altro"}})
    assert refused.status_code == 403
    assert client.delete(f"issued_documents/{document['id']}").status_code == 403
    assert updates(installation, company_id) == [document["id"]] * 2  # attempt, sent


def test_the_file_that_is_sent_is_the_one_that_can_be_downloaded(client: Client, channel: Twin) -> None:
    document = invoice(client)
    client.data("POST", path(document), json={"data": {}})
    wait(client, document, "sent")
    ((name, xml),) = channel.files
    answer = client.get(path(document, "xml"))
    assert answer.content == xml
    assert name in answer.headers["content-disposition"]
    assert parse_file_name(name) is not None
    progressive = name.removesuffix(".xml").rpartition("_")[2]
    assert f"<ProgressivoInvio>{progressive}</ProgressivoInvio>".encode() in xml
    assert not [f for f in fatturapa.check(fatturapa.read(xml)) if f.severity == "error"]


def test_by_hand_the_file_waits_for_a_person(client: Client) -> None:
    document = invoice(client)
    client.data("POST", path(document), json={"data": {}})
    assert wait(client, document, "pending")["locked"] is True
    assert client.get(path(document, "xml")).content.startswith(b"<?xml")


def test_what_the_order_names_overrides_the_document(client: Client, channel: Twin) -> None:
    row = {"name": "Consulenza", "net_price": 100, "vat": {"id": 0}}
    document = invoice(client, items_list=[row], withholding_tax=20, withholding_tax_taxable=100, cassa=4)
    order = {"data": {"cassa_type": "TC01", "withholding_tax_causal": "M"}}
    client.data("POST", path(document), json=order)
    found = wait(client, document, "sent")
    assert (found["ei_cassa_type"], found["ei_withholding_tax_causal"]) == ("TC01", "M")
    xml = channel.files[0][1]
    assert b"<TipoCassa>TC01</TipoCassa>" in xml
    assert b"<CausalePagamento>M</CausalePagamento>" in xml


def test_a_dry_run_checks_and_sends_nothing(
    client: Client, channel: Twin, installation: Installation, company_id: int
) -> None:
    document = invoice(client)
    answer = client.data("POST", path(document), json={"data": {}, "options": {"dry_run": True}})
    assert answer == {"name": "VERIFICATO", "date": None}
    assert shown(client, document)["ei_status"] == "not_sent"
    assert not shown(client, document)["locked"]
    assert updates(installation, company_id) == []
    time.sleep(0.3)
    assert channel.files == []


@pytest.mark.parametrize("options", [{}, {"dry_run": True}])
def test_an_invoice_that_the_sdi_would_discard_is_not_sent(client: Client, options: dict[str, bool]) -> None:
    document = invoice(client, entity={"name": "Bianchi S.p.A."})
    answer = client.post(path(document), json={"data": {}, "options": options})
    assert answer.status_code == 422
    assert answer.json() == client.get(path(document, "xml_verify")).json()
    assert answer.json()["error"]["validation_result"]["xml_errors"]
    assert shown(client, document)["ei_status"] == "not_sent"


def test_each_thing_found_names_the_key_to_set_and_the_remedy_in_both_languages(client: Client) -> None:
    document = invoice(client, entity={"name": "Bianchi S.p.A."}, cassa=4)
    answer = client.get(path(document, "xml_verify")).json()
    findings = {finding["key"]: finding for finding in answer["extra"]["findings"]}
    assert set(findings) >= {"ei_cassa_type", "entity.address_street", "entity.vat_number"}
    fund = findings["ei_cassa_type"]
    assert (fund["code"], fund["severity"]) == ("00200", "error")
    assert fund["path"].endswith("DatiCassaPrevidenziale[1]/TipoCassa")
    assert fund["remedy_it"] != fund["remedy_en"]


def test_a_good_invoice_is_told_what_somebody_may_complain_of(client: Client) -> None:
    document = invoice(client, items_list=[{"name": "Corso", "net_price": 250, "vat": {"id": 80}}])
    answer = client.get(path(document, "xml_verify"))
    assert (answer.status_code, answer.json()["data"]) == (200, {"success": True})
    (advice,) = answer.json()["extra"]["findings"]
    assert (advice["code"], advice["severity"], advice["key"]) == ("W-BOLLO", "warning", "stamp_duty")
    assert "extra" not in client.get(path(invoice(client), "xml_verify")).json()


def test_what_is_no_electronic_invoice_cannot_be_sent(client: Client) -> None:
    for document in (create(client), create(client, "quote")):
        answer = client.post(path(document), json={"data": {}})
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "NOT_AN_E_INVOICE")
        assert client.get(path(document, "error_reason")).status_code == 422


@pytest.mark.parametrize(
    "sent",
    [
        {"content": b"[]"},
        {"content": b"{"},
        {"json": {"data": 3}},
        {"json": {"data": {}, "options": {"dry_run": "si"}}},
    ],
)
def test_a_body_that_is_none_is_refused(client: Client, sent: dict[str, Any]) -> None:
    document = invoice(client)
    assert client.post(path(document), **sent).status_code in {400, 422}
    assert shown(client, document)["ei_status"] == "not_sent"


def test_a_company_that_the_sdi_cannot_name_is_told_so(
    client: Client, make_company: MakeCompany, make_token: Callable[..., str]
) -> None:
    other = make_company(vat_number="", tax_code="")
    nameless = Client(client.http, other, make_token(company_id=other))
    answer = nameless.post(path(invoice(nameless)), json={"data": {}})
    assert answer.status_code == 422


def test_a_document_on_its_way_is_not_sent_twice(client: Client, channel: Twin) -> None:
    document = invoice(client)
    client.data("POST", path(document), json={"data": {}})
    for _ in range(2):
        answer = client.post(path(document), json={"data": {}})
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "E_INVOICE_ALREADY_SENT")
        wait(client, document, "sent")
    assert len(channel.files) == 1


def test_of_orders_that_come_together_one_is_taken(client: Client, channel: Twin) -> None:
    document = invoice(client)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: client.post(path(document), json={"data": {}}).status_code, range(4)))
    assert sorted(answers) == [200, 409, 409, 409]
    wait(client, document, "sent")
    assert len(channel.files) == 1


def test_a_discarded_invoice_is_corrected_and_sent_again_under_another_name(
    client: Client, channel: Twin, call: OpenCall
) -> None:
    document = invoice(client)
    client.data("POST", path(document), json={"data": {}})
    wait(client, document, "sent")
    move(call, document, "discarded", Outcome(type="NS", code="00423", reason="prezzo", solution="correggere"))
    assert shown(client, document)["locked"] is False
    client.data("PUT", f"issued_documents/{document['id']}", json={"data": {"visible_subject": "Corretta"}})
    client.data("POST", path(document), json={"data": {}})
    found = wait(client, document, "sent")
    assert found["number"] == document["number"]
    names = [name for name, _ in channel.files]
    assert len(set(names)) == 2
    assert client.get(path(document, "xml")).content == channel.files[1][1]


def test_no_two_files_of_a_company_share_a_name(client: Client, channel: Twin) -> None:
    sent = [invoice(client) for _ in range(3)]
    for document in sent:
        client.data("POST", path(document), json={"data": {}})
    for document in sent:
        wait(client, document, "sent")
    assert len({name for name, _ in channel.files}) == 3


def test_the_end_of_a_file_name_counts_in_digits_and_letters() -> None:
    assert [progressive_of(id) for id in (1, 35, 36, 36**5 - 1)] == ["00001", "0000Z", "00010", "ZZZZZ"]
    with pytest.raises(Exception, match="used up"):
        progressive_of(36**5)


# the channel


def test_a_channel_out_of_reach_is_tried_again(client: Client, channel: Twin, clock: Clock) -> None:
    document = invoice(client)
    channel.failures = [SdiUnavailable("no route")]
    client.data("POST", path(document), json={"data": {}})
    deadline = time.monotonic() + 10
    while channel.failures:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert shown(client, document)["ei_status"] == "attempt"
    clock.advance(seconds=DELAYS[0] + 1)
    wait(client, document, "sent")
    assert len(channel.files) == 1


def test_a_channel_that_stays_out_of_reach_ends_in_an_error_that_says_so(
    client: Client, channel: Twin, clock: Clock
) -> None:
    document = invoice(client)
    channel.failures = [SdiUnavailable("no route")] * (len(DELAYS) + 1)
    client.data("POST", path(document), json={"data": {}})
    deadline = time.monotonic() + 40
    while (found := shown(client, document))["ei_status"] == "attempt":
        assert time.monotonic() < deadline
        clock.advance(seconds=max(DELAYS) + 1)
        time.sleep(0.2)
    assert found["ei_status"] == "error"
    assert found["locked"] is False
    reason = client.data("GET", path(document, "error_reason"))
    assert reason["reason"] == "no route"
    assert reason["solution"]


def test_a_channel_that_refuses_a_file_gives_its_reason(client: Client, channel: Twin) -> None:
    document = invoice(client)
    channel.failures = [SdiRefused("firma non valida", code="00102", solution="firmare di nuovo")]
    client.data("POST", path(document), json={"data": {}})
    assert wait(client, document, "error")["locked"] is False
    assert client.data("GET", path(document, "error_reason")) == {
        "reason": "firma non valida",
        "ei_status": "error",
        "solution": "firmare di nuovo",
        "code": "00102",
        "date": "2026-03-02 09:30:00",
    }
    client.data("POST", path(document), json={"data": {}})
    wait(client, document, "sent")


def test_a_channel_that_there_is_not_ends_in_an_error(
    client: Client, installation: Installation, company_id: int
) -> None:
    set_channel(installation, company_id, "piccione")
    document = invoice(client)
    client.data("POST", path(document), json={"data": {}})
    wait(client, document, "error")
    assert "piccione" in client.data("GET", path(document, "error_reason"))["reason"]


# statuses


def test_every_status_has_its_followers_and_none_is_a_dead_end_for_the_issuer() -> None:
    assert set(TRANSITIONS) == set(STATUSES)
    assert set().union(*TRANSITIONS.values()) == set(STATUSES) - {"missing"}
    assert all(now not in following for now, following in TRANSITIONS.items())
    for status in EDITABLE:
        assert "attempt" in TRANSITIONS[status]
    for status in set(STATUSES) - EDITABLE:
        assert "attempt" not in TRANSITIONS[status]


@pytest.mark.parametrize(
    "way",
    [
        ("attempt", "pending", "sent", "processing", "accepted"),
        ("attempt", "sent", "not_delivered", "sent", "rejected"),
        ("attempt", "processing", "no_response", "manual_accepted"),
        ("attempt", "error"),
        ("attempt", "pending", "discarded"),
    ],
)
def test_a_document_goes_its_way_and_is_locked_while_the_sdi_has_it(
    client: Client, call: OpenCall, installation: Installation, company_id: int, way: tuple[EInvoiceStatus, ...]
) -> None:
    document = invoice(client)
    for status in way:
        assert move(call, document, status)
        found = shown(client, document)
        assert found["ei_status"] == status
        assert found["locked"] is (status not in EDITABLE)
    assert updates(installation, company_id) == [document["id"]] * len(way)
    assert not move(call, document, way[-1])  # told twice: nothing new
    assert len(updates(installation, company_id)) == len(way)


@pytest.mark.parametrize(
    ("way", "late"),
    [
        (("attempt", "accepted"), "sent"),
        (("attempt", "discarded"), "processing"),
        ((), "accepted"),
    ],
)
def test_a_late_message_does_not_undo_what_is_known(
    client: Client, call: OpenCall, way: tuple[EInvoiceStatus, ...], late: EInvoiceStatus
) -> None:
    document = invoice(client)
    for status in way:
        move(call, document, status)
    before = shown(client, document)
    with pytest.raises(WrongTransition):
        move(call, document, late)
    assert shown(client, document) == before


def notice(type: NoticeType, channel: Channel = "private", **tree: Any) -> Notice:
    return Notice(type, channel, tree)


@pytest.mark.parametrize(
    ("message", "status"),
    [
        (notice("NS"), "discarded"),
        (notice("RC"), "accepted"),
        (notice("RC", "pa"), "sent"),
        (notice("MC"), "not_delivered"),
        (notice("AT", "pa"), "not_delivered"),
        (notice("DT", "pa"), "no_response"),
        (notice("NE", "pa", EsitoCommittente={"Esito": "EC01"}), "accepted"),
        (notice("NE", "pa", EsitoCommittente={"Esito": "EC02"}), "rejected"),
        (notice("NE", "pa"), None),
        (notice("MT"), None),
    ],
)
def test_a_message_of_the_sdi_leads_to_a_status(message: Notice, status: str | None) -> None:
    assert status_of(message) == status


def test_the_reason_is_that_of_the_last_message(client: Client, channel: Twin, call: OpenCall, clock: Clock) -> None:
    document = invoice(client)
    empty = {"reason": "", "ei_status": "not_sent", "solution": "", "code": "", "date": None}
    assert client.data("GET", path(document, "error_reason")) == empty
    client.data("POST", path(document), json={"data": {}})
    wait(client, document, "sent")
    errors = [
        {"Codice": "00423", "Descrizione": "PrezzoTotale errato", "Suggerimento": "Ricalcolare"},
        {"Codice": "00422", "Descrizione": "ImponibileImporto errato"},
    ]
    clock.advance(hours=1)
    move(call, document, "discarded", outcome_of(notice("NS", ListaErrori={"Errore": errors})))
    assert client.data("GET", path(document, "error_reason")) == {
        "reason": "00423 PrezzoTotale errato\n00422 ImponibileImporto errato",
        "ei_status": "discarded",
        "solution": "Ricalcolare",
        "code": "00423",
        "date": "2026-03-02 10:30:00",
    }


def test_who_may_read_the_reason(client: Client, check_access: CheckAccess) -> None:
    check_access("GET", path(invoice(client), "error_reason"), needs="issued_documents.invoices:r")


# the vendor's client


def test_the_vendors_client_sends_and_reads_the_reason(
    client: Client, sdk: Sdk, company_id: int, channel: Twin
) -> None:
    api = vendor.IssuedEInvoicesApi(sdk())
    document = invoice(client)
    dry = vendor.SendEInvoiceRequest(
        data=vendor.SendEInvoiceRequestData(), options=vendor.SendEInvoiceRequestOptions(dry_run=True)
    )
    checked = api.send_e_invoice(company_id, document["id"], send_e_invoice_request=dry).data
    assert checked is not None
    assert checked.var_date is None
    sent = api.send_e_invoice(
        company_id,
        document["id"],
        send_e_invoice_request=vendor.SendEInvoiceRequest(data=vendor.SendEInvoiceRequestData()),
    ).data
    assert sent is not None
    assert sent.name == "CARICATO"
    wait(client, document, "sent")
    reason = api.get_e_invoice_rejection_reason(company_id, document["id"]).data
    assert reason is not None
    assert reason.ei_status == "sent"
