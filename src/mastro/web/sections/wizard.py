"""A new company: who it is, and a first electronic invoice that the simulated SdI delivers."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from mastro.api.errors import Forbidden
from mastro.resources.user_companies import NewCompany, may_create
from mastro.web.forms import number
from mastro.web.language import N_
from mastro.web.operations import Operations
from mastro.web.pages import NotHere, Site
from mastro.web.person import onward, own_page, own_post, shown
from mastro.web.saving import Saved, attempt, save
from mastro.web.sections.issued_documents import states
from mastro.web.sections.settings import frame
from mastro.web.sections.settings.company import choices
from mastro.web.sections.tools import OPEN
from mastro.web.visit import Visit, page, post

DELIVERED_TO = "RC00000"
"""Recipient code by which the simulated SdI always delivers."""

CUSTOMER_NAME = N_("Cliente di prova S.r.l.")
CUSTOMER = {
    "vat_number": "09876543217",  # not the usual example, which somebody who tries things out gives to the company
    "tax_code": "09876543217",
    "address_street": "Via della Prova 1",
    "address_postal_code": "00184",
    "address_city": "Roma",
    "address_province": "RM",
    "country": "Italia",
    "ei_code": DELIVERED_TO,
}

SERIES = "/PROVA"
"""Series of the test invoice: the first number of the real ones stays free."""

REFUSED = frozenset({"discarded", "error", "not_delivered"})


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""
    return [
        own_page(site, "/app/new", new_company),
        own_post(site, "/app/new", create_company),
        page(site, "/first_invoice", first_invoice),
        post(site, "/first_invoice", send_first_invoice),
        page(site, "/first_invoice/{id:int}", journey),
        post(site, "/first_invoice/{id:int}/discard", discard),
        page(site, "/demo_data/{id:int}", filling),
        post(site, "/demo_data", fill),
    ]


async def new_company(visit: Visit) -> Response:
    """The form of a company."""
    if not await visit.site.read(lambda session: may_create(visit.site.settings, session, visit.user.id)):
        return shown(visit, "wizard/not_allowed.html", status=403)
    return _form(visit, Saved({"country_iso": "IT", "regime": "RF01", "email": visit.user.email}))


def _form(visit: Visit, saved: Saved) -> Response:
    return shown(
        visit,
        "wizard/company.html",
        status=200 if saved.done else 422,
        entry=saved.data,
        errors=saved.errors,
        error=saved.error,
        **choices(visit),
    )


async def create_company(visit: Visit) -> Response:
    """Make it."""
    fields = await visit.form()
    try:
        saved = await save(visit, "createCompany", NewCompany, frame.under("company", fields))
    except Forbidden:
        return shown(visit, "wizard/not_allowed.html", status=403)
    if not saved.done:
        typed = saved.data.get("company") or {}
        return _form(visit, Saved(typed, frame.without("company", saved.errors), saved.error))
    return onward(visit, f"/app/{saved.data['company']['id']}/first_invoice", visit.say("Azienda creata."))


async def first_invoice(visit: Visit) -> Response:
    """The form of one row."""
    if not visit.test_mode:
        raise NotHere
    typed = {"name": visit.say("Consulenza"), "net_price": "100,00" if visit.say.code == "it" else "100.00"}
    return _invoice_form(visit, Saved(typed))


def _invoice_form(visit: Visit, saved: Saved) -> Response:
    return visit.page(
        "wizard/invoice.html",
        status=200 if saved.done else 422,
        entry=saved.data,
        errors=saved.errors,
        error=saved.error,
        customer=visit.say(CUSTOMER_NAME),
    )


async def send_first_invoice(visit: Visit) -> Response:
    """Make the invoice and send it to the simulated SdI: both, or neither."""
    if not visit.test_mode:
        raise NotHere
    fields = await visit.form()
    name, price = fields.get("name", "").strip(), number(fields.get("net_price", ""), visit.say.code)
    errors = {} if name else {"name": visit.say("Scrivi che cosa vendi.")}
    if price is None or price <= 0:
        errors["net_price"] = visit.say("Scrivi un importo, per esempio 100,00.")
    if errors:
        return _invoice_form(visit, Saved(dict(fields), errors))
    document = {
        "type": "invoice",
        "e_invoice": True,
        "numeration": SERIES,
        "date": visit.today.isoformat(),
        "entity": {**CUSTOMER, "name": visit.say(CUSTOMER_NAME)},
        "items_list": [{"name": name, "qty": 1, "net_price": price}],
        "ei_data": {"payment_method": "MP05"},
        "notes": visit.say("Documento di prova, senza valore fiscale."),
    }

    def work(api: Operations) -> Any:
        made = api("createIssuedDocument", data=document, options={"fix_payments": True})
        api("sendEInvoice", path={"document_id": made["data"]["id"]}, data={})
        return made

    saved = await attempt(visit, fields, lambda: visit.write(work))
    if saved.done:
        return visit.go(f"/first_invoice/{saved.data['id']}")
    told = "\n".join(filter(None, (saved.error, *saved.errors.values())))
    return _invoice_form(visit, Saved(dict(fields), error=told))


async def journey(visit: Visit) -> Response:
    """How far the invoice has come; the page looks again by itself until the SdI has answered."""
    at = {"document_id": visit.request.path_params["id"]}

    def look(api: Operations) -> Any:
        return api("getIssuedDocument", path=at)["data"], api("listEInvoiceNotices", path=at)["data"]

    document, notices = await visit.read(look)
    status = document["ei_status"] or "not_sent"
    return visit.page(
        "wizard/journey.html",
        document=document,
        notices=notices,
        answered=bool(notices) or status in REFUSED,
        refused=status in REFUSED,
        state=states.e_invoice(document, visit.say),
        number=states.number(document, visit.say).text,
    )


async def discard(visit: Visit) -> Response:
    """Take the test invoice out of the books."""
    await visit.form()
    at = {"document_id": visit.request.path_params["id"]}
    gone = await attempt(visit, {}, lambda: visit.call("discardTestEInvoice", path=at))
    if gone.done:
        return visit.go("", visit.say("La fattura di prova è stata eliminata: si comincia da zero."))
    return visit.go(f"/first_invoice/{at['document_id']}", gone.error)


async def fill(visit: Visit) -> Response:
    """Have the company filled with a year of made-up business."""
    await visit.form()
    job = await visit.call("fillTestCompany")
    return visit.go(f"/demo_data/{job['data']['id']}")


async def filling(visit: Visit) -> Response:
    """How far that is."""
    job = (await visit.call("getJob", path={"job_id": visit.request.path_params["id"]}))["data"]
    return visit.page("wizard/filling.html", job=job, busy=job["state"] in OPEN)
