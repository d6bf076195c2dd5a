"""What belongs to no section: the list of shortcuts, as a page and as the dialog that `?` opens."""

from collections.abc import Sequence

from starlette.responses import Response
from starlette.routing import BaseRoute

from mastro.web.language import N_
from mastro.web.navigation import menu
from mastro.web.pages import Site
from mastro.web.shortcuts import CAPS, EDITOR, EVERYWHERE, FUNCTION_KEYS, LAYERS, ON_PAGES, Shortcut
from mastro.web.visit import Visit, page


def routes(site: Site) -> Sequence[BaseRoute]:
    """The addresses."""
    return [page(site, "/shortcuts", show)]


async def show(visit: Visit) -> Response:
    """All shortcuts that the reader has."""
    entries = menu(visit.scopes, visit.role, "", "").entries
    go = tuple(Shortcut(f"g {one.shortcut}", one.label, f"go {one.shortcut}") for one in entries if one.shortcut)
    groups = (
        (N_("In ogni pagina"), EVERYWHERE),
        (N_("Moduli e documenti"), ON_PAGES),
        (N_("Vai alla sezione"), go),
        (N_("Nelle righe di un documento"), EDITOR),
        (N_("Menu e finestre"), LAYERS),
    )
    caps = {key: visit.say(words) for key, words in CAPS}
    return visit.page("frame/shortcuts.html", groups=groups, caps=caps, function_keys=FUNCTION_KEYS)
