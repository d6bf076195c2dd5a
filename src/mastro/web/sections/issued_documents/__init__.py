"""Issued documents: the lists by type, and the page of a document. Its form is `sections.editor`."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from mastro.web import saved_filters
from mastro.web.pages import Site
from mastro.web.sections.issued_documents import actions, bulk, document, email, lists, sharing
from mastro.web.visit import page, post

ONE = lists.PATH + "/{id:int}"


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""
    return [
        page(site, lists.PATH, lists.show),
        page(site, f"{lists.PATH}/file", lists.file),
        *saved_filters.routes(site, lists.PATH),
        post(site, f"{lists.PATH}/bulk", bulk.begin),
        post(site, f"{lists.PATH}/bulk/run", bulk.run),
        post(site, f"{lists.PATH}/bulk/unsettle", bulk.unsettle),
        post(site, f"{lists.PATH}/bulk/recover", bulk.recover),
        page(site, ONE, document.show),
        page(site, f"{ONE}/pages/{{page:int}}", actions.picture),
        page(site, f"{ONE}/e_invoice.xml", actions.xml_file),
        page(site, f"{ONE}/notices/{{name}}", actions.notice),
        page(site, f"{ONE}/xml", actions.xml),
        page(site, f"{ONE}/email", email.form),
        post(site, f"{ONE}/email", email.send),
        post(site, f"{ONE}/send", actions.send),
        post(site, f"{ONE}/settle", actions.settle),
        post(site, f"{ONE}/unsettle", actions.unsettle),
        post(site, f"{ONE}/mark", actions.mark),
        post(site, f"{ONE}/share", sharing.create),
        post(site, f"{ONE}/share/{{link:int}}/revoke", sharing.revoke),
        post(site, f"{ONE}/delete", actions.delete),
        post(site, f"{ONE}/recover", actions.recover),
    ]
