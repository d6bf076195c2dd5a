"""Customers and suppliers: the list, the form, the card with what was sold and paid, and twins."""

from collections.abc import Sequence
from functools import partial

from starlette.routing import BaseRoute

from mastro.web.pages import Site
from mastro.web.sections.clients import card, entries, same
from mastro.web.sections.clients.registries import CLIENTS, SUPPLIERS, Registry
from mastro.web.visit import page, post


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses of both registries."""
    return [*_routes(site, CLIENTS), *_routes(site, SUPPLIERS)]


def _routes(site: Site, registry: Registry) -> Sequence[BaseRoute]:
    path = registry.path
    one = path + "/{id:int}"
    shown = {
        path: entries.show_list,
        f"{path}/checks": entries.checks,
        f"{path}/cities": entries.cities,
        f"{path}/file": entries.file,
        f"{path}/same": same.show,
        f"{path}/same/preview": same.preview,
        one: card.show,
        f"{one}/statement": card.statement,
        f"{one}/statement/file": card.file,
        f"{one}/documents": card.documents,
        f"{one}/prices": card.prices,
    }
    sent = {
        f"{path}/bulk": entries.bulk,
        f"{path}/same": same.merge,
        f"{path}/same/{{merge:int}}/undo": same.undo,
        f"{one}/settle": card.settle,
        f"{one}/unsettle": card.unsettle,
    }
    return [
        *(page(site, place, partial(act, registry=registry)) for place, act in shown.items()),
        *(post(site, place, partial(act, registry=registry)) for place, act in sent.items()),
        *entries.form(registry).routes(site),
    ]
