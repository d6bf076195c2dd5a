"""Mail to a real server on loopback, and into the folder that stands for one."""

import datetime as dt
import socket
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mail import PASSWORD, USER, certificate, mail_server
from mastro.delivery.letter import File, Letter, WrongAddress, compose, parse_addresses, plain_text
from mastro.delivery.mail import Outbox, PermanentFailure, Smtp, TemporaryFailure
from mastro.settings import ROME

LETTER = Letter(
    message_id="1.2.3@example.it",
    date=dt.datetime(2026, 3, 2, 9, 30, tzinfo=ROME),
    from_address="no-reply@mastro.example.it",
    from_name="Rossi, Figli & C.",
    to=["anna@example.it"],
    cc=["rossi@example.it"],
    reply_to="rossi@example.it",
    subject="Fattura n. 1 perché sì",
    html='<p>Gentile Anna,</p>ecco la <b>fattura</b>: <a href="https://example.it/x">apri</a>',
    files=[File("fattura è 1.pdf", b"%PDF-1.7 x", "application/pdf")],
)

SENDER = "bounce@mastro.example.it"


def test_a_message_arrives_with_text_html_and_file() -> None:
    with mail_server() as postman:
        refused = Smtp(host="127.0.0.1", port=postman.port, security="none").send(
            compose(LETTER), SENDER, ["anna@example.it", "rossi@example.it"]
        )
    assert refused == {}
    (envelope,) = postman.envelopes
    assert envelope.mail_from == SENDER
    assert envelope.rcpt_tos == ["anna@example.it", "rossi@example.it"]
    (message,) = postman.messages
    assert message["Message-ID"] == "<1.2.3@example.it>"
    assert message["Date"].datetime == LETTER.date
    assert message["From"].addresses[0].display_name == "Rossi, Figli & C."
    assert message["From"].addresses[0].addr_spec == "no-reply@mastro.example.it"
    assert message["Reply-To"] == "rossi@example.it"
    assert message["Cc"] == "rossi@example.it"
    assert message["Subject"] == "Fattura n. 1 perché sì"
    html, plain = message.get_body(("html",)), message.get_body(("plain",))
    assert html is not None
    assert plain is not None
    assert "<b>fattura</b>" in html.get_content()
    assert "\n".join(plain.get_content().splitlines()) == "Gentile Anna,\n\necco la fattura: apri: https://example.it/x"
    (file,) = message.iter_attachments()
    assert file.get_filename() == "fattura è 1.pdf"
    assert file.get_content_type() == "application/pdf"
    assert file.get_content() == b"%PDF-1.7 x"


