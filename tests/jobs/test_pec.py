"""Certified mail from end to end: invoices leave by a real SMTP server, answers are read from a real IMAP server."""

import datetime as dt
import inspect
import io
import itertools
import re
import shutil
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import select, update

from jobs.test_kill import running
from mail import Postman, mail_server
from mailbox_server import BOX, PASSWORD, Mailbox, mailbox
from mastro import fatturapa
from mastro.database.collection import encoder
from mastro.database.schema import companies, events
from mastro.delivery.storage import Folder
from mastro.fatturapa import p7m, parse_file_name, simulation
from mastro.fatturapa.notices import Notice, NoticeType
from mastro.fatturapa.pec import MOST_CONTAINERS, RECEIPTS
from mastro.jobs.pec import AT_ONCE
from mastro.jobs.sdi import DOUBT_SECONDS
from mastro.model.company import Company, PecSettings
from mastro.oauth.tokens import create_personal_token
from mastro.resources import setup
from mastro.resources.pec.messages import Status
from mastro.resources.settings.sdi_channel import Channel, State
from pec_mail import SDI, WHEN, anomaly, certified, letter, receipt, signed_by, wrapped
from pure.fatturapa.test_e_invoice_read import cades
from resources.issued_documents import create
from support import VAT_NUMBER, Client

WORDS = "Il nuovo indirizzo da utilizzare per inviare le prossime fatture e' sdi48@pec.fatturapa.it. Grazie."

SEAT = {
    "address_street": "Via Roma 1",
    "address_postal_code": "20100",
    "address_city": "Milano",
    "address_province": "MI",
}
CUSTOMER = SEAT | {
    "name": "Bianchi S.p.A.",
    "type": "company",
    "vat_number": "01234567897",
    "tax_code": "01234567897",
    "country": "Italia",
    "ei_code": "ABC1234",
}
OFFICE = CUSTOMER | {"name": "Comune di Roma", "type": "pa", "ei_code": "UFABCD"}


