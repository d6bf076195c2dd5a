"""A document by e-mail: the message as it would leave, to be changed and sent."""

import re
from collections.abc import Mapping
from html import escape, unescape
from typing import Any

from starlette.responses import Response

from mastro.api.errors import ApiError, Forbidden, Invalid, NotFound
from mastro.web.operations import Operations
from mastro.web.refusals import by_input, said
from mastro.web.sections.issued_documents.actions import id_of, place_of
from mastro.web.sections.issued_documents.document import title_of
from mastro.web.visit import Visit

_BREAK = re.compile(r"\s*(?:<br\s*/?>|</p\s*>|</div\s*>)", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


async def form(visit: Visit) -> Response:
    """The form with the message that the operation proposes."""
    document, start = await _start(visit)
    return _page(visit, document, start, proposed(start))


async def send(visit: Visit) -> Response:
    """Send what was typed."""
    fields = await visit.form()
    document, start = await _start(visit)
    try:
        answer = await visit.call("scheduleEmail", path={"document_id": id_of(visit)}, data=order(start, fields))
    except (Forbidden, NotFound):
        raise
    except ApiError as why:
        errors = by_input(why.validation, visit.say) if isinstance(why, Invalid) else {}
        if "sender_id" in errors:
            errors["sender_email"] = errors.pop("sender_id")
        error = "" if errors else said(why.message, visit.say)
        return _page(visit, document, start, fields, status=why.status, errors=errors, error=error)
    words = visit.say("E-mail in coda per %(to)s.", to=fields.get("recipient_email", ""))
    if answer["data"]["delivery"] == "outbox":
        words = visit.say("E-mail scritta nella cartella outbox: nessun server di posta è impostato.")
    return visit.go(place_of(visit), words)


async def _start(visit: Visit) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The document, and what a message about it starts with."""
    at = {"document_id": id_of(visit)}

    def ask(api: Operations) -> Any:
        document = api("getIssuedDocument", path=at, query={"fields": "id,type,number,numeration"})["data"]
        return document, api("getEmailData", path=at)["data"]

    found: tuple[Mapping[str, Any], Mapping[str, Any]] = await visit.read(ask)
    return found


def proposed(start: Mapping[str, Any]) -> dict[str, str]:
    """The inputs of the form as the operation proposes them."""
    return {
        "recipient_email": start["recipient_email"],
        "sender_email": (start["default_sender_email"] or {}).get("email", ""),
        "subject": start["subject"],
        "body": text_of(start["body"]),
        "attach_pdf": "on" if start["default_attach_pdf"] else "off",
        "include_attachment": "on",
    }


def order(start: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, Any]:
    """What the operation is told. Words that nobody changed keep the form that they came in."""
    body = fields.get("body", "").replace("\r\n", "\n")
    known = fields.get("include_attachment", "off") == "on"
    return {
        "sender_email": fields.get("sender_email", ""),
        "recipient_email": fields.get("recipient_email", "").strip(),
        "subject": fields.get("subject", "").strip(),
        "body": start["body"] if body.strip() == text_of(start["body"]) else html_of(body),
        "include": {"document": True, "delivery_note": True, "accompanying_invoice": True, "attachment": known},
        "attach_pdf": fields.get("attach_pdf") == "on",
        "send_copy": fields.get("send_copy") == "on",
    }


def text_of(html: str) -> str:
    """The words of a message."""
    return unescape(_TAG.sub("", _BREAK.sub("\n", html))).strip()


def html_of(text: str) -> str:
    """Words as the body of a message."""
    return escape(text.strip(), quote=False).replace("\n", "<br>")


def _page(
    visit: Visit,
    document: Mapping[str, Any],
    start: Mapping[str, Any],
    fields: Mapping[str, str],
    *,
    status: int = 200,
    errors: Mapping[str, str] | None = None,
    error: str = "",
) -> Response:
    return visit.page(
        "issued_documents/email.html",
        status=status,
        title=title_of(visit, document),
        here=visit.base + place_of(visit),
        start=start,
        typed=fields,
        senders=[(each["email"], each["email"]) for each in start["sender_emails_list"]],
        errors=errors or {},
        error=error,
    )
