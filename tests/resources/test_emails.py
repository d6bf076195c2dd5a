"""Documents by e-mail: what a message starts with, the order to send it, and what became of it."""

import datetime as dt
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import fattureincloud_python_sdk as vendor
import msgspec
import pytest
from pypdf import PdfReader
from sqlalchemy import select, update

from mail import Postman, mail_server
from mastro.api.call import Installation
from mastro.database.collection import encoder
from mastro.database.schema import companies, events, jobs
from mastro.delivery.mail import Outbox, Smtp
from mastro.model.company import Company, CompanySettings, MailTemplate, SmtpSettings
from mastro.resources.company import load_company
from mastro.resources.emails import no_reply, route_of
from mastro.resources.issued_documents.email_text import with_buttons
from resources.issued_documents import create
from support import CheckAccess, Client, Clock, MakeCompany, MakeToken, Sdk

Configure = Callable[..., None]

NOTHING = {"document": False, "delivery_note": False, "attachment": False, "accompanying_invoice": False}


@pytest.fixture
def company_id(make_company: MakeCompany) -> int:
    return make_company(name="Rossi S.r.l.", email="rossi@example.it")


@pytest.fixture
def configure(installation: Installation, company_id: int) -> Configure:
    """Change settings of the test's company."""

    def change(**values: Any) -> None:
        with installation.database.write() as session:
            _, settings = load_company(session, company_id)
            for name, value in values.items():
                setattr(settings, name, value)
            session.run(update(companies).where(companies.c.id == company_id).values(settings=encoder.encode(settings)))

    return change


@pytest.fixture
def postman(configure: Configure, installation: Installation) -> Iterator[Postman]:
    """The mail server of the test's company, on this machine, which the installation allows for the test."""
    before = installation.settings
    installation.settings = replace(before, private_sinks=1)
    with mail_server() as postman:
        configure(smtp=SmtpSettings(host="127.0.0.1", port=postman.port, security="none", sender="fatture@rossi.it"))
        yield postman
    installation.settings = before


def order(**more: Any) -> dict[str, Any]:
    data = {
        "sender_id": 0,
        "recipient_email": "anna@example.it",
        "subject": "La sua fattura",
        "body": "<p>Gentile Anna,</p>{{allegati}}",
        "include": {**NOTHING, "document": True},
        "attach_pdf": False,
        "send_copy": False,
    }
    return {"data": {**data, **more}}


