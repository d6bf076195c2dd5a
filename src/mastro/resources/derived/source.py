"""A source of derived state: the collection that cashbook entries and stock movements follow from.

Its resource hands `stored` and `deleted` to the hooks of the same names, and nothing more is needed: not for a delete,
not for the bin, not for the way back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from mastro.api.call import Call
from mastro.database.collection import Collection
from mastro.database.connection import Session
from mastro.model.base import Body
from mastro.model.cashbook import EntryKind
from mastro.resources.derived import cash, stock
from mastro.resources.products import move_stock

B = TypeVar("B", bound=Body)

SOURCES: "list[Source[Any]]" = []
"""Every source that an imported module declares."""


def _no_moves(_body: Any) -> stock.Moves:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Generic[B]):
    """What follows from the bodies of a collection."""

    collection: Collection[B]
    kind: EntryKind
    entries: Callable[[B], Sequence[cash.Entry]]
    """The money that a body says has moved."""
    moves: Callable[[B], stock.Moves] = _no_moves
    """The goods that it says have moved."""

    def __post_init__(self) -> None:
        SOURCES.append(self)

    def stored(self, call: Call, new: B, old: B | None) -> None:
        """Bring the cashbook and the stock in line with a body that was stored in place of `old`."""
        self._replace(call, _id(new), new, old)

    def deleted(self, call: Call, old: B) -> None:
        """Take back what followed from a body that is gone."""
        self._replace(call, _id(old), None, old)

    def _replace(self, call: Call, id: int, new: B | None, old: B | None) -> None:
        after, before = self._moves(new), self._moves(old)
        cash.write(call.session, call.company_id, self.kind, id, self._entries(new), self._entries(old))
        stock.write(call.session, call.company_id, self.collection.name, id, after, before)
        changed = stock.change(after, before)
        if changed:
            move_stock(call, changed)

    def rebuild(self, session: Session, company_id: int, id: int, body: B) -> None:
        """Write what follows from a body, where nothing of it is there."""
        cash.write(session, company_id, self.kind, id, self._entries(body), ())
        stock.write(session, company_id, self.collection.name, id, self._moves(body), {})

    def _entries(self, body: B | None) -> Sequence[cash.Entry]:
        return () if body is None else self.entries(body)

    def _moves(self, body: B | None) -> stock.Moves:
        return {} if body is None else self.moves(body)


def _id(body: Any) -> int:
    return int(body.id)