class Office:
    """A company with a box of certified mail, and the provider of that box."""

    def __init__(self, server: Any, postman: Postman, box: Mailbox) -> None:
        self.server, self.postman, self.box = server, postman, box
        now = "2026-01-01 00:00:00"
        with server.installation.database.write() as session:
            company = Company(name="Rossi S.r.l.", vat_number=VAT_NUMBER, tax_code=VAT_NUMBER, **SEAT)
            self.company_id = setup.new_company(session, company, owner_id=server.user_id, now=now)
            token = create_personal_token(
                session, user_id=server.user_id, company_id=self.company_id, scopes=(), name="t", now=now
            )
        self.client = Client(server.http, self.company_id, token)
        self.configure()

    def configure(self, **more: Any) -> dict[str, Any]:
        """Set the box; what the API says of it."""
        pec = {
            "address": BOX,
            "password": PASSWORD,
            "smtp_host": "127.0.0.1",
            "smtp_port": self.postman.port,
            "smtp_security": "none",
            "imap_host": "127.0.0.1",
            "imap_port": self.box.port,
            "imap_security": "none",
            "since": "2020-01-01",
        }
        data = {"channel": "pec", "pec": pec | more}
        answer: dict[str, Any] = self.client.data("PUT", "settings/sdi_channel", json={"data": data})
        return answer

    def send(self, entity: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        """An invoice that was handed to the provider; the document."""
        ei_data = {"payment_method": "MP05"}
        document = create(self.client, entity=entity or CUSTOMER, e_invoice=True, ei_data=ei_data, **more)
        self.order(document)
        return document

    def order(self, document: dict[str, Any]) -> None:
        self.client.data("POST", f"issued_documents/{document['id']}/e_invoice/send", json={"data": {}})
        self.server.work()

    def read(self, *messages: bytes) -> None:
        """Let messages come in, and read the box."""
        self.box.deliver(*messages)
        self.client.data("POST", "pec/poll")
        self.server.work()

    def shown(self, document: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self.client.data("GET", f"issued_documents/{document['id']}")
        return found

    def status(self, document: dict[str, Any]) -> str:
        return str(self.shown(document)["ei_status"])

    def about(self, document: dict[str, Any], verb: str) -> Any:
        return self.client.data("GET", f"issued_documents/{document['id']}/e_invoice/{verb}")

    def messages(self, **query: str) -> list[dict[str, Any]]:
        """What came in, the oldest first."""
        found: list[dict[str, Any]] = self.client.data("GET", "pec/messages", params={"per_page": "100", **query})
        return found[::-1]

    def total(self) -> int:
        """How many messages came in."""
        return int(self.client.get("pec/messages", params={"per_page": "1"}).json()["total"])

    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = self.client.data("GET", "settings/sdi_channel")["pec_state"]
        return found

    def happened(self, type: str) -> list[int]:
        with self.server.installation.database.read() as session:
            mine = events.c.company_id == self.company_id
            statement = select(events.c.resource_id).where(mine, events.c.type == type).order_by(events.c.id)
            return [id for (id,) in session.rows(statement)]


@pytest.fixture
def office(server: Any, tmp_path: Path) -> Iterator[Office]:
    with mail_server(login=True, user=BOX, password=PASSWORD) as postman, mailbox(tmp_path) as box:
        yield Office(server, postman, box)


class Left:
    """A file that left, and what is said of it."""

    def __init__(self, postman: Postman, index: int = -1) -> None:
        message = postman.messages[index]
        self.id = str(message["Message-ID"]).strip("<>")
        (attached,) = message.iter_attachments()
        self.name = attached.get_filename() or ""
        self.xml: bytes = attached.get_content()
        self.sender, self.to, self.subject = str(message["From"]), str(message["To"]), str(message["Subject"])

    def receipt(self, kind: str, **more: str) -> bytes:
        """What a provider says of the message."""
        return receipt(kind, self.id, self.name, **more)

    def notice(
        self, type: NoticeType, *, outcome: Any = "delivered", code: str = "", number: int = 1
    ) -> tuple[str, bytes]:
        """What the SdI says of the file."""
        xml = p7m.content(self.xml)
        if type == "AT":  # which only administrations have
            xml = xml.replace(b"FPR12", b"FPA12")
        sent = simulation.Sent(self.name, xml, simulation.identifier_of(self.name), WHEN)
        return simulation.message(sent, simulation.Order(outcome, code), type, WHEN, number=number)

    def answer(self, type: NoticeType, *, words: str = "In allegato", sender: str = SDI, **more: Any) -> bytes:
        """The same, as it comes by mail."""
        name, content = self.notice(type, **more)
        return certified({name: content}, words=words, sender=sender, subject=f"Notifica {type}")


# out and back


def test_an_invoice_leaves_and_its_receipts_and_notices_move_it_on(office: Office) -> None:
    document = office.send()
    assert office.status(document) == "pending"
    left = Left(office.postman)
    assert (left.to, left.subject) == (SDI, left.name)
    assert BOX in left.sender
    assert office.postman.envelopes[0].mail_from == BOX
    assert left.xml == office.client.get(f"issued_documents/{document['id']}/e_invoice/xml").content

    office.read(left.receipt("accettazione"))
    assert office.status(document) == "pending"
    office.read(left.receipt("avvenuta-consegna"))
    assert office.status(document) == "sent"
    office.read(left.answer("RC"))
    found = office.shown(document)
    assert (found["ei_status"], found["locked"]) == ("accepted", True)

    assert [notice["type"] for notice in office.about(document, "notices")] == ["RC"]
    kept = office.messages()
    assert [each["kind"] for each in kept] == ["accettazione", "avvenuta-consegna", "posta-certificata"]
    assert {(each["status"], each["document_id"], each["reason"]) for each in kept} == {("taken", document["id"], "")}
    assert office.happened("issued_documents.e_invoices.status_update") == [document["id"]] * 4
    assert office.state()["state"] == "ok"
    assert office.box.unread() == 3


def test_a_rejection_unlocks_the_invoice_which_leaves_again_under_another_name(office: Office) -> None:
    document = office.send()
    first = Left(office.postman)
    office.read(first.answer("NS", outcome="discarded", code="00311"))
    assert (office.status(document), office.shown(document)["locked"]) == ("discarded", False)
    reason = office.about(document, "error_reason")
    assert reason["code"] == "00311"
    assert reason["solution"]

    office.order(document)
    second = Left(office.postman)
    assert second.name != first.name
    assert second.id != first.id
    office.read(second.answer("RC"), first.receipt("avvenuta-consegna"), first.answer("NS", outcome="discarded"))
    assert office.status(document) == "accepted"


def test_whatever_order_messages_come_in_and_however_often_the_end_is_the_same(office: Office) -> None:
    orders = list(itertools.permutations(range(3)))
    documents = [office.send() for _ in orders]
    for document, order, index in zip(documents, orders, itertools.count()):
        left = Left(office.postman, index)
        ways = [left.receipt("accettazione"), left.receipt("avvenuta-consegna"), left.answer("RC")]
        again = [left.receipt("avvenuta-consegna"), left.answer("RC")]  # in envelopes of their own
        office.read(*(ways[place] for place in order), *ways, *again)
        assert office.status(document) == "accepted", order
        assert [notice["type"] for notice in office.about(document, "notices")] == ["RC"]
    assert len(office.messages()) == 5 * len(orders)  # the very same message is kept once


@pytest.mark.parametrize("kind", ["non-accettazione", "errore-consegna", "rilevazione-virus"])
def test_a_message_that_does_not_arrive_is_an_error_that_says_why(office: Office, kind: str) -> None:
    document = office.send()
    office.read(Left(office.postman).receipt(kind, error="altro", said="casella piena"))
    assert (office.status(document), office.shown(document)["locked"]) == ("error", False)
    reason = office.about(document, "error_reason")
    assert "casella piena" in reason["reason"]
    assert reason["solution"]


def test_a_warning_is_told_and_changes_nothing(office: Office) -> None:
    document = office.send()
    left = Left(office.postman)
    office.read(left.receipt("preavviso-errore-consegna"), left.receipt("presa-in-carico"))
    assert office.status(document) == "pending"
    assert "continua a provare" in office.about(document, "error_reason")["reason"]


def test_a_receipt_that_is_late_does_not_undo_what_the_sdi_said(office: Office) -> None:
    document = office.send()
    left = Left(office.postman)
    office.read(left.answer("MC", outcome="not_delivered"))
    office.read(left.receipt("avvenuta-consegna"), left.receipt("errore-consegna"))
    assert office.status(document) == "not_delivered"


def test_an_administrations_answers_are_found_by_what_the_sdi_calls_the_file(office: Office) -> None:
    document = office.send()
    left = Left(office.postman)
    office.read(left.answer("RC"))
    name, _ = left.notice("RC", number=2)
    tree = {"IdentificativoSdI": simulation.identifier_of(left.name), "NomeFile": "altro.xml", "MessageId": "9"}
    renamed = fatturapa.write_notice(Notice("NE", "pa", tree | {"EsitoCommittente": {"Esito": "EC01"}}))
    office.read(certified({name.replace(left.name[:5], "XX"): renamed}))
    assert [notice["type"] for notice in office.about(document, "notices")] == ["RC", "NE"]


def test_an_attestation_comes_as_an_archive(office: Office) -> None:
    document = office.send()
    name, content = Left(office.postman).notice("AT", outcome="not_delivered")
    office.read(certified({name: content}))
    assert [notice["file_name"] for notice in office.about(document, "notices")] == [name]
    assert office.client.get(f"issued_documents/{document['id']}/e_invoice/notices/{name}").content == content


# the address


def test_after_its_first_answer_the_sdi_is_written_to_where_it_wants(office: Office) -> None:
    office.send()
    office.read(Left(office.postman).answer("RC", words=WORDS))
    assert office.client.data("GET", "settings/sdi_channel")["pec"]["assigned_address"] == "sdi48@pec.fatturapa.it"
    office.send()
    assert Left(office.postman).to == "sdi48@pec.fatturapa.it"
    office.read(Left(office.postman).answer("RC", sender="sdi07@pec.fatturapa.it"))
    office.send()
    assert Left(office.postman).to == "sdi07@pec.fatturapa.it"


def test_nobody_else_says_where_invoices_go(office: Office) -> None:
    document = office.send()
    left = Left(office.postman)
    office.read(
        left.answer("RC", sender="sdi01@pec.ladro.example", words=WORDS),
        certified({}, words=WORDS),  # of the SdI, but about nothing of ours
        wrapped(left.answer("RC", words=WORDS), sender="ladro@pec.example.it", subject="I: x"),
        anomaly(letter(dict([left.notice("RC")]), words=WORDS)),
    )
    assert office.status(document) == "pending"
    assert {each["status"] for each in office.messages()} == {"unknown"}
    assert office.client.data("GET", "settings/sdi_channel")["pec"]["assigned_address"] == ""


def test_what_the_box_itself_passed_on_counts(office: Office) -> None:
    document = office.send()
    office.read(wrapped(Left(office.postman).answer("RC"), sender=BOX, subject="I: x"))
    assert office.status(document) == "accepted"


# what nobody knows


def test_unknown_mail_is_kept_shown_and_can_be_opened_byte_by_byte(office: Office) -> None:
    ordinary = letter({"a.pdf": b"%PDF"}, sender="anna@example.it", subject="Preventivo").as_bytes()
    office.read(
        ordinary.replace(b"\n", b"\r\n"),
        certified({"altro_RC_001.xml": b"<a/>"}),
        receipt("avvenuta-consegna", "IT12345670017_00001.forged@pec.example.it", "x"),
        certified({}, subject="Invio File 7339338 (SIMULAZIONE)"),
    )
    kept = office.messages(q="status = 'unknown'")
    assert [each["kind"] for each in kept] == [
        "ordinaria",
        "posta-certificata",
        "avvenuta-consegna",
        "posta-certificata",
    ]
    assert all(each["reason"] for each in kept)
    assert (kept[0]["subject"], kept[0]["sender"], kept[0]["files"]) == ("Preventivo", "anna@example.it", ["a.pdf"])
    for message, sent in zip(kept, office.box.mail, strict=True):
        opened = office.client.http.get(message["message_url"].removeprefix(office.server.settings.address))
        assert opened.content == sent
        assert opened.headers["content-disposition"].startswith("attachment")
    one = office.client.data("GET", f"pec/messages/{kept[0]['id']}")
    assert one["reason"] == kept[0]["reason"]


def test_a_forged_receipt_moves_nothing(office: Office) -> None:
    document = office.send()
    left = Left(office.postman)
    office.read(receipt("avvenuta-consegna", f"{left.name[:-4]}.0123456789abcdef01234567@pec.example.it", left.name))
    assert office.status(document) == "pending"
    assert office.messages()[0]["status"] == "unknown"


def test_mail_that_was_made_to_exhaust_is_refused_and_the_next_is_read(office: Office) -> None:
    document = office.send()
    nested = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (i, i) for i in range(MOST_CONTAINERS + 1)
    )
    odd = [
        b"\xff\xfe\x00",
        b"Subject: =?utf-8?b?AAAA?= \xe8\r\nFrom: \x00@\x00\r\n\r\n\x00",
        b"Date: 1 Jan 0001 00:00:00 +2359\r\nMessage-ID: \xed\xa0\x80\r\n\r\n",
        certified({"\x00/..": b"\x00", "=?x?b?x?=": b""}, subject="\U0001f9e8" * 9),
        receipt("avvenuta-consegna", "a" * 5000, "x", error="x" * 5000),
    ]
    office.read(nested, *odd, Left(office.postman).answer("RC"))
    assert office.status(document) == "accepted"
    first = office.messages()[0]
    assert first["status"] == "refused"
    assert first["reason"]
    assert [each["status"] for each in office.messages()] == ["refused", *["unknown"] * 5, "taken"]


# invoices that come in


def incoming(office: Office, recipient: str = VAT_NUMBER, number: str = "7") -> tuple[str, bytes]:
    """An invoice of a supplier, as the SdI hands it on."""
    supplier = Company(name="Verdi S.r.l.", vat_number="01234567897", tax_code="01234567897", **SEAT)
    client = CUSTOMER | {"name": "Rossi S.r.l.", "vat_number": recipient, "tax_code": recipient}
    document = create(office.client, entity=client, e_invoice=True, ei_data={"payment_method": "MP05"})
    xml: bytes = office.client.get(f"issued_documents/{document['id']}/e_invoice/xml").content
    office.client.call("DELETE", f"issued_documents/{document['id']}")
    xml = xml.replace(VAT_NUMBER.encode(), supplier.vat_number.encode(), 3)
    head, _, tail = xml.partition(b"</CedentePrestatore>")
    xml = head.replace(b"Rossi S.r.l.", b"Verdi S.r.l.") + b"</CedentePrestatore>" + tail
    return f"IT01234567897_{number.zfill(5)}.xml", xml


def handed_on(name: str, xml: bytes, identifier: str = "7339338") -> bytes:
    tree = {"IdentificativoSdI": identifier, "NomeFile": name, "CodiceDestinatario": "ABC1234", "Formato": "FPR12"}
    metadata = fatturapa.write_notice(Notice("MT", "private", tree | {"TentativiInvio": "1", "MessageId": "1"}))
    files = {f"{name[:-4]}_MT_001.xml": metadata, name: xml}
    return certified(files, subject=f"Invio File {identifier}")


def pending(office: Office) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = office.client.data("GET", "received_documents/pending")
    return found


def test_an_invoice_that_comes_in_waits_to_be_registered_once(office: Office) -> None:
    name, xml = incoming(office)
    office.read(handed_on(name, xml), handed_on(name, xml), handed_on(f"altro_{name}", xml + b" ", "7339338"))
    (waiting,) = pending(office)
    assert (waiting["supplier_name"], waiting["filename"]) == ("Verdi S.r.l.", name)
    opened = office.client.http.get(waiting["attachment_url"].removeprefix(office.server.settings.address))
    assert opened.content == xml
    assert [each["status"] for each in office.messages()] == ["taken"] * 3
    assert [each["pending_ids"] for each in office.messages()] == [[waiting["id"]], [], []]
    assert office.happened("received_documents.e_invoices.receive") == [waiting["id"]]


def test_an_invoice_for_another_company_is_not_taken(office: Office) -> None:
    name, xml = incoming(office, recipient="00743110157")
    office.read(handed_on(name, xml))
    assert pending(office) == []
    assert "un'altra azienda" in office.messages()[0]["reason"]


def test_what_nobody_knew_what_to_do_with_is_tried_anew_once_that_was_mended(office: Office) -> None:
    name, xml = incoming(office, recipient="00743110157")
    office.read(handed_on(name, xml), receipt("avvenuta-consegna", "IT12345670017_00001.x@pec.example.it", "x"))
    message, stray = office.messages()
    again = office.client.data("POST", f"pec/messages/{message['id']}/retry")
    assert (again["status"], again["reason"]) == ("unknown", message["reason"])

    with office.server.installation.database.write() as session:
        body = encoder.encode(Company(id=office.company_id, name="Rossi S.r.l.", vat_number="00743110157"))
        session.run(update(companies).where(companies.c.id == office.company_id).values(body=body))
    again = office.client.data("POST", f"pec/messages/{message['id']}/retry")
    (waiting,) = pending(office)
    assert (again["status"], again["pending_ids"]) == ("taken", [waiting["id"]])
    assert office.messages()[0]["status"] == "taken"
    refused = office.client.post(f"pec/messages/{message['id']}/retry")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "ALREADY_TAKEN")
    assert office.client.data("POST", f"pec/messages/{stray['id']}/retry")["status"] == "unknown"
    assert office.client.post("pec/messages/4711/retry").status_code == 404


