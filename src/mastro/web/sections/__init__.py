"""The pages of a company, section by section: one module for each line of the menu."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from mastro.web.pages import Site
from mastro.web.sections import (
    archive,
    audit,
    bank_statements,
    cashbook,
    clients,
    developers,
    e_invoices,
    editor,
    frame,
    home,
    imports,
    issued_documents,
    overview,
    payments,
    people,
    price_lists,
    products,
    receipts,
    received_documents,
    recurrences,
    reports,
    search,
    settings,
    taxes,
    tools,
    wizard,
)
from mastro.web.sections import bin as deleted


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses of all sections."""
    return [
        *home.routes(site),
        *overview.routes(site),
        *clients.routes(site),
        *products.routes(site),
        *price_lists.routes(site),
        *deleted.routes(site),
        *audit.routes(site),
        *imports.routes(site),
        *editor.routes(site),
        *issued_documents.routes(site),
        *received_documents.routes(site),
        *e_invoices.routes(site),
        *payments.routes(site),
        *bank_statements.routes(site),
        *reports.routes(site),
        *receipts.routes(site),
        *taxes.routes(site),
        *cashbook.routes(site),
        *archive.routes(site),
        *settings.routes(site),
        *frame.routes(site),
        *search.routes(site),
        *developers.routes(site),
        *tools.routes(site),
        *recurrences.routes(site),
        *people.routes(site),
        *wizard.routes(site),
    ]
