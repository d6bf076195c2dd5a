"""The settings of a company, a page for each: every one reads and writes one operation."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from mastro.web.pages import Site
from mastro.web.sections.settings import (
    backup,
    choices,
    company,
    danger,
    incoming,
    logo,
    mail,
    numbering,
    sdi,
    taxes,
    templates,
)
from mastro.web.visit import page, post


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""
    return [
        page(site, "/settings", company.show),
        post(site, "/settings", company.save_facts),
        page(site, "/settings/logo", logo.picture),
        post(site, "/settings/logo", logo.save_logo),
        post(site, "/settings/logo/delete", logo.delete_logo),
        page(site, "/settings/defaults", company.show_defaults),
        post(site, "/settings/defaults", company.save_defaults),
        page(site, "/settings/taxes", taxes.show),
        post(site, "/settings/taxes/vat", taxes.save_vat),
        post(site, "/settings/taxes/forfettario", taxes.save_forfettario),
        page(site, "/settings/sdi", sdi.show),
        post(site, "/settings/sdi", sdi.save_channel),
        page(site, "/settings/incoming", incoming.show),
        post(site, "/settings/incoming", incoming.save_switches),
        page(site, "/settings/mail", mail.show),
        post(site, "/settings/mail", mail.save_mail),
        post(site, "/settings/mail/test", mail.send_test),
        post(site, "/settings/mail/preview", mail.preview),
        page(site, "/settings/numbering", numbering.show),
        page(site, "/settings/templates", templates.show),
        page(site, "/settings/templates/{id:int}/preview", templates.picture),
        page(site, "/settings/backup", backup.show),
        post(site, "/settings/backup", backup.order),
        page(site, "/settings/danger", danger.show),
        post(site, "/settings/danger/delete", danger.delete),
        post(site, "/leave", danger.leave),
        *choices.routes(site),
    ]
