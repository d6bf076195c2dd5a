"""The life of an electronic invoice with the vendor's own client: made, verified, sent, and every answer of the SdI.

The server is the real one on a socket, with its worker, in test mode; a receiver of webhooks listens beside it.
"""

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fattureincloud_python_sdk as vendor
import httpx2
import pytest

from mastro.app import create_app
from mastro.settings import Settings
from serving import serving
from sinks import Sink, listening
from support import Clock, prepare
from witness import Witness

UPDATE = vendor.EventType.ISSUED_DOCUMENTS_E_INVOICES_STATUS_UPDATE
SECONDS = 20

PARTY: dict[str, Any] = {
    "name": "Bianchi S.p.A.",
    "type": vendor.ClientType.COMPANY,
    "vat_number": "01618030587",
    "tax_code": "01618030587",
    "address_street": "Via Nazionale 100",
    "address_postal_code": "00184",
    "address_city": "Roma",
    "address_province": "RM",
    "country": "Italia",
    "ei_code": "ABC1234",
}
SEAT = {
    "address_street": "Via Roma 1",
    "address_postal_code": "20100",
    "address_city": "Milano",
    "address_province": "MI",
}
OFFICE = PARTY | {"name": "Comune di Esempio", "type": vendor.ClientType.PA, "ei_code": "UFABCD"}
CUSTOMERS = {"private": PARTY, "office": OFFICE}