def test_words_about_an_invoice_without_the_invoice_are_kept(office: Office) -> None:
    name, xml = incoming(office)
    message = handed_on(name, xml)
    office.read(message.replace(f'filename="{name}"'.encode(), b'filename="x"').replace(xml[:40], b"?"))
    assert office.messages()[0]["status"] in {"unknown", "taken"}
    tree = {"IdentificativoSdI": "1", "NomeFile": name, "CodiceDestinatario": "ABC1234", "Formato": "FPR12"}
    metadata = fatturapa.write_notice(Notice("MT", "private", tree | {"TentativiInvio": "1", "MessageId": "1"}))
    office.read(certified({f"{name[:-4]}_MT_001.xml": metadata}))
    assert "manca la fattura" in office.messages()[1]["reason"]


# the cursor


def test_a_visit_that_cannot_store_what_it_read_reads_it_again(office: Office) -> None:
    """The storage fails between reading and committing: nothing is half taken, nothing is lost."""
    document = office.send()
    left = Left(office.postman)
    files = office.server.settings.data_dir / "files"
    shutil.rmtree(files, ignore_errors=True)
    files.write_bytes(b"no folder")
    office.read(left.receipt("avvenuta-consegna"), left.answer("RC"))
    assert office.status(document) == "pending"
    assert office.messages() == []
    assert office.state()["state"] == "failing"

    files.unlink()
    office.read()
    assert office.status(document) == "accepted"
    assert len(office.messages()) == 2
    assert office.state()["state"] == "ok"


