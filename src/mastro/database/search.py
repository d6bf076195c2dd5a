"""Search: which words lead to which row, in tables of our own, so that it is the same on either database.

A collection says which words its bodies are found by; they change in the transaction that stores a body. Words stand by
the scope family that one must be able to read, so that a search never touches what its caller may not see. A word of
letters is kept once more with each of its letters left out: two words that differ by one slip have such a rest in
common, which an index finds.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Integer, Table, bindparam, delete, text

from mastro.database.columns import PlainText, fold
from mastro.database.connection import Prepared, Session, first_column
from mastro.database.schema import metadata

MOST_WORDS = 40
"""Of a body: a search is for what a thing is called, not for all that is written on it."""

MAX_WORD = 60
"""Characters of a word that are kept."""

SLIP_FROM, SLIP_TO = 5, 24
"""Letters of the words that are found with a slip in them: in shorter ones a slip makes another word."""

search_words = Table(
    "search_words",
    metadata,
    Column("company_id", Integer, primary_key=True, autoincrement=False),
    Column("family", PlainText, primary_key=True, comment="scope family of the row"),
    Column("word", PlainText, primary_key=True),
    Column("id", BigInteger, primary_key=True, autoincrement=False, comment="of the row in its collection"),
    sqlite_with_rowid=False,
)

search_slips = Table(
    "search_slips",
    metadata,
    Column("company_id", Integer, primary_key=True, autoincrement=False),
    Column("rest", PlainText, primary_key=True, comment="the word, whole or without one of its letters"),
    Column("word", PlainText, primary_key=True),
    sqlite_with_rowid=False,
)

# a list as JSON: one statement for all words of a body
_VALUES = {
    "sqlite": "json_each(:words)",
    "postgresql": "json_array_elements_text(CAST(:words AS json)) AS list(value)",
}


def _by_kind(make: Callable[[str], str]) -> dict[str, Prepared]:
    return {kind: Prepared(text(make(kind))) for kind in _VALUES}


_ADD = _by_kind(
    lambda kind: (
        "INSERT INTO search_words (company_id, family, word, id)"
        " SELECT CAST(:company_id AS integer), CAST(:family AS text), value, CAST(:id AS bigint)"
        f" FROM {_VALUES[kind]} WHERE true ON CONFLICT DO NOTHING"
    )
)
_REMOVE = _by_kind(
    lambda kind: (
        "DELETE FROM search_words WHERE company_id = :company_id AND family = :family AND id = :id"
        f" AND word IN (SELECT value FROM {_VALUES[kind]})"
    )
)
_UNKNOWN = _by_kind(
    lambda kind: (
        f"SELECT value FROM {_VALUES[kind]} WHERE NOT EXISTS (SELECT 1 FROM search_slips AS known"
        " WHERE known.company_id = :company_id AND known.rest = value AND known.word = value)"
    )
)
_PAIRS = {
    "sqlite": "json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(:words)",
    "postgresql": "value->>0, value->>1 FROM json_array_elements(CAST(:words AS json)) AS list(value)",
}
_ADD_SLIPS = _by_kind(
    lambda kind: (
        "INSERT INTO search_slips (company_id, rest, word)"
        f" SELECT CAST(:company_id AS integer), {_PAIRS[kind]} WHERE true ON CONFLICT DO NOTHING"
    )
)
_CLEAR = Prepared(
    delete(search_words).where(
        search_words.c.company_id == bindparam("company_id"), search_words.c.family == bindparam("family")
    )
)


class Searchable:
    """The words that the bodies of a collection are found by.

    `family` is the scope family of a body, fixed or by body; `families` all that occur.
    """

    def __init__(
        self,
        words: Callable[[Any], Iterable[str]],
        *families: str,
        family: Callable[[Any], str] | None = None,
    ) -> None:
        self.read = words
        self.families = families
        self.family = family or (lambda _body: families[0])

    def words(self, body: object) -> list[str]:
        """The words of a body, each once."""
        found = dict.fromkeys(word[:MAX_WORD] for word in self.read(body) if word and "\x00" not in word)
        return list(found)[:MOST_WORDS]

    def changed(self, session: Session, company_id: int, id: int, new: object | None, old: object | None) -> None:
        """Find a row by the words of its new body, and no more by those of the old one."""
        family = self.family(new if new is not None else old)
        if new is not None and old is not None and self.family(old) != family:
            self.changed(session, company_id, id, None, old)
            old = None
        after = self.words(new) if new is not None else []
        before = self.words(old) if old is not None else []
        row = {"company_id": company_id, "family": family, "id": id}
        gone = set(before).difference(after)
        if gone:
            session.run(_REMOVE[session.database.kind], **row, words=_json(sorted(gone)))
        come = set(after).difference(before)
        if come:
            session.run(_ADD[session.database.kind], **row, words=_json(sorted(come)))
            learn(session, company_id, come)

    def clear(self, session: Session, company_id: int) -> None:
        """Forget the words of all rows of a company, to write them anew."""
        for family in self.families:
            session.run(_CLEAR, company_id=company_id, family=family)


def learn(session: Session, company_id: int, words: Iterable[str]) -> None:
    """Remember words of letters so that they are found with a slip in them."""
    long = sorted(word for word in words if SLIP_FROM <= len(word) <= SLIP_TO and word.isalpha())
    if not long:
        return
    kind = session.database.kind
    new = first_column(session.rows(_UNKNOWN[kind], company_id=company_id, words=_json(long)))
    if new:
        pairs = sorted((rest, word) for word in new for rest in rests(word))
        session.run(_ADD_SLIPS[kind], company_id=company_id, words=_json(pairs))


_SIMILAR = Prepared(
    text(
        "SELECT DISTINCT word FROM search_slips WHERE company_id = :company_id"
        f" AND rest IN ({', '.join(f':r{index}' for index in range(SLIP_TO + 1))})"
    )
)


def similar(session: Session, company_id: int, word: str) -> list[str]:
    """The words of a company that differ from this one by a letter too many, too few, wrong, or out of place."""
    looked_for = sorted(rests(word))
    named = {f"r{index}": rest for index, rest in enumerate(looked_for + [word] * (SLIP_TO + 1 - len(looked_for)))}
    found = first_column(session.rows(_SIMILAR, company_id=company_id, **named))
    return sorted(other for other in found if other != word and _one_slip(word, other))


def _one_slip(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    ours, theirs = one[start:], other[start:]
    if len(one) == len(other):
        return ours[1:] == theirs[1:] or (ours[:2] == theirs[1::-1] and ours[2:] == theirs[2:])
    longer, shorter = (ours, theirs) if len(ours) > len(theirs) else (theirs, ours)
    return longer[1:] == shorter


def rests(word: str) -> set[str]:
    """The word, and the word without each of its letters."""
    return {word, *(word[:index] + word[index + 1 :] for index in range(len(word)))}


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


# words of texts


_WORD = re.compile(r"[^\W_]+")
_DOTTED = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.){2,}[^\W\d_]?(?![^\W_])")
"""An abbreviation such as `S.r.l.`, which is one word."""


def words_in(*texts: str | None) -> list[str]:
    """The words of some texts, without case and accents; single characters are none."""
    return [word for text in texts if text for word in _split(text) if len(word) > 1]


@lru_cache(maxsize=4096)
def _split(text: str) -> tuple[str, ...]:
    joined = _DOTTED.sub(lambda found: found[0].replace(".", ""), fold(text[:500]))
    return tuple(_WORD.findall(joined))
