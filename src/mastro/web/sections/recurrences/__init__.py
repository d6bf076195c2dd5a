"""Recurring documents (*Ricorrenze*): the list, the page of one with its dates, and its form."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from mastro.web.pages import Site
from mastro.web.sections.recurrences import card, form, lists
from mastro.web.sections.recurrences.words import PATH
from mastro.web.visit import page, post

ONE = PATH + "/{id:int}"


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""
    return [
        page(site, PATH, lists.show),
        *form.FORM.routes(site, keep=form.keep),
        post(site, f"{PATH}/dates", form.dates),
        page(site, ONE, card.show),
        page(site, f"{ONE}/pdf", card.pdf),
        post(site, f"{ONE}/pause", card.pause),
        post(site, f"{ONE}/resume", card.resume),
        post(site, f"{ONE}/run", card.run),
        post(site, f"{ONE}/skip", card.skip),
        post(site, f"{ONE}/restore", card.restore),
    ]