def test_a_box_that_was_numbered_anew_is_looked_through_and_nothing_is_taken_twice(office: Office) -> None:
    document = office.send()
    left = Left(office.postman)
    office.read(left.receipt("accettazione"), left.receipt("avvenuta-consegna"))
    office.box.restart()
    office.read(left.answer("RC"))
    assert office.status(document) == "accepted"
    assert len(office.messages()) == 3
    office.box.restart()
    office.read()
    assert len(office.messages()) == 3


def test_a_worker_that_is_killed_while_it_reads_leaves_nothing_out_and_takes_nothing_twice(office: Office) -> None:
    documents = [office.send() for _ in range(5)]
    filler = [b"Subject: %d\r\n\r\n%s\r\n" % (number, b"x" * 20_000) for number in range(80)]
    answers = [Left(office.postman, index).answer("RC") for index in range(5)]
    office.box.deliver(*filler[:40], *answers[:2], *filler[40:], *answers[2:])
    office.client.data("POST", "pec/poll")
    settings = office.server.settings
    for kill in (True, False):
        with running(settings.database_url, settings.data_dir, "worker", port=0) as process:
            deadline = time.monotonic() + 60
            while (total := office.total()) < (10 if kill else 85):
                assert time.monotonic() < deadline
                time.sleep(0.01)
            process.kill()
        assert not kill or total < 85, "it was faster than the one who was to kill it"
    assert {office.status(document) for document in documents} == {"accepted"}
    for document in documents:
        assert [notice["type"] for notice in office.about(document, "notices")] == ["RC"]
    assert office.total() == 85


