"""Certified mail taken apart: receipts, certified messages, what is inside, and what must never be believed."""

import datetime as dt
import time
from contextlib import suppress
from email.message import EmailMessage
from email.mime.application import MIMEApplication
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from mastro.fatturapa.pec import MOST_CONTAINERS, MOST_LINES, UnreadableMailError, assigned_address, read_mail
from pec_mail import BOX, SDI, WHEN, anomaly, certified, envelope, facts, letter, receipt, signed_by, wrapped
from pure.fatturapa.test_e_invoice_read import cades

OUR_ID = "IT12345670017_00001.abc@pec.example.it"
FILE = "IT12345670017_00001.xml"


@pytest.mark.parametrize(
    "kind",
    [
        "accettazione",
        "non-accettazione",
        "presa-in-carico",
        "avvenuta-consegna",
        "preavviso-errore-consegna",
        "errore-consegna",
        "rilevazione-virus",
    ],
)
def test_a_receipt_names_its_kind_the_message_it_speaks_of_and_the_recipient(kind: str) -> None:
    mail = read_mail(receipt(kind, OUR_ID, FILE))
    assert (mail.kind, mail.reference, mail.recipient) == (kind, OUR_ID, SDI)
    assert mail.sender == "posta-certificata@pec.example.it"
    assert mail.date == WHEN
    assert mail.message_id.startswith("opec")
    assert mail.error == ""
    assert mail.attached == ()


def test_a_receipt_says_what_went_wrong() -> None:
    mail = read_mail(receipt("errore-consegna", OUR_ID, FILE, error="no-dest", said="5.1.1 - indirizzo inesistente"))
    assert mail.error == "5.1.1 - indirizzo inesistente"
    assert read_mail(receipt("errore-consegna", OUR_ID, FILE, error="no-dest")).error == "no-dest"


def test_a_receipt_without_its_facts_is_known_by_its_headers() -> None:
    headers = {"X-Ricevuta": "avvenuta-consegna", "X-Riferimento-Message-ID": f"<{OUR_ID}>", "Subject": "CONSEGNA: x"}
    mail = read_mail(envelope(headers, "x", None, None))
    assert (mail.kind, mail.reference) == ("avvenuta-consegna", OUR_ID)


@pytest.mark.parametrize("with_facts", [True, False])
def test_of_a_certified_message_author_words_and_files_are_those_inside(with_facts: object) -> None:
    files = {"IT12345670017_00001_RC_001.xml": b"<a/>", "perch\u00e9.xml.p7m": bytes(range(256))}
    mail = read_mail(certified(files, words="Il file è stato consegnato.", facts=bool(with_facts)))
    assert (mail.kind, mail.sender, mail.subject) == ("posta-certificata", SDI, "Ricevuta di consegna 1")
    assert mail.text == "Il file è stato consegnato."
    assert {each.name: each.content for each in mail.attached} == files


def test_the_author_is_whom_the_provider_names_not_whom_the_message_claims() -> None:
    inner = letter({"a.xml": b"<a/>"}, sender=SDI).as_bytes()
    mail = read_mail(wrapped(inner, sender="ladro@pec.example.it", subject="x"))
    assert mail.senders == ("ladro@pec.example.it",)


def test_a_certified_message_that_a_box_passed_on_names_both_senders() -> None:
    first = certified({"a.xml": b"<a/>"}, words="dentro")
    mail = read_mail(wrapped(first, sender="studio@pec.example.it", subject="I: x"))
    assert mail.senders == ("studio@pec.example.it", SDI)
    assert [each.name for each in mail.attached] == ["a.xml"]
    assert mail.text == "dentro"


def test_envelopes_are_opened_to_a_depth_and_no_further() -> None:
    message = certified({"a.xml": b"<a/>"})
    for _ in range(5):
        message = wrapped(message, sender="studio@pec.example.it", subject="I: x")
    assert read_mail(message).attached == ()


def test_ordinary_mail_that_dresses_up_as_certified_is_an_anomaly_once_a_provider_has_passed_it_on() -> None:
    dressed = letter({"daticert.xml": facts("posta-certificata", sender=SDI, subject="x", reference="y").encode()})
    dressed["X-Trasporto"] = "posta-certificata"
    mail = read_mail(anomaly(dressed))
    assert (mail.kind, mail.attached) == ("anomalia", ())


def test_what_is_attached_to_the_message_inside_is_no_fact_of_the_envelope() -> None:
    forged = facts("avvenuta-consegna", sender=BOX, subject="x", reference=OUR_ID).encode()
    mail = read_mail(certified({"daticert.xml": forged}, sender="ladro@pec.example.it", facts=False))
    assert (mail.kind, mail.sender) == ("posta-certificata", "ladro@pec.example.it")


def test_ordinary_mail_is_ordinary() -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "Anna <Anna@Example.it>", "Buongiorno è"
    message.set_content("Ciao")
    mail = read_mail(message.as_bytes())
    assert (mail.kind, mail.sender, mail.subject, mail.text) == ("ordinaria", "anna@example.it", "Buongiorno è", "Ciao")
    assert mail.date is None


WORDS = """Il nuovo indirizzo da utilizzare per inviare le prossime fatture al Sistema di
Interscambio, fino ad un eventuale nuovo avviso, e' sdi48@pec.fatturapa.it. L'utilizzo di un altro non garantisce."""


