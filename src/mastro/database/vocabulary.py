"""Words that a company uses for a key (categories, cost centres), counted so that a list of them reads no documents.

A collection declares which of its keys hold such words; the counts change in the transaction that stores a body.
"""

from collections.abc import Callable, Iterable
from typing import Any, Literal

from sqlalchemy import BigInteger, Column, Integer, Table, bindparam, delete, select, text

from mastro.database.columns import PlainText, fold
from mastro.database.connection import Prepared, Session, first_column
from mastro.database.schema import metadata

Kind = Literal[
    "products.category",
    "issued_documents.category",
    "received_documents.item_category",
    "received_documents.category",
    "archive.category",
    "receipts.category",
    "revenue_center",
    "cost_center",
]
"""What the words stand for. Several collections may add to one kind (revenue centres: invoices and receipts)."""

Words = Callable[[Any], Iterable[str | None]]
"""The words of a body; empty ones do not count."""

MAX_LENGTH = 200
"""A longer text is no word that a list should offer."""

words = Table(
    "words",
    metadata,
    Column("company_id", Integer, primary_key=True),
    Column("collection", PlainText, primary_key=True, comment="whose bodies use it, so that one can be counted anew"),
    Column("kind", PlainText, primary_key=True),
    Column("word", PlainText, primary_key=True),
    Column("uses", BigInteger, nullable=False),
)

_COUNT = Prepared(
    text(
        "INSERT INTO words (company_id, collection, kind, word, uses)"
        " VALUES (:company_id, :collection, :kind, :word, :step)"
        " ON CONFLICT (company_id, collection, kind, word) DO UPDATE SET uses = words.uses + :step"
    )
)
_FORGET = Prepared(text("DELETE FROM words WHERE company_id = :company_id AND collection = :collection AND uses <= 0"))
_CLEAR = Prepared(
    delete(words).where(words.c.company_id == bindparam("company_id"), words.c.collection == bindparam("collection"))
)
_USED = Prepared(
    select(words.c.word)
    .where(words.c.company_id == bindparam("company_id"), words.c.kind == bindparam("kind"), words.c.uses > 0)
    .distinct()
)


class Vocabulary:
    """The keys of a collection that hold such words."""

    def __init__(self, collection: str, kinds: dict[Kind, Words]) -> None:
        self.collection = collection
        self.kinds = kinds

    def changed(self, session: Session, company_id: int, new: object | None, old: object | None) -> None:
        """Count the words of a body in, and those of the body that it replaces out."""
        fewer = False
        for kind, read in self.kinds.items():
            steps = _words(read, new)
            for word, uses in _words(read, old).items():
                steps[word] = steps.get(word, 0) - uses
            for word in sorted(steps):  # in one order, so that two writers never wait for each other
                if steps[word]:
                    session.run(
                        _COUNT,
                        company_id=company_id,
                        collection=self.collection,
                        kind=kind,
                        word=word,
                        step=steps[word],
                    )
                    fewer = fewer or steps[word] < 0
        if fewer:
            session.run(_FORGET, company_id=company_id, collection=self.collection)

    def clear(self, session: Session, company_id: int) -> None:
        """Forget all words of the collection in a company, to count them anew."""
        session.run(_CLEAR, company_id=company_id, collection=self.collection)


def _words(read: Words, body: object | None) -> dict[str, int]:
    """How often each word stands in a body. No `Counter`: one takes longer to be made than these few words to count."""
    found: dict[str, int] = {}
    for said in read(body) if body is not None else ():
        word = said.strip() if said and len(said) <= MAX_LENGTH else ""
        if word:
            found[word] = found.get(word, 0) + 1
    return found


def used(session: Session, company_id: int, kind: Kind) -> list[str]:
    """The words of a kind that the company uses, in alphabetical order."""
    return sorted(
        first_column(session.rows(_USED, company_id=company_id, kind=kind)), key=lambda word: (fold(word), word)
    )