def test_a_long_line_of_html_and_letters_outside_ascii_survive_a_server_without_8bitmime() -> None:
    long = Letter(**{name: getattr(LETTER, name) for name in Letter.__slots__} | {"html": "è" * 5000})
    with mail_server() as postman:
        Smtp(host="127.0.0.1", port=postman.port, security="none").send(compose(long), SENDER, ["anna@example.it"])
    content = postman.envelopes[0].content
    assert isinstance(content, bytes)
    assert max(map(len, content.splitlines())) <= 998  # RFC 5322, § 2.1.1
    html = postman.messages[0].get_body(("html",))
    assert html is not None
    assert html.get_content().strip() == "è" * 5000


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_server_with_a_certificate_is_spoken_to_under_tls_and_with_a_login(
    security: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    given = {"tls": context} if security == "tls" else {"starttls": context}
    with mail_server(**given, login=True) as postman:
        server = Smtp(host="127.0.0.1", port=postman.port, security=security, user=USER, password=PASSWORD)  # type: ignore[arg-type]
        server.send(compose(LETTER), SENDER, ["anna@example.it"])
    assert len(postman.messages) == 1


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_that_nobody_vouches_for_is_not_trusted(security: str, tmp_path: Path) -> None:
    context, _ = certificate(tmp_path)
    given = {"tls": context} if security == "tls" else {"starttls": context}
    with mail_server(**given) as postman, pytest.raises(TemporaryFailure, match="certificate"):
        Smtp(host="127.0.0.1", port=postman.port, security=security).send(compose(LETTER), SENDER, ["anna@example.it"])  # type: ignore[arg-type]
    assert postman.messages == []


def test_a_server_without_starttls_gets_nothing_in_clear() -> None:
    with mail_server() as postman, pytest.raises(PermanentFailure, match="STARTTLS"):
        Smtp(host="127.0.0.1", port=postman.port).send(compose(LETTER), SENDER, ["anna@example.it"])
    assert postman.messages == []


def test_a_wrong_password_is_not_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, trusted = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with mail_server(starttls=context, login=True) as postman, pytest.raises(PermanentFailure, match="535"):
        Smtp(host="127.0.0.1", port=postman.port, user=USER, password="falsa").send(
            compose(LETTER), SENDER, ["anna@example.it"]
        )


@pytest.mark.parametrize("more", [{"password": "pàrola"}, {"user": "ròssi"}, {"host": "caffè\udce8.example"}])
def test_what_no_server_can_be_told_is_not_tried_again(more: dict[str, str]) -> None:
    with mail_server(login=True) as postman:
        given: dict[str, Any] = {"host": "127.0.0.1", "user": USER, "password": PASSWORD, **more}
        server = Smtp(port=postman.port, security="none", **given)
        with pytest.raises(PermanentFailure, match="ASCII"):
            server.send(compose(LETTER), SENDER, ["anna@example.it"])


@pytest.mark.parametrize(("answer", "failure"), [("451 later", TemporaryFailure), ("554 no", PermanentFailure)])
def test_the_first_digit_of_the_answer_says_whether_to_try_again(answer: str, failure: type[Exception]) -> None:
    with mail_server() as postman:
        postman.answers = [answer]
        with pytest.raises(failure, match=answer):
            Smtp(host="127.0.0.1", port=postman.port, security="none").send(
                compose(LETTER), SENDER, ["anna@example.it"]
            )
    assert postman.messages == []


def test_some_refused_recipients_do_not_keep_the_message_from_the_others() -> None:
    with mail_server() as postman:
        postman.refused = {"via@example.it": "550 unknown"}
        refused = Smtp(host="127.0.0.1", port=postman.port, security="none").send(
            compose(LETTER), SENDER, ["anna@example.it", "via@example.it"]
        )
    assert refused == {"via@example.it": "550 unknown"}
    assert len(postman.messages) == 1


def test_recipients_that_are_all_refused_are_a_failure_that_lasts_unless_one_may_be_accepted_later() -> None:
    with mail_server() as postman:
        server = Smtp(host="127.0.0.1", port=postman.port, security="none")
        postman.refused = {"a@example.it": "550 unknown", "b@example.it": "551 gone"}
        with pytest.raises(PermanentFailure, match=r"a@example\.it: 550 unknown"):
            server.send(compose(LETTER), SENDER, ["a@example.it", "b@example.it"])
        postman.refused["b@example.it"] = "450 full"
        with pytest.raises(TemporaryFailure):
            server.send(compose(LETTER), SENDER, ["a@example.it", "b@example.it"])


def test_a_name_that_changes_its_address_after_it_was_checked_gains_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: the name is public when it is looked at, and loopback from then on."""
    looked_up: list[str] = []
    really = socket.getaddrinfo

    def rebinding(host: str, port: int, *more: Any, **given: Any) -> Any:
        looked_up.append(host)
        public = host == "mail.example.com" and looked_up.count(host) == 1
        address = "192.0.2.1" if public else "127.0.0.1" if host == "mail.example.com" else host
        return really(address, port, *more, **given)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    with mail_server() as postman, pytest.raises((TemporaryFailure, PermanentFailure)):
        Smtp(host="mail.example.com", port=postman.port, security="none", timeout=1).send(
            compose(LETTER), SENDER, ["anna@example.it"]
        )
    assert looked_up.count("mail.example.com") == 1
    assert "192.0.2.1" in looked_up
    assert postman.messages == []


def test_a_server_that_is_not_there_may_be_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(TemporaryFailure):
        Smtp(host="127.0.0.1", port=port, security="none").send(compose(LETTER), SENDER, ["anna@example.it"])


def test_a_server_that_says_nothing_is_left_after_the_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = Smtp(host="127.0.0.1", port=silent.getsockname()[1], security="none", timeout=1)
        with pytest.raises(TemporaryFailure, match="timed out"):
            server.send(compose(LETTER), SENDER, ["anna@example.it"])


def test_the_outbox_keeps_one_file_for_a_message_however_often_it_is_tried(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox")
    for _ in range(2):
        assert outbox.send(compose(LETTER), SENDER, ["anna@example.it"]) == {}
    (file,) = (tmp_path / "outbox").iterdir()
    assert file.suffix == ".eml"
    assert file.stat().st_mode & 0o077 == 0
    message = message_from_bytes(file.read_bytes(), policy=default)
    assert message["To"] == "anna@example.it"


def test_addresses_are_taken_apart_at_the_commas_and_each_counts_once() -> None:
    assert parse_addresses(" a@example.it, b.c+d@Example.IT,a@example.it,") == ["a@example.it", "b.c+d@example.it"]
    assert parse_addresses("info@caffè.it") == ["info@xn--caff-8oa.it"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " , ",
        "anna",
        "anna@",
        "@example.it",
        "anna@example..it",
        "anna@-example.it",
        "an na@example.it",
        "a@example.it\nBcc: b@example.it",
        "a@example.it\r",
        "Anna <anna@example.it>",
        "a@b@c.it",
        "è@example.it",
        f"{'a' * 65}@example.it",
        f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.{'f' * 60}.it",
        ",".join(f"a{i}@example.it" for i in range(51)),
    ],
)
def test_what_is_no_list_of_addresses_is_refused(text: str) -> None:
    with pytest.raises(WrongAddress):
        parse_addresses(text)


def test_no_text_can_begin_a_header_of_its_own() -> None:
    hostile = Letter(
        **{name: getattr(LETTER, name) for name in Letter.__slots__}
        | {
            "subject": "ciao\r\nBcc: ladro@example.it",
            "from_name": "Rossi\nBcc: ladro@example.it",
            "files": [File("a\r\nX-Y: z.pdf", b"x")],
        }
    )
    message = message_from_bytes(compose(hostile).as_bytes(), policy=default)
    assert message["Bcc"] is None
    assert message["Subject"] == "ciao  Bcc: ladro@example.it"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ('Bar "Da Mario", Rossi', 'Bar "Da Mario", Rossi'),
        ("Società Rossi, Figli & C. S.n.c.", "Società Rossi Figli & C. S.n.c."),
        ("Rossi, Figli e Nipoti di Rossi Giovanni e Bianchi Anna Maria, Societa in Accomandita", None),
        ("Rossi <ladro@example.it>, è", "Rossi ladro example.it è"),
        ("=?utf-8?q?=2C?=", "= ?utf-8?q?=2C?="),
        ("", ""),
    ],
)
def test_a_name_never_becomes_an_address(name: str, shown: str | None) -> None:
    named = Letter(**{key: getattr(LETTER, key) for key in Letter.__slots__} | {"from_name": name})
    message = message_from_bytes(compose(named).as_bytes(), policy=default)
    (address,) = message["From"].addresses
    assert address.addr_spec == LETTER.from_address
    assert address.display_name == (name.replace(",", "") if shown is None else shown)


HARD = st.lists(st.sampled_from([*'è,<>@;:\\()[]" .', "=?utf-8?q?=2C?=", "x" * 70, "a@b.it", "\r\n", "\u202e"])).map(
    "".join
)


@given(name=st.text() | HARD, subject=st.text() | HARD, html=st.text() | HARD, file=st.text() | HARD)
@settings(max_examples=200, deadline=None)
def test_whatever_words_it_is_made_of_a_message_has_the_headers_that_were_meant(
    name: str, subject: str, html: str, file: str
) -> None:
    letter = Letter(
        message_id="1.2@example.it",
        date=LETTER.date,
        from_address="a@example.it",
        from_name=name,
        to=["b@example.it"],
        subject=subject,
        html=html,
        files=[File(file, b"x")],
    )
    message = message_from_bytes(compose(letter).as_bytes(), policy=default)
    meant = ["Message-ID", "Date", "From", "To", "Subject", "MIME-Version", "Content-Type", "Content-Language"]
    assert list(message.keys()) == meant
    assert [each.addr_spec for each in message["From"].addresses] == ["a@example.it"]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<style>p{}</style><script>x()</script><p>solo questo</p>", "solo questo"),
        ("uno\n  due &amp; tre", "uno due & tre"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n\n- b"),
        ('<a href="https://x.it">https://x.it</a>', "https://x.it"),
        ('<a href="javascript:x()">qui</a>', "qui"),
        ("<p>a</p>\n\n<p>b</p>", "a\n\nb"),
        ("</a></p>a < b", "a < b"),
    ],
)
def test_plain_text_says_what_the_html_says(html: str, text: str) -> None:
    assert plain_text(html).strip() == text
