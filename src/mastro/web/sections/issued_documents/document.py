"""The page of an issued document: what it looks like, what it says, what became of it and what can be done with it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from starlette.responses import Response

from mastro.api.errors import ApiError, Invalid
from mastro.api.scopes import DOCUMENT_SCOPES
from mastro.italy import codes
from mastro.resources.issued_documents.originals import TRANSFORMS
from mastro.totals.payments import PAYMENT_FREE_TYPES
from mastro.web.language import N_
from mastro.web.operations import Operations
from mastro.web.refusals import said
from mastro.web.sections.issued_documents import states
from mastro.web.sections.issued_documents.timeline import steps
from mastro.web.visit import Visit

PATH = "/issued_documents"
MOST_PICTURES = 10
"""Pages that are shown as pictures; the others are in the PDF."""

PAPERS = {
    "document": N_("Documento"),
    "delivery_note": N_("DDT"),
    "accompanying_invoice": N_("Fattura accompagnatoria"),
}

SENDABLE = frozenset({"missing", "not_sent", "error", "discarded", "rejected"})
"""States in which the SdI still waits for the file, or for a better one; the operation decides."""

LOCKED = {
    "attempt": N_("La fattura elettronica sta partendo: ora si possono cambiare solo i pagamenti."),
    "pending": N_("La fattura elettronica sta partendo: ora si possono cambiare solo i pagamenti."),
}
LOCKED_ELSE = N_(
    "La fattura elettronica è dello SdI, che conserva il file inviato: si possono cambiare solo i pagamenti."
)


async def show(visit: Visit, *, error: str = "", status: int = 200) -> Response:
    """The page; with the `error` of a step that was refused."""
    id = int(visit.request.path_params["id"])
    found = await visit.read(lambda api: look(api, visit, id))
    document = found["document"]
    family = f"issued_documents.{DOCUMENT_SCOPES[document['type']]}"
    return visit.page(
        "issued_documents/document.html",
        status=status,
        error=error,
        **found,
        title=title_of(visit, document),
        list_path=f"{PATH}?type={document['type']}",
        may_write=visit.may(family, "a"),
        payable=document["type"] not in PAYMENT_FREE_TYPES,
        types=[(type, visit.say(states.TYPES[type][0])) for type in ways_of(visit, document)],
        type_words={key: visit.say(words[0]) for key, words in states.TYPES.items()},
        paper_words={key: visit.say(words) for key, words in PAPERS.items()},
        payment=states.payment(document, visit.say, visit.today.isoformat()),
        state=states.e_invoice(document, visit.say),
        lock=visit.say(LOCKED.get(document["ei_status"], LOCKED_ELSE)) if document["locked"] else "",
        links=links_of(document),
        ends=[(key, visit.say(words)) for key, words in states.ENDS.items()],
        today=visit.today.isoformat(),
        most_pictures=MOST_PICTURES,
        api_address=f"{visit.site.settings.address}/c/{visit.company_id}/issued_documents/{id}",
    )


def look(api: Operations, visit: Visit, id: int) -> dict[str, Any]:
    """All that the page shows, as of one moment."""
    at = {"document_id": id}
    document = api("getIssuedDocument", path=at)["data"]
    electronic = bool(document["e_invoice"])
    told = api("listEInvoiceNotices", path=at)["data"] if electronic else []
    mails = []
    if visit.may("emails"):
        mails = api("listEmails", query={"q": f"document_id = {id}", "sort": "-created_at"})["data"]
    trail = api("listAudit", query={"resource": "issued_documents", "id": id, "limit": 100})["data"]
    made = api("listRecurrenceRuns", query={"q": f"document_id = {id}", "per_page": 1})["data"]
    findings, broken = findings_of(api, visit, document)
    answered = api("getEInvoiceRejectionReason", path=at)["data"] if electronic and document["ei_status"] else {}
    return {
        "document": document,
        "currency": (document["currency"] or {}).get("id") or "EUR",
        "papers": api("listIssuedDocumentPapers", path=at)["data"],
        "shares": api("listPublicLinks", path=at)["data"],
        "notices": [{**each, "words": codes.describe("TipoMessaggio", each["type"], visit.say.code)} for each in told],
        "answered": answered if answered.get("reason") else {},
        "findings": findings,
        "broken": broken,
        "sendable": electronic and (document["ei_status"] or "not_sent") in SENDABLE,
        "recurrence_id": made[0]["recurrence_id"] if made else None,
        "accounts": api("listPaymentAccounts")["data"] if document["payments_list"] else [],
        "steps": steps(document, trail, mails, visit.say),
    }


def findings_of(api: Operations, visit: Visit, document: Mapping[str, Any]) -> tuple[list[dict[str, str]], str]:
    """What the check says of an electronic invoice that is not sent, the errors first; and why it cannot be checked."""
    if not document["e_invoice"] or document["locked"]:
        return [], ""
    try:
        found = api("verifyEInvoiceXml", path={"document_id": document["id"]}).get("extra", {}).get("findings", [])
    except Invalid as why:
        found = (why.extra or {}).get("findings")
        if found is None:
            return [], said(why.message, visit.say)
    except ApiError as why:
        return [], said(why.message, visit.say)
    code = visit.say.code
    told = [
        {
            "code": each["code"],
            "words": each[f"message_{code}"],
            "remedy": each[f"remedy_{code}"],
            "key": each["key"],
            "severity": each["severity"],
        }
        for each in found
    ]
    return sorted(told, key=lambda each: each["severity"] != "error"), ""


def title_of(visit: Visit, document: Mapping[str, Any]) -> str:
    """What the page is called: type and number."""
    number = states.number(document, visit.say).text
    return f"{visit.say(states.TYPES[document['type']][0])} {number}"


def ways_of(visit: Visit, document: Mapping[str, Any]) -> list[str]:
    """The types that it can be turned into, as far as the user may write such documents."""
    ways = TRANSFORMS.get(document["type"], ())
    return [type for type in ways if visit.may(f"issued_documents.{DOCUMENT_SCOPES[type]}", "a")]


def links_of(document: Mapping[str, Any]) -> dict[str, str]:
    """The signed links of the document without the server's name: they open here, wherever here is."""
    return {
        name: urlsplit(document[name]).path
        for name in ("url", "dn_url", "ai_url", "attachment_url")
        if document.get(name)
    }
