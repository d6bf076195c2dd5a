"""Purchases: expenses (list, page, form), what waits to be registered, and invoices that come as files."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from mastro.web import saved_filters
from mastro.web.pages import Site
from mastro.web.sections.received_documents import document, form, lists, pending, settling
from mastro.web.sections.received_documents.lists import PATH
from mastro.web.visit import page, post
from mastro.web.xml_imports import XmlImports

ONE = PATH + "/{id:int}"
WAITING = f"{PATH}/pending"
ONE_WAITING = WAITING + "/{pending_id:int}"
FILES = XmlImports("Received", f"{PATH}/import", "received_documents/import.html")
"""Invoices of suppliers that come as files."""


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""
    return [
        page(site, PATH, lists.show),
        page(site, f"{PATH}/new", form.show),
        post(site, f"{PATH}/new", form.send),
        post(site, f"{PATH}/totals", form.totals),
        page(site, f"{PATH}/suppliers", form.suggest),
        page(site, f"{PATH}/file", lists.file),
        *saved_filters.routes(site, PATH),
        post(site, f"{PATH}/settle", settling.settle_many),
        post(site, f"{PATH}/unsettle", settling.unsettle),
        page(site, WAITING, pending.show),
        post(site, f"{WAITING}/register", pending.register_many),
        page(site, ONE_WAITING, form.show),
        post(site, ONE_WAITING, form.send),
        post(site, f"{ONE_WAITING}/delete", pending.delete),
        *FILES.routes(site),
        page(site, ONE, document.show),
        page(site, f"{ONE}/edit", form.show),
        post(site, f"{ONE}/edit", form.send),
        post(site, f"{ONE}/delete", document.delete),
        post(site, f"{ONE}/recover", document.recover),
        post(site, f"{ONE}/attach", document.attach),
        post(site, f"{ONE}/detach", document.detach),
        post(site, ONE + "/payments/{payment:int}/settle", settling.settle_one),
    ]
