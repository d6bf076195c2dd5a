"""Issued documents: the lists by type, and the page of a document. Its form is `sections.editor`."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from mastro.web.pages import Site
from mastro.web.sections.issued_documents import lists
from mastro.web.visit import page


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""
    return [
        page(site, lists.PATH, lists.show),
    ]
