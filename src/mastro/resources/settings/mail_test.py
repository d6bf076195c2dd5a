"""A test of the mail settings: one message to the user's own address, and what became of it on the way."""

import datetime as dt
import secrets
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLong
from dataclasses import replace
from html import escape
from typing import Literal

from sqlalchemy import bindparam, func, select

from mastro.api.call import Call
from mastro.api.errors import Forbidden, NotFound
from mastro.api.operation import Operation
from mastro.database.collection import encoder
from mastro.database.connection import Prepared
from mastro.database.ids import time_id
from mastro.database.schema import events, users
from mastro.delivery.letter import Letter, compose
from mastro.delivery.mail import PORTS, Closed, Mailer, MailFailure, Smtp
from mastro.model.base import Body
from mastro.model.company import SmtpSettings
from mastro.resources.company import load_company
from mastro.resources.emails import OUTBOX_NOTE, Route, route_of
from mastro.resources.settings.mail import server

MOST = 10
"""Tests of a company in an hour: each is a message, and speaks to a server that the company names."""

SILENCE = 8
"""Seconds that the server may keep silent at each step of a test."""

PATIENCE = 25
"""Seconds that a test takes at most: somebody waits for it."""

EVENT = "settings.mail.test"

_at_work = ThreadPoolExecutor(4, thread_name_prefix="mail-test")

_TESTS = Prepared(
    select(func.count()).where(
        events.c.company_id == bindparam("company"), events.c.id >= bindparam("since"), events.c.type == EVENT
    )
)
_ADDRESS = Prepared(select(users.c.email).where(users.c.id == bindparam("id")))


class MailTest(Body):
    """The order to try a mail server."""

    smtp: SmtpSettings | None = None
    """One that is not stored, with the stored password where none is sent; null: what is stored."""
    language: Literal["it", "en"] = "it"
    """Of the message."""


class MailTested(Body):
    """What became of a test."""

    sent: bool = False
    """True where the server took the message."""
    to: str = ""
    """The user's own address."""
    server: str = ""
    """Name and port, or the folder that stands for one."""
    step: Literal["", "server", "connect", "tls", "login", "send"] = ""
    """Where it failed."""
    said: str = ""
    """The server's own words, or what kept us from reaching it."""
    advice: str = ""
    """How to mend it."""


ADVICE = {
    "server": "Set a mail server here, or one for the whole installation (MASTRO_SMTP_HOST).",
    "connect": (
        "Check the name of the server and its port: 587 for STARTTLS, 465 for TLS. A firewall may be in between."
    ),
    "tls": (
        "Choose the other security (TLS on port 465, STARTTLS on 587), and check that the certificate is good for this"
        " name."
    ),
    "login": "Check user and password; many providers want a password that is made for programs.",
    "send": "The server does not take this message: check that the sender is an address of yours there.",
}
"""How to mend what failed, by step."""

WORDS = {
    "it": (
        "Prova della posta di {company}",
        "<p>La posta di <b>{company}</b> funziona: questo messaggio è partito da {server}.</p>",
    ),
    "en": (
        "Test of the mail of {company}",
        "<p>The mail of <b>{company}</b> works: this message left by {server}.</p>",
    ),
}
"""Subject and HTML by language."""


def try_mail_settings(call: Call) -> bytes:
    """Send one message to the user's own address, over what is stored or what is sent; say what the server said.

    Ten an hour for a company. Raises Forbidden above, Invalid for a server that can be none.
    """
    sent = call.parse(MailTest).data
    company, settings = load_company(call.session, call.company_id)
    if sent.smtp is not None:
        settings.smtp = server(call, sent.smtp, settings.smtp)
    address = call.session.scalar(_ADDRESS, id=call.principal.user_id)
    if address is None:
        raise NotFound("User not found.")
    _count(call)
    route = route_of(call.installation, company, settings)
    answer = MailTested(to=address, server=_named(route.mailer))
    if not isinstance(route.mailer, Smtp):
        answer.step = "server"
        answer.said = route.mailer.reason if isinstance(route.mailer, Closed) else OUTBOX_NOTE
    else:
        letter = _letter(call, company.name, route, answer, sent.language)
        _try(replace(route.mailer, timeout=min(SILENCE, route.mailer.timeout)), route.address, letter, answer)
    answer.sent = not answer.step
    answer.advice = ADVICE.get(answer.step, "")
    return encoder.encode({"data": answer})


def _count(call: Call) -> None:
    """Write down that a test is made, in a transaction of its own. Raises Forbidden where there were enough."""
    hour_ago = int((call.now - dt.timedelta(hours=1)).timestamp() * 1_000_000)
    if call.session.scalar(_TESTS, company=call.company_id, since=time_id(hour_ago)) >= MOST:
        raise Forbidden(f"This company may test its mail {MOST} times an hour.", code="MAIL_LIMIT")
    database = call.installation.database

    def record() -> None:
        with database.write() as session:
            replace(call, session=session).emit(EVENT, call.company_id)

    _at_work.submit(database.retry, record).result()


def _named(mailer: Mailer) -> str:
    return f"{mailer.host}:{mailer.port or PORTS[mailer.security]}" if isinstance(mailer, Smtp) else ""


def _letter(call: Call, company: str, route: Route, answer: MailTested, language: str) -> Letter:
    subject, html = WORDS[language]
    facts = {"company": company, "server": answer.server}
    return Letter(
        message_id=f"test.{secrets.token_hex(12)}@{route.address.rpartition('@')[2]}",
        date=call.now,
        from_address=route.address,
        from_name=company,
        to=[answer.to],
        subject=subject.format(**facts),
        html=html.format(**{key: escape(value) for key, value in facts.items()}),
        language=language,
    )


def _try(mailer: Smtp, sender: str, letter: Letter, answer: MailTested) -> None:
    """Hand the message over, and write down where that failed."""
    try:
        _at_work.submit(mailer.send, compose(letter), sender, letter.to).result(timeout=PATIENCE)
    except MailFailure as failure:
        answer.step, answer.said = failure.step, str(failure)
    except TooLong:
        answer.step, answer.said = "connect", f"{mailer.host}: no end after {PATIENCE} seconds"


OPERATIONS = (
    Operation(
        "testMailSettings",
        "POST",
        "/c/{company_id}/settings/mail/test",
        try_mail_settings,
        "Settings",
        "Test Mail Settings",
        scope="settings",
        slow=True,
        body=MailTest,
        answer=MailTested,
    ),
)