def test_of_visits_that_happen_together_each_message_is_taken_by_one(office: Office) -> None:
    office.box.deliver(*(b"Subject: %d\r\n\r\nx\r\n" % number for number in range(40)))
    office.client.data("POST", "pec/poll")
    office.client.data("POST", "pec/poll")
    office.server.work()
    assert [each["subject"] for each in office.messages()] == [str(number) for number in range(40)]
    assert office.state()["state"] == "ok"


def test_a_full_box_is_read_in_several_visits(office: Office) -> None:
    office.read(*(b"Subject: %d\r\n\r\nx\r\n" % number for number in range(AT_ONCE + 5)))
    assert office.total() == AT_ONCE + 5


def test_another_box_is_read_from_its_beginning(office: Office, tmp_path: Path) -> None:
    office.read(b"Subject: 1\r\n\r\nx\r\n")
    with mailbox(tmp_path) as other:
        office.configure(imap_port=other.port)
        other.deliver(b"Subject: 2\r\n\r\nx\r\n")
        office.read()
    assert [each["subject"] for each in office.messages()] == ["1", "2"]


def test_mail_from_before_a_day_is_not_read(office: Office) -> None:
    office.configure(since="2099-01-01")
    office.read(b"Subject: 1\r\n\r\nx\r\n")
    assert office.messages() == []
    office.configure(since="2020-01-01")
    office.read()
    assert len(office.messages()) == 1


