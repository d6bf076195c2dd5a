"""What a text that somebody types into a search asks for: its terms, each with the words that fit it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from mastro.database.columns import fold
from mastro.database.search import MAX_WORD, SLIP_FROM, SLIP_TO, words_in

MAX_TEXT = 200
MOST_TERMS = 6

_AFTER, _LAST = "\x01", "\U0010ffff"
"""Sort after a word itself, and after all that begins with it: no word holds either."""

_ITALIAN = re.compile(r"\d{1,3}(\.\d{3})+(,\d{1,2})?|\d+,\d{1,2}")
_PLAIN = re.compile(r"\d{1,12}(\.\d{1,2})?")
_NUMBER = re.compile(r"(\d{1,10})(?:[/-]?([a-z][a-z0-9]*))?(?:[/-](\d{4}))?")
_CODE = re.compile(r"[a-z]{2}\d{8,}")


@dataclass(frozen=True, slots=True)
class Span:
    """Words from `low` up to, but not with, `high`."""

    low: str
    high: str
    weight: int
    """How well such a word fits."""

    @classmethod
    def exact(cls, word: str, weight: int) -> "Span":
        """One word."""
        return cls(word, word + _AFTER, weight)

    @classmethod
    def begin(cls, word: str, weight: int) -> "Span":
        """The longer words that begin with this one."""
        return cls(word + _AFTER, word + _LAST, weight)


@dataclass(frozen=True, slots=True)
class Term:
    """One of the things that a hit must have."""

    word: str
    """As it was typed, where it is a word of letters that could have a slip in it; else empty."""
    spans: tuple[Span, ...]

    def fits(self, word: str) -> bool:
        """True for a word that this term looks for."""
        return any(span.low <= word < span.high for span in self.spans)


def terms_of(text: str) -> list[Term]:
    """The terms of a text."""
    found: dict[Term, None] = {}
    for piece in fold(text[:MAX_TEXT].replace("\x00", " ")).split():
        found |= dict.fromkeys(_terms(piece))
    return list(found)[:MOST_TERMS]


def _terms(piece: str) -> Iterator[Term]:
    bare = piece.strip("€.,;:#()\"'")
    numbers = (*_amount(bare), *_number(bare))
    if numbers:
        yield Term("", (*numbers, *_word(bare)))
    elif _CODE.fullmatch(bare):
        yield Term("", (*_word(bare), *_word(bare[2:])))
    elif "/" in bare and bare[:1].isalnum():  # a number as a supplier writes it
        yield Term("", _word(bare))
    else:
        for word in words_in(piece) or [each for each in [bare] if each.isalnum()]:
            could_slip = SLIP_FROM <= len(word) <= SLIP_TO and word.isalpha()
            yield Term(word if could_slip else "", _word(word))


def _word(word: str) -> tuple[Span, ...]:
    word = word[:MAX_WORD]
    return Span.exact(word, 4), Span.begin(word, 2)


def _amount(text: str) -> tuple[Span, ...]:
    """An amount: `1.234,56` as Italians write it, `1234.56` as programs do."""
    if _ITALIAN.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    elif not _PLAIN.fullmatch(text):
        return ()
    return (Span.exact(f"={Decimal(text):.2f}", 3),)


def _number(text: str) -> tuple[Span, ...]:
    """The number of a document: `12`, `12/A`, `12A`, `12/2026`, `12/A/2026`; and as suppliers write theirs."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return ()
    number, series, year = match.groups()
    whole = "/".join(part for part in (str(int(number)), series, year) if part)
    return (Span.exact(whole, 5),) if year else (Span.begin(f"{whole}/", 5),)
