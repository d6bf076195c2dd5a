"""A company's own mail server and the words of its messages."""

import socket
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from mail import PASSWORD, USER, certificate, mail_server
from mastro.api.call import Installation
from mastro.api.sealed import UnreadableSecretError, seal, unseal
from mastro.database.schema import companies
from mastro.delivery.mail import PermanentFailure, Smtp
from mastro.resources.company import load_company, lock_settings, smtp_secret, store_settings
from mastro.resources.emails import Route, route_of
from resources.issued_documents import create
from support import CheckAccess, Client, Clock, MakeToken

SMTP = {"host": "smtp.rossi.it", "user": "fatture@rossi.it", "password": "segreto-lungo", "security": "tls"}


def _set(client: Client, **data: Any) -> Any:
    return client.put("settings/mail", json={"data": data})


def test_access(check_access: CheckAccess) -> None:
    check_access("GET", "settings/mail", needs="settings:r")
    check_access("PUT", "settings/mail", needs="settings:a")


def test_without_settings_mail_goes_through_the_installations_server(client: Client) -> None:
    assert client.data("GET", "settings/mail") == {"smtp": None, "password_is_set": False, "templates": {}}


def test_the_password_is_kept_and_never_answered(client: Client, installation: Installation) -> None:
    answers = [_set(client, smtp=SMTP), client.get("settings/mail")]
    for answer in answers:
        assert answer.status_code == 200
        assert "segreto" not in answer.text
        assert answer.json()["data"]["password_is_set"] is True
    _set(client, smtp={**SMTP, "password": None, "port": 2525})
    route = _route(client, installation)
    assert isinstance(route.mailer, Smtp)
    assert (route.mailer.password, route.mailer.port) == ("segreto-lungo", 2525)


def _route(client: Client, installation: Installation) -> Route:
    with installation.database.read() as session:
        return route_of(installation, *load_company(session, client.company_id))


def test_the_password_is_stored_sealed(client: Client, installation: Installation) -> None:
    _set(client, smtp=SMTP)
    with installation.database.read() as session:
        row = session.row(select(companies.c.settings).where(companies.c.id == client.company_id))
    assert row is not None
    assert b"segreto" not in row[0]
    assert b'"password":"sealed:1:' in row[0]


def _store(installation: Installation, company_id: int, password: str) -> None:
    """Store a password as it is."""
    with installation.database.write() as session:
        settings = lock_settings(session, company_id)
        assert settings.smtp is not None
        settings.smtp.password = password
        store_settings(session, company_id, settings)


def test_a_password_that_was_stored_before_they_were_sealed_still_works(
    client: Client, installation: Installation
) -> None:
    _set(client, smtp=SMTP)
    _store(installation, client.company_id, "di-una-volta")
    route = _route(client, installation)
    assert isinstance(route.mailer, Smtp)
    assert route.mailer.password == "di-una-volta"


def test_a_password_that_cannot_be_opened_is_a_failure_that_says_what_to_do(
    client: Client, installation: Installation
) -> None:
    _set(client, smtp=SMTP)
    of_another = seal(installation.settings.key, "rubata", smtp_secret(client.company_id + 1))
    for unreadable in (of_another, of_another[:-4], "sealed:1:è", "sealed:1:"):
        _store(installation, client.company_id, unreadable)
        mailer = _route(client, installation).mailer
        with pytest.raises(PermanentFailure, match="Inserirla di nuovo"):
            mailer.send(EmailMessage(), "rossi@rossi.it", ["anna@example.it"])


def test_the_same_password_is_never_sealed_alike_and_needs_the_same_key() -> None:
    first, second = (seal(b"key", "parola", "x") for _ in range(2))
    assert first != second
    assert unseal(b"key", first, "x") == unseal(b"key", second, "x") == "parola"
    with pytest.raises(UnreadableSecretError):
        unseal(b"other", first, "x")


def test_another_server_does_not_get_the_password_of_the_one_before(client: Client) -> None:
    _set(client, smtp=SMTP)
    answer = _set(client, smtp={"host": "smtp.altro.it"})
    assert answer.json()["data"]["password_is_set"] is False


def test_an_empty_host_goes_back_to_the_installations_server(client: Client) -> None:
    _set(client, smtp=SMTP)
    assert _set(client, smtp={"host": ""}).json()["data"]["smtp"] is None


def test_templates_are_kept_by_language(client: Client) -> None:
    words = {"subject": "La vostra {{documento}}", "body": "<p>Buongiorno</p>"}
    assert _set(client, templates={"it": words}).json()["data"]["templates"] == {"it": words}
    assert client.data("GET", "settings/mail")["templates"] == {"it": words}


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"smtp": {"host": "smtp rossi"}}, "data.smtp.host"),
        ({"smtp": {"host": "a.it", "port": 70000}}, "data.smtp.port"),
        ({"smtp": {"host": "a.it", "sender": "nobody"}}, "data.smtp.sender"),
        ({"smtp": {"host": "a.it", "security": "ssl"}}, "data.smtp.security"),
        ({"templates": {"xx": {"subject": "a"}}}, "data.templates.xx"),
    ],
)
def test_what_can_be_no_setting_is_refused_by_its_key(client: Client, data: dict[str, Any], path: str) -> None:
    refused = _set(client, **data)
    assert refused.status_code == 422
    assert list(refused.json()["error"]["validation_result"]) == [path]
    assert client.data("GET", "settings/mail")["smtp"] is None


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254"])
def test_a_company_cannot_send_the_installation_into_its_own_network(host: str) -> None:
    server = Smtp(host=host, port=25, public_only=True)
    with pytest.raises(PermanentFailure, match="internet at large"):
        server._connect()