# failures that somebody must mend


def test_a_refused_login_is_told_and_not_tried_again_by_itself(office: Office) -> None:
    office.configure(password="sbagliata")
    office.read(b"Subject: 1\r\n\r\nx\r\n")
    state = office.state()
    assert state["state"] == "login_refused"
    assert "AUTHENTICATIONFAILED" in state["error"]
    assert state["failing_since"] == "2026-03-02 09:30:00"
    assert "sbagliata" not in office.client.get("settings/sdi_channel").text

    tried = office.box.log.read_bytes()
    for future in office.server.worker.run_periodic():
        future.result()
    office.server.work()
    assert office.box.log.read_bytes() == tried
    assert office.messages() == []

    office.configure()
    assert office.state()["state"] == "new"
    office.server.work()
    assert office.state() == {"state": "ok", "error": "", "failing_since": "", "visited_at": "2026-03-02 09:30:00"}
    assert len(office.messages()) == 1

    office.box.deliver(b"Subject: 2\r\n\r\nx\r\n")
    office.server.clock.advance(minutes=6)
    for future in office.server.worker.run_periodic():
        future.result()
    office.server.work()
    assert len(office.messages()) == 2


def test_a_server_that_is_gone_is_told_with_the_time_since_when(office: Office) -> None:
    office.box.stop()
    office.client.data("POST", "pec/poll")
    office.server.work()
    office.server.clock.advance(hours=1)
    office.client.data("POST", "pec/poll")
    office.server.work()
    state = office.state()
    assert (state["state"], state["failing_since"]) == ("failing", "2026-03-02 09:30:00")
    assert state["visited_at"] == "2026-03-02 10:30:00"


def test_a_box_that_has_failed_for_long_is_tried_less_often(office: Office) -> None:
    office.box.stop()
    visits = []
    for minutes in (0, 6, 60, 6, 6, 60):
        office.server.clock.advance(minutes=minutes)
        for future in office.server.worker.run_periodic():
            future.result()
        office.server.work()
        visits.append(office.state()["visited_at"][11:16])
    assert visits == ["09:30", "09:36", "10:36", "10:36", "10:36", "11:48"]
    assert office.state()["failing_since"] == "2026-03-02 09:30:00"


