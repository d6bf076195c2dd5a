"""A source of derived state: the collection that cashbook entries, stock movements, installments and VAT follow from.

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
from mastro.resources.derived import cash, dues, stock, vat
from mastro.resources.products import move_stock

B = TypeVar("B", bound=Body)

SOURCES: "list[Source[Any]]" = []
"""Every source that an imported module declares."""


def _no_moves(_body: Any) -> stock.Moves:
    return {}


def _nothing(_body: Any) -> tuple[()]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Generic[B]):
    """What follows from the bodies of a collection."""

    collection: Collection[B]
    kind: EntryKind
    entries: Callable[[B], Sequence[cash.Entry]]
    """The money that a body says has moved."""
    moves: Callable[[B], stock.Moves] = _no_moves
    """The goods that it says have moved."""
    installments: Callable[[B], Sequence[dues.Installment]] = _nothing
    """What it says is to be paid, or was."""
    vat_entries: Callable[[B], Sequence[vat.VatEntry]] = _nothing
    """What it puts into the VAT registers."""

    def __post_init__(self) -> None:
        SOURCES.append(self)

    def stored(self, call: Call, new: B, old: B | None) -> None:
        """Bring all that is derived in line with a body that was stored in place of `old`."""
        self._replace(call, _id(new), new, old)

    def deleted(self, call: Call, old: B) -> None:
        """Take back what followed from a body that is gone."""
        self._replace(call, _id(old), None, old)

    def _replace(self, call: Call, id: int, new: B | None, old: B | None) -> None:
        after, before = self._moves(new), self._moves(old)
        session, company_id = call.session, call.company_id
        cash.write(session, company_id, self.kind, id, self._entries(new), self._entries(old))
        dues.write(session, company_id, self.kind, id, self._installments(new), self._installments(old))
        if self.vat_entries is not _nothing:
            entries = () if new is None else self.vat_entries(new)
            vat.write(session, company_id, self.kind, id, entries, replaces=old is not None)
        stock.write(call.session, call.company_id, self.collection.name, id, after, before)
        changed = stock.change(after, before)
        if changed:
            move_stock(call, changed)

    def rebuild(self, session: Session, company_id: int, id: int, body: B) -> None:
        """Write what follows from a body, where nothing of it is there."""
        cash.write(session, company_id, self.kind, id, self._entries(body), ())
        dues.write(session, company_id, self.kind, id, self._installments(body), ())
        vat.write(session, company_id, self.kind, id, self.vat_entries(body), replaces=False)
        stock.write(session, company_id, self.collection.name, id, self._moves(body), {})

    def _entries(self, body: B | None) -> Sequence[cash.Entry]:
        return () if body is None else self.entries(body)

    def _installments(self, body: B | None) -> Sequence[dues.Installment]:
        return () if body is None else self.installments(body)

    def _moves(self, body: B | None) -> stock.Moves:
        return {} if body is None else self.moves(body)


def _id(body: Any) -> int:
    return int(body.id)
