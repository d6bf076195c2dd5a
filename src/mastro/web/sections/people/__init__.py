"""People: the first one, those whom a company lets in, and what each sets for themselves."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from mastro.web.pages import Site
from mastro.web.sections.people import invitation, me, members, second_factor, welcome


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""
    return [
        *welcome.routes(site),
        *invitation.routes(site),
        *me.routes(site),
        *second_factor.routes(site),
        *members.routes(site),
    ]