def test_a_sender_whose_login_is_refused_is_told_so(server: Any, tmp_path: Path) -> None:
    with mail_server(login=True) as postman, mailbox(tmp_path) as box:
        office = Office(server, postman, box)
        document = office.send()
        assert office.status(document) == "error"
        reason = office.about(document, "error_reason")
        assert "535" in reason["reason"]
        assert "password" in reason["solution"]
        assert PASSWORD not in str(reason)


# signed by a person


def upload(office: Office, document: dict[str, Any], content: bytes) -> Any:
    files = {"attachment": ("firmata.xml.p7m", content)}
    return office.client.post(f"issued_documents/{document['id']}/e_invoice/signed", files=files)


def packed(office: Office) -> dict[str, bytes]:
    """The issued files of the year's archive package."""
    period = {"from_date": "2026-01-01", "to_date": "2026-12-31"}
    id = office.client.data("POST", "archive_packages", json={"data": period})["id"]
    office.server.work()
    url = office.client.data("GET", f"archive_packages/{id}")["file"]["url"]
    opened = office.client.http.get(url.removeprefix(office.server.settings.address)).content
    with zipfile.ZipFile(io.BytesIO(opened)) as archive:
        names = {name.rpartition("/")[2]: name for name in archive.namelist()}
        return {name: archive.read(place) for name, place in names.items() if parse_file_name(name)}


def unsigned(office: Office, document: dict[str, Any]) -> bytes:
    xml: bytes = office.client.get(f"issued_documents/{document['id']}/e_invoice/xml").content
    return xml


def test_an_invoice_to_an_administration_waits_for_its_signature_and_then_leaves(office: Office) -> None:
    office.server.clock.set(2026, 3, 17)
    document = office.send(OFFICE)
    assert (office.status(document), office.postman.messages) == ("pending", [])
    reason = office.about(document, "error_reason")
    assert "firmata" in reason["reason"]
    assert "caricarlo firmato" in reason["solution"]

    signed = cades(unsigned(office, document), rsa.generate_private_key(65537, 2048))
    answer = upload(office, document, signed).json()["data"]
    assert answer["file_name"].endswith(".xml.p7m")
    office.server.work()
    left = Left(office.postman)
    assert (left.name, left.subject, left.xml) == (answer["file_name"], answer["file_name"], signed)

    office.read(left.receipt("avvenuta-consegna"), left.answer("RC"), left.answer("NE", outcome="accepted"))
    assert office.status(document) == "accepted"
    assert upload(office, document, signed).status_code == 409
    assert packed(office)[left.name] == signed


def test_another_file_or_one_that_the_sdi_would_discard_is_not_taken_for_the_signed_one(office: Office) -> None:
    document = office.send(OFFICE)
    xml = unsigned(office, document)
    key = rsa.generate_private_key(65537, 2048)
    refused = {
        "NOT_SIGNED": xml,
        "OTHER_INVOICE": cades(xml.replace(b"Bianchi", b"Neri").replace(b"Comune di Roma", b"Comune di Bari"), key),
        "WRONG_SIGNATURE": cades(xml, key),  # dated after the server's clock
        "WRONG_CONTENT": b"%PDF",
    }
    for code, content in refused.items():
        answer = upload(office, document, content)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)
        assert answer.json()["error"]["validation_result"]["attachment"]
    office.server.work()
    assert (office.status(document), office.postman.messages) == ("pending", [])


def test_a_file_that_was_taken_back_is_no_invoice_to_preserve(office: Office) -> None:
    office.client.data("PUT", "settings/sdi_channel", json={"data": {"channel": "manual"}})
    document = office.send()
    office.client.data("POST", f"issued_documents/{document['id']}/e_invoice/withdraw")
    handed = office.send()
    office.client.data("POST", f"issued_documents/{handed['id']}/e_invoice/handed_in")
    assert list(packed(office).values()) == [unsigned(office, handed)]


def test_a_file_that_waits_for_its_signature_can_be_taken_back_and_one_that_left_cannot(office: Office) -> None:
    document = office.send(OFFICE)
    withdraw = f"issued_documents/{document['id']}/e_invoice/withdraw"
    assert office.client.data("POST", withdraw)["ei_status"] == "not_sent"
    assert office.shown(document)["locked"] is False
    gone = office.send()
    answer = office.client.post(f"issued_documents/{gone['id']}/e_invoice/withdraw")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "NOT_WAITING")
    assert office.status(gone) == "pending"
    assert upload(office, gone, b"x").status_code == 409


