"""For who writes programs against this company: how to begin, the last requests, webhooks with their deliveries."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from mastro.web.pages import Site
from mastro.web.sections.developers import start, webhooks
from mastro.web.visit import page, post

SUBSCRIPTION = "/developers/webhooks/{id:str}"


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""
    return [
        page(site, "/developers", start.show),
        post(site, "/developers/reset", start.reset),
        page(site, "/developers/requests", start.requests),
        page(site, "/developers/webhooks", webhooks.show),
        page(site, "/developers/webhooks/new", webhooks.form),
        post(site, "/developers/webhooks/new", webhooks.create),
        page(site, SUBSCRIPTION, webhooks.show_one),
        post(site, SUBSCRIPTION + "/{act:str}", webhooks.act),
    ]