# a test message


@pytest.fixture
def near(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let companies' mail servers stand on this machine."""
    monkeypatch.setattr(installation, "settings", replace(installation.settings, private_sinks=1))


def _try(client: Client, **smtp: Any) -> Any:
    settings = {"host": "127.0.0.1", "security": "none", "sender": "fatture@rossi.it", **smtp}
    return client.data("POST", "settings/mail/test", json={"data": {"smtp": settings}})


def test_access_to_the_test_and_to_the_words(check_access: CheckAccess) -> None:
    check_access("POST", "settings/mail/test", needs="settings:a", json={"data": {}})
    check_access("POST", "settings/mail/preview", needs="settings:r", json={"data": {}})


@pytest.mark.usefixtures("near")
def test_a_test_message_comes_to_the_user_over_settings_that_are_not_stored(client: Client) -> None:
    address = client.data("GET", "/user/info")["email"]
    with mail_server(login=True) as postman:
        told = _try(client, port=postman.port, user=USER, password=PASSWORD)
    assert told == {
        "sent": True,
        "to": address,
        "server": f"127.0.0.1:{postman.port}",
        "step": "",
        "said": "",
        "advice": "",
    }
    assert [envelope.rcpt_tos for envelope in postman.envelopes] == [[address]]
    assert postman.messages[0]["Subject"] == "Prova della posta di Rossi S.r.l."
    assert client.data("GET", "settings/mail")["smtp"] is None


@pytest.mark.usefixtures("near")
def test_a_stored_password_is_used_where_none_is_typed(client: Client) -> None:
    with mail_server(login=True) as postman:
        server = {"host": "127.0.0.1", "security": "none", "port": postman.port, "user": USER}
        _set(client, smtp={**server, "password": PASSWORD})
        assert _try(client, **server)["sent"]
        assert client.data("POST", "settings/mail/test", json={"data": {}})["sent"]


@pytest.mark.usefixtures("near")
def test_a_test_says_where_it_failed_and_what_the_server_said(client: Client, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        closed = free.getsockname()[1]
    told = _try(client, port=closed)
    assert (told["sent"], told["step"]) == (False, "connect")
    assert "refused" in told["said"]
    with mail_server(login=True) as postman:
        told = _try(client, port=postman.port, user=USER, password="sbagliata")
        assert (told["step"], told["said"][:3]) == ("login", "535")
        told = _try(client, port=postman.port, security="starttls", user=USER, password=PASSWORD)
        assert told["step"] == "tls"
        postman.answers.append("554 5.7.1 Sender not allowed")
        told = _try(client, port=postman.port, user=USER, password=PASSWORD)
    assert (told["step"], told["said"]) == ("send", "554 5.7.1 Sender not allowed")
    assert "sender" in told["advice"]
    context, _ = certificate(tmp_path)
    with mail_server(tls=context) as postman:
        told = _try(client, port=postman.port, security="tls")
    assert told["step"] == "tls"
    assert "certificate" in told["said"]


def test_without_any_server_the_test_says_so(client: Client) -> None:
    told = client.data("POST", "settings/mail/test", json={"data": {}})
    assert (told["sent"], told["step"]) == (False, "server")
    assert "MASTRO_SMTP_HOST" in told["advice"]


def test_no_test_reaches_into_the_network_of_the_installation(client: Client) -> None:
    told = _try(client, port=25)
    assert (told["step"], told["sent"]) == ("connect", False)
    assert "internet at large" in told["said"]


def test_a_company_makes_ten_tests_an_hour(client: Client, clock: Clock) -> None:
    def status() -> int:
        return int(client.post("settings/mail/test", json={"data": {}}).status_code)

    assert {status() for _ in range(10)} == {200}
    assert status() == 403


# the words, filled in


def test_the_words_are_shown_filled_in_from_the_latest_document(client: Client) -> None:
    example = client.data("POST", "settings/mail/preview", json={"data": {}})
    assert [(text["language"], text["document_id"]) for text in example] == [("it", None), ("en", None)]
    made = create(client, number=7, entity={"name": "Bianchi & <Figli>"})
    words = {"it": {"subject": "{{documento}} {{numero}}", "body": "<p>Caro {{cliente}}, {{totale}} {{ignota}}</p>"}}
    italian, english = client.data("POST", "settings/mail/preview", json={"data": {"templates": words}})
    assert (italian["document_id"], italian["subject"]) == (made["id"], "Fattura 7")
    assert italian["text"].startswith("Caro Bianchi & <Figli>, ")
    assert "{{ignota}}" in italian["text"]
    assert "Bianchi &amp; &lt;Figli&gt;" in italian["body"]
    assert english["subject"].startswith("Invoice no. 7")
    assert client.data("GET", "settings/mail")["templates"] == {}, "looking keeps nothing"


def test_the_words_show_no_document_that_the_user_may_not_read(client: Client, make_token: MakeToken) -> None:
    create(client)
    stranger = client.using(make_token(scopes=["settings:r"]))
    assert {text["document_id"] for text in stranger.data("POST", "settings/mail/preview", json={"data": {}})} == {None}