def test_the_sdis_answer_counts_also_where_the_provider_said_that_the_file_did_not_arrive(office: Office) -> None:
    document = office.send()
    left = Left(office.postman)
    office.read(left.receipt("accettazione"), left.receipt("errore-consegna"))
    assert (office.status(document), office.shown(document)["locked"]) == ("error", False)
    office.read(left.answer("RC"))
    assert (office.status(document), office.shown(document)["locked"]) == ("accepted", True)
    assert office.about(document, "error_reason")["reason"].startswith("Il file risultava non inviato")


# the signature of an envelope, and how it is stored


def test_a_message_says_whether_its_signature_was_verified_by_whom_and_why_not(office: Office) -> None:
    key = rsa.generate_private_key(65537, 2048)
    over = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    office.read(
        signed_by(key, certified({}, subject="buona")),
        signed_by(key, certified({}, subject="toccata"), touched=b"In allegato"),
        signed_by(key, certified({}, subject="scaduta"), until=over),
        certified({}, subject="illeggibile"),
        letter({}, subject="nessuna").as_bytes(),
    )
    found = {each["subject"]: each["signature"] for each in office.messages(fieldset="detailed")}
    assert found["nessuna"] is None
    assert found["buona"]["signer"] == "Gestore PEC di prova"
    assert (found["buona"]["verified"], found["buona"]["valid_until"][:4]) == (True, "2030")
    reasons = {subject: each["reason"] for subject, each in found.items() if each and not each["verified"]}
    assert list(reasons) == ["toccata", "scaduta", "illeggibile"]
    assert "non è quello" in reasons["toccata"]
    assert "certificato" in reasons["scaduta"]
    assert "non si può leggere" in reasons["illeggibile"]


def test_the_storage_has_a_message_before_the_transaction_that_takes_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, held = Folder.put, []

    def watched(storage: Any, *words: Any) -> int:
        held.append(any(frame.function == "once" for frame in inspect.stack()))
        return put(storage, *words)

    monkeypatch.setattr(Folder, "put", watched)
    office.read(certified({}, subject="una"), letter({}, subject="due").as_bytes())
    assert office.total() == 2
    assert len(held) >= 2  # two visits at the same time may both lay one aside
    assert not any(held)


# what may have left


def test_a_file_that_may_have_left_waits_for_a_word_before_it_leaves_again(office: Office) -> None:
    office.postman.answers = ["take and hang up"]
    document = office.send()
    left = Left(office.postman)
    assert office.status(document) == "attempt"
    office.server.clock.advance(minutes=5)
    office.server.work()
    assert len(office.postman.messages) == 1
    office.read(left.receipt("accettazione"))
    assert office.status(document) == "pending"
    office.server.clock.advance(seconds=2 * DOUBT_SECONDS)
    office.server.work()
    assert len(office.postman.messages) == 1


def test_a_file_of_which_nobody_speaks_leaves_again_and_the_second_copy_does_no_harm(office: Office) -> None:
    office.postman.answers = ["take and hang up"]
    document = office.send()
    office.server.clock.advance(seconds=DOUBT_SECONDS + 1)
    office.server.work()
    first, second = Left(office.postman, 0), Left(office.postman, 1)
    assert (first.id, first.name, first.xml) == (second.id, second.name, second.xml)
    assert office.status(document) == "pending"
    office.read(second.answer("NS", outcome="discarded", code="00002"))
    assert office.status(document) == "pending"
    office.read(first.answer("RC"))
    assert office.status(document) == "accepted"
    assert [notice["type"] for notice in office.about(document, "notices")] == ["NS", "RC"]


def test_a_provider_that_is_busy_is_asked_again_soon(office: Office) -> None:
    office.postman.answers = ["451 later"]
    document = office.send()
    assert office.status(document) == "attempt"
    office.server.clock.advance(seconds=11)
    office.server.work()
    assert office.status(document) == "pending"
    assert len(office.postman.messages) == 1


# the reference page


def test_the_reference_page_names_every_receipt_state_and_key() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "sdi-channel.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`([a-z_-]+)`", page))
    assert RECEIPTS - told == {"presa-in-carico"}  # from provider to provider
    assert set(get_args(State)) <= told
    assert set(get_args(Channel)) <= told
    assert set(get_args(Status)) <= told
    assert set(PecSettings.__struct_fields__) <= told


# secrets


def test_the_password_is_stored_sealed(office: Office) -> None:
    with office.server.installation.database.read() as session:
        stored = session.scalar(select(companies.c.settings).where(companies.c.id == office.company_id))
    assert PASSWORD.encode() not in stored
    assert b"sealed:1:" in stored
