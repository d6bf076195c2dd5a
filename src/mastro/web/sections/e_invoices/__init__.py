"""The centre of electronic invoices: the queue, the simulator's panel, certified mail, packages for preservation."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from mastro.web.pages import Site
from mastro.web.sections.e_invoices import mail, notices, packages, queue, simulator
from mastro.web.visit import page, post

ONE = queue.PATH + "/{id:int}"


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""
    return [
        page(site, queue.PATH, queue.show),
        post(site, f"{queue.PATH}/send", queue.send_many),
        post(site, f"{queue.PATH}/notices", queue.take_notices),
        post(site, f"{ONE}/send", queue.send_one),
        post(site, f"{ONE}/handed_in", queue.hand_in),
        post(site, f"{ONE}/withdraw", queue.withdraw),
        post(site, f"{ONE}/outcome", queue.ask_outcome),
        page(site, ONE + "/notices/{name:str}", notices.show),
        page(site, simulator.PATH, simulator.show),
        post(site, f"{simulator.PATH}/mode", simulator.switch),
        post(site, f"{simulator.PATH}/clock", simulator.move),
        post(site, f"{simulator.PATH}/incoming", simulator.receive),
        page(site, packages.PATH, packages.show),
        post(site, packages.PATH, packages.create),
        post(site, f"{packages.PATH}/verify", packages.verify),
        page(site, mail.PATH, mail.show),
        post(site, f"{mail.PATH}/poll", mail.poll),
        page(site, mail.PATH + "/{id:int}", mail.message),
        post(site, mail.PATH + "/{id:int}/retry", mail.retry),
    ]
