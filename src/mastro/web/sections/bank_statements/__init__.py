"""Bank statements (*Riconciliazione*): what the bank says has moved, matched with what is to be paid."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from mastro.web.pages import Site
from mastro.web.sections.bank_statements import movement, movements, statements, sure
from mastro.web.visit import page, post

ONE = statements.PATH + "/{statement_id:int}"
LINE = ONE + "/lines/{line_id:int}"


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""
    return [
        page(site, statements.PATH, statements.show),
        post(site, statements.PATH, statements.upload),
        page(site, ONE, movements.show),
        post(site, ONE, statements.try_or_keep),
        post(site, f"{ONE}/undo", statements.undo),
        page(site, f"{ONE}/sure", sure.show),
        post(site, f"{ONE}/sure", sure.accept),
        post(site, f"{ONE}/sure/undo", sure.undo),
        page(site, LINE, movement.show),
        post(site, f"{LINE}/match", movement.match),
        post(site, f"{LINE}/several", movement.match_several),
        post(site, f"{LINE}/book", movement.book),
        post(site, f"{LINE}/ignore", movement.ignore),
        post(site, f"{LINE}/undo", movement.undo),
    ]