def send(client: Client, document: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Order a message; what the API says of it."""
    answer: dict[str, Any] = client.data("POST", f"issued_documents/{document['id']}/email", json=order(**more))
    return answer


def listed(client: Client, id: int) -> dict[str, Any]:
    (row,) = client.data("GET", "emails", params={"q": f"id = {id}"})
    found: dict[str, Any] = row
    return found


def wait(client: Client, id: int, until: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The message once it is so; the worker needs a moment."""
    deadline = time.monotonic() + 20
    while not until(row := listed(client, id)):
        assert time.monotonic() < deadline, row
        time.sleep(0.05)
    return row


def sent(client: Client, document: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A message that has left."""
    return wait(client, send(client, document, **more)["id"], lambda row: row["status"] == "sent")


def events_of(installation: Installation, company_id: int, ending: str) -> list[tuple[str, int]]:
    with installation.database.read() as session:
        rows = session.rows(select(events.c.type, events.c.resource_id).where(events.c.company_id == company_id))
    return [(type, id) for type, id in rows if type.endswith(ending)]


# what a message starts with


def test_who_may_see_what_a_message_starts_with(client: Client, check_access: CheckAccess) -> None:
    invoice = create(client)
    check_access("GET", f"issued_documents/{invoice['id']}/email", needs="issued_documents.invoices:r")


def test_a_message_starts_with_the_customer_the_company_and_words_about_the_document(client: Client) -> None:
    invoice = create(client, entity={"name": "Bianchi & Figli", "email": "anna@bianchi.it"}, number=7)
    data = client.data("GET", f"issued_documents/{invoice['id']}/email")
    assert data["recipient_email"] == "anna@bianchi.it"
    assert data["cc_email"] == "rossi@example.it"
    assert data["subject"] == "Fattura n. 7 del 02/03/2026"
    assert "Bianchi &amp; Figli" in data["body"]
    assert "{{allegati}}" in data["body"]
    assert data["sender_emails_list"] == [
        {"id": 0, "email": "no-reply@localhost"},
        {"id": 1, "email": "rossi@example.it"},
    ]
    assert data["default_sender_email"] == {"id": 1, "email": "rossi@example.it"}
    assert data["document_exists"]
    assert not data["delivery_note_exists"]
    assert not data["attachment_exists"]
    assert not data["accompanying_invoice_exists"]
    assert data["default_attach_pdf"]
    assert data["delivery"] == "outbox"


def test_a_delivery_note_is_no_document_and_an_invoice_may_have_all_its_papers(client: Client) -> None:
    note = client.data("GET", f"issued_documents/{create(client, 'delivery_note')['id']}/email")
    assert (note["document_exists"], note["delivery_note_exists"]) == (False, True)
    invoice = create(client, delivery_note=True, accompanying_invoice=True)
    data = client.data("GET", f"issued_documents/{invoice['id']}/email")
    assert (data["document_exists"], data["delivery_note_exists"], data["accompanying_invoice_exists"]) == (True,) * 3


def test_a_document_without_an_address_takes_that_of_the_registry(client: Client) -> None:
    known = client.data("POST", "entities/clients", json={"data": {"name": "Verdi", "email": "verdi@example.it"}})
    invoice = create(client, entity={"id": known["id"], "name": "Verdi"})
    assert client.data("GET", f"issued_documents/{invoice['id']}/email")["recipient_email"] == "verdi@example.it"


def test_a_foreign_customer_is_written_to_in_english(client: Client) -> None:
    invoice = create(client, language={"code": "de"}, number=3, numeration="/A")
    data = client.data("GET", f"issued_documents/{invoice['id']}/email")
    assert data["subject"].startswith("Invoice no. 3/A dated ")
    assert data["body"].startswith("Dear ")


def test_a_company_has_words_of_its_own(client: Client, configure: Configure) -> None:
    configure(mail_templates={"it": MailTemplate(subject="{{azienda}}: {{ numero }} per {{totale}} {{ignota}}")})
    data = client.data("GET", f"issued_documents/{create(client, number=9)['id']}/email")
    assert data["subject"].replace("\xa0", " ") == "Rossi S.r.l.: 9 per 122,00 € {{ignota}}"
    assert data["body"].startswith("Gentile Bianchi S.p.A.")


# the order to send


def test_who_may_send(client: Client, check_access: CheckAccess, make_token: MakeToken) -> None:
    path = f"issued_documents/{create(client)['id']}/email"
    check_access("POST", path, needs="issued_documents.invoices:r", json=order())
    reader = client.using(make_token(scopes=["issued_documents.invoices:r"]))
    assert reader.post(path, json=order()).status_code == 200  # as the vendor declares it


def test_a_message_arrives_from_the_company_with_a_link_that_opens(
    client: Client, postman: Postman, installation: Installation, company_id: int
) -> None:
    invoice = create(client)
    row = sent(client, invoice)
    (message,) = postman.messages
    assert postman.envelopes[0].mail_from == "fatture@rossi.it"
    assert message["From"].addresses[0].addr_spec == "fatture@rossi.it"
    assert message["From"].addresses[0].display_name == "Rossi S.r.l."
    assert message["To"] == "anna@example.it"
    assert message["Subject"] == "La sua fattura"
    html = message.get_body(("html",))
    assert html is not None
    (link,) = re.findall(r'href="http://[^/]+(/doc/[^"]+)"', html.get_content())
    assert f'href="{link}.pdf"' in client.using("").get(link).text
    assert client.using("").get(f"{link}.pdf").content.startswith(b"%PDF")
    assert row["sent_date"] == "2026-03-02 09:30:00"
    assert row["errors_count"] == 0
    assert row["from_email"] == "fatture@rossi.it"
    assert row["to_name"] == "Bianchi S.p.A."
    assert row["kind"] == "Fatture"
    assert row["recipient_status"] == "unknown"
    assert row["delivery"] == "smtp"
    assert "{{allegati}}" not in row["content"]
    assert row["attachments"] == []
    assert events_of(installation, company_id, "email_sent") == [
        ("issued_documents.invoices.email_sent", invoice["id"])
    ]


def test_the_pdf_and_the_attachment_travel_with_the_message(client: Client, postman: Postman) -> None:
    uploaded = client.data(
        "POST",
        "issued_documents/attachment",
        files={"attachment": ("disegno.pdf", b"%PDF-1.4 x", "application/pdf")},
    )
    invoice = create(client, number=5, attachment_token=uploaded["attachment_token"])
    row = sent(client, invoice, attach_pdf=True, include={**NOTHING, "document": True, "attachment": True})
    printed, attached = postman.messages[0].iter_attachments()
    assert printed.get_filename() == "invoice-5-2026.pdf"
    content = printed.get_content()
    assert content.startswith(b"%PDF")
    assert attached.get_filename() == "disegno.pdf"
    assert attached.get_content() == b"%PDF-1.4 x"
    assert [file["filename"] for file in row["attachments"]] == ["invoice-5-2026.pdf", "disegno.pdf"]
    for file, expected in zip(row["attachments"], (content, b"%PDF-1.4 x"), strict=True):
        path = "/" + file["url"].split("/", 3)[3]
        assert client.using("").get(path).content == expected


def test_the_pdf_shows_the_document_as_it_is_when_the_message_leaves(
    client: Client, postman: Postman, clock: Clock
) -> None:
    invoice = create(client, visible_subject="Prima")
    postman.answers = ["451 later"]
    id = send(client, invoice, attach_pdf=True)["id"]
    wait(client, id, lambda row: row["errors_count"] == 1)
    client.data("PUT", f"issued_documents/{invoice['id']}", json={"data": {"visible_subject": "Dopo"}})
    clock.advance(seconds=11)
    wait(client, id, lambda row: row["status"] == "sent")
    (file,) = postman.messages[0].iter_attachments()
    from io import BytesIO

    assert "Dopo" in PdfReader(BytesIO(file.get_content())).pages[0].extract_text()


def test_several_recipients_and_a_copy_to_oneself(client: Client, postman: Postman) -> None:
    row = sent(client, create(client), recipient_email="a@example.it, b@example.it", send_copy=True)
    assert postman.envelopes[0].rcpt_tos == ["a@example.it", "b@example.it", "rossi@example.it"]
    assert postman.messages[0]["To"] == "a@example.it, b@example.it"
    assert postman.messages[0]["Cc"] == "rossi@example.it"
    assert row["copy_to"] == "rossi@example.it"


def test_another_address_of_the_company_can_be_the_sender(client: Client, postman: Postman) -> None:
    sent(client, create(client), sender_id=None, sender_email="Rossi@Example.it")
    assert postman.messages[0]["From"].addresses[0].addr_spec == "rossi@example.it"
    assert postman.envelopes[0].mail_from == "fatture@rossi.it"


@pytest.mark.parametrize("sender", [{"sender_id": 5}, {"sender_id": None, "sender_email": "capo@altrui.it"}])
def test_nobody_writes_in_anothers_name(client: Client, sender: dict[str, Any]) -> None:
    answer = client.post(f"issued_documents/{create(client)['id']}/email", json=order(**sender))
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "UNKNOWN_SENDER"


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"sender_id": None}, "data.sender_id"),
        ({"recipient_email": ""}, "data.recipient_email"),
        ({"recipient_email": "anna"}, "data.recipient_email"),
        ({"recipient_email": "a@example.it\r\nBcc: b@example.it"}, "data.recipient_email"),
        ({"recipient_email": ",".join(f"a{i}@example.it" for i in range(51))}, "data.recipient_email"),
        ({"recipient_email": "a@example.it," * 200}, "data.recipient_email"),
        ({"subject": ""}, "data.subject"),
        ({"subject": "ciao\nBcc: b@example.it"}, "data.subject"),
        ({"subject": "x" * 501}, "data.subject"),
        ({"body": ""}, "data.body"),
        ({"body": "è" * (25 * 1024 + 1)}, "data.body"),
        ({"include": None}, "data.include"),
        ({"include": {"document": True}}, "data.include.attachment"),
        ({"attach_pdf": None}, "data.attach_pdf"),
        ({"send_copy": None}, "data.send_copy"),
    ],
)
def test_an_order_that_is_wrong_names_the_key(client: Client, more: dict[str, Any], path: str) -> None:
    answer = client.post(f"issued_documents/{create(client)['id']}/email", json=order(**more))
    assert answer.status_code == 422
    assert path in answer.json()["error"]["validation_result"]
    assert client.data("GET", "emails") == []


def test_a_body_of_just_50_kib_is_taken(client: Client) -> None:
    assert send(client, create(client), body="è" * (25 * 1024))["id"]


def test_an_unknown_document_has_no_mail(client: Client) -> None:
    assert client.get("issued_documents/999/email").status_code == 404
    assert client.post("issued_documents/999/email", json=order()).status_code == 404


def test_a_company_sends_so_many_messages_a_day(
    client: Client, installation: Installation, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "settings", replace(installation.settings, mail_per_day=2))
    invoice = create(client)
    for _ in range(2):
        send(client, invoice)
    refused = client.post(f"issued_documents/{invoice['id']}/email", json=order())
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "MAIL_LIMIT")
    clock.advance(hours=25)
    assert send(client, invoice)["id"]


def test_buttons_without_a_place_go_to_the_end() -> None:
    links: list[Any] = [("document", "https://x.it/?a=1&b=2")]
    assert "https://x.it/?a=1&amp;b=2" in with_buttons("<body>ciao</body>", links, "it")
    assert with_buttons("<body>ciao</body>", links, "it").endswith("</a></body>")
    assert with_buttons("ciao", [], "it") == "ciao"
    assert with_buttons("ciao {{allegati}}", [], "it") == "ciao "


# what became of it


def test_a_server_that_is_busy_is_asked_again_and_the_failure_is_counted(
    client: Client, postman: Postman, clock: Clock
) -> None:
    postman.answers = ["451 try later", "take"]
    id = send(client, create(client))["id"]
    waiting = wait(client, id, lambda row: row["errors_count"] == 1 and row["status"] == "pending")
    assert waiting["error_log"] == "2026-03-02 09:30:00 451 try later"
    assert not waiting["failed"]
    clock.advance(seconds=11)
    row = wait(client, id, lambda row: row["status"] == "sent")
    assert row["errors_count"] == 1
    assert len(postman.messages) == 1


def test_a_refusal_that_lasts_is_not_tried_again(
    client: Client, postman: Postman, clock: Clock, installation: Installation, company_id: int
) -> None:
    postman.refused = {"anna@example.it": "550 no such user"}
    id = send(client, create(client))["id"]
    row = wait(client, id, lambda row: bool(row["failed"]))
    assert row["status"] == "pending"
    assert "550 no such user" in row["error_log"]
    clock.advance(days=2)
    time.sleep(1.5)
    assert listed(client, id)["errors_count"] == 1
    assert events_of(installation, company_id, "email_sent") == []
    with installation.database.read() as session:
        assert session.rows(select(jobs.c.state).where(jobs.c.company_id == company_id)) == [("dead",)]


def test_a_recipient_that_is_refused_beside_others_is_told(client: Client, postman: Postman) -> None:
    postman.refused = {"via@example.it": "550 gone"}
    row = sent(client, create(client), recipient_email="anna@example.it,via@example.it")
    assert row["error_log"] == "2026-03-02 09:30:00 via@example.it: 550 gone"
    assert row["errors_count"] == 1


def test_a_message_about_a_document_that_is_gone_says_so(client: Client, postman: Postman, clock: Clock) -> None:
    postman.answers = ["451 later"]
    invoice = create(client)
    id = send(client, invoice)["id"]
    wait(client, id, lambda row: row["errors_count"] == 1)
    assert client.delete(f"issued_documents/{invoice['id']}").status_code == 200
    clock.advance(seconds=11)
    row = wait(client, id, lambda row: bool(row["failed"]))
    assert "non esiste più" in row["error_log"]
    assert postman.messages == []


def test_without_a_server_the_message_lands_in_the_outbox_and_the_api_says_so(
    client: Client, installation: Installation, company_id: int
) -> None:
    ordered = send(client, create(client), subject="Nella cartella")
    assert ordered["delivery"] == "outbox"
    assert "outbox" in ordered["message"]
    row = wait(client, ordered["id"], lambda row: row["delivery"] == "outbox")
    assert row["status"] == "pending"
    assert row["sent_date"] is None
    assert row["error_log"] == ordered["message"]
    assert events_of(installation, company_id, "email_sent") == []
    files = (installation.settings.data_dir / "outbox").glob(f"{company_id}.{row['id']}.*.eml")
    (content,) = [file.read_bytes() for file in files]
    assert b"Subject: Nella cartella" in content
    assert b"Reply-To" not in content


def test_messages_are_listed_newest_first_and_can_be_searched(client: Client) -> None:
    invoice = create(client)
    first = send(client, invoice, subject="Uno", recipient_email="anna@example.it")["id"]
    second = send(client, create(client, "quote"), subject="Due", recipient_email="bruno@example.it")["id"]
    page = client.get("emails").json()
    assert [row["id"] for row in page["data"]] == [second, first]
    assert page["total"] == 2
    for query, expected in (
        ("subject = 'uno'", [first]),
        ("to_email contains 'bruno'", [second]),
        ("kind = 'Preventivi'", [second]),
        (f"document_id = {invoice['id']}", [first]),
        ("recipient_status = 'unknown' and errors_count = 0", [second, first]),
    ):
        assert [row["id"] for row in client.data("GET", "emails", params={"q": query})] == expected
    by_subject = client.data("GET", "emails", params={"sort": "subject", "fields": "id,attachments"})
    assert by_subject == [{"id": second, "attachments": []}, {"id": first, "attachments": []}]
    assert client.get("emails", params={"q": "nonsense = 1"}).status_code == 422


def test_who_may_list(check_access: CheckAccess) -> None:
    check_access("GET", "emails", needs="emails:r")


def test_companies_do_not_see_each_others_messages(
    client: Client, make_company: MakeCompany, make_token: MakeToken
) -> None:
    send(client, create(client))
    other = make_company()
    assert Client(client.http, other, make_token(company_id=other)).data("GET", "emails") == []


# by which way it leaves


def test_the_companys_server_comes_before_the_installations(installation: Installation) -> None:
    settings = replace(
        installation.settings, smtp_host="mail.host.it", smtp_security="tls", smtp_from="no-reply@host.it"
    )
    shared = Installation(settings, installation.database)
    company = Company(name="Rossi", email="rossi@example.it")
    route = route_of(shared, company, CompanySettings())
    assert isinstance(route.mailer, Smtp)
    assert (route.mailer.host, route.mailer.security, route.address) == ("mail.host.it", "tls", "no-reply@host.it")
    # the installation's server does not speak for the company's domain
    assert route.sender("rossi@example.it") == "no-reply@host.it"
    own = route_of(shared, company, CompanySettings(smtp=SmtpSettings(host="smtp.rossi.it", user="fatture@rossi.it")))
    assert isinstance(own.mailer, Smtp)
    assert (own.mailer.host, own.address) == ("smtp.rossi.it", "fatture@rossi.it")
    assert own.sender("rossi@example.it") == "rossi@example.it"
    assert isinstance(route_of(installation, company, CompanySettings()).mailer, Outbox)


def test_an_installation_without_a_sender_writes_as_no_reply_of_its_host() -> None:
    assert no_reply("https://fatture.example.it:8443/x") == "no-reply@fatture.example.it"
    assert no_reply("http://127.0.0.1:8000") == "no-reply@localhost"
    assert no_reply("http://[::1]:8000") == "no-reply@localhost"


# the vendor's client


def test_the_vendors_client_orders_and_lists(client: Client, sdk: Sdk, postman: Postman, company_id: int) -> None:
    invoice = create(client)
    documents, emails = vendor.IssuedDocumentsApi(sdk()), vendor.EmailsApi(sdk())
    data = documents.get_email_data(company_id, invoice["id"]).data
    assert data is not None
    assert data.default_sender_email is not None
    wanted = vendor.EmailScheduleInclude(
        document=data.document_exists, delivery_note=False, attachment=False, accompanying_invoice=False
    )
    documents.schedule_email(
        company_id,
        invoice["id"],
        schedule_email_request=vendor.ScheduleEmailRequest(
            data=vendor.EmailSchedule(
                sender_id=data.default_sender_email.id,
                recipient_email="anna@example.it",
                subject=data.subject,
                body=data.body,
                include=wanted,
                attach_pdf=data.default_attach_pdf,
                send_copy=True,
            )
        ),
    )
    deadline = time.monotonic() + 20
    while True:
        page = emails.list_emails(company_id)
        assert page.data is not None
        (email,) = page.data
        if email.status == vendor.EmailStatus.SENT:
            break
        assert time.monotonic() < deadline, email
        time.sleep(0.1)
    assert email.attachments is not None
    assert email.attachments[0].filename == f"invoice-{invoice['number']}-2026.pdf"
    assert email.subject == data.subject
    assert dt.datetime.fromisoformat(str(email.sent_date)) == dt.datetime(2026, 3, 2, 9, 30)  # noqa: DTZ001
    assert msgspec.json.decode(encoder.encode(page.total)) == 1