@pytest.mark.parametrize(
    ("sender", "words", "address"),
    [
        (SDI, WORDS, "sdi48@pec.fatturapa.it"),
        (SDI, "please use the address: SDI48@pec.fatturapa.it.Using another", "sdi48@pec.fatturapa.it"),
        ("sdi07@pec.fatturapa.it", "In allegato la ricevuta", "sdi07@pec.fatturapa.it"),
        (SDI, WORDS.replace("pec.fatturapa.it", "pec.fatturapa.italia.example"), SDI),
        ("ladro@pec.example.it", "In allegato", ""),
        ("ladro@pec.example.it", WORDS.replace("fatturapa", "ladro"), ""),
    ],
)
def test_the_sdi_says_to_which_address_it_wants_the_next_invoices(sender: str, words: str, address: str) -> None:
    assert assigned_address(read_mail(certified({}, sender=sender, words=words)), "pec.fatturapa.it") == address


# hostile mail


def _nested(levels: int) -> bytes:
    parts = [b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (i, i) for i in range(levels)]
    return b"".join(parts) + b"x\r\n" * 1000


@pytest.mark.parametrize(
    "message",
    [
        b"x" * 45_000_001,
        _nested(MOST_CONTAINERS + 1),
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\r\n\r\nx\r\n" * 5000,
        b"\r\n" * (MOST_LINES + 1),
        b"Subject: " + b"=?utf-8?q?a?= " * 100_000 + b"\r\n\r\n",
        b"Subject: a\r\n" + b" =?utf-8?b?YQ==?=\r\n" * 100_000 + b"\r\n",
        b"Content-Type: text/plain; " + b"a=b; " * 100_000 + b"\r\n\r\nx",
        b"X-A: b\r\n" * 100_002 + b"\r\nx",
    ],
    ids=["long", "deep", "many parts", "many lines", "long header", "folded header", "parameters", "many headers"],
)
def test_a_message_that_is_made_to_exhaust_is_refused_at_once(message: bytes) -> None:
    began = time.process_time()
    with pytest.raises(UnreadableMailError):
        read_mail(message)
    assert time.process_time() - began < 5


def test_facts_that_would_explode_are_no_facts() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx">]><postacert tipo="avvenuta-consegna">&x;</postacert>'
    mail = read_mail(envelope({"Subject": "x"}, "x", bomb, None))
    assert mail.kind == "ordinaria"


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\r\n",
        b"\xff\xfe\x00",
        b"Subject: =?x-unknown?b?4oKs?=\r\n\r\n",
        b"Date: Mon, 99 Foo 99999999 10:15:00 +9999\r\n\r\n",
        b"Content-Type: text/plain; charset=x-unknown\r\n\r\n\xe8",
        b"Content-Type: application/pkcs7-mime; name=smime.p7m\r\n\r\nnot signed",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Disposition: attachment; filename*=x-unknown''%E8\r\n\r\nx",
        b"Content-Type: message/rfc822\r\n\r\n",
        b"From: " + b"(" * 5000 + b"\r\n\r\n",
        b"X-Trasporto: posta-certificata\r\n\r\nno envelope",
    ],
)
def test_a_broken_message_is_read_as_far_as_it_goes(message: bytes) -> None:
    read_mail(message)


def test_names_of_files_lose_their_folders_and_what_cannot_be_seen() -> None:
    mail = read_mail(certified({"..\\..\\etc/passwd\u202e.xml": b"x"}))
    assert mail.attached[0].name == "passwd .xml"


@given(st.binary(max_size=400), st.integers(0, 4000))
@settings(max_examples=300, deadline=None)
def test_whatever_is_changed_in_a_message_it_is_read_or_refused(noise: bytes, place: int) -> None:
    message = certified({"a_RC_001.xml": b"<a/>"})
    place %= len(message)
    with suppress(UnreadableMailError):
        read_mail(message[:place] + noise + message[place + len(noise) :])


# the signature of the envelope


@pytest.fixture(scope="module")
def key() -> Any:
    return rsa.generate_private_key(65537, 2048)


def test_the_signature_of_an_envelope_is_verified_and_names_who_signed(key: Any) -> None:
    mail = signed_by(key, certified({FILE: b"<a/>"}))
    for data in (mail, mail.replace(b"\r\n", b"\n")):  # as a provider sends it, and as some programs keep it
        found = read_mail(data).signature
        assert found is not None
        assert (found.form, found.intact, found.signer) == ("S/MIME", True, "Gestore PEC di prova")
        assert found.valid_until == dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
        assert found.signed_at is not None


def test_an_envelope_that_was_changed_is_not_what_was_signed(key: Any) -> None:
    found = read_mail(signed_by(key, certified({FILE: b"<a/>"}), touched=b"Ricevuta di consegna 1")).signature
    assert found is not None
    assert found.intact is False


def test_a_message_within_its_signature_is_verified_too(key: Any) -> None:
    inside = certified({FILE: b"<a/>"}).partition(b"\r\n\r\n")[2]
    message = MIMEApplication(cades(inside, key), "pkcs7-mime", name="smime.p7m")
    found = read_mail(message.as_bytes()).signature
    assert found is not None
    assert (found.form, found.intact) == ("S/MIME", True)


def test_a_signature_that_is_none_cannot_be_read_and_ordinary_mail_has_none() -> None:
    found = read_mail(certified({FILE: b"<a/>"})).signature
    assert found is not None
    assert found.intact is None
    assert read_mail(letter({}).as_bytes()).signature is None


@given(st.binary(max_size=300), st.sampled_from([b"multipart/signed; boundary=x", b"application/pkcs7-mime"]))
def test_no_signature_stops_a_mail_from_being_read(content: bytes, kind: bytes) -> None:
    data = b"Content-Type: " + kind + b"\r\n\r\n--x\r\n\r\na\r\n--x\r\n\r\n" + content + b"\r\n--x--\r\n"
    with suppress(UnreadableMailError):
        read_mail(data)
