"""Certified mail as the providers write it: receipts, certified messages, and what the SdI puts into them."""

import base64
import datetime as dt
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.mime.application import MIMEApplication
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from itertools import count
from typing import Any
from xml.sax.saxutils import escape

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import pkcs7

SDI = "sdi01@pec.fatturapa.it"
BOX = "rossi@pec.example.it"
WHEN = dt.datetime(2026, 3, 2, 10, 15, tzinfo=dt.timezone(dt.timedelta(hours=1)))

_numbers = count(1)


def facts(
    kind: str, *, sender: str, subject: str, reference: str, to: str = BOX, error: str = "", said: str = ""
) -> str:
    """`daticert.xml`."""
    extra = f"<errore-esteso>{escape(said)}</errore-esteso>" if said else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><postacert tipo="{kind}" errore="{error or "nessuno"}"><intestazione>'
        f'<mittente>{sender}</mittente><destinatari tipo="certificato">{to}</destinatari><risposte>{sender}</risposte>'
        f"<oggetto>{escape(subject)}</oggetto></intestazione><dati><gestore-emittente>Sogei SpA</gestore-emittente>"
        f'<data zona="+0100"><giorno>02/03/2026</giorno><ora>10:15:00</ora></data><identificativo>opec1@pec.it'
        f"</identificativo><msgid>&lt;{reference}&gt;</msgid><consegna>{to}</consegna>{extra}</dati></postacert>"
    )


def signed_by(key: Any, mail: bytes, *, until: dt.datetime | None = None, touched: bytes = b"") -> bytes:
    """An envelope with a real signature in the place of the one that is none; `touched` is changed after signing."""
    edge = mail.partition(b'boundary="')[2].partition(b'"')[0]
    content = mail.split(b"--" + edge)[1]
    inner = content.removeprefix(b"\r\n").removesuffix(b"\r\n")
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Gestore PEC di prova")])
    first = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 7, first, until or dt.datetime(2030, 1, 1, tzinfo=dt.UTC))
    ).sign(key, hashes.SHA256())
    builder = pkcs7.PKCS7SignatureBuilder().set_data(inner).add_signer(certificate, key, hashes.SHA256())
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
    made = base64.encodebytes(builder.sign(serialization.Encoding.DER, options)).replace(b"\n", b"\r\n")
    assert base64.b64encode(b"signature") in mail
    mail = mail.replace(base64.b64encode(b"signature"), made.strip())
    return mail.replace(touched, touched[::-1]) if touched else mail


def envelope(headers: dict[str, str], words: str, daticert: str | None, message: Message | None) -> bytes:
    """An envelope: signed by its provider, here with a signature that is none."""
    inside = MIMEMultipart("mixed")
    alternative = MIMEMultipart("alternative")
    alternative.attach(MIMEText(words, "plain", "utf-8"))
    alternative.attach(MIMEText(f"<p>{words}</p>", "html", "utf-8"))
    inside.attach(alternative)
    if daticert is not None:
        part = MIMEApplication(daticert.encode(), "xml", name="daticert.xml")
        part.add_header("Content-Disposition", "inline", filename="daticert.xml")
        inside.attach(part)
    if message is not None:
        attached = MIMEMessage(message)
        attached.add_header("Content-Disposition", "inline", filename="postacert.eml")
        inside.attach(attached)
    signed = MIMEMultipart("signed", protocol="application/x-pkcs7-signature", micalg="sha256")
    signed.attach(inside)
    signature = MIMEApplication(b"signature", "x-pkcs7-signature", name="smime.p7s")
    signature.add_header("Content-Disposition", "attachment", filename="smime.p7s")
    signed.attach(signature)
    number = next(_numbers)
    given = {"Message-ID": f"<opec{number}.20260302101500@pec.example.it>", "Date": "Mon, 2 Mar 2026 10:15:00 +0100"}
    for name, value in (given | headers).items():
        signed[name] = value
    return signed.as_bytes().replace(b"\n", b"\r\n")


def receipt(kind: str, reference: str, subject: str, *, error: str = "", said: str = "", to: str = SDI) -> bytes:
    """What a provider says of a message of the box."""
    daticert = facts(kind, sender=BOX, subject=subject, reference=reference, to=to, error=error, said=said)
    headers = {
        "Subject": f"{kind.upper()}: {subject}",
        "From": "posta-certificata@pec.example.it",
        "To": BOX,
        "X-Ricevuta": kind,
        "X-Riferimento-Message-ID": f"<{reference}>",
    }
    return envelope(headers, f"Ricevuta di {kind}", daticert, None)


def letter(
    files: dict[str, bytes], *, sender: str = SDI, subject: str = "Ricevuta di consegna 1", words: str = "In allegato"
) -> EmailMessage:
    """A message as its author writes it."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, BOX, subject
    message["Message-ID"] = f"<{next(_numbers)}.inner@pec.fatturapa.it>"
    message["Date"] = "Mon, 2 Mar 2026 10:15:00 +0100"
    message.set_content(words)
    for name, content in files.items():
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message


def certified(
    files: dict[str, bytes],
    *,
    sender: str = SDI,
    subject: str = "Ricevuta di consegna 1",
    words: str = "In allegato",
    **more: Any,
) -> bytes:
    """A certified message with these files; `facts=False` leaves `daticert.xml` out, as some providers do."""
    inner = letter(files, sender=sender, subject=subject, words=words)
    return wrapped(inner.as_bytes(), sender=sender, subject=subject, **more)


def wrapped(inner: bytes, *, sender: str, subject: str, facts: bool = True) -> bytes:
    """A certified message around any message."""
    daticert = _facts_of(sender, subject) if facts else None
    headers = {
        "Subject": f"POSTA CERTIFICATA: {subject}",
        "From": f'"Per conto di: {sender}" <posta-certificata@pcert.sogei.it>',
        "Reply-To": sender,
        "To": BOX,
        "X-Trasporto": "posta-certificata",
    }
    return envelope(
        headers, f'Il messaggio "{subject}" è stato inviato da "{sender}"', daticert, message_from_bytes(inner)
    )


def _facts_of(sender: str, subject: str) -> str:
    return facts("posta-certificata", sender=sender, subject=subject, reference="5168@pec.fatturapa.it")


def anomaly(message: EmailMessage) -> bytes:
    """Ordinary mail as a provider of certified mail passes it on."""
    headers = {
        "Subject": f"ANOMALIA MESSAGGIO: {message['Subject']}",
        "From": f'"Per conto di: {message["From"]}" <posta-certificata@pec.example.it>',
        "To": BOX,
        "X-Trasporto": "errore",
    }
    return envelope(headers, "Errore nel messaggio", None, message_from_bytes(message.as_bytes()))
