"""Payments (*Pagamenti e scadenze*): what is due in and out, as a list and as a calendar, and settling it."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from mastro.web.pages import Site
from mastro.web.sections.payments import dues, month, settling
from mastro.web.visit import page, post


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""
    return [
        page(site, dues.PATH, dues.show),
        page(site, f"{dues.PATH}/file", dues.file),
        page(site, f"{dues.PATH}/calendar", month.show),
        post(site, f"{dues.PATH}/settle", settling.settle),
        post(site, f"{dues.PATH}/reopen", settling.reopen),
    ]
