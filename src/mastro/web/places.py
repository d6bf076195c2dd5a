"""Which page a request is for, among the hundreds that a company has."""

from collections.abc import Iterable

from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send

FOUND = "mastro.page"


class Places(BaseRoute):
    """Routes, tried by the segment of the path that names their section: `/app/{company_id}/clients/…`.

    Starlette tries one after the other, some hundred of them for the pages at the end of the menu.
    """

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        known = [(_segment(route.path) if isinstance(route, Route) else "{}", route) for route in routes]
        names = {name for name, _ in known if not name.startswith("{")}
        self._by_segment = {
            name: [route for other, route in known if other == name or other.startswith("{")] for name in names
        }
        self._others = [route for name, route in known if name.startswith("{")]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """See `BaseRoute`: the first route that takes the request, else the first that knows its path."""
        partial: tuple[Match, Scope] = (Match.NONE, {})
        for route in self._by_segment.get(_segment(scope["path"]), self._others):
            match, found = route.matches(scope)
            if match is Match.FULL:
                return match, {**found, FOUND: route}
            if match is Match.PARTIAL and partial[0] is Match.NONE:
                partial = (match, {**found, FOUND: route})
        return partial

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See `BaseRoute`."""
        await scope[FOUND].handle(scope, receive, send)


def _segment(path: str) -> str:
    """The section in a path; "" for a page outside of any."""
    parts = path.split("/", 4)
    return parts[3] if len(parts) > 3 else ""