@dataclass
class Studio:
    """A company in test mode, as a program that uses the vendor's client sees it."""

    address: str
    company_id: int
    token: str
    sink: Sink
    documents: vendor.IssuedDocumentsApi
    e_invoices: vendor.IssuedEInvoicesApi

    def ask(self, method: str, path: str, **data: Any) -> Any:
        """An operation of ours, which the vendor's client does not know."""
        headers = {"Authorization": f"Bearer {self.token}"}
        body = {"data": data} if data else None
        answer = httpx2.request(method, f"{self.address}/c/{self.company_id}/{path}", headers=headers, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def invoice(self, customer: str) -> vendor.IssuedDocument:
        """A new electronic invoice."""
        new = vendor.IssuedDocument(
            type=vendor.IssuedDocumentType.INVOICE,
            entity=vendor.Entity(**CUSTOMERS[customer]),
            e_invoice=True,
            ei_data=vendor.IssuedDocumentEiData(payment_method="MP05"),
            items_list=[
                vendor.IssuedDocumentItemsListItem(name="Consulenza", qty=1, net_price=100, vat=vendor.VatType(id=0))
            ],
        )
        options = vendor.IssuedDocumentOptions(fix_payments=True)
        request = vendor.CreateIssuedDocumentRequest(data=new, options=options)
        return self.documents.create_issued_document(self.company_id, request).data

    def send(self, document: vendor.IssuedDocument, outcome: str) -> vendor.IssuedDocument:
        """Verify it, send it, and wait until the SdI has said what is due at once."""
        assert self.e_invoices.verify_e_invoice_xml(self.company_id, document.id).data.success
        request = vendor.SendEInvoiceRequest(data=vendor.SendEInvoiceRequestData())
        headers = {"X-Mastro-Sdi-Outcome": outcome}
        sent = self.e_invoices.send_e_invoice(self.company_id, document.id, request, _headers=headers).data
        assert sent.name == "CARICATO"
        return self.until(document, lambda found: found.ei_status != "attempt")

    def read(self, document: vendor.IssuedDocument) -> vendor.IssuedDocument:
        return self.documents.get_issued_document(self.company_id, document.id, fieldset="detailed").data

    def until(
        self, document: vendor.IssuedDocument, wanted: Callable[[vendor.IssuedDocument], bool]
    ) -> vendor.IssuedDocument:
        deadline = time.monotonic() + SECONDS
        while not wanted(found := self.read(document)):
            assert time.monotonic() < deadline, found.ei_status
            time.sleep(0.05)
        return found

    def reason(self, document: vendor.IssuedDocument) -> vendor.EInvoiceRejectionReason:
        return self.e_invoices.get_e_invoice_rejection_reason(self.company_id, document.id).data

    def notices(self, document: vendor.IssuedDocument) -> list[str]:
        return [notice["type"] for notice in self.ask("GET", f"issued_documents/{document.id}/e_invoice/notices")]

    def told(self, count: int) -> list[int]:
        """The documents that the webhooks spoke of, once there are so many."""
        events = self.sink.wait_for(count, SECONDS)
        assert {event.headers["ce-type"] for event in events} == {UPDATE.value}
        return [id for event in events for id in event.json["data"]["ids"]]

    def pass_days(self, days: int) -> None:
        self.ask("POST", "test_mode/clock", days=days)


@pytest.fixture
def studio(own_database: str, tmp_path: Path) -> Iterator[Studio]:
    with listening() as sink, socket.create_server(("127.0.0.1", 0)) as open_socket:
        settings = Settings(
            data_dir=tmp_path / "data",
            database_url=own_database,
            port=open_socket.getsockname()[1],
            private_sinks=1,
            clock=Clock(),
        )
        application = create_app(settings)
        api: Any = application.api
        company_id, _, token = prepare(api.installation, **SEAT)
        application.api = Witness(application.api)
        with serving(application, open_socket, lifespan=True) as address:
            client = vendor.ApiClient(vendor.Configuration(host=address, access_token=token))
            documents, e_invoices = vendor.IssuedDocumentsApi(client), vendor.IssuedEInvoicesApi(client)
            made = Studio(address, company_id, token, sink, documents, e_invoices)
            assert made.ask("PUT", "test_mode", enabled=True)["sdi_channel"] == "simulator"
            _subscribe(made, vendor.WebhooksApi(client))
            yield made
            client.rest_client.pool_manager.clear()


def _subscribe(studio: Studio, webhooks: vendor.WebhooksApi) -> None:
    wanted = vendor.WebhooksSubscription(
        sink=studio.sink.address, types=[UPDATE], config=vendor.WebhooksSubscriptionConfig(mapping="binary")
    )
    request = vendor.CreateWebhooksSubscriptionRequest(data=wanted)
    made = webhooks.create_webhooks_subscription(studio.company_id, request).data
    deadline = time.monotonic() + SECONDS
    while not webhooks.get_webhooks_subscription(studio.company_id, made.id).data.verified:
        assert time.monotonic() < deadline
        time.sleep(0.05)


NO_NEWS = ("", "", "")


@pytest.mark.parametrize(
    ("customer", "asked", "days", "notices", "status", "changes", "told"),
    [
        ("private", "RC", 0, ["RC"], "accepted", 3, NO_NEWS),
        ("private", "MC", 0, ["MC"], "not_delivered", 3, ("", "area riservata", "avvisare il cliente")),
        ("private", "NS:00311", 0, ["NS"], "discarded", 3, ("00311", "codice destinatario", "0000000")),
        ("office", "RC", 0, ["RC"], "sent", 2, NO_NEWS),
        ("office", "NE:EC01", 0, ["RC", "NE"], "accepted", 3, NO_NEWS),
        ("office", "NE:EC02", 0, ["RC", "NE"], "rejected", 3, ("", "rifiutata", "stesso numero")),
        ("office", "DT", 15, ["RC", "DT"], "no_response", 3, ("", "15 giorni", "chiedere l'esito")),
        ("office", "MC", 10, ["MC", "AT"], "not_delivered", 3, ("", "", "attestazione")),
        ("office", "NS:00404", 0, ["NS"], "discarded", 3, ("00404", "stesso numero", "altro numero")),
    ],
)
def test_each_answer_of_the_sdi_reaches_the_document_its_lock_its_reason_and_the_webhook(
    studio: Studio,
    customer: str,
    asked: str,
    days: int,
    notices: list[str],
    status: str,
    changes: int,
    told: tuple[str, str, str],
) -> None:
    document = studio.invoice(customer)
    studio.send(document, asked)
    if days:
        studio.pass_days(days)
    found = studio.until(document, lambda found: found.ei_status == status)
    assert studio.notices(document) == notices
    assert studio.told(changes) == [document.id] * changes
    reason = studio.reason(document)
    code, words, remedy = told
    assert (reason.code, reason.ei_status) == (code, status)
    assert words in reason.reason
    assert remedy in reason.solution
    assert bool(reason.solution) == (told is not NO_NEWS)
    assert found.locked == (status not in {"discarded", "rejected"})
    changed = vendor.ModifyIssuedDocumentRequest(data=vendor.IssuedDocument(visible_subject="Corretta"))
    if found.locked:
        with pytest.raises(vendor.exceptions.ForbiddenException):
            studio.documents.modify_issued_document(studio.company_id, document.id, changed)
    else:
        studio.documents.modify_issued_document(studio.company_id, document.id, changed)
    marked = vendor.ModifyIssuedDocumentRequest(data=vendor.IssuedDocument(is_marked=True))
    assert studio.documents.modify_issued_document(studio.company_id, document.id, marked).data.is_marked


def test_a_discarded_invoice_is_corrected_and_sent_again_with_its_number_under_another_file_name(
    studio: Studio,
) -> None:
    document = studio.invoice("private")
    assert studio.send(document, "NS:00404").ei_status == "discarded"
    corrected = vendor.ModifyIssuedDocumentRequest(data=vendor.IssuedDocument(visible_subject="Corretta"))
    studio.documents.modify_issued_document(studio.company_id, document.id, corrected)
    found = studio.send(document, "RC")
    assert (found.ei_status, found.number, found.locked) == ("accepted", document.number, True)
    listed = studio.ask("GET", f"issued_documents/{document.id}/e_invoice/notices")
    assert [notice["type"] for notice in listed] == ["RC", "NS"]
    assert len({notice["e_invoice_file_name"] for notice in listed}) == 2
    assert "Corretta" in studio.e_invoices.get_e_invoice_xml(studio.company_id, document.id)
    assert studio.told(6) == [document.id] * 6
    with pytest.raises(vendor.exceptions.ConflictException):
        studio.send(document, "RC")


def test_an_answer_that_comes_twice_changes_the_document_once(studio: Studio) -> None:
    document = studio.invoice("office")
    assert studio.send(document, "ZZ").ei_status == "sent"
    order = f"issued_documents/{document.id}/e_invoice/test_outcome"
    studio.ask("POST", order, outcome="refused", repeated=True)
    assert studio.until(document, lambda found: found.ei_status == "rejected").locked is False
    assert studio.notices(document) == ["RC", "NE"]
    other = studio.invoice("private")
    studio.send(other, "RC")
    # the events come in order: were there a second one of the first document, it would stand before these
    assert studio.told(6) == [document.id] * 3 + [other.id] * 3


def test_an_invoice_with_errors_is_refused_with_its_reasons_and_not_sent(studio: Studio) -> None:
    document = studio.invoice("private")
    wrong = vendor.IssuedDocument(entity=vendor.Entity(**PARTY | {"vat_number": "01618030588"}))
    request = vendor.ModifyIssuedDocumentRequest(data=wrong)
    studio.documents.modify_issued_document(studio.company_id, document.id, request)
    with pytest.raises(vendor.exceptions.UnprocessableEntityException) as refused:
        studio.e_invoices.verify_e_invoice_xml(studio.company_id, document.id)
    answer = vendor.VerifyEInvoiceXmlErrorResponse.from_json(refused.value.body)
    assert answer is not None
    assert [message[:5] for message in answer.error.validation_result.xml_errors] == ["00305"]
    assert '"key": "entity.vat_number"' in refused.value.body
    assert studio.read(document).ei_status == "not_sent"
